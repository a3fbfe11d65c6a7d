//! Points and stretches of time as plans write them: `2020年`, `2020年底`, `6月中旬`, `二〇二〇年六月四日`, `今年上半年`.

use std::ops::Range;

use base::Day;

use super::numerals::{arabic, chinese, year};

/// One mention of a point or stretch of time.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Mention {
    /// Year.
    pub(crate) year: Option<i32>,
    /// Month.
    pub(crate) month: Option<u32>,
    /// Day of the month.
    pub(crate) day: Option<u32>,
    /// `底`, `末`, `上半年`, `中旬`: the part is named, so the end is meant.
    pub(crate) ended: bool,
    /// Bytes of the flow.
    pub(crate) length: usize,
}

impl Mention {
    /// The last day of what is meant, in a year.
    pub(crate) fn last_day(&self, year: i32) -> Option<Day> {
        match (self.month, self.day) {
            (Some(month), Some(day)) => Day::new(year, month, day),
            (Some(month), None) => end_of_month(year, month),
            _ => Day::new(year, 12, 31),
        }
    }

    /// The day before the stretch begins, which is what `前` behind it means.
    pub(crate) fn day_before(&self, year: i32) -> Option<Day> {
        match (self.month, self.day) {
            (_, Some(_)) => self.last_day(year),
            (Some(month), None) => Day::new(year, month, 1).map(|d| d.plus_days(-1)),
            _ => Day::new(year - 1, 12, 31),
        }
    }
}

fn end_of_month(year: i32, month: u32) -> Option<Day> {
    Day::new(year, month, 1).map(|d| d.plus_months(1).plus_days(-1))
}

/// `前`, `之前`, `以前`, `内`, `止` behind a mention; moves `after` behind it.
pub(crate) fn before_marker(after: &mut &str) -> bool {
    for word in ["之前", "以前", "前", "止", "完成前"] {
        if let Some(rest) = after.strip_prefix(word) {
            if word == "前" && rest.starts_with(['期', '置', '后', '述', '款']) {
                return false;
            }
            *after = rest;
            return true;
        }
    }
    false
}

/// `至6月` behind a first mention: the second one and the bytes between them.
pub(crate) fn range_end(after: &str) -> Option<(Mention, usize)> {
    let joined = ["起至", "开始至", "起到", "至", "到", "—", "–", "-", "~", "～"];
    let word = joined.into_iter().find(|w| after.starts_with(w))?;
    let mut skipped = word.len();
    let mut rest = after.get(skipped..)?;
    for dash in ["—", "–", "-"] {
        if let Some(more) = rest.strip_prefix(dash) {
            (rest, skipped) = (more, skipped + dash.len());
        }
    }
    let second = mention(rest, None)?;
    (second.year.is_some() || second.month.is_some()).then_some((second, skipped))
}

/// Reads one point or stretch of time at the beginning of `text`.
pub(crate) fn mention(text: &str, document: Option<Day>) -> Option<Mention> {
    let mut found = Mention::default();
    let mut rest = text;
    let relative = [("今年", 0), ("本年度", 0), ("本年", 0), ("当年", 0), ("明年", 1)];
    if let Some((value, length)) =
        year(text).filter(|(_, n)| text.get(*n..).is_some_and(|t| t.starts_with('年')))
    {
        found.year = Some(value);
        rest = text.get(length + '年'.len_utf8()..)?;
    } else if let Some((word, later)) = relative.iter().find(|(w, _)| text.starts_with(w)) {
        found.year = Some(document?.year() + later);
        rest = text.get(word.len()..)?;
    } else if let Some(after) = text.strip_prefix("年底").or_else(|| text.strip_prefix("年末")) {
        // `年底前` alone: the year in force. `年年底` has been read with its year.
        let marked = before_marker(&mut { after });
        return marked.then(|| Mention {
            month: Some(12),
            ended: true,
            length: text.len() - after.len(),
            ..found
        });
    }
    if found.year.is_some() {
        rest = year_part(rest, &mut found);
    }
    if found.month.is_none() && !found.ended {
        rest = month_part(rest, &mut found)?;
    }
    found.length = text.len() - rest.len();
    (found.year.is_some() || found.month.is_some()).then_some(found)
}

/// `底`, `年底`, `上半年`, `第三季度` behind a year.
fn year_part<'a>(rest: &'a str, found: &mut Mention) -> &'a str {
    let parts = [
        ("年底", 12),
        ("年末", 12),
        ("底", 12),
        ("末", 12),
        ("全年", 12),
        ("上半年", 6),
        ("下半年", 12),
        ("一季度", 3),
        ("第一季度", 3),
        ("二季度", 6),
        ("第二季度", 6),
        ("三季度", 9),
        ("第三季度", 9),
        ("四季度", 12),
        ("第四季度", 12),
    ];
    for (word, month) in parts {
        if let Some(after) = rest.strip_prefix(word) {
            (found.month, found.ended) = (Some(month), true);
            return after.strip_prefix('底').or_else(|| after.strip_prefix('末')).unwrap_or(after);
        }
    }
    rest
}

/// `6月`, `6月底`, `6月中旬`, `6月20日`; leaves `rest` where there is no month.
fn month_part<'a>(rest: &'a str, found: &mut Mention) -> Option<&'a str> {
    let number = arabic(rest, 2).or_else(|| chinese(rest));
    let Some((month, length)) =
        number.filter(|(m, n)| (1..=12).contains(m) && rest.get(*n..).is_some_and(|t| t.starts_with('月')))
    else {
        return Some(rest);
    };
    let after = rest.get(length + '月'.len_utf8()..)?;
    let after = after.strip_prefix('份').unwrap_or(after);
    found.month = Some(month);
    for (word, day) in [
        ("上旬", Some(10)),
        ("中旬", Some(20)),
        ("下旬", None),
        ("月底", None),
        ("底", None),
        ("末", None),
        ("初", Some(5)),
    ] {
        if let Some(after) = after.strip_prefix(word) {
            (found.day, found.ended) = (day, true);
            return Some(after);
        }
    }
    if let Some((day, length)) = arabic(after, 2).or_else(|| chinese(after))
        && (1..=31).contains(&day)
        && let Some(unit) =
            after.get(length..).and_then(|t| t.chars().next()).filter(|c| matches!(c, '日' | '号'))
    {
        found.day = Some(day);
        return after.get(length + unit.len_utf8()..);
    }
    Some(after)
}

/// The first date written out in full within a range, and where.
pub(crate) fn full_date(text: &str) -> Option<(Day, Range<usize>)> {
    text.char_indices().find_map(|(at, _)| {
        let found = mention(text.get(at..)?, None)?;
        let day = Day::new(found.year?, found.month?, found.day?)?;
        Some((day, at..at + found.length))
    })
}

/// The last year named in a text, for clauses below it.
pub(crate) fn last_year(text: &str) -> Option<i32> {
    let mut last = None;
    let mut previous = ' ';
    for (at, c) in text.char_indices() {
        if !previous.is_ascii_digit()
            && (c.is_ascii_digit() || c == '二')
            && let Some((value, length)) = text.get(at..).and_then(year)
            && text.get(at + length..).is_some_and(|t| t.starts_with('年'))
        {
            last = Some(value);
        }
        previous = c;
    }
    last
}
