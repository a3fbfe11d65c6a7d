//! `cargo xtask test`: the steps of the pipeline, in order, each with a heading and its time.

use base::Stopwatch;

use crate::tally::Tally;
use crate::{Outcome, browser, checks, deny, say, tests, tidy};

/// One step: its name on the command line and what its heading says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Format,
    Lint,
    Tidy,
    Deny,
    Test,
    Doc,
    Browser,
}

const ALL: [(Step, &str, &str); 7] = [
    (Step::Format, "format", "Format"),
    (Step::Lint, "lint", "Lints, warnings as errors"),
    (Step::Tidy, "tidy", "Tidy: sizes, module comments, named paths, forbidden dependencies"),
    (Step::Deny, "deny", "Dependency policy: licences, bans, sources"),
    (Step::Test, "test", "Unit and storage tests"),
    (Step::Doc, "doc", "Documentation and its examples"),
    (Step::Browser, "browser", "Pages in Chromium"),
];

const QUICK: [Step; 4] = [Step::Format, Step::Lint, Step::Tidy, Step::Test];

/// What was asked for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Wish {
    only: Vec<Step>,
    quick: bool,
    list: bool,
    extra: Vec<String>,
}

/// Runs the steps that were asked for.
///
/// # Errors
/// At the first step that fails.
pub(crate) fn run(args: &[String]) -> Outcome {
    let wish = read(args)?;
    if wish.list {
        ALL.iter().for_each(|(_, name, title)| say::line(&format!("{name:<8} {title}")));
        return Ok(());
    }
    let whole = Stopwatch::start();
    let mut tally = Tally::default();
    let outcome = ALL
        .iter()
        .filter(|(step, ..)| wish.wants(*step))
        .try_for_each(|(step, name, title)| run_one(*step, name, title, &wish, &mut tally));
    say::line(&format!("\nAll in {}", say::time(whole.elapsed())));
    if let Err(message) = &outcome {
        say::trouble(message);
    }
    if !tally.is_empty() {
        say::line(&tally.line());
    }
    outcome.map_err(|_| "stopped at the first step that failed; the message is above".to_owned())
}

fn run_one(step: Step, name: &str, title: &str, wish: &Wish, tally: &mut Tally) -> Outcome {
    say::heading(title);
    let watch = Stopwatch::start();
    let outcome = match step {
        Step::Format => checks::format(),
        Step::Lint => checks::lint(),
        Step::Tidy => tidy::run(),
        Step::Deny => deny::run(),
        Step::Test => tests::run(!wish.quick, &wish.extra, tally),
        Step::Doc => checks::doc(tally),
        Step::Browser => browser::run(&wish.extra, tally),
    };
    let result = if outcome.is_ok() { "done" } else { "FAILED" };
    say::line(&format!("-- {name} {result} in {}", say::time(watch.elapsed())));
    outcome.map_err(|message| format!("step `{name}`: {message}"))
}

impl Wish {
    fn wants(&self, step: Step) -> bool {
        match (self.only.is_empty(), self.quick) {
            (false, _) => self.only.contains(&step),
            (true, true) => QUICK.contains(&step),
            (true, false) => true,
        }
    }
}

fn read(args: &[String]) -> Outcome<Wish> {
    let mut wish = Wish::default();
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        match arg.as_str() {
            "--quick" => wish.quick = true,
            "--list" => wish.list = true,
            "--only" => wish.only.push(step(rest.next().map_or("", String::as_str))?),
            other if !wish.only.is_empty() => wish.extra.push(other.to_owned()),
            other => return Err(format!("`{other}` is not known; allowed: --quick, --only STEP, --list")),
        }
    }
    Ok(wish)
}

fn step(name: &str) -> Outcome<Step> {
    ALL.iter().find(|(_, known, _)| *known == name).map(|(step, ..)| *step).ok_or_else(|| {
        let names: Vec<&str> = ALL.iter().map(|(_, name, _)| *name).collect();
        format!("there is no step `{name}`; allowed: {}", names.join(", "))
    })
}

#[cfg(test)]
mod tests_of_arguments {
    use super::*;

    fn wish(line: &str) -> Outcome<Wish> {
        read(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn without_arguments_every_step_runs() {
        assert!(ALL.iter().all(|(step, ..)| wish("").unwrap().wants(*step)));
    }

    #[test]
    fn quick_leaves_out_what_is_slow() {
        let quick = wish("--quick").unwrap();
        assert!(quick.wants(Step::Test) && !quick.wants(Step::Browser) && !quick.wants(Step::Deny));
    }

    #[test]
    fn one_step_may_be_chosen_and_given_arguments() {
        let one = wish("--only test -p store").unwrap();
        assert_eq!(one.extra, ["-p", "store"]);
        assert!(one.wants(Step::Test) && !one.wants(Step::Format));
    }

    #[test]
    fn an_unknown_step_is_answered_with_the_known_ones() {
        assert!(wish("--only speed").unwrap_err().contains("format, lint, tidy"));
        assert!(wish("--fast").unwrap_err().contains("--quick"));
    }
}
