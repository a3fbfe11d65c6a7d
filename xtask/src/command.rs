//! Child processes: run one to its end, read its output, or watch its output line by line while showing it.
//! None of them gets standard input, so that nothing waits for an answer that cannot come.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::{Outcome, place, say};

/// The stream that a watched program writes its summary to.
#[derive(Clone, Copy)]
pub(crate) enum Stream {
    /// Standard output.
    Out,
    /// Standard error.
    Err,
}

/// Cargo itself, at the top of the repository.
pub(crate) fn cargo<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    program(cargo, args)
}

/// A program at the top of the repository.
pub(crate) fn program<S: AsRef<OsStr>>(
    name: impl AsRef<OsStr>,
    args: impl IntoIterator<Item = S>,
) -> Command {
    let mut command = Command::new(name);
    command.args(args).current_dir(place::root()).stdin(Stdio::null());
    command
}

/// Runs a program to its end, its output shown as it comes.
///
/// # Errors
/// When it cannot be started or ends with failure.
pub(crate) fn run(command: &mut Command) -> Outcome {
    let shown = show(command);
    say::line(&format!("$ {shown}"));
    let status = command.status().map_err(|error| cannot_start(&shown, &error))?;
    if status.success() { Ok(()) } else { Err(format!("`{shown}` failed ({status})")) }
}

/// Runs a program silently and hands back its standard output; its standard error is part of the failure.
///
/// # Errors
/// When it cannot be started or ends with failure.
pub(crate) fn read(command: &mut Command) -> Outcome<String> {
    let shown = show(command);
    let output = command.output().map_err(|error| cannot_start(&shown, &error))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("`{shown}` failed ({}):\n{}", output.status, said.trim_end()))
}

/// Runs a program, shows one of its streams line by line, and lets `each` see every line.
///
/// # Errors
/// When it cannot be started or ends with failure.
pub(crate) fn watch(command: &mut Command, stream: Stream, each: &mut dyn FnMut(&str)) -> Outcome {
    let shown = show(command);
    say::line(&format!("$ {shown}"));
    match stream {
        Stream::Out => command.stdout(Stdio::piped()),
        Stream::Err => command.stderr(Stdio::piped()),
    };
    let mut child = command.spawn().map_err(|error| cannot_start(&shown, &error))?;
    let pipe: Option<Box<dyn Read>> = match stream {
        Stream::Out => child.stdout.take().map(|pipe| Box::new(pipe) as Box<dyn Read>),
        Stream::Err => child.stderr.take().map(|pipe| Box::new(pipe) as Box<dyn Read>),
    };
    if let Some(pipe) = pipe {
        for line in BufReader::new(pipe).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line);
            say::line(&line);
            each(line.trim());
        }
    }
    let status = child.wait().map_err(|error| cannot_start(&shown, &error))?;
    if status.success() { Ok(()) } else { Err(format!("`{shown}` failed ({status})")) }
}

/// The place of a program in `PATH`.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

fn show(command: &Command) -> String {
    let mut words = vec![short(command.get_program())];
    words.extend(command.get_args().map(|arg| arg.to_string_lossy().into_owned()));
    words.join(" ")
}

fn short(program: &OsStr) -> String {
    Path::new(program).file_name().unwrap_or(program).to_string_lossy().into_owned()
}

fn cannot_start(shown: &str, error: &std::io::Error) -> String {
    format!("`{shown}` cannot be started: {error}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn watching_sees_every_line_and_reports_failure() {
        let mut seen = Vec::new();
        let mut command = program("sh", ["-c", "echo one; echo two; exit 3"]);
        let outcome = watch(&mut command, Stream::Out, &mut |line| seen.push(line.to_owned()));
        assert_eq!(seen, ["one", "two"]);
        assert!(outcome.unwrap_err().contains("exit status: 3"));
    }

    #[test]
    fn a_program_that_does_not_exist_is_named() {
        let outcome = run(&mut program("no-such-program-here", ["x"]));
        assert!(outcome.unwrap_err().contains("`no-such-program-here x` cannot be started"));
    }

    #[test]
    fn reading_hands_back_output_or_what_was_said_on_failure() {
        assert_eq!(read(&mut program("sh", ["-c", "printf hello"])).unwrap(), "hello");
        assert!(read(&mut program("sh", ["-c", "echo why >&2; exit 1"])).unwrap_err().contains("why"));
    }
}
