//! The text as one flow: no white space, one form of every bracket and digit, and for every byte its place in the original.
//!
//! Official documents reach an office as copied pages: lines break inside words, pages break inside sentences, brackets and
//! digits come in two widths. Everything that looks for meaning looks at the flow; everything that reports a place
//! translates it back through [`Flow::place`].

use std::ops::Range;

/// What lay before a character in the original.
pub(crate) const NO_GAP: u8 = 0;
/// At least one line break.
pub(crate) const LINE: u8 = 1;
/// At least one empty line, or the beginning of the text.
pub(crate) const BLANK: u8 = 2;

/// The normalised text with the way back to the original.
#[derive(Debug, Default)]
pub(crate) struct Flow {
    /// Normalised text.
    pub(crate) text: String,
    characters: Vec<Origin>,
    gaps: Vec<u8>,
    lines: Vec<u32>,
}

/// Where a character of the flow comes from, all in bytes.
#[derive(Debug, Clone, Copy)]
struct Origin {
    /// In the flow.
    at: u32,
    /// First byte in the original.
    start: u32,
    /// Behind its last byte in the original.
    end: u32,
}

impl Flow {
    /// The piece of the flow, empty where the range does not fit.
    pub(crate) fn cut(&self, range: Range<usize>) -> &str {
        self.text.get(range).unwrap_or("")
    }

    /// Everything from `at` on.
    pub(crate) fn from(&self, at: usize) -> &str {
        self.text.get(at..).unwrap_or("")
    }

    /// Length of the flow in bytes.
    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }

    /// The gap before the character at `at`.
    pub(crate) fn gap(&self, at: usize) -> u8 {
        self.gaps.get(at).copied().unwrap_or(BLANK)
    }

    /// The character before `at`.
    pub(crate) fn before(&self, at: usize) -> Option<char> {
        self.text.get(..at).and_then(|t| t.chars().next_back())
    }

    /// The bytes of the original that a range of the flow comes from.
    pub(crate) fn place(&self, range: &Range<usize>) -> Range<usize> {
        let first = self.characters.partition_point(|c| (c.at as usize) < range.start);
        let behind = self.characters.partition_point(|c| (c.at as usize) < range.end);
        let start = self.characters.get(first).map(|c| c.start).or(self.characters.last().map(|c| c.end));
        let end = behind.checked_sub(1).and_then(|i| self.characters.get(i)).map_or(0, |c| c.end);
        let (start, end) = (start.unwrap_or(0) as usize, end as usize);
        start..end.max(start)
    }

    /// The line of a byte of the original, counted from 1.
    pub(crate) fn line(&self, at: usize) -> usize {
        self.lines.partition_point(|l| (*l as usize) <= at).max(1)
    }

    /// The pieces of a range that begin at a line break, as ranges.
    pub(crate) fn lines_in(&self, range: Range<usize>) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let mut start = range.start;
        for (at, _) in self.cut(range.clone()).char_indices() {
            let at = range.start + at;
            if at > start && self.gap(at) != NO_GAP {
                found.push(start..at);
                start = at;
            }
        }
        if start < range.end {
            found.push(start..range.end);
        }
        found
    }

    fn push(&mut self, c: char, start: usize, end: usize) {
        self.characters.push(Origin { at: narrow(self.text.len()), start: narrow(start), end: narrow(end) });
        self.text.push(c);
    }

    /// Notes the gaps once the text is complete: nearly all characters have none.
    fn note_gaps(&mut self, gaps: &[(usize, u8)]) {
        self.gaps = vec![NO_GAP; self.text.len()];
        for (at, gap) in gaps {
            if let Some(slot) = self.gaps.get_mut(*at) {
                *slot = *gap;
            }
        }
    }
}

