//! The plan: reads an official document into clauses, and reads, checks and joins the packs that make clauses run.
//!
//! Knows nothing of databases and HTTP. [`document`] and [`read`] turn the official text into a clause tree;
//! [`pack`] is the data that the engine runs on, and [`expression`] the language of its conditions.

pub mod document;
pub mod expression;
pub mod pack;
pub mod read;
