//! `anlan plan coverage`: row, elements, and whether the demo city exercises them. Ends with failure while a row is unserved.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base::WallClock;
use engine::exercised::Exercised;
use plan::pack::coverage::{Coverage, Line, RowState, coverage, read_rows};
use plan::pack::{Binding, ClauseRow, Model, load_folder, part_of};

use crate::arguments::CoverageOptions;
use crate::data::{self, Opening};
use crate::{packs, say};

pub(super) fn run(options: &CoverageOptions) -> Result<(), String> {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    runtime.block_on(tell(options))
}

async fn tell(options: &CoverageOptions) -> Result<(), String> {
    let city = match &options.data {
        Some(data) if !data.join("anlan.sqlite").exists() && options.database.is_none() => {
            return Err(format!("{} holds no city; name its data folder with --data", data.display()));
        }
        Some(data) => {
            let opening = Opening {
                folder: data,
                database: options.database.as_deref(),
                packs: &options.packs,
                clock: Arc::new(WallClock),
            };
            Some(data::open(opening).await?)
        }
        None => None,
    };
    let own;
    let model: &Model = match &city {
        Some(city) => &city.engine.model,
        None => {
            own = model_of(&options.packs)?;
            &own
        }
    };
    let read;
    let rows = match &options.clauses {
        Some(folder) => {
            read = read_rows(folder)?;
            read.as_slice()
        }
        None => &model.rows,
    };
    let (rows, left) = carried(rows, model, options.part.as_deref());
    let found = coverage(&rows, model, options.part.as_deref());
    let mut text = String::new();
    let mut idle = 0;
    for line in &found.lines {
        let mut states = Vec::new();
        for named in &line.elements {
            let state = match &city {
                Some(city) => Some(city.engine.exercised(named.element).await.map_err(|e| e.to_string())?),
                None => None,
            };
            states.push(state);
        }
        if city.is_some() && line.state == RowState::Served && !worked(line, &states) {
            idle += 1;
        }
        if !options.unserved || line.state == RowState::Unserved {
            text.push_str(&written(line, &states));
        }
    }
    for (element, id) in &found.strays {
        let _ = writeln!(
            text,
            "? {} {} ({}:{}) names {id}, which is no row",
            element.kind, element.id, element.file, element.line
        );
    }
    if left > 0 {
        let _ = writeln!(
            text,
            "{left} rows of parts that the packs do not carry yet are left out; name one with --part"
        );
    }
    text.push_str(&sums(&found));
    if city.is_some() {
        let _ = write!(text, ", {idle} served but not exercised");
    }
    say(text.trim_end());
    match found.count(RowState::Unserved) {
        0 => Ok(()),
        count => Err(format!("{count} rows are unserved")),
    }
}

/// The rows of parts of which the packs have rows, or of the part asked for; and how many others there are.
fn carried(rows: &[ClauseRow], model: &Model, part: Option<&str>) -> (Vec<ClauseRow>, usize) {
    let parts: BTreeSet<&str> = model.rows.iter().map(|r| part_of(r.id.get_ref())).collect();
    let kept = |row: &&ClauseRow| {
        let own = part_of(row.id.get_ref());
        parts.is_empty() || parts.contains(own) || part.is_some_and(|p| own.eq_ignore_ascii_case(p))
    };
    let mut found: Vec<ClauseRow> = rows.iter().filter(kept).cloned().collect();
    // What a later part will carry stands in the packs alone.
    for row in &mut found {
        if let Some(own) = model.rows.iter().find(|own| own.id.get_ref() == row.id.get_ref()) {
            row.carried_by.clone_from(&own.carried_by);
        }
    }
    let left = rows.len() - found.len();
    (found, left)
}

/// Packs that are named, or those inside the program, read without a city.
fn model_of(folders: &[PathBuf]) -> Result<Model, String> {
    if folders.is_empty() {
        let folder = std::env::temp_dir().join(format!("anlan-packs-{}", std::process::id()));
        let model = packs::load(&[], &folder);
        // What was laid out for reading is not needed after it.
        let _ = std::fs::remove_dir_all(&folder);
        return model;
    }
    packs::load(folders, Path::new("."))
}

