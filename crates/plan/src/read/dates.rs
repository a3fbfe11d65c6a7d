//! Days by which something is wanted: `2020年底前`, `2021年6月底前`, `每年12月20日前`, `（2020年5月至6月）`, `2021年上半年`.
//!
//! A month or year means its last day; `8月前` means the last day of July, `2021年前` the last day of 2020. A day without a
//! year takes the year last named in the same clause, else the first one after the document's own date.

use std::ops::Range;

use base::Day;

use super::moments::{Mention, before_marker, mention, range_end};
use super::normalise::Flow;

/// A day found in the flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DueFound {
    /// The last day; none when the text names no year and the document has no date.
    pub(crate) date: Option<Day>,
    /// The same day every year.
    pub(crate) yearly: bool,
    /// Where it stands in the flow.
    pub(crate) at: Range<usize>,
}

/// What the document says of "now".
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Now {
    /// Date of the document.
    pub(crate) document: Option<Day>,
    /// Year in force where the clause begins (from the headings above it).
    pub(crate) year: Option<i32>,
}

/// All days by which the text of `spans` wants something, in order.
pub(crate) fn dues(flow: &Flow, spans: &[Range<usize>], now: Now) -> Vec<DueFound> {
    let mut found = Vec::new();
    let mut context = now.year;
    for span in spans {
        Scanner { flow, span: span.clone(), now, context: &mut context, found: &mut found }.run();
    }
    found
}

struct Scanner<'a> {
    flow: &'a Flow,
    span: Range<usize>,
    now: Now,
    context: &'a mut Option<i32>,
    found: &'a mut Vec<DueFound>,
}

