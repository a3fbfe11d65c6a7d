//! Documents and standards that a clause cites: `《…》（豫政办〔2019〕62号）`, `〔2020〕3号`, `GB/T 33000-2016`.

use std::ops::Range;

use super::normalise::Flow;

/// A cited document or standard.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Cited {
    /// Title between `《》`.
    pub(crate) title: Option<String>,
    /// Document number or standard number.
    pub(crate) number: Option<String>,
    /// It is a standard.
    pub(crate) standard: bool,
    /// Where it stands in the flow.
    pub(crate) at: Range<usize>,
}

/// Letters with which standards in China begin (national, sector, local, group).
const PREFIXES: [&str; 34] = [
    "GB", "GBT", "AQ", "AQT", "DB", "HG", "HGT", "SH", "SHT", "SY", "SYT", "XF", "XFT", "GA", "GAT", "JT",
    "JTT", "JTG", "JGJ", "JGJT", "CJJ", "CJ", "TSG", "HJ", "YB", "YJ", "YJT", "NB", "DL", "QB", "WS", "ISO",
    "T", "MT",
];

/// Everything cited within the spans, in order.
pub(crate) fn cited(flow: &Flow, spans: &[Range<usize>]) -> Vec<Cited> {
    let mut found = Vec::new();
    for span in spans {
        let text = flow.cut(span.clone());
        let (mut until, mut previous) = (0, ' ');
        for (at, c) in text.char_indices() {
            let one = match c {
                _ if at < until => None,
                '《' => titled(text, at),
                '〔' => numbered(text, at).map(|(number, at)| Cited {
                    number: Some(number),
                    at,
                    ..Cited::default()
                }),
                'A'..='Z' if !previous.is_ascii_alphanumeric() => standard(text, at).map(|(number, at)| {
                    Cited { number: Some(number), standard: true, at, ..Cited::default() }
                }),
                _ => None,
            };
            if let Some(mut one) = one {
                until = one.at.end;
                one.at = span.start + one.at.start..span.start + one.at.end;
                found.push(one);
            }
            previous = c;
        }
    }
    found
}

/// `《…》` and the number in brackets behind it.
fn titled(text: &str, at: usize) -> Option<Cited> {
    let (mut depth, mut close) = (0_usize, None);
    for (i, c) in text.get(at..)?.char_indices() {
        match c {
            // Nobody quotes four titles inside one another; the closing marks are missing.
            '《' if depth >= 4 => return None,
            '《' => depth += 1,
            '》' => {
                depth -= 1;
                if depth == 0 {
                    close = Some(at + i);
                    break;
                }
            }
            _ if i > 900 => return None,
            _ => {}
        }
    }
    let close = close?;
    let title = text.get(at + '《'.len_utf8()..close)?;
    let mut end = close + '》'.len_utf8();
    let mut cited = Cited { title: Some(title.to_owned()), ..Cited::default() };
    if let Some(inner) =
        text.get(end..)?.strip_prefix('（').and_then(|t| t.split_once('）')).map(|(inner, _)| inner)
    {
        let number = inner
            .find('〔')
            .and_then(|i| numbered(inner, i))
            .map(|(n, _)| (n, false))
            .or_else(|| {
                inner
                    .find(|c: char| c.is_ascii_uppercase())
                    .and_then(|i| standard(inner, i))
                    .map(|(n, _)| (n, true))
            })
            .or_else(|| order(inner).map(|n| (n, false)));
        if let Some((number, standard)) = number {
            (cited.number, cited.standard) = (Some(number), standard);
            end += '（'.len_utf8() + inner.len() + '）'.len_utf8();
        }
    }
    cited.at = at..end;
    Some(cited)
}

/// `省政府令第191号`.
fn order(inner: &str) -> Option<String> {
    let short = inner.chars().count() <= 24;
    (short && inner.contains("令") && inner.ends_with('号')).then(|| inner.to_owned())
}

