//! The rules of the packs with their conditions checked, and the reverse index from fields to rules. Made once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use base::Day;
use judge::{Records, Subject, Verdict};
use plan::expression::{Context, Expression, Folded, Moment, ReadIndex, Route};
use plan::pack::{Model, Rule, Sweep};
use store::Judged;

use crate::tables::layout;

/// A condition that remembers how it reads on the day asked for last, so that it is made once a day and not once for
/// each record.
#[derive(Debug)]
struct Dated {
    expression: Expression,
    last: Mutex<Option<(Day, Arc<Folded>)>>,
}

impl From<Expression> for Dated {
    fn from(expression: Expression) -> Self {
        Self { expression, last: Mutex::new(None) }
    }
}

impl Dated {
    /// The condition with the day and the values of that day put in.
    fn on(&self, day: Day, model: &Model) -> Arc<Folded> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        match &*last {
            Some((at, folded)) if *at == day => Arc::clone(folded),
            _ => {
                let folded = Arc::new(self.expression.fold(&Moment::today(day), model));
                *last = Some((day, Arc::clone(&folded)));
                folded
            }
        }
    }

    fn judged(&self, day: Day, model: &Model) -> Judged {
        Judged::new(self.on(day, model), Arc::new(layout()))
    }
}

/// One rule, ready to be judged.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Which records it is about.
    guard: Option<Dated>,
    /// What must hold.
    must: Option<Dated>,
    /// `!guard || must`: what memory judges.
    whole: Option<Dated>,
    /// What a change must observe.
    change: Option<Dated>,
    /// Ways from its record to everything that it reads.
    pub(crate) routes: BTreeSet<Route>,
    /// Fields of the record itself that it reads.
    pub(crate) own: BTreeSet<String>,
    /// Of these, those of the condition itself and not only of its guard.
    pub(crate) asked: BTreeSet<String>,
    /// How often it is swept.
    pub(crate) sweep: Sweep,
}

/// All rules of the model.
#[derive(Debug, Default)]
pub struct RuleBook {
    entries: BTreeMap<String, Entry>,
    pub(crate) index: ReadIndex,
    /// Fields that rules read of records other than the one that is judged, by register.
    read: BTreeMap<String, Vec<String>>,
}

impl RuleBook {
    /// The rules of `model`, whose conditions its checker has accepted.
    #[must_use]
    pub fn of(model: &Model) -> Self {
        let mut book = Self::default();
        for rule in model.rules.values() {
            match book.add(rule, model) {
                Some(()) => {}
                // The checker of packs lets no such model through; a model made otherwise is told of.
                None => tracing::error!(rule = rule.name(), "a rule cannot be read and is not judged"),
            }
        }
        for register in model.registers.keys() {
            let read = book.index.read_beyond(register).map(str::to_owned).collect();
            book.read.insert(register.clone(), read);
        }
        book
    }

    fn add(&mut self, rule: &Rule, model: &Model) -> Option<()> {
        let of = Context::of(model, "r", rule.register());
        let both = Context::of(model, "old", rule.register()).and("new", rule.register());
        let guard = match &rule.when {
            Some(text) => Some(Expression::check(text.get_ref(), &of).ok()?),
            None => None,
        };
        let must = match &rule.must {
            Some(text) => Some(Expression::check(text.get_ref(), &of).ok()?),
            None => None,
        };
        let change = match &rule.change {
            Some(text) => Some(Expression::check(text.get_ref(), &both).ok()?),
            None => None,
        };
        let (mut routes, mut own, mut asked) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for expression in [&guard, &must, &change].into_iter().flatten() {
            self.index.add(rule.name(), expression);
            for read in expression.reads() {
                if read.route.steps.is_empty() {
                    own.insert(read.field);
                }
                routes.insert(read.route);
            }
        }
        for read in [&must, &change].into_iter().flatten().flat_map(Expression::reads) {
            if read.route.steps.is_empty() {
                asked.insert(read.field);
            }
        }
        let dated = [&guard, &must].into_iter().flatten().any(|e| e.is_dated(model));
        let whole = must.as_ref().map(|must| match &guard {
            Some(guard) => must.guarded(guard),
            None => must.clone(),
        });
        let sweep = rule.swept(dated);
        let [guard, must, whole, change] = [guard, must, whole, change].map(|e| e.map(Dated::from));
        let entry = Entry { guard, must, whole, change, routes, own, asked, sweep };
        self.entries.insert(rule.name().to_owned(), entry);
        Some(())
    }

    /// The fields of `register` that rules read of records other than the one that is judged.
    pub(crate) fn read_of(&self, register: &str) -> &[String] {
        self.read.get(register).map_or(&[], Vec::as_slice)
    }

    /// All conditions.
    pub(crate) fn expressions(&self) -> impl Iterator<Item = &Expression> {
        self.entries.values().flat_map(|e| [&e.guard, &e.must, &e.change]).flatten().map(|d| &d.expression)
    }

    /// The rule of that name.
    pub(crate) fn entry(&self, rule: &str) -> Option<&Entry> {
        self.entries.get(rule)
    }
}

impl Entry {
    /// The condition with its guard, as the database judges it on `day`.
    pub(crate) fn judged(&self, day: Day, model: &Model) -> Option<Judged> {
        Some(self.whole.as_ref()?.judged(day, model))
    }

    /// The guard and the condition apart, for finding failures by an index.
    pub(crate) fn apart(&self, day: Day, model: &Model) -> Option<(Option<Judged>, Judged)> {
        Some((self.guard(day, model), self.must.as_ref()?.judged(day, model)))
    }

    /// The guard alone: which records the rule is about.
    pub(crate) fn guard(&self, day: Day, model: &Model) -> Option<Judged> {
        Some(self.guard.as_ref()?.judged(day, model))
    }

    /// Judges what must hold of one record.
    pub(crate) fn state(
        &self,
        subject: Subject<'_>,
        records: &dyn Records,
        day: Day,
        model: &Model,
    ) -> Option<Verdict> {
        Some(judge::verdict::judge(&self.whole.as_ref()?.on(day, model), &[subject], records))
    }

    /// Judges a change from `old` to `new`.
    pub(crate) fn change(
        &self,
        (old, new): (Subject<'_>, Subject<'_>),
        records: &dyn Records,
        day: Day,
        model: &Model,
    ) -> Option<Verdict> {
        let asked = judge::verdict::judge(&self.change.as_ref()?.on(day, model), &[old, new], records);
        let guard = match &self.guard {
            Some(guard) => judge::verdict::judge(&guard.on(day, model), &[old], records),
            None => Verdict::Holds,
        };
        Some(judge::rule_case::guarded(guard, asked))
    }
}
