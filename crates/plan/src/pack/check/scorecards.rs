//! Faults of scorecards: subjects, sources, weights, steps, vetoes, grades.

use std::collections::BTreeSet;

use toml::Spanned;

use super::indicators::{check_at, check_every};
use super::{Report, check_roles, is_element_name, unknown};
use crate::expression::{Context, faults_in};
use crate::pack::indicator::{Better, Counting, known_duties};
use crate::pack::scorecard::{ItemSource, ScoreItem};
use crate::pack::subject::with_fixed_subjects;
use crate::pack::{Fault, FixedSubject, Model, Scorecard, Shape, Source};

pub(super) fn check_scorecards(source: &Source, model: &Model, faults: &mut Vec<Fault>) {
    if source.content.scorecards.is_empty() {
        return;
    }
    let wider = with_fixed_subjects(model);
    for card in &source.content.scorecards {
        let element = format!("scorecard.{}", card.name());
        let line = source.line(card.id.span().start);
        let mut report = Report { source, line, element, faults };
        check_scorecard(card, &wider, model, &mut report);
    }
}

fn check_scorecard(card: &Scorecard, wider: &Model, model: &Model, report: &mut Report<'_>) {
    let own = report.line;
    if !is_element_name(card.name()) {
        report.fault("id", "must be lower-case letters, digits, . _ and -, at most 60".into());
    }
    check_every(&card.every, report);
    report.line = own;
    check_roles("assessor", &card.assessor, model, report);
    if !(card.full.is_finite() && card.full > 0.0) {
        report.fault("full", "must be above 0".into());
    }
    let mut seen = BTreeSet::new();
    for item in &card.items {
        report.at(item.id.span());
        if !seen.insert(item.id.get_ref()) {
            report.fault(&format!("item.{}", item.id.get_ref()), "is defined twice in this card".into());
        }
        check_item(item, card, model, report);
    }
    report.line = own;
    let weights: f64 = card.items.iter().map(|i| i.weight).sum();
    if (weights - card.full).abs() > 1e-6 {
        report.fault("full", format!("is {}, but the weights of the items make {weights}", card.full));
    }
    check_grades(card, report);
    check_subject(card, wider, report);
}

fn check_subject(card: &Scorecard, wider: &Model, report: &mut Report<'_>) {
    let name = card.subject.get_ref();
    let enterprise = wider.shaped(Shape::Enterprise).map(|r| r.name().to_owned());
    if FixedSubject::read(name).is_none() && enterprise.as_deref() != Some(name) {
        let mut known: Vec<String> = enterprise.into_iter().collect();
        known.extend(FixedSubject::ALL.iter().map(|(name, _)| (*name).to_owned()));
        report
            .at(card.subject.span())
            .fault("subject", unknown("subject of a scorecard", name, known.iter()));
        return;
    }
    let context = Context::of(wider, "s", name).with_period();
    let vetoes = card.veto.iter().map(|v| ("veto.when", &v.when));
    for (key, text) in vetoes.chain(card.when.as_ref().map(|text| ("when", text))) {
        let key = format!("{}.{key}", report.element);
        if let Err(faults) = faults_in(report.source, &key, text, &context) {
            report.faults.extend(faults);
        }
    }
}

fn check_item(item: &ScoreItem, card: &Scorecard, model: &Model, report: &mut Report<'_>) {
    let key = |name: &str| format!("item.{}.{name}", item.id.get_ref());
    if !(item.weight.is_finite() && item.weight >= 0.0) {
        report.fault(&key("weight"), "must be 0 or more".into());
    }
    if item.least > item.weight {
        report.fault(&key("least"), format!("lies above the weight {}", item.weight));
    }
    for step in &item.steps {
        if step.below.is_some() == step.above.is_some() {
            report.fault(&key("steps"), "a step has either below or above".into());
        }
        if step.points > item.weight || step.points < item.least {
            let message = format!("{} points lie outside {} to {}", step.points, item.least, item.weight);
            report.fault(&key("steps"), message);
        }
    }
    check_source(item, &key, card, model, report);
}

