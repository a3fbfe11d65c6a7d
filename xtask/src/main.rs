//! The house's own tool: `cargo xtask COMMAND`. Everything the pipeline runs is a step here, so that a developer and
//! the pipeline run the same thing. `cargo xtask help` lists the commands.

mod browser;
mod checks;
mod command;
mod deny;
mod install;
mod place;
mod plan_score;
mod postgres;
mod say;
mod steps;
mod tally;
mod tests;
mod tidy;

use std::process::ExitCode;

/// What a command answers: nothing, or a message for the person at the terminal.
type Outcome<T = ()> = Result<T, String>;

const HELP: &str = "\
cargo xtask COMMAND

  test                     everything the pipeline runs, in order, stopping at the first failure
  test --quick             format, lints, tidy and the tests, without PostgreSQL and the browser
  test --only STEP         one step (may be given several times); `test --list` names the steps
  test --only test ARGS    arguments after the step `test` go to the test runner, e.g. -p store
  tidy                     file sizes, module comments, named paths, forbidden dependencies
  browser [WORD]           the browser tests (those whose file name contains WORD)
  screenshots [WORD]       pictures of the main pages into docs/screenshots
  plan-score [--differences]  how well the plan reader reads the plan, beside the map of its clauses
  postgres COMMAND ARGS    runs COMMAND with a private PostgreSQL in ANLAN_TEST_POSTGRES
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (name, rest) = match args.split_first() {
        Some((name, rest)) => (name.as_str(), rest),
        None => ("help", [].as_slice()),
    };
    let outcome = match name {
        "test" => steps::run(rest),
        "tidy" => tidy::run(),
        "browser" => browser::run(rest, &mut tally::Tally::default()),
        "screenshots" => browser::screenshots(rest),
        "plan-score" => plan_score::run(rest),
        "postgres" => postgres::with_cluster(rest),
        "help" | "--help" | "-h" => {
            say::line(HELP);
            Ok(())
        }
        other => Err(format!("there is no command `{other}`\n\n{HELP}")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            say::trouble(&message);
            ExitCode::FAILURE
        }
    }
}
