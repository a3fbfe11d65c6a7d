//! `anlan plan try DIR --as-of DATE`: what the packs in DIR would bring about on the present data of a city, compared with
//! the packs in force. Only questions are asked.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base::WorkCalendar;
use engine::Engine;
use engine::trial::Tried;
use plan::pack::difference::{Difference, differences};
use plan::pack::{Model, Source, load_folder};
use store::Database;

use super::difference::written;
use crate::arguments::{Stored, TryOptions};
use crate::{data, packs, say};

pub(super) fn run(options: &TryOptions) -> Result<(), String> {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    // The packs inside the program come with files beside them, so they are laid out until both versions are read.
    let laid_out = std::env::temp_dir().join(format!("anlan-packs-in-force-{}", std::process::id()));
    let told = runtime.block_on(tried(options, &laid_out));
    let _ = std::fs::remove_dir_all(&laid_out);
    say(&told?);
    Ok(())
}

async fn tried(options: &TryOptions, laid_out: &Path) -> Result<String, String> {
    let (present, new) = versions(&options.folder, &options.packs, laid_out)?;
    let (before, after) = (flat(&present), flat(&new));
    let stored = Stored { data: options.data.clone(), database: options.database.clone() };
    let database = data::existing(&stored).await?;
    let engine = |sources: &[Source]| {
        let model =
            Model::from_sources(sources).map_err(|faults| format!("the packs have faults:\n{faults}"))?;
        let clock = data::at_noon(options.as_of);
        let calendar = Arc::new(WorkCalendar::state_council());
        Ok::<_, String>(Engine::new(database.clone(), Arc::new(model), calendar, Arc::new(clock)))
    };
    compared(&before, &after, &engine(&before)?, &engine(&after)?, &database, options.as_of).await
}

/// Every element that differs, with what it brings about now and would bring about.
async fn compared(
    before: &[Source],
    after: &[Source],
    old: &Engine,
    new: &Engine,
    database: &Database,
    day: base::Day,
) -> Result<String, String> {
    // A city that was never opened has no tables.
    database.table_names().await.map_err(|error| error.to_string())?;
    let found = differences(before, after);
    let mut text = format!("On the data of today, judged as of {day}; nothing is written.\n");
    for (id, ..) in &found.values {
        let _ = writeln!(text, "~ value {id}");
    }
    let mut words = 0;
    for difference in &found.elements {
        if !difference.has_effect() {
            words += 1;
            continue;
        }
        for line in written(difference) {
            let _ = writeln!(text, "{line}");
        }
        text.push_str(&effect(difference, old, new).await?);
    }
    if words > 0 {
        let _ = writeln!(text, "{words} elements differ in words, rows or examples alone");
    }
    let count = |sign: char| found.elements.iter().filter(|d| d.sign() == sign && d.has_effect()).count();
    let _ = write!(text, "{} new, {} changed, {} gone", count('+'), count('~'), count('-'));
    Ok(text)
}

/// The numbers of one element, now and then, with examples of then.
async fn effect(difference: &Difference, old: &Engine, new: &Engine) -> Result<String, String> {
    let ask = async |engine: &Engine, element: Option<&plan::pack::Binding>| match element {
        Some(element) => engine
            .tried(element)
            .await
            .map(Some)
            .map_err(|error| format!("{} {}: {error}", element.kind, element.id)),
        None => Ok(None),
    };
    let before = ask(old, difference.before.as_ref()).await?;
    let after = ask(new, difference.after.as_ref()).await?;
    let mut text = String::new();
    for name in names(before.as_ref(), after.as_ref()) {
        let of = |tried: &Option<Tried>| tried.as_ref().and_then(|tried| tried.of(name));
        let line = match (of(&before), of(&after)) {
            (Some(old), Some(new)) if old == new => format!("{new} (as now)"),
            (Some(old), Some(new)) => format!("{new} (now {old})"),
            (None, Some(new)) => new.to_string(),
            (Some(old), None) => format!("none (now {old})"),
            (None, None) => continue,
        };
        let _ = writeln!(text, "    {name}: {line}");
    }
    let newest = after.as_ref().or(before.as_ref());
    for (code, title) in newest.map(|t| t.examples.as_slice()).unwrap_or_default() {
        let _ = writeln!(text, "      for instance {code} {title}");
    }
    for note in newest.map(|t| t.notes.as_slice()).unwrap_or_default() {
        let _ = writeln!(text, "    {note}");
    }
    Ok(text)
}

/// The names of all numbers, those of the new version first.
fn names(before: Option<&Tried>, after: Option<&Tried>) -> Vec<&'static str> {
    let mut found: Vec<&'static str> = Vec::new();
    for (name, _) in [after, before].into_iter().flatten().flat_map(|tried| tried.numbers.iter()) {
        if !found.contains(name) {
            found.push(*name);
        }
    }
    found
}

/// The files of each pack, in order.
type Version = Vec<Vec<Source>>;

/// The packs in force, and the same with the pack in `folder` in place of the one of its name, or behind them.
fn versions(folder: &Path, in_force: &[PathBuf], laid_out: &Path) -> Result<(Version, Version), String> {
    let read = |folder: &Path| load_folder(folder).map_err(|faults| faults.to_string());
    let own = read(folder)?;
    let Some(id) = name_of(&own) else {
        return Err(format!(
            "{} holds no [pack] with an id; name the folder of a whole pack",
            folder.display()
        ));
    };
    let present = packs::sources(in_force, laid_out)?;
    let mut new = present.clone();
    match new.iter_mut().find(|pack| name_of(pack) == Some(id)) {
        Some(pack) => *pack = own.clone(),
        None => new.push(own.clone()),
    }
    Ok((present, new))
}

fn name_of(pack: &[Source]) -> Option<&str> {
    pack.iter().find_map(|source| source.content.pack.as_ref()).map(|head| head.id.as_str())
}

fn flat(version: &Version) -> Vec<Source> {
    version.iter().flatten().cloned().collect()
}