fn worked(line: &Line<'_>, states: &[Option<Exercised>]) -> bool {
    let serving = line.elements.iter().zip(states).filter(|(named, _)| named.wanting.is_empty());
    serving.into_iter().any(|(_, state)| state.as_ref().is_some_and(|s| s.yes))
}

fn written(line: &Line<'_>, states: &[Option<Exercised>]) -> String {
    let state = match line.state {
        RowState::Served => "served",
        RowState::Open => "open (a later part carries it)",
        RowState::Unserved => "UNSERVED",
    };
    let mut text = format!(
        "{:<12} {:<11} {state:<9} {}\n",
        line.row.id.get_ref(),
        line.row.kind.word(),
        line.row.title.zh
    );
    for (named, state) in line.elements.iter().zip(states) {
        let element = named.element;
        let _ = write!(text, "    {} {} ({}:{})", element.kind, element.id, element.file, element.line);
        if !named.wanting.is_empty() {
            let _ = write!(text, " - does not serve it: {}", named.wanting.join("; "));
        }
        if let Some(state) = state {
            let _ = write!(text, " - {}{}", if state.yes { "" } else { "NOT EXERCISED: " }, state.how);
        }
        text.push('\n');
    }
    text
}

fn sums(found: &Coverage<'_>) -> String {
    format!(
        "{} rows: {} served, {} open, {} unserved",
        found.lines.len(),
        found.count(RowState::Served),
        found.count(RowState::Open),
        found.count(RowState::Unserved)
    )
}

/// `anlan plan diff A B`: elements that are new, gone or changed, and whom that affects.
pub(super) fn difference(before: &Path, after: &Path) -> Result<(), String> {
    let read = |folder: &Path| {
        load_folder(folder)
            .map(|sources| (plan::pack::binding::bindings(&sources), sources))
            .map_err(|faults| faults.to_string())
    };
    let ((old, _), (new, _)) = (read(before)?, read(after)?);
    let mut lines = Vec::new();
    let find = |all: &'_ [Binding], of: &Binding| all.iter().position(|b| b.kind == of.kind && b.id == of.id);
    for element in &old {
        if find(&new, element).is_none() {
            lines.push(format!("- {} {} {}{}", element.kind, element.id, element.title.zh, affects(element)));
        }
    }
    for element in &new {
        match find(&old, element).and_then(|at| old.get(at)) {
            None => lines.push(format!(
                "+ {} {} {}{}",
                element.kind,
                element.id,
                element.title.zh,
                affects(element)
            )),
            Some(before) if before.keys != element.keys => {
                lines.push(format!(
                    "~ {} {} {}{}",
                    element.kind,
                    element.id,
                    element.title.zh,
                    affects(element)
                ));
                lines.extend(changed_keys(before, element));
            }
            Some(_) => {}
        }
    }
    lines.push(format!("{} elements before, {} after", old.len(), new.len()));
    say(&lines.join("\n"));
    Ok(())
}

fn changed_keys(before: &Binding, after: &Binding) -> Vec<String> {
    let mut keys: Vec<&String> = before.keys.keys().chain(after.keys.keys()).collect();
    keys.sort();
    keys.dedup();
    let differs = keys.into_iter().filter(|key| before.keys.get(*key) != after.keys.get(*key));
    let short = |value: Option<&toml::Value>| {
        let text = value.map_or_else(|| "nothing".to_owned(), ToString::to_string);
        if text.chars().count() > 80 {
            format!("{} ...", text.chars().take(80).collect::<String>())
        } else {
            text
        }
    };
    differs
        .map(|key| format!("    {key}: {} -> {}", short(before.keys.get(key)), short(after.keys.get(key))))
        .collect()
}

/// Whom an element binds, as it says it itself.
fn affects(element: &Binding) -> String {
    let who = element.keys.get("who").and_then(toml::Value::as_table);
    let subject = who.and_then(|w| w.get("subject")).and_then(toml::Value::as_str);
    let other = ["on", "of", "subject", "register"].iter().find_map(|key| element.keys.get(*key)?.as_str());
    match (subject, other) {
        (Some(subject), _) => {
            let when = who.and_then(|w| w.get("when")).and_then(toml::Value::as_str);
            when.map_or_else(|| format!(" (every {subject})"), |when| format!(" ({subject} where {when})"))
        }
        (None, Some(register)) => format!(" (records of {register})"),
        (None, None) => String::new(),
    }
}
