//! For which agency somebody acts over a case: the agency that found a hazard re-inspects it (`users.md` point 4 c).
//!
//! A key names the kind of agency, not its place: a grant covers only cases of its own county or township, so the place
//! is settled before the key is asked for. When an enterprise moves, the same agency of its new county takes over.

use std::collections::BTreeSet;

use city::{Actor, Grant, Place};
use plan::pack::{Model, Seat};

/// The field of a case that keeps the key of the finder's agency.
pub const FINDER_AGENCY: &str = "finder_agency";

/// Keys of the agencies for which `actor` acts over a record at `place`; empty for the people of an enterprise.
#[must_use]
pub fn agencies(model: &Model, actor: &Actor, place: &Place) -> BTreeSet<String> {
    actor.grants.iter().filter(|g| g.covers(place)).filter_map(|g| key(model, g)).collect()
}

/// The key of the agency for which `actor` opens a case at `place` by one of the roles `by`; None for the people of an
/// enterprise.
#[must_use]
pub fn opening_agency(model: &Model, actor: &Actor, place: &Place, by: &[String]) -> Option<String> {
    actor.grants.iter().filter(|g| by.contains(&g.role) && g.covers(place)).find_map(|g| key(model, g))
}

/// All seats of a township are one agency. In a county or the city the role and its sector tell agencies apart.
fn key(model: &Model, grant: &Grant) -> Option<String> {
    match model.roles.get(&grant.role)?.seat {
        Seat::Enterprise | Seat::System => None,
        Seat::Township => Some("township".to_owned()),
        Seat::County | Seat::Department | Seat::City => {
            Some(format!("{}:{}:{}", grant.role, grant.place.sector, grant.place.park))
        }
    }
}
