//! The tables of long work.

use store::{ColumnClass, ColumnDef, ColumnKind, TableDef};

use super::{TASK, TASK_PART};

/// The tables.
#[must_use]
pub fn tables() -> Vec<TableDef> {
    let column = |name: &str, kind: ColumnKind, comment: &str| {
        ColumnDef::new(name, kind, comment).never_null().class(ColumnClass::Public)
    };
    let text = |name: &str, comment: &str| column(name, ColumnKind::Text, comment);
    let int = |name: &str, comment: &str| column(name, ColumnKind::Int, comment);
    let id = |name: &str, comment: &str| column(name, ColumnKind::Id, comment);
    vec![
        TableDef::new(TASK, "Long work that somebody asked for")
            .column(text("kind", "kind of the work"))
            .column(text("register", "register that it is about"))
            .column(id("account", "who asked"))
            .column(id("seat", "the unit seat at which they worked; nil at an account of their own"))
            .column(text("by_name", "name as it was then"))
            .column(text("file", "file handed in, by its content"))
            .column(text("language", "language of who asked"))
            .column(text("stand", "waiting, running, done or failed"))
            .column(int("last_row", "last row of the file; 0 where it is not known"))
            .column(int("resumed", "how often it was taken up again"))
            .column(text("bad_rows", "workbook of the refused rows, by its content"))
            .column(text("error", "why it failed"))
            .column(int("at", "when it was asked for"))
            .column(int("ended_at", "when it ended; 0 before"))
            .index(&["account", "id"]),
        TableDef::new(TASK_PART, "What came of a part of long work")
            .column(id("task", "the task"))
            .column(int("from_row", "first row"))
            .column(int("to_row", "last row"))
            .column(int("added", "new records"))
            .column(int("updated", "changed records"))
            .column(int("unchanged", "rows that said what was known"))
            .column(int("refused", "rows that were refused"))
            .column(text("runs", "runs of rows with the same outcome, as JSON"))
            .column(text("refusals", "refused rows with reasons, as JSON"))
            .index(&["task", "to_row"]),
    ]
}
