//! What a value of an expression is.

use crate::pack::FieldKind;

/// The kind of a value, as far as judging must know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Yes or no.
    YesNo,
    /// A whole number of 64 bits.
    Whole,
    /// A 64-bit floating-point number.
    Decimal,
    /// Money: kept in fen, read as yuan.
    Money,
    /// Text, choices and codes: equal or not, one of a list, beginning with. No order.
    Text,
    /// A day.
    Day,
    /// An instant.
    Instant,
    /// Another record, or somebody with an account.
    Id,
    /// Several choices; asked with `'x' in r.field`.
    List,
    /// Images, files and other lists of which only the presence is asked.
    Files,
    /// A place; only its presence is asked.
    Point,
    /// Inputs of a method; only their presence is asked.
    Structure,
}

impl Kind {
    /// As messages call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::YesNo => "yes or no",
            Self::Whole => "a whole number",
            Self::Decimal => "a number",
            Self::Money => "money",
            Self::Text => "text",
            Self::Day => "a day",
            Self::Instant => "an instant",
            Self::Id => "a record",
            Self::List => "a list of choices",
            Self::Files => "a list",
            Self::Point => "a place",
            Self::Structure => "a structure",
        }
    }

    /// True for numbers, with money.
    #[must_use]
    pub fn is_number(self) -> bool {
        matches!(self, Self::Whole | Self::Decimal | Self::Money)
    }

    /// The kind of a field's value.
    #[must_use]
    pub fn of(field: FieldKind, list: bool) -> Self {
        match (field, list) {
            (FieldKind::Choice, true) => Self::List,
            (_, true) => Self::Files,
            (FieldKind::Text | FieldKind::LongText | FieldKind::Choice | FieldKind::Department, false)
            | (FieldKind::County | FieldKind::Township | FieldKind::Park, false)
            | (FieldKind::Phone | FieldKind::Uscc, false) => Self::Text,
            (FieldKind::Integer, false) => Self::Whole,
            (FieldKind::Decimal, false) => Self::Decimal,
            (FieldKind::Money, false) => Self::Money,
            (FieldKind::YesNo, false) => Self::YesNo,
            (FieldKind::Day, false) => Self::Day,
            (FieldKind::Instant, false) => Self::Instant,
            (FieldKind::Reference | FieldKind::Account, false) => Self::Id,
            (FieldKind::Image | FieldKind::File, false) => Self::Files,
            (FieldKind::Point, false) => Self::Point,
            (FieldKind::Structure, false) => Self::Structure,
        }
    }
}

/// The kind of a value with what the checker knows beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plain {
    /// Its kind.
    pub kind: Kind,
    /// The register that a reference points to; `account` for somebody with an account.
    pub to: Option<String>,
    /// The values that a choice may have.
    pub allowed: Option<Vec<String>>,
}

impl Plain {
    /// A value of this kind and nothing more.
    #[must_use]
    pub fn of(kind: Kind) -> Self {
        Self { kind, to: None, allowed: None }
    }

    /// As messages call it.
    #[must_use]
    pub fn name(&self) -> String {
        match &self.to {
            Some(to) => format!("a record of \"{to}\""),
            None => self.kind.name().to_owned(),
        }
    }
}
