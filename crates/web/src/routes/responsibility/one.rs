//! GET /enterprises/{id}/responsibility: who is, was and will be responsible for one enterprise, what is wrong today,
//! and the forms that settle it.

use axum::extract::State;
use axum::response::Response;
use base::{Day, Id, Language, Problem};
use city::responsible::{Gap, ResponsibleBody};
use engine::record::Record;
use engine::responsibility::{Responsibility, STATE, body_of};
use judge::{Fact, Facts};
use plan::pack::{Field, Register};

use super::{duty_words, gap_words, registers};
use crate::app::App;
use crate::build::fields::Filling;
use crate::build::frame::{frame, page};
use crate::build::value::{Shower, address};
use crate::build::{given, list};
use crate::errors::Failure;
use crate::path::Path;
use crate::sent::Sent;
use crate::text::{fill, problem, say};
use crate::view::Action;
use crate::view::cell::Shown;
use crate::view::form::{Choice, Control, Field as FormField, FieldGroup, Form};
use crate::view::frame::{Crumb, Message, Tone};
use crate::view::table::{Table, TablePage};
use crate::visitor::SignedIn;

/// Fields of the form that names a body, in order.
const ASKED: [&str; 9] =
    ["duty", "matter", "department", "body", "level", "person", "post", "valid_from", "basis"];

/// The fields of that form, and whether each is required.
pub(super) fn asked<'a>(bodies: &'a Register, who: &SignedIn) -> Vec<(&'a Field, bool)> {
    let reads = who.actor().reads;
    let fields = ASKED.iter().filter_map(|name| bodies.field(name));
    fields.filter(|f| f.class <= reads).map(|f| (f, f.required)).collect()
}

pub(in crate::routes) async fn show(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<Id>,
) -> Result<Response, Failure> {
    registers(&app, &who)?;
    responsibility_page(&app, &who, id, None, &[]).await
}

/// The page; with what was typed and is wrong, when it is shown again.
pub(super) async fn responsibility_page(
    app: &App,
    who: &SignedIn,
    id: Id,
    sent: Option<&Sent>,
    problems: &[Problem],
) -> Result<Response, Failure> {
    let (l, engine, model) = (who.visitor.language, app.engine(), app.model());
    let (enterprises, bodies) = registers(app, who)?;
    let found = engine.responsibility(who.actor(), id).await?;
    let keeps = engine.may_keep(who.actor(), bodies, &found.enterprise.place).is_ok();
    let firm = found.enterprise.title.clone();
    let mut f = frame(app, who, &firm);
    f.crumbs.push(Crumb { title: say(l, "area.enterprises"), href: "/enterprises".into() });
    f.crumbs.push(Crumb { title: firm.clone(), href: format!("/enterprises/{id}") });
    let heading = format!("{} · {firm}", say(l, "responsibility.bodies"));
    let mut forms = Vec::new();
    if keeps {
        forms.push((say(l, "responsibility.settle"), form(app, who, bodies, &found, sent, problems).await?));
        forms.extend(ending(app, bodies, &found, l));
    }
    f.live = forms.iter().any(|(_, form)| form.is_live());
    let file = Action {
        label: say(l, "record.file"),
        href: format!("/enterprises/{id}"),
        icon: "building-factory-2",
        main: false,
    };
    let wrong = found.gaps.iter().map(|gap| gap_words(model, bodies, gap, l));
    f.messages.extend(wrong.map(|text| Message { tone: Tone::Wrong, text }));
    page(&TablePage {
        heading,
        about: about(enterprises, &found, l),
        actions: vec![file],
        bars: Vec::new(),
        tables: vec![table(app, bodies, &found, l)],
        forms,
        f,
    })
}

fn about(enterprises: &Register, found: &Responsibility, l: Language) -> String {
    let state = found.enterprise.facts.get(STATE).and_then(Fact::as_text).unwrap_or_default();
    match state {
        _ if enterprises.field(STATE).is_none() => String::new(),
        "not_needed" => say(l, "responsibility.not_needed"),
        _ if found.gaps.is_empty() => say(l, "responsibility.clear"),
        _ => String::new(),
    }
}

/// Whether a body holds today, in a word.
fn holding(body: &ResponsibleBody, today: Day, l: Language) -> Shown {
    let (key, kind) = if body.holds_on(today) {
        ("responsibility.holds", "open")
    } else if body.from > today && body.until.is_none_or(|until| until >= body.from) {
        ("responsibility.to_come", "void")
    } else {
        ("responsibility.ended", "closed")
    };
    Shown::State { word: say(l, key), kind }
}

