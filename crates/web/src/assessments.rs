//! Assessments that a pack binds to records: the ways from a record's page, and GET and POST
//! /assessments/{element}/{record}: the method's inputs prefilled from the record, the result with its derivation, the
//! history.

mod api;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use base::{Id, Language, Problem};
use calc::{InputInfo, InputKind};
use engine::bound_assessment::{Again, Fitting};
use engine::record::Record;
use judge::fact::fact;
use judge::{Fact, Facts};
use plan::pack::{Assessment, Element as _, FieldKind, Register};
use serde_json::{Map, Value as Json};

use crate::app::App;
use crate::build::frame::{crumbs, done, frame, page};
use crate::build::value::address;
use crate::errors::{Failure, correctable};
use crate::path::Path;
use crate::route_table::route_table;
use crate::sent::Sent;
use crate::text::{fill, problem, say};
use crate::view::Action;
use crate::view::cell::Shown;
use crate::view::form::{Choice, Control, Field, FieldGroup, Form};
use crate::view::frame::Crumb;
use crate::view::table::{Table, TablePage};
use crate::visitor::SignedIn;

/// Longest text of an input, in characters.
const LONGEST: usize = 200;

pub(crate) use api::SUMMARIES;

route_table! {
    get "/assessments/{element}/{record}" => show;
    post "/assessments/{element}/{record}" => send;
    get "/api/v1/r/{register}/{id}/assessments" => api::of_record;
    get "/api/v1/assessments/{element}/{record}" => api::show;
    post "/api/v1/assessments/{element}/{record}" => api::assess;
}

/// The ways from a record to the assessments that fit it, each with why it is due.
///
/// # Errors
/// The database failed.
pub(crate) async fn offers(
    app: &App,
    who: &SignedIn,
    register: &Register,
    found: &Record,
) -> Result<Vec<Action>, Failure> {
    let l = who.visitor.language;
    if app.engine().assessments_of(register).next().is_none() {
        return Ok(Vec::new());
    }
    let fitting = app.engine().assessments_for(who.actor(), found).await?;
    let action = |one: &Fitting<'_>| {
        let title = one.element.title.in_language(l);
        let label = match one.due {
            Some(again) => format!("{title} · {}", due(again, l)),
            None => title.to_owned(),
        };
        let href = format!("/assessments/{}/{}", one.element.name(), found.id);
        Action { label, href, icon: "adjustments", main: false }
    };
    Ok(fitting.iter().map(action).collect())
}

fn due(again: Again, l: Language) -> String {
    say(
        l,
        match again {
            Again::Never => "assessment.never",
            Again::RunOut => "assessment.run_out",
            Again::Changed => "assessment.changed",
        },
    )
}

/// An element with the record that it is about.
struct Asked<'a> {
    element: &'a Assessment,
    register: &'a Register,
    record: Record,
    may: bool,
    due: Option<Again>,
    inputs: Vec<InputInfo>,
}

impl<'a> Asked<'a> {
    async fn find(app: &'a App, who: &SignedIn, element: &str, id: Id) -> Result<Self, Failure> {
        let engine = app.engine();
        let element = app.model().elements.assessments.get(element).ok_or(Failure::NotFound)?;
        let register = engine.register(element.subject.get_ref())?;
        let record = engine.record(who.actor(), register.name(), id).await?;
        let fitting = engine.assessments_for(who.actor(), &record).await?;
        let own = fitting.into_iter().find(|one| one.element.name() == element.name());
        let Some(own) = own else { return Err(Failure::NotFound) };
        let info = calc::method_on(element.method.get_ref(), engine.today()).map_err(Failure::from)?;
        // What comes from the packs is typed by nobody; of the rest those that the element fills or every method needs.
        let wanted = |input: &InputInfo| {
            let filled = element.inputs.contains_key(&input.key);
            let typed = !matches!(input.kind, InputKind::Numbers | InputKind::Substances);
            typed && (filled || element.inputs.contains_key("inputs") || element.method.get_ref() == "manual")
        };
        let inputs = info.inputs.into_iter().filter(wanted).collect();
        Ok(Self { element, register, record, may: own.may, due: own.due, inputs })
    }

    fn here(&self) -> String {
        format!("/assessments/{}/{}", self.element.name(), self.record.id)
    }

    /// The record's field from which an input comes; of a judgement, the field that takes it.
    fn field_of(&self, input: &str) -> Option<&'a plan::pack::Field> {
        let own = self.element.inputs.get(input).and_then(|value| self.element.field_of(value));
        let result = || self.element.result_field.as_ref().map(|f| f.get_ref().as_str());
        let name = own.or_else(|| if input == "result" { result() } else { None })?;
        self.register.field(name)
    }
}

