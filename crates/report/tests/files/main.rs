//! Files made and read by the tests themselves: workbooks, templates, bad rows, broken files.

mod broken;
mod common;
mod handed_back;
mod import;
mod papers;
mod workbook;
