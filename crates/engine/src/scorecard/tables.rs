//! The tables of scorecards: versions, results by subject, points that assessors gave.

use store::TableDef;

use crate::indicator::tables::{id, int, text};

/// One version of the results of a scorecard for a period.
pub const SCORECARD_RUN: &str = "scorecard_run";
/// The results, by subject and version. A subject has a row only in the versions in which it differs.
pub const SCORECARD_RESULT: &str = "scorecard_result";
/// Points that assessors gave.
pub const SCORECARD_GIVEN: &str = "scorecard_given";

/// The tables.
#[must_use]
pub fn tables() -> Vec<TableDef> {
    vec![run(), result(), given()]
}

fn run() -> TableDef {
    TableDef::new(SCORECARD_RUN, "A version of the results of a scorecard for a period")
        .column(text("card", "the scorecard"))
        .column(text("period", "code of the period"))
        .column(int("number", "number of the version, from 1"))
        .column(int("computed_at", "when it was made first"))
        .column(int("checked_at", "when it was made last with the same result"))
        .column(text("pack", "versions of the packs then"))
        .unique(&["card", "period", "number"])
}

fn result() -> TableDef {
    TableDef::new(SCORECARD_RESULT, "The score of a subject for a period, with where every point came from")
        .scoped()
        .column(text("card", "the scorecard"))
        .column(text("period", "code of the period"))
        .column(text("subject", "id of the record, or code of the region or department"))
        .column(text("title_zh", "its name then, in Chinese"))
        .column(text("title_en", "its name then, in English"))
        .column(int("number", "version in which it became so"))
        .column(int("replaced", "version in which it became otherwise; 0 while it holds"))
        .column(int("score", "points in hundredths"))
        .column(text("grade", "grade, vetoes considered"))
        .column(text("earned", "grade by points alone"))
        .column(int("open_items", "items whose points are not final"))
        .column(text("trace", "where every point came from, as JSON"))
        .column(int("computed_at", "when it was made"))
        .column(text("pack", "versions of the packs then"))
        .index(&["card", "period", "score", "id"])
        .unique(&["card", "period", "subject", "number"])
}

fn given() -> TableDef {
    TableDef::new(SCORECARD_GIVEN, "Points that an assessor gave")
        .scoped()
        .column(text("card", "the scorecard"))
        .column(text("period", "code of the period"))
        .column(text("subject", "the subject"))
        .column(text("item", "the item"))
        .column(int("points", "points in hundredths"))
        .column(text("evidence", "what proves it, in words"))
        .column(text("file", "evidence by its content hash"))
        .column(int("at", "when"))
        .column(id("by_account", "who"))
        .column(text("by_name", "name as it was then"))
        .column(int("replaced_at", "when other points took their place; 0 while they hold"))
        .unique(&["card", "period", "subject", "item", "replaced_at"])
}