async fn show(
    State(app): State<App>,
    who: SignedIn,
    Path((element, record)): Path<(String, Id)>,
) -> Result<Response, Failure> {
    let asked = Asked::find(&app, &who, &element, record).await?;
    let facts = app.engine().any_record(asked.register.name(), record).await?;
    let facts = facts.map(|whole| cut(&app, &who, &asked, whole)).unwrap_or_default();
    let filled = app.engine().method_inputs(asked.element, asked.register, &facts);
    let mut sent = Sent::default();
    for input in &asked.inputs {
        if let Some(value) = filled.get(&input.key) {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            if !value.is_null() && !value.is_object() && !value.is_array() {
                sent.add(&input.key, text);
            }
        }
    }
    assessment_page(&app, &who, &asked, &sent, &[]).await
}

/// The fields of the record that the reader may read.
fn cut(app: &App, who: &SignedIn, asked: &Asked<'_>, record: Record) -> Facts {
    let reads = app.engine().reads_at(who.actor(), asked.register, &record.place);
    let mut facts = record.facts;
    facts.retain(|name, _| asked.register.field(name).is_some_and(|f| f.class <= reads));
    facts
}

async fn send(
    State(app): State<App>,
    who: SignedIn,
    Path((element, record)): Path<(String, Id)>,
    sent: Sent,
) -> Result<Response, Failure> {
    let asked = Asked::find(&app, &who, &element, record).await?;
    let mut given = Map::new();
    for input in &asked.inputs {
        let text = sent.one(&input.key).trim();
        let value = match (input.kind, text) {
            // An emptied input is not the record's value either.
            (_, "") => Json::Null,
            (InputKind::YesNo, text) => Json::Bool(text == "true"),
            (_, text) => Json::String(text.chars().take(LONGEST).collect()),
        };
        given.insert(input.key.clone(), value);
    }
    match app.engine().assess_with(who.actor(), &element, record, &given).await {
        Ok(_) => Ok(done(&who.visitor, &asked.here(), "assessment.kept")),
        Err(error) => {
            let problems = correctable(error)?;
            let shown = assessment_page(&app, &who, &asked, &sent, &problems).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, shown).into_response())
        }
    }
}

async fn assessment_page(
    app: &App,
    who: &SignedIn,
    asked: &Asked<'_>,
    sent: &Sent,
    problems: &[Problem],
) -> Result<Response, Failure> {
    let l = who.visitor.language;
    let results = app.engine().assessment_results(who.actor(), asked.element.name(), asked.record.id).await?;
    let heading = asked.element.title.in_language(l).to_owned();
    let mut f = frame(app, who, &heading);
    crumbs(app, &mut f, asked.register);
    f.crumbs.push(Crumb {
        title: asked.record.title.clone(),
        href: address(asked.register.name(), asked.record.id),
    });
    let mut about = asked.element.about.as_ref().map(|a| a.in_language(l).to_owned()).unwrap_or_default();
    if let Some(again) = asked.due {
        about = format!("{} {about}", due(again, l));
    }
    let mut tables: Vec<Table> = results.first().map(|last| derivation(last, l)).into_iter().collect();
    tables.push(history(&results, l));
    let forms = match asked.may {
        true => vec![(say(l, "assessment.inputs"), form(app, asked, sent, problems, l))],
        false => Vec::new(),
    };
    page(&TablePage { f, heading, about, actions: Vec::new(), bars: Vec::new(), tables, forms })
}

fn text<'a>(record: &'a Record, name: &str) -> &'a str {
    fact(&record.facts, name).as_text().unwrap_or_default()
}

/// A text of the outcome in the reader's language.
fn said(json: &Json, l: Language) -> String {
    let tag = if l == Language::Chinese { "zh" } else { "en" };
    json.get(tag).and_then(Json::as_str).unwrap_or_default().to_owned()
}

