//! What the office does with a period: count it now, release it, take it back.

use axum::extract::State;
use axum::response::Response;
use base::Period;

use super::one::indicator_for;
use super::words::asked;
use crate::app::App;
use crate::build::frame::done;
use crate::errors::Failure;
use crate::path::Path;
use crate::sent::Sent;
use crate::visitor::SignedIn;

/// The period that a form names, and where it leads back to.
fn period(sent: &Sent, usual: Period, path: &str) -> Result<(Period, String), Failure> {
    let period = asked(sent.one("period"), usual)?;
    Ok((period, format!("{path}?period={}", period.code())))
}

/// The period of an indicator that is meant, and the page to come back to.
fn of_indicator(app: &App, who: &SignedIn, id: &str, sent: &Sent) -> Result<(Period, String), Failure> {
    let usual = app.engine().period_of(indicator_for(app, who, id)?);
    period(sent, usual, &format!("/indicators/{id}"))
}

/// The period of a scorecard that is meant, and the page to come back to.
fn of_scorecard(app: &App, who: &SignedIn, id: &str, sent: &Sent) -> Result<(Period, String), Failure> {
    let usual = app.engine().period_of_card(super::card::card_for(app, who, id)?);
    period(sent, usual, &format!("/scorecards/{id}"))
}

pub(super) async fn compute_indicator(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<Response, Failure> {
    let (period, back) = of_indicator(&app, &who, &id, &sent)?;
    app.engine().ask_for_figures(who.actor(), &id, period).await?;
    app.call_job();
    Ok(done(&who.visitor, &back, "figures.asked"))
}

pub(super) async fn lock_indicator(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<Response, Failure> {
    let (period, back) = of_indicator(&app, &who, &id, &sent)?;
    app.engine().lock_indicator(who.actor(), &id, period, sent.one("note")).await?;
    Ok(done(&who.visitor, &back, "figures.released"))
}

pub(super) async fn unlock_indicator(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<Response, Failure> {
    let (period, back) = of_indicator(&app, &who, &id, &sent)?;
    app.engine().unlock_indicator(who.actor(), &id, period, sent.one("reason")).await?;
    Ok(done(&who.visitor, &back, "figures.taken_back"))
}

pub(super) async fn compute_scorecard(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<Response, Failure> {
    let (period, back) = of_scorecard(&app, &who, &id, &sent)?;
    app.engine().ask_for_scores(who.actor(), &id, period).await?;
    app.call_job();
    Ok(done(&who.visitor, &back, "figures.asked"))
}

pub(super) async fn lock_scorecard(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<Response, Failure> {
    let (period, back) = of_scorecard(&app, &who, &id, &sent)?;
    app.engine().lock_scorecard(who.actor(), &id, period, sent.one("note")).await?;
    Ok(done(&who.visitor, &back, "figures.released"))
}

pub(super) async fn unlock_scorecard(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<Response, Failure> {
    let (period, back) = of_scorecard(&app, &who, &id, &sent)?;
    app.engine().unlock_scorecard(who.actor(), &id, period, sent.one("reason")).await?;
    Ok(done(&who.visitor, &back, "figures.taken_back"))
}
