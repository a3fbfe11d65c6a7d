//! The city: who exists, who may act, and what each may see.
//!
//! - [`regions`], [`departments`], [`responsible`]: the parties, by day. Pure.
//! - [`accounts`], [`sign_in`], [`sessions`], [`seats`], [`api_keys`]: who somebody is. All of them go through one
//!   [`Gate`], which holds the database, the settings and the short memory that pages are served from.
//! - [`grants`] and [`roles`]: what somebody may do and where. Scope is decided here ([`actor`]) and compiled into
//!   every query by `store`; pages never decide it.
//!
//! Two clocks are kept apart: arguments named `now` are wall time (sessions, locks, codes), arguments named `today`
//! are the plan's day (grants, secondments).

pub mod account_codes;
pub mod accounts;
mod acting;
pub mod actor;
pub mod api_keys;
mod attempts;
pub mod departments;
pub mod error;
pub mod gate;
pub mod grants;
pub mod journal;
pub mod lockout;
pub mod messages;
pub mod passwords;
pub mod place;
pub mod presence;
mod reading;
pub mod regions;
pub mod responsible;
pub mod roles;
pub mod seal;
pub mod seats;
pub mod secret;
pub mod sessions;
pub mod sign_in;
pub mod tables;
pub mod totp;

pub use accounts::{Account, AccountState};
pub use actor::{Actor, Grant};
pub use error::CityError;
pub use gate::{Gate, Settings};
pub use journal::By;
pub use place::Place;
pub use presence::Presence;
pub use regions::Regions;
pub use secret::Secret;
pub use sessions::Session;
pub use tables::tables;