/// How the last result was reached.
fn derivation(last: &Record, l: Language) -> Table {
    let nothing = Json::Null;
    let outcome = match fact(&last.facts, "derivation") {
        Fact::Structure(outcome) => outcome,
        _ => &nothing,
    };
    let mut rows = Vec::new();
    let grade = outcome.get("grade_name").map(|name| said(name, l)).unwrap_or_default();
    rows.push(vec![Shown::text(say(l, "assessment.result")), Shown::text(grade)]);
    for input in outcome.get("inputs").and_then(Json::as_array).into_iter().flatten() {
        let title = input.get("title").map(|title| said(title, l)).unwrap_or_default();
        let value = input.get("value").map(ToString::to_string).unwrap_or_default();
        rows.push(vec![Shown::text(title), Shown::text(value.trim_matches('"'))]);
    }
    for (at, step) in outcome.get("derivation").and_then(Json::as_array).into_iter().flatten().enumerate() {
        let number = fill(l, "assessment.step", &[("number", &(at + 1).to_string())]);
        rows.push(vec![Shown::text(number), Shown::Long(said(step, l))]);
    }
    let source = outcome.get("source").map(|source| said(source, l)).unwrap_or_default();
    rows.push(vec![Shown::text(say(l, "assessment.source")), Shown::Long(source)]);
    Table {
        title: say(l, "assessment.derivation"),
        columns: ["packs.what", "packs.says"].map(|k| say(l, k)).to_vec(),
        rows,
        empty: String::new(),
        folded: false,
    }
}

fn history(results: &[Record], l: Language) -> Table {
    let day = |record: &Record, name: &str| {
        fact(&record.facts, name).as_day().map_or(Shown::Nothing, |day| Shown::Whole(day.to_string()))
    };
    let row = |one: &Record| {
        vec![
            Shown::Link { href: address(&one.register, one.id), text: one.code.clone() },
            day(one, "assessed_on"),
            Shown::text(text(one, "value")),
            Shown::text(text(one, "result")),
            day(one, "again_on"),
        ]
    };
    let columns =
        ["list.code", "assessment.on", "assessment.value", "assessment.result", "assessment.again_on"];
    Table {
        title: say(l, "assessment.history"),
        columns: columns.map(|k| say(l, k)).to_vec(),
        rows: results.iter().map(row).collect(),
        empty: say(l, "assessment.never"),
        folded: false,
    }
}

fn form(app: &App, asked: &Asked<'_>, sent: &Sent, problems: &[Problem], l: Language) -> Form {
    // A problem is told of the record's field where the input comes from one.
    let named = |input: &InputInfo| {
        let own = asked.element.inputs.get(&input.key).and_then(|value| asked.element.field_of(value));
        own.map_or_else(|| input.key.clone(), str::to_owned)
    };
    let field = |input: &InputInfo| {
        let name = named(input);
        let own = problems.iter().filter(|p| p.field == name || p.field == input.key);
        Field {
            name: input.key.clone(),
            label: input.title.in_language(l).to_owned(),
            help: String::new(),
            required: false,
            unit: String::new(),
            errors: own.map(|p| problem(l, p)).collect(),
            control: control(app, asked, input, sent.one(&input.key), l),
        }
    };
    let fields: Vec<Field> = asked.inputs.iter().map(field).collect();
    let known = |p: &&Problem| asked.inputs.iter().any(|i| p.field == i.key || p.field == named(i));
    Form {
        action: asked.here(),
        submit: say(l, "assessment.run"),
        problems: problems.iter().filter(|p| !known(p)).map(|p| problem(l, p)).collect(),
        groups: vec![FieldGroup { title: String::new(), fields }],
        ..Form::default()
    }
}

fn control(app: &App, asked: &Asked<'_>, input: &InputInfo, value: &str, l: Language) -> Control {
    let choice = |id: &str, title: String| Choice {
        id: id.to_owned(),
        title,
        chosen: id == value,
        ..Choice::default()
    };
    let line = |keyboard: &'static str, check: &'static str| Control::Line {
        value: value.to_owned(),
        keyboard,
        longest: LONGEST,
        check,
        least: String::new(),
        most: String::new(),
        autocomplete: "off",
    };
    match input.kind {
        InputKind::Step => {
            let step = |step: &calc::StepInfo| {
                let number = step.value.to_string();
                let title = format!("{number} · {}", step.meaning.in_language(l));
                choice(&number, title)
            };
            Control::Select(input.steps.iter().map(step).collect())
        }
        InputKind::YesNo => Control::Radios(vec![
            choice("true", engine::field::show::yes_or_no(true, l).to_owned()),
            choice("false", engine::field::show::yes_or_no(false, l).to_owned()),
        ]),
        InputKind::Whole => line("numeric", "integer"),
        InputKind::Decimal | InputKind::Signed => line("decimal", "decimal"),
        InputKind::Word | InputKind::Numbers | InputKind::Substances => {
            let of_choice = asked.field_of(&input.key).filter(|f| f.kind == FieldKind::Choice);
            match of_choice {
                Some(field) => {
                    let choices = app.model().choices_of(field).iter();
                    Control::Select(
                        choices.map(|c| choice(&c.id, c.title.in_language(l).to_owned())).collect(),
                    )
                }
                None => line("text", ""),
            }
        }
    }
}
