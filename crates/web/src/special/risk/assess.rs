//! GET and POST /risk/factors/new?risk_point= and /risk/factors/{id}/assess: a factor is assessed by a method. The
//! engine computes value and grade and moves the risk point and the enterprise along.

use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use base::{Day, Problem, Problems};
use engine::field::parse::parse;
use engine::record::together::Part;
use engine::record::write::Sending;
use judge::fact::fact;
use judge::{Fact, Facts};
use plan::pack::Shape;

use super::assess_form::{Subject, build, typed_fields};
use super::{METHODS, inputs_of};
use crate::app::App;
use crate::build::address::Wanted;
use crate::build::frame::{done, page as answer};
use crate::build::given;
use crate::errors::Failure;
use crate::path::Path;
use crate::sent::Sent;
use crate::special::{facts, links};
use crate::visitor::SignedIn;

/// Measures that one form adds at most.
const MOST_MEASURES: usize = 50;

/// The form of a new factor.
pub(in crate::special) async fn page_new(
    State(app): State<App>,
    who: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let subject = new_subject(&app, &who, Wanted::read(query.as_deref()).one("risk_point")).await?;
    answer(&build(&app, &who, &subject, None, &[]).await?)
}

/// Creates the factor and its measures.
pub(in crate::special) async fn save_new(
    State(app): State<App>,
    who: SignedIn,
    RawQuery(query): RawQuery,
    sent: Sent,
) -> Result<Response, Failure> {
    let wanted = Wanted::read(query.as_deref());
    let named =
        if wanted.one("risk_point").is_empty() { sent.one("risk_point") } else { wanted.one("risk_point") };
    let subject = new_subject(&app, &who, named).await?;
    let Some(point) = &subject.point else {
        return again(&app, &who, &subject, &sent, Problem::of("risk_point", "field.required").into()).await;
    };
    let (mut given, mut problems) = read(&app, &sent)?;
    given.insert("risk_point".to_owned(), Fact::Reference(point.id));
    given.insert(
        "enterprise".to_owned(),
        facts::reference(point, "enterprise").map_or(Fact::Empty, Fact::Reference),
    );
    let parts = measures(&app, &given, &sent, &mut problems)?;
    if !problems.is_empty() {
        return again(&app, &who, &subject, &sent, problems).await;
    }
    let factors = facts::shaped(&app, Shape::RiskFactor)?.name();
    let sending = Sending { key: sent.one("_key").to_owned() };
    match app.engine().create_with(who.actor(), factors, &given, &parts, &sending).await {
        Ok(id) => Ok(done(&who.visitor, &links::record(factors, id), "record.added")),
        Err(engine::EngineError::Invalid(problems)) => again(&app, &who, &subject, &sent, problems).await,
        Err(other) => Err(other.into()),
    }
}

/// The form of a factor that is assessed again.
pub(in crate::special) async fn page(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let subject = old_subject(&app, &who, &id).await?;
    answer(&build(&app, &who, &subject, None, &[]).await?)
}

/// Changes the factor and adds measures.
pub(in crate::special) async fn save(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<Response, Failure> {
    let subject = old_subject(&app, &who, &id).await?;
    let Some(factor) = &subject.factor else { return Err(Failure::NotFound) };
    let (given, mut problems) = read(&app, &sent)?;
    let mut after = factor.facts.clone();
    after.extend(given.clone());
    let parts = measures(&app, &after, &sent, &mut problems)?;
    if !problems.is_empty() {
        return again(&app, &who, &subject, &sent, problems).await;
    }
    let version: i64 = sent.one("_version").parse().unwrap_or(0);
    match app.engine().update_with(who.actor(), &factor.register, factor.id, version, &given, &parts).await {
        Ok(()) => Ok(done(&who.visitor, &links::record(&factor.register, factor.id), "record.saved")),
        Err(engine::EngineError::Invalid(problems)) => again(&app, &who, &subject, &sent, problems).await,
        Err(other) => Err(other.into()),
    }
}

/// The form once more, with what is wrong.
async fn again(
    app: &App,
    who: &SignedIn,
    subject: &Subject,
    sent: &Sent,
    problems: Problems,
) -> Result<Response, Failure> {
    let page = build(app, who, subject, Some(sent), &problems.0).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, answer(&page)?).into_response())
}

