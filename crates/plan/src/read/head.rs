//! The head of a document: issuer, number, title, date (layout of GB/T 9704-2012, 7.2 and 7.3).

use std::ops::Range;

use base::Day;

use super::citations::numbered;
use super::departments::body;
use super::moments::full_date;
use super::normalise::Flow;
use super::parts::{Part, ends_like_title};

/// What the head says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Head {
    /// Title of the plan; of the notice where no plan follows.
    pub(crate) title: String,
    /// Title of the notice that brings the plan.
    pub(crate) notice: Option<String>,
    /// Who issues it.
    pub(crate) issuer: Option<String>,
    /// Document number.
    pub(crate) number: Option<String>,
    /// Where the number stands.
    pub(crate) number_at: Range<usize>,
    /// Day of issue.
    pub(crate) date: Option<Day>,
    /// End of the first title: the opening text begins here.
    pub(crate) end: usize,
}

/// How much of the beginning is looked through, bytes.
const FRONT: usize = 4500;

/// Reads the head from the main text; `opening` ends where the first numbered clause begins.
pub(crate) fn head(flow: &Flow, parts: &[Part], opening: usize) -> Head {
    let mut front_end = opening.min(FRONT);
    while !flow.text.is_char_boundary(front_end) {
        front_end += 1;
    }
    let lines = flow.lines_in(0..front_end);
    let mut head = Head::default();
    find_number(flow, front_end, &mut head);
    let titles = titles(flow, &lines);
    if let Some((title, range)) = titles.first() {
        head.title.clone_from(title);
        head.end = range.end;
        head.issuer = issuer(flow, &lines, title, range.start);
        if title.contains("通知") || title.starts_with("关于") {
            let annex = parts
                .iter()
                .find(|p| p.id == "A1" && !p.title.is_empty())
                .filter(|_| parts.len() == 2)
                .map(|p| p.title.clone());
            if let Some(plan) = titles.get(1).map(|(t, _)| t.clone()).or(annex).or_else(|| inner_title(title))
            {
                head.notice = Some(std::mem::replace(&mut head.title, plan));
            }
        }
    } else if let Some(first) =
        lines.iter().map(|l| flow.cut(l.clone())).find(|t| !t.contains('。') && t.chars().count() <= 60)
    {
        first.clone_into(&mut head.title);
    }
    head.date = date(flow, parts, front_end);
    if head.issuer.is_none() {
        head.issuer = signature(flow, parts);
    }
    head
}

fn find_number(flow: &Flow, front_end: usize, head: &mut Head) {
    let front = flow.cut(0..front_end);
    for (at, _) in front.match_indices('〔') {
        let inside = front.get(..at).map_or(0, |t| t.matches('《').count().abs_diff(t.matches('》').count()));
        let bracketed = front.get(..at).is_some_and(|t| t.rfind('（') > t.rfind('）'));
        if inside == 0
            && !bracketed
            && let Some((number, range)) = numbered(front, at)
            && !front.get(..range.start).unwrap_or("").ends_with(['据', '照', '按'])
        {
            let own_line = flow.gap(range.start) != super::normalise::NO_GAP || range.start < 400;
            if own_line {
                let start = line_start(flow, &range, at);
                let written =
                    if start > range.start { front.get(start..range.end).unwrap_or("") } else { &number };
                (head.number, head.number_at) = (Some(clean_number(written)), start..range.end);
                return;
            }
        }
    }
}

/// A number does not reach back over the line on which its letters begin.
fn line_start(flow: &Flow, range: &Range<usize>, bracket: usize) -> usize {
    let breaks = flow.cut(range.start..bracket).char_indices().map(|(i, _)| range.start + i);
    breaks.rev().find(|i| flow.gap(*i) != super::normalise::NO_GAP).unwrap_or(range.start)
}

/// `某市安全生产委员会文件某安委〔…〕` without line breaks: the number begins behind `文件`.
fn clean_number(number: &str) -> String {
    number.rsplit("文件").next().unwrap_or(number).to_owned()
}

