//! Questions about duties as conditions of the store: is there a span, is there evidence, is the subject bound.

use std::sync::Arc;

use base::{Day, Instant};
use plan::expression::{Compared, Constant, Folded, Kind, Link, Lookup, Moment, Path, Term, Truth};
use plan::pack::duty_link::SubjectLink;
use plan::pack::{Duty, FieldKind, ScopeFrom};
use store::{Condition, Judged, Wanted};

use super::catalogue::proof_link;
use super::tables::{EVIDENCE, SPAN, STATE};
use crate::Engine;

/// A bound of the days whose evidence counts.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Bound {
    /// None.
    Open,
    /// This day.
    Day(Day),
    /// The first or the due day of the row that is asked about, which is one of [`STATE`].
    OfRow,
}

/// Which instance is asked about.
#[derive(Debug, Clone)]
pub(crate) struct Window {
    /// The code of the instance; None for that of the row.
    pub(crate) period: Option<String>,
    /// From when evidence counts.
    pub(crate) from: Bound,
    /// Until when.
    pub(crate) until: Bound,
}

impl Window {
    /// The instance of the row.
    pub(super) fn of_row() -> Self {
        Self { period: None, from: Bound::OfRow, until: Bound::Open }
    }

    /// The instance of the row, in time.
    pub(super) fn of_row_in_time() -> Self {
        Self { until: Bound::OfRow, ..Self::of_row() }
    }
}

pub(super) fn path(variable: usize, register: &str, field: &str, kind: Kind) -> Path {
    Path { variable, hops: Vec::new(), register: register.to_owned(), field: field.to_owned(), kind }
}

pub(super) fn text_is(variable: usize, register: &str, field: &str, value: &str) -> Truth {
    let field = Term::Field(path(variable, register, field, Kind::Text));
    Truth::Compare(Compared::Equal, field, Term::Constant(Constant::Text(value.to_owned())))
}

pub(super) fn lookup(register: &str, links: Vec<(Path, Path)>, condition: Vec<Truth>) -> Lookup {
    let links = links.into_iter().map(|(inner, outer)| Link { inner, outer }).collect();
    Lookup { register: register.to_owned(), variable: 1, links, condition: Truth::All(condition) }
}

pub(super) fn exists(lookup: Lookup) -> Truth {
    Truth::Exists(Box::new(lookup))
}

/// Of the duty's own tables: rows of this duty about the subject `outer`.
pub(super) fn own_rows(table: &str, duty: &str, outer: Path, mut more: Vec<Truth>) -> Lookup {
    more.insert(0, text_is(1, table, "duty", duty));
    lookup(table, vec![(path(1, table, "subject", Kind::Id), outer)], more)
}

/// The path to the subject's id from a row of `root`: a subject itself, or a row about one.
pub(super) fn subject_of(root: &str) -> Path {
    let field = if [SPAN, STATE, EVIDENCE].contains(&root) { "subject" } else { "id" };
    path(0, root, field, Kind::Id)
}

impl Engine {
    /// A condition on rows of the table of `root`.
    pub(crate) fn duty_asked(&self, root: &str, truth: Truth, wanted: Wanted) -> Condition {
        Condition::Judged(self.duty_verdict(root, truth), wanted)
    }

    /// An expression about rows of the table of `root`.
    pub(super) fn duty_verdict(&self, root: &str, truth: Truth) -> Judged {
        Judged::new(Arc::new(Folded::made(root, truth)), Arc::clone(&self.duties.layout))
    }

    /// True for rows for which it does not hold, whether it fails or cannot be judged.
    pub(crate) fn duty_not_asked(&self, root: &str, truth: Truth) -> Condition {
        Condition::Not(Box::new(self.duty_asked(root, truth, Wanted::Holds)))
    }

