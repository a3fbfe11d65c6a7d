//! A publication: which rows, which fields masked how, from when for how long, where withdrawn entries go, who decides.

use base::{Day, Text};
use serde::Deserialize;
use toml::Spanned;

use super::{Element, Limit};

/// How a value is made unreadable in part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mask {
    /// As it is.
    #[default]
    None,
    /// The family name and a star for each further character: 王**.
    Name,
    /// The middle of a telephone number: 138****1234.
    Phone,
    /// Everything but the first and last two characters.
    Middle,
}

impl Mask {
    /// The text with what must not be read made unreadable. Several names or numbers in one text are masked one by one.
    #[must_use]
    pub fn apply(self, text: &str) -> String {
        match self {
            Self::None => text.to_owned(),
            Self::Name => each_part(text, |part| keep_ends(part, 1, 0)),
            Self::Phone => each_part(text, phone),
            Self::Middle => keep_ends(
                text,
                if text.chars().count() > 4 { 2 } else { 1 },
                if text.chars().count() > 4 { 2 } else { 0 },
            ),
        }
    }
}

/// The text with `mask` applied between separators.
fn each_part(text: &str, mask: impl Fn(&str) -> String) -> String {
    let separator = |c: char| matches!(c, '、' | '，' | ',' | '；' | ';' | '/' | '|') || c.is_whitespace();
    let mut out = String::with_capacity(text.len());
    for piece in text.split_inclusive(separator) {
        let cut = piece.char_indices().next_back().filter(|(_, c)| separator(*c)).map(|(at, _)| at);
        let (part, end) = piece.split_at(cut.unwrap_or(piece.len()));
        out.push_str(&mask(part));
        out.push_str(end);
    }
    out
}

/// The first and last characters, and a star for each between them.
fn keep_ends(text: &str, first: usize, last: usize) -> String {
    let count = text.chars().count();
    let shown = |at: usize| at < first || at + last >= count;
    text.chars().enumerate().map(|(at, c)| if shown(at) { c } else { '*' }).collect()
}

/// The first three and last four digits of a mobile number, two and two of a shorter one, nothing of what is shorter
/// still. What is no digit stays.
fn phone(text: &str) -> String {
    let count = text.chars().filter(char::is_ascii_digit).count();
    let (first, last) = match count {
        11.. => (3, 4),
        7..=10 => (2, 2),
        _ => (0, 0),
    };
    let mut at = 0;
    let star = |c: char| {
        if !c.is_ascii_digit() {
            return c;
        }
        at += 1;
        if at <= first || at + last > count { c } else { '*' }
    };
    text.chars().map(star).collect()
}

/// A published field.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Published {
    /// The field.
    pub id: Spanned<String>,
    /// How it is masked.
    #[serde(default)]
    pub mask: Mask,
}

/// What becomes of an entry that is withdrawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Withdrawn {
    /// Kept in an archive that says when and why.
    #[default]
    Archive,
    /// Shown nowhere.
    Removed,
}

/// How long an entry stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// A span from its first day.
    Span(Limit),
    /// Until the case is closed.
    UntilClosed,
}

impl<'de> Deserialize<'de> for Standing {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text == "until_closed" {
            return Ok(Self::UntilClosed);
        }
        text.parse()
            .map(Self::Span)
            .map_err(|wrong: String| serde::de::Error::custom(format!("{wrong}, or until_closed")))
    }
}

/// What the public may read.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Publication {
    /// Name in the packs.
    pub id: Spanned<String>,
    /// What people read.
    pub title: Text,
    /// What it is for and who does what.
    #[serde(default)]
    pub about: Option<Text>,
    /// Rows of the plan that it serves.
    #[serde(default)]
    pub clauses: Vec<String>,
    /// Field that carries an entry's first day, or `entry` for the day of the decision; or the first day in force.
    #[serde(rename = "from", default)]
    pub starts: Option<Spanned<toml::Value>>,
    /// Last day in force.
    #[serde(default, deserialize_with = "crate::pack::day::maybe")]
    pub until: Option<Day>,
    /// What the plan leaves open, and what the pack chose.
    #[serde(default)]
    pub open_number: Option<Text>,
    /// The register.
    pub of: Spanned<String>,
    /// Which records. Its variable is `r`.
    #[serde(default)]
    pub when: Option<Spanned<String>>,
    /// The published fields in order.
    pub fields: Vec<Published>,
    /// How long an entry stands; for ever where it is left out.
    #[serde(rename = "for", default)]
    pub stands: Option<Standing>,
    /// What becomes of a withdrawn entry.
    #[serde(default)]
    pub withdrawn: Withdrawn,
    /// Roles that decide what is published.
    pub decided_by: Vec<String>,
    /// Field by which the list is sorted.
    #[serde(default)]
    pub order: Option<Spanned<String>>,
}

impl Publication {
    /// The field that carries an entry's first day; None where the day of the decision counts.
    #[must_use]
    pub fn starts_at(&self) -> Option<&str> {
        let text = self.starts.as_ref().and_then(|s| s.get_ref().as_str())?;
        (text != "entry" && Day::parse(text).is_none()).then_some(text)
    }
}

impl Element for Publication {
    const KIND: &'static str = "publication";
    fn id(&self) -> &Spanned<String> {
        &self.id
    }
    fn title(&self) -> &Text {
        &self.title
    }
    fn about(&self) -> Option<&Text> {
        self.about.as_ref()
    }
    fn clauses(&self) -> &[String] {
        &self.clauses
    }
    fn from(&self) -> Option<Day> {
        match self.starts.as_ref()?.get_ref() {
            toml::Value::Datetime(day) => Day::parse(&day.to_string()),
            toml::Value::String(text) => Day::parse(text),
            _ => None,
        }
    }
    fn until(&self) -> Option<Day> {
        self.until
    }
    fn open_number(&self) -> Option<&Text> {
        self.open_number.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_leave_only_what_may_be_read() {
        for (mask, text, expected) in [
            (Mask::None, "开封市", "开封市"),
            (Mask::Name, "王建国", "王**"),
            (Mask::Name, "王建国、李四", "王**、李*"),
            (Mask::Name, "", ""),
            (Mask::Phone, "13812345678", "138****5678"),
            (Mask::Phone, "0371-23380000", "037*-****0000"),
            (Mask::Phone, "23380000", "23****00"),
            (Mask::Phone, "12350 和 119", "***** 和 ***"),
            (Mask::Middle, "410222199001011234", "41**************34"),
            (Mask::Middle, "甲乙丙丁", "甲***"),
            (Mask::Middle, "甲", "甲"),
        ] {
            assert_eq!(mask.apply(text), expected, "{mask:?} {text}");
        }
    }
}
