//! How often something is wanted: `每季度至少召开1次`, `每5年`, `定期`.

use std::ops::Range;

use super::normalise::Flow;
use super::numerals::either;

/// How often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Repeated {
    /// Stored word: `yearly`, `quarterly`, ...
    pub(crate) every: &'static str,
    /// How many times in each period, where the text says it.
    pub(crate) times: Option<u32>,
    /// Where it stands in the flow.
    pub(crate) at: Range<usize>,
}

pub(crate) const PERIODS: [(&str, &str, &str); 25] = [
    ("每半年", "half-yearly", "half-year"),
    ("每两年", "every-2-years", "2y"),
    ("每季度", "quarterly", "quarter"),
    ("每季", "quarterly", "quarter"),
    ("每年度", "yearly", "year"),
    ("每年", "yearly", "year"),
    ("逐年", "yearly", "year"),
    ("年度至少", "yearly", "year"),
    ("每月", "monthly", "month"),
    ("每个月", "monthly", "month"),
    ("按月", "monthly", "month"),
    ("按季度", "quarterly", "quarter"),
    ("每旬", "every-10-days", "10d"),
    ("每周", "weekly", "week"),
    ("每星期", "weekly", "week"),
    ("每日", "daily", "day"),
    ("每天", "daily", "day"),
    ("每学期", "each-term", "term"),
    ("每班", "shift", "shift"),
    ("常态化", "continuous", ""),
    ("长期坚持", "continuous", ""),
    ("持续推进", "continuous", ""),
    ("不定期", "irregular", ""),
    ("不定时", "irregular", ""),
    ("定期", "regular", ""),
];

/// Everything repeated within the spans.
pub(crate) fn repeated(flow: &Flow, spans: &[Range<usize>]) -> Vec<Repeated> {
    let mut found = Vec::new();
    for span in spans {
        let text = flow.cut(span.clone());
        let mut until = 0;
        for (at, c) in text.char_indices() {
            if at < until || !matches!(c, '每' | '逐' | '年' | '按' | '常' | '不' | '定' | '长' | '持')
            {
                continue;
            }
            let rest = text.get(at..).unwrap_or("");
            let Some((every, length)) = period(rest) else { continue };
            let times = times(part(rest.get(length..).unwrap_or("")));
            let end = at + length + times.map_or(0, |(_, end)| end);
            found.push(Repeated {
                every,
                times: times.map(|(n, _)| n),
                at: span.start + at..span.start + end,
            });
            until = at + length;
        }
    }
    found
}

fn period(rest: &str) -> Option<(&'static str, usize)> {
    if let Some((word, every, _)) = PERIODS.iter().find(|(w, _, _)| rest.starts_with(w)) {
        return Some((every, if *word == "年度至少" { "年度".len() } else { word.len() }));
    }
    let (number, length) = either(rest.strip_prefix('每')?)?;
    let every = match number {
        2 => "every-2-years",
        3 => "every-3-years",
        5 => "every-5-years",
        _ => return None,
    };
    rest.get('每'.len_utf8() + length..)?.starts_with('年').then_some((every, 6 + length))
}

/// The text up to the next mark of punctuation.
fn part(text: &str) -> &str {
    text.split(['，', '。', '；', '：', '（']).next().unwrap_or("")
}

/// `一次`, `2次`, `一至两次`: the smallest number of times and where it ends.
fn times(text: &str) -> Option<(u32, usize)> {
    let at = text.find('次')?;
    let before = text.get(..at)?;
    let start = before
        .char_indices()
        .rev()
        .take_while(|(_, c)| c.is_ascii_digit() || chinese_digit(*c) || matches!(c, '至' | '到' | '-'))
        .last()?
        .0;
    let (number, _) = either(before.get(start..)?)?;
    Some((number, at + '次'.len_utf8()))
}

pub(crate) fn chinese_digit(c: char) -> bool {
    "一二三四五六七八九十两".contains(c)
}
