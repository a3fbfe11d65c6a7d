//! Who leads and who supports: `（市应急管理局牵头，市公安局、交通运输局按职责分工负责，以下均需各县区政府负责，不再列出）`.
//!
//! `牵头` names the lead; a single `负责` does when nobody else is named as sharing; `按职责分工负责` and `配合` name those
//! who support. What follows `以下均需` stands for every later clause with a responsibility of its own.

use std::ops::Range;

use super::departments::{Known, body, in_table, leading, local_form, short_form};
use super::normalise::{Flow, NO_GAP};

/// A body found at a place of the flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    /// Name as handed on.
    pub(crate) name: String,
    /// Where it stands in the flow.
    pub(crate) at: Range<usize>,
}

/// Who a clause names.
#[derive(Debug, Clone, Default)]
pub(crate) struct Assignment {
    /// Those who lead.
    pub(crate) leads: Vec<Found>,
    /// Those who support or share.
    pub(crate) supports: Vec<Found>,
    /// Those who are responsible for this and every later clause.
    pub(crate) standing: Vec<Found>,
}

impl Assignment {
    /// Nobody is named.
    pub(crate) fn is_empty(&self) -> bool {
        self.leads.is_empty() && self.supports.is_empty() && self.standing.is_empty()
    }
}

/// Labels before a list of bodies.
const LABELS: [(&str, Role); 15] = [
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

const STANDING: [&str; 7] = ["以下均", "以下各项均", "以下任务均", "以下各条均", "以下工作均", "以下内容均", "以下各项任务均"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Lead,
    Plain,
    Shared,
    Support,
}

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
                    if is_responsibility(flow.cut(inner.clone())) {
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
    if inner.starts_with("以下简称") || inner.starts_with("如") || inner.starts_with("含") {
        return false;
    }
    let labelled = inner.contains('：') && LABELS.iter().any(|(l, _)| inner.contains(l));
    let said = inner.contains("负责") || inner.contains("牵头") || inner.contains("配合") || inner.contains("职责分工");
    (labelled || said) && split(inner).iter().any(|p| named(inner.get(p.clone()).unwrap_or("")))
}

/// Whether a piece, without what it says about the role, is a body.
fn named(piece: &str) -> bool {
    let piece = strip_label(piece).0;
    body(strip_role(piece).0).is_some()
}

fn strip_label(piece: &str) -> (&str, Option<Role>) {
    if !piece.contains('：') {
        return (piece, None);
    }
    LABELS
        .iter()
        .find_map(|(label, role)| piece.find(label).map(|at| (piece.get(at + label.len()..).unwrap_or(""), Some(*role))))
        .unwrap_or((piece, None))
}

fn strip_role(piece: &str) -> (&str, Option<Role>) {
    let trimmed = piece.trim_end_matches(['。', '；', '，', '）', '〕']);
    let trimmed = if piece.ends_with('）') && trimmed.contains('（') { piece } else { trimmed };
    let (name, role) = ENDINGS
        .iter()
        .find_map(|(ending, role)| trimmed.strip_suffix(ending).map(|rest| (rest, Some(*role))))
        .unwrap_or((trimmed, None));
    let name = ["等有关部门", "等相关部门", "等单位", "等部门", "等", "分别"].iter().fold(name, |n, e| n.strip_suffix(e).unwrap_or(n));
    (name, role)
}

/// Pieces between the separators of a list, outside inner brackets; `和`, `及`, `以及` separate only bodies from bodies.
fn split(text: &str) -> Vec<Range<usize>> {
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
            '、' if text.get(..at).is_some_and(|t| t.ends_with('县')) && text.get(at..).is_some_and(|t| t.starts_with("、区")) => {}
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
                let (left, right) = (inner.get(..at).unwrap_or(""), inner.get(at + joint.len()..).unwrap_or(""));
                let left_name = STANDING.iter().find_map(|s| left.split_once(s)).map_or(left, |(_, l)| l);
                if body(strip_label(left_name).0.trim_start_matches(['需', '由', '要'])).is_some() && body(strip_role(right).0).is_some() {
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

/// Reads one bracket or labelled line that begins at `base` of the flow.
pub(crate) fn parse(inner: &str, base: usize) -> Assignment {
    let mut groups: Vec<(Vec<Found>, Role)> = Vec::new();
    let mut pending: Vec<Found> = Vec::new();
    let mut standing: Vec<Found> = Vec::new();
    let (mut label, mut stands) = (None, false);
    for piece in split(inner) {
        let full = inner.get(piece.clone()).unwrap_or("");
        let mut text = full;
        if let Some(rest) = STANDING.iter().find_map(|s| text.split_once(s)).map(|(_, rest)| rest) {
            flush(&mut groups, &mut pending, label);
            (stands, label) = (true, None);
            text = rest.trim_start_matches("需要").trim_start_matches(['需', '由', '要', '应']);
        }
        let (rest, new_label) = strip_label(text);
        if new_label.is_some() {
            flush(&mut groups, &mut pending, label);
            (label, stands) = (new_label, false);
        }
        let (name, role) = strip_role(rest);
        let offset = base + piece.start + offset_in(full, name);
        let found = body(name).map(|body| Found { name: body, at: offset..offset + name.len() });
        if stands {
            standing.extend(found);
            continue;
        }
        pending.extend(found);
        if let Some(role) = role
            && !pending.is_empty()
        {
            groups.push((std::mem::take(&mut pending), role));
        }
    }
    flush(&mut groups, &mut pending, label);
    assemble(groups, standing)
}

fn flush(groups: &mut Vec<(Vec<Found>, Role)>, pending: &mut Vec<Found>, label: Option<Role>) {
    if !pending.is_empty() {
        groups.push((std::mem::take(pending), label.unwrap_or(Role::Shared)));
    }
}

/// Where `part`, a piece of `whole`, begins in it.
fn offset_in(whole: &str, part: &str) -> usize {
    (part.as_ptr() as usize).saturating_sub(whole.as_ptr() as usize).min(whole.len())
}

fn assemble(groups: Vec<(Vec<Found>, Role)>, standing: Vec<Found>) -> Assignment {
    let shared = groups.iter().any(|(_, r)| matches!(r, Role::Lead | Role::Shared));
    let mut result = Assignment::default();
    for (bodies, role) in groups {
        let lead = role == Role::Lead || (role == Role::Plain && !shared);
        let target = if lead { &mut result.leads } else { &mut result.supports };
        for found in bodies {
            if !target.iter().any(|f| f.name == found.name) {
                target.push(found);
            }
        }
    }
    result.supports.retain(|s| !result.leads.iter().any(|l| l.name == s.name));
    result.standing = qualify(standing, &result);
    result
}

/// `各县区政府、交通运输局` means the counties' transport offices where the bracket has named those.
fn qualify(standing: Vec<Found>, named: &Assignment) -> Vec<Found> {
    let county = standing.first().is_some_and(|f| f.name.starts_with("各县区"));
    standing
        .into_iter()
        .map(|mut found| {
            let qualified = format!("各县区{}", found.name);
            if county && named.supports.iter().any(|s| s.name == qualified) {
                found.name = qualified;
            }
            found
        })
        .collect()
}

/// Everything that the own words of a clause say about responsibility in brackets or labelled lines.
pub(crate) fn assigned(flow: &Flow, spans: &[Range<usize>]) -> Assignment {
    let mut result = Assignment::default();
    for span in spans {
        for bracket in brackets(flow, Some(span)) {
            let inner = bracket.start + 3..bracket.end.saturating_sub(3);
            merge(&mut result, parse(flow.cut(inner.clone()), inner.start));
        }
        for line in labelled_lines(flow, span) {
            merge(&mut result, parse(flow.cut(line.clone()), line.start));
        }
    }
    result
}

fn merge(into: &mut Assignment, more: Assignment) {
    for (target, found) in [(&mut into.leads, more.leads), (&mut into.supports, more.supports), (&mut into.standing, more.standing)] {
        for one in found {
            if !target.iter().any(|f| f.name == one.name) {
                target.push(one);
            }
        }
    }
    let leads = into.leads.clone();
    into.supports.retain(|s| !leads.iter().any(|l| l.name == s.name));
}

/// `责任单位：…` outside brackets, up to the end of its sentence or paragraph.
fn labelled_lines(flow: &Flow, span: &Range<usize>) -> Vec<Range<usize>> {
    let text = flow.cut(span.clone());
    if !text.contains('：') || (!text.contains("单位：") && !text.contains("部门：")) {
        return Vec::new();
    }
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, _) in text.char_indices() {
        let rest = text.get(at..).unwrap_or("");
        let Some(_) = LABELS.iter().find(|(l, _)| rest.starts_with(l)) else { continue };
        let start = span.start + at;
        if flow.before(start).is_some_and(|c| matches!(c, '（' | '〔')) || found.last().is_some_and(|f| f.end > start) {
            continue;
        }
        let mut end = span.end;
        let mut last = '：';
        for (i, c) in rest.char_indices() {
            if c == '。' || (i > 0 && flow.gap(start + i) != NO_GAP && !matches!(last, '、' | '，' | '；' | '：') && !starts_label(flow, start + i)) {
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

/// Bodies that a clause without a bracket names as acting: `市安委会办公室负责…`, `分别由市教育局、…制定`, `设在市应急管理局`.
pub(crate) fn acting(flow: &Flow, spans: &[Range<usize>]) -> Assignment {
    let mut result = Assignment::default();
    for span in spans {
        let text = flow.cut(span.clone());
        let mut start = 0;
        for (at, c) in text.char_indices().chain([(text.len(), '。')]) {
            let next = text.get(at + c.len_utf8()..).unwrap_or("");
            let ends = matches!(c, '，' | '。' | '；' | '：') || (c == '）' && !next.starts_with('、'));
            // A heading without punctuation ends with its line; a sentence that a page breaks apart does not.
            let so_far = text.get(start..at).unwrap_or("");
            let paragraph = at > start && flow.gap(span.start + at) != NO_GAP && is_heading(so_far);
            if ends || paragraph {
                actor(so_far, span.start + start, &mut result);
                members(so_far, span.start + start, &mut result);
                start = if ends { (at + c.len_utf8()).min(text.len()) } else { at };
            }
        }
    }
    result
}

fn is_heading(text: &str) -> bool {
    text.starts_with(['一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '（', '第']) && text.len() < 90 && !text.contains('、')
        || text.starts_with(['一', '二', '三', '四', '五', '六', '七', '八', '九', '十']) && text.matches('、').count() == 1 && text.len() < 60
}

/// Verbs and adverbs after a body that show it is the one who acts.
const ACTS: [&str; 20] = [
    "要", "将", "对", "负责", "定期", "成立", "会同", "牵头", "应", "组织", "建立", "统筹", "不定", "每", "具体", "联合",
    "制定", "开展", "指导", "督促",
];

fn actor(part: &str, base: usize, result: &mut Assignment) {
    for (marker, ends) in [("由", &["制定", "牵头", "负责", "组织实施", "承担"][..]), ("设在", &[""][..])] {
        if part.contains(['由', '设'])
            && let Some((before, list)) = part.split_once(marker)
            && let Some(end) = ends.iter().filter_map(|e| if e.is_empty() { Some(list.len()) } else { list.find(e) }).min()
            && let Some(list) = list.get(..end).filter(|l| l.chars().count() < 120)
        {
            let from = base + before.len() + marker.len();
            let count = result.leads.len();
            for piece in split(list) {
                let text = list.get(piece.clone()).unwrap_or("");
                if let Some(found) = in_table(&local_form(text)) {
                    push(&mut result.leads, &found.name, from + piece.start..from + piece.end);
                }
            }
            if result.leads.len() > count {
                return;
            }
        }
    }
    let skip = if part.starts_with("各级") { "各级".len() } else { 0 };
    let Some((found, length)) = part.get(skip..).and_then(leading) else { return };
    let rest = part.get(skip + length..).unwrap_or("");
    // `公安、住建等部门` and `公安机关` are not one department of the city; a level before the name or an office of the commission is.
    let level = part.starts_with(['市', '县', '区']) && !found.id.starts_with("county_");
    let certain = level || found.id.starts_with("safety_");
    if certain && ["配合", "协助", "参与"].iter().any(|w| rest.starts_with(w)) {
        push(&mut result.supports, &found.name, base + skip..base + skip + length);
    }
    if !certain || !ACTS.iter().any(|a| rest.starts_with(a)) {
        return;
    }
    push(&mut result.leads, &found.name, base + skip..base + skip + length);
    if let Some(with) = rest.strip_prefix("会同")
        && with.starts_with("有关部门")
    {
        let at = base + skip + length + "会同".len();
        push(&mut result.supports, "有关部门", at..at + "有关部门".len());
    }
}

/// `发展改革、科技、交通运输等部门要…`: at least three departments that a clause names as taking part.
fn members(part: &str, base: usize, result: &mut Assignment) {
    if !part.contains('等') {
        return;
    }
    let Some((list, _)) = part.split_once("等部门") else { return };
    let pieces: Vec<(&str, Option<&Known>)> = list.split('、').map(|p| (p, short_form(p))).collect();
    if pieces.len() < 3 || pieces.iter().skip(1).any(|(_, known)| known.is_none()) {
        return;
    }
    for (piece, known) in pieces {
        if let Some(known) = known {
            let at = base + offset_in(part, piece);
            push(&mut result.supports, &known.name, at..at + piece.len());
        }
    }
}

fn push(list: &mut Vec<Found>, name: &str, at: Range<usize>) {
    if !list.iter().any(|f| f.name == name) {
        list.push(Found { name: name.to_owned(), at });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(found: &[Found]) -> Vec<&str> {
        found.iter().map(|f| f.name.as_str()).collect()
    }

    #[test]
    fn roles_follow_the_words_behind_the_names() {
        let cases: [(&str, &[&str], &[&str], &[&str]); 8] = [
            ("市应急管理局负责", &["应急管理局"], &[], &[]),
            ("市公安局、交通局按职责分工负责", &[], &["公安局", "交通运输局"], &[]),
            ("市应急局牵头，市公安局、财政局配合", &["应急管理局"], &["公安局", "财政局"], &[]),
            (
                "市住房和城乡建设局、城市管理局牵头，市科技局等按职责分工负责，各县、区政府负责，以下均需各县、区政府负责，不再列出",
                &["住房和城乡建设局", "城市管理局"],
                &["科技局", "各县区政府"],
                &["各县区政府"],
            ),
            ("市科技局按职责分工配合，各县区政府和各园区管委会负责。", &["各县区政府", "园区管委会"], &["科技局"], &[]),
            ("牵头单位：县应急局；配合单位：县公安局、各乡镇政府", &["应急管理局"], &["公安局", "各乡镇政府"], &[]),
            ("责任单位：县住建局", &["住房和城乡建设局"], &[], &[]),
            ("市消防救援支队以及其他负有行业监管责任的部门按职责分工负责", &[], &["消防救援支队", "其他负有行业监管责任的部门"], &[]),
        ];
        for (inner, leads, supports, standing) in cases {
            let found = parse(inner, 0);
            assert_eq!(names(&found.leads), leads, "{inner}");
            assert_eq!(names(&found.supports), supports, "{inner}");
            assert_eq!(names(&found.standing), standing, "{inner}");
        }
    }

    #[test]
    fn a_place_is_the_name_alone() {
        let inner = "牵头单位：县应急局；配合单位：县公安局";
        let found = parse(inner, 0);
        assert_eq!(found.leads.first().and_then(|f| inner.get(f.at.clone())), Some("县应急局"));
        assert_eq!(found.supports.first().and_then(|f| inner.get(f.at.clone())), Some("县公安局"));
    }
}
