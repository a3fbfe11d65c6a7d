//! Somebody who acts, with the roles they hold and where. The same grants answer two questions: which rows may be
//! read ([`Actor::scope`]) and which roles count over one record ([`Actor::roles_over`]).

use std::collections::BTreeSet;

use base::{Day, Id};
use plan::pack::FieldClass;
use store::{Scope, ScopeBranch};

use crate::Place;

/// A role within a scope. Empty parts do not restrict: a grant with a county alone covers the whole county.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Role by the pack.
    pub role: String,
    /// Where it holds.
    pub place: Place,
    /// First day.
    pub from: Day,
    /// Last day; None while it lasts.
    pub until: Option<Day>,
}

impl Grant {
    /// True on the days on which the grant holds.
    #[must_use]
    pub fn holds_on(&self, day: Day) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }

    /// True when `place` lies within the grant.
    #[must_use]
    pub fn covers(&self, place: &Place) -> bool {
        let text = |own: &str, other: &str| own.is_empty() || own == other;
        text(&self.place.county, &place.county)
            && text(&self.place.township, &place.township)
            && text(&self.place.sector, &place.sector)
            && text(&self.place.park, &place.park)
            && (self.place.organisation.is_nil() || self.place.organisation == place.organisation)
    }
}

/// An account at work, with the grants that hold today.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The account.
    pub account: Id,
    /// The name that others read.
    pub display: String,
    /// Grants that hold today.
    pub grants: Vec<Grant>,
    /// The most protected class of fields that any of its roles reads.
    pub reads: FieldClass,
    /// The unit for which a named operator acts at a shared seat; None at a personal account.
    pub unit: Option<Id>,
}

impl Actor {
    /// True when any grant has `role`.
    #[must_use]
    pub fn has_role(&self, role: &str) -> bool {
        self.grants.iter().any(|g| g.role == role)
    }

    /// True when any grant has one of `roles`.
    #[must_use]
    pub fn has_any(&self, roles: &[String]) -> bool {
        self.grants.iter().any(|g| roles.contains(&g.role))
    }

    /// The roles held over a record that stands at `place`.
    #[must_use]
    pub fn roles_over(&self, place: &Place) -> BTreeSet<String> {
        self.grants.iter().filter(|g| g.covers(place)).map(|g| g.role.clone()).collect()
    }

    /// The enterprise of an account that belongs to one.
    #[must_use]
    pub fn enterprise(&self) -> Option<Id> {
        self.grants.iter().map(|g| g.place.organisation).find(|id| !id.is_nil())
    }

    /// The county to which all grants are limited, if they are.
    #[must_use]
    pub fn county(&self) -> Option<&str> {
        let first = self.grants.first()?.place.county.as_str();
        let same = self.grants.iter().all(|g| g.place.county == first);
        (same && !first.is_empty()).then_some(first)
    }

    /// The township to which all grants are limited, if they are.
    #[must_use]
    pub fn township(&self) -> Option<&str> {
        let first = self.grants.first()?.place.township.as_str();
        let same = self.grants.iter().all(|g| g.place.township == first);
        (same && !first.is_empty()).then_some(first)
    }

    /// The rows that may be read: one branch per grant of a role for which `counts` is true. Administrators of the
    /// program hold roles without any domain rows, so theirs never count.
    #[must_use]
    pub fn scope(&self, counts: impl Fn(&str) -> bool) -> Scope {
        let mut branches: Vec<ScopeBranch> = Vec::new();
        for grant in self.grants.iter().filter(|g| counts(&g.role)) {
            let branch = branch_of(&grant.place);
            if !branches.contains(&branch) {
                branches.push(branch);
            }
        }
        Scope::of(branches)
    }
}

fn branch_of(place: &Place) -> ScopeBranch {
    let text = |value: &str| (!value.is_empty()).then(|| value.to_owned());
    ScopeBranch {
        county: text(&place.county),
        township: text(&place.township),
        organisation: (!place.organisation.is_nil()).then_some(place.organisation),
        sector: text(&place.sector),
        park: text(&place.park),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(role: &str, county: &str, organisation: Id) -> Grant {
        let place = Place { county: county.into(), organisation, ..Place::default() };
        Grant { role: role.into(), place, from: Day::new(2020, 6, 4).unwrap(), until: None }
    }

    #[test]
    fn a_role_counts_only_over_what_its_grant_covers() {
        let plant = Id::from_u128(7);
        let actor = Actor {
            account: Id::from_u128(1),
            display: "甲".into(),
            grants: vec![grant("county.regulator", "410222", Id::NIL), grant("enterprise.head", "", plant)],
            reads: FieldClass::Internal,
            unit: None,
        };
        let elsewhere = Place { county: "410221".into(), ..Place::default() };
        assert!(actor.roles_over(&elsewhere).is_empty());
        let inside = Place { county: "410222".into(), organisation: plant, ..Place::default() };
        assert_eq!(actor.roles_over(&inside).len(), 2);
        assert_eq!(actor.county(), None);
    }

    #[test]
    fn a_grant_ends_with_its_last_day() {
        let day = |text: &str| Day::parse(text).unwrap();
        let mut seconded = grant("county.office", "410222", Id::NIL);
        seconded.until = Some(day("2021-06-30"));
        assert!(seconded.holds_on(day("2021-06-30")) && !seconded.holds_on(day("2021-07-01")));
    }
}
