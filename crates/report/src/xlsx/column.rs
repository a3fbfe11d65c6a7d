//! What a column of a workbook is: its title in both languages, its kind, whether it must be filled, and the words
//! that are allowed in it. Export, template, import and bad rows share this description.

use base::{Language, Text};

/// What stands in the cells of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ColumnKind {
    /// Free text.
    #[default]
    Text,
    /// Digits that are a name, not a number: credit codes, telephone numbers, codes of regions. Excel must not
    /// round them or cut leading zeros, so their cells are formatted as text.
    Code,
    /// A whole number.
    Whole,
    /// A number with decimals.
    Number,
    /// Money in units of 10,000 yuan (万元), two decimals.
    MoneyWan,
    /// A calendar day.
    Day,
    /// A day with time of day, Beijing time.
    Instant,
    /// Yes or no, written as a word.
    YesNo,
}

/// One column as imports and templates see it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Column {
    /// The field's stable name, for instance `uscc`.
    pub id: String,
    /// The title in both languages, as the offices write it.
    pub title: Text,
    /// True when every row must fill it.
    pub required: bool,
    /// What stands in it.
    pub kind: ColumnKind,
    /// The allowed words; empty when everything of the kind is allowed.
    pub choices: Vec<Text>,
    /// What to write there, in one or two sentences.
    pub help: Text,
    /// A good value.
    pub example: String,
    /// True when a cell merged downwards stands for every row it covers (names, regions), false when it must be
    /// counted once (money, numbers).
    pub merged_down: bool,
}

impl Column {
    /// A text column that may stay empty.
    #[must_use]
    pub fn new(id: impl Into<String>, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { id: id.into(), title: Text::new(zh, en), ..Self::default() }
    }

    /// The same column, to be filled in every row.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The same column with another kind.
    #[must_use]
    pub fn of_kind(mut self, kind: ColumnKind) -> Self {
        self.kind = kind;
        self
    }

    /// The same column with a closed list of words.
    #[must_use]
    pub fn one_of(mut self, choices: Vec<Text>) -> Self {
        self.choices = choices;
        self
    }

    /// The same column with help and an example.
    #[must_use]
    pub fn explained(mut self, help: Text, example: impl Into<String>) -> Self {
        self.help = help;
        self.example = example.into();
        self
    }

    /// The same column, where a cell merged downwards stands for every row it covers.
    #[must_use]
    pub fn merged_down(mut self) -> Self {
        self.merged_down = true;
        self
    }

    /// The head cell: the title, with a star before it when the column is required.
    #[must_use]
    pub fn head(&self, language: Language) -> String {
        let star = if self.required { "*" } else { "" };
        format!("{star}{}", self.title.in_language(language))
    }
}

/// A column width in Excel's units that fits the title and the usual content of the kind.
pub(crate) fn usual_width(title: &str, kind: ColumnKind) -> f64 {
    let content = match kind {
        ColumnKind::Text => 18.0,
        ColumnKind::Code => 21.0,
        ColumnKind::Whole | ColumnKind::YesNo => 8.0,
        ColumnKind::Number | ColumnKind::MoneyWan | ColumnKind::Day => 12.0,
        ColumnKind::Instant => 17.0,
    };
    let units: u32 = title.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
    f64::max(content, f64::from(units.min(36)) + 3.0)
}
