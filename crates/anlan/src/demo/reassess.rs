//! Some risks of the plant that is shown from inside were assessed again on the city's day: what stood before is kept,
//! and what asked for it is closed.

use city::Actor;
use engine::record::list::ListRequest;
use judge::{Fact, Facts};
use plan::pack::Shape;

use crate::data::City;

/// Risks that are assessed again; the others that are due wait for somebody.
const AGAIN: u32 = 3;

pub(super) async fn assess_again(city: &City, by: &Actor) -> Result<(), String> {
    let engine = &city.engine;
    let Some(register) = engine.model.shaped(Shape::RiskFactor) else { return Ok(()) };
    let failed = |error: engine::EngineError| format!("a risk cannot be assessed again: {error}");
    let request = ListRequest { limit: AGAIN, ascending: true, ..ListRequest::default() };
    let found = engine.list(by, register.name(), &request).await.map_err(failed)?;
    for factor in found.records {
        let inputs = factor.facts.get("inputs").cloned().unwrap_or_default();
        let today = Fact::Day(engine.today());
        let facts = Facts::from([("inputs".into(), inputs), ("assessed_on".into(), today)]);
        engine.update(by, register.name(), factor.id, factor.version, &facts).await.map_err(failed)?;
    }
    Ok(())
}
