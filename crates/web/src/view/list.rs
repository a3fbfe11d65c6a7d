//! The list: one component for all registers.

use askama::Template;

use super::cell::Shown;
use super::form::Choice;
use super::frame::Frame;
use super::{Action, ClauseChip};

/// A column.
#[derive(Debug, Clone, Default)]
pub(crate) struct Column {
    /// What people read.
    pub(crate) label: String,
    /// Sorts the list by it; empty where that is not offered.
    pub(crate) sort: String,
    /// `ascending`, `descending`, or empty.
    pub(crate) sorted: &'static str,
    /// Says what the record is: the heading of its card on a phone.
    pub(crate) lead: bool,
}

/// A row.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// Identity, for bulk actions.
    pub(crate) id: String,
    /// Where it leads.
    pub(crate) href: String,
    /// Values in the order of the columns.
    pub(crate) cells: Vec<Shown>,
}

/// How a filter is entered.
#[derive(Debug, Clone)]
pub(crate) enum FilterControl {
    /// Several of a list.
    Choices(Vec<Choice>),
    /// From and to, as days or numbers (`date` or `text`).
    Between {
        /// From.
        from: String,
        /// To.
        to: String,
        /// Input type.
        input: &'static str,
    },
}

/// A filter that may be set.
#[derive(Debug, Clone)]
pub(crate) struct Filter {
    /// Name in the address.
    pub(crate) name: String,
    /// What people read.
    pub(crate) label: String,
    /// How it is entered.
    pub(crate) control: FilterControl,
}

/// A filter that is set, with the address without it.
#[derive(Debug, Clone)]
pub(crate) struct Chip {
    /// "County: Qixian".
    pub(crate) text: String,
    /// The list without it.
    pub(crate) without: String,
}

/// A quick view: a link with fixed filters.
#[derive(Debug, Clone)]
pub(crate) struct View {
    /// What people read.
    pub(crate) label: String,
    /// Where it leads.
    pub(crate) href: String,
    /// It is shown.
    pub(crate) active: bool,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "list.html")]
pub(crate) struct ListPage {
    /// The frame.
    pub(crate) f: Frame,
    /// Name of the register.
    pub(crate) heading: String,
    /// What belongs here.
    pub(crate) about: String,
    /// Who enters the first record and how, where there is none.
    pub(crate) begin: String,
    /// Clauses that ask for it.
    pub(crate) clauses: Vec<ClauseChip>,
    /// Address of the list, for the filter form.
    pub(crate) address: String,
    /// Words that are searched for.
    pub(crate) search: String,
    /// Quick views.
    pub(crate) views: Vec<View>,
    /// Filters that may be set.
    pub(crate) filters: Vec<Filter>,
    /// Filters that are set.
    pub(crate) chips: Vec<Chip>,
    /// Values of the address that the filter form keeps (the sort).
    pub(crate) kept: Vec<(String, String)>,
    /// Columns.
    pub(crate) columns: Vec<Column>,
    /// Rows.
    pub(crate) rows: Vec<Row>,
    /// "123", "1,000+".
    pub(crate) count: String,
    /// The next page; empty on the last.
    pub(crate) next: String,
    /// The first page; empty on it.
    pub(crate) first: String,
    /// What can be done: new ones, import.
    pub(crate) actions: Vec<Action>,
    /// Excel of exactly this list; empty where not offered.
    pub(crate) export: String,
    /// Where selected rows are sent to (as `id`), with the verb; empty for no selection.
    pub(crate) bulk: Vec<Action>,
}

impl ListPage {
    /// Whether a column says what the record is.
    fn is_lead(&self, at: &usize) -> bool {
        *at > 0 && self.columns.get(*at).is_some_and(|column| column.lead)
    }

    /// Label of a column, for the cards of a phone.
    fn label(&self, at: &usize) -> &str {
        self.columns.get(*at).map_or("", |column| column.label.as_str())
    }
}
