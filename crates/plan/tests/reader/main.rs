//! The plan reader: on documents written for these tests, on the official plan, and on random texts.

mod documents;
mod properties;
mod seed;
