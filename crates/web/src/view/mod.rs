//! What pages show: plain structs, each with the askama template of the same name. No struct here knows of the
//! engine; `crate::build` makes them from records and packs, and the gallery test fills them with samples.

pub(crate) mod account;
pub(crate) mod area;
pub(crate) mod case;
pub(crate) mod cell;
pub(crate) mod duties;
pub(crate) mod error;
pub(crate) mod form;
pub(crate) mod frame;
pub(crate) mod import;
pub(crate) mod list;
pub(crate) mod plan;
pub(crate) mod progress;
pub(crate) mod record;
pub(crate) mod search;
pub(crate) mod share;
pub(crate) mod sign_in;
pub(crate) mod table;
pub(crate) mod timetable;
pub(crate) mod work;

/// Something to do or to open: a link that looks like a button.
#[derive(Debug, Clone, Default)]
pub(crate) struct Action {
    /// The verb.
    pub(crate) label: String,
    /// Where it leads.
    pub(crate) href: String,
    /// Icon of the sprite.
    pub(crate) icon: &'static str,
    /// The one that people usually want.
    pub(crate) main: bool,
}

/// A clause of the plan as a small chip that leads to its page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ClauseChip {
    /// For instance `A2.2.3.3`.
    pub(crate) id: String,
    /// Its title, shown when pointed at.
    pub(crate) title: String,
}
