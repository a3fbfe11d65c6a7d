//! Values of fields on their way: from what people type ([`parse`]) to facts, to columns and back ([`mod@column`]), to
//! what people read ([`show`]).

pub mod column;
pub mod parse;
pub(crate) mod reader;
pub mod show;
