//! Words of these pages, in both languages: `locales/indicators.zh-CN.toml` and `locales/indicators.en.toml`, flat keys in
//! sections. A test finds keys that only one language has, that nobody uses, and that are used but missing.

use std::fmt::Display;
use std::sync::LazyLock;

use base::Language;

use crate::text::{Catalogue, read};

static CHINESE: LazyLock<Catalogue> =
    LazyLock::new(|| read(include_str!("../../locales/indicators.zh-CN.toml")));
static ENGLISH: LazyLock<Catalogue> =
    LazyLock::new(|| read(include_str!("../../locales/indicators.en.toml")));

/// The words of one language; every page has one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words(pub(super) Language);

impl Words {
    /// The sentence `key`. A key that is missing shows itself in brackets that no text uses.
    pub(super) fn t(self, key: &str) -> String {
        let catalogue = match self.0 {
            Language::Chinese => &CHINESE,
            Language::English => &ENGLISH,
        };
        catalogue.get(key).map_or_else(|| format!("⟦{key}⟧"), Clone::clone)
    }

    /// The sentence `key` with one value filled in.
    pub(super) fn with(self, key: &str, name: &str, value: impl Display) -> String {
        self.t(key).replace(&format!("{{{name}}}"), &value.to_string())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;
    use crate::text::tests::{files, named};

    /// Every key that stands between quotes in our sources and templates.
    fn asked() -> BTreeSet<String> {
        let top = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut texts = files(top.join("src/indicators"), "rs");
        texts.extend(files(top.join("templates/indicators"), "html"));
        let is_key = |text: &&str| {
            let rest = text.strip_prefix("measure.").or_else(|| text.strip_prefix("score."));
            rest.is_some_and(|r| !r.is_empty() && r.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
        };
        texts.iter().flat_map(|text| text.split('"').filter(is_key)).map(str::to_owned).collect()
    }

    #[test]
    fn the_words_of_these_pages_exist_in_both_languages_and_are_used() {
        let keys = |c: &Catalogue| c.keys().cloned().collect::<BTreeSet<_>>();
        let (zh, en) = (keys(&CHINESE), keys(&ENGLISH));
        assert!(zh.len() > 60, "the catalogue is read: {} keys", zh.len());
        let one: Vec<_> = zh.symmetric_difference(&en).collect();
        assert!(one.is_empty(), "of one language only: {one:?}");
        let asked = asked();
        let missing: Vec<_> = asked.difference(&zh).collect();
        assert!(missing.is_empty(), "asked for but missing: {missing:?}");
        let unused: Vec<_> = zh.difference(&asked).collect();
        assert!(unused.is_empty(), "nobody uses {unused:?}");
    }

    #[test]
    fn both_languages_fill_in_the_same_values() {
        for (key, zh) in CHINESE.iter() {
            assert_eq!(named(zh), named(&ENGLISH[key]), "{key}");
        }
    }
}
