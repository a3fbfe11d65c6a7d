//! The document as a draft pack: what can be said for certain as elements, what a person must decide as comments.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{Clause, Document, Party};
use crate::read::known_department;

/// Writes the draft. It loads as a pack as it stands.
pub(super) fn draft(document: &Document) -> String {
    let ids = department_ids(document);
    let mut out = String::new();
    write_head(document, &mut out);
    for (name, id) in &ids {
        let (known, aliases) = (known_department(name), written_forms(document, name));
        let en = known.map_or("", |k| k.1);
        let _ = write!(
            out,
            "\n[[department]]\nid = {}\ntitle = {{ zh = {}, en = {} }}\n",
            quoted(id),
            quoted(name),
            quoted(en)
        );
        if !aliases.is_empty() {
            let list: Vec<String> = aliases.iter().map(|a| quoted(a)).collect();
            let _ = writeln!(out, "aliases = [{}]", list.join(", "));
        }
    }
    for clause in &document.clauses {
        write_clause(clause, &ids, &mut out);
    }
    out
}

fn write_head(document: &Document, out: &mut String) {
    let _ = writeln!(
        out,
        "# Draft read from {}. Titles in English, registers, duties and values are for a person to add.",
        one_line(&document.file)
    );
    let year = document.date.map_or_else(|| "draft".to_owned(), |d| d.year().to_string());
    let document_name = match (&document.number, &document.issuer) {
        (Some(number), _) => number.clone(),
        (None, Some(issuer)) => issuer.clone(),
        (None, None) => document.title.clone(),
    };
    let from = document.date.map_or_else(|| "1970-01-01".to_owned(), |d| d.to_string());
    if document.date.is_none() {
        let _ = writeln!(out, "# The document names no date of its own: set `from`.");
    }
    let _ = write!(
        out,
        "[pack]\nid = {}\ntitle = {{ zh = {}, en = \"\" }}\nversion = \"0.1.0\"\nfrom = \"{from}\"\ndocument = {}\n",
        quoted(&format!("plan-{year}")),
        quoted(&document.title),
        quoted(&document_name),
    );
}

/// Every body that leads or supports, with its stored name.
fn department_ids(document: &Document) -> BTreeMap<String, String> {
    let mut ids = BTreeMap::new();
    let mut unknown = 0;
    for party in document.clauses.iter().flat_map(|c| c.leads.iter().chain(&c.supports)) {
        if !ids.contains_key(&party.name) {
            let id = known_department(&party.name).map_or_else(
                || {
                    unknown += 1;
                    format!("body_{unknown}")
                },
                |k| k.0.to_owned(),
            );
            ids.insert(party.name.clone(), id);
        }
    }
    ids
}

/// The forms in which the document writes a name.
fn written_forms(document: &Document, name: &str) -> Vec<String> {
    let all = document.clauses.iter().flat_map(|c| c.leads.iter().chain(&c.supports));
    let mut forms: Vec<String> =
        all.filter(|p| p.name == name && p.written != name).map(|p| p.written.clone()).collect();
    forms.sort();
    forms.dedup();
    forms
}

fn write_clause(clause: &Clause, ids: &BTreeMap<String, String>, out: &mut String) {
    let _ = write!(
        out,
        "\n# line {}\n[[clause]]\nid = {}\ntitle = {{ zh = {}, en = \"\" }}\n",
        clause.line,
        quoted(&clause.id),
        quoted(&clause.title)
    );
    for (key, parties) in [("lead", &clause.leads), ("support", &clause.supports)] {
        if !parties.is_empty() {
            let list: Vec<String> =
                parties.iter().filter_map(|p: &Party| ids.get(&p.name)).map(|id| quoted(id)).collect();
            let _ = writeln!(out, "{key} = [{}]", list.join(", "));
        }
    }
    let mut days: Vec<base::Day> = clause.dues.iter().filter_map(|d| d.date).collect();
    days.sort();
    days.dedup();
    if !days.is_empty() {
        let list: Vec<String> = days.iter().map(|d| format!("\"{d}\"")).collect();
        let _ = writeln!(out, "due = [{}]", list.join(", "));
    }
    propose(clause, out);
}

/// Elements that the clause asks for, as comments.
fn propose(clause: &Clause, out: &mut String) {
    let mut say = |kind: &str, text: String, line: usize| {
        let _ = writeln!(out, "#   {kind}: {} (line {line})", one_line(&text));
    };
    for due in &clause.dues {
        let every = if due.yearly { ", every year" } else { "" };
        say(
            "duty",
            format!(
                "by {}{every}: {}",
                due.date.map_or_else(|| "?".to_owned(), |d| d.to_string()),
                due.written
            ),
            due.place.line,
        );
    }
    for recurrence in &clause.recurrences {
        let times = recurrence.times.map_or_else(String::new, |t| format!(", {t} times"));
        say("duty", format!("{}{times}: {}", recurrence.every, recurrence.written), recurrence.place.line);
    }
    for target in &clause.targets {
        say("indicator", format!("{}: {}", target.value, target.written), target.place.line);
    }
    for system in &clause.systems {
        say(
            if system.is_system { "connector or monitor" } else { "register" },
            system.name.clone(),
            system.place.line,
        );
    }
    for citation in &clause.citations {
        let parts: Vec<&str> = citation.title.iter().chain(&citation.number).map(String::as_str).collect();
        say("basis", parts.join(", "), citation.place.line);
    }
}

/// A comment must not be ended by what it quotes.
fn one_line(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
