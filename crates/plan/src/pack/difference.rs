//! What a new version of packs changes: elements that are new, gone or changed, dated values that are another series, and
//! the elements that read such a value.

use std::collections::BTreeMap;

use toml::Value;

use super::binding::bindings;
use super::{Binding, Source};

/// Keys that change what people read and not what the program does.
const WORDS_ALONE: [&str; 4] = ["title", "about", "clauses", "case"];

/// An element that differs.
#[derive(Debug, Clone)]
pub struct Difference {
    /// As it was; None for a new one.
    pub before: Option<Binding>,
    /// As it is; None for one that is gone.
    pub after: Option<Binding>,
    /// Keys that differ, in order.
    pub keys: Vec<String>,
    /// Dated values that differ and that it reads.
    pub values: Vec<String>,
}

/// Everything that differs.
#[derive(Debug, Clone, Default)]
pub struct Differences {
    /// Elements: those that are gone, then new and changed ones in the order of the new version.
    pub elements: Vec<Difference>,
    /// Dated values, as written before and after.
    pub values: Vec<(String, Option<Value>, Option<Value>)>,
    /// How many elements there were and are.
    pub sizes: (usize, usize),
}

impl Difference {
    /// The element, in its newest version.
    #[must_use]
    pub fn element(&self) -> Option<&Binding> {
        self.after.as_ref().or(self.before.as_ref())
    }

    /// `+` new, `-` gone, `~` changed.
    #[must_use]
    pub fn sign(&self) -> char {
        match (&self.before, &self.after) {
            (None, _) => '+',
            (_, None) => '-',
            _ => '~',
        }
    }

    /// True where more than words differ.
    #[must_use]
    pub fn has_effect(&self) -> bool {
        let changed = self.keys.iter().any(|key| !WORDS_ALONE.contains(&key.as_str()));
        self.before.is_none() || self.after.is_none() || changed || !self.values.is_empty()
    }
}

/// Compares two versions.
#[must_use]
pub fn differences(before: &[Source], after: &[Source]) -> Differences {
    let (old, new) = (bindings(before), bindings(after));
    let values = values_that_differ(&values_of(before), &values_of(after));
    let read = |element: &Binding| -> Vec<String> {
        let ids = values.iter().map(|(id, ..)| id);
        ids.filter(|id| element.keys.values().any(|value| reads(value, id))).cloned().collect()
    };
    let same = |a: &Binding, b: &Binding| a.kind == b.kind && a.id == b.id;
    let mut elements = Vec::new();
    for element in &old {
        if !new.iter().any(|other| same(other, element)) {
            let before = Some(element.clone());
            elements.push(Difference { before, after: None, keys: Vec::new(), values: Vec::new() });
        }
    }
    for element in &new {
        let before = old.iter().find(|other| same(other, element));
        let keys = before.map(|before| keys_that_differ(before, element)).unwrap_or_default();
        let values = if before.is_some() { read(element) } else { Vec::new() };
        if before.is_none() || !keys.is_empty() || !values.is_empty() {
            elements.push(Difference { before: before.cloned(), after: Some(element.clone()), keys, values });
        }
    }
    Differences { elements, values, sizes: (old.len(), new.len()) }
}

/// Some expression within `value` reads the dated value `id`.
fn reads(value: &Value, id: &str) -> bool {
    match value {
        Value::String(text) => ['\'', '"'].iter().any(|q| text.contains(&format!("v({q}{id}{q})"))),
        Value::Array(all) => all.iter().any(|one| reads(one, id)),
        Value::Table(table) => table.values().any(|one| reads(one, id)),
        _ => false,
    }
}

fn keys_that_differ(before: &Binding, after: &Binding) -> Vec<String> {
    let mut keys: Vec<&String> = before.keys.keys().chain(after.keys.keys()).collect();
    keys.sort();
    keys.dedup();
    keys.into_iter().filter(|key| before.keys.get(*key) != after.keys.get(*key)).cloned().collect()
}

/// The series of each dated value, as written.
fn values_of(sources: &[Source]) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    for source in sources {
        let Ok(table) = source.text.parse::<toml::Table>() else { continue };
        for value in table.get("value").and_then(Value::as_array).into_iter().flatten() {
            let (id, series) = (value.get("id").and_then(Value::as_str), value.get("series"));
            if let (Some(id), Some(series)) = (id, series) {
                found.insert(id.to_owned(), series.clone());
            }
        }
    }
    found
}

fn values_that_differ(
    before: &BTreeMap<String, Value>,
    after: &BTreeMap<String, Value>,
) -> Vec<(String, Option<Value>, Option<Value>)> {
    let mut ids: Vec<&String> = before.keys().chain(after.keys()).collect();
    ids.sort();
    ids.dedup();
    let differs = ids.into_iter().filter(|id| before.get(*id) != after.get(*id));
    differs.map(|id| (id.clone(), before.get(id).cloned(), after.get(id).cloned())).collect()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::pack::load_sources;

    fn sources(text: &str) -> Vec<Source> {
        load_sources(vec![("a.toml".to_owned(), PathBuf::from("a.toml"), text.to_owned())]).unwrap()
    }

    const PACK: &str = r#"
[[value]]
id = "size"
unit = "person"
series = [{ from = 2020-01-01, value = 300, source = "a" }]

[[rule]]
id = "large"
title = { zh = "甲", en = "A" }
on = "enterprise"
must = "r.headcount < v('size')"
else = { warn = { zh = "乙", en = "B" } }
"#;

    #[test]
    fn a_changed_value_changes_the_elements_that_read_it() {
        let found = differences(&sources(PACK), &sources(&PACK.replace("value = 300", "value = 100")));
        assert_eq!((found.elements.len(), found.values.len()), (1, 1));
        assert_eq!((found.elements[0].sign(), &found.elements[0].values), ('~', &vec!["size".to_owned()]));
        assert!(found.elements[0].has_effect());
    }

    #[test]
    fn other_words_are_a_difference_without_effect_and_a_renamed_element_is_gone_and_new() {
        let found = differences(&sources(PACK), &sources(&PACK.replace("en = \"A\"", "en = \"Other\"")));
        assert_eq!(found.elements[0].keys, ["title"]);
        assert!(!found.elements[0].has_effect());
        let found = differences(&sources(PACK), &sources(&PACK.replace("\"large\"", "\"huge\"")));
        let signs: String = found.elements.iter().map(Difference::sign).collect();
        assert_eq!(signs, "-+");
        assert!(differences(&sources(PACK), &sources(PACK)).elements.is_empty());
    }
}
