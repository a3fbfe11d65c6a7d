//! The rows of a clause: what each demands, the elements that serve it, and how each of them stands in the city, within what
//! the reader sees.

use std::collections::HashMap;

use base::Language;
use engine::exercised::{Exercised, Eye};
use plan::pack::coverage::{RowState, coverage};
use plan::pack::{Binding, ClauseRow, Model, RowKind, parent_of};

use super::elements::kind_word;
use crate::app::App;
use crate::errors::Failure;
use crate::text::{fill, say};
use crate::view::plan::{RowElement, RowLine};
use crate::visitor::SignedIn;

/// A row with the elements that name it, by their places in the model. Made once for a model.
#[derive(Debug)]
pub(crate) struct Served {
    row: usize,
    state: RowState,
    elements: Vec<(usize, bool)>,
}

/// How an element stands, as a page remembers it: the place of the element, and whose eyes.
pub(crate) type Seen = base::Cache<(usize, String), Option<Exercised>>;

/// Seconds for which a page remembers how an element stands.
pub(crate) const REMEMBERED: i64 = 60;

/// Every row of the model with what serves it.
pub(crate) fn served(model: &Model) -> Vec<Served> {
    let places: HashMap<(&str, &str), usize> =
        model.bindings.iter().enumerate().map(|(at, b)| ((b.kind, b.id.as_str()), at)).collect();
    let found = coverage(&model.rows, model, None);
    let lines = found.lines.iter().enumerate();
    lines
        .map(|(row, line)| {
            let place = |b: &Binding| places.get(&(b.kind, b.id.as_str())).copied();
            let named = line.elements.iter();
            let elements = named.filter_map(|n| Some((place(n.element)?, n.wanting.is_empty()))).collect();
            Served { row, state: line.state, elements }
        })
        .collect()
}

/// Kinds of rows: as packs write them, in Chinese, in English.
const KINDS: [(&str, &str, &str); 12] = [
    ("register", "台账", "Register"),
    ("duty", "责任事项", "Duty"),
    ("workflow", "闭环", "Closed loop"),
    ("rule", "规则", "Rule"),
    ("indicator", "指标", "Indicator"),
    ("calculation", "计算评估", "Calculation"),
    ("monitor", "实时监测", "Live monitoring"),
    ("interop", "数据交换", "Exchange of data"),
    ("publish", "公示", "Publication"),
    ("evidence", "证据", "Evidence"),
    ("campaign", "专项活动", "Campaign"),
    ("org", "组织机构", "Organisation"),
];

/// What a kind of row is called.
fn row_kind(kind: RowKind, l: Language) -> &'static str {
    let found = KINDS.iter().find(|(written, ..)| *written == kind.word());
    found.map_or("", |(_, zh, en)| if l == Language::Chinese { zh } else { en })
}

/// The rows within a clause, or the one row of that id.
pub(crate) async fn rows_of(app: &App, who: &SignedIn, id: &str) -> Result<Vec<RowLine>, Failure> {
    let model = app.model();
    let mut found = Vec::new();
    for served in app.rows_served() {
        let Some(row) = model.rows.get(served.row) else { continue };
        let own = row.id.get_ref();
        if own == id || parent_of(own) == Some(id) {
            found.push(line(app, who, row, served).await?);
        }
    }
    Ok(found)
}

async fn line(app: &App, who: &SignedIn, row: &ClauseRow, served: &Served) -> Result<RowLine, Failure> {
    let l = who.visitor.language;
    let mut elements = Vec::new();
    for (place, serves) in &served.elements {
        let Some(element) = app.model().bindings.get(*place) else { continue };
        let state = state(app, who, *place, element).await?;
        let (word, tone) = match &state {
            None => ("row.not_seen", "void"),
            Some(state) if state.idle => ("packs.is_not_in_force", "void"),
            Some(state) if state.yes => ("row.in_use", "closed"),
            Some(_) => ("row.not_used", "open"),
        };
        elements.push(RowElement {
            kind: kind_word(element.kind, l).to_owned(),
            title: element.title.in_language(l).to_owned(),
            href: format!("/packs/{}/{}", element.kind, element.id),
            serves: *serves,
            state: say(l, word),
            tone,
            numbers: state.map(|state| state.words(l)).unwrap_or_default(),
        });
    }
    // What serves the row comes first.
    elements.sort_by_key(|element| !element.serves);
    let id = row.id.get_ref();
    let (key, tone) = match served.state {
        RowState::Served => ("plan.served_yes", "closed"),
        RowState::Open => ("row.later", "void"),
        RowState::Unserved => ("plan.served_no", "open"),
    };
    let carried: Vec<&str> = row.carried_by.iter().chain(&row.same_as).map(String::as_str).collect();
    let later = match served.state {
        RowState::Open => fill(l, "row.carried_by", &[("rows", &carried.join(", "))]),
        _ => String::new(),
    };
    Ok(RowLine {
        href: format!("/plan/clauses/{id}"),
        id: id.clone(),
        kind: row_kind(row.kind, l).to_owned(),
        title: row.title.in_language(l).to_owned(),
        state: say(l, key),
        tone,
        later,
        elements,
    })
}

/// How an element stands for this reader, remembered for a minute. Whoever holds the same roles in the same places sees
/// the same.
async fn state(
    app: &App,
    who: &SignedIn,
    place: usize,
    element: &Binding,
) -> Result<Option<Exercised>, Failure> {
    let actor = who.actor();
    let day = app.engine().today();
    let key = (place, format!("{day} {:?} {:?} {:?}", actor.reads, actor.unit, actor.grants));
    let (seen, now) = (app.seen(), app.wall());
    if let Some(state) = seen.get(&key, now) {
        return Ok(state);
    }
    let generation = seen.generation();
    let state = app.engine().exercised(element, Eye::Of(actor)).await?;
    seen.put(key, state.clone(), now, generation);
    Ok(state)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_row_has_words() {
        for (_, kind) in RowKind::WRITTEN {
            assert!(
                !row_kind(kind, Language::Chinese).is_empty()
                    && !row_kind(kind, Language::English).is_empty()
            );
        }
    }
}
