//! Questions. The crates above state them; only this crate turns them into SQL.

use crate::{Added, Judged, Scope, Value, Wanted};

/// A condition on the columns of one table. NULL follows SQL: a comparison with NULL is neither true nor false, so
/// neither `Eq` nor `NotEq` finds it. Use [`Condition::IsNull`].
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// Equal.
    Eq(String, Value),
    /// Not equal.
    NotEq(String, Value),
    /// One of the values; false when there is none.
    In(String, Vec<Value>),
    /// Less.
    Less(String, Value),
    /// Less or equal.
    LessOrEqual(String, Value),
    /// Greater.
    Greater(String, Value),
    /// Greater or equal.
    GreaterOrEqual(String, Value),
    /// Between both, both included.
    Between(String, Value, Value),
    /// Nothing is stored.
    IsNull(String),
    /// Something is stored.
    NotNull(String),
    /// Text that begins so, exactly (no patterns).
    Prefix(String, String),
    /// Text that holds this text somewhere, exactly (no patterns). Finds one value in a list kept as JSON text.
    Contains(String, String),
    /// All of them; true when there is none.
    And(Vec<Condition>),
    /// Any of them; false when there is none.
    Or(Vec<Condition>),
    /// Not.
    Not(Box<Condition>),
    /// The record's search entry holds all of these words.
    Matches(String),
    /// The same, asked of each row in turn: cheaper where very many records hold the words and a page of them is wanted.
    MatchesRow(String),
    /// The expression of a pack holds for the row, fails for it, or cannot be judged. Its negation is every other row,
    /// whatever its verdict.
    Judged(Judged, Wanted),
}

impl Condition {
    /// True for every row.
    #[must_use]
    pub fn all() -> Self {
        Self::And(Vec::new())
    }

    /// `column = value`.
    pub fn eq(column: impl Into<String>, value: impl Into<Value>) -> Self {
        Self::Eq(column.into(), value.into())
    }

    /// This one and another.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match self {
            Self::And(mut all) => {
                all.push(other);
                Self::And(all)
            }
            single => Self::And(vec![single, other]),
        }
    }

    /// The words that every row must match, if there are any.
    pub(crate) fn words(&self) -> Option<&str> {
        match self {
            Self::Matches(words) => Some(words),
            Self::And(parts) => parts.iter().find_map(Self::words),
            _ => None,
        }
    }

    /// The same condition with its words asked row by row.
    pub(crate) fn row_by_row(&self) -> Self {
        match self {
            Self::Matches(words) => Self::MatchesRow(words.clone()),
            Self::And(parts) => Self::And(parts.iter().map(Self::row_by_row).collect()),
            other => other.clone(),
        }
    }

    /// The same condition without its words.
    pub(crate) fn without_words(&self) -> Self {
        match self {
            Self::Matches(_) => Self::all(),
            Self::And(parts) => Self::And(parts.iter().map(Self::without_words).collect()),
            other => other.clone(),
        }
    }

    /// The tables that it asks beside the one of the question.
    pub(crate) fn tables(&self, names: &mut Vec<String>) {
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter().for_each(|part| part.tables(names)),
            Self::Not(inner) => inner.tables(names),
            Self::Judged(judged, _) => judged.tables(names),
            _ => {}
        }
    }
}

/// The direction of a sort. NULL counts as the smallest, on both engines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Direction {
    /// Smallest first.
    #[default]
    Ascending,
    /// Largest first.
    Descending,
}

/// Shows the title of a referenced record. Only its title: the reader's branches need not cover that
/// record, but its title must be of a class that the reader may read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinTitle {
    /// The column that holds the reference (an id).
    pub column: String,
    /// The table it points to.
    pub table: String,
    /// The column there that is the title.
    pub title: String,
    /// The name under which the row has it.
    pub shown_as: String,
}

/// A list of rows of one table.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// The table.
    pub table: String,
    /// The columns wanted; empty for all that the scope may read.
    pub columns: Vec<String>,
    /// Which rows.
    pub filter: Condition,
    /// Within which scope. Tables that are not scoped pay no attention to its branches.
    pub scope: Scope,
    /// The order. The key is added as the last criterion, in the direction of the last one.
    pub sort: Vec<(String, Direction)>,
    /// The page begins after the row with these values: those of the sort columns, then the key.
    pub after: Option<Vec<Value>>,
    /// The list ends with the row with these values; only for lists that run in one direction along columns that are
    /// never empty.
    pub until: Option<Vec<Value>>,
    /// So many rows are passed over.
    pub skip: u32,
    /// At most so many rows.
    pub limit: u32,
    /// Titles of referenced records.
    pub titles: Vec<JoinTitle>,
    /// Verdicts of expressions, each with the name under which the row has it: 1 holds, 0 fails, 2 cannot be judged.
    pub verdicts: Vec<(String, Judged)>,
}

