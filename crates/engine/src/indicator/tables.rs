//! The tables of figures: what was counted when, the numbers by group, and which periods are locked.

use store::{ColumnClass, ColumnDef, ColumnKind, TableDef};

/// One version of the numbers of an indicator for a period.
pub const INDICATOR_RUN: &str = "indicator_run";
/// The numbers, by group and version. A group has a row only in the versions in which it differs.
pub const INDICATOR_VALUE: &str = "indicator_value";
/// Periods whose numbers are released and stay what they are.
pub const PERIOD_LOCK: &str = "period_lock";

pub(crate) fn column(name: &str, kind: ColumnKind, comment: &str) -> ColumnDef {
    ColumnDef::new(name, kind, comment).never_null().class(ColumnClass::Public)
}

pub(crate) fn text(name: &str, comment: &str) -> ColumnDef {
    column(name, ColumnKind::Text, comment)
}

pub(crate) fn int(name: &str, comment: &str) -> ColumnDef {
    column(name, ColumnKind::Int, comment)
}

pub(crate) fn id(name: &str, comment: &str) -> ColumnDef {
    column(name, ColumnKind::Id, comment)
}

/// The tables.
#[must_use]
pub fn tables() -> Vec<TableDef> {
    vec![run(), value(), lock()]
}

fn run() -> TableDef {
    TableDef::new(INDICATOR_RUN, "A version of the numbers of an indicator for a period")
        .column(text("indicator", "the indicator"))
        .column(text("period", "code of the period"))
        .column(int("number", "number of the version, from 1"))
        .column(text("as_of", "the day as of which it was judged"))
        .column(int("computed_at", "when it was counted first"))
        .column(int("checked_at", "when it was counted last with the same result"))
        .column(text("pack", "versions of the packs then"))
        .unique(&["indicator", "period", "number"])
}

fn value() -> TableDef {
    TableDef::new(INDICATOR_VALUE, "A number of an indicator for a period and a group")
        .scoped()
        .column(text("indicator", "the indicator"))
        .column(text("period", "code of the period"))
        .column(text("dimension", "how it is grouped; empty for the whole"))
        .column(text("value_key", "the group; empty for the whole and for rows that name none"))
        .column(int("number", "version in which it became so"))
        .column(int("replaced", "version in which it became otherwise; 0 while it holds"))
        .column(int("counted", "rows of the period"))
        .column(int("base", "rows that count"))
        .column(int("hit", "of those, rows that hit"))
        .column(int("unknown", "rows that cannot be judged"))
        .column(int("reported", "rows that count as reported"))
        .column(column("total", ColumnKind::Float, "sum over the base"))
        .column(
            ColumnDef::new("value", ColumnKind::Float, "the number; nothing for a share of nothing")
                .class(ColumnClass::Public),
        )
        .column(int("computed_at", "when it was counted"))
        .column(text("pack", "versions of the packs then"))
        .index(&["indicator", "dimension", "period", "replaced"])
        .unique(&["indicator", "period", "dimension", "county", "value_key", "number"])
}

fn lock() -> TableDef {
    TableDef::new(PERIOD_LOCK, "A period whose numbers are released")
        .column(text("kind", "indicator or scorecard"))
        .column(text("element", "its id"))
        .column(text("period", "code of the period"))
        .column(int("number", "version that is released"))
        .column(int("locked_at", "since when"))
        .column(id("locked_by", "who locked it"))
        .column(text("by_name", "name as it was then"))
        .column(text("note", "paper or meeting by which it was released"))
        .column(int("unlocked_at", "until when; 0 while it is locked"))
        .column(id("unlocked_by", "who unlocked it"))
        .column(text("unlock_name", "name as it was then"))
        .column(text("reason", "why it was unlocked"))
        .unique(&["kind", "element", "period", "unlocked_at"])
}
