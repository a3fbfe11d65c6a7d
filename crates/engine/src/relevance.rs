//! Whether a changed record can matter to an element that looks such records up: a general hazard says nothing to a rule
//! that asks for open major ones.

use base::Id;
use judge::verdict::{Subject, Verdict, judge};
use judge::{Facts, Rows};
use plan::expression::{Folded, ReadIndex, Route};

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
            judge(&condition, &subjects, &Rows::default()) == Verdict::Fails
        };
        !(fails(change.new) && change.old.is_none_or(fails))
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use judge::Fact;
    use plan::expression::{Context, Expression};
    use plan::pack::Model;

    use super::*;

    #[test]
    fn a_record_matters_while_it_may_meet_what_is_asked_before_or_after() {
        let core = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/core");
        let model = Model::load(&[&core]).unwrap();
        let text = "exists(hazard, h, h.enterprise == r.id && h.level == 'major' && h.open)";
        let expression = Expression::check(text, &Context::of(&model, "r", "enterprise")).unwrap();
        let mut index = ReadIndex::default();
        index.add("rule", &expression);
        let routes = index.of_field("hazard", "level").next().unwrap().1;
        let route = routes.first().unwrap();
        let hazard = |level: Option<&str>, open: bool| {
            let level = level.map(|level| ("level".to_owned(), Fact::Text(level.to_owned())));
            level.into_iter().chain([("open".to_owned(), Fact::YesNo(open))]).collect::<Facts>()
        };
        let (general, major) = (hazard(Some("general"), true), hazard(Some("major"), true));
        let (closed, unknown) = (hazard(Some("major"), false), hazard(None, true));
        for (old, new, expected) in [
            (None, &general, false),
            (None, &major, true),
            (Some(&general), &general, false),
            (Some(&general), &major, true),
            (Some(&major), &closed, true),
            (None, &closed, false),
            // Without a level nobody can say.
            (None, &unknown, true),
        ] {
            let change = Change { register: "hazard", id: Id::NIL, old, new };
            assert_eq!(matters(&index, "rule", route, &change), expected, "{old:?} {new:?}");
        }
        let own = Route::default();
        let change = Change { register: "enterprise", id: Id::NIL, old: None, new: &general };
        assert!(matters(&index, "rule", &own, &change), "no lookup ends at the record itself");
    }
}
