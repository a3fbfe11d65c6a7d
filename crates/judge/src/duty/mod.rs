//! Duties, purely: which periods there are, when each is due, whom it binds, in which state it is, what follows when it
//! is late. A duty binds a subject over a span of days; periods are computed from the calendar and never stored.

pub mod cases;
pub mod instance;
pub mod memory;
pub mod stages;
pub mod state;

pub use instance::Instance;
pub use stages::{Consequence, Stage};
pub use state::State;

#[cfg(test)]
mod tests;
