//! From possible marks to the tree of clauses: which marks count, what hangs under what, which words belong to whom.
//!
//! A mark counts when its number is the next one at its level; how much more it needs depends on what stands before it.
//! A broken line alone therefore neither makes nor loses a clause.

use std::collections::HashMap;
use std::ops::Range;

use super::normalise::Flow;
use super::numbering::{Edge, Kind, Mark};

/// How many further marks are looked at to see whether a list goes on.
const LOOK_AHEAD: usize = 400;
/// Longest text without a full stop that still counts as a heading, in characters.
const LONGEST_HEADING: usize = 45;

/// One numbered clause of a part.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    /// The mark.
    pub(crate) mark: Range<usize>,
    /// Kind of its number.
    pub(crate) kind: Kind,
    /// Its number.
    pub(crate) number: u32,
    /// 1 for the outermost clauses of a part.
    pub(crate) depth: usize,
    /// Index of the clause above.
    pub(crate) parent: Option<usize>,
    /// Its own words: from the mark to the first clause below, and what closes it behind the last one below.
    pub(crate) spans: Vec<Range<usize>>,
    /// Where the last word of its last descendant, or its own, ends.
    pub(crate) end: usize,
}

/// Chooses among the marks of a part that ends at `end`. Nodes are in the order of the text.
pub(crate) fn build(flow: &Flow, marks: &[Mark], end: usize) -> Vec<Node> {
    let mut builder = Builder { flow, marks, nodes: Vec::new(), stack: Vec::new(), last: HashMap::new() };
    for (index, mark) in marks.iter().enumerate() {
        if builder.counts(index, mark) {
            builder.open(mark);
        }
    }
    let mut nodes = builder.nodes;
    let starts: Vec<usize> = nodes.iter().map(|n| n.mark.start).chain([end]).collect();
    for (node, next) in nodes.iter_mut().zip(starts.iter().skip(1)) {
        node.spans = std::iter::once(node.mark.start..*next).collect();
        node.end = *next;
    }
    nodes
}

/// Sets every node's end to the end of everything below it.
pub(crate) fn close(nodes: &mut [Node]) {
    for index in (0..nodes.len()).rev() {
        let Some((own, parent)) = nodes.get_mut(index).map(|n| {
            let own = n.spans.iter().map(|s| s.end).max().unwrap_or(n.mark.end);
            n.end = n.end.max(own);
            (n.end, n.parent)
        }) else {
            continue;
        };
        if let Some(parent) = parent.and_then(|p| nodes.get_mut(p)) {
            parent.end = parent.end.max(own);
        }
    }
}

struct Builder<'a> {
    flow: &'a Flow,
    marks: &'a [Mark],
    nodes: Vec<Node>,
    stack: Vec<usize>,
    last: HashMap<Kind, u32>,
}

impl Builder<'_> {
    fn kind_of(&self, index: usize) -> Option<Kind> {
        self.nodes.get(index).map(|n| n.kind)
    }

    fn open(&mut self, mark: &Mark) {
        while let Some(top) = self.stack.last().and_then(|i| self.kind_of(*i)) {
            if top < mark.kind {
                break;
            }
            self.stack.pop();
        }
        let parent = self.stack.last().copied();
        self.stack.push(self.nodes.len());
        self.last.insert(mark.kind, mark.number);
        self.nodes.push(Node {
            mark: mark.range.clone(),
            kind: mark.kind,
            number: mark.number,
            depth: self.stack.len(),
            parent,
            spans: Vec::new(),
            end: mark.range.end,
        });
    }

    /// Whether the clause that is open has had only its heading so far.
    fn only_heading(&self, at: usize) -> bool {
        let Some(node) = self.nodes.last() else { return false };
        let text = self.flow.cut(node.mark.end..at);
        text.len() <= LONGEST_HEADING * 3
            && !text.contains(['；', '，'])
            && !text.trim_end_matches(['。', '：']).contains('。')
    }

    fn counts(&self, index: usize, mark: &Mark) -> bool {
        let heading = self.only_heading(mark.range.start);
        let line = mark.edge == Edge::Line || (mark.edge == Edge::Broken && heading);
        let open = self.stack.iter().filter_map(|i| self.nodes.get(*i)).find(|n| n.kind == mark.kind);
        match open.map(|n| n.number) {
            Some(n) if mark.number == n + 1 => match mark.edge {
                Edge::Line | Edge::Broken | Edge::Stop => true,
                Edge::Comma => mark.kind.runs_in() || mark.kind == Kind::ChineseBracket,
                Edge::Bare => false,
            },
            Some(n) if mark.number > n && mark.kind == Kind::Spoken => {
                mark.number == n + 2 && (line || mark.edge == Edge::Stop)
            }
            Some(n) if mark.number > n => mark.number <= n + 5 && line,
            Some(_) => line && mark.kind != Kind::Spoken && self.goes_on(index, mark),
            None if mark.number == 1 => {
                line || ((mark.edge != Edge::Bare || heading) && self.goes_on(index, mark))
            }
            None => {
                let continued = self.last.get(&mark.kind).is_some_and(|n| n + 1 == mark.number);
                // A bracket at the beginning of a line is a clause even where the ones before it are lost.
                let certain = matches!(mark.kind, Kind::Chinese | Kind::ChineseBracket) && mark.number <= 20;
                line && (continued || (certain && mark.edge == Edge::Line) || self.goes_on(index, mark))
            }
        }
    }

    /// Whether the next number of the same kind follows before an outer clause begins.
    fn goes_on(&self, index: usize, mark: &Mark) -> bool {
        for next in self.marks.iter().skip(index + 1).take(LOOK_AHEAD) {
            if next.kind == mark.kind && next.number == mark.number + 1 && next.edge != Edge::Bare {
                return true;
            }
            if next.kind < mark.kind && next.edge == Edge::Line {
                return false;
            }
        }
        false
    }
}

