//! From where a record gets its scope (see [`plan::pack::ScopeFrom`]).

use base::{Id, Problem};
use city::Place;
use judge::Facts;
use judge::fact::fact;
use plan::pack::{Register, ScopeFrom};

use super::beside::Named;
use crate::{Engine, EngineError};

impl Engine {
    /// The place of a record with these facts. `id` is the record's own; what it belongs to may be among `named`.
    ///
    /// # Errors
    /// The record that it belongs to is missing or does not exist.
    pub(crate) async fn place_for(
        &self,
        register: &Register,
        id: Id,
        facts: &Facts,
        named: &Named,
    ) -> Result<Place, EngineError> {
        match &register.scope {
            ScopeFrom::Shared | ScopeFrom::Itself | ScopeFrom::Place => {
                Ok(place_by_itself(register, id, facts))
            }
            ScopeFrom::Reference(name) => {
                let to = register.field(name).and_then(|f| f.to.as_deref()).ok_or(EngineError::NotFound)?;
                let Some(target) = fact(facts, name).as_id() else {
                    return Ok(own_place(facts));
                };
                if let Some(record) = named.get(to, target) {
                    return Ok(record.place.clone());
                }
                let unknown = || Problem::of(name.as_str(), "field.reference_unknown");
                let record = self.any_record(to, target).await?.ok_or_else(unknown)?;
                Ok(record.place)
            }
        }
    }
}

/// The place of a record that does not belong to another one.
#[must_use]
pub fn place_by_itself(register: &Register, id: Id, facts: &Facts) -> Place {
    match &register.scope {
        ScopeFrom::Shared => Place::default(),
        ScopeFrom::Itself => Place { organisation: id, ..own_place(facts) },
        ScopeFrom::Place | ScopeFrom::Reference(_) => own_place(facts),
    }
}

fn own_place(facts: &Facts) -> Place {
    let text = |name: &str| fact(facts, name).as_text().unwrap_or_default().to_owned();
    Place {
        county: text("county"),
        township: text("township"),
        organisation: Id::NIL,
        sector: text("sector"),
        park: text("park"),
    }
}
