//! What a clause page says of indicators and scorecards that serve the clause.

use super::list::newest;
use super::text::Words;
use super::words::{reached, value, whole};
use crate::app::App;
use crate::errors::Failure;
use crate::view::plan::Serving;
use crate::visitor::SignedIn;

/// The live state of an indicator or scorecard; None where the reader sees nothing of it, or for other kinds.
pub(crate) async fn serving_of(
    app: &App,
    who: &SignedIn,
    kind: &str,
    name: &str,
) -> Result<Option<Serving>, Failure> {
    let (w, engine) = (Words(who.visitor.language), app.engine());
    if kind == "scorecard" {
        let found = app.model().scorecards.get(name);
        let Some(card) = found.filter(|c| engine.sees_scorecard(who.actor(), c)) else { return Ok(None) };
        let (period, standing) = super::cards::standing(app, who, card, "").await?;
        let href = format!("/scorecards/{name}");
        let number = standing.scored.len().to_string();
        return Ok(Some(Serving {
            kind: w.t("score.kind"),
            title: card.title.in_language(w.0).to_owned(),
            counts: vec![(period.label(w.0), number, href.clone())],
            href,
        }));
    }
    let found = app.model().indicators.get(name).filter(|_| kind == "indicator");
    let Some(indicator) = found.filter(|i| engine.sees_indicator(who.actor(), i)) else { return Ok(None) };
    let (figure, _) = newest(app, who.actor(), indicator).await?;
    let href = format!("/indicators/{name}");
    let counts = figure.map_or_else(Vec::new, |f| {
        let at = format!("{href}?period={}", f.period.code());
        let state = reached(indicator, &f, w).1;
        let label = if state.is_empty() {
            f.period.label(w.0)
        } else {
            format!("{} · {state}", f.period.label(w.0))
        };
        vec![
            (label, value(indicator, f.value(), w.0), at.clone()),
            (w.t("measure.base"), whole(f.tally.base), at),
        ]
    });
    Ok(Some(Serving {
        kind: w.t("measure.kind"),
        title: indicator.title.in_language(w.0).to_owned(),
        counts,
        href,
    }))
}
