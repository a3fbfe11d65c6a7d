//! The conditions of all duties, parsed once, with the index from fields to the duties that read them.

use std::collections::BTreeMap;
use std::sync::Arc;

use plan::expression::{Context, Expression, ReadIndex};
use plan::pack::duty_link::{SubjectLink, link};
use plan::pack::{Duty, Model};
use store::Layout;

/// A duty with its parsed conditions.
#[derive(Debug)]
pub(super) struct Parsed {
    /// Who it binds: the conditions that must all hold for the first kind of subject.
    pub(super) bound: Vec<Expression>,
    /// What must hold all the time.
    pub(super) holds: Option<Expression>,
    /// Which records count.
    pub(super) when: Option<Expression>,
}

/// All duties, parsed.
#[derive(Debug)]
pub struct Catalogue {
    parsed: BTreeMap<String, Parsed>,
    index: ReadIndex,
    pub(super) layout: Arc<Layout>,
}

impl Catalogue {
    /// Parses the conditions of the duties of a checked model.
    #[must_use]
    pub fn of(model: &Model) -> Self {
        let layout = Arc::new(crate::tables::layout());
        let mut catalogue = Self { parsed: BTreeMap::new(), index: ReadIndex::default(), layout };
        for duty in model.duties.values() {
            let subject = duty.who.subject.get_ref();
            let about = |text: &str, variable: &str, register: &str| {
                // The checker has refused what cannot be parsed.
                Expression::check(text, &Context::of(model, variable, register)).ok()
            };
            let texts = [&duty.who.when, &duty.only_while];
            let bound: Vec<Expression> =
                texts.into_iter().flatten().filter_map(|text| about(text.get_ref(), "s", subject)).collect();
            let holds = duty.holds.as_ref().and_then(|text| about(text.get_ref(), "s", subject));
            let proof = duty.fulfilled.as_ref();
            let when = proof.and_then(|f| f.when.as_ref()).zip(duty.record());
            let when = when.and_then(|(text, register)| about(text.get_ref(), "r", register));
            for expression in bound.iter().chain(&holds) {
                catalogue.index.add(duty.name(), expression);
            }
            catalogue.parsed.insert(duty.name().to_owned(), Parsed { bound, holds, when });
        }
        catalogue
    }

    /// All conditions.
    pub(crate) fn expressions(&self) -> impl Iterator<Item = &Expression> {
        self.parsed.values().flat_map(|p| p.bound.iter().chain(&p.holds).chain(&p.when))
    }

    /// The parsed conditions of a duty.
    pub(super) fn parsed(&self, duty: &Duty) -> Option<&Parsed> {
        self.parsed.get(duty.name())
    }

    /// Which duties read which fields.
    pub(super) fn index(&self) -> &ReadIndex {
        &self.index
    }
}

/// How records that prove `duty` name a subject of `kind`.
pub(crate) fn proof_link(model: &Model, duty: &Duty, kind: &str) -> Option<SubjectLink> {
    let proof = duty.fulfilled.as_ref()?;
    link(model.register(duty.record()?)?, proof, kind)
}
