//! The tables of the engine: one for each register of the packs, and the few that all cases share.

use plan::pack::{FieldKind, Model, Register, ScopeFrom};
use store::{ColumnClass, ColumnDef, ColumnKind, IndexOnly, Layout, SCOPE_COLUMNS, TableDef};

use crate::field::column::columns;

/// What happened to a case, step by step.
pub const CASE_EVENT: &str = "case_event";
/// Who is waited for: the source of "My work".
pub const WAITING: &str = "waiting";
/// When time alone brings something about for an open case. Apart from the case, so that a sweep never changes the
/// version that somebody's form has seen.
pub const DEADLINE: &str = "deadline";
/// What somebody was told.
pub const NOTICE: &str = "notice";

/// The words of the plan's clauses, as read from the city's own document.
pub const CLAUSE_WORDS: &str = "clause_words";

/// How attachments are called: an upload by its sender, then one row for each record that holds it.
pub const ATTACHMENT: &str = "attachment";

/// The table of a register.
#[must_use]
pub fn table_name(register: &str) -> String {
    format!("r_{register}")
}

/// How expressions of packs find records of registers in these tables.
#[must_use]
pub fn layout() -> Layout {
    Layout {
        prefix: table_name(""),
        removed: "removed_at".to_owned(),
        zero_is_nothing: vec!["closed_at".to_owned()],
    }
}

