//! A register as a workbook: the columns of its template, its rows on their way in, its records on their way out, and
//! the rows that were refused handed back with their reasons. Pages and the command line share this.

mod columns;
mod export;
mod handed_back;
mod import;

pub use columns::{columns, export_columns, import_fields};
pub use export::{Exported, write_records};
pub use handed_back::{HandBackError, Refusals, bad_rows};
pub use import::{Import, ImportError, check};