impl Scanner<'_> {
    fn run(&mut self) {
        let text = self.flow.cut(self.span.clone());
        let (mut quoted, mut until, mut previous) = (0_usize, 0, '。');
        for (at, c) in text.char_indices() {
            match c {
                '《' => quoted += 1,
                '》' => quoted = quoted.saturating_sub(1),
                _ => {}
            }
            let number = matches!(
                c,
                '0'..='9' | '〇' | '零' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十'
            );
            let begins = number || matches!(c, '今' | '明' | '本' | '当' | '年');
            if at >= until && quoted == 0 && begins && !previous.is_ascii_digit() {
                until = self.at(text, at, previous).unwrap_or(until);
            }
            previous = c;
        }
    }

    /// Reads a mention at `at`; the end of what was read.
    fn at(&mut self, text: &str, at: usize, previous: char) -> Option<usize> {
        let rest = text.get(at..)?;
        let mention = mention(rest, self.now.document)?;
        let before = text.get(..at)?;
        let mut after = rest.get(mention.length..)?;
        let mut length = mention.length;
        let yearly = ["每年", "每年度", "于每年", "每年的"].iter().any(|w| before.ends_with(w));
        if let Some((second, skipped)) = range_end(after) {
            length += skipped + second.length;
            match second.year.or(mention.year).or(*self.context) {
                Some(year) => {
                    *self.context = Some(year);
                    self.keep(second.last_day(year), false, at..at + length);
                }
                None => self.keep(self.first(&second, false), false, at..at + length),
            }
            return Some(at + length);
        }
        let marker = before_marker(&mut after);
        if marker {
            length = rest.len() - after.len();
        }
        let starts = ["起", "以来", "开始", "至今"].iter().any(|w| after.starts_with(w));
        if let Some(year) = mention.year.filter(|_| !yearly) {
            *self.context = Some(year);
        }
        if starts || !(marker || mention.ended || self.wanted(&mention, before, previous, after)) {
            return Some(at + length);
        }
        let date = if yearly { self.first(&mention, marker) } else { self.resolve(&mention, marker) };
        self.keep(date, yearly, at..at + length);
        Some(at + length)
    }

    fn keep(&mut self, date: Option<Day>, yearly: bool, at: Range<usize>) {
        let at = self.span.start + at.start..self.span.start + at.end;
        self.found.push(DueFound { date, yearly, at });
    }

    /// A bare month, year or day counts when a sentence or part of one begins with it and it does not lie in the past.
    fn wanted(&self, mention: &Mention, before: &str, previous: char, after: &str) -> bool {
        let Some(year) = mention.year else {
            let ends =
                ["至", "到", "截至", "截止"].iter().any(|w| before.ends_with(w)) && mention.day.is_some();
            return ends || (previous == '（' && after.starts_with('）'));
        };
        if self.now.document.is_some_and(|d| mention.last_day(year).is_none_or(|last| last < d)) {
            return false;
        }
        let led =
            ["到", "至", "于", "在", "截至", "截止", "力争", "确保"].iter().any(|w| before.ends_with(w));
        if mention.day.is_some() {
            return led || matches!(previous, '（') && after.starts_with('）');
        }
        let begins = matches!(previous, '。' | '；' | '，' | '（' | '：' | '、') || before.is_empty() || led;
        let named = ["度", "版", "第", "号", "中央", "以后", "后"].iter().any(|w| after.starts_with(w));
        let explained = previous == '（' && !after.starts_with(['）', '，', '全', '年']);
        begins && !named && !explained
    }

    fn resolve(&self, mention: &Mention, marker: bool) -> Option<Day> {
        let last =
            |year| if marker && !mention.ended { mention.day_before(year) } else { mention.last_day(year) };
        match mention.year.or(*self.context) {
            Some(year) => last(year),
            None => self.first(mention, marker),
        }
    }

    /// The first such day that is not before the document.
    fn first(&self, mention: &Mention, marker: bool) -> Option<Day> {
        let document = self.now.document?;
        let last =
            |year| if marker && !mention.ended { mention.day_before(year) } else { mention.last_day(year) };
        let this = last(document.year())?;
        if this >= document { Some(this) } else { last(document.year() + 1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::normalise::normalise;

    fn found(text: &str) -> Vec<String> {
        let flow = normalise(text);
        let whole = 0..flow.len();
        let now = Now { document: Day::new(2020, 6, 4), year: None };
        let all = dues(&flow, std::slice::from_ref(&whole), now);
        all.iter()
            .map(|d| {
                format!(
                    "{}{}",
                    d.date.map_or(String::new(), |d| d.to_string()),
                    if d.yearly { "/y" } else { "" }
                )
            })
            .collect()
    }

    #[test]
    fn every_way_to_say_by_when() {
        let cases: [(&str, &[&str]); 25] = [
            ("2020年底前完成", &["2020-12-31"]),
            ("到 2021 年年底，建成", &["2021-12-31"]),
            ("2021年6月底前报送", &["2021-06-30"]),
            ("于2022年12月20日前报", &["2022-12-20"]),
            ("每年12月20日前报送", &["2020-12-20/y"]),
            ("每年1月底前公示", &["2021-01-31/y"]),
            ("2020 年 8 月前拆除", &["2020-07-31"]),
            ("2021年上半年出台", &["2021-06-30"]),
            ("（2020年5月至6月）", &["2020-06-30"]),
            ("（2020年6月中旬前）", &["2020-06-20"]),
            ("从2020年5月至2022年12月，分四步", &["2022-12-31"]),
            ("自2020年4月起至2022年12月结束", &["2022-12-31"]),
            ("（2021年）。全力推进", &["2021-12-31"]),
            ("2022年，全部落实", &["2022-12-31"]),
            ("以上方案，于6月底前报送", &["2020-06-30"]),
            ("2022年12月，总结，并于12月5日前报送", &["2022-12-31", "2022-12-05"]),
            ("自2020年5月起，新入职", &[]),
            ("2019年以来事故多发", &[]),
            ("《2020年联网名单》", &[]),
            ("今年年底前完成", &["2020-12-31"]),
            ("二〇二一年三月三十一日前", &["2021-03-31"]),
            ("每季度检查，三年行动", &[]),
            ("检查（7月至8月）", &["2020-08-31"]),
            ("动员（即日起至6月20日）", &["2020-06-20"]),
            ("验收（12月）", &["2020-12-31"]),
        ];
        for (text, days) in cases {
            assert_eq!(found(text), days, "{text}");
        }
    }
}
