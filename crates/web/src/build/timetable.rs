//! The timetable of the plan: which clause runs from when to when, what falls due on which day, and how that day stands
//! today. Pure: clauses in, rows out.

use base::Day;
use plan::pack::{ClauseTitle, Model, part_of};

/// Days before a due day from which it is near.
const NEAR: i64 = 30;

/// How a day stands, the calmest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Mark {
    /// It lies behind, and what serves the clause has nothing late.
    Passed,
    /// It lies ahead.
    Ahead,
    /// It falls due within 30 days.
    Near,
    /// It lies behind, and cases that serve the clause are late.
    LateCases,
    /// It lies behind, and nothing serves the clause.
    Unserved,
}

impl Mark {
    /// For style sheets and JSON.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ahead => "ahead",
            Self::Passed => "passed",
            Self::Near => "near",
            Self::LateCases => "late_cases",
            Self::Unserved => "unserved",
        }
    }

    /// Its sentence.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Ahead => "timetable.ahead",
            Self::Passed => "timetable.passed",
            Self::Near => "timetable.near",
            Self::LateCases => "timetable.late_cases",
            Self::Unserved => "timetable.unserved",
        }
    }

    /// Something is wrong.
    pub(crate) fn is_late(self) -> bool {
        matches!(self, Self::LateCases | Self::Unserved)
    }
}

/// What is known about how a clause is carried out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Evidence {
    /// Something serves it.
    pub(crate) served: bool,
    /// Late cases among what serves it.
    pub(crate) late: i64,
}

/// How a due day of a clause stands.
pub(crate) fn mark(day: Day, today: Day, evidence: Evidence) -> Mark {
    match day.days_since(today) {
        left if left > NEAR => Mark::Ahead,
        left if left >= 0 => Mark::Near,
        _ if !evidence.served => Mark::Unserved,
        _ if evidence.late > 0 => Mark::LateCases,
        _ => Mark::Passed,
    }
}

/// What falls on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// The clause names the day.
    Due,
    /// A period of a recurrence ends.
    Period,
    /// The phase that the clause describes ends.
    PhaseEnd,
}

/// One day of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Node {
    /// The day.
    pub(crate) day: Day,
    /// What falls on it.
    pub(crate) kind: Kind,
    /// How it stands.
    pub(crate) mark: Mark,
}

/// One clause of the timetable.
#[derive(Debug, Clone)]
pub(crate) struct Row<'a> {
    /// The clause.
    pub(crate) clause: &'a ClauseTitle,
    /// First day of its bar.
    pub(crate) from: Day,
    /// Last day of its bar.
    pub(crate) until: Day,
    /// It describes a phase of the plan.
    pub(crate) phase: bool,
    /// Its days in order.
    pub(crate) nodes: Vec<Node>,
    /// What is known about it.
    pub(crate) evidence: Evidence,
}

impl Row<'_> {
    /// The worst of its days.
    pub(crate) fn worst(&self) -> Mark {
        self.nodes.iter().map(|n| n.mark).max().unwrap_or(Mark::Ahead)
    }

    /// The next day that is still to come.
    pub(crate) fn next(&self, today: Day) -> Option<Day> {
        self.nodes.iter().map(|n| n.day).find(|day| *day >= today)
    }
}

/// The days between which the plan runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    /// First day, the earliest of plan and clauses.
    pub(crate) from: Day,
    /// Day of issue.
    pub(crate) issued: Day,
    /// Last day, the latest of plan and clauses.
    pub(crate) until: Day,
}

/// The span of the plan; None where neither plan nor clauses name a day.
pub(crate) fn span(model: &Model) -> Option<Span> {
    let days = || model.clauses.iter().flat_map(|c| c.due.iter().chain(&c.from).chain(&c.until)).copied();
    let head = model.plan.as_ref();
    let from = days().chain(head.map(|p| p.from)).min()?;
    let until = days().chain(head.map(|p| p.until)).max()?;
    Some(Span { from, issued: head.map_or(from, |p| p.issued), until })
}

/// Which rows are wanted; what is empty or absent takes everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Selection {
    /// `M`, `A1`, ...
    pub(crate) part: String,
    /// A department that leads or supports, by id.
    pub(crate) department: String,
    /// Only what falls into this year.
    pub(crate) year: Option<i32>,
}

impl Selection {
    fn takes(&self, clause: &ClauseTitle) -> bool {
        let id = clause.id.get_ref();
        let of = |d: &String| *d == self.department;
        (self.part.is_empty() || part_of(id) == self.part)
            && (self.department.is_empty() || clause.lead.iter().any(of) || clause.support.iter().any(of))
    }
}

/// The rows in the order of the plan.
pub(crate) fn rows<'a>(
    model: &'a Model,
    span: Span,
    wanted: &Selection,
    today: Day,
    evidence: impl Fn(&ClauseTitle) -> Evidence,
) -> Vec<Row<'a>> {
    let dated = model.clauses.iter().filter(|c| c.is_dated() && wanted.takes(c));
    let mut rows: Vec<Row<'a>> = dated.map(|c| row(c, span, today, evidence(c))).collect();
    if let Some(year) = wanted.year {
        for row in &mut rows {
            row.nodes.retain(|n| n.day.year() == year);
        }
        // A bar that only passes through the year says nothing about it, unless it is a phase.
        rows.retain(|r| !r.nodes.is_empty() || (r.phase && (r.from.year()..=r.until.year()).contains(&year)));
    }
    rows
}

