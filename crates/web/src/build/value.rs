//! Values of records as people see them.

use base::{Id, Language};
use engine::field::show::{Titles, show};
use engine::file::Attachments;
use judge::Fact;
use plan::pack::{Field, FieldKind, Model};

use super::files::attached;
use crate::text::say;
use crate::view::cell::{Attached, Shown};

/// Longest choice that never breaks, in characters.
const SHORT: usize = 8;

/// What is needed to show the values of a record.
pub(crate) struct Shower<'a> {
    /// The packs.
    pub(crate) model: &'a Model,
    /// Language.
    pub(crate) language: Language,
    /// Titles of what is referred to.
    pub(crate) titles: &'a Titles,
    /// Whether references lead somewhere (not inside lists, where the whole row leads to its record).
    pub(crate) links: bool,
    /// What is known of the attachments; nothing inside lists.
    pub(crate) files: Option<&'a Attachments>,
}

impl Shower<'_> {
    /// A value of a record of `register` with that id.
    pub(crate) fn value(&self, register: &str, record: Id, field: &Field, fact: &Fact) -> Shown {
        if fact.is_empty() {
            return Shown::Nothing;
        }
        let text = || show(field, fact, self.model, self.language, self.titles);
        match (field.kind, fact) {
            (FieldKind::LongText, _) => Shown::Long(text()),
            (FieldKind::Integer | FieldKind::Decimal | FieldKind::Money, _) => Shown::Number(text()),
            (FieldKind::Day | FieldKind::Instant, _) => Shown::Whole(text()),
            (FieldKind::Choice, Fact::Text(id)) => self.choice(field, id, text),
            (FieldKind::Reference, Fact::Reference(id)) if self.links => {
                let to = field.to.as_deref().unwrap_or_default();
                Shown::Link { href: address(to, *id), text: text() }
            }
            (FieldKind::Image, Fact::List(list)) if self.links => {
                Shown::Images(self.attached(register, record, field, list))
            }
            (FieldKind::File, Fact::List(list)) if self.links => {
                Shown::Files(self.attached(register, record, field, list))
            }
            (FieldKind::Uscc, Fact::Text(code)) => Shown::Code(code.clone()),
            (FieldKind::Point, Fact::Point { longitude, latitude, datum }) => Shown::Point {
                longitude: format!("{longitude:.6}"),
                latitude: format!("{latitude:.6}"),
                datum: say(self.language, &format!("datum.{datum}")),
            },
            (FieldKind::Structure, Fact::Structure(json)) => Shown::Long(lines_of(json, self.language)),
            _ => Shown::text(text()),
        }
    }

    fn attached(&self, register: &str, record: Id, field: &Field, hashes: &[String]) -> Vec<Attached> {
        let none = Attachments::new();
        let files = self.files.unwrap_or(&none);
        let title = field.title.in_language(self.language);
        let one = |(i, hash): (usize, &String)| {
            attached(files, hash, format!("/r/{register}/{record}/files/{hash}"), title, i + 1)
        };
        hashes.iter().enumerate().map(one).collect()
    }

    fn choice(&self, field: &Field, id: &str, text: impl Fn() -> String) -> Shown {
        let colour = self.model.choices_of(field).iter().find(|c| c.id == id).and_then(|c| c.colour.clone());
        match (colour, text()) {
            (Some(colour), word) => Shown::Risk { colour, word },
            (None, word) if word.chars().count() <= SHORT => Shown::Whole(word),
            (None, word) => Shown::text(word),
        }
    }
}

/// The page of a record. Enterprises have a file of their own.
pub(crate) fn address(register: &str, id: Id) -> String {
    format!("/r/{register}/{id}")
}

/// Inputs of a risk method in the words of its table, such as "可能性 L = 6：相当可能": the method is the one that has
/// these inputs.
fn in_words(json: &serde_json::Value, language: Language) -> Option<String> {
    let given = json.as_object()?;
    let fits = |t: &&calc::risk::Table| {
        t.factors.len() == given.len() && t.factors.iter().all(|f| given.contains_key(&f.key))
    };
    let table = calc::risk::tables().iter().rev().find(fits)?;
    let line = |factor: &calc::risk::Factor| {
        let value = calc::Number::from_json(given.get(&factor.key)?)?;
        let meaning = factor.steps.iter().find(|s| s.value == value)?.meaning.in_language(language);
        let colon = if language == Language::Chinese { "：" } else { ": " };
        Some(format!("{} {} = {value}{colon}{meaning}", factor.title.in_language(language), factor.symbol))
    };
    table.factors.iter().map(line).collect::<Option<Vec<_>>>().map(|lines| lines.join("\n"))
}

/// Inputs of a method as lines that can be read, where no page of its own shows them.
fn lines_of(json: &serde_json::Value, language: Language) -> String {
    if let Some(words) = in_words(json, language) {
        return words;
    }
    match json.as_object() {
        Some(object) => object
            .iter()
            .map(|(name, value)| format!("{name}: {}", plain(value)))
            .collect::<Vec<_>>()
            .join("\n"),
        None => plain(json),
    }
}

fn plain(json: &serde_json::Value) -> String {
    json.as_str().map_or_else(|| json.to_string(), str::to_owned)
}
