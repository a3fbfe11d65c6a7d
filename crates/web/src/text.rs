//! Every sentence of the pages, in both languages: `locales/zh-CN.toml` and `locales/en.toml`, flat keys in sections.
//! A test finds keys that only one language has, that nobody uses, and that are used but missing.

use std::collections::HashMap;
use std::sync::LazyLock;

use base::{Language, Problem};

/// Sentences by their keys.
pub(crate) type Catalogue = HashMap<String, String>;

static CHINESE: LazyLock<Catalogue> = LazyLock::new(|| read(include_str!("../locales/zh-CN.toml")));
static ENGLISH: LazyLock<Catalogue> = LazyLock::new(|| read(include_str!("../locales/en.toml")));

/// Flattens sections: `[nav] plan = "..."` becomes `nav.plan`. A broken file gives an empty catalogue, which the tests
/// and every page show at once.
pub(crate) fn read(source: &str) -> Catalogue {
    let table: toml::Table = source.parse().unwrap_or_default();
    let mut catalogue = Catalogue::new();
    flatten("", &table, &mut catalogue);
    catalogue
}

fn flatten(above: &str, table: &toml::Table, catalogue: &mut Catalogue) {
    for (name, value) in table {
        let key = if above.is_empty() { name.clone() } else { format!("{above}.{name}") };
        match value {
            toml::Value::String(text) => {
                catalogue.insert(key, text.clone());
            }
            toml::Value::Table(inner) => flatten(&key, inner, catalogue),
            _ => {}
        }
    }
}

fn look_up(language: Language, key: &str) -> Option<&'static str> {
    let catalogue: &'static Catalogue = match language {
        Language::Chinese => &CHINESE,
        Language::English => &ENGLISH,
    };
    catalogue.get(key).map(String::as_str)
}

/// The sentence `key`. A key that is missing shows itself in brackets that no text uses.
pub(crate) fn say(language: Language, key: &str) -> String {
    look_up(language, key).map_or_else(|| format!("⟦{key}⟧"), str::to_owned)
}

