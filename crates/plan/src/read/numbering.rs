//! Marks of numbered clauses: `一、`, `（一）`, `1.`, `（1）`, `①`, `第一条`, `一是`.
//!
//! Levels follow GB/T 9704-2012, 7.3.3 (一、 then （一） then 1. then （1）); chapters and articles are those of rules,
//! `一是` is the run-in numbering of speech. This module only lists what could be a mark; [`super::tree`] decides.

use std::ops::Range;

use super::normalise::{Flow, NO_GAP};
use super::numerals::{arabic, chinese};

/// Kinds of numbering from the outermost to the innermost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    /// `第一章`
    Chapter,
    /// `第一节`
    Section,
    /// `第一条`
    Article,
    /// `一、`
    Chinese,
    /// `（一）`
    ChineseBracket,
    /// `1.` or `1、`
    Arabic,
    /// `（1）` or `1）`
    ArabicBracket,
    /// `①`
    Circled,
    /// `一是`, `一要`
    Spoken,
}

impl Kind {
    /// Whether items of this kind usually run on inside one paragraph.
    pub(crate) fn runs_in(self) -> bool {
        matches!(self, Self::ArabicBracket | Self::Circled | Self::Spoken)
    }
}

/// What stands before a mark, from the strongest sign of a new clause to none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Edge {
    /// A line begins, and the text before it is complete.
    Line,
    /// A line begins in the middle of something.
    Broken,
    /// A sentence has ended.
    Stop,
    /// A part of a sentence has ended.
    Comma,
    /// Nothing.
    Bare,
}

/// A possible beginning of a clause.
#[derive(Debug, Clone)]
pub(crate) struct Mark {
    /// The mark itself in the flow.
    pub(crate) range: Range<usize>,
    /// Kind.
    pub(crate) kind: Kind,
    /// Number, from 1.
    pub(crate) number: u32,
    /// What stands before it.
    pub(crate) edge: Edge,
}

/// All possible marks within a range of the flow, in order.
pub(crate) fn marks(flow: &Flow, range: &Range<usize>) -> Vec<Mark> {
    let mut found = Vec::new();
    let mut previous = '\n';
    let mut until = range.start;
    for (at, c) in flow.cut(range.clone()).char_indices() {
        let at = range.start + at;
        if at >= until
            && !(c.is_ascii_digit() && (previous.is_ascii_digit() || previous == '.'))
            && let Some((kind, number, length)) = parse(flow.from(at), c)
            && at + length <= range.end
        {
            let edge = edge(flow, at, previous);
            if plausible(flow, at, length, kind, edge, previous) {
                found.push(Mark { range: at..at + length, kind, number, edge });
                until = at + length;
            }
        }
        previous = c;
    }
    found
}

fn edge(flow: &Flow, at: usize, previous: char) -> Edge {
    let line = at == 0 || flow.gap(at) != NO_GAP;
    match previous {
        '。' | '！' | '？' | '；' | '：' | '）' | '”' | '》' | '\n' | '…' if line => Edge::Line,
        _ if line => Edge::Broken,
        '。' | '！' | '？' | '；' | '）' | '”' | '\n' => Edge::Stop,
        '，' | '：' | '、' | '》' => Edge::Comma,
        _ => Edge::Bare,
    }
}

