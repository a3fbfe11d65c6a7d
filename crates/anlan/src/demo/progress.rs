//! A progress bar on standard error, where somebody is looking at one.

use std::io::{IsTerminal, Write};

/// A bar for one piece of work.
pub(super) struct Progress {
    label: &'static str,
    whole: u64,
    shown: Option<u64>,
}

impl Progress {
    pub(super) fn new(label: &'static str, whole: u64) -> Self {
        Self { label, whole: whole.max(1), shown: None }
    }

    pub(super) fn at(&mut self, done: u64) {
        let percent = done * 100 / self.whole;
        if self.shown == Some(percent) || !std::io::stderr().is_terminal() {
            return;
        }
        self.shown = Some(percent);
        let full = usize::try_from(percent / 4).unwrap_or(0);
        let bar: String = "█".repeat(full) + &"░".repeat(25_usize.saturating_sub(full));
        let _ = write!(std::io::stderr(), "\r{} {bar} {percent:3} %", self.label);
        if done >= self.whole {
            let _ = writeln!(std::io::stderr());
        }
    }
}
