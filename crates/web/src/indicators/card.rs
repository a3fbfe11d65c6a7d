//! GET /scorecards/{id}?period=: the ranking of a period; each subject opens where its points came from.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use engine::scorecard::{Scored, Standing};
use judge::score::Hundredths;
use plan::pack::Scorecard;

use super::cards::standing;
use super::text::Words;
use super::words::grade_word;
use crate::app::App;
use crate::build::address::Wanted;
use crate::build::chips;
use crate::build::frame::{frame, page as answer};
use crate::errors::Failure;
use crate::path::Path;
use crate::view::frame::{Crumb, Frame};
use crate::view::{Action, ClauseChip};
use crate::visitor::SignedIn;

pub(super) struct Line {
    pub(super) rank: String,
    pub(super) href: String,
    pub(super) title: String,
    pub(super) score: String,
    pub(super) grade: String,
    pub(super) note: String,
    pub(super) points: Vec<String>,
}

#[derive(Template)]
#[template(path = "indicators/card.html")]
struct CardPage {
    f: Frame,
    w: Words,
    actions: Vec<Action>,
    heading: String,
    about: String,
    open_number: String,
    clauses: Vec<ClauseChip>,
    base_path: String,
    code: String,
    period: String,
    earlier: String,
    later: String,
    cut_offs: String,
    made: String,
    released: String,
    items: Vec<(String, String)>,
    lines: Vec<Line>,
    office: bool,
    locked: bool,
    over: bool,
}

impl CardPage {
    /// Title of an item, for the cards of a phone.
    fn item(&self, at: &usize) -> &str {
        self.items.get(*at).map_or("", |(title, _)| title.as_str())
    }
}

/// The scorecard, where this person sees any.
pub(super) fn card_for<'a>(app: &'a App, who: &SignedIn, id: &str) -> Result<&'a Scorecard, Failure> {
    let found = app.model().scorecards.get(id);
    found.filter(|c| app.engine().sees_scorecard(who.actor(), c)).ok_or(Failure::NotFound)
}

pub(super) async fn page(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let (w, engine) = (Words(who.visitor.language), app.engine());
    let wanted = Wanted::read(query.as_deref());
    let card = card_for(&app, &who, &id)?;
    let (period, standing) = standing(&app, &who, card, wanted.one("period")).await?;
    let heading = card.title.in_language(w.0).to_owned();
    let mut f = frame(&app, &who, &heading);
    f.crumbs.push(Crumb { title: w.t("score.title"), href: "/scorecards".into() });
    let at = |p: base::Period| format!("/scorecards/{id}?period={}", p.code());
    let cut_offs: Vec<String> = card
        .grades
        .on(period.last())
        .iter()
        .map(|(g, n)| format!("{} ≥ {}", grade_word(g, w), Hundredths::of(*n)))
        .collect();
    answer(&CardPage {
        about: card.about.as_ref().map(|a| a.in_language(w.0).to_owned()).unwrap_or_default(),
        open_number: card.open_number.as_ref().map(|a| a.in_language(w.0).to_owned()).unwrap_or_default(),
        clauses: chips(app.model(), w.0, &card.clauses),
        code: period.code(),
        period: period.label(w.0),
        earlier: at(period.previous()),
        later: if period.next().first() <= engine.today() { at(period.next()) } else { String::new() },
        cut_offs: cut_offs.join(" · "),
        made: made(&standing, w),
        released: released(&standing, w),
        items: items(card, w),
        lines: lines(card, &standing.scored, period, w),
        office: engine.locks_figures(who.actor()),
        locked: standing.lock.is_some(),
        over: period.last() < engine.today(),
        actions: vec![Action {
            label: w.t("measure.excel"),
            href: format!("/scorecards/{id}/table.xlsx?period={}", period.code()),
            icon: "file-spreadsheet",
            main: false,
        }],
        heading,
        base_path: format!("/scorecards/{id}"),
        f,
        w,
    })
}

fn made(standing: &Standing, w: Words) -> String {
    let Some(version) = &standing.version else { return w.t("score.not_made") };
    w.with("score.made_at", "at", version.checked_at.local()).replace("{n}", &version.number.to_string())
}

fn released(standing: &Standing, w: Words) -> String {
    let Some(lock) = &standing.lock else { return String::new() };
    let said = w.with("measure.released", "at", lock.at.local()).replace("{by}", &lock.by);
    let said = said.replace("{id}", &lock.short());
    if lock.note.is_empty() { said } else { format!("{said} · {}", lock.note) }
}

/// Titles and weights of the items.
pub(super) fn items(card: &Scorecard, w: Words) -> Vec<(String, String)> {
    let one = |i: &plan::pack::scorecard::ScoreItem| {
        (i.title.in_language(w.0).to_owned(), Hundredths::of(i.weight).to_string())
    };
    card.items.iter().map(one).collect()
}

/// The ranking: those with the same score share a rank.
pub(super) fn lines(card: &Scorecard, scored: &[Scored], period: base::Period, w: Words) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::with_capacity(scored.len());
    let mut last: Option<(Hundredths, String)> = None;
    for (i, one) in scored.iter().enumerate() {
        let rank = match &last {
            Some((score, rank)) if *score == one.score => rank.clone(),
            _ => (i + 1).to_string(),
        };
        last = Some((one.score, rank.clone()));
        let mut notes = Vec::new();
        if one.open_items > 0 {
            notes.push(w.with("score.open_n", "n", one.open_items));
        }
        if !one.trace.vetoes.is_empty() {
            notes.push(w.t("score.vetoed"));
        }
        lines.push(Line {
            rank,
            href: format!("/scorecards/{}/subjects/{}?period={}", card.name(), one.subject, period.code()),
            title: one.title.in_language(w.0).to_owned(),
            score: one.score.to_string(),
            grade: grade_word(&one.grade, w),
            note: notes.join(" · "),
            points: one.trace.items.iter().map(|i| Hundredths(i.points).to_string()).collect(),
        });
    }
    lines
}
