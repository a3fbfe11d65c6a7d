//! The main text and the annexes of a document.
//!
//! An annex begins with a line that says `附件` or `附件2` and no more (GB/T 9704-2012, 7.3.10), in the order of the numbers.
//! A line `附件：1.…` is only the list of annexes behind the main text.

use std::ops::Range;

use super::normalise::{Flow, NO_GAP};
use super::numbering::{Kind, Mark, marks};
use super::numerals::either;

/// The main text or one annex.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Part {
    /// `M` or `A1`, `A2`, ...
    pub(crate) id: String,
    /// What the text calls it: empty or `附件1`.
    pub(crate) label: String,
    /// Title of an annex.
    pub(crate) title: String,
    /// All of it.
    pub(crate) range: Range<usize>,
    /// Where numbered clauses may stand: behind the heading, before a list of annexes at the end.
    pub(crate) body: Range<usize>,
    /// A list of annexes in the middle of the body.
    pub(crate) list: Range<usize>,
}

/// A line that begins with `附件`.
struct Line {
    at: usize,
    number: Option<u32>,
    /// End of `附件1：`.
    end: usize,
    /// Nothing else on the line.
    alone: bool,
    /// A list or a title after a colon without a number: speaks of annexes, is none.
    announces: bool,
}

/// Divides the flow.
pub(crate) fn parts(flow: &Flow) -> Vec<Part> {
    let lines = annex_lines(flow);
    let heads = headings(flow, &lines);
    let first = heads.first().map_or(flow.len(), |h| h.at);
    let list = lines.iter().filter(|l| l.announces && l.at < first).map(|l| l.at).next();
    let mut parts = vec![main_part(flow, first, list)];
    for (index, head) in heads.iter().enumerate() {
        let end = heads.get(index + 1).map_or(flow.len(), |h| h.at);
        let number = head.number.unwrap_or(u32::try_from(index + 1).unwrap_or(1));
        let (title, body) = title_after(flow, head.end..end);
        let label = flow.cut(head.at..head.end).trim_end_matches('：').to_owned();
        parts.push(Part {
            id: format!("A{number}"),
            label,
            title,
            range: head.at..end,
            body: body..end,
            list: 0..0,
        });
    }
    parts
}

/// The main text. Its list of annexes holds no clauses; it ends the body unless a numbered text follows it.
fn main_part(flow: &Flow, end: usize, list: Option<usize>) -> Part {
    let mut part = Part { id: "M".to_owned(), range: 0..end, body: 0..end, ..Part::default() };
    if let Some(at) = list {
        let after = behind_list(flow, at..end);
        let begins =
            |m: &Mark| matches!(m.kind, Kind::Chinese | Kind::Chapter | Kind::Article) && m.number == 1;
        if marks(flow, &(after..end)).iter().any(begins) {
            part.list = at..after;
        } else {
            part.body.end = at;
        }
    }
    part
}

/// Where the list of annexes ends: the first line that is neither an item nor the rest of one.
fn behind_list(flow: &Flow, range: Range<usize>) -> usize {
    let mut expected = 2;
    for line in flow.lines_in(range.clone()).into_iter().skip(1) {
        let text = flow.cut(line.clone());
        match either(text) {
            Some((number, length))
                if number == expected
                    && text.get(length..).is_some_and(|t| t.starts_with(['.', '、', '．'])) =>
            {
                expected += 1;
            }
            _ if flow.gap(line.start) == super::normalise::BLANK || text.ends_with(['。', '日']) => {
                return line.start;
            }
            _ => {}
        }
    }
    range.end
}

fn annex_lines(flow: &Flow) -> Vec<Line> {
    let word = "附件";
    let mut found = Vec::new();
    for (at, _) in flow.text.match_indices(word) {
        if flow.gap(at) == NO_GAP {
            continue;
        }
        let mut end = at + word.len();
        let number = either(flow.from(end)).filter(|(n, _)| *n < 100);
        end += number.map_or(0, |(_, length)| length);
        let colon = flow.from(end).starts_with('：');
        if colon {
            end += '：'.len_utf8();
        }
        let next = flow.from(end).chars().next();
        // `附件：` with its list on the next lines announces annexes; it begins none.
        let lists = colon && number.is_none() && begins_list(flow.from(end));
        let alone = (next.is_none() || flow.gap(end) != NO_GAP) && !lists;
        let refers = next.is_some_and(|c| "所的中和及至、，.．".contains(c));
        if !refers || alone {
            let announces = !alone && number.is_none();
            found.push(Line { at, number: number.map(|(n, _)| n), end, alone, announces });
        }
    }
    // A second line `附件` shows that `附件：甲方案` over two lines has only announced it.
    let later = found.iter().rposition(|l| l.alone);
    for (index, line) in found.iter_mut().enumerate() {
        let colon = flow.cut(line.at..line.end).ends_with('：');
        if line.alone && line.number.is_none() && colon && later.is_some_and(|l| l > index) {
            (line.alone, line.announces) = (false, true);
        }
    }
    found
}

