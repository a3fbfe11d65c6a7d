//! /r/{register}/import: Excel in. The template, the report row by row, and a workbook of only the bad rows.

use std::io::Cursor;

use axum::extract::{RawQuery, State};
use axum::response::Response;
use base::{Language, Problem, Text};
use engine::import::{ImportRow, Outcome};
use plan::pack::Register;
use report::xlsx::bad_rows::{BadRows, Fault};
use report::xlsx::column::Column;
use report::xlsx::read::{ImportedRow, Options, ReadError, open};

use crate::app::App;
use crate::build::address::Wanted;
use crate::build::frame::{crumbs, frame, page};
use crate::build::list;
use crate::build::uploads::{failure, proof};
use crate::build::workbook::import_columns;
use crate::errors::Failure;
use crate::path::Path;
use crate::sent::{Sent, same};
use crate::text::{fill, problem, say};
use crate::view::cell::Shown;
use crate::view::form::{Control, Field, FieldGroup, Form};
use crate::view::import::{ImportPage, Report};
use crate::view::table::Table;
use crate::visitor::SignedIn;

use super::export::workbook;
use super::list::register_for;

/// Wrong cells listed on the page; the workbook has all.
const LISTED: usize = 200;
/// Rows handed to the engine at once.
const CHUNK: usize = 2000;

/// The register, where this person may import into it.
fn importable<'a>(app: &'a App, who: &SignedIn, name: &str) -> Result<&'a Register, Failure> {
    let register = register_for(app, who, name)?;
    if register.cases || register.identity.is_empty() {
        return Err(Failure::Refused(Problem::new("import.not_for_this_register")));
    }
    if !who.actor().has_any(&register.keeper) {
        let roles = list::keepers(app.model(), register, who.visitor.language);
        return Err(Failure::Refused(Problem::new("record.not_keeper").with("roles", roles)));
    }
    Ok(register)
}

fn import_page(
    app: &App,
    who: &SignedIn,
    register: &Register,
    wrong: &[String],
    report: Option<Report>,
) -> Result<Response, Failure> {
    let l = who.visitor.language;
    let identity: Vec<String> = register.identity.iter().map(|n| list::label(register, n, l)).collect();
    let field = Field {
        name: "workbook".into(),
        label: say(l, "import.file"),
        help: String::new(),
        required: true,
        unit: String::new(),
        errors: wrong.to_vec(),
        control: Control::File { kept: Vec::new(), accept: ".xlsx,.csv", many: false },
    };
    let form = Form {
        action: format!("/r/{}/import", register.name()),
        submit: say(l, "import.submit"),
        groups: vec![FieldGroup { title: String::new(), fields: vec![field] }],
        largest_file: app.largest_workbook(),
        ..Form::default()
    };
    let heading = register.title.in_language(l).to_owned();
    let mut f = frame(app, who, &fill(l, "import.title", &[("register", &heading)]));
    crumbs(app, &mut f, register);
    page(&ImportPage {
        f,
        heading,
        identity: identity.join(" + "),
        template: format!("/r/{}/import/template.xlsx", register.name()),
        form,
        report,
        list: format!("/r/{}", register.name()),
    })
}

/// GET /r/{register}/import.
pub(super) async fn show(
    State(app): State<App>,
    who: SignedIn,
    Path(name): Path<String>,
) -> Result<Response, Failure> {
    let register = importable(&app, &who, &name)?;
    import_page(&app, &who, register, &[], None)
}

/// GET /r/{register}/import/template.xlsx.
pub(super) async fn template(
    State(app): State<App>,
    who: SignedIn,
    Path(name): Path<String>,
) -> Result<Response, Failure> {
    let register = importable(&app, &who, &name)?;
    let columns = import_columns(app.engine(), register);
    let l = who.visitor.language;
    let bytes = report::xlsx::template::template(&register.title, &register.about, &columns, l)
        .map_err(|e| Failure::Broken(format!("a template: {e}")))?;
    Ok(workbook(&format!("{}.xlsx", register.title.in_language(l)), bytes))
}

/// What became of the rows.
#[derive(Default)]
struct Tally {
    added: usize,
    updated: usize,
    unchanged: usize,
    refused: usize,
    cells: Vec<Vec<Shown>>,
}

