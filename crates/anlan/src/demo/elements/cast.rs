//! Who acts: two people for each role in each place where the elements are used. The accounts that are printed come first,
//! so that whoever signs in with them finds what they did; the others have no password, like people not yet invited.

use base::{Day, Id, Instant};
use city::accounts::NewAccount;
use city::accounts::change::creation;
use city::grants::change::first_grant;
use city::{Actor, By, Grant, Place};
use engine::record::list::ListRequest;
use judge::Facts;
use plan::pack::{FieldClass, RegionKind, Seat, Shape};

use super::super::accounts::listed;
use crate::data::City;

/// Enterprises looked through for one of each sector.
const LOOKED_AT: u32 = 300;
/// Roles that nobody of the cast needs: they see no records.
const APART: [&str; 3] = ["system.admin", "security.admin", "audit.admin"];

/// An enterprise that takes part.
#[derive(Debug, Clone)]
pub(super) struct Firm {
    pub(super) id: Id,
    pub(super) place: Place,
    pub(super) facts: Facts,
}

/// Everybody who acts, and where.
pub(super) struct Cast {
    people: Vec<Actor>,
    pub(super) firms: Vec<Firm>,
    pub(super) counties: Vec<String>,
}

impl Cast {
    /// Chooses enterprises, one of each sector with the plant that is shown first, and makes the people.
    pub(super) async fn gather(city: &City, began: Day) -> Result<Self, String> {
        let overseer = crate::data::actor(city, "office").await?;
        let firms = firms(city, &overseer).await?;
        let mut people = Vec::new();
        for account in listed() {
            if let Ok(actor) = crate::data::actor(city, account.name).await {
                people.push(actor);
            }
        }
        let counties = counties(city);
        let mut cast = Self { people, firms, counties };
        cast.hire(city, began).await?;
        Ok(cast)
    }

    /// A cast without people.
    #[cfg(test)]
    pub(super) fn nobody() -> Self {
        Self { people: Vec::new(), firms: Vec::new(), counties: Vec::new() }
    }

    /// Who may do everything that the city's office may, and sees all.
    pub(super) fn overseer(&self) -> Option<&Actor> {
        self.people.iter().find(|a| a.has_role("city.office"))
    }

    /// Everybody.
    pub(super) fn people(&self) -> impl Iterator<Item = &Actor> {
        self.people.iter()
    }

    /// Those who hold `role` over `place`.
    pub(super) fn holders<'a>(&'a self, role: &'a str, place: &'a Place) -> impl Iterator<Item = &'a Actor> {
        let holds = move |a: &&Actor| a.grants.iter().any(|g| g.role == role && g.place_covers(place));
        self.people.iter().filter(holds)
    }

    /// The person with this account.
    pub(super) fn person(&self, account: Id) -> Option<&Actor> {
        self.people.iter().find(|a| a.account == account)
    }

    async fn hire(&mut self, city: &City, began: Day) -> Result<(), String> {
        let at = Instant::start_of(began);
        let mut sets = Vec::new();
        let roles: Vec<_> = city.engine.model.roles.values().collect();
        let mut number = 0;
        for role in roles.into_iter().filter(|r| !APART.contains(&r.id.get_ref().as_str())) {
            for place in self.places(role.seat) {
                for _ in 0..2 {
                    number += 1;
                    let id = city.engine.new_id_at(at);
                    let name = format!("d{number:04}-{}", role.id.get_ref().replace(['.', '_'], "-"));
                    let display = format!("{}{number:04}（演示）", role.title.zh);
                    let new = NewAccount { name, display: display.clone(), ..NewAccount::default() };
                    let mut set = creation(&new, None, true, &By::Program, id, at)
                        .map_err(|problems| problems.to_string())?;
                    let grant = Grant {
                        role: role.id.get_ref().clone(),
                        place: place.clone(),
                        from: began,
                        until: None,
                    };
                    set.append(first_grant(id, &grant, &By::Program, city.engine.new_id_at(at), at));
                    sets.push(set);
                    let grants = vec![grant];
                    self.people.push(Actor {
                        account: id,
                        display,
                        grants,
                        reads: FieldClass::Secret,
                        unit: None,
                    });
                }
            }
        }
        for result in city.engine.database.apply_bulk(sets).await {
            result.map_err(|error| format!("the people of the demo cannot be stored: {error}"))?;
        }
        Ok(())
    }

    /// Where people of a seat are needed.
    fn places(&self, seat: Seat) -> Vec<Place> {
        let of_firm = |own: fn(&Place) -> Place| {
            let mut all: Vec<Place> = self.firms.iter().map(|f| own(&f.place)).collect();
            all.dedup();
            all
        };
        match seat {
            Seat::City | Seat::Department => vec![Place::default()],
            Seat::County => {
                self.counties.iter().map(|c| Place { county: c.clone(), ..Place::default() }).collect()
            }
            Seat::Township => of_firm(|p| Place {
                county: p.county.clone(),
                township: p.township.clone(),
                ..Place::default()
            }),
            Seat::Enterprise => of_firm(|p| Place { organisation: p.organisation, ..Place::default() }),
            Seat::System => Vec::new(),
        }
    }
}

/// Shorter to read where many grants are asked.
trait Covers {
    fn place_covers(&self, place: &Place) -> bool;
}

impl Covers for Grant {
    fn place_covers(&self, place: &Place) -> bool {
        self.covers(place)
    }
}

fn counties(city: &City) -> Vec<String> {
    let today = city.engine.today();
    let here = city.engine.model.regions.iter().filter(|r| {
        r.kind == RegionKind::County && r.from <= today && r.until.is_none_or(|until| today <= until)
    });
    let mut codes: Vec<String> = here.map(|r| r.code.get_ref().clone()).collect();
    // The county of the plant first: what stands once in a county stands there.
    codes.sort_by_key(|code| code != "410223");
    codes
}

/// One enterprise of each sector that works as usual; the first one is the plant that is shown.
async fn firms(city: &City, overseer: &Actor) -> Result<Vec<Firm>, String> {
    let model = &city.engine.model;
    let Some(register) = model.shaped(Shape::Enterprise) else { return Ok(Vec::new()) };
    let request = ListRequest { limit: LOOKED_AT, ascending: true, ..ListRequest::default() };
    let page = city.engine.list(overseer, register.name(), &request).await;
    let mut sectors: Vec<String> = Vec::new();
    let mut firms: Vec<Firm> = Vec::new();
    for record in page.map_err(|error| error.to_string())?.records {
        let word =
            |name: &str| record.facts.get(name).and_then(|f| f.as_text()).unwrap_or_default().to_owned();
        let sector = word("sector");
        let (known, works) = (sectors.contains(&sector), word("operating_state") == "normal");
        if firms.is_empty() || (!known && works && !record.place.township.is_empty()) {
            sectors.push(sector);
            firms.push(Firm {
                id: record.id,
                place: Place { organisation: record.id, ..record.place },
                facts: record.facts,
            });
        }
    }
    Ok(firms)
}
