//! What every room of the house stands on: identity, days and instants, clocks, chance, codes, money,
//! bilingual text, search words, and the shape of an error that a person can act on.
//!
//! Nothing here knows of plans, databases, HTTP or the work-safety domain. The real clock and the real
//! source of chance are touched in [`clock`] and [`chance`] only; everybody else takes them as arguments.

pub mod cache;
pub mod calendar;
pub mod chance;
pub mod clock;
pub mod code;
pub mod day;
pub mod id;
pub mod instant;
pub mod money;
pub mod period;
pub mod problem;
pub mod search;
pub mod text;

pub use cache::Cache;
pub use calendar::{Roll, WorkCalendar};
pub use chance::{Chance, OsChance, SeededChance};
pub use clock::{Clock, FixedClock, PlanClock, Stopwatch, WallClock};
pub use day::Day;
pub use id::Id;
pub use instant::Instant;
pub use period::{Period, PeriodKind};
pub use problem::{Problem, Problems};
pub use text::{Language, Text};
