//! When failed attempts lock a door, and until when. Pure: works on the instants of the failures.

use base::Instant;

/// So many failures within a window lock for a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FailureLimit {
    /// The failure with this number locks; at least 1.
    pub failures: usize,
    /// The window in seconds in which they count together.
    pub within_seconds: i64,
    /// How long it stays locked, in seconds, from the failure that locked it.
    pub lock_seconds: i64,
}

/// The limits of signing in. Both hold at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lockout {
    /// For one name, whether an account has it or not.
    pub per_name: FailureLimit,
    /// For one address. An office shares one address, so more failures are borne, and the lock is longer.
    pub per_address: FailureLimit,
}

impl Default for Lockout {
    fn default() -> Self {
        Self {
            per_name: FailureLimit { failures: 5, within_seconds: 900, lock_seconds: 900 },
            per_address: FailureLimit { failures: 30, within_seconds: 900, lock_seconds: 3600 },
        }
    }
}

impl FailureLimit {
    /// Until when these failures (newest first) lock; None when they do not, or no longer at `now`.
    ///
    /// While it is locked nothing is recorded, so the newest failure is the one that locked it.
    #[must_use]
    pub fn locked_until(&self, newest_first: &[Instant], now: Instant) -> Option<Instant> {
        let newest = newest_first.first()?;
        let counted = newest_first.get(self.failures.max(1) - 1)?;
        let together = newest.0 - counted.0 <= self.within_seconds.saturating_mul(1_000_000);
        let until = newest.plus_seconds(self.lock_seconds);
        (together && now < until).then_some(until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Instant {
        Instant(minutes * 60_000_000)
    }

    #[test]
    fn the_fifth_failure_within_a_quarter_of_an_hour_locks_for_a_quarter_of_an_hour() {
        let limit = Lockout::default().per_name;
        let cases: [(&[i64], i64, Option<i64>); 6] = [
            (&[], 0, None),
            (&[3, 2, 1, 0], 3, None),
            (&[4, 3, 2, 1, 0], 4, Some(19)),
            (&[4, 3, 2, 1, 0], 18, Some(19)),
            (&[4, 3, 2, 1, 0], 19, None),
            (&[16, 3, 2, 1, 0], 16, None),
        ];
        for (failures, now, until) in cases {
            let failures: Vec<Instant> = failures.iter().map(|m| at(*m)).collect();
            assert_eq!(limit.locked_until(&failures, at(now)), until.map(at), "{failures:?} at {now}");
        }
    }
}
