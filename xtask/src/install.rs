//! Programs that a step needs and the machine lacks: installed when that can be done without asking, otherwise the
//! exact command to type is part of the failure.

use std::path::PathBuf;
use std::process::Command;

use crate::{Outcome, command, place};

/// Whether this process may change the machine.
pub(crate) fn is_root() -> bool {
    command::read(&mut command::program("id", ["-u"])).is_ok_and(|user| user.trim() == "0")
}

/// Installs Debian packages, which `what` needs.
///
/// # Errors
/// When we are not root, when there is no `apt-get`, or when it fails.
pub(crate) fn debian(packages: &[&str], what: &str) -> Outcome {
    let list = packages.join(" ");
    if !is_root() || command::find("apt-get").is_none() {
        return Err(format!(
            "{what} needs programs that are missing here. Install them and run this again:\n\n    \
                            sudo apt-get install --no-install-recommends {list}\n"
        ));
    }
    command::run(&mut apt(&["update"]))?;
    let mut args = vec!["install", "--yes", "--no-install-recommends"];
    args.extend_from_slice(packages);
    command::run(&mut apt(&args))
}

fn apt(args: &[&str]) -> Command {
    let mut command = command::program("apt-get", std::iter::once("--quiet=2").chain(args.iter().copied()));
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}

/// A program that is published as a Python package, put into the build directory.
///
/// # Errors
/// When Python's installer is missing or fails.
pub(crate) fn python(package: &str, version: &str, name: &str) -> Outcome<PathBuf> {
    let folder = place::tools().join(format!("{name}-{version}"));
    let file = folder.join("bin").join(name);
    if !file.is_file() {
        let pinned = format!("{package}=={version}");
        let mut pip = command::program(
            "python3",
            ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--target"],
        );
        command::run(pip.arg(&folder).arg(pinned))?;
    }
    if file.is_file() { Ok(file) } else { Err(format!("{package} {version} brought no program `{name}`")) }
}
