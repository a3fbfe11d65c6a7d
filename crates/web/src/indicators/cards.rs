//! GET /scorecards: the scorecards, each with how the subjects that this person sees stand.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use base::Period;
use engine::scorecard::Standing;
use plan::pack::Scorecard;

use super::text::Words;
use super::words::grade_word;
use crate::app::App;
use crate::build::chips;
use crate::build::frame::{frame, page as answer};
use crate::errors::Failure;
use crate::view::frame::Frame;
use crate::view::{Action, ClauseChip};
use crate::visitor::SignedIn;

struct Card {
    href: String,
    title: String,
    about: String,
    period: String,
    /// Grade and how many have it.
    grades: Vec<(String, usize)>,
    subjects: String,
    locked: bool,
    clauses: Vec<ClauseChip>,
}

#[derive(Template)]
#[template(path = "indicators/cards.html")]
struct CardsPage {
    f: Frame,
    w: Words,
    actions: Vec<Action>,
    cards: Vec<Card>,
}

/// The period with results: the asked one, otherwise the present one, otherwise the one before.
pub(super) async fn standing(
    app: &App,
    who: &SignedIn,
    card: &Scorecard,
    code: &str,
) -> Result<(Period, Standing), Failure> {
    let engine = app.engine();
    let now = engine.period_of_card(card);
    let period = super::words::asked(code, now)?;
    let standing = engine.scores(who.actor(), card.name(), period).await?;
    if code.is_empty() && standing.version.is_none() {
        let before = engine.scores(who.actor(), card.name(), now.previous()).await?;
        if before.version.is_some() {
            return Ok((now.previous(), before));
        }
    }
    Ok((period, standing))
}

pub(super) async fn page(State(app): State<App>, who: SignedIn) -> Result<Response, Failure> {
    let w = Words(who.visitor.language);
    let title = w.t("score.title");
    let mut cards = Vec::new();
    for card in app.model().scorecards.values().filter(|c| app.engine().sees_scorecard(who.actor(), c)) {
        let (period, standing) = standing(&app, &who, card, "").await?;
        let mut grades: BTreeMap<usize, (String, usize)> = BTreeMap::new();
        let known = card.grades.on(period.last());
        for one in &standing.scored {
            let place = known.iter().position(|(g, _)| *g == one.grade).unwrap_or(usize::MAX);
            grades.entry(place).or_insert_with(|| (grade_word(&one.grade, w), 0)).1 += 1;
        }
        cards.push(Card {
            href: format!("/scorecards/{}", card.name()),
            title: card.title.in_language(w.0).to_owned(),
            about: card.about.as_ref().map(|a| a.in_language(w.0).to_owned()).unwrap_or_default(),
            period: period.label(w.0),
            grades: grades.into_values().filter(|(grade, _)| !grade.is_empty()).collect(),
            subjects: w.with("score.subjects_n", "n", standing.scored.len()),
            locked: standing.lock.is_some(),
            clauses: chips(app.model(), w.0, &card.clauses),
        });
    }
    let label = w.t("measure.title");
    answer(&CardsPage {
        f: frame(&app, &who, &title),
        w,
        actions: vec![Action { label, href: "/indicators".into(), icon: "chart-bar", main: false }],
        cards,
    })
}
