//! Who works in a synthetic enterprise: their accounts and what they may do there.

use base::{Day, Id, Instant};
use city::accounts::NewAccount;
use city::accounts::change::creation;
use city::grants::change::first_grant;
use city::{Actor, By, Grant, Place};
use engine::Engine;
use plan::pack::FieldClass;

use super::accounts::PLANT;
use store::ChangeSet;

/// The people whose accounts act in an enterprise's history.
#[derive(Debug, Clone)]
pub(super) struct Staff {
    pub(super) head: Actor,
    pub(super) manager: Actor,
    pub(super) leader: Actor,
    pub(super) worker: Actor,
}

/// Roles of the four, in the order of [`Staff`].
const ROLES: [(&str, &str); 4] = [
    ("enterprise.head", "负责人"),
    ("enterprise.safety_manager", "安全员"),
    ("enterprise.team_leader", "班组长"),
    ("enterprise.worker", "员工"),
];

pub(super) fn actor(account: Id, display: String, role: &str, place: Place, from: Day) -> Actor {
    let grant = Grant { role: role.to_owned(), place, from, until: None };
    Actor { account, display, grants: vec![grant], reads: FieldClass::Secret, unit: None }
}

/// Names of the people of the plant that is shown from inside.
fn shown_names(role: &str) -> (String, String) {
    let listed = PLANT.iter().find(|(_, r)| *r == role).map(|(listed, _)| listed);
    listed.map_or_else(Default::default, |l| (l.name.to_owned(), l.display()))
}

fn usual_names(role: &str, title: &str, number: u64) -> (String, String) {
    let short = role.rsplit('.').next().unwrap_or(role).replace('_', "-");
    (format!("e{number:06}-{short}"), format!("{title}{number:06}"))
}

/// Accounts without a password (the people have not been invited yet) with their grants.
pub(super) fn hire(
    engine: &Engine,
    organisation: Id,
    number: u64,
    shown: bool,
    at: Instant,
) -> Result<(Staff, Vec<ChangeSet>), String> {
    let mut sets = Vec::new();
    let mut actors = Vec::new();
    let place = Place { organisation, ..Place::default() };
    for (role, title) in ROLES {
        let id = engine.new_id_at(at);
        let (name, display) = if shown { shown_names(role) } else { usual_names(role, title, number) };
        let new = NewAccount { name, display: display.clone(), ..NewAccount::default() };
        let mut set =
            creation(&new, None, true, &By::Program, id, at).map_err(|problems| problems.to_string())?;
        let actor = actor(id, display, role, place.clone(), at.day());
        if let Some(grant) = actor.grants.first() {
            set.append(first_grant(id, grant, &By::Program, engine.new_id_at(at), at));
        }
        sets.push(set);
        actors.push(actor);
    }
    let mut actors = actors.into_iter();
    match (actors.next(), actors.next(), actors.next(), actors.next()) {
        (Some(head), Some(manager), Some(leader), Some(worker)) => {
            Ok((Staff { head, manager, leader, worker }, sets))
        }
        _ => Err("an enterprise needs four people".to_owned()),
    }
}