/// A document number around the `〔` at `at`: the office's letters before it, year, number.
pub(crate) fn numbered(text: &str, at: usize) -> Option<(String, Range<usize>)> {
    let inner = text.get(at + '〔'.len_utf8()..)?;
    inner.get(..4).filter(|y| y.bytes().all(|b| b.is_ascii_digit()))?;
    let after = inner.get(4..)?.strip_prefix('〕')?;
    let after_di = after.strip_prefix('第').unwrap_or(after);
    let digits = after_di.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 || digits > 5 || !after_di.get(digits..)?.starts_with('号') {
        return None;
    }
    let end = at
        + '〔'.len_utf8()
        + 4
        + '〕'.len_utf8()
        + (after.len() - after_di.len())
        + digits
        + '号'.len_utf8();
    let before = text.get(..at)?;
    let start = before
        .char_indices()
        .rev()
        .take(12)
        .take_while(|(_, c)| ('一'..='龥').contains(c) && !"据照按和《与及以".contains(*c))
        .last()
        .map_or(at, |(i, _)| i);
    if start == at {
        return None;
    }
    Some((text.get(start..end)?.to_owned(), start..end))
}

/// A standard's number at `at`: `GB/T 33000-2016`, `DB41/T 1646-2018`, `GB50779-2012`.
fn standard(text: &str, at: usize) -> Option<(String, Range<usize>)> {
    let rest = text.get(at..)?;
    let length = rest
        .bytes()
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b' ' | b'-' | b'.'))
        .count();
    let number = rest.get(..length.min(40))?.trim_end_matches(['.', '-', ' ', '/']);
    let letters: String =
        number.chars().take_while(|c| c.is_ascii_uppercase() || *c == '/').filter(|c| *c != '/').collect();
    let (head, year) = number.rsplit_once('-')?;
    let dated = year.len() == 4 || year.len() == 2;
    let valid = PREFIXES.contains(&letters.as_str())
        && dated
        && year.bytes().all(|b| b.is_ascii_digit())
        && head.bytes().any(|b| b.is_ascii_digit());
    valid.then(|| (number.to_owned(), at..at + number.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::normalise::normalise;

    #[test]
    fn titles_numbers_and_standards() {
        let cases: [(&str, Option<&str>, Option<&str>, bool); 9] = [
            (
                "落实《加强客运管理的意见》（豫政办〔2019〕62号）",
                Some("加强客运管理的意见"),
                Some("豫政办〔2019〕62号"),
                false,
            ),
            ("按照《甲〈乙条例〉办法》执行", Some("甲〈乙条例〉办法"), None, false),
            ("《基本规范》（GB/T 33000-2016）", Some("基本规范"), Some("GB/T 33000-2016"), true),
            ("《评估规范》（DB41/T 1646-2018）", Some("评估规范"), Some("DB41/T 1646-2018"), true),
            ("《抗爆规范》(GB50779－2012)", Some("抗爆规范"), Some("GB50779-2012"), true),
            ("《办法》（省政府令第191号）", Some("办法"), Some("省政府令第191号"), false),
            ("根据安委[2020]3 号精神", None, Some("安委〔2020〕3号"), false),
            ("符合AQ 9010-2019要求", None, Some("AQ 9010-2019"), true),
            ("《导则（试行）》要求", Some("导则（试行）"), None, false),
        ];
        for (text, title, number, standard) in cases {
            let flow = normalise(text);
            let all = cited(&flow, std::slice::from_ref(&(0..flow.len())));
            assert_eq!(all.len(), 1, "{text}");
            let one = all.first().unwrap();
            assert_eq!(
                (one.title.as_deref(), one.number.as_deref(), one.standard),
                (title, number, standard),
                "{text}"
            );
        }
        let flow = normalise("APP 2020-12，A-1，〔2020〕号，《没有结束");
        assert_eq!(cited(&flow, std::slice::from_ref(&(0..flow.len()))), []);
    }
}