/// The sentence `key` with `{name}` replaced by each named value.
pub(crate) fn fill(language: Language, key: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(say(language, key), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

/// A problem as a sentence. A code without a sentence of its own is shown as it is, with its values.
pub(crate) fn problem(language: Language, problem: &Problem) -> String {
    if let Some(sentence) = city::messages::say(problem, language) {
        return sentence;
    }
    let key = format!("problem.{}", problem.code);
    match look_up(language, &key) {
        Some(_) => {
            let said = |(name, value): &(&'static str, String)| match problem.code {
                // Grades and levels are codes there.
                "risk.level_too_low" => (*name, crate::special::word(language, value)),
                _ => (*name, value.clone()),
            };
            let said: Vec<(&str, String)> = problem.arguments.iter().map(said).collect();
            let values: Vec<(&str, &str)> =
                said.iter().map(|(name, value)| (*name, value.as_str())).collect();
            fill(language, &key, &values)
        }
        None => fill(
            language,
            "problem.unknown",
            &[("code", &Problem { field: String::new(), ..problem.clone() }.to_string())],
        ),
    }
}

/// A problem as a sentence in both languages, for the command line and whoever else has no page.
#[must_use]
pub fn sentence(of: &Problem) -> base::Text {
    base::Text::new(problem(Language::Chinese, of), problem(Language::English, of))
}

#[cfg(test)]
pub(crate) mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::*;

    /// The contents of all files with this ending below `folder`.
    pub(crate) fn files(folder: impl AsRef<Path>, ending: &str) -> Vec<String> {
        let mut found = Vec::new();
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                found.extend(files(&path, ending));
            } else if path.extension().is_some_and(|e| e == ending) {
                found.push(fs::read_to_string(&path).unwrap());
            }
        }
        found
    }

    /// Everything in our sources that stands between quotes.
    fn quoted() -> BTreeSet<String> {
        let top = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut texts = files(top.join("src"), "rs");
        texts.extend(files(top.join("templates"), "html"));
        texts.iter().flat_map(|text| text.split('"').map(str::to_owned).collect::<Vec<_>>()).collect()
    }

    fn keys(catalogue: &Catalogue) -> BTreeSet<&String> {
        catalogue.keys().collect()
    }

    #[test]
    fn both_languages_have_the_same_keys() {
        let (zh, en) = (keys(&CHINESE), keys(&ENGLISH));
        assert!(zh.len() > 100, "the catalogue is read: {} keys", zh.len());
        let only: Vec<_> = zh.symmetric_difference(&en).collect();
        assert!(only.is_empty(), "keys of one language only: {only:?}");
    }

    /// The values that a sentence names.
    pub(crate) fn named(text: &str) -> BTreeSet<String> {
        text.split('{').skip(1).filter_map(|p| p.split_once('}')).map(|(name, _)| name.to_owned()).collect()
    }

    #[test]
    fn both_languages_name_the_same_values() {
        for (key, zh) in CHINESE.iter() {
            let en = ENGLISH.get(key).unwrap();
            if zh == "{zh}" && en == "{en}" {
                // The words of a pack, which carries both.
                continue;
            }
            assert_eq!(named(zh), named(en), "{key}");
        }
    }

    /// Sections whose keys are put together in code: the code of a problem, an operation, an area.
    const COMPOSED: &[&str] = &["problem.", "area.", "notice.", "datum.", "error.", "duty."];

    #[test]
    fn every_key_is_used_and_every_used_key_exists() {
        let quoted = quoted();
        let unused: Vec<_> = CHINESE
            .keys()
            .filter(|key| !quoted.contains(*key) && !COMPOSED.iter().any(|section| key.starts_with(section)))
            .collect();
        assert!(unused.is_empty(), "nobody uses {unused:?}");
        let sections: BTreeSet<&str> =
            CHINESE.keys().filter_map(|key| key.split_once('.')).map(|(s, _)| s).collect();
        let is_key = |text: &&String| {
            text.split_once('.').is_some_and(|(section, rest)| {
                sections.contains(section)
                    && !rest.is_empty()
                    && rest.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c == '.')
            })
        };
        let files = [".html", ".js", ".css", ".svg", ".toml"];
        let is_section = |text: &str| CHINESE.keys().any(|key| key.starts_with(&format!("{text}.")));
        // Names of roles look like keys of the section of administration.
        let roles = ["system.admin"];
        let missing: Vec<_> = quoted
            .iter()
            .filter(is_key)
            .filter(|text| !is_section(text) && !roles.contains(&text.as_str()))
            .filter(|text| !files.iter().any(|ending| text.ends_with(ending)) && !text.ends_with('.'))
            .filter(|text| !CHINESE.contains_key(*text) && !CHINESE.contains_key(&format!("problem.{text}")))
            .collect();
        assert!(missing.is_empty(), "used but not in the catalogue: {missing:?}");
    }

    /// Codes that stand in a source outside its tests.
    fn codes_of(source: &str) -> BTreeSet<String> {
        let own = source.split("#[cfg(test)]").next().unwrap_or_default();
        let squeezed: String = own.split_whitespace().collect();
        let mut codes = BTreeSet::new();
        for start in ["Problem::new(\"", "Problem::of(", "wrong(field,\""] {
            for part in squeezed.split(start).skip(1) {
                let code = if start.ends_with('"') {
                    part
                } else {
                    part.split_once(",\"").map_or("", |(_, rest)| rest)
                };
                let code = code.split('"').next().unwrap_or_default();
                if code.contains('.') && code.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c == '.')
                {
                    codes.insert(code.to_owned());
                }
            }
        }
        codes
    }

    #[test]
    fn every_problem_that_the_lower_crates_raise_has_a_sentence() {
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let sources = ["base", "calc", "city", "engine", "judge", "report", "web"];
        let codes: BTreeSet<String> = sources
            .iter()
            .flat_map(|name| files(crates.join(name).join("src"), "rs"))
            .flat_map(|s| codes_of(&s))
            .collect();
        assert!(codes.len() > 60, "codes are found: {}", codes.len());
        let told = |code: &str| {
            CHINESE.contains_key(&format!("problem.{code}")) || city::messages::sentence(code).is_some()
        };
        let missing: Vec<_> = codes.iter().filter(|code| !told(code)).collect();
        assert!(missing.is_empty(), "problems without a sentence: {missing:?}");
    }

    #[test]
    fn values_are_filled_in_and_unknown_codes_are_shown() {
        let known = Problem::of("width", "field.too_small").with("value", -1).with("least", 0);
        assert!(problem(Language::English, &known).contains('0'));
        let unknown = Problem::new("some.thing_new").with("value", 7);
        assert!(problem(Language::Chinese, &unknown).contains("some.thing_new value=7"));
    }
}
