//! A register: a typed list of records (台账、清单、信息库) that somebody keeps.

use base::Text;
use serde::Deserialize;
use toml::Spanned;

use super::{Field, When};

/// Where in the menu a register stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Area {
    /// Enterprises and their people.
    Enterprises,
    /// Risk control.
    Risk,
    /// Hazards.
    Hazards,
    /// Inspections.
    Inspections,
    /// The plan itself.
    Plan,
    /// Everything else.
    Registers,
}

/// From where a record gets its county, township, organisation, sector and park.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScopeFrom {
    /// From its own fields `county`, `township`, `sector`, `park`; the record itself is the organisation.
    Itself,
    /// From the record that the named reference field points to.
    Reference(String),
    /// From its own field `county` (may be empty: city-wide); no organisation.
    Place,
    /// Everybody may read it (criteria, templates).
    Shared,
}

/// A shape that Rust needs by name: the loader checks that a register claiming it has the fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// An enterprise.
    Enterprise,
    /// A person of an enterprise.
    Person,
    /// A workshop, team or post of an enterprise.
    Unit,
    /// A risk point.
    RiskPoint,
    /// A hazardous factor with its assessment.
    RiskFactor,
    /// A measure against a factor.
    Measure,
    /// What is looked at, by whom, how often.
    CheckItem,
    /// One look at one item.
    CheckRecord,
    /// A hazard.
    Hazard,
    /// A criterion of major hazards.
    Criterion,
    /// The statistics of hazards that an enterprise reports for a period.
    HazardReport,
    /// A body that is responsible for an enterprise.
    ResponsibleBody,
    /// An earlier assessment of a factor.
    Assessment,
    /// A case that asks for a factor to be assessed again.
    Reassessment,
    /// A document that one unit owes for one period.
    DeliverableCopy,
    /// One campaign of one unit in one period.
    CampaignRun,
    /// The result of an assessment that a pack binds to a register.
    AssessmentResult,
    /// A filled checklist.
    ChecklistRecord,
    /// One run of a connector.
    ConnectorRun,
    /// What is proposed to somebody who decides: listing, delisting, letters, credit, publication.
    Proposal,
    /// Who holds which post of which body, from when to when.
    BodyMember,
}

/// A change of a record of this register after which the risk factors that it concerns are assessed again.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reassess {
    /// Fields of which at least one changes.
    pub fields: Vec<String>,
    /// What the record must hold then.
    #[serde(default)]
    pub when: When,
    /// Why: a choice of the field `reason` of the register with the shape `reassessment`.
    pub reason: String,
}

/// A typed list.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// Name in code, addresses and the database.
    pub id: Spanned<String>,
    /// What people read.
    pub title: Text,
    /// The template whose fields, columns and filters it takes.
    #[serde(default)]
    pub extend: Option<Spanned<String>>,
    /// Fields of the template that it does without.
    #[serde(default)]
    pub without: Vec<Spanned<String>>,
    /// What belongs here and how it comes in: shown where the list is empty.
    pub about: Text,
    /// The clauses that ask for it.
    #[serde(default)]
    pub clauses: Vec<String>,
    /// Where in the menu.
    pub area: Area,
    /// The shape that Rust needs of it.
    #[serde(default)]
    pub shape: Option<Shape>,
    /// Records run through procedures: their table carries procedure, state and time limit.
    #[serde(default)]
    pub cases: bool,
    /// Scope of a record.
    pub scope: ScopeFrom,
    /// Roles that may add and change records.
    pub keeper: Vec<String>,
    /// Roles that may read records; empty: every role whose scope covers the record.
    #[serde(default)]
    pub readers: Vec<String>,
    /// Pattern of the code, with `{county}`, `{year}`, `{seq}`.
    pub code: String,
    /// Field whose value is the record's title; the template's where it extends one.
    #[serde(default)]
    pub title_from: String,
    /// The fields; those of its template come first.
    #[serde(default, rename = "field")]
    pub fields: Vec<Field>,
    /// Columns of the list.
    #[serde(default)]
    pub list: Vec<String>,
    /// Fields offered as filters.
    #[serde(default)]
    pub filters: Vec<String>,
    /// At most three fields by which the list can be sorted, newest first by default.
    #[serde(default)]
    pub sorts: Vec<String>,
    /// Fields whose words are searched, beside code and title.
    #[serde(default)]
    pub search: Vec<String>,
    /// Fields that together identify a record in an import (add or update per row).
    #[serde(default)]
    pub identity: Vec<String>,
    /// Counters kept for the dashboard: choice fields whose values are counted by county, township and sector.
    #[serde(default)]
    pub counted: Vec<String>,
    /// Changes after which risk factors are assessed again.
    #[serde(default)]
    pub reassess: Vec<Reassess>,
}

impl Register {
    /// Name in code, addresses and the database.
    #[must_use]
    pub fn name(&self) -> &str {
        self.id.get_ref()
    }

    /// The field of that name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|f| f.name() == name)
    }
}
