//! The tables of duties. Their names begin like those of registers, so that conditions of packs can look into them.

use plan::pack::duty::FIXED_SUBJECTS;
use store::{ColumnClass, ColumnDef, ColumnKind, IndexOnly, TableDef};

use crate::tables::table_name;

/// Spans, as conditions name them.
pub(crate) const SPAN: &str = "duty_span";
/// Instances about which there is something to say, as conditions name them.
pub(crate) const STATE: &str = "duty_state";
/// What was handed in, as conditions name it.
pub(crate) const EVIDENCE: &str = "duty_evidence";
/// How far each duty was swept.
pub(crate) const RUN: &str = "duty_run";

/// The table of spans.
#[must_use]
pub(crate) fn span_table() -> String {
    table_name(SPAN)
}

/// The table of instances.
#[must_use]
pub(crate) fn state_table() -> String {
    table_name(STATE)
}

/// The table of what was handed in.
#[must_use]
pub(crate) fn evidence_table() -> String {
    table_name(EVIDENCE)
}

/// All of them, with those of the subjects that are no records.
pub(crate) fn tables() -> Vec<TableDef> {
    let mut tables = vec![span(), state(), evidence(), run()];
    tables.extend(FIXED_SUBJECTS.map(subject));
    tables
}

fn text(name: &str, comment: &str) -> ColumnDef {
    ColumnDef::new(name, ColumnKind::Text, comment).never_null().class(ColumnClass::Public)
}

fn int(name: &str, comment: &str) -> ColumnDef {
    ColumnDef::new(name, ColumnKind::Int, comment).never_null().class(ColumnClass::Public)
}

fn id(name: &str, comment: &str) -> ColumnDef {
    ColumnDef::new(name, ColumnKind::Id, comment).never_null().class(ColumnClass::Public)
}

fn of_subject(name: String, comment: &str) -> TableDef {
    TableDef::new(name, comment)
        .scoped()
        .column(text("duty", "the duty"))
        .column(text("kind", "kind of the subject: a register, county, township, park, department, city"))
        .column(id("subject", "the subject"))
        .column(text("code", "its code"))
        .column(text("title", "its title"))
        .column(int("removed_at", "0 while it counts"))
}

fn span() -> TableDef {
    let counts = || IndexOnly::Zero("removed_at".to_owned());
    of_subject(span_table(), "From when to when a duty binds a subject")
        .column(text("from_day", "first day"))
        .column(text("until_day", "last day; empty while it binds"))
        .unique(&["subject", "duty", "from_day"])
        .index(&["duty", "county", "id"])
        .index_only(&["duty", "kind", "county", "id"], counts())
        .index_only(&["organisation", "duty", "id"], counts())
}

fn state() -> TableDef {
    of_subject(state_table(), "An instance that is late, was late, was excused, or follows an event")
        .versioned()
        .column(text("period", "code of the instance"))
        .column(text("bucket", "period by which it is counted"))
        .column(text("first_day", "first day whose evidence counts"))
        .column(int("first_at", "the instant at which that day begins"))
        .column(text("due_day", "last day on which it is in time"))
        .column(int("due_at", "the instant at which that day has passed"))
        .column(text("state", "due, overdue, fulfilled, fulfilled_late, excused, not_applicable"))
        .column(int("since", "since when it is in this state"))
        .column(int("stages_done", "consequences carried out"))
        .column(text("next_day", "day of the next consequence; empty without one"))
        .column(text("done_day", "day on which it was found fulfilled"))
        .column(text("reason", "why it was excused"))
        .column(id("by_account", "who excused it"))
        .column(text("by_name", "their name as it was then"))
        .column(id("opened", "the case that was opened for it"))
        .column(text("opened_register", "the register of that case"))
        .column(text("proposed", "ids of what was proposed for it, with blanks between"))
        .unique(&["subject", "duty", "period"])
        .index(&["duty", "state", "county", "id"])
        .index(&["duty", "bucket", "state", "id"])
        .index(&["state", "next_day", "id"])
        .index(&["organisation", "state", "due_day", "id"])
        .index(&["county", "state", "due_day", "id"])
        .index(&["state", "due_day", "id"])
}

fn evidence() -> TableDef {
    let facts = ColumnDef::new("facts", ColumnKind::Json, "the fields of the form").never_null();
    of_subject(evidence_table(), "What a subject handed in for an instance of a duty")
        .column(text("period", "code of the instance"))
        .column(text("at_day", "day on which it was handed in"))
        .column(int("at", "when"))
        .column(id("by_account", "who handed it in"))
        .column(text("by_name", "their name as it was then"))
        .column(facts)
        .index(&["subject", "duty", "period"])
        .index(&["duty", "period", "id"])
        .index(&["organisation", "id"])
}

fn run() -> TableDef {
    TableDef::new(RUN, "How far a duty was swept")
        .versioned()
        .column(text("duty", "the duty"))
        .column(text("spans_day", "day on which its spans were last judged"))
        .column(text("settled_day", "periods that were due by this day are settled"))
        .column(text("reminded_day", "reminders until this day were given"))
        .unique(&["duty"])
}

fn subject(kind: &str) -> TableDef {
    TableDef::new(table_name(kind), "Subjects of duties that are no records of a register")
        .scoped()
        .column(text("code", "code"))
        .column(text("title", "name"))
        .column(text("kind", "district, county, zone, township, department, city"))
        .column(int("created_at", "from when it exists"))
        .column(int("removed_at", "0 while it exists"))
        .index(&["code"])
}
