//! Pure methods of grading: the same JSON in gives the same JSON out, with the derivation and the dated table.
//!
//! | method | grades | standard |
//! | --- | --- | --- |
//! | `lec`, `ls`, `mes` | a risk, in four colours | common methods of dual prevention; cut-offs are a pack's to change ([`risk`]) |
//! | `gb18218` | a major hazard source | GB 18218-2018 ([`gb18218`]) |
//! | `accident` | an accident | State Council decree 493, article 3 ([`accident`]) |
//!
//! Nothing is guessed: a value that the table does not hold is refused, with the values that it holds. Nothing here reads
//! a clock, a file or a database.

pub mod accident;
pub mod gb18218;
mod input;
pub mod method;
pub mod number;
pub mod outcome;
pub mod risk;

use std::sync::LazyLock;

use base::{Day, Problem, Problems};
use serde_json::Value;

pub use method::{InputInfo, InputKind, MethodInfo, MethodKind, StepInfo};
pub use number::Number;
pub use outcome::{Figure, InputUsed, Outcome, TableUsed};

static METHODS: LazyLock<Vec<MethodInfo>> = LazyLock::new(|| {
    let mut methods: Vec<MethodInfo> = Vec::new();
    for table in risk::tables() {
        let info = table.info();
        methods.retain(|method| method.id != info.id);
        methods.push(info);
    }
    methods.push(gb18218::info());
    methods.push(accident::info());
    methods
});

/// All methods with their inputs, by the newest table of each.
#[must_use]
pub fn methods() -> &'static [MethodInfo] {
    &METHODS
}

/// The method with its inputs as of the day `on`.
///
/// # Errors
/// `calc.unknown_method` with `known`; `calc.no_table_on` with `first`, the first day that has a table.
pub fn method_on(method: &str, on: Day) -> Result<MethodInfo, Problem> {
    match method {
        gb18218::ID | accident::ID => {
            let found = methods().iter().find(|info| info.id == method).ok_or_else(|| unknown(method))?;
            in_force(method, on, found.valid_from).map(|()| found.clone())
        }
        _ => risk_table(method, on).map(risk::Table::info),
    }
}

/// Runs a method on the tables in force on the day `on`.
///
/// # Errors
/// Everything that is wrong with the input, each problem with its field: `calc.unknown_method`, `calc.no_table_on`,
/// `calc.not_an_object`, `calc.unknown_input`, `calc.given_twice`, `calc.missing`, `calc.not_a_number`, `calc.negative`,
/// `calc.not_whole`, `calc.not_in_table` (with `allowed`), and those of the method's own module.
pub fn run(method: &str, input: &Value, on: Day) -> Result<Outcome, Problems> {
    match method {
        gb18218::ID => {
            in_force(method, on, gb18218::info().valid_from)?;
            gb18218::run(input)
        }
        accident::ID => {
            in_force(method, on, accident::info().valid_from)?;
            accident::run(input)
        }
        _ => risk_table(method, on)?.run(input),
    }
}

/// The risk table of `method` in force on `on`. The later of two that overlap counts.
fn risk_table(method: &str, on: Day) -> Result<&'static risk::Table, Problem> {
    let of_method = || risk::tables().iter().filter(|table| table.method == method);
    let Some(first) = of_method().map(|table| table.valid_from).min() else { return Err(unknown(method)) };
    of_method()
        .filter(|table| table.valid_from <= on && table.valid_to.is_none_or(|last| on <= last))
        .max_by_key(|table| table.valid_from)
        .ok_or_else(|| no_table(method, on, first))
}

fn in_force(method: &str, on: Day, first: Day) -> Result<(), Problem> {
    if on < first { Err(no_table(method, on, first)) } else { Ok(()) }
}

fn no_table(method: &str, on: Day, first: Day) -> Problem {
    Problem::new("calc.no_table_on").with("method", method).with("on", on).with("first", first)
}

fn unknown(method: &str) -> Problem {
    let known: Vec<&str> = methods().iter().map(|info| info.id.as_str()).collect();
    let shown: String = method.chars().take(40).collect();
    Problem::new("calc.unknown_method").with("method", shown).with("known", known.join(", "))
}

#[cfg(test)]
mod tests;
