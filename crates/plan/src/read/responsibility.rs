//! Who leads and who supports: `（市应急管理局牵头，市公安局、交通运输局按职责分工负责，以下均需各县区政府负责，不再列出）`.
//!
//! `牵头` names the lead; a single `负责` does when nobody else is named as sharing; `按职责分工负责` and `配合` name those
//! who support. What follows `以下均需` stands for every later clause with a responsibility of its own.

use std::ops::Range;

use super::departments::body;
use super::normalise::Flow;
use super::roles::{Role, STANDING, offset_in, split, strip_label, strip_role};
use super::statements::{brackets, labelled_lines};

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
    // One name alone leads; several share.
    let alone = groups.is_empty() && pending.len() == 1;
    flush(&mut groups, &mut pending, label.or(alone.then_some(Role::Plain)));
    assemble(groups, standing)
}

fn flush(groups: &mut Vec<(Vec<Found>, Role)>, pending: &mut Vec<Found>, label: Option<Role>) {
    if !pending.is_empty() {
        groups.push((std::mem::take(pending), label.unwrap_or(Role::Shared)));
    }
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
    for (target, found) in [
        (&mut into.leads, more.leads),
        (&mut into.supports, more.supports),
        (&mut into.standing, more.standing),
    ] {
        for one in found {
            if !target.iter().any(|f| f.name == one.name) {
                target.push(one);
            }
        }
    }
    let leads = into.leads.clone();
    into.supports.retain(|s| !leads.iter().any(|l| l.name == s.name));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(found: &[Found]) -> Vec<&str> {
        found.iter().map(|f| f.name.as_str()).collect()
    }

    #[test]
    fn roles_follow_the_words_behind_the_names() {
        type Names = &'static [&'static str];
        let cases: [(&str, Names, Names, Names); 8] = [
            ("市应急管理局负责", &["应急管理局"], &[], &[]),
            ("市公安局、交通局按职责分工负责", &[], &["公安局", "交通运输局"], &[]),
            ("市应急局牵头，市公安局、财政局配合", &["应急管理局"], &["公安局", "财政局"], &[]),
            (
                "市住房和城乡建设局、城市管理局牵头，市科技局等按职责分工负责，各县、区政府负责，以下均需各县、区政府负责，不再列出",
                &["住房和城乡建设局", "城市管理局"],
                &["科技局", "各县区政府"],
                &["各县区政府"],
            ),
            (
                "市科技局按职责分工配合，各县区政府和各园区管委会负责。",
                &["各县区政府", "园区管委会"],
                &["科技局"],
                &[],
            ),
            (
                "牵头单位：县应急局；配合单位：县公安局、各乡镇政府",
                &["应急管理局"],
                &["公安局", "各乡镇政府"],
                &[],
            ),
            ("责任单位：县住建局", &["住房和城乡建设局"], &[], &[]),
            (
                "市消防救援支队以及其他负有行业监管责任的部门按职责分工负责",
                &[],
                &["消防救援支队", "其他负有行业监管责任的部门"],
                &[],
            ),
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
