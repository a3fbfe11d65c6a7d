//! The page of a factor, beside its fields: what asks for a new assessment, how the grade came about, the measures of the
//! five kinds, earlier assessments.

use base::Day;
use calc::Outcome;
use engine::record::Record;
use engine::record::list::ListRequest;
use judge::Fact;
use judge::fact::fact;
use plan::pack::{Register, Shape};

use crate::app::App;
use crate::build::list::state as procedure_state;
use crate::build::value::{Shower, address};
use crate::errors::Failure;
use crate::special::text::Words;
use crate::special::{facts, links};
use crate::view::case::Step;
use crate::view::cell::{Fact as Line, FactGroup, Shown};
use crate::view::record::{Note, RecordPage, Related};
use crate::view::table::Table;
use crate::visitor::SignedIn;

/// Earlier assessments and cases shown; all of them are a list.
const SHOWN: u32 = 20;

/// Adds to the page of a record what belongs to a risk factor; other records stay as they are.
pub(crate) async fn extend(
    app: &App,
    who: &SignedIn,
    register: &Register,
    factor: &Record,
    page: &mut RecordPage,
) -> Result<(), Failure> {
    if register.shape != Some(Shape::RiskFactor) {
        return Ok(());
    }
    let w = Words(who.visitor.language);
    page.notes.extend(asked(app, who, w, factor).await?);
    page.notes.extend(raised(app, w, register, factor));
    if let Some(outcome) = outcome(factor) {
        let at =
            page.groups.iter().position(|g| g.facts.iter().any(|f| f.label == label(register, w, "grade")));
        let at = at.map_or(page.groups.len(), |at| at + 1);
        page.groups.insert(at, derivation(w, &outcome));
    }
    page.related.push(measures(app, who, w, factor).await?);
    page.related.extend(earlier(app, who, w, register, factor).await?);
    page.related.extend(cases(app, who, w, factor).await?);
    Ok(())
}

fn label(register: &Register, w: Words, name: &str) -> String {
    register.field(name).map(|f| f.title.in_language(w.0).to_owned()).unwrap_or_default()
}

/// The open case that asks for a new assessment.
async fn asked(app: &App, who: &SignedIn, w: Words, factor: &Record) -> Result<Option<Note>, Failure> {
    let (Some(register), Some(id)) =
        (app.model().shaped(Shape::Reassessment), facts::reference(factor, "reassessment"))
    else {
        return Ok(None);
    };
    let case = match app.engine().record(who.actor(), register.name(), id).await {
        Ok(case) => case,
        Err(engine::EngineError::NotFound) => return Ok(None),
        Err(other) => return Err(other.into()),
    };
    let reason =
        facts::word(facts::choices(app.model(), register, "reason"), facts::text(&case, "reason"), w.0);
    let text = w.with("risks.asked", "reason", reason).replace("{what}", facts::text(&case, "what"));
    Ok(Some(Note { text, href: address(register.name(), id), label: case.code }))
}

/// That the program raised the level of control, and why.
fn raised(app: &App, w: Words, register: &Register, factor: &Record) -> Option<Note> {
    let from = Some(facts::text(factor, "level_raised_from")).filter(|from| !from.is_empty())?;
    let word = |field: &str, id: &str| facts::word(facts::choices(app.model(), register, field), id, w.0);
    let raised = w.with("risks.raised", "from", word("control_level", from));
    let text = raised
        .replace("{to}", &word("control_level", facts::text(factor, "control_level")))
        .replace("{grade}", &word("grade", facts::text(factor, "grade")));
    Some(Note { text, href: String::new(), label: String::new() })
}

/// How the stored result came about; None where the tables of the program give another one today.
fn outcome(factor: &Record) -> Option<Outcome> {
    let Fact::Structure(inputs) = fact(&factor.facts, "inputs") else { return None };
    let on = fact(&factor.facts, "assessed_on").as_day()?;
    let outcome = calc::run(facts::text(factor, "method"), inputs, on).ok()?;
    (outcome.value.to_string() == facts::text(factor, "value")).then_some(outcome)
}

