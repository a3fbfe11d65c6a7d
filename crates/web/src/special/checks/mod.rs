//! Today's checks: what is due at a post, one tap for what holds, three for what does not.

pub(super) mod enter;
pub(super) mod look;
pub(super) mod post_code;
pub(super) mod sheet;
pub(super) mod today;

use std::collections::HashMap;

use base::Id;
use city::Actor;
use engine::check::TaskFilter;
use engine::record::Record;
use plan::pack::Shape;

use super::facts;
use crate::app::App;
use crate::errors::Failure;

/// The due items of one unit, and the unit where the item names one.
struct Due {
    unit: Option<Record>,
    items: Vec<Record>,
}

impl Due {
    fn is_explosive(&self) -> bool {
        self.unit.as_ref().is_some_and(|u| facts::yes(u, "explosive_zone"))
    }
}

/// Due items by unit. The unit with the item that has waited longest stands first, as do the items within it.
async fn due(app: &App, actor: &Actor, filter: TaskFilter<'_>) -> Result<Vec<Due>, Failure> {
    let items = app.engine().tasks(actor, filter).await?;
    let mut order: Vec<Option<Id>> = Vec::new();
    let mut by_unit: HashMap<Option<Id>, Vec<Record>> = HashMap::new();
    for item in items {
        let unit = facts::reference(&item, "unit");
        if !order.contains(&unit) {
            order.push(unit);
        }
        by_unit.entry(unit).or_default().push(item);
    }
    let units = facts::shaped(app, Shape::Unit)?.name();
    let mut found = Vec::new();
    for id in order {
        let unit = match id {
            Some(id) => app.engine().record(actor, units, id).await.ok(),
            None => None,
        };
        found.push(Due { unit, items: by_unit.remove(&id).unwrap_or_default() });
    }
    Ok(found)
}

/// Whether this person checks anywhere: whoever keeps check records.
fn checks(app: &App, actor: &Actor) -> bool {
    app.model().shaped(Shape::CheckRecord).is_some_and(|records| actor.has_any(&records.keeper))
}

/// The unit of the address, where one is named.
///
/// # Errors
/// It does not exist, or lies outside the scope.
async fn unit_of(app: &App, actor: &Actor, id: &str) -> Result<Option<Record>, Failure> {
    if id.is_empty() {
        return Ok(None);
    }
    let units = facts::shaped(app, Shape::Unit)?.name();
    Ok(Some(app.engine().record(actor, units, facts::id(id)?).await?))
}
