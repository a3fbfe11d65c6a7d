//! GET /rules: what is in force today, since when, by which clause, how it stands and what it did.

use axum::extract::State;
use axum::response::Response;

use super::{consequence, did};
use crate::app::App;
use crate::build::chips;
use crate::build::frame::{frame, page};
use crate::build::shelf::{place, tables};
use crate::errors::Failure;
use crate::text::{fill, say};
use crate::view::cell::Shown;
use crate::view::table::TablePage;
use crate::visitor::SignedIn;

pub(super) async fn page_of_rules(State(app): State<App>, who: SignedIn) -> Result<Response, Failure> {
    let (l, engine) = (who.visitor.language, app.engine());
    let standing = engine.rules_standing(who.actor()).await?;
    let counted = standing.iter().filter_map(|s| s.counted_at).max();
    let rows = standing.iter().map(|s| {
        let href = format!("/rules/{}", s.rule.name());
        let register = app.model().register(s.rule.register());
        let number = |count: i64, anchor: &str| match (s.counted_at, count) {
            (None, _) => Shown::Nothing,
            (_, 0) => Shown::Number("0".into()),
            (_, count) => Shown::Link { href: format!("{href}#{anchor}"), text: count.to_string() },
        };
        let row = vec![
            Shown::Link { href: href.clone(), text: s.rule.title.in_language(l).to_owned() },
            register.map_or(Shown::Nothing, |r| Shown::text(r.title.in_language(l))),
            Shown::clauses(chips(app.model(), l, &s.rule.clauses)),
            s.since.map_or(Shown::Nothing, |day| Shown::Whole(day.to_string())),
            Shown::text(consequence(s.rule.otherwise.kind(), l)),
            number(s.failing, "fails"),
            number(s.cannot, "cannot"),
            Shown::text(did(s, l)),
        ];
        (place(app.model(), &s.rule.clauses), row)
    });
    let columns = [
        "rules.rule",
        "rules.on",
        "rules.clauses",
        "rules.since",
        "rules.else",
        "rules.failing",
        "rules.cannot",
        "rules.effect",
    ];
    let heading = say(l, "rules.title");
    let about = match counted {
        Some(at) => fill(l, "rules.about_counted", &[("when", &at.local())]),
        None => say(l, "rules.about"),
    };
    page(&TablePage {
        f: frame(&app, &who, &heading),
        heading,
        about,
        actions: Vec::new(),
        bars: Vec::new(),
        tables: tables(app.model(), l, &columns, rows, "rules.none"),
        forms: Vec::new(),
    })
}
