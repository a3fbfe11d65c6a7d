//! One field of a register: its type, unit, bounds, and who may see it.

use std::sync::Arc;

use base::Text;
use serde::Deserialize;
use toml::Spanned;

use super::Choice;

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// One line of text.
    Text,
    /// Several lines.
    LongText,
    /// A whole number.
    Integer,
    /// A measured number (64-bit float).
    Decimal,
    /// Money, kept in fen, entered in yuan.
    Money,
    /// Yes or no.
    YesNo,
    /// A day.
    Day,
    /// A day with a time.
    Instant,
    /// One (or, with `many`, several) of a list.
    Choice,
    /// Another record; `to` names its register.
    Reference,
    /// Somebody with an account.
    Account,
    /// A department of the city, by its id.
    Department,
    /// A county by adcode (six digits).
    County,
    /// A township by its code (nine digits).
    Township,
    /// A functional area that is not a division of its own (a zone, a chemical park) by its code.
    Park,
    /// Photos, by content hash.
    Image,
    /// Files, by content hash.
    File,
    /// A place: longitude, latitude and datum.
    Point,
    /// A telephone number.
    Phone,
    /// The unified social credit code of an organisation (GB 32100-2015).
    Uscc,
    /// Structured inputs of a method or a form, kept as JSON and shown by the page that knows it.
    Structure,
}

/// Who may see a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldClass {
    /// Anybody, also on the portal.
    Public,
    /// Everybody who may see the record.
    #[default]
    Internal,
    /// Names people may not need: telephone numbers, identity numbers.
    Personal,
    /// Amounts and places of dangerous stock and the like.
    Secret,
}

/// Where the choices of a field come from.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum ChoicesOf {
    /// A shared list by its id.
    Shared(String),
    /// Choices of this field alone.
    Own(Vec<Choice>),
}

/// One typed field.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Column name: lower case, digits, underscore.
    pub id: Spanned<Arc<str>>,
    /// What people read.
    pub title: Text,
    /// What it holds.
    pub kind: FieldKind,
    /// Must be filled for the record to be saved.
    #[serde(default)]
    pub required: bool,
    /// Several values (choice, image, file, account).
    #[serde(default)]
    pub many: bool,
    /// Unit in words, shown behind the number.
    #[serde(default)]
    pub unit: Option<Text>,
    /// Smallest number allowed.
    #[serde(default)]
    pub min: Option<f64>,
    /// Largest number allowed; for text the longest length in characters.
    #[serde(default)]
    pub max: Option<f64>,
    /// Choices.
    #[serde(default)]
    pub of: Option<ChoicesOf>,
    /// The register that a reference points to.
    #[serde(default)]
    pub to: Option<String>,
    /// Who may see it.
    #[serde(default)]
    pub class: FieldClass,
    /// Heading of the group of fields in forms and on the record's page. Written at the first field of a group; those
    /// after it belong to it too.
    #[serde(default)]
    pub group: Option<Text>,
    /// How to fill it, one sentence.
    #[serde(default)]
    pub help: Option<Text>,
    /// A day on which something runs out: lists say how long is left, and mark what has run out.
    #[serde(default)]
    pub lapses: bool,
    /// Filled by the program, never typed.
    #[serde(default)]
    pub computed: bool,
    /// The value a new record starts with.
    #[serde(default)]
    pub default: Option<toml::Value>,
    /// No two records may share it (within the enterprise, where the register belongs to one).
    #[serde(default)]
    pub unique: bool,
    /// Kept for conditions alone, such as the key of the agency that found a hazard: no page shows it.
    #[serde(default)]
    pub hidden: bool,
}

impl Field {
    /// The column name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.id.get_ref()
    }

    /// The column name, to be shared by everything read from the column.
    #[must_use]
    pub fn shared_name(&self) -> Arc<str> {
        Arc::clone(self.id.get_ref())
    }

    /// True when the database may hold more than one value.
    #[must_use]
    pub fn is_list(&self) -> bool {
        self.many || matches!(self.kind, FieldKind::Image | FieldKind::File)
    }
}

/// A field without a group stands in the group of the field before it; the loader writes that out.
pub(super) fn inherit_groups(fields: &mut [Field]) {
    let mut group = None;
    for field in fields {
        match &field.group {
            Some(own) => group = Some(own.clone()),
            None => field.group.clone_from(&group),
        }
    }
}
