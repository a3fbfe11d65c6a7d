//! Checks a table that a pack brings, before anybody is graded by it.

use std::collections::BTreeSet;

use base::{Problem, Problems};

use super::{Table, Ties};
use crate::Number;

/// More combinations of steps than this are not tried.
const MOST_COMBINATIONS: usize = 100_000;

impl Table {
    /// Checks that the table can grade whatever its steps can give.
    ///
    /// # Errors
    /// All that is wrong, each with its field:
    /// - `calc.table.empty`: no factor, step or row;
    /// - `calc.table.twice`: a key or step is there twice (`value`);
    /// - `calc.table.not_positive`: a step is 0 or less (`value`);
    /// - `calc.table.order`: a row does not lie below the row above, in product or in grade (`value`);
    /// - `calc.table.ties`: rows with an upper end count ties upward only;
    /// - `calc.table.dates`: it ends before it begins;
    /// - `calc.table.gap`: a product that the steps can give lies in no row (`value`);
    /// - `calc.table.too_many`: more than 100 000 combinations of steps.
    pub fn check(&self) -> Result<(), Problems> {
        let mut problems = Problems::default();
        self.check_factors(&mut problems);
        self.check_rows(&mut problems);
        if self.valid_to.is_some_and(|last| last < self.valid_from) {
            problems.push(Problem::of("valid_to", "calc.table.dates").with("value", self.valid_from));
        }
        if problems.is_empty() {
            self.check_gaps(&mut problems);
        }
        problems.or(())
    }

    fn check_factors(&self, problems: &mut Problems) {
        if self.factors.is_empty() {
            problems.push(Problem::of("factor", "calc.table.empty"));
        }
        let mut keys = BTreeSet::new();
        for factor in &self.factors {
            let field = format!("factor.{}", factor.key);
            if !keys.insert(factor.key.to_ascii_lowercase()) {
                problems.push(Problem::of(&field, "calc.table.twice").with("value", &factor.key));
            }
            if factor.steps.is_empty() {
                problems.push(Problem::of(&field, "calc.table.empty"));
            }
            let mut values = BTreeSet::new();
            for step in &factor.steps {
                if !values.insert(step.value) {
                    problems.push(Problem::of(&field, "calc.table.twice").with("value", step.value));
                }
                if step.value <= Number::ZERO {
                    problems.push(Problem::of(&field, "calc.table.not_positive").with("value", step.value));
                }
            }
        }
    }

    fn check_rows(&self, problems: &mut Problems) {
        if self.rows.is_empty() {
            problems.push(Problem::of("row", "calc.table.empty"));
        }
        if self.ties == Ties::Downward && self.rows.iter().any(|row| row.to.is_some()) {
            problems.push(Problem::of("ties", "calc.table.ties"));
        }
        let mut above: Option<&super::Row> = None;
        for (number, row) in (1..).zip(&self.rows) {
            let upside_down = row.to.is_some_and(|to| to < row.from);
            let not_below = above.is_some_and(|above| {
                row.from >= above.from || row.to.is_some_and(|to| to >= above.from) || row.grade < above.grade
            });
            if upside_down || not_below {
                problems
                    .push(Problem::of(format!("row.{number}"), "calc.table.order").with("value", row.from));
            }
            above = Some(row);
        }
    }

    fn check_gaps(&self, problems: &mut Problems) {
        let mut products = BTreeSet::from([Number::ONE]);
        for factor in &self.factors {
            if products.len().saturating_mul(factor.steps.len()) > MOST_COMBINATIONS {
                problems.push(Problem::of("factor", "calc.table.too_many"));
                return;
            }
            let times =
                |product: Number| factor.steps.iter().filter_map(move |step| product.times(step.value));
            products = products.into_iter().flat_map(times).collect();
        }
        for product in products.into_iter().filter(|product| self.row_of(*product).is_none()) {
            problems.push(Problem::of("row", "calc.table.gap").with("value", product));
        }
    }
}
