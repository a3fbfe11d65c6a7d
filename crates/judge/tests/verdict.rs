//! The three verdicts, by the examples for which the language was made.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first surprise")]

use std::path::PathBuf;

use base::{Day, Id, Instant};
use judge::verdict::judge;
use judge::{Fact, Facts, Missing, Rows, Subject, Verdict};
use plan::expression::{Context, Expression, Folded, Moment, NumberExpression};
use plan::pack::{Model, load_sources};

fn model() -> Model {
    let text = include_str!("../../plan/tests/expressions/pack.toml").to_owned();
    let sources = load_sources(vec![("pack.toml".into(), PathBuf::from("pack.toml"), text)]).unwrap();
    Model::from_sources(&sources).unwrap()
}

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn id(number: u128) -> Id {
    Id::from_u128(number)
}

fn facts(pairs: &[(&str, Fact)]) -> Facts {
    pairs.iter().map(|(name, fact)| ((*name).to_owned(), fact.clone())).collect()
}

fn folded(context: &Context<'_>, model: &Model, text: &str) -> Folded {
    let moment = Moment::period(day("2021-04-01"), day("2021-06-30"), day("2021-07-10"));
    Expression::check(text, context)
        .unwrap_or_else(|faults| panic!("{text}: {faults:?}"))
        .fold(&moment, model)
}

/// `holds`, `fails`, or the fields that are missing.
fn said(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Holds => "holds".to_owned(),
        Verdict::Fails => "fails".to_owned(),
        Verdict::CannotBeJudged(missing) => {
            let one = |missing: &Missing| match missing {
                Missing::Field { register, record, field } => {
                    format!("{register} {}: {field}", record.as_u128())
                }
                Missing::Record { register, record, field } => {
                    format!("{register} {}: nothing behind {field}", record.as_u128())
                }
                Missing::Value(why) => why.clone(),
                Missing::DivisionByZero => "division by zero".to_owned(),
                Missing::OutOfBounds => "out of bounds".to_owned(),
            };
            missing.iter().map(one).collect::<Vec<_>>().join(", ")
        }
    }
}

fn one(register: &str, text: &str, own: &Facts, rows: &Rows) -> String {
    let model = model();
    let context = Context::of(&model, "r", register).with_period();
    said(&judge(&folded(&context, &model, text), &[Subject { id: id(1), facts: own }], rows))
}

#[test]
fn a_committee_is_due_from_three_hundred_people_where_the_risk_is_high() {
    let text =
        "r.headcount >= (r.high_risk ? v('committee.headcount').high_risk : v('committee.headcount').other)";
    let (yes, no) = (Fact::YesNo(true), Fact::YesNo(false));
    for (headcount, high_risk, expected) in [
        (Some(320), Some(&yes), "holds"),
        (Some(320), Some(&no), "fails"),
        (Some(300), Some(&yes), "holds"),
        (Some(299), Some(&yes), "fails"),
        (Some(1000), Some(&no), "holds"),
        (None, Some(&yes), "enterprise 1: headcount"),
        (Some(320), None, "enterprise 1: high_risk"),
        (None, None, "enterprise 1: headcount, enterprise 1: high_risk"),
    ] {
        let mut own = Facts::new();
        own.extend(headcount.map(|n| ("headcount".to_owned(), Fact::Integer(n))));
        own.extend(high_risk.map(|h| ("high_risk".to_owned(), h.clone())));
        assert_eq!(one("enterprise", text, &own, &Rows::default()), expected, "{headcount:?} {high_risk:?}");
    }
}