/// All tables that the model needs.
#[must_use]
pub fn tables(model: &Model) -> Vec<TableDef> {
    let mut tables = vec![case_event(), waiting(), deadline(), notice(), attachment(), clause_words()];
    tables.extend(crate::task::tables());
    tables.extend(crate::indicator::tables::tables());
    tables.extend(crate::scorecard::tables::tables());
    tables.extend(crate::rule::effect::tables());
    tables.extend(crate::duty::tables::tables());
    tables.extend(crate::publication::tables());
    tables.extend(model.registers.values().map(register_table));
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

fn register_table(register: &Register) -> TableDef {
    let mut table = TableDef::new(table_name(register.name()), register.title.en.clone()).versioned();
    if register.scope != ScopeFrom::Shared {
        table = table.scoped();
    }
    table.columns = vec![
        text("code", "code that people use"),
        text("title", "what lists show"),
        int("created_at", "when it was entered"),
        id("created_by", "account that entered it"),
        int("updated_at", "last change"),
        int("removed_at", "0 while it counts"),
    ];
    if register.cases {
        table.columns.extend(case_columns());
    }
    for own in register.fields.iter().flat_map(columns) {
        // A field named as a scope column (an enterprise's own county) is that column.
        let of_scope = table.scoped && SCOPE_COLUMNS.contains(&own.name.as_str());
        if !of_scope && !table.columns.iter().any(|c| c.name == own.name) {
            let sorted = register.sorts.contains(&own.name);
            table.columns.push(if sorted { own.never_null() } else { own });
        }
    }
    indexes(register, table)
}

fn case_columns() -> Vec<ColumnDef> {
    vec![
        text("procedure", "procedure it runs under"),
        text("state", "state"),
        ColumnDef::new("open", ColumnKind::Bool, "somebody must still act")
            .never_null()
            .class(ColumnClass::Public),
        int("opened_at", "when it was opened"),
        id("opened_by", "who opened it"),
        int("entered_at", "when it entered its state"),
        int("due_at", "when the limit of the awaited step ends"),
        int("closed_at", "when it ended; 0 while open"),
    ]
}

/// Each list is indexed behind each scope anchor that real grants use: a county, an enterprise, the whole city. These
/// indexes hold only what counts, so that counting a list touches no rows; references that are mostly empty are indexed
/// only where they are not.
fn indexes(register: &Register, mut table: TableDef) -> TableDef {
    let anchors: &[&str] = if table.scoped { &["county", "organisation", "sector"] } else { &[] };
    let mut sorts: Vec<&str> = register.sorts.iter().map(String::as_str).collect();
    if register.cases {
        sorts.push("due_at");
    }
    for anchor in anchors {
        // Whole: what was taken away moves along with its enterprise too.
        table = match *anchor {
            "organisation" => table.index(&[anchor, "id"]),
            _ => table.index_only(&[anchor, "id"], IndexOnly::Zero("removed_at".to_owned())),
        };
    }
    let listed = |table: TableDef, columns: &[&str]| {
        table.index_only(columns, IndexOnly::Zero("removed_at".to_owned()))
    };
    table = listed(table, &["id"]);
    // An enterprise has one record of its own: nothing is to be sorted there.
    let alone = |anchor: &str| anchor == "organisation" && register.scope == ScopeFrom::Itself;
    for sort in sorts {
        table = listed(table, &[sort, "id"]);
        for anchor in anchors.iter().filter(|a| **a != sort && !alone(a)) {
            table = listed(table, &[anchor, sort, "id"]);
        }
    }
    let mut counted: Vec<&str> = register.counted.iter().map(String::as_str).collect();
    if register.cases {
        counted.push("state");
    }
    let single = |name: &&str| register.field(name).is_none_or(|f| !f.is_list());
    for value in counted.into_iter().filter(single) {
        table = listed(table, &[value, "id"]);
        if table.scoped && value != "county" {
            table = listed(table, &["county", value, "id"]);
        }
    }
    if register.cases {
        table = listed(table, &["open", "due_at", "id"]);
    }
    for reference in register.fields.iter().filter(|f| f.kind == FieldKind::Reference && !f.is_list()) {
        let columns = [reference.name(), "id"];
        table = match reference.required {
            true => table.index(&columns),
            false => table.index_only(&columns, IndexOnly::Present(reference.name().to_owned())),
        };
    }
    if register.shape == Some(plan::pack::Shape::AssessmentResult) {
        table = table.index(&["element", "record", "id"]);
    }
    if register.shape == Some(plan::pack::Shape::ChecklistRecord) {
        table = table.index(&["record", "id"]);
    }
    if register.shape == Some(plan::pack::Shape::Proposal) {
        table = table.index(&["subject_id"]);
    }
    // The sweep finds by it whose responsibility changes on a day.
    if register.field(crate::responsibility::NEXT).is_some() {
        table = table.index(&[crate::responsibility::NEXT, "id"]);
    }
    for unique in register.fields.iter().filter(|f| f.unique) {
        // Nobody is faster than an index. Where the field may be empty, the empty ones would be in each other's way, and
        // only the check before writing holds.
        let within = matches!(register.scope, ScopeFrom::Reference(_)).then_some("organisation");
        let decisive = unique.required && !unique.is_list();
        if decisive {
            let columns: Vec<&str> = within.into_iter().chain([unique.name(), "removed_at"]).collect();
            table = table.unique(&columns);
        }
        if !decisive || within.is_some() {
            table = table.index(&[unique.name()]);
        }
    }
    table.index(&["code"])
}

fn case_event() -> TableDef {
    TableDef::new(CASE_EVENT, "What happened to a case, step by step")
        .column(id("record", "the case"))
        .column(text("register", "register of the case"))
        .column(text("procedure", "procedure before the step"))
        .column(text("step", "step; open for the opening"))
        .column(text("from_state", "state before"))
        .column(text("to_state", "state after"))
        .column(int("at", "when"))
        .column(id("by_account", "who; nil for time alone"))
        .column(text("by_name", "name as it was then"))
        .column(text("reason", "remark"))
        .column(text("facts", "fields written, as JSON"))
        .index(&["record", "id"])
}

fn waiting() -> TableDef {
    TableDef::new(WAITING, "Who is waited for")
        .scoped()
        .column(id("record", "the case"))
        .column(text("register", "register of the case"))
        .column(text("procedure", "procedure"))
        .column(text("state", "state"))
        .column(text("step", "step that is awaited"))
        .column(text("role", "role that may take it; empty when a person is named"))
        .column(id("account", "person who may take it; nil when a role is named"))
        .column(text("code", "code of the case"))
        .column(text("title", "title of the case"))
        .column(int("since", "since when it waits"))
        .column(int("due_at", "when the limit ends"))
        .index(&["record"])
        .index(&["account", "due_at", "id"])
        .index(&["role", "organisation", "due_at", "id"])
        .index(&["role", "county", "due_at", "id"])
        .index(&["role", "sector", "due_at", "id"])
        .index(&["role", "due_at", "id"])
}

fn deadline() -> TableDef {
    TableDef::new(DEADLINE, "When time brings about the next stage of a case; the key is the case's")
        .versioned()
        .column(text("register", "register of the case"))
        .column(int("due_at", "when the limit of the awaited step ends"))
        .column(int("stages_done", "reminders and late stages carried out for this limit"))
        .column(int("next_at", "when the next stage falls due"))
        .index(&["next_at", "id"])
}

fn notice() -> TableDef {
    TableDef::new(NOTICE, "What somebody was told")
        .column(id("account", "who is told"))
        .column(text("kind", "remind, late or escalated"))
        .column(text("register", "register of the record"))
        .column(id("record", "the record"))
        .column(text("code", "its code"))
        .column(text("title", "its title"))
        .column(text("step", "the step that is awaited"))
        .column(int("due_at", "the limit"))
        .column(int("at", "when it was told"))
        .column(int("read_at", "when it was read; 0 before"))
        .index(&["account", "read_at", "id"])
        .index(&["record"])
}

fn clause_words() -> TableDef {
    TableDef::new(CLAUSE_WORDS, "The words of a clause, as read from the city's own document")
        .column(text("clause", "id of the clause"))
        .column(text("heading", "number and heading as written"))
        .column(text("words", "the rest of its own words"))
        .column(text("found", "what the reader found in them, as JSON"))
        .column(text("document", "title and number of the document"))
        .column(int("read_at", "when it was read in"))
        .unique(&["clause"])
}

/// The bytes are stored once by their content; what somebody called them belongs to the record that holds them, so that
/// nobody reads the name that another person elsewhere gave to the same bytes.
fn attachment() -> TableDef {
    TableDef::new(ATTACHMENT, "Names of attachments")
        .column(id(
            "record",
            "the record that holds it; nil for an upload of a form that is not complete yet",
        ))
        .column(text("hash", "content hash"))
        .column(text("name", "file name, without folders"))
        .column(int("at", "when it was sent"))
        .column(id("by_account", "who sent it"))
        .column(text("by_name", "their name as it was then"))
        .index(&["record"])
        .index(&["by_account", "hash"])
}
