//! The packs that come with the program, and what the checker says about broken ones.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

mod broken;
mod coverage;
mod document;
mod elements;
mod figures;
mod go_live;
mod rules;
mod shipped;
mod templates;
