//! The step `test`: all unit and integration tests. Storage tests run on SQLite and, through the address in
//! `ANLAN_TEST_POSTGRES`, on a private PostgreSQL that lives as long as this step.

use std::process::Command;

use crate::postgres::Cluster;
use crate::tally::Tally;
use crate::{Outcome, command};

/// Runs them; `extra` goes to the test runner.
///
/// # Errors
/// When a test fails, or PostgreSQL cannot be started.
pub(crate) fn run(with_postgres: bool, extra: &[String], tally: &mut Tally) -> Outcome {
    let cluster = if with_postgres { Some(Cluster::start()?) } else { None };
    let selection = if extra.is_empty() { vec!["--workspace".to_owned()] } else { extra.to_vec() };
    if has_nextest() {
        let mut runner = command::cargo(["nextest", "run", "--no-fail-fast"]);
        prepare(&mut runner, &selection, cluster.as_ref());
        command::watch(&mut runner, command::Stream::Err, &mut |line| tally.read_nextest(line))
    } else {
        let mut runner = command::cargo(["test", "--all-targets", "--no-fail-fast"]);
        prepare(&mut runner, &selection, cluster.as_ref());
        command::watch(&mut runner, command::Stream::Out, &mut |line| tally.read_cargo_test(line))
    }
}

fn prepare(runner: &mut Command, selection: &[String], cluster: Option<&Cluster>) {
    runner.args(selection).env_remove("ANLAN_TEST_POSTGRES").env_remove("ANLAN_TEST_POSTGRES_CA");
    if let Some(cluster) = cluster {
        cluster.tell(runner);
    }
}

fn has_nextest() -> bool {
    command::read(&mut command::cargo(["nextest", "--version"])).is_ok()
}
