//! /enterprises/responsibility and /enterprises/{id}/responsibility: enterprises that nobody leads or supervises or that
//! several bodies claim, with the reason, and the forms that settle it.

pub(super) mod change;
pub(super) mod list;
pub(super) mod one;

use base::Language;
use city::Actor;
use city::responsible::{Duty, Gap, Standing};
use engine::dashboard::Counts;
use engine::responsibility::{GapList, STATE};
use plan::pack::{Model, Register, Shape};

use crate::app::App;
use crate::build::frame::reads;
use crate::errors::Failure;
use crate::text::{fill, say};
use crate::visitor::SignedIn;

pub(crate) use list::asked;

/// The registers of enterprises and of responsible bodies, where this person has anything to see in both.
pub(crate) fn registers<'a>(app: &'a App, who: &SignedIn) -> Result<(&'a Register, &'a Register), Failure> {
    let shaped = |shape: Shape| {
        app.model().shaped(shape).filter(|r| reads(app, who.actor(), r)).ok_or(Failure::NotFound)
    };
    Ok((shaped(Shape::Enterprise)?, shaped(Shape::ResponsibleBody)?))
}

/// How many enterprises of these counts are on a list.
pub(crate) fn listed(counts: &Counts, list: GapList, county: Option<&str>) -> i64 {
    let one = |standing: &Standing| match county {
        Some(county) => counts.of(county, standing.name()),
        None => counts.of_value(standing.name()),
    };
    list.standings().iter().map(one).sum()
}

/// How many enterprises that this person sees are unowned or disputed, from the counters.
pub(super) async fn number(app: &App, actor: &Actor) -> Result<i64, Failure> {
    let enterprises = app.model().shaped(Shape::Enterprise).ok_or(Failure::NotFound)?;
    let counts = app.engine().counts(actor, enterprises.name(), STATE).await?;
    Ok(listed(&counts, GapList::All, None))
}

/// A duty with its matter in words: "专项监管 · 消防".
pub(super) fn duty_words(model: &Model, bodies: &Register, duty: Duty, matter: &str, l: Language) -> String {
    let word = |field: &str, id: &str| {
        let choices = bodies.field(field).map(|f| model.choices_of(f)).unwrap_or_default();
        let found = choices.iter().find(|c| c.id == id);
        found.map_or_else(|| id.to_owned(), |c| c.title.in_language(l).to_owned())
    };
    let duty = word("duty", duty.name());
    if matter.is_empty() { duty } else { format!("{duty} · {}", word("matter", matter)) }
}

/// What is wrong, as a sentence.
pub(crate) fn gap_words(model: &Model, bodies: &Register, gap: &Gap, l: Language) -> String {
    match gap {
        Gap::Unowned(Duty::SectorLead) => say(l, "responsibility.no_lead"),
        Gap::Unowned(_) => say(l, "responsibility.no_supervisor"),
        Gap::Disputed { duty, matter, bodies: claimed } => {
            let names: Vec<&str> = claimed.iter().map(|(body, _)| body.as_str()).collect();
            let key = if names.len() > 1 { "responsibility.disputed" } else { "responsibility.denied" };
            let between = if l == Language::Chinese { "、" } else { ", " };
            let duty = duty_words(model, bodies, *duty, matter, l);
            fill(l, key, &[("duty", &duty), ("bodies", &names.join(between))])
        }
    }
}

/// All that is wrong, in one line.
pub(super) fn gaps_line(model: &Model, bodies: &Register, gaps: &[Gap], l: Language) -> String {
    let all: Vec<String> = gaps.iter().map(|gap| gap_words(model, bodies, gap, l)).collect();
    all.join(if l == Language::Chinese { "；" } else { "; " })
}