fn narrow(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// Makes the flow of a text.
pub(crate) fn normalise(text: &str) -> Flow {
    let mut flow = Flow::default();
    flow.text.reserve(text.len());
    flow.characters.reserve(text.len() / 3);
    let mut gaps: Vec<(usize, u8)> = Vec::new();
    let mut gap = BLANK;
    let mut last = '\n';
    let mut offset = 0;
    for line in text.split_inclusive(['\n', '\u{0C}', '\u{2028}', '\u{2029}', '\u{85}']) {
        flow.lines.push(narrow(offset));
        let begin = offset + skip_bullet(line);
        offset += line.len();
        if is_page_number(line) {
            gap = gap.max(LINE);
            continue;
        }
        let mut written = false;
        let mut space = true;
        let body = text.get(begin..offset).unwrap_or("");
        let mut chars = body.char_indices().peekable();
        while let Some((at, original)) = chars.next() {
            let Some(c) = canonical(original, last, chars.peek().map(|(_, n)| *n)) else {
                if original.is_whitespace() {
                    space = true;
                }
                continue;
            };
            let (start, end) = (begin + at, begin + at + original.len_utf8());
            if (space || gap != NO_GAP) && is_word_gap(last, c) {
                note(&mut gaps, flow.len(), gap);
                flow.push(' ', start, start);
                gap = NO_GAP;
            }
            note(&mut gaps, flow.len(), gap);
            flow.push(c, start, end);
            (last, gap, space, written) = (c, NO_GAP, false, true);
        }
        // Only a line on which nothing is written makes an empty line.
        gap = if written || gap == NO_GAP { LINE } else { BLANK };
    }
    flow.note_gaps(&gaps);
    flow
}

fn note(gaps: &mut Vec<(usize, u8)>, at: usize, gap: u8) {
    if gap != NO_GAP {
        gaps.push((at, gap));
    }
}

/// Two Latin words, or a standard's letters and its number, keep one space; digits broken apart do not.
fn is_word_gap(last: char, next: char) -> bool {
    last.is_ascii_alphanumeric()
        && next.is_ascii_alphanumeric()
        && (last.is_ascii_alphabetic() || next.is_ascii_alphabetic())
        && !(last.is_ascii_digit() && next.is_ascii_uppercase())
}

/// One form of a character; none for what carries no meaning.
fn canonical(c: char, last: char, next: Option<char>) -> Option<char> {
    if ('\u{4E00}'..='\u{9FA5}').contains(&c) {
        return Some(c);
    }
    let between_digits = || last.is_ascii_digit() && next.is_some_and(|n| n.is_ascii_digit());
    Some(match c {
        '(' => '（',
        ')' => '）',
        ';' => '；',
        '?' => '？',
        '!' => '！',
        ',' if !between_digits() => '，',
        ':' if !between_digits() => '：',
        '[' | '［' | '﹝' | '【' => '〔',
        ']' | '］' | '﹞' | '】' => '〕',
        '○' | '◯' => '〇',
        '｡' => '。',
        '､' => '、',
        '⼀' => '一',
        '⼆' => '二',
        '⼋' => '八',
        '⼗' => '十',
        '⽇' => '日',
        '⽉' => '月',
        '\u{FF10}'..='\u{FF19}'
        | '\u{FF21}'..='\u{FF3A}'
        | '\u{FF41}'..='\u{FF5A}'
        | '％'
        | '．'
        | '－'
        | '／'
        | '＋'
        | '～' => char::from_u32(u32::from(c) - 0xFEE0)?,
        '\u{200B}'..='\u{200F}' | '\u{FEFF}' | '\u{AD}' | '\u{2060}' | '*' => return None,
        c if c.is_whitespace() || c.is_control() => return None,
        c => c,
    })
}

/// Bytes of a list mark at the beginning of a line (`- `, `* `, `## `), which carries no number.
fn skip_bullet(line: &str) -> usize {
    let inner = line.trim_start();
    let lead = line.len() - inner.len();
    let marks = inner.trim_start_matches(['-', '*', '#', '•', '●', '◆', '■']);
    let count = inner.len() - marks.len();
    let spaced = marks.starts_with([' ', '\t', '\u{3000}']) || inner.starts_with(['•', '●', '◆', '■']);
    if count > 0 && count <= 6 && spaced { lead + count } else { 0 }
}

/// `- 3 -`, `— 12 —`, `第 3 页 共 9 页`: the foot of a page, in the middle of a sentence.
fn is_page_number(line: &str) -> bool {
    if line.len() > 60 {
        return false;
    }
    let line = line.trim();
    let dash = |c: char| matches!(c, '-' | '—' | '–' | '－' | '―' | '一' | '·');
    if line.starts_with(dash) && line.ends_with(dash) && line.chars().filter(|c| dash(*c)).count() >= 2 {
        let middle = line.trim_matches(|c: char| dash(c) || c.is_whitespace());
        return !middle.is_empty()
            && middle.chars().all(|c| c.is_numeric() && !"一二三四五六七八九十".contains(c));
    }
    line.starts_with('第')
        && line.ends_with('页')
        && line.chars().all(|c| "第页共，,/ \u{3000}".contains(c) || c.is_numeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_form_of_brackets_digits_and_no_stray_space() {
        let flow =
            normalise("\u{FEFF}(一) ２０２０ 年 １２月，GB/T 33000-\r\n2016\r\n\r\n－ 3 －\r\n [2020] 5 号");
        assert_eq!(flow.text, "（一）2020年12月，GB/T 33000-2016〔2020〕5号");
    }

    #[test]
    fn every_piece_leads_back_to_the_original() {
        let text = "市 应急\n\n管理局（负 责）";
        let flow = normalise(text);
        let at = flow.text.find("应急管理局").unwrap();
        let place = flow.place(&(at..at + "应急管理局".len()));
        assert_eq!(&text[place.clone()], "应急\n\n管理局");
        assert_eq!(flow.line(place.start), 1);
        let at = flow.text.find("管理局").unwrap();
        assert_eq!((flow.gap(at), flow.line(flow.place(&(at..at + 3)).start)), (BLANK, 3));
    }
}
