//! Reads an official document: text or docx in, [`Document`] out. Nothing here touches files or the clock.
//!
//! [`source`] finds out what the bytes are, [`normalise`] makes one flow of them, [`parts`] and [`head`] read the frame
//! (GB/T 9704-2012), [`numbering`], [`tree`] and [`tail`] the clauses, and one module each who, when, how much and what is
//! cited. [`assemble`] puts the findings on the clauses, with inheritance.

mod acting;
mod assemble;
mod citations;
mod dates;
mod departments;
mod docx;
mod error;
mod head;
mod list_numbers;
mod moments;
mod normalise;
mod numbering;
mod numerals;
mod parts;
mod recurrences;
mod responsibility;
mod roles;
mod source;
mod statements;
mod systems;
mod tail;
mod targets;
mod tree;

pub use error::ReadError;

use crate::document::Document;

/// Largest file that is read, bytes. A plan with all annexes has a few hundred kilobytes; a docx with pictures more.
pub const LARGEST_FILE: usize = 32 * 1024 * 1024;
/// Largest text inside a file, bytes.
pub const LARGEST_TEXT: usize = 16 * 1024 * 1024;

/// Reads a document from the bytes of a file. `file_name` is used in messages and in the draft only.
///
/// # Errors
/// When the bytes are no text and no docx, are damaged or too large: what they are and what to do.
pub fn read(bytes: &[u8], file_name: &str) -> Result<Document, ReadError> {
    let text = source::text_of(bytes)?;
    let mut document = assemble::document(text);
    file_name.clone_into(&mut document.file);
    Ok(document)
}

/// The one name under which the reader hands on a department, whatever form is given (`市应急局` is `应急管理局`); none
/// when the text does not name a body.
#[must_use]
pub fn department_name(written: &str) -> Option<String> {
    departments::body(&departments::local_form(written))
}

/// Stored name and English name of a department of the reader's table.
pub(crate) fn known_department(name: &str) -> Option<(&'static str, &'static str)> {
    departments::by_name(name).map(|k| (k.id.as_str(), k.en.as_str()))
}