/// Kind, number and length of the mark with which `text` begins.
fn parse(text: &str, first: char) -> Option<(Kind, u32, usize)> {
    match first {
        '（' => bracketed(text),
        '0'..='9' => {
            let (number, length) = arabic(text, 3)?;
            let mut rest = text.get(length..)?.chars();
            let kind = match rest.next()? {
                '.' | '、' | '．' => Kind::Arabic,
                '）' => Kind::ArabicBracket,
                _ => return None,
            };
            let after = rest.next().unwrap_or('\n');
            let used =
                if kind == Kind::ArabicBracket || text.as_bytes().get(length) != Some(&b'.') { 3 } else { 1 };
            (number > 0 && !after.is_ascii_digit()).then_some((kind, number, length + used))
        }
        '①'..='⑳' => Some((Kind::Circled, u32::from(first) - u32::from('①') + 1, first.len_utf8())),
        '⑴'..='⒇' => Some((Kind::ArabicBracket, u32::from(first) - u32::from('⑴') + 1, first.len_utf8())),
        '⒈'..='⒛' => Some((Kind::Arabic, u32::from(first) - u32::from('⒈') + 1, first.len_utf8())),
        '㈠'..='㈩' => {
            Some((Kind::ChineseBracket, u32::from(first) - u32::from('㈠') + 1, first.len_utf8()))
        }
        '第' => ordinal(text),
        '一'..='龥' => {
            let (number, length) = chinese(text)?;
            let mut rest = text.get(length..)?.chars();
            match rest.next()? {
                '、' | '.' | '．' | '，' | '：'
                    if chinese(rest.as_str()).is_none_or(|(_, n)| !listed(rest.as_str(), n)) =>
                {
                    let mark = text.get(length..)?.chars().next()?;
                    Some((Kind::Chinese, number, length + mark.len_utf8()))
                }
                '是' | '要' if number <= 30 => Some((Kind::Spoken, number, length + '是'.len_utf8())),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether the number of `length` bytes at the start goes on as a list: `一、二、三级`.
fn listed(text: &str, length: usize) -> bool {
    text.get(length..).is_some_and(|rest| rest.starts_with(['、', '级', '类', '等', '季', '中']))
}

fn bracketed(text: &str) -> Option<(Kind, u32, usize)> {
    let open = '（'.len_utf8();
    let inner = text.get(open..)?;
    let (kind, (number, length)) = match chinese(inner) {
        Some(found) => (Kind::ChineseBracket, found),
        None => (Kind::ArabicBracket, arabic(inner, 2)?),
    };
    let closed = inner.get(length..)?.starts_with('）');
    (closed && number > 0).then_some((kind, number, open + length + '）'.len_utf8()))
}

fn ordinal(text: &str) -> Option<(Kind, u32, usize)> {
    let open = '第'.len_utf8();
    let inner = text.get(open..)?;
    let (number, length) = chinese(inner).or_else(|| arabic(inner, 3))?;
    let unit = inner.get(length..)?.chars().next()?;
    let kind = match unit {
        '章' => Kind::Chapter,
        '节' => Kind::Section,
        '条' => Kind::Article,
        _ => return None,
    };
    Some((kind, number, open + length + unit.len_utf8()))
}

/// Refuses what the neighbours show not to be a mark.
fn plausible(flow: &Flow, at: usize, length: usize, kind: Kind, edge: Edge, previous: char) -> bool {
    let mut following = flow.from(at + length).chars();
    let next = following.next().unwrap_or('\n');
    let second = following.next().unwrap_or('\n');
    if matches!(edge, Edge::Line | Edge::Broken) && is_contents_line(flow, at) {
        return false;
    }
    // `第（三）项的`, `（一）和（二）` refer to clauses; `（三）项目` begins one.
    let refers = match next {
        '项' | '款' | '目' | '条' => "的、，。；：规所和中及或之\n".contains(second),
        '和' | '至' | '及' | '或' => matches!(second, '（' | '第'),
        _ => false,
    };
    if refers || matches!(next, '、' | '，' | '）' | '%') || previous == '第' {
        return false;
    }
    match kind {
        Kind::Chapter | Kind::Section | Kind::Article => {
            matches!(edge, Edge::Line | Edge::Broken) && !matches!(next, '的' | '规' | '之' | '第')
        }
        // `一，` is a slip of the pen for `一、`, if anything.
        Kind::Chinese if flow.cut(at..at + length).ends_with(['，', '：']) => edge == Edge::Line,
        Kind::Chinese | Kind::Arabic => edge != Edge::Comma || previous == '：',
        Kind::Spoken => edge != Edge::Bare,
        Kind::ChineseBracket => previous != '、',
        Kind::ArabicBracket | Kind::Circled => true,
    }
}

/// A line of a table of contents: dots and a page number at its end.
fn is_contents_line(flow: &Flow, at: usize) -> bool {
    let rest = flow.from(at);
    if !rest.chars().take(80).any(|c| matches!(c, '…' | '.' | '·')) {
        return false;
    }
    let line = rest.char_indices().skip(1).take(90).find(|(i, _)| flow.gap(at + i) != NO_GAP);
    let line = line.and_then(|(end, _)| rest.get(..end)).unwrap_or("");
    let bare = line.trim_end_matches(|c: char| c.is_ascii_digit());
    bare.len() < line.len() && ["……", "...", "···"].iter().any(|dots| bare.ends_with(dots))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::normalise::normalise;

    fn found(text: &str) -> Vec<(Kind, u32)> {
        let flow = normalise(text);
        marks(&flow, &(0..flow.len())).iter().map(|m| (m.kind, m.number)).collect()
    }

    #[test]
    fn every_kind_of_mark_is_seen() {
        let cases = [
            ("一、总则", Kind::Chinese, 1),
            ("（ 十二 ）保障", Kind::ChineseBracket, 12),
            ("3．检查", Kind::Arabic, 3),
            ("4、检查", Kind::Arabic, 4),
            ("(2) 检查", Kind::ArabicBracket, 2),
            ("2）检查", Kind::ArabicBracket, 2),
            ("③检查", Kind::Circled, 3),
            ("第二十一条 检查", Kind::Article, 21),
            ("第三章 检查", Kind::Chapter, 3),
            ("二是检查", Kind::Spoken, 2),
            ("三要检查", Kind::Spoken, 3),
        ];
        for (text, kind, number) in cases {
            assert_eq!(found(text), [(kind, number)], "{text}");
        }
    }

    #[test]
    fn numbers_in_sentences_are_not_marks() {
        for text in [
            "1.5万元",
            "2020年",
            "一、二级危险源",
            "第二条规定的",
            "按第（三）项",
            "（一）、（二）项",
            "（2020）",
            "0.8",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }
}
