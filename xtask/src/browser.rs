//! The step `browser`: builds the program and plays its pages in Chromium (`tests/browser`).

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::postgres::Cluster;
use crate::tally::Tally;
use crate::{Outcome, command, install, place};

/// Runs the browser tests whose file name contains one of `words`, or all.
///
/// # Errors
/// When Chromium or node are missing and cannot be installed, when the program does not build, or when a test fails.
pub(crate) fn run(words: &[String], tally: &mut Tally) -> Outcome {
    // A short run plays on PostgreSQL what the long one plays on SQLite.
    let cluster = Cluster::start()?;
    play(words, &[], Some(&cluster), tally)
}

/// Takes the pictures for the documentation.
///
/// # Errors
/// As for [`run`].
pub(crate) fn screenshots(words: &[String]) -> Outcome {
    play(words, &["--screens"], None, &mut Tally::default())
}

fn play(words: &[String], flags: &[&str], cluster: Option<&Cluster>, tally: &mut Tally) -> Outcome {
    let chromium = find_or_install_chromium()?;
    install_packages()?;
    command::run(&mut command::cargo(["build", "--quiet", "--package", "anlan"]))?;
    let mut runner = command::program("node", ["run.mjs"]);
    runner.args(flags).args(words).current_dir(place::browser_tests());
    runner.env("ANLAN_CHROMIUM", chromium).env("ANLAN_BIN", place::target().join("debug/anlan"));
    if let Some(cluster) = cluster {
        cluster.tell(&mut runner);
    }
    command::watch(&mut runner, command::Stream::Out, &mut |line| tally.read_node(line))
}

fn find_or_install_chromium() -> Outcome<PathBuf> {
    let mut missing = Vec::new();
    if find_chromium().is_none() {
        missing.push("chromium");
    }
    if !has_chinese_font() {
        missing.push("fonts-noto-cjk");
    }
    if command::find("node").is_none() || command::find("npm").is_none() {
        missing.extend(["nodejs", "npm"]);
    }
    if !missing.is_empty() {
        install::debian(&missing, "The browser tests")?;
    }
    find_chromium().ok_or_else(|| "Chromium is installed, but cannot be found in PATH".to_owned())
}

fn find_chromium() -> Option<PathBuf> {
    if let Some(file) = std::env::var_os("ANLAN_CHROMIUM") {
        return Some(file.into());
    }
    ["chromium", "chromium-browser", "google-chrome"].iter().find_map(|name| command::find(name))
}

/// Without one, pictures show boxes where Chinese text should be.
fn has_chinese_font() -> bool {
    if command::find("fc-list").is_none() {
        return Path::new("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc").is_file();
    }
    command::read(&mut command::program("fc-list", [":lang=zh"])).is_ok_and(|list| !list.trim().is_empty())
}

/// Installs what `package-lock.json` pins, unless that was done since it last changed.
fn install_packages() -> Outcome {
    let folder = place::browser_tests();
    let done = changed(&folder.join("node_modules/.package-lock.json"));
    let wanted = changed(&folder.join("package-lock.json"));
    if done.is_some() && done >= wanted {
        return Ok(());
    }
    let mut npm = command::program("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
    command::run(npm.current_dir(folder))
}

fn changed(file: &Path) -> Option<SystemTime> {
    std::fs::metadata(file).and_then(|data| data.modified()).ok()
}
