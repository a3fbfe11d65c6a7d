//! Words about clauses that several pages need: the part of the plan, recurrences, numbers, how a day stands.

use base::{Day, Language};
use plan::pack::{Every, Limit, Model, Unit};

use super::timetable::Mark;
use crate::text::{fill, say};
use crate::view::cell::Shown;

/// The name of a part: "附件2 企业主体责任专题", or its number alone where the packs have no title.
pub(crate) fn part_title(model: &Model, part: &str, l: Language) -> String {
    let name = match part.strip_prefix('A') {
        Some(number) => fill(l, "plan.annex", &[("n", number)]),
        None => say(l, "plan.main_text"),
    };
    match model.part(part) {
        Some(known) => format!("{name} {}", known.title.in_language(l)),
        None => name,
    }
}

/// Titles of departments.
pub(crate) fn departments(model: &Model, ids: &[String], l: Language) -> String {
    let titles: Vec<String> = ids.iter().map(|id| department(model, id, l)).collect();
    titles.join(if l == Language::Chinese { "、" } else { ", " })
}

/// The title of a department.
pub(crate) fn department(model: &Model, id: &str, l: Language) -> String {
    model.department(id).map_or_else(|| id.to_owned(), |d| d.title.in_language(l).to_owned())
}

/// A recurrence in words.
pub(crate) fn every(every: Every, l: Language) -> String {
    match every {
        Every::Shift => say(l, "every.shift"),
        Every::Day => say(l, "every.day"),
        Every::Week => say(l, "every.week"),
        Every::Month => say(l, "every.month"),
        Every::Quarter => say(l, "every.quarter"),
        Every::HalfYear => say(l, "every.half_year"),
        Every::Years(1) => say(l, "every.year"),
        Every::Years(n) => fill(l, "every.years", &[("n", &n.to_string())]),
    }
}

/// A span of time in words: `5wd` as "5 working days", `-3d` as "3 days before".
pub(crate) fn span(limit: Limit, l: Language) -> String {
    let key = match limit.unit {
        Unit::Minutes => "span.minutes",
        Unit::Hours => "span.hours",
        Unit::Days => "span.days",
        Unit::WorkingDays => "span.working_days",
        Unit::Months => "span.months",
        Unit::Years => "span.years",
    };
    let words = fill(l, key, &[("n", &limit.count.unsigned_abs().to_string())]);
    if limit.count < 0 { fill(l, "span.before", &[("span", &words)]) } else { words }
}

/// A number that a clause names, as people write it: `≥15%` for `>=15%`.
pub(crate) fn target(written: &str, l: Language) -> String {
    if written == "=0" {
        return say(l, "clause.none_left");
    }
    if let Some(grade) = written.strip_prefix("grade>=") {
        return fill(l, "clause.grade_or_better", &[("grade", grade)]);
    }
    let text = written.replace(">=", "≥").replace("<=", "≤");
    text.strip_prefix('=').map(str::to_owned).unwrap_or(text)
}

/// A due day with how it stands.
pub(crate) fn due(day: Day, today: Day, mark: Mark, l: Language) -> Shown {
    let left = day.days_since(today);
    let words = match mark {
        Mark::Ahead | Mark::Near => fill(l, "timetable.days_left", &[("n", &left.to_string())]),
        other => say(l, other.key()),
    };
    let tone = match mark {
        Mark::Near => "soon",
        mark if mark.is_late() => "late",
        _ => "calm",
    };
    Shown::Due { when: day.to_string(), left: words, tone }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_written_in_words() {
        for (written, zh, en) in [
            ("5wd", "5个工作日", "5 working days"),
            ("-30d", "提前30天", "30 days before"),
            ("2h", "2小时", "2 hours"),
        ] {
            let limit: Limit = written.parse().unwrap();
            assert_eq!(
                (span(limit, Language::Chinese), span(limit, Language::English)),
                (zh.into(), en.into())
            );
        }
    }

    #[test]
    fn numbers_of_clauses_are_written_as_people_write_them() {
        for (written, shown) in [
            (">=15%", "≥15%"),
            ("<=30日", "≤30日"),
            ("=100%", "100%"),
            ("=0", "none left"),
            ("grade>=D", "grade D or better"),
        ] {
            assert_eq!(target(written, Language::English), shown);
        }
    }
}
