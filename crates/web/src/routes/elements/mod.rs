//! What the packs say today: the browser of elements with a page for each in words, what units owe, checklists.

pub(super) mod browser;
pub(super) mod checklist;
pub(crate) mod one;
pub(super) mod owed;
