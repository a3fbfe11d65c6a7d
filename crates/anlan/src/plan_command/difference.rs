//! `anlan plan diff A B`: elements that are new, gone or changed, and whom that affects.

use std::path::Path;

use plan::pack::difference::{Difference, differences};
use plan::pack::{Binding, load_folder};

use crate::say;

pub(super) fn run(before: &Path, after: &Path) -> Result<(), String> {
    let read = |folder: &Path| load_folder(folder).map_err(|faults| faults.to_string());
    let found = differences(&read(before)?, &read(after)?);
    let mut lines = Vec::new();
    for (id, before, after) in &found.values {
        lines.push(format!("~ value {id}: {} -> {}", short(before.as_ref()), short(after.as_ref())));
    }
    for difference in &found.elements {
        lines.extend(written(difference));
    }
    let (before, after) = found.sizes;
    lines.push(format!("{before} elements before, {after} after"));
    say(&lines.join("\n"));
    Ok(())
}

/// The element with its sign, and below it what differs.
pub(super) fn written(difference: &Difference) -> Vec<String> {
    let Some(element) = difference.element() else { return Vec::new() };
    let (kind, id, title) = (element.kind, &element.id, &element.title.zh);
    let mut lines = vec![format!("{} {kind} {id} {title}{}", difference.sign(), affects(element))];
    if let (Some(before), Some(after)) = (&difference.before, &difference.after) {
        let key = |key: &String| {
            format!("    {key}: {} -> {}", short(before.keys.get(key)), short(after.keys.get(key)))
        };
        lines.extend(difference.keys.iter().map(key));
        lines.extend(difference.values.iter().map(|id| format!("    reads the changed value {id}")));
    }
    lines
}

fn short(value: Option<&toml::Value>) -> String {
    let text = value.map_or_else(|| "nothing".to_owned(), ToString::to_string);
    if text.chars().count() > 80 {
        format!("{} ...", text.chars().take(80).collect::<String>())
    } else {
        text
    }
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
