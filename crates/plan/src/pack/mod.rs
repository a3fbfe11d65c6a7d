//! The pack: a folder of TOML files that says what must be true in a city.
//!
//! [`load`] reads the files of a folder; [`check`] finds everything in them that cannot work, with file, line, key and
//! what would be allowed. A [`Model`] is several packs (core, then the city's) put together, and is what the engine
//! runs on. Nothing here knows of databases or pages.

pub mod check;
pub mod choice;
pub mod clause;
mod day;
pub mod document;
pub mod duty;
pub mod duty_link;
pub mod every;
pub mod fault;
pub mod field;
pub mod limit;
pub mod load;
pub mod model;
pub mod party;
pub mod procedure;
pub mod register;
pub mod seed;
pub mod value;
pub mod when;

pub use choice::{Choice, Choices};
pub use clause::{ClauseTitle, parent_of, part_of};
pub use document::{PlanDocument, PlanPart};
pub use duty::Duty;
pub use every::Every;
pub use fault::{Fault, Faults};
pub use field::{Field, FieldClass, FieldKind};
pub use limit::{Limit, Unit};
pub use load::{Source, load_folder, load_sources};
pub use model::Model;
pub use party::{Department, RegionDefinition, RegionKind, Role, Seat};
pub use procedure::{Late, Opening, Procedure, State, StateKind, Step};
pub use register::{Area, Reassess, Register, ScopeFrom, Shape};
pub use seed::Seed;
pub use value::DatedValue;
pub use when::When;
