//! Workbooks: written for people who print and sign them, read from whatever people hand in.

pub mod bad_rows;
pub mod column;
pub mod read;
pub mod template;
pub mod write;

mod look;
pub(crate) mod sheet_form;
