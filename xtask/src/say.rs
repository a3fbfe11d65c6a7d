//! What the tool says: results and headings to standard output, trouble to standard error.
//!
//! A closed pipe is no reason to stop a check half-way, so failures to write are ignored.

use std::io::Write;
use std::time::Duration;

/// One line (or several) of ordinary output.
pub(crate) fn line(text: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

/// The heading of a step.
pub(crate) fn heading(text: &str) {
    line(&format!("\n== {text}"));
}

/// A message about something that is wrong.
pub(crate) fn trouble(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "\nerror: {text}");
}

/// A time as a person reads it: `0.4 s`, `12 s`, `3 min 05 s`.
pub(crate) fn time(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0..10 => format!("{:.1} s", duration.as_secs_f64()),
        10..60 => format!("{seconds} s"),
        _ => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_people_read_them() {
        for (millis, expected) in [(440, "0.4 s"), (12_900, "12 s"), (185_000, "3 min 05 s")] {
            assert_eq!(time(Duration::from_millis(millis)), expected);
        }
    }
}
