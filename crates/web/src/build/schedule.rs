//! From the rows of the timetable to what its page shows: lanes by part, and the same days by month.

use std::collections::BTreeMap;

use base::{Day, Language};
use plan::pack::{Model, part_of};

use super::clause::{departments, every, part_title};
use super::gantt::Axis;
use super::timetable::{Kind, Mark, Node, Row};
use crate::text::{fill, say};
use crate::view::timetable::{Dot, Entry, Group, Lane, Month, Tick};

/// The days of a month: when, how each stands, what is shown.
type Days = Vec<(Day, Mark, Entry)>;

/// What everything here needs to know.
pub(crate) struct Setting<'a> {
    /// The packs.
    pub(crate) model: &'a Model,
    /// The axis.
    pub(crate) axis: Axis,
    /// The plan clock's day.
    pub(crate) today: Day,
    /// Language of the page.
    pub(crate) language: Language,
}

impl Setting<'_> {
    /// Lines of the axis: a year with its number, other months with theirs.
    pub(crate) fn ticks(&self) -> Vec<Tick> {
        let ticks = self.axis.ticks();
        let word = |label: &str, year: bool| match label.split_once('-') {
            Some((number, _)) if year => number.to_owned(),
            Some((_, month)) => month.trim_start_matches('0').to_owned(),
            None => String::new(),
        };
        ticks.into_iter().map(|t| Tick { label: word(&t.label, t.year), at: t.at, year: t.year }).collect()
    }

    /// Lanes by part, in the order of the plan.
    pub(crate) fn groups(&self, rows: &[Row<'_>]) -> Vec<Group> {
        let mut groups: Vec<(&str, Group)> = Vec::new();
        for row in rows {
            let part = part_of(row.clause.id.get_ref());
            if groups.last().is_none_or(|(last, _)| *last != part) {
                let title = part_title(self.model, part, self.language);
                groups.push((part, Group { title, lanes: Vec::new() }));
            }
            if let Some((_, group)) = groups.last_mut() {
                group.lanes.push(self.lane(row));
            }
        }
        groups.into_iter().map(|(_, group)| group).collect()
    }

    fn lane(&self, row: &Row<'_>) -> Lane {
        let l = self.language;
        let dot = |node: &Node| Dot {
            at: self.axis.at(node.day),
            mark: node.mark.name(),
            period: node.kind != Kind::Due,
            words: format!("{} {}", node.day, self.what(node, row)),
        };
        let shown = row.nodes.iter().filter(|node| self.axis.has(node.day));
        let recurrences: Vec<String> = row.clause.every.iter().map(|e| every(*e, l)).collect();
        let dots: Vec<Dot> = shown.map(dot).collect();
        let range = format!("{} – {}", row.from, row.until);
        let words: Vec<&str> =
            std::iter::once(range.as_str()).chain(dots.iter().map(|d| d.words.as_str())).collect();
        Lane {
            id: row.clause.id.get_ref().clone(),
            title: row.clause.title.in_language(l).to_owned(),
            lead: departments(self.model, &row.clause.lead, l),
            bar: self.axis.bar(row.from, row.until),
            phase: row.phase,
            words: words.join("; "),
            dots,
            every: recurrences.join(" "),
            next: row.next(self.today).map(|day| day.to_string()).unwrap_or_default(),
            state: self.state(row.worst(), row),
        }
    }

    /// The same days by month. Months that lie behind are folded, but those with something late say so.
    pub(crate) fn months(&self, rows: &[Row<'_>]) -> Vec<Month> {
        let mut days: BTreeMap<(i32, u32), Days> = BTreeMap::new();
        for row in rows {
            for node in &row.nodes {
                let entry = Entry {
                    day: node.day.to_string(),
                    id: row.clause.id.get_ref().clone(),
                    title: row.clause.title.in_language(self.language).to_owned(),
                    what: say(self.language, kind_key(node.kind)),
                    state: self.state(node.mark, row),
                };
                days.entry((node.day.year(), node.day.month()))
                    .or_default()
                    .push((node.day, node.mark, entry));
            }
        }
        let now = (self.today.year(), self.today.month());
        let month = |(at, mut entries): ((i32, u32), Days)| {
            entries.sort_by_key(|(day, ..)| *day);
            Month {
                label: format!("{}-{:02}", at.0, at.1),
                past: at < now,
                late: entries.iter().filter(|(_, mark, _)| mark.is_late()).count(),
                entries: entries.into_iter().map(|(.., entry)| entry).collect(),
            }
        };
        // What is still to come first, then what lies behind, the latest first.
        let (mut past, mut months): (Vec<Month>, Vec<Month>) =
            days.into_iter().map(month).partition(|month| month.past);
        past.reverse();
        months.extend(past);
        months
    }

    /// What falls on a day and how it stands.
    fn what(&self, node: &Node, row: &Row<'_>) -> String {
        format!("{}: {}", say(self.language, kind_key(node.kind)), self.state(node.mark, row).1)
    }

    fn state(&self, mark: Mark, row: &Row<'_>) -> (&'static str, String) {
        let number = row.evidence.late.to_string();
        let words = match mark {
            Mark::LateCases => fill(self.language, "timetable.late_n", &[("n", &number)]),
            other => say(self.language, other.key()),
        };
        (mark.name(), words)
    }
}

fn kind_key(kind: Kind) -> &'static str {
    match kind {
        Kind::Due => "timetable.due",
        Kind::Period => "timetable.period",
        Kind::PhaseEnd => "timetable.phase_end",
    }
}
