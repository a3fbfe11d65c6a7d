//! The parties of a plan: regions with their dates, departments with their aliases, roles.

use base::{Day, Text};
use serde::Deserialize;
use toml::Spanned;

use super::FieldClass;

/// Kind of region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegionKind {
    /// The city itself.
    City,
    /// A district or county.
    County,
    /// A township, town or street office.
    Township,
    /// A functional area that is not a division of its own: a zone, a chemical park.
    Zone,
}

/// A region as the pack names it, with the days between which it existed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegionDefinition {
    /// Adcode (six digits) or area code (nine digits); a code of our own with a letter for functional areas.
    pub code: Spanned<String>,
    /// Name.
    pub title: Text,
    /// Kind.
    pub kind: RegionKind,
    /// The region above it; absent for the city.
    #[serde(default)]
    pub parent: Option<String>,
    /// First day on which it existed under this code and parent.
    #[serde(deserialize_with = "super::day::one")]
    pub from: Day,
    /// Last day.
    #[serde(default, deserialize_with = "super::day::maybe")]
    pub until: Option<Day>,
    /// A zone that stands beside the districts and counties: what binds each county binds it too.
    #[serde(default)]
    pub county_rank: bool,
    /// Centre, longitude and latitude (WGS-84).
    #[serde(default)]
    pub centre: Option<[f64; 2]>,
    /// Where this is documented.
    #[serde(default)]
    pub source: Option<String>,
}

/// A department of the city.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Department {
    /// Stored name.
    pub id: Spanned<String>,
    /// Official name.
    pub title: Text,
    /// Other names under which the plan speaks of it.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Sectors that it leads.
    #[serde(default)]
    pub sectors: Vec<String>,
    /// First day, where it is known and matters.
    #[serde(default, deserialize_with = "super::day::maybe")]
    pub from: Option<Day>,
    /// Last day.
    #[serde(default, deserialize_with = "super::day::maybe")]
    pub until: Option<Day>,
}

/// On which level a role sits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seat {
    /// In an enterprise.
    Enterprise,
    /// In a township.
    Township,
    /// In a county.
    County,
    /// In a department of the city.
    Department,
    /// In the city's office or leadership.
    City,
    /// Administration of the program itself.
    System,
}

/// A role that accounts hold within a scope.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// Stored name, for instance `enterprise.safety_manager`.
    pub id: Spanned<String>,
    /// What people read.
    pub title: Text,
    /// Level.
    pub seat: Seat,
    /// The most protected class of fields that it reads.
    #[serde(default)]
    pub reads: FieldClass,
    /// Roles that one person may not hold beside this one (三员分立).
    #[serde(default)]
    pub excludes: Vec<String>,
}
