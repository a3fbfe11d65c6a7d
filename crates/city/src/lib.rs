//! The city: who exists, who may act, and what each may see.
//!
//! Regions by date, departments with their aliases, accounts, roles within a scope, sessions, units with their seats.
//! Scope is decided here ([`actor`]) and compiled into every query by `store`; pages never decide it.

pub mod actor;
pub mod place;

pub use actor::{Actor, Grant};
pub use place::Place;
