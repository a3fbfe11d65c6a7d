//! Words that close a clause behind the last clause below it.
//!
//! In `（一）…。一是…。二是…。到2022年底，…。（市应急局牵头）` the goal and the bracket speak of （一）, not of 二是.
//! A paragraph without a number behind the last of several one-paragraph clauses speaks of what they stand under.

use std::ops::Range;

use super::normalise::{Flow, NO_GAP};
use super::numerals::year;
use super::statements::{starts_label, statements};
use super::tree::{Node, close};

/// Gives closing words to the clauses they close, and sets the ends of all nodes.
pub(crate) fn settle(flow: &Flow, nodes: &mut [Node]) {
    for index in 0..nodes.len() {
        let Some(node) = nodes.get(index) else { continue };
        let next_depth = nodes.get(index + 1).map_or(1, |n| n.depth);
        if next_depth >= node.depth {
            continue;
        }
        hand_up(flow, nodes, index, next_depth);
    }
    for node in nodes.iter_mut() {
        node.end = node.mark.end;
    }
    close(nodes);
}

/// Splits the words of the leaf `index` between it and the clauses that end with it.
fn hand_up(flow: &Flow, nodes: &mut [Node], index: usize, next_depth: usize) {
    let Some(leaf) = nodes.get(index).cloned() else { return };
    let Some(span) = leaf.spans.first().cloned() else { return };
    let siblings = elder_siblings(nodes, index);
    let mut cut = span.end;
    if let Some(at) = closing(flow, &leaf, &span, &siblings) {
        cut = at;
    }
    let paragraph = first_paragraph(flow, &(leaf.mark.end..span.end))
        .filter(|_| !siblings.is_empty() && siblings.iter().all(|s| is_one_paragraph(flow, s)));
    let mut pieces: Vec<(usize, Range<usize>)> = Vec::new();
    let climbed = paragraph.filter(|p| *p > cut || cut == span.end);
    let lifted_end = climbed.unwrap_or(span.end);
    if cut < lifted_end
        && let Some(parent) = leaf.parent
    {
        pieces.push((parent, cut..lifted_end));
    }
    if let Some(at) = climbed {
        let target = climb(flow, nodes, index, next_depth);
        pieces.push((target, at..span.end));
        cut = cut.min(at);
    }
    if let Some(first) = nodes.get_mut(index).and_then(|n| n.spans.first_mut()) {
        first.end = cut;
    }
    for (target, piece) in pieces {
        if let Some(node) = nodes.get_mut(target) {
            node.spans.push(piece);
        }
    }
}

/// Where the words that close the whole list begin within its last item.
fn closing(flow: &Flow, leaf: &Node, span: &Range<usize>, siblings: &[Node]) -> Option<usize> {
    if siblings.is_empty()
        || siblings.iter().any(|s| s.spans.first().is_some_and(|s| !statements(flow, s).is_empty()))
    {
        return None;
    }
    let bracket = closing_statement(flow, span).filter(|at| *at > leaf.mark.end);
    let own_line = bracket.is_some_and(|at| flow.gap(at) != NO_GAP);
    let bracket = bracket.filter(|_| leaf.kind.runs_in() || own_line);
    let goal = leaf.kind.runs_in().then(|| goal_sentence(flow, leaf.mark.end..span.end)).flatten();
    match (goal, bracket) {
        (Some(goal), Some(bracket)) => Some(goal.min(bracket)),
        (goal, bracket) => goal.or(bracket),
    }
}

/// Where the last bracket, or the first of the last lines with labels, begins.
fn closing_statement(flow: &Flow, span: &Range<usize>) -> Option<usize> {
    let mut all = statements(flow, span);
    let mut start = all.pop()?.start;
    while let Some(before) = all.pop().filter(|b| b.end == start) {
        start = before.start;
    }
    Some(start)
}

/// The first later sentence that begins with `到2022年`.
fn goal_sentence(flow: &Flow, range: Range<usize>) -> Option<usize> {
    let text = flow.cut(range.clone());
    text.match_indices("。到").map(|(at, found)| (at, at + found.len())).find_map(|(at, after)| {
        let (_, length) = year(text.get(after..)?)?;
        text.get(after + length..)?.starts_with('年').then_some(range.start + at + '。'.len_utf8())
    })
}

/// The first paragraph without a number that begins within a range.
fn first_paragraph(flow: &Flow, range: &Range<usize>) -> Option<usize> {
    let mut previous = '\n';
    let mut heading = true;
    for (at, c) in flow.cut(range.clone()).char_indices() {
        let at = range.start + at;
        let gap = at > range.start && flow.gap(at) != NO_GAP;
        if gap && matches!(previous, '。' | '）' | '！') && c != '（' && !starts_label(flow, at) {
            if !heading {
                return Some(at);
            }
            heading = false;
        }
        // A heading is one sentence on a line of its own.
        if matches!(c, '，' | '；') || (previous == '。' && !gap) {
            heading = false;
        }
        previous = c;
    }
    None
}

fn is_one_paragraph(flow: &Flow, node: &Node) -> bool {
    node.spans
        .first()
        .is_none_or(|s| first_paragraph(flow, &(node.mark.end..s.end.max(node.mark.end))).is_none())
}

/// The clauses before `index` under the same one.
fn elder_siblings(nodes: &[Node], index: usize) -> Vec<Node> {
    let Some(own) = nodes.get(index) else { return Vec::new() };
    let from = own.parent.map_or(0, |p| p + 1);
    nodes
        .get(from..index)
        .unwrap_or_default()
        .iter()
        .filter(|n| n.parent == own.parent && n.kind == own.kind)
        .cloned()
        .collect()
}

/// The outermost clause, not beyond `depth`, that a closing paragraph may speak of.
fn climb(flow: &Flow, nodes: &[Node], index: usize, depth: usize) -> usize {
    let mut at = index;
    while let Some(node) = nodes.get(at)
        && node.depth > depth.max(1)
        && let Some(parent) = node.parent
    {
        let siblings = elder_siblings(nodes, at);
        if siblings.is_empty() || !siblings.iter().all(|s| is_one_paragraph(flow, s)) {
            break;
        }
        at = parent;
    }
    at
}
