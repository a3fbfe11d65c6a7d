//! The two clocks. The domain's days run on the [`PlanClock`] (real time plus an offset, so that a city can be
//! shown in mid-2021); sessions, leases and certificates run on the [`WallClock`].

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::{Day, Instant};

/// Something that knows what time it is.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Instant;

    /// The present day in Beijing.
    fn today(&self) -> Day {
        self.now().day()
    }
}

/// Real time. For sessions, leases, rate limits and certificates, never for the domain's days.
#[derive(Debug, Default, Clone, Copy)]
pub struct WallClock;

impl Clock for WallClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the real clock")]
    fn now(&self) -> Instant {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Instant(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }
}

/// The domain's time: real time moved by a fixed number of seconds.
#[derive(Debug, Default, Clone, Copy)]
pub struct PlanClock {
    offset_seconds: i64,
}

impl PlanClock {
    /// A clock that shows `day` (at the present time of day) while the wall clock shows today.
    #[must_use]
    pub fn showing(day: Day) -> Self {
        Self { offset_seconds: day.days_since(WallClock.today()) * 86_400 }
    }
}

impl Clock for PlanClock {
    fn now(&self) -> Instant {
        WallClock.now().plus_seconds(self.offset_seconds)
    }
}

/// A clock that stands still: for tests and for building data of the past.
#[derive(Debug, Clone, Copy)]
pub struct FixedClock(pub Instant);

impl Clock for FixedClock {
    fn now(&self) -> Instant {
        self.0
    }
}

/// Monotonic time since it was started, for measuring how long something took.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(std::time::Instant);

impl Stopwatch {
    /// Starts now.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the monotonic clock")]
    pub fn start() -> Self {
        Self(std::time::Instant::now())
    }

    /// Time since the start.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}
