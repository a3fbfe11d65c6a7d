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
}

impl Table {
    /// Label of a column, for the cards of a phone.
    pub(crate) fn label(&self, at: &usize) -> &str {
        self.columns.get(*at).map_or("", String::as_str)
    }
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
