//! `anlan`: the one program. Reads plans, checks packs, calculates, serves a city, keeps its data.
//!
//! This crate wires the rooms together: command line, data folder, start and stop. Decisions live below it.

mod account;
mod arguments;
mod background;
mod bench;
mod calculate;
mod connector;
mod data;
mod demo;
mod journal;
mod keep;
mod packs;
mod plan_command;
mod serve;
mod take_in;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};

/// Many small texts come and go with every record and every page; the allocator of the C library costs a tenth to a
/// fifth of both.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    set_up_log(arguments.verbose);
    let result = match arguments.command {
        Command::Plan(command) => plan_command::run(command),
        Command::Calc { method, input, on } => calculate::run(&method, input.as_deref(), on),
        other => in_runtime(other),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            say_error(&message);
            ExitCode::FAILURE
        }
    }
}

fn in_runtime(command: Command) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("the runtime cannot be started: {error}"))?;
    runtime.block_on(async {
        match command {
            Command::Demo(options) => demo::run(options).await,
            Command::Bench { database, date, import: Some(enterprises), .. } => {
                bench::import::run(enterprises, database.as_deref(), date).await
            }
            Command::Bench { data, database, date, part, import: None } => {
                bench::run(&data, database.as_deref(), date, &part).await
            }
            Command::Connector(command) => connector::run(command).await,
            Command::Account(command) => account::run(command).await,
            Command::Serve(options) => serve::run(options).await,
            Command::Import(options) => take_in::run(options).await,
            Command::Journal(command) => journal::run(command).await,
            Command::Backup { at, to } => keep::backup(&at, &to).await,
            Command::Restore { from, at } => keep::restore(&from, &at).await,
            Command::Plan(_) | Command::Calc { .. } => Ok(()),
        }
    })
}

/// Logs go to standard error, so that standard output stays what the command answers.
fn set_up_log(verbose: bool) {
    let level = if verbose { "debug" } else { "warn" };
    let filter = tracing_subscriber::EnvFilter::try_from_env("ANLAN_LOG").unwrap_or_else(|_| level.into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}

/// Writes a line to standard output; a closed pipe ends the program's interest, not the program.
fn say(line: &str) {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}");
    let _ = out.flush();
}

/// Writes a line to standard error.
fn say_error(line: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}
