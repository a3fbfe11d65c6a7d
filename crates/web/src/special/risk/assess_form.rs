//! The assessment form: the factor, the method with its inputs and their meaning, who controls it, measures of the
//! five kinds.

use askama::Template;
use base::{Day, Language, Problem};
use calc::MethodInfo;
use engine::file::Attachments;
use engine::record::Record;
use engine::record::list::ListRequest;
use plan::pack::{Field, Register, Shape};

use super::METHODS;
use super::assess_start::{as_sent, asked, starting};
use super::preview::{ResultPart, result};
use crate::app::App;
use crate::build::fields::{Filling, choice};
use crate::build::frame::frame;
use crate::errors::Failure;
use crate::sent::Sent;
use crate::special::text::Words;
use crate::special::{facts, links};
use crate::text::{problem, say};
use crate::view::form::{Choice, FieldGroup, Form};
use crate::view::frame::{Crumb, Frame};
use crate::visitor::SignedIn;

/// Fields of the factor itself, in the order of the form.
const ABOUT: [&str; 9] = [
    "name",
    "factor_kind",
    "accident_types",
    "consequence",
    "material",
    "quantity",
    "equipment",
    "process",
    "exposed",
];
/// Fields of the assessment beside method and inputs.
const ASSESSED: [&str; 3] = ["assessed_on", "assessed_by", "reason"];
/// Fields of its control.
const CONTROL: [&str; 5] =
    ["control_level", "responsible_unit", "responsible_person", "joint_control", "emergency"];

/// What the form is about.
pub(super) struct Subject {
    /// The risk point; None while none is chosen.
    pub(super) point: Option<Record>,
    /// The factor; None for a new one.
    pub(super) factor: Option<Record>,
}

/// An input of a method.
struct Input {
    name: String,
    symbol: String,
    title: String,
    steps: Vec<Choice>,
    error: String,
}

/// A method.
struct Method {
    id: &'static str,
    title: String,
    chosen: bool,
    inputs: Vec<Input>,
    source: String,
}

/// Measures of one kind.
struct Measures {
    name: String,
    title: String,
    typed: String,
    kept: Vec<(String, String, String)>,
}

#[derive(Template)]
#[template(path = "special/assess.html")]
pub(super) struct AssessPage {
    f: Frame,
    w: Words,
    heading: String,
    about: String,
    point: String,
    points: Vec<Choice>,
    form: Form,
    before: FieldGroup,
    methods: Vec<Method>,
    assessed: FieldGroup,
    result: ResultPart,
    after: FieldGroup,
    measures: Vec<Measures>,
    again: bool,
    asked: String,
}

/// Fields of the register that the form has inputs for, apart from method and inputs.
pub(super) fn typed_fields(register: &Register) -> impl Iterator<Item = &Field> {
    let names = ABOUT.into_iter().chain(ASSESSED).chain(CONTROL);
    names.filter_map(|name| register.field(name))
}

/// Builds the page, filled with what was sent, or with what the factor holds.
pub(super) async fn build(
    app: &App,
    who: &SignedIn,
    subject: &Subject,
    sent: Option<&Sent>,
    problems: &[Problem],
) -> Result<AssessPage, Failure> {
    let w = Words(who.visitor.language);
    let register = facts::shaped(app, Shape::RiskFactor)?;
    let asked = asked(app, who, subject).await?;
    let starting = starting(app, who, subject, asked.as_ref());
    let titles = app.engine().titles(register, std::iter::once(&starting)).await?;
    let points = if subject.point.is_none() { points(app, who).await? } else { Vec::new() };
    let measures = measures(app, who, w, subject, sent).await?;
    let files = |hash: &str| hash.to_owned();
    let filling = Filling {
        model: app.model(),
        today: app.engine().today(),
        register,
        language: w.0,
        facts: &starting,
        sent,
        problems,
        titles: &titles,
        files: &files,
        known: &Attachments::new(),
    };
    let group = |names: &[&str], title: String| {
        let fields = names
            .iter()
            .filter_map(|name| register.field(name))
            .map(|f| (f, f.required || f.name() == "assessed_on"));
        FieldGroup { title, fields: filling.groups(fields).into_iter().flat_map(|g| g.fields).collect() }
    };
    let shown = sent.cloned().unwrap_or_else(|| as_sent(&starting));
    let on = Day::parse(shown.one("assessed_on")).unwrap_or_else(|| app.engine().today());
    let heading = if subject.factor.is_some() { w.t("risks.assess") } else { w.t("risks.assess_new") };
    let address = address(subject);
    let mut f = frame(app, who, &heading);
    f.live = true;
    f.crumbs.push(Crumb { title: say(w.0, "area.risk"), href: "/risk".to_owned() });
    let form = Form {
        action: address,
        submit: say(w.0, "form.save"),
        cancel: cancel(register, subject),
        key: app.new_operation(),
        version: subject.factor.as_ref().map(|r| r.version.to_string()).unwrap_or_default(),
        problems: whole(w.0, problems),
        groups: Vec::new(),
        ..Form::default()
    };
    Ok(AssessPage {
        heading,
        about: subject.factor.as_ref().map(|r| r.title.clone()).unwrap_or_default(),
        point: subject.point.as_ref().map(|p| p.title.clone()).unwrap_or_default(),
        points,
        before: group(&ABOUT, w.t("risks.factor")),
        methods: METHODS.into_iter().filter_map(|m| method(w, m, on, &shown, problems)).collect(),
        assessed: group(&ASSESSED, String::new()),
        result: result(w, shown.one("method"), &shown, on),
        after: group(&CONTROL, w.t("risks.control")),
        measures,
        again: subject.factor.is_some(),
        asked: asked.map(|case| facts::text(&case, "what").to_owned()).unwrap_or_default(),
        f,
        w,
        form,
    })
}

