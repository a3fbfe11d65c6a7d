//! GET and POST /risk/measures/{id}/check-item: a measure becomes something that is looked at again and again. The form
//! is filled with what the measure already says.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use base::{Problem, Problems};
use engine::file::Attachments;
use engine::record::Record;
use engine::record::write::Sending;
use judge::{Fact, Facts};
use plan::pack::{Field, Register, Shape};

use crate::app::App;
use crate::build::fields::Filling;
use crate::build::frame::{done, frame, page as answer};
use crate::build::{chips, given};
use crate::errors::Failure;
use crate::path::Path;
use crate::sent::Sent;
use crate::special::text::Words;
use crate::special::{facts, links};
use crate::text::{problem, say};
use crate::view::form::{Form, FormPage};
use crate::view::frame::Crumb;
use crate::visitor::SignedIn;

/// Fields of the form; enterprise, measure and risk point follow from the measure.
const FIELDS: [&str; 9] = [
    "what",
    "standard",
    "method",
    "unit",
    "level",
    "frequency",
    "responsible_person",
    "photo_needed",
    "hazard_level",
];
/// Longest `what` of an item.
const WHAT: usize = 200;

/// The form.
pub(in crate::special) async fn page(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let (measure, begin) = begin(&app, &who, &id).await?;
    form(&app, &who, &measure, &begin, None, &[]).await
}

/// Creates the item.
pub(in crate::special) async fn save(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<Response, Failure> {
    let (measure, begin) = begin(&app, &who, &id).await?;
    let items = facts::shaped(&app, Shape::CheckItem)?;
    let (typed, problems) = given::facts(app.model(), fields(items), &sent);
    if !problems.is_empty() {
        return again(&app, &who, &measure, &begin, &sent, problems).await;
    }
    let mut facts: Facts = begin.clone();
    facts.extend(typed);
    let sending = Sending { key: sent.one("_key").to_owned() };
    match app.engine().create(who.actor(), items.name(), &facts, &sending).await {
        Ok(item) => Ok(done(&who.visitor, &links::record(items.name(), item), "record.added")),
        Err(engine::EngineError::Invalid(problems)) => {
            again(&app, &who, &measure, &begin, &sent, problems).await
        }
        Err(other) => Err(other.into()),
    }
}

async fn again(
    app: &App,
    who: &SignedIn,
    measure: &Record,
    begin: &Facts,
    sent: &Sent,
    problems: Problems,
) -> Result<Response, Failure> {
    let shown = form(app, who, measure, begin, Some(sent), &problems.0).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, shown).into_response())
}

fn fields(items: &Register) -> impl Iterator<Item = &Field> {
    FIELDS.into_iter().filter_map(|name| items.field(name))
}

/// The measure, and what an item made of it begins with.
async fn begin(app: &App, who: &SignedIn, id: &str) -> Result<(Record, Facts), Failure> {
    let engine = app.engine();
    let measures = facts::shaped(app, Shape::Measure)?.name();
    let measure = engine.record(who.actor(), measures, facts::id(id)?).await?;
    let items = facts::shaped(app, Shape::CheckItem)?;
    engine.may_keep(who.actor(), items, &measure.place)?;
    let mut begin = Facts::from([("measure".to_owned(), Fact::Reference(measure.id))]);
    let mut put = |name: &str, value: Option<Fact>| {
        if let Some(value) = value.filter(|v| !v.is_empty() && items.field(name).is_some()) {
            begin.insert(name.to_owned(), value);
        }
    };
    let content = facts::text(&measure, "content");
    put("what", Some(Fact::Text(content.chars().take(WHAT).collect())));
    put("standard", Some(Fact::Text(content.to_owned())));
    put("enterprise", measure.facts.get("enterprise").cloned());
    put("level", measure.facts.get("level").cloned());
    put("responsible_person", measure.facts.get("responsible_person").cloned());
    put("frequency", Some(Fact::Text("day".to_owned())));
    let factor = match facts::reference(&measure, "factor") {
        Some(factor) => {
            engine.record(who.actor(), facts::shaped(app, Shape::RiskFactor)?.name(), factor).await.ok()
        }
        None => None,
    };
    let point = match factor.as_ref().and_then(|f| facts::reference(f, "risk_point")) {
        Some(point) => {
            engine.record(who.actor(), facts::shaped(app, Shape::RiskPoint)?.name(), point).await.ok()
        }
        None => None,
    };
    if let Some(factor) = &factor {
        put("level", factor.facts.get("control_level").cloned());
    }
    if let Some(point) = &point {
        put("risk_point", Some(Fact::Reference(point.id)));
        put("unit", point.facts.get("unit").cloned());
    }
    Ok((measure, begin))
}

async fn form(
    app: &App,
    who: &SignedIn,
    measure: &Record,
    begin: &Facts,
    sent: Option<&Sent>,
    problems: &[Problem],
) -> Result<Response, Failure> {
    let w = Words(who.visitor.language);
    let items = facts::shaped(app, Shape::CheckItem)?;
    let titles = app.engine().titles(items, std::iter::once(begin)).await?;
    let files = |hash: &str| hash.to_owned();
    let filling = Filling {
        model: app.model(),
        today: app.engine().today(),
        register: items,
        language: w.0,
        facts: begin,
        sent,
        problems,
        titles: &titles,
        files: &files,
        known: &Attachments::new(),
    };
    let heading = w.t("risks.make_item");
    let mut f = frame(app, who, &heading);
    f.live = true;
    f.crumbs.push(Crumb { title: say(w.0, "area.risk"), href: "/risk".to_owned() });
    f.crumbs.push(Crumb { title: measure.title.clone(), href: links::record(&measure.register, measure.id) });
    let whole = problems.iter().filter(|p| !FIELDS.contains(&p.field.as_str()));
    let form = Form {
        action: format!("/risk/measures/{}/check-item", measure.id),
        submit: w.t("risks.make_item_send"),
        cancel: links::record(&measure.register, measure.id),
        key: app.new_operation(),
        problems: whole.map(|p| problem(w.0, p)).collect(),
        groups: filling.groups(fields(items).map(|field| (field, field.required))),
        ..Form::default()
    };
    let about = w.t("risks.make_item_about");
    answer(&FormPage {
        f,
        heading,
        about,
        clauses: chips(app.model(), w.0, &items.clauses),
        others: Vec::new(),
        form,
    })
}
