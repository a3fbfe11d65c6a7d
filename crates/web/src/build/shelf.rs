//! Registers, rules, duties on a shelf: by the part of the plan that asks for them, the main text first.

use base::Language;
use plan::pack::{Area, Model, Register, parent_of, part_of};

use super::clause::part_title;
use super::frame::reads;
use crate::app::App;
use crate::text::say;
use crate::view::cell::Shown;
use crate::view::table::Table;
use crate::visitor::SignedIn;

/// The place of an element on the shelf: of its part of the plan, then of its first clause.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    part_at: usize,
    /// The part; empty for what no clause asks for.
    pub(crate) part: String,
    clause_at: usize,
}

/// Where something stands that serves these clauses.
pub(crate) fn place(model: &Model, clauses: &[String]) -> Place {
    let Some(first) = clauses.first() else {
        return Place { part_at: usize::MAX, part: String::new(), clause_at: 0 };
    };
    let part = part_of(first);
    let known = std::iter::successors(Some(first.as_str()), |id| parent_of(id))
        .find_map(|id| model.clauses.iter().position(|c| c.id.get_ref() == id));
    // Annexes by the length of their id and the id: 2 before 10.
    let number = part.strip_prefix('A').and_then(|n| n.parse().ok()).unwrap_or(0);
    Place { part_at: number, part: part.to_owned(), clause_at: known.unwrap_or(usize::MAX) }
}

/// The heading of a part of the shelf.
pub(crate) fn heading(model: &Model, part: &str, l: Language) -> String {
    if part.is_empty() { say(l, "shelf.common") } else { part_title(model, part, l) }
}

/// Rows from which every part of the plan is shown only when it is opened or searched.
const MANY: usize = 120;

/// Rows of elements as one table for each part of the plan, in the order of the plan.
pub(crate) fn tables(
    model: &Model,
    l: Language,
    columns: &[&str],
    rows: impl IntoIterator<Item = (Place, Vec<Shown>)>,
    empty: &str,
) -> Vec<Table> {
    let mut rows: Vec<(Place, Vec<Shown>)> = rows.into_iter().collect();
    rows.sort_by(|(a, _), (b, _)| a.cmp(b));
    let folded = rows.len() > MANY;
    let table = |title: String| Table {
        title,
        columns: columns.iter().map(|key| say(l, key)).collect(),
        rows: Vec::new(),
        empty: say(l, empty),
        folded,
    };
    let mut tables: Vec<(String, Table)> = Vec::new();
    for (place, row) in rows {
        if tables.last().is_none_or(|(part, _)| *part != place.part) {
            tables.push((place.part.clone(), table(heading(model, &place.part, l))));
        }
        if let Some((_, table)) = tables.last_mut() {
            table.rows.push(row);
        }
    }
    if tables.is_empty() { vec![table(String::new())] } else { tables.into_iter().map(|(_, t)| t).collect() }
}

/// The registers of an area that somebody reads, those that the program itself works with first: title, address, what
/// belongs there.
pub(crate) fn of_area(app: &App, who: &SignedIn, area: Area) -> Vec<(String, String, String)> {
    let (l, model) = (who.visitor.language, app.model());
    let seen = |r: &&Register| r.area == area && reads(app, who.actor(), r);
    let mut found: Vec<&Register> = model.registers.values().filter(seen).collect();
    found.sort_by_cached_key(|r| (r.shape.is_none(), place(model, &r.clauses)));
    let line = |r: &Register| {
        let (title, about) = (r.title.in_language(l), r.about.in_language(l));
        (title.to_owned(), format!("/r/{}", r.name()), about.to_owned())
    };
    found.into_iter().map(line).collect()
}

/// For links to a part of the shelf.
pub(crate) fn anchor(part: &str) -> String {
    format!("part-{}", if part.is_empty() { "common" } else { part })
}

/// Whether a register is found by these words: its name, what it is for, one of its clauses; in either language.
pub(crate) fn found(register: &Register, words: &str) -> bool {
    let texts = [&register.title.zh, &register.title.en, &register.about.zh, &register.about.en];
    found_in(texts.into_iter().chain(&register.clauses).map(String::as_str), words)
}

/// Whether every word stands in one of the texts.
pub(crate) fn found_in<'a>(texts: impl Iterator<Item = &'a str>, words: &str) -> bool {
    let texts: Vec<String> = texts.map(str::to_lowercase).collect();
    words.split_whitespace().map(str::to_lowercase).all(|word| texts.iter().any(|text| text.contains(&word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_main_text_comes_first_and_annex_2_before_annex_10() {
        let model = Model::default();
        let at = |clause: &str| place(&model, &[clause.to_owned()]);
        assert!(at("M.1") < at("A2.1") && at("A2.1") < at("A10.1") && at("A10.1") < place(&model, &[]));
    }

    #[test]
    fn every_word_must_be_found_but_not_in_the_same_text() {
        let texts = || ["隐患治理台账", "Hazards found", "A2.2.3.3"].into_iter();
        assert!(found_in(texts(), "隐患 hazards") && found_in(texts(), "a2.2") && found_in(texts(), ""));
        assert!(!found_in(texts(), "隐患 消防"));
    }
}
