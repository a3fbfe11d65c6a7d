//! Faults of dated values: a series that does not say what holds on a day, or that changes its form.

use std::collections::BTreeSet;

use super::Report;
use crate::pack::DatedValue;

pub(super) fn check_value(value: &DatedValue, report: &mut Report<'_>) {
    if value.series.is_empty() {
        report.fault(
            "series",
            "has no entry; a dated value needs at least one with from, value and source".into(),
        );
    }
    let mut form: Option<Form> = None;
    for (i, entry) in value.series.iter().enumerate() {
        let key = format!("series.{}", entry.from);
        if entry.source.trim().is_empty() {
            report.fault(&key, "has no source; name document and article".into());
        }
        if entry.until.is_some_and(|until| until < entry.from) {
            report.fault(&key, "ends before it begins".into());
        }
        if value.series.iter().take(i).any(|earlier| earlier.from == entry.from) {
            report.fault(&key, "two entries begin on this day; only one can hold".into());
        }
        let next = match form_of(&entry.value) {
            Ok(next) => next,
            Err(message) => {
                report.fault(&key, message);
                continue;
            }
        };
        if form.as_ref().is_some_and(|before| *before != next) {
            let message = "has another form than the entries before it; all are numbers, texts, yes or no, days, lists, \
                           or tables with the same entries"
                .to_owned();
            report.fault(&key, message);
        }
        form = Some(next);
    }
}

/// The form of a value, which stays the same in the course of its series.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    One(&'static str),
    List(&'static str),
    Table(BTreeSet<(String, Form)>),
}

fn form_of(value: &toml::Value) -> Result<Form, String> {
    Ok(match value {
        toml::Value::Table(table) => {
            let mut entries = BTreeSet::new();
            for (name, inner) in table {
                if inner.is_table() {
                    return Err(format!("\"{name}\" is a table within a table; one level is allowed"));
                }
                entries.insert((name.clone(), form_of(inner)?));
            }
            if entries.is_empty() {
                return Err("is an empty table".to_owned());
            }
            Form::Table(entries)
        }
        toml::Value::Array(list) => {
            let mut forms = list.iter().map(single).collect::<Result<BTreeSet<_>, _>>()?.into_iter();
            match (forms.next(), forms.next()) {
                (Some(form), None) => Form::List(form),
                (None, _) => return Err("is an empty list".to_owned()),
                _ => return Err("is a list of several kinds; all its entries are of one kind".to_owned()),
            }
        }
        other => Form::One(single(other)?),
    })
}

fn single(value: &toml::Value) -> Result<&'static str, String> {
    match value {
        toml::Value::Integer(_) => Ok("number"),
        toml::Value::Float(number) if number.is_finite() => Ok("number"),
        toml::Value::Float(_) => Err("is no finite number".to_owned()),
        toml::Value::String(text) if text.contains('\0') => Err("holds a NUL character".to_owned()),
        toml::Value::String(_) => Ok("text"),
        toml::Value::Boolean(_) => Ok("yes or no"),
        toml::Value::Datetime(day) if day.date.is_some() && day.time.is_none() => Ok("day"),
        toml::Value::Datetime(_) => Err("is a time; a day is allowed".to_owned()),
        toml::Value::Array(_) | toml::Value::Table(_) => {
            Err("is nested too deep; a value is a number, text, yes or no, day, a list of them, or a table of these".to_owned())
        }
    }
}
