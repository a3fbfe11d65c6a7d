//! Puts everything together: clauses with ids, parties with inheritance, days, numbers, citations, names.

use std::collections::HashMap;
use std::ops::Range;

use super::acting::acting;
use super::normalise::{Flow, normalise};
use super::responsibility::{Assignment, Found, assigned};
use super::tree::{Node, build, title};
use super::{citations, dates, head, moments, numbering, parts, recurrences, systems, tail, targets};
use crate::document::{
    Citation, Clause, Document, DocumentPart, Due, Origin, Party, Place, Recurrence, System, Target,
};

/// Reads a text.
pub(super) fn document(text: String) -> Document {
    let flow = normalise(&text);
    let all = parts::parts(&flow);
    let mut document = Document::default();
    let mut first = true;
    for part in &all {
        let mut marks = numbering::marks(&flow, &part.body);
        marks.retain(|m| !part.list.contains(&m.range.start));
        let mut nodes = build(&flow, &marks, part.body.end);
        tail::settle(&flow, &mut nodes);
        if first {
            let opening = nodes.first().map_or(part.body.end, |n| n.mark.start);
            let head = head::head(&flow, &all, opening);
            let start = head.end.max(head.number_at.end).min(opening);
            document.title = head.title;
            document.notice = head.notice;
            document.issuer = head.issuer;
            document.number = head.number;
            document.date = head.date;
            if start < opening {
                let mut clause = opening_clause(&flow, start..opening, part);
                let now = dates::Now { document: document.date, year: None };
                find(&flow, &text, std::slice::from_ref(&(start..opening)), now, &mut clause);
                clause.dues.retain(|d| d.date != document.date);
                document.clauses.push(clause);
            }
            first = false;
        }
        let from = document.clauses.len();
        add_part(&flow, &text, part, &nodes, &mut document);
        document.parts.push(DocumentPart {
            id: part.id.clone(),
            label: part.label.clone(),
            title: if part.id == "M" { document.title.clone() } else { part.title.clone() },
            place: place(&flow, &part.range),
            clauses: document.clauses.len() - from,
        });
    }
    document.text = text;
    document
}

fn opening_clause(flow: &Flow, range: Range<usize>, part: &parts::Part) -> Clause {
    let place = place(flow, &range);
    Clause {
        id: format!("{}.0", part.id),
        level: 1,
        title: "前言".to_owned(),
        range: place.range,
        line: place.line,
        own: flow.cut(range).to_owned(),
        ..Clause::default()
    }
}

/// The clauses of one part.
fn add_part(flow: &Flow, text: &str, part: &parts::Part, nodes: &[Node], document: &mut Document) {
    let ids = ids(&part.id, nodes);
    let mut named: Vec<Assignment> = Vec::with_capacity(nodes.len());
    let mut years: Vec<Option<i32>> = Vec::with_capacity(nodes.len());
    let mut standing: Option<(usize, Vec<Found>)> = None;
    for (index, node) in nodes.iter().enumerate() {
        let place = place(flow, &(node.mark.start..node.end));
        let own: String = node.spans.iter().map(|s| flow.cut(s.clone())).collect();
        let above = node.parent.and_then(|p| years.get(p).copied().flatten());
        years.push(node.spans.first().and_then(|s| moments::last_year(flow.cut(s.clone()))).or(above));
        let mut clause = Clause {
            id: ids.get(index).cloned().unwrap_or_default(),
            parent: node.parent.and_then(|p| ids.get(p).cloned()),
            level: node.depth,
            number_label: flow.cut(node.mark.clone()).to_owned(),
            title: title(flow, node),
            range: place.range,
            line: place.line,
            own,
            ..Clause::default()
        };
        let now = dates::Now { document: document.date, year: above };
        let mut words = node.spans.clone();
        if let Some(first) = words.first_mut() {
            first.start = node.mark.end.min(first.end);
        }
        find(flow, text, &words, now, &mut clause);
        let mut assignment = assigned(flow, &node.spans);
        let bracket = !assignment.is_empty();
        let inherited = if bracket { None } else { ancestor_with(nodes, &named, index) };
        if !bracket && inherited.is_none() {
            assignment = acting(flow, &words);
        }
        let origin = if bracket { Origin::Named } else { Origin::Acting };
        let giver = |found: &Found, origin, from: Option<usize>| {
            let place = self::place(flow, &found.at);
            let written = tidy(text.get(place.range.clone()).unwrap_or(""));
            Party {
                name: found.name.clone(),
                written,
                origin,
                from: from.and_then(|f| ids.get(f).cloned()),
                place,
            }
        };
        let source = inherited.and_then(|i| named.get(i)).unwrap_or(&assignment);
        let origin = if inherited.is_some() { Origin::Section } else { origin };
        clause.leads = source.leads.iter().map(|f| giver(f, origin, inherited)).collect();
        clause.supports = source.supports.iter().map(|f| giver(f, origin, inherited)).collect();
        if bracket && !assignment.standing.is_empty() {
            standing = Some((index, assignment.standing.clone()));
        }
        if (bracket || inherited.is_some())
            && let Some((from, bodies)) = &standing
        {
            let from = Some(*from).filter(|f| *f != index);
            for found in bodies {
                let known = clause.leads.iter().chain(&clause.supports).any(|p| p.name == found.name);
                if !known {
                    clause.supports.push(giver(found, Origin::Standing, from));
                }
            }
        }
        for from in clause.leads.iter().chain(&clause.supports).filter_map(|p| p.from.clone()) {
            if !clause.inherited_from.contains(&from) {
                clause.inherited_from.push(from);
            }
        }
        named.push(if bracket { assignment } else { Assignment::default() });
        document.clauses.push(clause);
    }
}

