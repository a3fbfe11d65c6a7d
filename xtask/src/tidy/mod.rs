//! `cargo xtask tidy`: what a person can check in a minute, checked by a program. Every finding is reported, not only
//! the first. `files` looks at the text of files, `paths` at what ARCHITECTURE.md names, `rooms` at who uses whom.

mod files;
mod paths;
mod rooms;

use crate::{Outcome, place, say};

/// Runs all checks.
///
/// # Errors
/// With the list of findings.
pub(crate) fn run() -> Outcome {
    let root = place::root();
    let files = files::gather(&root)?;
    say::line(&files::largest(&files));
    let mut findings = files::check(&files);
    findings.extend(paths::check(&root));
    findings.extend(rooms::check(&root)?);
    if findings.is_empty() {
        say::line(&format!("{} files looked at, nothing found", files.len()));
        return Ok(());
    }
    Err(format!("tidy found {}:\n  {}", findings.len(), findings.join("\n  ")))
}
