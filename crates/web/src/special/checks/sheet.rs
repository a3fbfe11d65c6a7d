//! GET /checks/sheet?unit=: the check sheet on paper, for explosive zones where nobody may carry a phone. What is
//! ticked on it is entered later at /checks/enter.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use engine::check::TaskFilter;
use engine::record::Record;
use engine::record::list::Filter;
use judge::Fact;
use plan::pack::Shape;
use report::qr::Code;

use super::unit_of;
use crate::app::App;
use crate::build::address::Wanted;
use crate::build::frame::page as answer;
use crate::build::public_address::base_of;
use crate::errors::Failure;
use crate::special::facts;
use crate::special::text::Words;
use crate::view::frame::Frame;
use crate::visitor::SignedIn;

struct Line {
    code: String,
    what: String,
    standard: String,
    photo: bool,
}

#[derive(Template)]
#[template(path = "special/sheet.html")]
struct Sheet {
    f: Frame,
    w: Words,
    enterprise: String,
    unit: String,
    code: String,
    place: String,
    day: String,
    due: bool,
    lines: Vec<Line>,
    qr: String,
}

/// Shows the sheet with what is due; with everything in use where nothing is due now.
pub(in crate::special) async fn page(
    State(app): State<App>,
    who: SignedIn,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let wanted = Wanted::read(query.as_deref());
    let unit = unit_of(&app, who.actor(), wanted.one("unit")).await?.ok_or(Failure::NotFound)?;
    let w = Words(who.visitor.language);
    let due = app.engine().tasks(who.actor(), TaskFilter { unit: Some(unit.id), level: None }).await?;
    let is_due = !due.is_empty();
    let items = if is_due { due } else { in_use(&app, &who, &unit).await? };
    let enterprises = facts::shaped(&app, Shape::Enterprise)?.name();
    let enterprise = app.engine().any_record(enterprises, unit.place.organisation).await?;
    let enter = format!("{}/checks/enter?unit={}", base_of(&app, &headers, &who.visitor).await?, unit.id);
    let title = w.t("checks.sheet");
    let line = |item: &Record| Line {
        code: item.code.clone(),
        what: item.title.clone(),
        standard: facts::text(item, "standard").to_owned(),
        photo: facts::yes(item, "photo_needed"),
    };
    let sheet = Sheet {
        f: Frame::bare(&who.visitor, &title),
        w,
        enterprise: enterprise.map(|e| e.title).unwrap_or_default(),
        place: facts::text(&unit, "place").to_owned(),
        unit: unit.title,
        code: unit.code,
        day: app.engine().today().to_string(),
        due: is_due,
        lines: items.iter().map(line).collect(),
        qr: Code::new(&enter)?.svg(&w.t("checks.enter")),
    };
    answer(&sheet)
}

async fn in_use(app: &App, who: &SignedIn, unit: &Record) -> Result<Vec<Record>, Failure> {
    let items = facts::shaped(app, Shape::CheckItem)?.name();
    let filters = vec![facts::of("unit", unit.id), Filter::In("active".to_owned(), vec![Fact::YesNo(true)])];
    facts::all(app, who.actor(), items, filters).await
}
