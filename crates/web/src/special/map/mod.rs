//! The four-colour map: counties by risk, and the enterprises themselves when one looks closer.

pub(super) mod outlines;
pub(super) mod page;
pub(super) mod points;
