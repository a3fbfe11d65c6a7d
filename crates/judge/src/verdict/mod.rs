//! Judges a folded expression in memory: a rule before a record is written, the cases of a pack.
//!
//! The same tree is judged by `store` as SQL, with the same three verdicts; a property test holds both together. The logic
//! is Kleene's: `a && b` fails as soon as one of them fails, whatever is missing in the other.

mod evaluate;
mod rows;

use base::Id;
use plan::expression::{Folded, FoldedNumber};

use crate::Facts;

pub use rows::Rows;

/// What becomes of a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It holds.
    Holds,
    /// It fails.
    Fails,
    /// It cannot be judged, for want of all these.
    CannotBeJudged(Vec<Missing>),
}

impl Verdict {
    /// True for [`Verdict::Holds`].
    #[must_use]
    pub fn holds(&self) -> bool {
        *self == Self::Holds
    }

    /// True for [`Verdict::Fails`].
    #[must_use]
    pub fn fails(&self) -> bool {
        *self == Self::Fails
    }
}

/// Why something cannot be judged.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Missing {
    /// This field of this record is not filled.
    Field {
        /// The register.
        register: String,
        /// The record.
        record: Id,
        /// The field.
        field: String,
    },
    /// The record to which this field refers is not there.
    Record {
        /// The register of the referring record.
        register: String,
        /// The referring record.
        record: Id,
        /// The reference field.
        field: String,
    },
    /// A dated value is not in force, or there is no period; as the author wrote it.
    Value(String),
    /// A division by zero.
    DivisionByZero,
    /// A number lies beyond the bounds of calculating.
    OutOfBounds,
}

/// A record that is judged: also one that is not stored yet, or the old and the new state of one.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Its id.
    pub id: Id,
    /// Its fields, with those that every record has (`code`, `county`, `state` and so on) where the expression asks for them.
    pub facts: &'a Facts,
}

/// Where the judge finds other records: those that references lead to, and those that lookups count. Removed records are
/// not there.
pub trait Records {
    /// The fields of a record.
    fn facts(&self, register: &str, id: Id) -> Option<&Facts>;

    /// The records of `register` whose `field` is `value`.
    fn linked(&self, register: &str, field: &str, value: &crate::Fact) -> Vec<(Id, &Facts)>;
}

/// Judges `condition` for `subjects`, one for each of its roots, in order.
#[must_use]
pub fn judge(condition: &Folded, subjects: &[Subject<'_>], records: &dyn Records) -> Verdict {
    match evaluate::judged(condition.truth(), subjects, records) {
        Ok(true) => Verdict::Holds,
        Ok(false) => Verdict::Fails,
        Err(mut missing) => {
            missing.sort_unstable();
            missing.dedup();
            Verdict::CannotBeJudged(missing)
        }
    }
}

/// The value of a number for `subjects`, one for each of its roots, in order.
///
/// # Errors
/// All that is wanting for it.
pub fn number(
    number: &FoldedNumber,
    subjects: &[Subject<'_>],
    records: &dyn Records,
) -> Result<f64, Vec<Missing>> {
    evaluate::number(number.term(), subjects, records)
}
