//! The language of conditions: what the checker lets pass, what it refuses and with which words.

#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

mod checked;
mod reading;

use std::path::PathBuf;

use plan::expression::Context;
use plan::pack::{Model, load_sources};

const PACK: &str = include_str!("pack.toml");

fn model() -> Model {
    let sources =
        load_sources(vec![("pack.toml".into(), PathBuf::from("pack.toml"), PACK.to_owned())]).unwrap();
    Model::from_sources(&sources).unwrap()
}

fn context(model: &Model) -> Context<'_> {
    Context::of(model, "s", "enterprise").with_period()
}