/// POST /r/{register}/import.
pub(super) async fn send(
    State(app): State<App>,
    who: SignedIn,
    Path(name): Path<String>,
    sent: Sent,
) -> Result<Response, Failure> {
    let register = importable(&app, &who, &name)?;
    let l = who.visitor.language;
    let Some(file) = sent.files.first() else {
        return import_page(&app, &who, register, &[say(l, "import.no_file")], None);
    };
    let Ok(_turn) = app.import().try_acquire() else {
        return import_page(&app, &who, register, &[say(l, "import.one_at_a_time")], None);
    };
    let columns = import_columns(app.engine(), register);
    let (content, wanted) = (file.content.clone(), columns.clone());
    let read = tokio::task::spawn_blocking(move || read_rows(&content, &wanted, l))
        .await
        .map_err(|e| Failure::Broken(e.to_string()))?;
    let rows = match read {
        Ok(rows) => rows,
        Err(wrong) => return import_page(&app, &who, register, &[wrong], None),
    };
    let mut bad = BadRows::new(&columns, l).map_err(|e| Failure::Broken(e.to_string()))?;
    let mut tally = Tally::default();
    for chunk in rows.chunks(CHUNK) {
        let given: Vec<ImportRow> = chunk.iter().map(|row| import_row(row, &columns)).collect();
        let outcomes = app.engine().import(who.actor(), &name, &given).await?;
        for (row, outcome) in chunk.iter().zip(outcomes) {
            match outcome {
                Outcome::Added(_) => tally.added += 1,
                Outcome::Updated(_) => tally.updated += 1,
                Outcome::Unchanged(_) => tally.unchanged += 1,
                Outcome::Refused(problems) => {
                    tally.refused += 1;
                    bad.row(row, &faults(&problems.0, &columns))
                        .map_err(|e| Failure::Broken(e.to_string()))?;
                    tally.cells.extend(problems.0.iter().map(|p| line(row, p, &columns, l)));
                }
            }
        }
    }
    let bad_rows = if tally.refused == 0 { String::new() } else { keep(&app, &who, &name, bad).await? };
    import_page(&app, &who, register, &[], Some(report(tally, bad_rows, l)))
}

fn read_rows(content: &[u8], columns: &[Column], l: Language) -> Result<Vec<ImportedRow>, String> {
    let words = |e: ReadError| e.text().in_language(l).to_owned();
    let mut table = open(Cursor::new(content), columns, &Options::default()).map_err(words)?;
    let missing = table.head().missing_required(columns);
    if !missing.is_empty() {
        let names: Vec<&str> = missing.iter().map(|c| c.title.in_language(l)).collect();
        return Err(fill(l, "import.columns_missing", &[("columns", &names.join("、"))]));
    }
    let rows = table.rows().map_err(words)?;
    rows.collect::<Result<Vec<_>, _>>().map_err(words)
}

fn import_row(row: &ImportedRow, columns: &[Column]) -> ImportRow {
    let cells = columns.iter().zip(&row.cells).filter(|(_, cell)| !cell.is_empty());
    ImportRow {
        number: row.number,
        cells: cells.map(|(column, cell)| (column.id.clone(), cell.text())).collect(),
    }
}

fn faults(problems: &[Problem], columns: &[Column]) -> Vec<Fault> {
    let fault = |p: &Problem| Fault {
        column: columns.iter().position(|c| c.id == p.field),
        reason: Text::new(problem(Language::Chinese, p), problem(Language::English, p)),
    };
    problems.iter().map(fault).collect()
}

fn line(row: &ImportedRow, p: &Problem, columns: &[Column], l: Language) -> Vec<Shown> {
    let at = columns.iter().position(|c| c.id == p.field);
    let column = at
        .and_then(|i| columns.get(i))
        .map_or_else(|| say(l, "import.row_as_whole"), |c| c.title.in_language(l).to_owned());
    let value = at.and_then(|i| row.cells.get(i)).map(report::xlsx::read::Cell::text).unwrap_or_default();
    vec![
        Shown::Number(row.number.to_string()),
        Shown::text(column),
        Shown::text(value),
        Shown::text(problem(l, p)),
    ]
}

fn report(tally: Tally, bad_rows: String, l: Language) -> Report {
    let mut cells = tally.cells;
    let more = cells.len() > LISTED;
    cells.truncate(LISTED);
    Report {
        counts: vec![
            (say(l, "import.added"), tally.added),
            (say(l, "import.updated"), tally.updated),
            (say(l, "import.unchanged"), tally.unchanged),
            (say(l, "import.refused"), tally.refused),
        ],
        refused: Table {
            title: String::new(),
            columns: ["import.row", "import.column", "import.value", "import.reason"]
                .map(|key| say(l, key))
                .to_vec(),
            rows: cells,
            empty: say(l, "import.none_refused"),
        },
        bad_rows,
        more,
    }
}

/// Keeps the workbook of bad rows where only this browser finds it.
async fn keep(app: &App, who: &SignedIn, name: &str, bad: BadRows<'_>) -> Result<String, Failure> {
    let bytes = bad.bytes().map_err(|e| Failure::Broken(e.to_string()))?;
    let blob = app.blobs().put(bytes.as_slice(), bytes.len() as u64).await.map_err(failure)?;
    Ok(format!("/r/{name}/import/bad-rows/{}?by={}", blob.hash, proof(&who.visitor.csrf, &blob.hash)))
}

/// GET /r/{register}/import/bad-rows/{hash}?by=...
pub(super) async fn bad_rows(
    State(app): State<App>,
    who: SignedIn,
    Path((name, hash)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let register = importable(&app, &who, &name)?;
    let wanted = Wanted::read(query.as_deref());
    if !same(wanted.one("by"), &proof(&who.visitor.csrf, &hash)) {
        return Err(Failure::NotFound);
    }
    let path = app.blobs().path(&hash).await.map_err(failure)?.ok_or(Failure::NotFound)?;
    let bytes = tokio::fs::read(&path).await.map_err(|e| Failure::Broken(e.to_string()))?;
    let l = who.visitor.language;
    Ok(workbook(&format!("{}-{}.xlsx", register.title.in_language(l), say(l, "import.refused")), bytes))
}