fn row(clause: &ClauseTitle, span: Span, today: Day, evidence: Evidence) -> Row<'_> {
    let begin = clause.from.unwrap_or(span.issued);
    let recurring = if clause.every.is_empty() { None } else { Some(clause.until.unwrap_or(span.until)) };
    let until = clause.due.iter().copied().chain(clause.until).chain(recurring).max().unwrap_or(begin);
    // Some days lie before the day of issue: the work began with the period of the plan.
    let from = if until <= begin { clause.from.unwrap_or(span.from).min(until) } else { begin };
    let due = clause.due.iter().map(|day| (*day, Kind::Due));
    let ends = clause.every.iter().flat_map(|every| every.ends(from, until)).map(|day| (day, Kind::Period));
    let phase = clause.until.map(|day| (day, Kind::PhaseEnd));
    let mut days: Vec<(Day, Kind)> = due.chain(phase).chain(ends).collect();
    days.sort_unstable();
    // A day that the clause names itself says more than the end of a period or phase on the same day.
    days.dedup_by_key(|(day, _)| *day);
    let node = |(day, kind): (Day, Kind)| {
        let mark = match kind {
            Kind::Due => mark(day, today, evidence),
            // Whether a single period or phase was kept is not known from its end alone.
            Kind::Period | Kind::PhaseEnd if day < today => Mark::Passed,
            Kind::Period | Kind::PhaseEnd => mark(day, today, evidence),
        };
        Node { day, kind, mark }
    };
    Row {
        clause,
        from,
        until,
        phase: clause.until.is_some(),
        nodes: days.into_iter().map(node).collect(),
        evidence,
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn model() -> Model {
        let text = r#"
[pack]
id = "small"
title = { zh = "小包", en = "Small" }
version = "1"
from = 2020-06-04
[plan]
title = { zh = "方案", en = "Plan" }
issuer = { zh = "安委会", en = "Commission" }
number = "1"
issued = 2020-06-04
from = 2020-05-01
until = 2022-12-31
[[department]]
id = "fire"
title = { zh = "消防", en = "Fire" }
[[clause]]
id = "M.1"
title = { zh = "甲", en = "A" }
[[clause]]
id = "M.2"
title = { zh = "乙", en = "B" }
due = [2020-12-31, 2021-07-10]
lead = ["fire"]
[[clause]]
id = "A1.1"
title = { zh = "丙", en = "C" }
every = ["yearly"]
support = ["fire"]
[[clause]]
id = "A1.2"
title = { zh = "丁", en = "D" }
from = 2020-04-01
until = 2020-05-31
[[clause]]
id = "A1.3"
title = { zh = "戊", en = "E" }
due = [2020-05-31]
"#;
        let sources = plan::pack::load_sources(vec![("s.toml".into(), PathBuf::from("s.toml"), text.into())]);
        Model::from_sources(&sources.unwrap()).unwrap()
    }

    #[test]
    fn a_day_stands_by_today_and_by_what_serves_its_clause() {
        let evidence = |served, late| Evidence { served, late };
        for (when, served, late, expected) in [
            ("2021-07-16", true, 3, Mark::Ahead),
            ("2021-07-15", true, 0, Mark::Near),
            ("2021-06-15", false, 0, Mark::Near),
            ("2021-06-14", true, 0, Mark::Passed),
            ("2021-06-14", true, 1, Mark::LateCases),
            ("2021-06-14", false, 0, Mark::Unserved),
        ] {
            assert_eq!(mark(day(when), day("2021-06-15"), evidence(served, late)), expected, "{when}");
        }
    }

    #[test]
    fn rows_are_the_dated_clauses_that_are_wanted() {
        let model = model();
        let span = span(&model).unwrap();
        assert_eq!((span.from, span.until), (day("2020-04-01"), day("2022-12-31")));
        let select = |part: &str, department: &str, year| Selection {
            part: part.into(),
            department: department.into(),
            year,
        };
        for (wanted, expected) in [
            (select("", "", None), "M.2 A1.1 A1.2 A1.3"),
            (select("A1", "", None), "A1.1 A1.2 A1.3"),
            (select("", "fire", None), "M.2 A1.1"),
            (select("", "", Some(2021)), "M.2 A1.1"),
            (select("", "", Some(2020)), "M.2 A1.1 A1.2 A1.3"),
            (select("A2", "", None), ""),
        ] {
            let rows = rows(&model, span, &wanted, day("2021-06-15"), |_| Evidence::default());
            let ids: Vec<&str> = rows.iter().map(|r| r.clause.id.get_ref().as_str()).collect();
            assert_eq!(ids.join(" "), expected, "{wanted:?}");
        }
    }

    #[test]
    fn bars_run_from_issue_to_the_last_day_and_carry_their_nodes() {
        let model = model();
        let rows = rows(&model, span(&model).unwrap(), &Selection::default(), day("2021-06-15"), |_| {
            Evidence::default()
        });
        let told: Vec<String> = rows
            .iter()
            .map(|r| {
                let nodes: Vec<String> =
                    r.nodes.iter().map(|n| format!("{} {}", n.day, n.mark.name())).collect();
                format!("{}..{} {}", r.from, r.until, nodes.join(", "))
            })
            .collect();
        assert_eq!(
            told,
            [
                "2020-06-04..2021-07-10 2020-12-31 unserved, 2021-07-10 near",
                "2020-06-04..2022-12-31 2020-12-31 passed, 2021-12-31 ahead, 2022-12-31 ahead",
                "2020-04-01..2020-05-31 2020-05-31 passed",
                "2020-04-01..2020-05-31 2020-05-31 unserved",
            ]
        );
        assert_eq!(rows[0].worst(), Mark::Unserved);
        assert_eq!(rows[0].next(day("2021-06-15")), Some(day("2021-07-10")));
        assert_eq!(rows[2].next(day("2021-06-15")), None);
    }
}