#[test]
fn a_fire_lane_must_be_marked_and_signed() {
    let text = "has(r.marked_on) && has(r.signed_on)";
    let marked = ("marked_on", Fact::Day(day("2020-12-01")));
    let signed = ("signed_on", Fact::Day(day("2020-12-02")));
    let rows = Rows::default();
    assert_eq!(one("fire_lane", text, &facts(&[marked.clone(), signed]), &rows), "holds");
    assert_eq!(one("fire_lane", text, &facts(&[marked]), &rows), "fails");
    assert_eq!(one("fire_lane", text, &Facts::new(), &rows), "fails");
    // One further: the building's owner is known, is not known, or the building is gone.
    let owned = "has(r.building.owner.name)";
    let lane = facts(&[("building", Fact::Reference(id(7)))]);
    let mut rows = Rows::default();
    assert_eq!(one("fire_lane", owned, &lane, &rows), "fails");
    assert_eq!(
        one("fire_lane", "r.building.floors > 3", &lane, &rows),
        "fire_lane 1: nothing behind building"
    );
    rows.put("building", id(7), facts(&[("owner", Fact::Reference(id(8)))]));
    rows.put("owner", id(8), facts(&[("name", Fact::Text("甲".into()))]));
    assert_eq!(one("fire_lane", owned, &lane, &rows), "holds");
    assert_eq!(one("fire_lane", "r.building.floors > 3", &lane, &rows), "building 7: floors");
}

#[test]
fn a_large_bus_within_a_year_of_scrapping_keeps_its_use_and_owner() {
    let when = "r.kind == 'large_bus' && r.frozen_from <= as_of";
    let bus = |kind: &str, from: &str| {
        facts(&[("kind", Fact::Text(kind.into())), ("frozen_from", Fact::Day(day(from)))])
    };
    let rows = Rows::default();
    assert_eq!(one("vehicle", when, &bus("large_bus", "2021-06-30"), &rows), "holds");
    assert_eq!(one("vehicle", when, &bus("large_bus", "2021-07-01"), &rows), "fails");
    // Whatever is missing: a truck is no bus.
    assert_eq!(one("vehicle", when, &facts(&[("kind", Fact::Text("truck".into()))]), &rows), "fails");
    let model = model();
    let context = Context::of(&model, "old", "vehicle").and("new", "vehicle");
    let change = folded(&context, &model, "new.use == old.use && new.owner == old.owner");
    let state = |usage: &str, owner: u128| {
        facts(&[("use", Fact::Text(usage.into())), ("owner", Fact::Reference(id(owner)))])
    };
    let judged = |old: &Facts, new: &Facts| {
        said(&judge(&change, &[Subject { id: id(1), facts: old }, Subject { id: id(1), facts: new }], &rows))
    };
    assert_eq!(judged(&state("tour", 5), &state("tour", 5)), "holds");
    assert_eq!(judged(&state("tour", 5), &state("tour", 6)), "fails");
    assert_eq!(judged(&state("tour", 5), &facts(&[("use", Fact::Text("tour".into()))])), "vehicle 1: owner");
}

#[test]
fn a_road_violation_is_handled_when_it_is_closed_in_time() {
    let hit = "r.state == 'closed' && r.closed_at <= r.due_at";
    let case = |state: &str, closed: Option<i64>| {
        let mut own = facts(&[("state", Fact::Text(state.into())), ("due_at", Fact::Instant(Instant(1000)))]);
        own.extend(closed.map(|at| ("closed_at".to_owned(), Fact::Instant(Instant(at)))));
        own
    };
    let rows = Rows::default();
    assert_eq!(one("violation", hit, &case("closed", Some(1000)), &rows), "holds");
    assert_eq!(one("violation", hit, &case("closed", Some(1001)), &rows), "fails");
    assert_eq!(one("violation", hit, &case("open", None), &rows), "fails");
}