/// The nearest clause above that names somebody.
fn ancestor_with(nodes: &[Node], named: &[Assignment], index: usize) -> Option<usize> {
    let mut at = nodes.get(index)?.parent;
    while let Some(above) = at {
        if named.get(above).is_some_and(|a| !a.leads.is_empty() || !a.supports.is_empty()) {
            return Some(above);
        }
        at = nodes.get(above)?.parent;
    }
    None
}

/// Ids from the numbers along the path; a repeated one gets `-2`, `-3`.
fn ids(part: &str, nodes: &[Node]) -> Vec<String> {
    let mut ids: Vec<String> = Vec::with_capacity(nodes.len());
    let mut seen: HashMap<String, u32> = HashMap::new();
    for node in nodes {
        let above = node.parent.and_then(|p| ids.get(p).cloned()).unwrap_or_else(|| part.to_owned());
        let id = format!("{above}.{}", node.number);
        let count = seen.entry(id.clone()).or_insert(0);
        *count += 1;
        ids.push(if *count > 1 { format!("{id}-{count}") } else { id });
    }
    ids
}

/// Everything but the parties.
fn find(flow: &Flow, text: &str, spans: &[Range<usize>], now: dates::Now, clause: &mut Clause) {
    let written = |at: &Range<usize>| {
        let place = place(flow, at);
        (tidy(text.get(place.range.clone()).unwrap_or("")), place)
    };
    for due in dates::dues(flow, spans, now) {
        let (written, place) = written(&due.at);
        clause.dues.push(Due { date: due.date, yearly: due.yearly, written, place });
    }
    let often = recurrences::repeated(flow, spans);
    for number in targets::numbers(flow, spans, &often) {
        let (written, place) = written(&number.at);
        clause.targets.push(Target { value: number.value, written, place });
    }
    for one in often {
        let (written, place) = written(&one.at);
        clause.recurrences.push(Recurrence { every: one.every.to_owned(), times: one.times, written, place });
    }
    for one in citations::cited(flow, spans) {
        let place = place(flow, &one.at);
        clause.citations.push(Citation {
            title: one.title,
            number: one.number,
            standard: one.standard,
            place,
        });
    }
    for one in systems::named(flow, spans) {
        let place = place(flow, &one.at);
        clause.systems.push(System { name: one.name, is_system: one.system, place });
    }
}

fn place(flow: &Flow, range: &Range<usize>) -> Place {
    let range = flow.place(range);
    Place { line: flow.line(range.start), range }
}

/// The original words without their line breaks and stray spaces.
fn tidy(text: &str) -> String {
    let broken = text.contains(|c: char| {
        c.is_whitespace() || c.is_control() || matches!(c, '\u{FF01}'..='\u{FF5E}' | '(' | ')' | '[')
    });
    if broken { normalise(text).text } else { text.to_owned() }
}