/// Titles among the first lines: whole, or broken over several lines.
fn titles(flow: &Flow, lines: &[Range<usize>]) -> Vec<(String, Range<usize>)> {
    let mut found: Vec<(String, Range<usize>)> = Vec::new();
    let mut pending: Option<Range<usize>> = None;
    for line in lines {
        let text = flow.cut(line.clone());
        let plain = !text.contains(['。', '；'])
            && !text.contains(['：', '>'])
            && !text.ends_with('，')
            && !is_head_line(text)
            && !text.starts_with("附件");
        if !plain {
            pending = None;
            continue;
        }
        let start = pending
            .as_ref()
            .filter(|p| goes_on(flow.cut((*p).clone()), text))
            .map_or(line.start, |p| p.start);
        let whole = flow.cut(start..line.end);
        let count = whole.chars().count();
        if count > 90 {
            pending = None;
        } else if ends_like_title(whole) && count >= 6 {
            found.push((whole.to_owned(), start..line.end));
            pending = None;
        } else {
            pending = Some(start..line.end);
        }
        if found.len() == 2 {
            break;
        }
    }
    found
}

/// Whether a title that has begun in `before` goes on with `line`: a body before `关于`, a title broken in its middle.
fn goes_on(before: &str, line: &str) -> bool {
    let broken = before.contains("关于") || before.matches('《').count() > before.matches('》').count();
    let named =
        line.starts_with("关于") && before.ends_with(['会', '府', '局', '室', '处', '委', '厅', '办']);
    broken || named || !ends_like_title(line) || line.chars().count() < 10
}

/// The red head, the number and the date are not parts of a title.
fn is_head_line(text: &str) -> bool {
    text.ends_with("文件")
        || text.ends_with('号') && text.contains('〔')
        || text.len() < 45 && full_date(text).is_some_and(|(_, r)| r.start == 0)
}

/// `关于印发《…》的通知` brings what stands between `《》`.
fn inner_title(title: &str) -> Option<String> {
    let (_, rest) = title.split_once('《')?;
    rest.rsplit_once('》').map(|(inner, _)| inner.to_owned())
}

/// From the red head, else from what stands before `关于` in the title.
fn issuer(flow: &Flow, lines: &[Range<usize>], title: &str, title_at: usize) -> Option<String> {
    let front: Vec<&str> =
        lines.iter().take_while(|l| l.start < title_at).map(|l| flow.cut(l.clone())).collect();
    let labels = ["发文机关：", "发布机构：", "制发机关："];
    if let Some(name) = front.iter().find_map(|t| labels.iter().find_map(|l| t.strip_prefix(l))) {
        return Some(name.to_owned());
    }
    let red = |text: &&str| {
        let (name, _) = text.split_once("文件").filter(|(_, rest)| rest.is_empty() || rest.contains('〔'))?;
        (name.chars().count() >= 3 && !name.contains(['>', '：'])).then(|| name.to_owned())
    };
    if let Some(name) = front.iter().find_map(red) {
        return Some(name);
    }
    let before = title.split_once("关于").map(|(b, _)| b).filter(|b| b.chars().count() >= 4)?;
    Some(before.to_owned())
}

/// The first line that is nothing but a date: in the front, else anywhere in the main text.
fn date(flow: &Flow, parts: &[Part], front_end: usize) -> Option<Day> {
    let main = parts.first().map_or(0..front_end, |p| p.range.clone());
    let mut later = None;
    for line in flow.lines_in(main) {
        let text = flow.cut(line.clone());
        let bare = text.trim_start_matches('（').trim_end_matches(['）', '印', '发']);
        let named = ["发布日期：", "成文日期：", "印发日期："]
            .iter()
            .find_map(|l| bare.strip_prefix(l))
            .unwrap_or(bare);
        if named.len() <= 60
            && let Some((day, range)) = full_date(named)
            && range.start == 0
            && range.end == named.len()
        {
            return Some(day);
        }
        // Pages of a website give the day in figures behind a label.
        if named.len() < bare.len()
            && let Some(day) = named.get(..10).and_then(Day::parse)
        {
            return Some(day);
        }
        if text.len() <= 150
            && !text.contains(['。', '，'])
            && let Some((day, range)) = full_date(text)
            && range.end == text.len()
        {
            later = later.or(Some(day));
        }
    }
    later
}

/// The line before a date that names a body.
fn signature(flow: &Flow, parts: &[Part]) -> Option<String> {
    let main = parts.first()?.range.clone();
    let lines = flow.lines_in(main);
    let mut previous: Option<&Range<usize>> = None;
    for line in &lines {
        let text = flow.cut(line.clone());
        if text.len() < 60 && full_date(text).is_some_and(|(_, r)| r.start == 0 && r.end == text.len()) {
            let name = flow.cut(previous?.clone());
            let signed = name.chars().count() <= 30 && (body(name).is_some() || name.ends_with("会"));
            return signed.then(|| name.to_owned());
        }
        previous = Some(line);
    }
    None
}
