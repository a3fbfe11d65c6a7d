//! Pure judging: whether a step may be taken, what a case needs, when it is late.
//!
//! Everything here is a function of its arguments: no database, no clock, no chance, no SQL. The engine reads rows,
//! asks here, and writes what comes back.

pub mod case;
pub mod duty;
pub mod fact;
mod facts;
pub mod indicator;
pub mod late;
pub mod limit;
pub mod rule_case;
pub mod score;
pub mod verdict;
pub mod written;

pub use case::{CaseNow, Doer, Done, Turn};
pub use fact::Fact;
pub use facts::{Facts, FieldName};
pub use verdict::{Missing, Records, Rows, Subject, Verdict};
