//! Who may use whom (ARCHITECTURE.md): a crate may use those before it in the house and none after it, the pure
//! crates reach no database and no network, and only `store` makes SQL.

use std::path::Path;

use crate::{Outcome, command};

/// Our crates, in the order in which they may use each other.
const HOUSE: [&str; 12] =
    ["base", "plan", "calc", "wire", "judge", "store", "city", "engine", "sense", "report", "web", "anlan"];

const DATABASES: &[&str] =
    &["rusqlite", "libsqlite3-sys", "tokio-postgres", "postgres", "deadpool-postgres", "sea-query", "sqlx"];
const NETWORKS: &[&str] = &["tokio", "mio", "axum", "hyper", "tower-http", "reqwest", "rustls"];
const SERVERS: &[&str] = &["axum", "hyper", "tower-http"];

/// What a crate must not reach, at any distance or by itself.
struct Limit {
    room: &'static str,
    far: &'static [&'static [&'static str]],
    near: &'static [&'static [&'static str]],
}

const LIMITS: [Limit; 10] = [
    Limit { room: "base", far: &[DATABASES, NETWORKS], near: &[] },
    Limit { room: "plan", far: &[DATABASES, NETWORKS], near: &[] },
    Limit { room: "calc", far: &[DATABASES, NETWORKS], near: &[] },
    Limit { room: "wire", far: &[DATABASES, NETWORKS], near: &[] },
    Limit { room: "judge", far: &[DATABASES, NETWORKS], near: &[] },
    Limit { room: "store", far: &[SERVERS], near: &[] },
    Limit { room: "city", far: &[SERVERS], near: &[DATABASES] },
    Limit { room: "engine", far: &[SERVERS], near: &[DATABASES] },
    Limit { room: "report", far: &[SERVERS], near: &[DATABASES] },
    Limit { room: "web", far: &[], near: &[DATABASES] },
];

/// All findings.
///
/// # Errors
/// When `cargo tree` fails.
pub(super) fn check(root: &Path) -> Outcome<Vec<String>> {
    let mut findings = Vec::new();
    for room in HOUSE.iter().copied().filter(|room| root.join("crates").join(room).is_dir()) {
        let near = dependencies(room, &["--depth", "1"])?;
        findings.extend(backwards(room, &near));
        for limit in LIMITS.iter().filter(|limit| limit.room == room) {
            findings.extend(forbidden(room, "depends on", limit.near, &near));
            if !limit.far.is_empty() {
                findings.extend(forbidden(room, "reaches", limit.far, &dependencies(room, &[])?));
            }
        }
    }
    Ok(findings)
}

/// Names of the crates that `room` is built from, without those of its tests.
fn dependencies(room: &str, more: &[&str]) -> Outcome<Vec<String>> {
    let mut tree = command::cargo(["tree", "--quiet", "--all-features", "--edges", "normal,build"]);
    tree.args(["--prefix", "none", "--format", "{p}", "--package", room]).args(more);
    let text = command::read(&mut tree)?;
    let names = text.lines().filter_map(|line| line.split_whitespace().next());
    Ok(names.filter(|name| *name != room).map(str::to_owned).collect())
}

fn backwards(room: &str, near: &[String]) -> Vec<String> {
    let place = |name: &str| HOUSE.iter().position(|known| *known == name);
    near.iter()
        .filter(|name| place(name) > place(room))
        .map(|name| format!("crates/{room} depends on {name}, which comes after it in the house"))
        .collect()
}

fn forbidden(room: &str, how: &str, lists: &[&[&str]], names: &[String]) -> Vec<String> {
    let mut found: Vec<&str> = lists
        .iter()
        .flat_map(|list| list.iter().copied())
        .filter(|bad| names.iter().any(|name| name == bad))
        .collect();
    found.sort_unstable();
    found
        .iter()
        .map(|bad| format!("crates/{room} {how} {bad}, which it must not (ARCHITECTURE.md)"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(list: &[&str]) -> Vec<String> {
        list.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_crate_may_use_those_before_it_only() {
        assert!(backwards("engine", &names(&["base", "store", "serde"])).is_empty());
        assert_eq!(backwards("calc", &names(&["base", "web"])).len(), 1);
    }

    #[test]
    fn a_forbidden_dependency_is_named_with_the_crate_that_reaches_it() {
        let found =
            forbidden("judge", "reaches", &[DATABASES, NETWORKS], &names(&["serde", "tokio", "rusqlite"]));
        assert_eq!(found.len(), 2);
        assert!(found.iter().any(|text| text.starts_with("crates/judge reaches tokio")));
    }

    #[test]
    fn what_cargo_says_of_a_real_crate_is_understood() {
        let found = dependencies("base", &[]).unwrap();
        assert!(found.iter().any(|name| name == "chrono") && !found.iter().any(|name| name == "base"));
    }
}
