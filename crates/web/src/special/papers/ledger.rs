//! GET /enterprises/{id}/print/ledger?from=&to=: 事故隐患排查治理台账 in the offices' columns, by day of finding. Without
//! days: this year until today.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use base::{Day, Instant, Language, Problem};
use engine::field::show::Titles;
use engine::record::Record;
use engine::record::list::{Filter, ListRequest};
use judge::Fact;
use judge::fact::fact;
use plan::pack::{Register, Shape, StateKind};
use report::print::{HazardLedger, LedgerRow};

use super::{enterprise, html, paper};
use crate::app::App;
use crate::build::address::Wanted;
use crate::errors::Failure;
use crate::path::Path;
use crate::special::facts;
use crate::special::text::Words;
use crate::visitor::SignedIn;

/// Shows the paper.
pub(in crate::special) async fn page(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let firm = enterprise(&app, &who, &id).await?;
    let wanted = Wanted::read(query.as_deref());
    let w = Words(who.visitor.language);
    let today = app.engine().today();
    let from = day(wanted.one("from"), "from", Day::new(today.year(), 1, 1).unwrap_or(today))?;
    let to = day(wanted.one("to"), "to", today)?;
    let register = facts::shaped(&app, Shape::Hazard)?;
    let between = Filter::Between(
        "found_at".to_owned(),
        Some(Fact::Instant(Instant::start_of(from))),
        Some(Fact::Instant(Instant::end_of(to))),
    );
    let request = ListRequest {
        filters: vec![facts::of("enterprise", firm.id), between],
        sort: "found_at".to_owned(),
        ascending: true,
        limit: facts::MOST,
        ..ListRequest::default()
    };
    let found = app.engine().list(who.actor(), register.name(), &request).await?.records;
    let titles = app.engine().titles(register, found.iter().map(|r| &r.facts)).await?;
    let ledger = HazardLedger {
        unit: firm.title.clone(),
        period: format!("{} — {}", shown_day(from, w.0), shown_day(to, w.0)),
        on: Some(today),
        rows: found.iter().map(|r| row(&app, register, r, &titles, w.0)).collect(),
    };
    html(ledger.html(paper(w.0)))
}

fn day(text: &str, field: &'static str, otherwise: Day) -> Result<Day, Failure> {
    if text.is_empty() {
        return Ok(otherwise);
    }
    let wrong =
        || Problem::of(field, "field.not_a_day").with("value", text.chars().take(20).collect::<String>());
    Day::parse(text).ok_or_else(|| wrong().into())
}

fn shown_day(day: Day, l: Language) -> String {
    if l == Language::Chinese { day.zh() } else { day.to_string() }
}

fn row(app: &App, register: &Register, hazard: &Record, titles: &Titles, l: Language) -> LedgerRow {
    let shown = |name: &str| facts::shown(app.model(), register, hazard, name, l, titles);
    let first = |names: &[&str]| names.iter().map(|n| shown(n)).find(|t| !t.is_empty()).unwrap_or_default();
    let joined = |names: &[&str], with: &str| {
        names.iter().map(|n| shown(n)).filter(|t| !t.is_empty()).collect::<Vec<_>>().join(with)
    };
    let separator = if l == Language::Chinese { "；" } else { "; " };
    let plain_day =
        |name: &str| fact(&hazard.facts, name).as_day().map(|d| d.to_string()).unwrap_or_default();
    LedgerRow {
        number: in_two_lines(&hazard.code),
        found: plain_day("found_at"),
        place: first(&["place", "unit", "risk_point"]),
        description: joined(&["description", "kind", "basis"], separator),
        major: facts::text(hazard, "level") == "major",
        found_by: first(&["checkers", "found_by"]),
        measures: joined(&["measures", "measures_taken", "interim_guard"], separator),
        money: money(hazard),
        due: plain_day("deadline"),
        person: first(&["responsible", "responsible_name"]),
        accepted: accepted(hazard).map(|d| d.to_string()).unwrap_or_default(),
        result: result(app, hazard, l, &shown("acceptance")),
        accepted_by: shown("acceptors"),
    }
}

/// The column is narrow: a code such as `YH-410223-2021-000004` may break after the county.
fn in_two_lines(code: &str) -> String {
    match code.match_indices('-').nth(1) {
        Some((at, _)) => {
            format!("{} {}", code.get(..=at).unwrap_or(code), code.get(at + 1..).unwrap_or_default())
        }
        None => code.to_owned(),
    }
}

/// In units of 10,000 yuan, as the column says; what was really spent before what was planned.
fn money(hazard: &Record) -> String {
    let fen = |name: &str| match fact(&hazard.facts, name) {
        Fact::Integer(fen) => Some(*fen),
        _ => None,
    };
    let Some(fen) = fen("actual_funds").or_else(|| fen("funds")) else { return String::new() };
    // A ten-thousandth of 10,000 yuan is one yuan.
    let yuan = fen.div_euclid(100);
    let text = format!("{}.{:04}", yuan.div_euclid(10_000), yuan.rem_euclid(10_000));
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// When it was looked at again: by the day of the form, or by the day on which the case was closed.
fn accepted(hazard: &Record) -> Option<Day> {
    let day = ["recheck_on", "verified_on", "struck_off_on"]
        .into_iter()
        .find_map(|n| fact(&hazard.facts, n).as_day());
    let closed = hazard.case.as_ref().filter(|c| !c.open).map(|c| c.closed_at.day());
    day.or(closed)
}

/// The acceptance, or else the state that the case stands in.
fn result(app: &App, hazard: &Record, l: Language, acceptance: &str) -> String {
    let Some(case) = &hazard.case else { return acceptance.to_owned() };
    let state = app.model().procedure(&case.procedure).and_then(|p| p.state(&case.state));
    match state {
        Some(state) if state.kind != StateKind::Closed || acceptance.is_empty() => {
            state.title.in_language(l).to_owned()
        }
        _ => acceptance.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use judge::Facts;

    use super::*;

    #[test]
    fn money_is_printed_in_ten_thousands() {
        let actor = city::Actor {
            account: base::Id::NIL,
            display: String::new(),
            grants: Vec::new(),
            reads: plan::pack::FieldClass::Public,
            unit: None,
        };
        let model = plan::pack::Model::load(&[
            &std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/core")
        ])
        .unwrap();
        let register = model.shaped(Shape::Hazard).unwrap();
        let check = |fen: i64, expected: &str| {
            let facts = Facts::from([("funds".to_owned(), Fact::Integer(fen))]);
            let place = city::Place::default();
            let hazard =
                Record::new(base::Id::NIL, register, String::new(), place, facts, &actor, Instant(0));
            assert_eq!(money(&hazard), expected, "{fen}");
        };
        check(0, "0");
        check(1_000_000, "1");
        check(12_345_600, "12.3456");
        check(150_000, "0.15");
    }

    #[test]
    fn codes_break_after_the_county() {
        assert_eq!(in_two_lines("YH-410223-2021-000004"), "YH-410223- 2021-000004");
        assert_eq!(in_two_lines("X1"), "X1");
    }
}
