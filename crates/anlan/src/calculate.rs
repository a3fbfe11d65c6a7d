//! `anlan calc METHOD`: JSON in, result and derivation out.

use std::io::Read;

use base::{Clock, Day, WallClock};

use crate::say;

/// Longest input read from standard input, bytes.
const LONGEST_INPUT: u64 = 1024 * 1024;

pub(crate) fn run(method: &str, input: Option<&str>, on: Option<Day>) -> Result<(), String> {
    if method == "list" {
        for info in calc::methods() {
            say(&format!("{}\t{}\t{}", info.id, info.title.zh, info.title.en));
        }
        return Ok(());
    }
    let text = match input {
        Some(text) => text.to_owned(),
        None => {
            let mut text = String::new();
            std::io::stdin()
                .take(LONGEST_INPUT)
                .read_to_string(&mut text)
                .map_err(|error| format!("the input cannot be read: {error}"))?;
            text
        }
    };
    let input = serde_json::from_str(&text).map_err(|error| {
        format!("the input is not JSON: {error}; write for instance {{\"l\": 3, \"e\": 6, \"c\": 15}}")
    })?;
    let on = on.unwrap_or_else(|| WallClock.today());
    let outcome = calc::run(method, &input, on).map_err(|problems| problems.to_string())?;
    say(&serde_json::to_string_pretty(&outcome).map_err(|error| error.to_string())?);
    Ok(())
}
