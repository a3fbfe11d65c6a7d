//! A simple table and bars, and the page that is made of them.

use askama::Template;

use super::Action;
use super::cell::Shown;
use super::form::Form;
use super::frame::Frame;

/// A table.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    /// Heading; empty for none.
    pub(crate) title: String,
    /// Columns.
    pub(crate) columns: Vec<String>,
    /// Rows; each as long as the columns.
    pub(crate) rows: Vec<Vec<Shown>>,
    /// Said when there are no rows.
    pub(crate) empty: String,
    /// Only its title is shown until it is opened.
    pub(crate) folded: bool,
}

impl Table {
    /// A column of numbers: its heading stands right as they do.
    pub(crate) fn numeric(&self, at: &usize) -> bool {
        let cells = || self.rows.iter().filter_map(|row| row.get(*at));
        cells().any(Shown::is_number) && cells().all(|c| c.is_number() || *c == Shown::Nothing)
    }

    /// Label of a column, for the cards of a phone.
    pub(crate) fn label(&self, at: &usize) -> &str {
        self.columns.get(*at).map_or("", String::as_str)
    }
}

/// Rows from which a page offers to narrow them while one types.
const MANY: usize = 25;

/// Whether the tables of a page hold many rows.
pub(crate) fn are_long(tables: &[Table]) -> bool {
    tables.iter().map(|t| t.rows.len()).sum::<usize>() > MANY
}

/// Titles and numbers of rows of several tables, to jump to one: where there are more than two, all with a title.
pub(crate) fn jumps(tables: &[Table]) -> Vec<(&str, usize)> {
    let named = tables.len() > 2 && tables.iter().all(|t| !t.title.is_empty());
    if named { tables.iter().map(|t| (t.title.as_str(), t.rows.len())).collect() } else { Vec::new() }
}

/// A bar that opens its rows.
#[derive(Debug, Clone)]
pub(crate) struct Bar {
    /// What is counted.
    pub(crate) label: String,
    /// How many.
    pub(crate) value: i64,
    /// Of how many the bar is full.
    pub(crate) of: i64,
    /// The rows behind the number.
    pub(crate) href: String,
}

/// Bars under a heading.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bars {
    /// Heading.
    pub(crate) title: String,
    /// The bars.
    pub(crate) bars: Vec<Bar>,
}

/// A page of tables and small forms.
#[derive(Debug, Template)]
#[template(path = "table.html")]
pub(crate) struct TablePage {
    /// The frame.
    pub(crate) f: Frame,
    /// What it is.
    pub(crate) heading: String,
    /// One sentence about it.
    pub(crate) about: String,
    /// What can be done.
    pub(crate) actions: Vec<Action>,
    /// Bars.
    pub(crate) bars: Vec<Bars>,
    /// The tables.
    pub(crate) tables: Vec<Table>,
    /// Forms below: heading and form.
    pub(crate) forms: Vec<(String, Form)>,
}