fn begins_list(text: &str) -> bool {
    either(text).is_some_and(|(n, length)| {
        n == 1 && text.get(length..).is_some_and(|t| t.starts_with(['.', '、', '．']))
    })
}

/// The lines that begin annexes: alone on their line, or with a title where enough text follows.
fn headings<'a>(flow: &Flow, lines: &'a [Line]) -> Vec<&'a Line> {
    let any_alone = lines.iter().any(|l| l.alone);
    let mut expected = 1;
    let mut found: Vec<&Line> = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let end = lines.get(index + 1).map_or(flow.len(), |l| l.at);
        let long = end - line.end > 400;
        let begins = line.alone || (!line.announces && long && (!any_alone || !found.is_empty()));
        let fits =
            line.number.is_none_or(|n| n == expected || (n > expected && n <= expected + 2 && line.alone));
        if begins && fits {
            expected = line.number.unwrap_or(expected) + 1;
            found.push(line);
        }
    }
    found
}

/// What titles of plans and annexes end with.
pub(crate) const TITLE_ENDINGS: [&str; 24] = [
    "方案",
    "计划",
    "通知",
    "意见",
    "办法",
    "规定",
    "细则",
    "决定",
    "通告",
    "公告",
    "清单",
    "规划",
    "预案",
    "要点",
    "制度",
    "措施",
    "标准",
    "台账",
    "名单",
    "一览表",
    "分工表",
    "表",
    "函",
    "指南",
];

/// The title behind an annex heading, and where the text goes on.
pub(crate) fn title_after(flow: &Flow, range: Range<usize>) -> (String, usize) {
    let mut title = String::new();
    let mut at = range.start;
    for line in flow.lines_in(range.clone()).into_iter().take(4) {
        let text = flow.cut(line.clone());
        let sentence = text.contains(['。', '；'])
            || text.ends_with('：')
            || text.starts_with("一、")
            || text.starts_with("（一）");
        if sentence || title.chars().count() + text.chars().count() > 90 {
            break;
        }
        title.push_str(text);
        at = line.end;
        if ends_like_title(&title) && flow.gap(line.end) != NO_GAP {
            break;
        }
    }
    (title, at)
}

/// Whether a text ends as titles do, with or without `（试行）`.
pub(crate) fn ends_like_title(text: &str) -> bool {
    let bare = match text.rfind('（') {
        Some(at) if text.ends_with('）') && text.len() - at < 40 => text.get(..at).unwrap_or(text),
        _ => text,
    };
    TITLE_ENDINGS.iter().any(|e| bare.ends_with(e))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::normalise::normalise;

    fn ids(text: &str) -> Vec<String> {
        parts(&normalise(text)).into_iter().map(|p| format!("{} {}", p.id, p.title)).collect()
    }

    #[test]
    fn only_annexes_are_annexes() {
        assert_eq!(ids("关于检查的通知\n一、目标\n见附件。\n附件所列事项照办。"), ["M "]);
        let list = "通知\n一、做好。\n附件：1.甲方案\n2.乙方案\n\n附件 1\n\n甲方\n案\n\n一、目标\n好。\n\n附件２\n乙方案\n一、好。";
        assert_eq!(ids(list), ["M ", "A1 甲方案", "A2 乙方案"]);
        assert_eq!(ids("通知\n做好。\n附件：甲方案\n\n附件\n\n甲方案\n一、好。"), ["M ", "A1 甲方案"]);
        let below = "通知\n做好。\n附件：\n1.甲方案\n2.乙方案\n某县\n附件1\n甲方案\n一、好。\n附件2\n乙方案\n一、好。";
        assert_eq!(ids(below), ["M ", "A1 甲方案", "A2 乙方案"]);
        assert_eq!(ids("通知\n做好。\n附件：\n甲方案\n某县\n附件\n甲方案\n一、好。"), ["M ", "A1 甲方案"]);
        assert_eq!(ids("通知\n做好。\n附件：甲方案\n某县安委会\n2021年3月1日"), ["M "]);
    }
}
