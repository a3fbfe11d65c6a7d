//! Duties for other programs: the same typed calls as the pages.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use base::{Id, Problems};
use engine::duty::read::{Line, Standing, Tally};
use engine::duty::rows::{Bound, Stored};
use engine::record::write::Sending;
use judge::Facts;
use judge::duty::Instance;
use plan::pack::Duty;
use serde_json::{Map, Value, json};

use super::domain;
use super::list::{in_part, month};
use super::one::wish;
use crate::api::{Body, answer, parsed};
use crate::app::App;
use crate::build::address::Wanted;
use crate::errors::Failure;
use crate::path::Path;
use crate::visitor::SignedIn;

/// Rows of one page at most.
const MOST: u32 = 500;

fn head(app: &App, duty: &Duty, standing: &Standing) -> Value {
    json!({
        "id": duty.name(),
        "title": { "zh": duty.title.zh, "en": duty.title.en },
        "clauses": duty.clauses,
        "subjects": duty.subjects().collect::<Vec<_>>(),
        "from": app.model().duty_from(duty).to_string(),
        "proof": duty.record(),
        "bound": standing.bound,
        "overdue": standing.overdue,
        "due": standing.due,
    })
}

fn subject_of(subject: &Bound) -> Value {
    json!({ "kind": subject.kind, "id": subject.id, "code": subject.code, "title": subject.title, "county": subject.place.county })
}

fn instance(one: &Instance) -> Value {
    json!({ "period": one.code, "first": one.first.to_string(), "last": one.last.to_string(), "due": one.due.to_string() })
}

fn tally(one: Tally) -> Value {
    json!({
        "owed": one.owed, "fulfilled": one.fulfilled(), "due": one.due, "overdue": one.overdue,
        "fulfilled_late": one.fulfilled_late, "excused": one.excused, "not_applicable": one.not_applicable,
    })
}

fn stored(row: &Stored) -> Value {
    json!({
        "period": row.period, "due": row.due.to_string(), "state": row.state.word(), "reason": row.reason,
        "done": row.done.map(|day| day.to_string()),
    })
}

fn line(line: &Line) -> Value {
    json!({
        "subject": subject_of(&line.subject),
        "period": line.period,
        "due": line.due.map(|day| day.to_string()),
        "state": line.state.map(judge::duty::State::word),
        "reason": line.reason,
    })
}

/// GET /api/v1/duties: `part` and `month` as on the page.
pub(super) async fn all(
    State(app): State<App>,
    who: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    domain(&app, &who)?;
    let wanted = Wanted::read(query.as_deref());
    let (first, last) = month(&wanted, app.engine().today())?;
    let standing = app.engine().duties_standing(who.actor()).await?;
    let none = Standing::default();
    let shown = || app.model().duties.values().filter(|d| in_part(d, wanted.one("part")));
    let duties = shown().map(|d| head(&app, d, standing.get(d.name()).unwrap_or(&none)));
    let calendar = app.engine().duty_calendar(who.actor(), first, last).await?;
    let calendar = calendar
        .iter()
        .filter(|f| shown().any(|d| d.name() == f.duty))
        .map(|f| json!({ "duty": f.duty, "instance": instance(&f.instance) }));
    Ok(answer(&json!({
        "duties": duties.collect::<Vec<_>>(),
        "calendar": calendar.collect::<Vec<_>>(),
    })))
}

/// GET /api/v1/duty-work.
pub(super) async fn work(State(app): State<App>, who: SignedIn) -> Result<Response, Failure> {
    let tasks = app.engine().duty_work(who.actor()).await?;
    let task = |t: &engine::duty::work::DutyTask| json!({ "duty": t.duty, "subject": subject_of(&t.subject), "period": t.period, "due": t.due.to_string(), "state": t.state.word() });
    let watched = app.engine().duty_watch(who.actor()).await?;
    let watched =
        watched.iter().map(|w| json!({ "duty": w.duty, "late": w.late, "since": w.since.to_string() }));
    Ok(answer(&json!({
        "duties": tasks.iter().map(task).collect::<Vec<_>>(),
        "watched": watched.collect::<Vec<_>>(),
    })))
}

