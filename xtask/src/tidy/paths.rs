//! Every path that ARCHITECTURE.md names exists. A path is what stands in backticks, has a slash, and is neither an
//! address (`/api/...`, `http://...`) nor a pattern (`{a,b}`, `*`, `<name>`).

use std::path::Path;

const FILE: &str = "ARCHITECTURE.md";

/// All findings.
pub(super) fn check(root: &Path) -> Vec<String> {
    match std::fs::read_to_string(root.join(FILE)) {
        Ok(text) => missing(&text, |path| root.join(path).exists()),
        Err(error) => vec![format!("{FILE} cannot be read: {error}")],
    }
}

fn missing(text: &str, exists: impl Fn(&str) -> bool) -> Vec<String> {
    let mut findings = Vec::new();
    let mut in_block = false;
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            in_block = !in_block;
        } else if !in_block {
            let named = line.split('`').skip(1).step_by(2).filter(|word| is_path(word));
            findings.extend(
                named
                    .filter(|path| !exists(path))
                    .map(|path| format!("{FILE}:{}: `{path}` does not exist", index + 1)),
            );
        }
    }
    findings
}

fn is_path(word: &str) -> bool {
    let other = word.starts_with(['/', '-', '@']) || word.contains("://");
    let pattern = word.contains(|letter: char| letter.is_whitespace() || "{}*<>()=|".contains(letter));
    word.contains('/') && !other && !pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_that_do_not_exist_are_found() {
        let text = "See `crates/base/src/day.rs` and `crates/gone/`, not `/api/x`, `a b/c`, `packs/{a,b}` or gone/too.\n\
                    ```\n`in/a/block`\n```\n`also/gone`";
        let found = missing(text, |path| path == "crates/base/src/day.rs");
        assert_eq!(
            found,
            [
                "ARCHITECTURE.md:1: `crates/gone/` does not exist",
                "ARCHITECTURE.md:5: `also/gone` does not exist"
            ]
        );
    }
}
