//! Everything that leaves or enters as a file: workbooks out and in, import templates, the workbook of bad rows,
//! QR codes, checks of uploaded files by their content, and print-ready documents.
//!
//! This crate knows nothing of HTTP and of SQL: it takes plain values and gives bytes, HTML or rows back.
//!
//! Where is ...?
//! - the export of a list: [`xlsx::write`]; the import of one: [`xlsx::read`] (also CSV)
//! - the import template: [`xlsx::template`]; the rows handed back: [`xlsx::bad_rows`]
//! - what an uploaded file really is: [`sniff`], [`image_check`]; what it is called: [`file_name`]; what a photograph says of time and place:
//!   [`photo_facts`]
//! - a register as a workbook, in and out: [`register`]
//! - the papers an office prints and signs: [`mod@print`]; the codes on them: [`qr`]; the long picture for a group
//!   chat: [`picture`]

pub mod file_name;
pub mod image_check;
pub mod photo_facts;
pub mod picture;
pub mod print;
pub mod qr;
pub mod register;
pub mod sniff;
pub mod xlsx;
