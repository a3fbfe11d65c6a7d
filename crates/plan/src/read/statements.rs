//! Where a text says who is responsible: brackets such as `（市应急管理局牵头…）` and lines such as `责任单位：…`.

use std::ops::Range;

use super::normalise::{Flow, NO_GAP};
use super::roles::{LABELS, named, split};

/// The brackets within a range that name who is responsible, without their bracket characters.
pub(crate) fn brackets(flow: &Flow, range: Option<&Range<usize>>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let Some(range) = range else { return found };
    let mut open: Vec<usize> = Vec::new();
    for (at, c) in flow.cut(range.clone()).char_indices() {
        match c {
            '（' | '〔' => open.push(range.start + at),
            '）' | '〕' => {
                if let Some(start) = open.pop()
                    && open.is_empty()
                {
                    let inner = start + c.len_utf8()..range.start + at;
                    let text = flow.cut(inner.clone());
                    let after_stop = flow.before(start).is_some_and(|c| matches!(c, '。' | '；'));
                    if is_responsibility(text) || (after_stop && is_list_of_bodies(text)) {
                        found.push(start..range.start + at + c.len_utf8());
                    }
                }
            }
            // A bracket that nobody closes must not swallow the rest of the clause.
            '。' if open.first().is_some_and(|o| range.start + at - o > 3000) => open.clear(),
            _ => {}
        }
    }
    found
}

fn is_responsibility(inner: &str) -> bool {
    if inner.len() < 12 || inner.starts_with("以下简称") || inner.starts_with("如") || inner.starts_with("含")
    {
        return false;
    }
    let labelled = inner.contains('：') && LABELS.iter().any(|(l, _)| inner.contains(l));
    let said = inner.contains("负责")
        || inner.contains("牵头")
        || inner.contains("配合")
        || inner.contains("职责分工");
    if !labelled && !said {
        return false;
    }
    // Nearly always the first piece settles it.
    let first = inner.split(['、', '，', '；']).next().unwrap_or("");
    named(first) || split(inner).iter().any(|p| named(inner.get(p.clone()).unwrap_or("")))
}

/// `（市应急局、市公安局）` behind a full stop: nobody says so, but they are responsible.
fn is_list_of_bodies(inner: &str) -> bool {
    let bodies = |p: &Range<usize>| named(inner.get(p.clone()).unwrap_or(""));
    inner.len() < 900
        && inner.ends_with(['局', '委', '办', '队', '等', '府', '会', '门', '位', '社'])
        && split(inner).iter().all(bodies)
}

/// `责任单位：…` outside brackets, up to the end of its sentence or paragraph.
pub(crate) fn labelled_lines(flow: &Flow, span: &Range<usize>) -> Vec<Range<usize>> {
    let text = flow.cut(span.clone());
    if !text.contains('：') || (!text.contains("单位：") && !text.contains("部门：")) {
        return Vec::new();
    }
    let within = brackets(flow, Some(span));
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, _) in text.char_indices() {
        let rest = text.get(at..).unwrap_or("");
        let Some(_) = LABELS.iter().find(|(l, _)| rest.starts_with(l)) else { continue };
        let start = span.start + at;
        if within.iter().any(|b| b.contains(&start)) || found.last().is_some_and(|f| f.end > start) {
            continue;
        }
        let mut end = span.end;
        let mut last = '：';
        for (i, c) in rest.char_indices() {
            if c == '。'
                || (i > 0
                    && flow.gap(start + i) != NO_GAP
                    && !matches!(last, '、' | '，' | '；' | '：')
                    && !starts_label(flow, start + i))
            {
                end = start + i;
                break;
            }
            last = c;
        }
        found.push(start..end);
    }
    found
}

/// Everything within a range that names who is responsible, in order.
pub(crate) fn statements(flow: &Flow, span: &Range<usize>) -> Vec<Range<usize>> {
    let mut all = brackets(flow, Some(span));
    all.extend(labelled_lines(flow, span));
    all.sort_by_key(|r| r.start);
    all
}

/// Whether a label such as `责任单位：` begins at `at`.
pub(crate) fn starts_label(flow: &Flow, at: usize) -> bool {
    LABELS.iter().any(|(l, _)| flow.from(at).starts_with(l))
}