#[test]
fn lookups_count_the_rows_that_are_linked() {
    let own = facts(&[("headcount", Fact::Integer(4))]);
    let mut rows = Rows::default();
    let training = |hours: Option<f64>, on: &str, passed: bool| {
        let mut own = facts(&[
            ("enterprise", Fact::Reference(id(1))),
            ("held_on", Fact::Day(day(on))),
            ("passed", Fact::YesNo(passed)),
        ]);
        own.extend(hours.map(|h| ("hours".to_owned(), Fact::Decimal(h))));
        own
    };
    rows.put("training", id(11), training(Some(0.1), "2021-04-01", true));
    rows.put("training", id(12), training(Some(0.2), "2021-06-30", true));
    rows.put("training", id(13), training(None, "2021-03-31", false));
    // Belongs to nobody, so it stands in nobody's way.
    rows.put("training", id(14), Facts::new());
    let period = "t.enterprise == r.id && t.held_on >= period.from && t.held_on <= period.until";
    for (text, expected) in [
        (format!("count(training, t, {period}) == 2"), "holds"),
        (format!("sum(training, t, t.hours, {period}) == 0.3"), "holds"),
        ("sum(training, t, t.hours, t.enterprise == r.id) > 0".to_owned(), "training 13: hours"),
        (
            "sum(training, t, t.hours, t.enterprise == r.id && t.passed) / (r.headcount - 4) > 1".to_owned(),
            "division by zero",
        ),
        ("exists(training, t, t.enterprise == r.id && t.hours > 0.1)".to_owned(), "holds"),
        ("exists(training, t, t.enterprise == r.id && t.hours > 9)".to_owned(), "training 13: hours"),
        ("exists(training, t, t.enterprise == r.building.owner && t.hours > 9)".to_owned(), "refused"),
        ("exists(fire_lane, f, f.building == r.building)".to_owned(), "enterprise 1: building"),
        ("count(person, p, p.enterprise == r.id) == 0".to_owned(), "holds"),
    ] {
        if expected == "refused" {
            let model = model();
            assert!(Expression::check(&text, &Context::of(&model, "r", "enterprise")).is_err(), "{text}");
            continue;
        }
        assert_eq!(one("enterprise", &text, &own, &rows), expected, "{text}");
    }
}

#[test]
fn a_missing_part_matters_only_where_it_could_decide() {
    let own = facts(&[
        ("headcount", Fact::Integer(4)),
        ("stock", Fact::Decimal(1e16)),
        ("fund", Fact::Integer(1999)),
    ]);
    for (text, expected) in [
        ("r.headcount == 4 || r.high_risk", "holds"),
        ("r.high_risk || r.headcount == 4", "holds"),
        ("r.headcount == 5 && r.high_risk", "fails"),
        ("r.headcount == 4 && r.high_risk", "enterprise 1: high_risk"),
        ("!r.high_risk", "enterprise 1: high_risk"),
        ("has(r.high_risk) && r.high_risk", "fails"),
        ("r.high_risk == r.high_risk", "enterprise 1: high_risk"),
        ("r.stock > 1e15", "holds"),
        ("r.stock * 2 > 1", "out of bounds"),
        ("r.fund == 19.99", "holds"),
        ("r.kinds == r.kinds", "refused"),
        ("'truck' in r.kinds", "enterprise 1: kinds"),
        ("r.headcount > v('share') && r.headcount < 4.5", "holds"),
    ] {
        if expected == "refused" {
            let model = model();
            assert!(Expression::check(text, &Context::of(&model, "r", "enterprise")).is_err(), "{text}");
            continue;
        }
        assert_eq!(one("enterprise", text, &own, &Rows::default()), expected, "{text}");
    }
}

#[test]
fn a_number_is_checked_and_computed_alike() {
    let model = model();
    let own = facts(&[("stock", Fact::Decimal(3.0))]);
    let context = Context::of(&model, "r", "enterprise");
    let moment = Moment::today(day("2021-01-01"));
    for (text, expected) in [
        ("v('share')", "1.5"),
        ("r.stock * 0.5", "1.5"),
        ("r.headcount", "missing 1"),
        ("r.name", "refused"),
        ("r.stock > 1", "refused"),
    ] {
        let said = match NumberExpression::check(text, &context) {
            Err(_) => "refused".to_owned(),
            Ok(number) => {
                let subject = Subject { id: id(1), facts: &own };
                match judge::verdict::number(&number.fold(&moment, &model), &[subject], &Rows::default()) {
                    Ok(number) => number.to_string(),
                    Err(missing) => format!("missing {}", missing.len()),
                }
            }
        };
        assert_eq!(said, expected, "{text}");
    }
}
