//! Expressions of packs: memory and both engines give the same verdicts.

mod examples;
mod pack;
mod property;
mod texts;