fn check_source(
    item: &ScoreItem,
    key: &dyn Fn(&str) -> String,
    card: &Scorecard,
    model: &Model,
    report: &mut Report<'_>,
) {
    let source = &item.source;
    let given = [source.indicator.is_some(), source.duty.is_some(), source.cases.is_some(), source.manual];
    if given.iter().filter(|g| **g).count() != 1 {
        report.fault(&key("source"), "is exactly one of indicator, duty, cases and manual".into());
    }
    if let Some(name) = &source.indicator
        && !model.indicators.contains_key(name.get_ref())
    {
        report.at(name.span());
        report.fault(&key("source.indicator"), unknown("indicator", name.get_ref(), model.indicators.keys()));
    }
    if let Some(found) = source.indicator.as_ref().and_then(|name| model.indicators.get(name.get_ref()))
        && (!found.is_share() || found.better == Better::None)
        && item.steps.is_empty()
    {
        let message =
            "this indicator is no share with a good side; say in steps what its number is worth".to_owned();
        report.fault(&key("steps"), message);
    }
    if let Some(name) = &source.duty {
        let known = known_duties(model);
        if !known.contains(name.get_ref()) {
            report.at(name.span());
            let message = if known.is_empty() {
                format!(
                    "\"{}\" is not a known duty; these packs have no duties that can be counted",
                    name.get_ref()
                )
            } else {
                unknown("duty", name.get_ref(), known.iter())
            };
            report.fault(&key("source.duty"), message);
        }
    }
    if source.manual && card.assessor.is_empty() {
        report.fault("assessor", "manual items need the roles that give their points".into());
    }
    if source.cases.is_none() && (source.when.is_some() || source.each.is_some() || source.at.is_some()) {
        report.fault(&key("source"), "when, each and at belong to cases".into());
    }
    if let Some(name) = &source.cases {
        check_cases(source, name, key, model, report);
    }
}

fn check_cases(
    source: &ItemSource,
    name: &Spanned<String>,
    key: &dyn Fn(&str) -> String,
    model: &Model,
    report: &mut Report<'_>,
) {
    let Some(register) = model.register(name.get_ref()) else {
        report.at(name.span());
        report.fault(&key("source.cases"), unknown("register", name.get_ref(), model.registers.keys()));
        return;
    };
    if source.each.is_none() {
        report.fault(&key("source.each"), "cases need the points for each of them".into());
    }
    if let Some(at) = &source.at {
        check_at(&key("source.at"), at, register, false, report);
    }
    if let Some(text) = &source.when {
        let variable = Counting::variable(model, register, &[text.get_ref()]);
        let context = Context::of(model, variable, register.name()).with_period();
        let key = format!("{}.{}", report.element, key("source.when"));
        if let Err(faults) = faults_in(report.source, &key, text, &context) {
            report.faults.extend(faults);
        }
    }
}

fn check_grades(card: &Scorecard, report: &mut Report<'_>) {
    let mut known = BTreeSet::new();
    for entry in &card.grades.series {
        let key = format!("grades.{}", entry.from);
        if entry.source.trim().is_empty() {
            report.fault(&key, "has no source; name document and article".into());
        }
        if entry.value.is_empty() {
            report.fault(&key, "names no grade".into());
        }
        if entry.value.values().any(|points| !(0.0..=card.full).contains(points)) {
            report.fault(&key, format!("cut-offs lie between 0 and {}", card.full));
        }
        if !entry.value.is_empty() && entry.value.values().all(|points| *points > 0.0) {
            report.fault(&key, "the last grade begins at 0, so that every score has one".into());
        }
        known.extend(entry.value.keys().cloned());
    }
    if card.grades.series.is_empty() {
        report.fault("grades", "has no entry; it needs at least one with from, value and source".into());
    }
    for veto in &card.veto {
        if !known.contains(&veto.grade) {
            report.at(veto.when.span());
            report.fault("veto.grade", unknown("grade", &veto.grade, known.iter()));
        }
    }
}