async fn new_subject(app: &App, who: &SignedIn, point: &str) -> Result<Subject, Failure> {
    let factors = facts::shaped(app, Shape::RiskFactor)?;
    let points = facts::shaped(app, Shape::RiskPoint)?.name();
    let point = if point.is_empty() {
        None
    } else {
        Some(app.engine().record(who.actor(), points, facts::id(point)?).await?)
    };
    match &point {
        Some(point) => app.engine().may_keep(who.actor(), factors, &point.place)?,
        // Nobody but an enterprise assesses; which of its points is still to be chosen.
        None if !who.actor().has_any(&factors.keeper) => return Err(Failure::NotFound),
        None => {}
    }
    Ok(Subject { point, factor: None })
}

async fn old_subject(app: &App, who: &SignedIn, id: &str) -> Result<Subject, Failure> {
    let factors = facts::shaped(app, Shape::RiskFactor)?;
    let points = facts::shaped(app, Shape::RiskPoint)?.name();
    let factor = app.engine().record(who.actor(), factors.name(), facts::id(id)?).await?;
    app.engine().may_keep(who.actor(), factors, &factor.place)?;
    let point = match facts::reference(&factor, "risk_point") {
        Some(point) => app.engine().record(who.actor(), points, point).await.ok(),
        None => None,
    };
    Ok(Subject { point, factor: Some(factor) })
}

/// The facts of the form with everything that is wrong by itself.
fn read(app: &App, sent: &Sent) -> Result<(Facts, Problems), Failure> {
    let register = facts::shaped(app, Shape::RiskFactor)?;
    let (mut given, mut problems) = given::facts(app.model(), typed_fields(register), sent);
    let method = sent.one("method");
    if !METHODS.contains(&method) {
        problems.push(Problem::of("method", "field.required"));
        return Ok((given, problems));
    }
    if fact(&given, "assessed_on").is_empty() {
        problems.push(Problem::of("assessed_on", "field.required"));
    }
    let on = Day::parse(sent.one("assessed_on")).unwrap_or_else(|| app.engine().today());
    let info = calc::method_on(method, on).map_err(Failure::from)?;
    let keys = info.inputs.iter().map(|input| input.key.clone());
    given.insert("method".to_owned(), Fact::Text(method.to_owned()));
    given.insert("inputs".to_owned(), Fact::Structure(inputs_of(method, sent, keys)));
    Ok((given, problems))
}

/// One measure a line, by kind; they are created together with the factor's change. `of` is the factor.
fn measures(app: &App, of: &Facts, sent: &Sent, problems: &mut Problems) -> Result<Vec<Part>, Failure> {
    let register = facts::shaped(app, Shape::Measure)?;
    let content = register.field("content").ok_or(Failure::NotFound)?;
    let mut parts = Vec::new();
    for kind in facts::choices(app.model(), register, "kind") {
        let field = format!("measure.{}", kind.id);
        for line in sent.one(&field).lines().map(str::trim).filter(|l| !l.is_empty()) {
            let words = match parse(content, app.model(), &[line.to_owned()]) {
                Ok(words) => words,
                Err(problem) => {
                    problems.push(Problem { field: field.clone(), ..problem });
                    continue;
                }
            };
            let mut given = Facts::from([
                ("kind".to_owned(), Fact::Text(kind.id.clone())),
                ("content".to_owned(), words),
            ]);
            for same in ["enterprise", "responsible_person"] {
                given.extend(of.get(same).map(|fact| (same.to_owned(), fact.clone())));
            }
            parts.push(Part {
                register: register.name().to_owned(),
                reference: "factor".to_owned(),
                facts: given,
            });
        }
    }
    if parts.len() > MOST_MEASURES {
        problems.push(Problem::new("risk.too_many_measures").with("most", MOST_MEASURES));
    }
    Ok(parts)
}
