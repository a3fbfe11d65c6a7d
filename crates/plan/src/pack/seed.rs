//! Records that come with the pack: criteria, templates, code lists.

use std::collections::HashMap;

use base::Day;
use serde::Deserialize;
use toml::Spanned;

use super::model::SeedRows;
use super::{Fault, Field, FieldKind, Model, Register, Source};

/// Rows of a CSV file that become records when the pack is installed (added or updated by the register's identity).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seed {
    /// The register.
    pub register: Spanned<String>,
    /// The CSV file beside the TOML file; its first line names fields of the register.
    pub file: String,
}

/// Reads the CSV files that the sources name, and checks their rows against the registers.
pub(super) fn read_all(sources: &[Source], model: &Model) -> Result<Vec<SeedRows>, Vec<Fault>> {
    let mut seeds = Vec::new();
    let mut faults = Vec::new();
    for source in sources {
        for seed in &source.content.seeds {
            // Unknown registers are refused before.
            let Some(register) = model.register(seed.register.get_ref()) else { continue };
            match read_one(source, seed, register, model, &mut faults) {
                Ok(rows) => seeds.push(rows),
                Err((line, message)) => faults.push(fault_at(seed, line, "seed", message)),
            }
        }
    }
    if faults.is_empty() { Ok(seeds) } else { Err(faults) }
}

fn fault_at(seed: &Seed, line: usize, key: &str, message: String) -> Fault {
    Fault { file: seed.file.clone(), line, key: key.to_owned(), message }
}

fn read_one(
    source: &Source,
    seed: &Seed,
    register: &Register,
    model: &Model,
    faults: &mut Vec<Fault>,
) -> Result<SeedRows, (usize, String)> {
    let path = source.path.with_file_name(&seed.file);
    let mut reader = csv::Reader::from_path(&path).map_err(|e| (0, format!("cannot be read: {e}")))?;
    let headers = reader.headers().map_err(|e| (1, plain(&e)))?;
    let columns: Vec<String> = headers.iter().map(|h| h.trim_start_matches('\u{feff}').to_owned()).collect();
    let mut fields = Vec::new();
    for column in &columns {
        let known = || register.fields.iter().map(Field::name).collect::<Vec<_>>().join(", ");
        let unknown =
            || (1, format!("\"{column}\" is not a field of \"{}\"; known are {}", register.name(), known()));
        fields.push(register.field(column).ok_or_else(unknown)?);
    }
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut seen: HashMap<Vec<&str>, usize> = HashMap::new();
    let mut lines = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|e| (e.position().map_or(0, line_of), plain(&e)))?;
        lines.push(record.position().map_or(0, line_of));
        rows.push(record.iter().map(str::to_owned).collect());
    }
    for (row, line) in rows.iter().zip(&lines) {
        for (field, value) in fields.iter().zip(row) {
            if let Some(message) = wrong(field, value.trim(), model) {
                faults.push(fault_at(seed, *line, field.name(), message));
            }
        }
        let identity =
            fields.iter().zip(row).filter(|(f, _)| register.identity.iter().any(|i| i == f.name()));
        let identity: Vec<&str> = identity.map(|(_, value)| value.trim()).collect();
        let written = identity.join(", ");
        if let Some(first) = seen.insert(identity, *line).filter(|_| !written.is_empty()) {
            let message = format!("\"{written}\" stands already in line {first}; a record comes once");
            faults.push(fault_at(seed, *line, &register.identity.join(", "), message));
        }
    }
    Ok(SeedRows { register: register.name().to_owned(), columns, rows })
}

/// What is wrong with one value: the kinds that the files of packs use are looked at here, all others on installing.
fn wrong(field: &Field, value: &str, model: &Model) -> Option<String> {
    match field.kind {
        _ if value.is_empty() => field.required.then(|| "is empty; every row needs it".to_owned()),
        FieldKind::Day if Day::parse(value).is_none() => {
            Some(format!("\"{value}\" is not a day; write for instance 2020-06-04"))
        }
        FieldKind::Choice if !field.many => {
            let choices = model.choices_of(field);
            let known = || choices.iter().map(|c| c.id.as_str()).collect::<Vec<_>>().join(", ");
            let found = choices.iter().any(|c| c.id == value || c.title.zh == value);
            (!found).then(|| format!("\"{value}\" is not a choice; known are {}", known()))
        }
        FieldKind::Text | FieldKind::LongText => {
            let length = value.chars().count();
            let most = field.max.filter(|max| f64::from(u32::try_from(length).unwrap_or(u32::MAX)) > *max);
            most.map(|max| format!("has {length} characters; at most {max}"))
        }
        _ => None,
    }
}

fn line_of(position: &csv::Position) -> usize {
    usize::try_from(position.line()).unwrap_or(0)
}

/// The reader's own words without its name in front.
fn plain(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("has {len} values where the first line names {expected_len} fields")
        }
        csv::ErrorKind::Utf8 { .. } => "is not UTF-8 text; save the file as UTF-8".to_owned(),
        _ => error.to_string(),
    }
}
