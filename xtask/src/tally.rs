//! How many tests passed and failed, read from the closing lines of the test runners.

/// Tests of one or several runners.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Tests that ran and passed.
    pub(crate) passed: u64,
    /// Tests that ran and failed, timed out or could not be started.
    pub(crate) failed: u64,
}

impl Tally {
    /// Whether no test ran.
    pub(crate) fn is_empty(self) -> bool {
        self == Self::default()
    }

    /// The closing line of a whole run.
    pub(crate) fn line(self) -> String {
        format!("{} passed, {} failed", self.passed, self.failed)
    }

    /// Takes in a line of cargo-nextest: `Summary [ 0.1s] 4 tests run: 3 passed, 1 failed, 2 skipped`.
    pub(crate) fn read_nextest(&mut self, line: &str) {
        let Some((_, counts)) = line.strip_prefix("Summary [").and_then(|rest| rest.split_once("run:"))
        else {
            return;
        };
        for count in counts.split(',') {
            match number_and_word(count) {
                Some((number, "passed")) => self.passed += number,
                Some((number, "failed" | "timed" | "exec")) => self.failed += number,
                _ => {}
            }
        }
    }

    /// Takes in a line of `cargo test`: `test result: ok. 3 passed; 0 failed; 0 ignored; ...`.
    pub(crate) fn read_cargo_test(&mut self, line: &str) {
        let Some((_, counts)) = line.strip_prefix("test result:").and_then(|rest| rest.split_once(". "))
        else {
            return;
        };
        for count in counts.split(';') {
            match number_and_word(count) {
                Some((number, "passed")) => self.passed += number,
                Some((number, "failed")) => self.failed += number,
                _ => {}
            }
        }
    }

    /// Takes in a line of node's test runner: `ℹ pass 3`, `ℹ fail 0`, `ℹ cancelled 0`.
    pub(crate) fn read_node(&mut self, line: &str) {
        let mut words = line.split_whitespace();
        if words.next() != Some("ℹ") {
            return;
        }
        let word = words.next();
        let Some(number) = words.next().and_then(|number| number.parse::<u64>().ok()) else { return };
        match word {
            Some("pass") => self.passed += number,
            Some("fail" | "cancelled") => self.failed += number,
            _ => {}
        }
    }
}

fn number_and_word(text: &str) -> Option<(u64, &str)> {
    let mut words = text.split_whitespace();
    let number = words.next()?.parse().ok()?;
    Some((number, words.next()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_of_all_runners_are_summed() {
        let mut tally = Tally::default();
        for line in [
            "PASS [   0.010s] base tests::passed",
            "Summary [   0.146s] 47 tests run: 44 passed (1 slow), 1 failed, 1 timed out, 1 exec failed, 2 skipped",
            "Summary [   0.146s] 3/9 tests run: 3 passed, 0 skipped",
        ] {
            tally.read_nextest(line);
        }
        assert_eq!(tally, Tally { passed: 47, failed: 3 });
        tally.read_cargo_test(
            "test result: FAILED. 3 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out",
        );
        tally.read_cargo_test("test passed::by ... ok");
        assert_eq!(tally, Tally { passed: 50, failed: 5 });
        for line in ["ℹ tests 5", "ℹ pass 3", "ℹ fail 1", "ℹ cancelled 1", "ℹ skipped 9", "✔ pass 3"]
        {
            tally.read_node(line);
        }
        assert_eq!(tally.line(), "53 passed, 7 failed");
    }
}