fn derivation(w: Words, outcome: &Outcome) -> FactGroup {
    let line = |label: String, text: String| Line { label, value: Shown::Long(text) };
    let steps: Vec<&str> = outcome.derivation.iter().map(|t| t.in_language(w.0)).collect();
    let table = &outcome.table;
    let from = |day: Day| if w.0 == base::Language::Chinese { day.zh() } else { day.to_string() };
    let version = w.with("risks.table_from", "id", &table.id);
    let version = version.replace("{from}", &from(table.valid_from)).replace("{row}", &table.row_text);
    FactGroup {
        title: w.t("risks.derivation"),
        facts: vec![
            line(w.t("risks.steps"), steps.join("\n")),
            line(w.t("risks.table"), version),
            line(w.t("risks.source"), outcome.source.in_language(w.0).to_owned()),
        ],
    }
}

/// The measures by kind; a kind without any is shown as such.
async fn measures(app: &App, who: &SignedIn, w: Words, factor: &Record) -> Result<Related, Failure> {
    let register = facts::shaped(app, Shape::Measure)?;
    let found = facts::all(app, who.actor(), register.name(), vec![facts::of("factor", factor.id)]).await?;
    let titles = app.engine().titles(register, found.iter().map(|r| &r.facts)).await?;
    let shower = Shower { model: app.model(), language: w.0, titles: &titles, links: false, files: None };
    let columns = ["kind", "content", "level", "responsible_person", "effect", "in_use"];
    let columns: Vec<&str> = columns.into_iter().filter(|c| register.field(c).is_some()).collect();
    let mut rows = Vec::new();
    for kind in facts::choices(app.model(), register, "kind") {
        let of_kind: Vec<&Record> = found.iter().filter(|m| facts::text(m, "kind") == kind.id).collect();
        if of_kind.is_empty() {
            let mut row = vec![Shown::Nothing; columns.len()];
            row.splice(..1, [Shown::text(kind.title.in_language(w.0).to_owned())]);
            rows.push(row);
        }
        rows.extend(of_kind.into_iter().map(|m| cells(&shower, register, m, &columns, "content")));
    }
    let keeps = app.engine().may_keep(who.actor(), register, &factor.place).is_ok();
    let (own, firm) = (factor.id.to_string(), facts::reference(factor, "enterprise"));
    let firm = firm.map(|id| id.to_string()).unwrap_or_default();
    Ok(Related {
        title: w.t("risks.measures"),
        href: links::list(register.name(), &[("factor", &own)]),
        add: if keeps {
            links::new_record(register.name(), &[("enterprise", &firm), ("factor", &own)])
        } else {
            String::new()
        },
        count: facts::grouped(i64::try_from(found.len()).unwrap_or(i64::MAX)),
        table: Table { columns: headings(register, w, &columns), rows, ..Table::default() },
    })
}

/// The present assessment and those before it, newest first.
async fn earlier(
    app: &App,
    who: &SignedIn,
    w: Words,
    factors: &Register,
    factor: &Record,
) -> Result<Option<Related>, Failure> {
    let Some(register) = app.model().shaped(Shape::Assessment) else { return Ok(None) };
    let columns = ["assessed_on", "grade", "value", "inputs", "control_level", "reason", "assessed_by"];
    let columns: Vec<&str> = columns.into_iter().filter(|c| register.field(c).is_some()).collect();
    let found = newest(app, who, register, factor).await?;
    let titles = engine::field::show::Titles::new();
    let shower = Shower { model: app.model(), language: w.0, titles: &titles, links: false, files: None };
    let mut rows = vec![cells(&shower, factors, factor, &columns, "")];
    rows.extend(found.iter().map(|r| cells(&shower, register, r, &columns, "assessed_on")));
    Ok(Some(Related {
        title: w.t("risks.assessments"),
        href: links::list(register.name(), &[("factor", &factor.id.to_string())]),
        add: String::new(),
        count: facts::grouped(i64::try_from(rows.len()).unwrap_or(i64::MAX)),
        table: Table { columns: headings(register, w, &columns), rows, ..Table::default() },
    }))
}

