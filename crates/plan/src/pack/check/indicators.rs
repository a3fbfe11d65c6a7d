//! Faults of indicators: of what, from which day, conditions, numbers, groups, targets.

use base::PeriodKind;
use toml::Spanned;

use super::{Report, is_element_name, unknown};
use crate::expression::{Context, NumberExpression, faults_in};
use crate::pack::indicator::{AT_PERIOD_END, Counting, Dimension, Of};
use crate::pack::{Fault, FieldKind, Indicator, Model, Register, Source};

/// Periods of figures.
const PERIODS: [PeriodKind; 4] =
    [PeriodKind::Month, PeriodKind::Quarter, PeriodKind::HalfYear, PeriodKind::Year];

pub(super) fn check_indicators(source: &Source, model: &Model, faults: &mut Vec<Fault>) {
    for indicator in &source.content.indicators {
        let element = format!("indicator.{}", indicator.name());
        let line = source.line(indicator.id.span().start);
        let mut report = Report { source, line, element, faults };
        check_indicator(indicator, model, &mut report);
    }
}

/// Figures are made for months, quarters, half-years and years.
pub(super) fn check_every(every: &Spanned<PeriodKind>, report: &mut Report<'_>) {
    if !PERIODS.contains(every.get_ref()) {
        report.at(every.span()).fault("every", "is month, quarter, half_year or year".into());
    }
}

fn check_indicator(indicator: &Indicator, model: &Model, report: &mut Report<'_>) {
    let own = report.line;
    if !is_element_name(indicator.name()) {
        report.fault("id", "must be lower-case letters, digits, . _ and -, at most 60".into());
    }
    check_every(&indicator.every, report);
    report.line = own;
    if indicator.hit.is_some() && indicator.sum.is_some() {
        report.fault("sum", "a share has hit, a sum has sum; an indicator has one of both or neither".into());
    }
    if indicator.from.zip(indicator.until).is_some_and(|(from, until)| until < from) {
        report.fault("until", "lies before from".into());
    }
    if let Some(target) = &indicator.target
        && target.min.is_none()
        && target.max.is_none()
    {
        report.fault("target", "needs min or max".into());
    }
    if let Some(lead) = &indicator.lead
        && !model.departments.is_empty()
        && model.department(lead.get_ref()).is_none()
    {
        let known: Vec<String> = model.departments.iter().map(|d| d.id.get_ref().clone()).collect();
        report.at(lead.span()).fault("lead", unknown("department", lead.get_ref(), known.iter()));
        report.line = own;
    }
    let of = match Of::read(indicator.of.get_ref(), model) {
        Ok(of) => of,
        Err(message) => {
            report.at(indicator.of.span()).fault("of", message);
            return;
        }
    };
    let register = match of {
        Of::Rows { register, .. } => register,
        Of::Duty(duty) => return check_of_duty(indicator, &duty, model, report),
    };
    let Some(register) = model.register(&register) else { return };
    check_at("at", &indicator.at, register, true, report);
    report.line = own;
    for name in &indicator.by {
        if let Err(message) = Dimension::read(name.get_ref(), register) {
            report.at(name.span()).fault("by", message);
        }
    }
    report.line = own;
    check_texts(indicator, model, register, report);
}

/// A duty says itself what is due and what fulfils it.
fn check_of_duty(indicator: &Indicator, duty: &str, model: &Model, report: &mut Report<'_>) {
    let own = report.line;
    let texts = [
        ("base", &indicator.base),
        ("hit", &indicator.hit),
        ("sum", &indicator.sum),
        ("complete", &indicator.complete),
    ];
    for (key, text) in texts.into_iter().filter_map(|(key, text)| Some((key, text.as_ref()?))) {
        let message =
            "is not for a duty: its base is what was due, its hits what was fulfilled in time".into();
        report.at(text.span()).fault(key, message);
    }
    if !indicator.at_period_end() {
        let message = "is not for a duty: an instance belongs to the period in which it is due".into();
        report.at(indicator.at.span()).fault("at", message);
    }
    for name in &indicator.by {
        if let Err(message) = Dimension::of_duty(name.get_ref()) {
            report.at(name.span()).fault("by", message);
        }
    }
    report.line = own;
    if let Some(duty) = model.duties.get(duty) {
        check_target(indicator, &Context::of(model, "s", duty.who.subject.get_ref()), report);
    }
}

/// `at` names a day or an instant.
pub(super) fn check_at(
    key: &str,
    at: &Spanned<String>,
    register: &Register,
    end: bool,
    report: &mut Report<'_>,
) {
    let name = at.get_ref();
    let mut head = vec!["created_at", "updated_at"];
    if register.cases {
        head.extend(["opened_at", "entered_at", "due_at", "closed_at"]);
    }
    let field = register.field(name).map(|f| f.kind);
    let dated = matches!(field, Some(FieldKind::Day | FieldKind::Instant));
    if dated || head.contains(&name.as_str()) || (end && name == AT_PERIOD_END) {
        return;
    }
    let days = register.fields.iter().filter(|f| matches!(f.kind, FieldKind::Day | FieldKind::Instant));
    let mut known: Vec<&str> = days.map(crate::pack::Field::name).collect();
    known.extend(head);
    if end {
        known.push(AT_PERIOD_END);
    }
    let message = format!(
        "\"{name}\" is no day or instant of \"{}\"; allowed are {}",
        register.name(),
        known.join(", ")
    );
    report.at(at.span()).fault(key, message);
}

fn check_texts(indicator: &Indicator, model: &Model, register: &Register, report: &mut Report<'_>) {
    let before = report.faults.len();
    let variable = Counting::variable(model, register, &Counting::texts(indicator));
    let context = Context::of(model, variable, register.name()).with_period();
    let conditions = [("base", &indicator.base), ("hit", &indicator.hit), ("complete", &indicator.complete)];
    for (key, text) in conditions.into_iter().filter_map(|(key, text)| Some((key, text.as_ref()?))) {
        let key = format!("{}.{key}", report.element);
        if let Err(faults) = faults_in(report.source, &key, text, &context) {
            report.faults.extend(faults);
        }
    }
    if let Some(text) = &indicator.sum {
        number("sum", text, &context, report);
    }
    check_target(indicator, &context, report);
    if report.faults.len() == before
        && let Err(message) = Counting::of(indicator, model)
    {
        report.fault("hit", format!("base and hit together: {message}"));
    }
}

/// A target is a number that needs no record.
fn check_target(indicator: &Indicator, context: &Context<'_>, report: &mut Report<'_>) {
    let target = indicator.target.as_ref();
    for (key, text) in [
        ("target.min", target.and_then(|t| t.min.as_ref())),
        ("target.max", target.and_then(|t| t.max.as_ref())),
    ] {
        let Some(text) = text else { continue };
        if let Some(number) = number(key, text, context, report)
            && !number.reads().is_empty()
        {
            let message = "reads a field; a target is a number, such as v('share.min')".to_owned();
            report.at(text.span()).fault(key, message);
        }
    }
}

/// A number; its faults are reported.
fn number(
    key: &str,
    text: &Spanned<String>,
    context: &Context<'_>,
    report: &mut Report<'_>,
) -> Option<NumberExpression> {
    match NumberExpression::check(text.get_ref(), context) {
        Ok(number) => Some(number),
        Err(faults) => {
            for fault in faults {
                report.at(text.span()).fault(key, format!("{fault} (in: {})", text.get_ref()));
            }
            None
        }
    }
}
