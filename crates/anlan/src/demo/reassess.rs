//! Some risks of the plant that is shown from inside were assessed again on the city's day: what stood before is kept,
//! and what asked for it is closed.

use city::Actor;
use engine::record::Record;
use engine::record::list::ListRequest;
use judge::{Fact, Facts};
use plan::pack::Shape;

use crate::data::City;

/// Risks that are assessed again; the others that are due wait for somebody.
const AGAIN: u32 = 3;

pub(super) async fn assess_again(city: &City, by: &Actor) -> Result<(), String> {
    let engine = &city.engine;
    let Some(register) = engine.model.shaped(Shape::RiskFactor) else { return Ok(()) };
    let request = ListRequest { limit: AGAIN, ascending: true, ..ListRequest::default() };
    let found = engine.list(by, register.name(), &request).await.map_err(|error| failed(&error))?;
    for factor in found.records {
        once_more(city, by, &factor).await?;
    }
    Ok(())
}

/// The same for risks of which a sweep found that they are due; the others wait.
pub(super) async fn assess_due(city: &City, by: &Actor) -> Result<(), String> {
    let engine = &city.engine;
    let (factors, cases) = (Shape::RiskFactor, Shape::Reassessment);
    let (Some(factors), Some(cases)) = (engine.model.shaped(factors), engine.model.shaped(cases)) else {
        return Ok(());
    };
    let to_factor = cases.fields.iter().find(|f| f.to.as_deref() == Some(factors.name()));
    let request = ListRequest { limit: AGAIN, ascending: true, ..ListRequest::default() };
    let found = engine.list(by, cases.name(), &request).await.map_err(|error| failed(&error))?;
    for case in found.records.iter().filter(|case| case.case.as_ref().is_some_and(|head| head.open)) {
        let factor = to_factor.and_then(|field| case.facts.get(field.name())).and_then(Fact::as_id);
        let Some(factor) = factor else { continue };
        if let Some(factor) =
            engine.any_record(factors.name(), factor).await.map_err(|error| failed(&error))?
        {
            once_more(city, by, &factor).await?;
        }
    }
    Ok(())
}

async fn once_more(city: &City, by: &Actor, factor: &Record) -> Result<(), String> {
    let engine = &city.engine;
    let inputs = factor.facts.get("inputs").cloned().unwrap_or_default();
    let today = Fact::Day(engine.today());
    let facts = Facts::from([("inputs", inputs), ("assessed_on", today)]);
    engine
        .update(by, &factor.register, factor.id, factor.version, &facts)
        .await
        .map(drop)
        .map_err(|error| failed(&error))
}

fn failed(error: &engine::EngineError) -> String {
    format!("a risk cannot be assessed again: {error}")
}
