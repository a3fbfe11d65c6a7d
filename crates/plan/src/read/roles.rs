//! Words that tell a lead from a supporter, and lists of bodies taken apart.

use std::ops::Range;

use super::departments::{body, in_table};

/// Labels before a list of bodies.
pub(crate) const LABELS: [(&str, Role); 18] = [
    ("责任主体：", Role::Plain),
    ("牵头科室：", Role::Lead),
    ("配合科室：", Role::Support),
    ("牵头单位：", Role::Lead),
    ("牵头部门：", Role::Lead),
    ("市级牵头单位：", Role::Lead),
    ("主办单位：", Role::Lead),
    ("牵头责任单位：", Role::Lead),
    ("责任部门：", Role::Plain),
    ("责任单位：", Role::Plain),
    ("主责单位：", Role::Lead),
    ("落实单位：", Role::Shared),
    ("配合单位：", Role::Support),
    ("配合部门：", Role::Support),
    ("协办单位：", Role::Support),
    ("参与单位：", Role::Support),
    ("参加单位：", Role::Support),
    ("实施单位：", Role::Shared),
];

/// Words behind a list of bodies, the longest first where one ends with another.
const ENDINGS: [(&str, Role); 24] = [
    ("负责按职责分工负责", Role::Shared),
    ("按照职责分工负责", Role::Shared),
    ("按职责分工负责", Role::Shared),
    ("根据职责分工负责", Role::Shared),
    ("按职责负责", Role::Shared),
    ("按照各自职责负责", Role::Shared),
    ("按职责分工落实", Role::Shared),
    ("按职责分工配合", Role::Support),
    ("按照职责分工配合", Role::Support),
    ("按职责分工", Role::Shared),
    ("分工负责", Role::Shared),
    ("分别负责", Role::Shared),
    ("共同负责", Role::Shared),
    ("牵头负责", Role::Lead),
    ("负责牵头", Role::Lead),
    ("牵头组织实施", Role::Lead),
    ("牵头", Role::Lead),
    ("组织实施", Role::Plain),
    ("具体负责", Role::Plain),
    ("负责落实", Role::Plain),
    ("负责", Role::Plain),
    ("协同配合", Role::Support),
    ("配合", Role::Support),
    ("参与", Role::Support),
];

pub(crate) const STANDING: [&str; 7] =
    ["以下均", "以下各项均", "以下任务均", "以下各条均", "以下工作均", "以下内容均", "以下各项任务均"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Lead,
    Plain,
    Shared,
    Support,
}

/// Whether a piece, without what it says about the role, is a body.
pub(crate) fn named(piece: &str) -> bool {
    let piece = strip_label(piece).0;
    body(strip_role(piece).0).is_some()
}

pub(crate) fn strip_label(piece: &str) -> (&str, Option<Role>) {
    if !piece.contains('：') {
        return (piece, None);
    }
    LABELS
        .iter()
        .find_map(|(label, role)| {
            piece.find(label).map(|at| (piece.get(at + label.len()..).unwrap_or(""), Some(*role)))
        })
        .unwrap_or((piece, None))
}

pub(crate) fn strip_role(piece: &str) -> (&str, Option<Role>) {
    let trimmed = piece.trim_end_matches(['。', '；', '，', '）', '〕']);
    let trimmed = if piece.ends_with('）') && trimmed.contains('（') { piece } else { trimmed };
    let (name, role) = ENDINGS
        .iter()
        .find_map(|(ending, role)| trimmed.strip_suffix(ending).map(|rest| (rest, Some(*role))))
        .unwrap_or((trimmed, None));
    let name = ["等有关部门", "等相关部门", "等单位", "等部门", "等", "分别"]
        .iter()
        .fold(name, |n, e| n.strip_suffix(e).unwrap_or(n));
    (name, role)
}

/// Pieces between the separators of a list, outside inner brackets; `和`, `及`, `以及` separate only bodies from bodies.
pub(crate) fn split(text: &str) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let (mut start, mut depth) = (0, 0_usize);
    for (at, c) in text.char_indices() {
        match c {
            '（' => depth += 1,
            '）' => depth = depth.saturating_sub(1),
            _ if at > start && depth == 0 && label_at(text, at) => {
                push_joined(text, start..at, &mut pieces);
                start = at;
            }
            '、' if text.get(..at).is_some_and(|t| t.ends_with('县'))
                && text.get(at..).is_some_and(|t| t.starts_with("、区")) => {}
            '、' | '，' | '；' | '。' if depth == 0 => {
                push_joined(text, start..at, &mut pieces);
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    push_joined(text, start..text.len(), &mut pieces);
    pieces
}

fn label_at(text: &str, at: usize) -> bool {
    let rest = text.get(at..).unwrap_or("");
    let first = rest.chars().next().unwrap_or(' ');
    "牵主责落配协参实市".contains(first) && LABELS.iter().any(|(l, _)| rest.starts_with(l))
}

fn push_joined(text: &str, piece: Range<usize>, pieces: &mut Vec<Range<usize>>) {
    let inner = text.get(piece.clone()).unwrap_or("");
    if in_table(strip_role(inner).0).is_none() {
        for joint in ["以及", "会同", "和", "及", "与"] {
            for (at, _) in inner.match_indices(joint) {
                let (left, right) =
                    (inner.get(..at).unwrap_or(""), inner.get(at + joint.len()..).unwrap_or(""));
                let left_name = STANDING.iter().find_map(|s| left.split_once(s)).map_or(left, |(_, l)| l);
                if body(strip_label(left_name).0.trim_start_matches(['需', '由', '要'])).is_some()
                    && body(strip_role(right).0).is_some()
                {
                    pieces.push(piece.start..piece.start + at);
                    pieces.push(piece.start + at + joint.len()..piece.end);
                    return;
                }
            }
        }
    }
    if !inner.is_empty() {
        pieces.push(piece);
    }
}

/// Where `part`, a piece of `whole`, begins in it.
pub(crate) fn offset_in(whole: &str, part: &str) -> usize {
    (part.as_ptr() as usize).saturating_sub(whole.as_ptr() as usize).min(whole.len())
}
