//! The pack: a folder of TOML files that says what must be true in a city.
//!
//! [`load`] reads the files of a folder; [`check`] finds everything in them that cannot work, with file, line, key and
//! what would be allowed. A [`Model`] is several packs (core, then the city's) put together, and is what the engine
//! runs on. Nothing here knows of databases or pages.

pub mod assessment;
pub mod binding;
pub mod body;
pub mod bound;
pub mod campaign;
pub mod check;
pub mod checklist;
pub mod choice;
pub mod clause;
pub mod connector;
pub mod coverage;
mod day;
pub mod deliverable;
pub mod document;
pub mod duty;
pub mod duty_link;
pub mod element;
pub mod elements;
pub mod every;
pub mod fault;
pub mod field;
pub mod indicator;
pub mod limit;
pub mod load;
pub mod model;
pub mod monitor;
pub mod party;
pub mod procedure;
pub mod publication;
pub mod register;
pub mod row;
pub mod rule;
pub mod scorecard;
pub mod seed;
pub mod serve;
pub mod subject;
pub mod template;
pub mod value;
pub mod when;

pub use assessment::Assessment;
pub use binding::Binding;
pub use body::{Body, BodyLevel, BodyPost};
pub use campaign::Campaign;
pub use checklist::Checklist;
pub use choice::{Choice, Choices};
pub use clause::{ClauseTitle, parent_of, part_of};
pub use connector::Connector;
pub use deliverable::Deliverable;
pub use document::{PlanDocument, PlanPart};
pub use duty::Duty;
pub use element::Element;
pub use elements::Elements;
pub use every::Every;
pub use fault::{Fault, Faults};
pub use field::{Field, FieldClass, FieldKind};
pub use indicator::Indicator;
pub use limit::{Limit, Unit};
pub use load::{Source, load_folder, load_sources, load_without};
pub use model::Model;
pub use monitor::Monitor;
pub use party::{Department, RegionDefinition, RegionKind, Role, Seat};
pub use procedure::{Late, Opening, Procedure, State, StateKind, Step};
pub use publication::Publication;
pub use register::{Area, Reassess, Register, ScopeFrom, Shape};
pub use row::{ClauseRow, RowKind};
pub use rule::{Consequence, ConsequenceKind, Expected, Rule, RuleCase, Sweep};
pub use scorecard::Scorecard;
pub use seed::Seed;
pub use subject::FixedSubject;
pub use template::Template;
pub use value::DatedValue;
pub use when::When;