/// GET /api/v1/duties/{duty}.
pub(super) async fn one(
    State(app): State<App>,
    who: SignedIn,
    Path(name): Path<String>,
) -> Result<Response, Failure> {
    domain(&app, &who)?;
    let engine = app.engine();
    let duty = engine.duty(&name)?;
    let standing = engine.duties_standing(who.actor()).await?.remove(&name).unwrap_or_default();
    let periods = engine.duty_periods(who.actor(), duty).await?;
    let periods = periods.iter().map(|p| {
        let counties: Map<String, Value> = p.counties.iter().map(|(c, t)| (c.clone(), tally(*t))).collect();
        json!({ "period": p.period, "total": tally(p.total()), "counties": counties })
    });
    let now = engine.duty_now(who.actor(), duty).await?.map(|(one, counties)| {
        let counties: Map<String, Value> = counties
            .into_iter()
            .map(|(c, (owe, done))| (c, json!({ "owed": owe, "fulfilled": done })))
            .collect();
        json!({ "instance": instance(&one), "counties": counties })
    });
    Ok(answer(&json!({
        "duty": head(&app, duty, &standing),
        "now": now,
        "periods": periods.collect::<Vec<_>>(),
    })))
}

/// GET /api/v1/duties/{duty}/subjects: `period`, `state`, `county`, `after`, `limit`.
pub(super) async fn subjects(
    State(app): State<App>,
    who: SignedIn,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    domain(&app, &who)?;
    let duty = app.engine().duty(&name)?;
    let wanted = Wanted::read(query.as_deref());
    let limit = wanted.one("limit").parse().unwrap_or(50_u32).clamp(1, MOST);
    let after: Option<Id> = wanted.one("after").parse().ok();
    let lines = app.engine().duty_lines(who.actor(), duty, &wish(&wanted), after, limit).await?;
    let next = lines.last().filter(|_| lines.len() >= limit as usize).map(|l| l.key);
    Ok(answer(&json!({ "subjects": lines.iter().map(line).collect::<Vec<_>>(), "next": next })))
}

/// GET /api/v1/duties/{duty}/{id}.
pub(super) async fn subject(
    State(app): State<App>,
    who: SignedIn,
    Path((name, id)): Path<(String, Id)>,
) -> Result<Response, Failure> {
    let duty = app.engine().duty(&name)?;
    let span = app.engine().duty_span(who.actor(), &name, id).await?;
    let history = app.engine().duty_history(who.actor(), duty, id).await?;
    Ok(answer(&json!({
        "subject": subject_of(&span.subject),
        "from": span.from.to_string(),
        "until": span.until.map(|day| day.to_string()),
        "instances": history.iter().map(stored).collect::<Vec<_>>(),
    })))
}

/// POST /api/v1/duties/{duty}/{id}/{period}: `{ "fields": { ... }, "key": "..." }`.
pub(super) async fn hand_in(
    State(app): State<App>,
    who: SignedIn,
    Path((name, id, period)): Path<(String, Id, String)>,
    body: Body,
) -> Result<Response, Failure> {
    let duty = app.engine().duty(&name)?;
    app.engine().duty_span(who.actor(), &name, id).await?;
    let fields = duty.form_fields();
    let (mut facts, mut problems) = (Facts::new(), Problems::default());
    let empty = Map::new();
    for (key, value) in body.0.get("fields").and_then(Value::as_object).unwrap_or(&empty) {
        match parsed(app.model(), fields.iter().find(|f| f.name() == key.as_str()), key, value) {
            Ok(fact) => {
                facts.insert(key.clone(), fact);
            }
            Err(problem) => problems.push(problem),
        }
    }
    problems.or(())?;
    let sending = Sending { key: body.text("key").to_owned() };
    let made = app.engine().hand_in(who.actor(), &name, id, &period, &facts, &sending).await?;
    Ok(answer(&json!({ "id": made })))
}

/// POST /api/v1/duties/{duty}/{id}/{period}/excuse: `{ "reason": "..." }`.
pub(super) async fn excuse(
    State(app): State<App>,
    who: SignedIn,
    Path((name, id, period)): Path<(String, Id, String)>,
    body: Body,
) -> Result<Response, Failure> {
    app.engine().excuse_duty(who.actor(), &name, id, &period, body.text("reason")).await?;
    Ok(answer(&json!({ "excused": id })))
}