    /// The duty binds the subject, as its conditions say on `day`. Further kinds of subjects are bound each.
    pub(crate) fn duty_binds(&self, duty: &Duty, kind: &str, day: Day) -> Truth {
        if kind != duty.who.subject.get_ref() {
            return Truth::All(Vec::new());
        }
        let Some(parsed) = self.duties.parsed(duty) else { return Truth::Constant(Constant::YesNo(false)) };
        let moment = Moment::today(day);
        let mut parts: Vec<Truth> =
            parsed.bound.iter().map(|e| e.fold(&moment, &self.model).truth().clone()).collect();
        if kind == "department" && !duty.who.departments.is_empty() {
            let named = duty.who.departments.iter().map(|code| text_is(0, kind, "code", code));
            parts.push(Truth::Any(named.collect()));
        }
        Truth::All(parts)
    }

    /// What must hold all the time.
    pub(crate) fn duty_holds(&self, duty: &Duty, day: Day) -> Option<Truth> {
        let parsed = self.duties.parsed(duty)?.holds.as_ref()?;
        Some(parsed.fold(&Moment::today(day), &self.model).truth().clone())
    }

    /// Which records of its register count as proof.
    pub(super) fn duty_proof_condition(&self, duty: &Duty, day: Day) -> Truth {
        let when = self.duties.parsed(duty).and_then(|p| p.when.as_ref());
        let folded = when.map(|when| when.fold(&Moment::today(day), &self.model).truth().clone());
        folded.unwrap_or(Truth::All(Vec::new()))
    }

    /// There is a span of the duty that still binds the subject of the row.
    pub(super) fn has_span(&self, duty: &Duty, root: &str) -> Truth {
        exists(own_rows(SPAN, duty.name(), subject_of(root), Vec::new()))
    }

    /// The instance `period` of the subject of the row stands in the table of instances.
    pub(super) fn has_state(&self, duty: &Duty, root: &str, period: &str) -> Truth {
        exists(own_rows(STATE, duty.name(), subject_of(root), vec![text_is(1, STATE, "period", period)]))
    }

    /// The instance `period` of the subject of the row was excused or is owed no more.
    pub(crate) fn has_ended_state(&self, duty: &Duty, root: &str, period: &str) -> Truth {
        let ended = ["excused", "not_applicable"].map(|state| text_is(1, STATE, "state", state)).to_vec();
        let which = vec![text_is(1, STATE, "period", period), Truth::Any(ended)];
        exists(own_rows(STATE, duty.name(), subject_of(root), which))
    }

    /// Some instance of the duty is open (due or overdue) for the subject of the row.
    pub(super) fn has_open_state(&self, duty: &Duty, root: &str) -> Truth {
        let states = ["due", "overdue"].map(|state| text_is(1, STATE, "state", state)).to_vec();
        exists(own_rows(STATE, duty.name(), subject_of(root), vec![Truth::Any(states)]))
    }

    /// The subject of a row about one still exists.
    pub(super) fn subject_exists(&self, kind: &str, root: &str) -> Truth {
        let link = (path(1, kind, "id", Kind::Id), subject_of(root));
        exists(lookup(kind, vec![link], Vec::new()))
    }

    /// There is enough evidence for the subject of a row of `root` ([`SPAN`] or [`STATE`]).
    pub(crate) fn duty_evidence(&self, duty: &Duty, kind: &str, root: &str, window: &Window) -> Truth {
        let Some(register) = duty.record() else { return self.duty_handed_in(duty, root, window) };
        let Some(link) = proof_link(&self.model, duty, kind) else {
            return Truth::Constant(Constant::YesNo(false));
        };
        let code =
            |field: &str| vec![(path(1, register, field, Kind::Text), path(0, root, "code", Kind::Text))];
        let links = match &link {
            SubjectLink::Reference(field) => vec![(path(1, register, field, Kind::Id), subject_of(root))],
            SubjectLink::Itself => vec![(path(1, register, "id", Kind::Id), subject_of(root))],
            SubjectLink::Code(field) => code(field),
            SubjectLink::Whole => Vec::new(),
        };
        let own = self.duty_enough(duty, register, links, root, window);
        // A zone of a county's rank stands in the column of parks.
        let placed = self.model.register(register).is_some_and(|r| r.scope != ScopeFrom::Shared);
        if placed && matches!(&link, SubjectLink::Code(field) if field == "county") {
            return Truth::Any(vec![own, self.duty_enough(duty, register, code("park"), root, window)]);
        }
        own
    }

