//! The tree of clauses as plain text for a person to read.

use std::fmt::Write;

use super::{Clause, Document, Party};

/// Writes the outline in the document's own language.
pub(super) fn outline(document: &Document) -> String {
    let mut out = String::new();
    let mut line = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    line(document.title.clone());
    let head: Vec<String> =
        [document.number.clone(), document.issuer.clone(), document.date.map(base::Day::zh)]
            .into_iter()
            .flatten()
            .collect();
    if !head.is_empty() {
        line(head.join("  "));
    }
    for part in &document.parts {
        line(String::new());
        let title = if part.title.is_empty() { &document.title } else { &part.title };
        line(format!("{} {}{}（第{}行）", part.id, part.label, spaced(title), part.place.line));
        let prefix = format!("{}.", part.id);
        for clause in document.clauses.iter().filter(|c| c.id.starts_with(&prefix)) {
            for text in clause_lines(clause) {
                line(text);
            }
        }
    }
    out
}

fn spaced(title: &str) -> String {
    if title.is_empty() { String::new() } else { format!(" {title}") }
}

fn clause_lines(clause: &Clause) -> Vec<String> {
    let indent = "  ".repeat(clause.level);
    let label = &clause.number_label;
    let gap = if label.ends_with(['章', '节', '条']) { " " } else { "" };
    let mut lines =
        vec![format!("{indent}{} {label}{gap}{}（第{}行）", clause.id, clause.title, clause.line)];
    let mut say = |label: &str, values: Vec<String>| {
        if !values.is_empty() {
            lines.push(format!("{indent}    {label}：{}", values.join("、")));
        }
    };
    say("牵头", clause.leads.iter().map(party).collect());
    say("配合", clause.supports.iter().map(party).collect());
    say("期限", clause.dues.iter().map(due).collect());
    say("频次", clause.recurrences.iter().map(|r| r.written.clone()).collect());
    say("数值", clause.targets.iter().map(|t| t.value.clone()).collect());
    say("依据", clause.citations.iter().map(citation).collect());
    say("台账与系统", clause.systems.iter().map(|s| s.name.clone()).collect());
    lines
}

fn party(party: &Party) -> String {
    let mut text = party.name.clone();
    if let Some(from) = &party.from {
        let _ = write!(text, "[{from}]");
    }
    text
}

fn due(due: &super::Due) -> String {
    match due.date {
        Some(date) if due.yearly => format!("每年，首次 {date}"),
        Some(date) => date.to_string(),
        None => due.written.clone(),
    }
}

fn citation(citation: &super::Citation) -> String {
    match (&citation.title, &citation.number) {
        (Some(title), Some(number)) => format!("《{title}》（{number}）"),
        (Some(title), None) => format!("《{title}》"),
        (None, number) => number.clone().unwrap_or_default(),
    }
}