/// The heading of a clause: its first sentence, its first line, or the first part of a long sentence.
pub(crate) fn title(flow: &Flow, node: &Node) -> String {
    let Some(span) = node.spans.first() else { return String::new() };
    let begin = node.mark.end.max(span.start);
    let text = flow.cut(begin..span.end.max(begin));
    let stop = text.find(['。', '；']).unwrap_or(text.len());
    let gap = text
        .char_indices()
        .map(|(i, _)| i)
        .find(|i| *i > 0 && flow.gap(begin + i) != super::normalise::NO_GAP);
    let sentence = text.get(..stop).unwrap_or("");
    let line = gap.filter(|g| *g < stop).and_then(|g| text.get(..g));
    let whole = match line {
        Some(line)
            if sentence.contains('，')
                || node.kind <= Kind::Chinese
                || sentence.len() > LONGEST_HEADING * 3 =>
        {
            line
        }
        _ => sentence,
    };
    shorten(whole)
}

fn shorten(text: &str) -> String {
    let text = text.trim_end_matches(['：', '，', ':']);
    let bracket = text.find('（').filter(|at| {
        let inner = text.get(*at..).unwrap_or("");
        *at > 0 && ["责任", "负责", "牵头", "配合"].iter().any(|w| inner.contains(w))
    });
    let text = bracket.and_then(|at| text.get(..at)).unwrap_or(text);
    if let Some((name, _)) = text
        .split_once('：')
        .filter(|(name, _)| (2..=15).contains(&name.chars().count()) && !name.contains('（'))
    {
        return name.to_owned();
    }
    if text.chars().count() <= LONGEST_HEADING {
        return text.to_owned();
    }
    let first = text.split(['，', '：']).next().unwrap_or(text);
    if first.chars().count() <= LONGEST_HEADING {
        return first.to_owned();
    }
    first.chars().take(LONGEST_HEADING - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::normalise::normalise;
    use crate::read::numbering::marks;

    fn outline(text: &str) -> Vec<String> {
        let flow = normalise(text);
        let nodes = build(&flow, &marks(&flow, &(0..flow.len())), flow.len());
        nodes.iter().map(|n| format!("{}{} {}", ">".repeat(n.depth), n.number, title(&flow, n))).collect()
    }

    #[test]
    fn levels_nest_by_the_order_of_kinds() {
        let text = "一、目标\n做好。\n二、任务\n（一）检查\n1.企业自查。每月一次。\n2.部门检查。\n（二）培训。\n三、保障\n1.领导。\n2.经费。";
        assert_eq!(
            outline(text),
            [
                ">1 目标",
                ">2 任务",
                ">>1 检查",
                ">>>1 企业自查",
                ">>>2 部门检查",
                ">>2 培训",
                ">3 保障",
                ">>1 领导",
                ">>2 经费"
            ]
        );
    }

    #[test]
    fn run_in_items_need_a_second_one() {
        assert_eq!(
            outline("一、目标\n这样：一是查，二是改，三是罚。"),
            [">1 目标", ">>1 查", ">>2 改", ">>3 罚"]
        );
        assert_eq!(outline("一、目标\n其中，一是重点。"), [">1 目标"]);
    }

    #[test]
    fn numbers_may_be_broken_apart_or_stand_in_one_paragraph() {
        let text = "一\n、目标\n做好（\n一）甲。办好。（二）乙。办\n\n好。二、任务\n完成。";
        assert_eq!(outline(text), [">1 目标", ">>1 甲", ">>2 乙", ">2 任务"]);
    }

    #[test]
    fn articles_go_on_across_chapters_and_a_lost_number_loses_nothing_else() {
        let text = "第一章 总则\n第一条 为了安全。\n第二条 本县适用。\n第二章 职责\n第三条 各负其责。\n第五条 加强检查。";
        assert_eq!(
            outline(text),
            [">1 总则", ">>1 为了安全", ">>2 本县适用", ">2 职责", ">>3 各负其责", ">>5 加强检查"]
        );
    }
}