/// Cases that asked for new assessments; nothing where there never was one.
async fn cases(app: &App, who: &SignedIn, w: Words, factor: &Record) -> Result<Option<Related>, Failure> {
    let Some(register) = app.model().shaped(Shape::Reassessment) else { return Ok(None) };
    let found = newest(app, who, register, factor).await?;
    if found.is_empty() {
        return Ok(None);
    }
    let columns: Vec<&str> =
        ["asked_on", "reason", "what"].into_iter().filter(|c| register.field(c).is_some()).collect();
    let titles = engine::field::show::Titles::new();
    let shower = Shower { model: app.model(), language: w.0, titles: &titles, links: false, files: None };
    let row = |r: &Record| {
        let mut row = cells(&shower, register, r, &columns, "asked_on");
        row.push(
            r.case
                .as_ref()
                .map_or(Shown::Nothing, |c| procedure_state(app.model(), &c.procedure, &c.state, w.0)),
        );
        row
    };
    let mut headings = headings(register, w, &columns);
    headings.push(w.t("risks.state"));
    Ok(Some(Related {
        title: register.title.in_language(w.0).to_owned(),
        href: links::list(register.name(), &[("factor", &factor.id.to_string())]),
        add: String::new(),
        count: facts::grouped(i64::try_from(found.len()).unwrap_or(i64::MAX)),
        table: Table { columns: headings, rows: found.iter().map(row).collect(), ..Table::default() },
    }))
}

async fn newest(
    app: &App,
    who: &SignedIn,
    register: &Register,
    factor: &Record,
) -> Result<Vec<Record>, Failure> {
    let filters = vec![facts::of("factor", factor.id)];
    let request = ListRequest { filters, limit: SHOWN, ..ListRequest::default() };
    Ok(app.engine().list(who.actor(), register.name(), &request).await?.records)
}

fn headings(register: &Register, w: Words, columns: &[&str]) -> Vec<String> {
    columns.iter().map(|c| label(register, w, c)).collect()
}

/// The values of a row; the one of `leads` opens the record.
fn cells(
    shower: &Shower<'_>,
    register: &Register,
    record: &Record,
    columns: &[&str],
    leads: &str,
) -> Vec<Shown> {
    let cell = |name: &&str| {
        let Some(field) = register.field(name) else { return Shown::Nothing };
        let shown = shower.value(register.name(), record.id, field, fact(&record.facts, name));
        match shown {
            Shown::Text(text) | Shown::Long(text) if *name == leads => {
                Shown::Link { href: address(register.name(), record.id), text }
            }
            other => other,
        }
    };
    columns.iter().map(cell).collect()
}

/// The step that closes a case which asks for a new assessment: recording it on the factor.
pub(crate) fn assess_step(app: &App, who: &SignedIn, register: &Register, case: &Record) -> Option<Step> {
    let head = case.case.as_ref().filter(|c| c.open && register.shape == Some(Shape::Reassessment))?;
    let factors = app.model().shaped(Shape::RiskFactor)?;
    app.engine().may_keep(who.actor(), factors, &case.place).ok()?;
    let procedure = app.model().procedure(&head.procedure)?;
    let step = procedure.steps_from(&head.state).find(|s| s.by_program && !s.side)?;
    let factor = facts::reference(case, "factor")?;
    Some(Step {
        label: step.title.in_language(who.visitor.language).to_owned(),
        href: format!("/risk/factors/{factor}/assess"),
        main: true,
        refusal: String::new(),
    })
}
