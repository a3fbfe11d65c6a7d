//! Found and ended by month, for the chart and the table under it.

use city::Actor;

use crate::app::App;
use crate::errors::Failure;

/// A month of the chart and its table.
pub(super) struct MonthLine {
    pub(super) label: String,
    pub(super) opened: i64,
    pub(super) ended: i64,
}

/// Months of the chart.
const MONTHS: i32 = 12;
/// The months are counted from the rows; beyond so many the page would wait for them.
const COUNTED_BY_MONTH: i64 = 50_000;

/// Found and ended by month; nothing where there are none, or too many to count them for a page.
pub(super) async fn months(
    app: &App,
    actor: &Actor,
    register: &str,
    total: i64,
) -> Result<Vec<MonthLine>, Failure> {
    if !(1..=COUNTED_BY_MONTH).contains(&total) {
        return Ok(Vec::new());
    }
    let found = app.engine().months(actor, register, MONTHS).await?;
    let line = |m: engine::trend::Month| MonthLine {
        label: format!("{}-{:02}", m.first.year(), m.first.month()),
        opened: m.opened,
        ended: m.ended,
    };
    Ok(found.into_iter().map(line).collect())
}