fn table(app: &App, bodies: &Register, found: &Responsibility, l: Language) -> Table {
    const COLUMNS: [&str; 7] = ["body", "duty", "level", "valid_from", "valid_until", "claim", "basis"];
    let (engine, model) = (app.engine(), app.model());
    let titles = engine::field::show::Titles::new();
    let shower = Shower { model, language: l, titles: &titles, links: true, files: None };
    let row = |record: &Record| {
        let body = body_of(record)?;
        let mut cells: Vec<Shown> = COLUMNS
            .iter()
            .map(|name| match *name {
                "duty" => Shown::text(duty_words(model, bodies, body.duty, &body.matter, l)),
                "body" => Shown::Link { href: address(bodies.name(), record.id), text: body.body.clone() },
                name => list::cell(engine, bodies, record, name, &shower),
            })
            .collect();
        cells.insert(1, holding(&body, engine.today(), l));
        Some(cells)
    };
    let mut columns: Vec<String> = COLUMNS.iter().map(|name| list::label(bodies, name, l)).collect();
    columns.insert(1, say(l, "system.state"));
    Table {
        title: say(l, "responsibility.bodies"),
        columns,
        rows: found.bodies.iter().filter_map(row).collect(),
        empty: say(l, "responsibility.none"),
        folded: false,
    }
}

/// The form that names a body from a day on; it begins with what is missing.
async fn form(
    app: &App,
    who: &SignedIn,
    bodies: &Register,
    found: &Responsibility,
    sent: Option<&Sent>,
    problems: &[Problem],
) -> Result<Form, Failure> {
    let l = who.visitor.language;
    let fields = asked(bodies, who);
    let mut facts = beginning(found, app.engine().today());
    if let Some(sent) = sent {
        facts = given::facts(app.model(), fields.iter().map(|(f, _)| *f), sent).0;
    }
    let titles = app.engine().titles(bodies, std::iter::once(&facts)).await?;
    let files = |hash: &str| hash.to_owned();
    let filling = Filling {
        model: app.model(),
        today: app.engine().today(),
        register: bodies,
        language: l,
        facts: &facts,
        sent,
        problems,
        titles: &titles,
        files: &files,
        known: &engine::file::Attachments::new(),
    };
    let own = |p: &&Problem| !fields.iter().any(|(f, _)| f.name() == p.field);
    let groups = filling.groups(fields.iter().copied());
    Ok(Form {
        action: format!("/enterprises/{}/responsibility", found.enterprise.id),
        submit: say(l, "responsibility.settle"),
        key: sent.map_or_else(|| app.new_operation(), |s| s.one("_key").to_owned()),
        problems: problems.iter().filter(own).map(|p| problem(l, p)).collect(),
        groups: groups
            .into_iter()
            .map(|group| FieldGroup { title: say(l, "responsibility.settle_about"), ..group })
            .collect(),
        ..Form::default()
    })
}

/// What the form begins with: the first duty that is missing or disputed, at the level of the county, from today.
fn beginning(found: &Responsibility, today: Day) -> Facts {
    let text = |value: &str| Fact::Text(value.to_owned());
    let mut facts = Facts::from([("valid_from".to_owned(), Fact::Day(today))]);
    facts.insert("level", text("county"));
    let first = found.gaps.first().map(|gap| match gap {
        Gap::Unowned(duty) => (*duty, ""),
        Gap::Disputed { duty, matter, .. } => (*duty, matter.as_str()),
    });
    if let Some((duty, matter)) = first {
        facts.insert("duty", text(duty.name()));
        if !matter.is_empty() {
            facts.insert("matter", text(matter));
        }
    }
    facts
}

/// The form that ends one of the bodies that still hold; each choice carries the version that was seen.
fn ending(app: &App, bodies: &Register, found: &Responsibility, l: Language) -> Option<(String, Form)> {
    let today = app.engine().today();
    let one = |record: &Record| {
        let body = body_of(record).filter(|b| b.until.is_none_or(|until| until >= today))?;
        let duty = duty_words(app.model(), bodies, body.duty, &body.matter, l);
        let title = fill(l, "responsibility.body_of", &[("body", &body.body), ("duty", &duty)]);
        Some(Choice { id: format!("{}.{}", record.id, record.version), title, ..Choice::default() })
    };
    let choices: Vec<Choice> = found.bodies.iter().filter_map(one).collect();
    if choices.is_empty() {
        return None;
    }
    let field = |name: &str, key: &str, control: Control| FormField {
        name: name.into(),
        label: say(l, key),
        help: String::new(),
        required: true,
        unit: String::new(),
        errors: Vec::new(),
        control,
    };
    let fields = vec![
        field("row", "responsibility.body", Control::Select(choices)),
        field("valid_until", "responsibility.end_day", Control::Day { value: today.to_string() }),
    ];
    let form = Form {
        action: format!("/enterprises/{}/responsibility/end", found.enterprise.id),
        submit: say(l, "responsibility.end"),
        groups: vec![FieldGroup { title: String::new(), fields }],
        ..Form::default()
    };
    Some((say(l, "responsibility.end"), form))
}
