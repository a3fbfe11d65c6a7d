//! A value as people see it, in lists, tables, on the pages of records and cases.

use super::ClauseChip;

/// Clauses named in a cell.
const CHIPS: usize = 3;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Shown {
    /// Nothing was entered.
    Nothing,
    /// One line.
    Text(String),
    /// Several lines.
    Long(String),
    /// A definition as packs write it.
    Source(String),
    /// A number, set right in columns.
    Number(String),
    /// A short value that never breaks: a day, an instant, a choice.
    Whole(String),
    /// A code that people read out.
    Code(String),
    /// Something to open.
    Link {
        /// Where it leads.
        href: String,
        /// What people read.
        text: String,
    },
    /// Clauses of the plan as chips, and how many more there are.
    Clauses(Vec<ClauseChip>, usize),
    /// A grade of risk: a colour of the four, always with its word.
    Risk {
        /// `red`, `orange`, `yellow` or `blue`.
        colour: String,
        /// The word.
        word: String,
    },
    /// A state of a case.
    State {
        /// The word.
        word: String,
        /// `open`, `closed` or `void`.
        kind: &'static str,
    },
    /// A time limit.
    Due {
        /// The day or instant.
        when: String,
        /// What is left, in words.
        left: String,
        /// `calm`, `soon` or `late`.
        tone: &'static str,
    },
    /// Photos.
    Images(Vec<Attached>),
    /// Files.
    Files(Vec<Attached>),
    /// A place.
    Point {
        /// Degrees east.
        longitude: String,
        /// Degrees north.
        latitude: String,
        /// Datum in words.
        datum: String,
    },
}

/// A stored file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Attached {
    /// Where it is.
    pub(crate) href: String,
    /// Its content hash.
    pub(crate) hash: String,
    /// What people read.
    pub(crate) name: String,
    /// Its size in words; empty where it is not known.
    pub(crate) size: String,
    /// Who sent it when; empty where it is not known.
    pub(crate) sent: String,
}

impl Shown {
    /// Text, or nothing where it is empty.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Nothing } else { Self::Text(text) }
    }

    /// The first clauses as chips, and the number of the others.
    pub(crate) fn clauses(chips: Vec<ClauseChip>) -> Self {
        if chips.is_empty() {
            return Self::Nothing;
        }
        let more = chips.len().saturating_sub(CHIPS);
        Self::Clauses(chips.into_iter().take(CHIPS).collect(), more)
    }

    /// Set right in columns.
    pub(crate) fn is_number(&self) -> bool {
        match self {
            Self::Number(_) => true,
            Self::Link { text, .. } => text.chars().all(|c| c.is_ascii_digit()) && !text.is_empty(),
            _ => false,
        }
    }

    /// Needs the whole width of a record's page.
    pub(crate) fn is_wide(&self) -> bool {
        match self {
            Self::Images(_) | Self::Files(_) => true,
            Self::Long(text) => text.chars().count() > 30 || text.contains('\n'),
            _ => false,
        }
    }
}

/// A labelled value.
#[derive(Debug, Clone)]
pub(crate) struct Fact {
    /// What it is.
    pub(crate) label: String,
    /// The value.
    pub(crate) value: Shown,
}

/// Facts under a heading.
#[derive(Debug, Clone, Default)]
pub(crate) struct FactGroup {
    /// The heading; empty for the first group.
    pub(crate) title: String,
    /// The facts.
    pub(crate) facts: Vec<Fact>,
}