    fn duty_enough(
        &self,
        duty: &Duty,
        register: &str,
        links: Vec<(Path, Path)>,
        root: &str,
        window: &Window,
    ) -> Truth {
        let proof = duty.fulfilled.as_ref();
        let at = proof.and_then(|f| f.at.as_ref()).map_or("created_at", |at| at.get_ref().as_str());
        let of = self.model.register(register);
        let is_day = of.and_then(|r| r.field(at)).is_some_and(|f| f.kind == FieldKind::Day);
        let mut parts = bounds(register, at, is_day, root, window);
        if let Some(when) = self.duties.parsed(duty).and_then(|p| p.when.as_ref()) {
            parts.push(when.fold(&Moment::today(self.today()), &self.model).truth().shifted(1));
        }
        counted(lookup(register, links, parts), proof.and_then(|f| f.count).unwrap_or(1))
    }

    fn duty_handed_in(&self, duty: &Duty, root: &str, window: &Window) -> Truth {
        let mut parts = vec![text_is(1, EVIDENCE, "duty", duty.name())];
        let mut links = vec![(path(1, EVIDENCE, "subject", Kind::Id), subject_of(root))];
        match &window.period {
            Some(period) => parts.push(text_is(1, EVIDENCE, "period", period)),
            None => {
                links.push((path(1, EVIDENCE, "period", Kind::Text), path(0, root, "period", Kind::Text)));
            }
        }
        if !matches!(window.until, Bound::Open) {
            let late = Window { from: Bound::Open, ..window.clone() };
            parts.extend(bounds(EVIDENCE, "at_day", true, root, &late));
        }
        exists(lookup(EVIDENCE, links, parts))
    }
}

fn counted(lookup: Lookup, count: u32) -> Truth {
    if count <= 1 {
        return exists(lookup);
    }
    let wanted = Term::Constant(Constant::Whole(i64::from(count)));
    Truth::Compare(Compared::GreaterOrEqual, Term::Count(Box::new(lookup)), wanted)
}

/// The conditions on the day of the evidence.
fn bounds(register: &str, at: &str, is_day: bool, root: &str, window: &Window) -> Vec<Truth> {
    let kind = if is_day { Kind::Day } else { Kind::Instant };
    let at = || Term::Field(path(1, register, at, kind));
    let of_row =
        |day: &str, instant: &str| Term::Field(path(0, root, if is_day { day } else { instant }, kind));
    let mut parts = Vec::new();
    match window.from {
        Bound::Open => {}
        Bound::Day(day) if is_day => {
            parts.push(Truth::Compare(Compared::GreaterOrEqual, at(), Term::Constant(Constant::Day(day))));
        }
        Bound::Day(day) => {
            let begin = Term::Constant(Constant::Instant(Instant::start_of(day)));
            parts.push(Truth::Compare(Compared::GreaterOrEqual, at(), begin));
        }
        Bound::OfRow => {
            parts.push(Truth::Compare(Compared::GreaterOrEqual, at(), of_row("first_day", "first_at")));
        }
    }
    match window.until {
        Bound::Open => {}
        Bound::Day(day) if is_day => {
            parts.push(Truth::Compare(Compared::LessOrEqual, at(), Term::Constant(Constant::Day(day))));
        }
        Bound::Day(day) => {
            let end = Term::Constant(Constant::Instant(Instant::start_of(day.plus_days(1))));
            parts.push(Truth::Compare(Compared::Less, at(), end));
        }
        Bound::OfRow => {
            parts.push(Truth::Compare(Compared::LessOrEqual, at(), of_row("due_day", "due_at")));
        }
    }
    parts
}