impl Query {
    /// All columns of the first 50 rows by key.
    #[must_use]
    pub fn of(table: impl Into<String>, scope: Scope) -> Self {
        Self {
            table: table.into(),
            columns: Vec::new(),
            filter: Condition::all(),
            scope,
            sort: Vec::new(),
            after: None,
            until: None,
            skip: 0,
            limit: 50,
            titles: Vec::new(),
            verdicts: Vec::new(),
        }
    }

    /// Only these columns.
    #[must_use]
    pub fn columns(mut self, columns: &[impl AsRef<str>]) -> Self {
        self.columns = columns.iter().map(|c| c.as_ref().to_owned()).collect();
        self
    }

    /// Only these rows; several calls narrow further.
    #[must_use]
    pub fn filter(mut self, condition: Condition) -> Self {
        self.filter = std::mem::replace(&mut self.filter, Condition::all()).and(condition);
        self
    }

    /// Sorts by one more column.
    #[must_use]
    pub fn sort(mut self, column: impl Into<String>, direction: Direction) -> Self {
        self.sort.push((column.into(), direction));
        self
    }

    /// The page after the row with these values (sort columns, then the key).
    #[must_use]
    pub fn after(mut self, values: Vec<Value>) -> Self {
        self.after = Some(values);
        self
    }

    /// At most so many rows.
    #[must_use]
    pub fn limit(mut self, limit: u32) -> Self {
        self.limit = limit;
        self
    }

    /// Adds the verdict of an expression: 1 holds, 0 fails, 2 cannot be judged.
    #[must_use]
    pub fn verdict(mut self, name: impl Into<String>, judged: Judged) -> Self {
        self.verdicts.push((name.into(), judged));
        self
    }

    /// The tables that filter and verdicts ask beside the question's own.
    pub(crate) fn asked_tables(&self) -> Vec<String> {
        let mut names = Vec::new();
        self.filter.tables(&mut names);
        self.verdicts.iter().for_each(|(_, judged)| judged.tables(&mut names));
        names
    }

    /// Adds the title of a referenced record.
    #[must_use]
    pub fn title(mut self, column: &str, table: &str, title: &str, shown_as: &str) -> Self {
        self.titles.push(JoinTitle {
            column: column.to_owned(),
            table: table.to_owned(),
            title: title.to_owned(),
            shown_as: shown_as.to_owned(),
        });
        self
    }
}

/// One measure of an [`Aggregate`].
#[derive(Debug, Clone, PartialEq)]
pub enum Measure {
    /// Number of rows.
    Count,
    /// Sum of a column; NULL when there is no row.
    Sum(String),
    /// Smallest value.
    Min(String),
    /// Largest value.
    Max(String),
    /// Number of rows for which an expression has this verdict.
    Judged(Judged, Wanted),
    /// Sum of the number of an expression; 0 when there is no row.
    Added(Added),
    /// Number of rows that were added.
    AddedRows(Added),
}

/// Counts and sums of one table by groups, ordered by the groups.
#[derive(Debug, Clone, PartialEq)]
pub struct Aggregate {
    /// The table.
    pub table: String,
    /// Which rows.
    pub filter: Condition,
    /// Within which scope.
    pub scope: Scope,
    /// The columns that make the groups; empty for one row over all.
    pub by: Vec<String>,
    /// Each measure with the name under which the row has it.
    pub measures: Vec<(String, Measure)>,
    /// At most so many groups; None for all.
    pub limit: Option<u32>,
}

impl Aggregate {
    /// The number of all rows, as column `count`.
    #[must_use]
    pub fn count(table: impl Into<String>, scope: Scope) -> Self {
        Self {
            table: table.into(),
            filter: Condition::all(),
            scope,
            by: Vec::new(),
            measures: vec![("count".to_owned(), Measure::Count)],
            limit: None,
        }
    }

    /// Only these rows; several calls narrow further.
    #[must_use]
    pub fn filter(mut self, condition: Condition) -> Self {
        self.filter = std::mem::replace(&mut self.filter, Condition::all()).and(condition);
        self
    }

    /// Groups by one more column.
    #[must_use]
    pub fn by(mut self, column: impl Into<String>) -> Self {
        self.by.push(column.into());
        self
    }

    /// Adds a measure.
    #[must_use]
    pub fn measure(mut self, name: impl Into<String>, measure: Measure) -> Self {
        self.measures.push((name.into(), measure));
        self
    }

    /// The tables that filter and measures ask beside the question's own.
    pub(crate) fn asked_tables(&self) -> Vec<String> {
        let mut names = Vec::new();
        self.filter.tables(&mut names);
        for (_, measure) in &self.measures {
            match measure {
                Measure::Judged(judged, _) => judged.tables(&mut names),
                Measure::Added(added) | Measure::AddedRows(added) => added.tables(&mut names),
                _ => {}
            }
        }
        names
    }
}
