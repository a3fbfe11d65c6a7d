//! GET /enterprises/responsibility: the list, by kind, county, township and sector.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use base::Language;
use engine::dashboard::Counts;
use engine::record::list::ListRequest;
use engine::responsibility::{GapList, STATE};
use plan::pack::Register;

use super::{gaps_line, listed, registers};
use crate::app::App;
use crate::build::address::{Wanted, request};
use crate::build::frame::{areas_at, frame, page};
use crate::build::value::Shower;
use crate::build::{chips, filters, list};
use crate::errors::Failure;
use crate::text::{fill, say};
use crate::view::cell::Shown;
use crate::view::frame::Crumb;
use crate::view::list::{Column, ListPage, Row, View};
use crate::visitor::SignedIn;

/// Where the list stands.
const HERE: &str = "/enterprises/responsibility";
/// What narrows it.
const FILTERS: [&str; 4] = ["county", "township", "park", "sector"];
/// The columns of an enterprise that it shows.
const SHOWN: [&str; 4] = ["name", "county", "township", "sector"];

/// Which list an address asks for, and what narrows it.
///
/// # Errors
/// An unknown kind, or a filter that the list does not have.
pub(crate) fn asked(
    app: &App,
    enterprises: &Register,
    wanted: &Wanted,
) -> Result<(GapList, ListRequest), Failure> {
    let kind = GapList::from_name(wanted.one("kind")).ok_or_else(|| Failure::bad("request.bad_address"))?;
    let own = |name: &str| FILTERS.contains(&name) || ["q", "after"].contains(&name);
    if wanted.0.iter().any(|(name, _)| !own(name) && name != "kind") {
        return Err(Failure::bad("request.bad_address"));
    }
    let rest = Wanted(wanted.0.iter().filter(|(name, _)| name != "kind").cloned().collect());
    Ok((kind, request(app.model(), enterprises, &rest)?))
}

pub(in crate::routes) async fn show(
    State(app): State<App>,
    who: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let (l, engine, model) = (who.visitor.language, app.engine(), app.model());
    let (enterprises, bodies) = registers(&app, &who)?;
    areas_at("enterprises").ok_or(Failure::NotFound)?;
    let wanted = Wanted::read(query.as_deref());
    let (kind, asked) = asked(&app, enterprises, &wanted)?;
    let found = engine.unowned_and_disputed(who.actor(), kind, &asked).await?;
    let titles = engine.titles(enterprises, found.enterprises.iter().map(|(r, _)| &r.facts)).await?;
    let shower = Shower { model, language: l, titles: &titles, links: false, files: None };
    let row = |(record, gaps): &(engine::record::Record, Vec<city::responsible::Gap>)| {
        let mut cells: Vec<Shown> =
            SHOWN.iter().map(|name| list::cell(engine, enterprises, record, name, &shower)).collect();
        cells.push(Shown::text(gaps_line(model, bodies, gaps, l)));
        let href = format!("/enterprises/{}/responsibility", record.id);
        Row { id: record.id.to_string(), href, cells }
    };
    let counts = engine.counts(who.actor(), enterprises.name(), STATE).await?;
    let known = titles.clone();
    let heading = say(l, "responsibility.title");
    let mut f = frame(&app, &who, &heading);
    f.crumbs.push(Crumb { title: say(l, "area.enterprises"), href: "/enterprises".into() });
    let next = found.next.as_deref().map(|key| wanted.with("after", key).at(HERE)).unwrap_or_default();
    let mut offered = filters::filters(model, enterprises, &wanted, l);
    offered.retain(|filter| FILTERS.contains(&filter.name.as_str()));
    let shown = ListPage {
        heading,
        about: if found.enterprises.is_empty() {
            say(l, "responsibility.empty")
        } else {
            say(l, "responsibility.about")
        },
        begin: String::new(),
        clauses: chips(model, l, &bodies.clauses),
        search: asked.search.clone(),
        views: views(&wanted, &counts, l),
        filters: offered,
        chips: filters::chips(model, enterprises, &wanted, &known, l, HERE),
        kept: wanted.0.iter().filter(|(name, _)| name == "kind").cloned().collect(),
        columns: columns(enterprises, l),
        rows: found.enterprises.iter().map(row).collect(),
        count: String::new(),
        next,
        first: if asked.after.is_empty() { String::new() } else { wanted.with("after", "").at(HERE) },
        actions: Vec::new(),
        export: export(kind, &wanted),
        bulk: Vec::new(),
        address: HERE.to_owned(),
        f,
    };
    page(&shown)
}

/// The kinds with their numbers from the counters, within the one county that is chosen. Numbers for a sector or a
/// township would be those of the whole county, so none are shown then.
fn views(wanted: &Wanted, counts: &Counts, l: Language) -> Vec<View> {
    let mut counties = wanted.all("county");
    let county = counties.next();
    let narrow = counties.next().is_some()
        || ["township", "park", "sector", "q"].iter().any(|name| !wanted.one(name).is_empty());
    let view = |name: &str, list: GapList, key: &str| {
        let number = if narrow { String::new() } else { listed(counts, list, county).to_string() };
        View {
            label: fill(l, key, &[("count", &number)]).trim_end().to_owned(),
            href: wanted.with("kind", name).at(HERE),
            active: wanted.one("kind") == name,
        }
    };
    vec![
        view("", GapList::All, "responsibility.kind_all"),
        view("unowned", GapList::Unowned, "responsibility.kind_unowned"),
        view("disputed", GapList::Disputed, "responsibility.kind_disputed"),
    ]
}

fn columns(enterprises: &Register, l: Language) -> Vec<Column> {
    let plain = |label: String| Column { label, ..Column::default() };
    let mut columns: Vec<Column> =
        SHOWN.iter().map(|name| plain(list::label(enterprises, name, l))).collect();
    columns.push(plain(say(l, "responsibility.wrong")));
    columns
}

/// The same enterprises as a workbook: the register's own export with these filters.
fn export(kind: GapList, wanted: &Wanted) -> String {
    let mut pairs: Vec<(String, String)> = wanted
        .0
        .iter()
        .filter(|(name, _)| FILTERS.contains(&name.as_str()) || name == "q")
        .cloned()
        .collect();
    pairs.extend(kind.standings().iter().map(|s| (STATE.to_owned(), s.name().to_owned())));
    Wanted(pairs).at("/r/enterprise/export.xlsx")
}
