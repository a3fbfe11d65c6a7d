//! The steps `format`, `lint` and `doc`: what cargo itself checks.

use crate::tally::Tally;
use crate::{Outcome, command};

/// Whether all code is formatted as `rustfmt.toml` says.
///
/// # Errors
/// When a file is not; `cargo fmt --all` mends it.
pub(crate) fn format() -> Outcome {
    command::run(&mut command::cargo(["fmt", "--all", "--check"]))
        .map_err(|error| format!("{error}\nMend it with: cargo fmt --all"))
}

/// Whether the whole workspace is free of warnings.
///
/// # Errors
/// When there is a warning.
pub(crate) fn lint() -> Outcome {
    command::run(&mut command::cargo([
        "clippy",
        "--quiet",
        "--workspace",
        "--all-targets",
        "--",
        "--deny",
        "warnings",
    ]))
}

/// Whether the documentation builds without broken links, and its examples run.
///
/// # Errors
/// When a link is broken or an example fails.
pub(crate) fn doc(tally: &mut Tally) -> Outcome {
    let mut pages =
        command::cargo(["doc", "--quiet", "--workspace", "--no-deps", "--document-private-items"]);
    command::run(pages.env("RUSTDOCFLAGS", "--deny warnings"))?;
    command::watch(
        &mut command::cargo(["test", "--quiet", "--workspace", "--doc", "--no-fail-fast"]),
        command::Stream::Out,
        &mut |line| tally.read_cargo_test(line),
    )
}
