//! Whether a changed record can matter to an element that looks such records up: a general hazard says nothing to a rule
//! that asks for open major ones.

use base::Id;
use judge::Facts;
use judge::verdict::{Subject, Verdict, judge};
use plan::expression::{Folded, ReadIndex, Route};

use crate::owed::subjects::Nothing;

/// A record before and after a change.
pub(crate) struct Change<'a> {
    pub(crate) register: &'a str,
    pub(crate) id: Id,
    pub(crate) old: Option<&'a Facts>,
    pub(crate) new: &'a Facts,
}

/// False where the record fails, before and after, what every lookup at the end of `route` asks of it by itself.
pub(crate) fn matters(index: &ReadIndex, element: &str, route: &Route, change: &Change<'_>) -> bool {
    let Some(asked) = index.asked(element, route) else { return true };
    asked.iter().any(|asked| {
        let condition = Folded::made(change.register, asked.truth.clone());
        let fails = |facts: &Facts| {
            // Only its own variable is read; the record stands in for those before it.
            let subjects: Vec<Subject<'_>> =
                (0..=asked.variable).map(|_| Subject { id: change.id, facts }).collect();
            judge(&condition, &subjects, &Nothing) == Verdict::Fails
        };
        !(fails(change.new) && change.old.is_none_or(fails))
    })
}