fn address(subject: &Subject) -> String {
    match (&subject.factor, &subject.point) {
        (Some(factor), _) => format!("/risk/factors/{}/assess", factor.id),
        (None, Some(point)) => {
            format!("/risk/factors/new?{}", links::query(&[("risk_point", &point.id.to_string())]))
        }
        (None, None) => "/risk/factors/new".to_owned(),
    }
}

fn cancel(register: &Register, subject: &Subject) -> String {
    subject
        .factor
        .as_ref()
        .map_or_else(|| "/risk".to_owned(), |factor| links::record(register.name(), factor.id))
}

/// Problems that no input of the form shows beside itself.
fn whole(l: Language, problems: &[Problem]) -> Vec<String> {
    let beside = |p: &&Problem| {
        p.field.starts_with("inputs.")
            || ABOUT.iter().chain(&ASSESSED).chain(&CONTROL).any(|name| *name == p.field)
    };
    let mut found: Vec<String> = problems.iter().filter(|p| !beside(p)).map(|p| problem(l, p)).collect();
    if found.is_empty() && !problems.is_empty() {
        found.push(say(l, "form.please_mend"));
    }
    found
}

fn method(w: Words, id: &'static str, on: Day, sent: &Sent, problems: &[Problem]) -> Option<Method> {
    let info: MethodInfo = calc::method_on(id, on).ok()?;
    let chosen = sent.one("method") == id;
    let input = |input: &calc::InputInfo| {
        let name = format!("in.{id}.{}", input.key);
        let field = format!("inputs.{}", input.key);
        let own = problems.iter().filter(|p| chosen && p.field == field).map(|p| problem(w.0, p));
        let step = |step: &calc::StepInfo| Choice {
            id: step.value.to_string(),
            title: step.value.to_string(),
            help: step.meaning.in_language(w.0).to_owned(),
            chosen: chosen && same_number(sent.one(&name), &step.value.to_string()),
            ..Choice::default()
        };
        Input {
            symbol: input.symbol.clone(),
            title: input.title.in_language(w.0).to_owned(),
            steps: input.steps.iter().map(step).collect(),
            error: own.collect::<Vec<_>>().join(" "),
            name: name.clone(),
        }
    };
    Some(Method {
        id,
        title: info.title.in_language(w.0).to_owned(),
        chosen,
        inputs: info.inputs.iter().map(input).collect(),
        source: info.source.in_language(w.0).to_owned(),
    })
}

/// `6`, `6.0` and `6.00` are the same step.
fn same_number(a: &str, b: &str) -> bool {
    let read = |text: &str| calc::Number::parse(text);
    read(a).is_some() && read(a) == read(b)
}

/// Risk points to choose from where the address names none.
async fn points(app: &App, who: &SignedIn) -> Result<Vec<Choice>, Failure> {
    let points = facts::shaped(app, Shape::RiskPoint)?;
    let request = ListRequest { limit: 300, ..ListRequest::default() };
    let found = app.engine().list(who.actor(), points.name(), &request).await?;
    let one = |r: Record| Choice {
        id: r.id.to_string(),
        title: format!("{} {}", r.title, r.code),
        ..Choice::default()
    };
    Ok(found.records.into_iter().map(one).collect())
}

async fn measures(
    app: &App,
    who: &SignedIn,
    w: Words,
    subject: &Subject,
    sent: Option<&Sent>,
) -> Result<Vec<Measures>, Failure> {
    let register = facts::shaped(app, Shape::Measure)?;
    let kept = match &subject.factor {
        Some(factor) => {
            facts::all(app, who.actor(), register.name(), vec![facts::of("factor", factor.id)]).await?
        }
        None => Vec::new(),
    };
    let kinds = facts::choices(app.model(), register, "kind");
    let one = |kind: &plan::pack::Choice| {
        let name = format!("measure.{}", kind.id);
        let of_kind = kept.iter().filter(|m| facts::text(m, "kind") == kind.id);
        let line = |m: &Record| {
            let item = format!("/risk/measures/{}/check-item", m.id);
            (facts::text(m, "content").to_owned(), links::record(register.name(), m.id), item)
        };
        Measures {
            title: choice(kind, w.0, &[]).title,
            typed: sent.map(|s| s.one(&name).to_owned()).unwrap_or_default(),
            kept: of_kind.map(line).collect(),
            name,
        }
    };
    Ok(kinds.iter().map(one).collect())
}
