//! GET /double-reports/{id}/print: the sheet of the double report that the head signs. And the figures with which its form
//! begins, counted from the ledger.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use base::{Language, Period, PeriodKind};
use judge::{Fact, Facts};
use plan::pack::{Field, FieldKind, Register, Shape};
use report::print::DoubleReport;

use super::{code_to, html, paper};
use crate::app::App;
use crate::build::address::Wanted;
use crate::errors::Failure;
use crate::path::Path;
use crate::special::facts;
use crate::special::text::Words;
use crate::view::Action;
use crate::visitor::SignedIn;

/// Shows the sheet.
pub(in crate::special) async fn page(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let register = facts::shaped(&app, Shape::HazardReport)?;
    let report = app.engine().record(who.actor(), register.name(), facts::id(&id)?).await?;
    let l = who.visitor.language;
    let titles = app.engine().titles(register, std::iter::once(&report.facts)).await?;
    let shown = |name: &str| facts::shown(app.model(), register, &report, name, l, &titles);
    let lines = |kinds: &[FieldKind]| lines(register, kinds, l, &shown);
    let path = format!("/r/{}/{}", register.name(), report.id);
    let sheet = DoubleReport {
        unit: shown("enterprise"),
        number: report.code.clone(),
        period: shown("period"),
        as_of: shown("as_of"),
        figures: lines(&[FieldKind::Integer, FieldKind::Money]),
        texts: lines(&[FieldKind::LongText]),
        regulator: shown("regulator"),
        code: code_to(&app, &headers, &who.visitor, &path).await?,
        on: Some(app.engine().today()),
    };
    html(sheet.html(paper(l)))
}

/// Fields of the statistics of these kinds, with their values: those that stand before the signature.
fn lines(
    register: &Register,
    kinds: &[FieldKind],
    l: Language,
    shown: &impl Fn(&str) -> String,
) -> Vec<(String, String)> {
    let before = register.fields.iter().take_while(|f| f.name() != "signed_by");
    let fits = before.filter(|f: &&Field| kinds.contains(&f.kind));
    fits.map(|f| (f.title.in_language(l).to_owned(), shown(f.name()))).collect()
}

/// The period of the address (`?period=2021Q1`), otherwise the last quarter that has ended.
fn period(app: &App, wanted: &Wanted) -> Period {
    let last = Period::containing(PeriodKind::Quarter, app.engine().today()).previous();
    Period::parse(wanted.one("period")).unwrap_or(last)
}

/// What the form of a new report begins with: the figures of the reader's own enterprise in the period.
pub(crate) async fn prefilled(
    app: &App,
    who: &SignedIn,
    register: &Register,
    wanted: &Wanted,
) -> Result<Facts, Failure> {
    if register.shape != Some(Shape::HazardReport) {
        return Ok(Facts::new());
    }
    let Some(enterprise) = who.actor().enterprise() else { return Ok(Facts::new()) };
    let period = period(app, wanted);
    let mut given = app.engine().hazard_statistics(who.actor(), enterprise, period).await?.facts();
    given.insert("period".to_owned(), Fact::Text(period.label(Language::Chinese)));
    given.insert("period_kind".to_owned(), Fact::Text(kind(period).to_owned()));
    given.insert("as_of".to_owned(), Fact::Day(period.last().min(app.engine().today())));
    Ok(given)
}

fn kind(period: Period) -> &'static str {
    match period.kind() {
        PeriodKind::Month => "month",
        PeriodKind::Quarter => "quarter",
        PeriodKind::HalfYear => "half_year",
        PeriodKind::Year => "year",
        PeriodKind::Day | PeriodKind::Week => "event",
    }
}

/// The periods for which a report is usually drawn up, as ways to its form.
pub(crate) fn periods(app: &App, who: &SignedIn, register: &Register, wanted: &Wanted) -> Vec<Action> {
    if register.shape != Some(Shape::HazardReport) || who.actor().enterprise().is_none() {
        return Vec::new();
    }
    let w = Words(who.visitor.language);
    let (chosen, today) = (period(app, wanted), app.engine().today());
    let kinds = [PeriodKind::Quarter, PeriodKind::Year, PeriodKind::Month];
    let ended = kinds.into_iter().map(|kind| Period::containing(kind, today).previous());
    let running = Period::containing(PeriodKind::Quarter, today);
    let action = |one: Period| Action {
        label: if one == running {
            w.with("papers.until_today", "period", one.label(w.0))
        } else {
            one.label(w.0)
        },
        href: format!("/r/{}/new?period={}", register.name(), one.code()),
        icon: "",
        main: one == chosen,
    };
    ended.chain([running]).map(action).collect()
}
