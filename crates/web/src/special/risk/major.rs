//! What is owed for major risks: an archive for each, and the report to the regulator.

use std::collections::BTreeSet;

use base::Id;
use city::Actor;
use engine::dashboard::Counts;
use engine::record::Record;
use engine::record::list::{Filter, ListRequest};
use judge::Fact;
use judge::fact::fact;

use crate::app::App;
use crate::errors::Failure;
use crate::special::facts::{self, grouped};
use crate::special::links;

/// Major risks without an archive that the page names.
const NAMED: usize = 10;
/// The register of the archives of major risks.
const ARCHIVE: &str = "major_risk_archive";

/// A red risk point without an archive.
pub(super) struct Bare {
    pub(super) title: String,
    pub(super) href: String,
    pub(super) enterprise: String,
    pub(super) add: String,
}

/// The form of a report of major risks to the regulator, filled with what is known; empty for whoever does not report.
pub(super) async fn report(app: &App, actor: &Actor, points: &Counts) -> Result<String, Failure> {
    const REPORT: &str = "risk_report";
    let opens = app.engine().openings(actor, REPORT);
    let (Some(enterprise), Some(procedure)) = (actor.enterprise(), opens.first()) else {
        return Ok(String::new());
    };
    let counted = |grade| points.of_value(grade).to_string();
    let mut fields = vec![
        ("procedure", procedure.name().to_owned()),
        ("enterprise", enterprise.to_string()),
        ("as_of", app.engine().today().to_string()),
        ("red_count", counted("red")),
        ("orange_count", counted("orange")),
    ];
    if app.model().register(ARCHIVE).is_some() {
        let archives = facts::all(app, actor, ARCHIVE, Vec::new()).await?;
        fields.extend(archives.iter().map(|a| ("archives", a.id.to_string())));
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Ok(links::new_record(REPORT, &fields))
}

/// Red risk points that no archive names: how many, and the first of them.
pub(super) async fn without_archive(
    app: &App,
    actor: &Actor,
    points: &str,
) -> Result<(String, Vec<Bare>), Failure> {
    if app.model().register(ARCHIVE).is_none() {
        return Ok((String::new(), Vec::new()));
    }
    let request = ListRequest {
        filters: vec![facts::is("grade", "red")],
        limit: facts::MOST,
        ..ListRequest::default()
    };
    let page = app.engine().list(actor, points, &request).await?;
    let mut archived: BTreeSet<Id> = BTreeSet::new();
    for some in page.records.chunks(400) {
        let ids = some.iter().map(|r| Fact::Reference(r.id)).collect();
        let of_these = vec![Filter::In("risk_point".to_owned(), ids)];
        let found = facts::all(app, actor, ARCHIVE, of_these).await?;
        archived.extend(found.iter().filter_map(|r| facts::reference(r, "risk_point")));
    }
    let bare: Vec<&Record> = page.records.iter().filter(|r| !archived.contains(&r.id)).collect();
    let more = if page.next.is_some() { "+" } else { "" };
    let number = format!("{}{more}", grouped(i64::try_from(bare.len()).unwrap_or(i64::MAX)));
    let named: Vec<&Record> = bare.into_iter().take(NAMED).collect();
    let register = app.engine().register(points)?;
    let titles = app.engine().titles(register, named.iter().map(|r| &r.facts)).await?;
    let keeps = app.model().register(ARCHIVE).is_some_and(|r| actor.has_any(&r.keeper));
    let one = |record: &&Record| {
        let mut known = vec![("part".to_owned(), record.title.clone())];
        // What the risk point says of itself need not be typed again.
        for same in ["accident_types", "consequence", "responsible_person"] {
            let typed = crate::build::given::as_typed(fact(&record.facts, same));
            known.extend(typed.into_iter().map(|value| (same.to_owned(), value)));
        }
        let (id, enterprise) = (record.id.to_string(), facts::reference(record, "enterprise"));
        let owner = enterprise.map(|e| e.to_string()).unwrap_or_default();
        Bare {
            title: record.title.clone(),
            href: links::record(points, record.id),
            enterprise: enterprise.and_then(|e| titles.get(&e).cloned()).unwrap_or_default(),
            add: if keeps {
                let mut fields = vec![("enterprise", owner.as_str()), ("risk_point", id.as_str())];
                fields.extend(known.iter().map(|(name, value)| (name.as_str(), value.as_str())));
                links::new_record(ARCHIVE, &fields)
            } else {
                String::new()
            },
        }
    };
    Ok((number, named.iter().map(one).collect()))
}
