//! Pure methods of grading: the same JSON in gives the same JSON out, with the derivation and the dated table.
//!
//! | method | grades | standard |
//! | --- | --- | --- |
//! | `lec`, `ls`, `mes` | a risk, in four colours | common methods of dual prevention; cut-offs are a pack's to change ([`risk`]) |
//! | `gb18218` | a major hazard source | GB 18218-2018 ([`gb18218`]) |
//! | `accident` | an accident | State Council decree 493, article 3 ([`accident`]) |
//! | `mean`, `share` | a mean, a part of an amount | arithmetic ([`mean`], [`share`]) |
//! | `matrix` | a row and a column by their points | a pack's points and cut-offs ([`matrix`]) |
//! | `expense` | the safety expense of a year | 财企〔2012〕16号, 财资〔2022〕136号; rates are the pack's ([`expense`]) |
//! | `distance` | an external safety distance | GB/T 37243-2019, GB 36894-2018 ([`distance`]) |
//! | `park_grade` | a chemical park | the park guide; cut-offs are the pack's ([`park_grade`]) |
//! | `reaction_hazard` | a reaction | 安监总管三〔2017〕1号 ([`reaction_hazard`]) |
//! | `manual` | what a person judges, with the reason | ([`manual`]) |
//!
//! Nothing is guessed: a value that the table does not hold is refused, with the values that it holds. Nothing here reads
//! a clock, a file or a database.

pub mod accident;
pub mod distance;
pub mod expense;
mod formula;
pub mod gb18218;
mod input;
pub mod manual;
pub mod matrix;
pub mod mean;
pub mod method;
pub mod number;
pub mod outcome;
pub mod park_grade;
pub mod reaction_hazard;
pub mod risk;
pub mod share;

use std::sync::LazyLock;

use base::{Day, Problem, Problems};
use serde_json::Value;

pub use method::{InputInfo, InputKind, MethodInfo, MethodKind, StepInfo};
pub use number::Number;
pub use outcome::{Figure, InputUsed, Outcome, TableUsed};

/// A method without a risk table: its id, what it wants, how it runs.
type Other = (&'static str, fn() -> MethodInfo, fn(&Value) -> Result<Outcome, Problems>);

/// The methods without a risk table.
const OTHERS: [Other; 10] = [
    (gb18218::ID, gb18218::info, gb18218::run),
    (accident::ID, accident::info, accident::run),
    (mean::ID, mean::info, mean::run),
    (share::ID, share::info, share::run),
    (matrix::ID, matrix::info, matrix::run),
    (expense::ID, expense::info, expense::run),
    (distance::ID, distance::info, distance::run),
    (park_grade::ID, park_grade::info, park_grade::run),
    (reaction_hazard::ID, reaction_hazard::info, reaction_hazard::run),
    (manual::ID, manual::info, manual::run),
];

fn other(method: &str) -> Option<&'static Other> {
    OTHERS.iter().find(|(id, ..)| *id == method)
}

static METHODS: LazyLock<Vec<MethodInfo>> = LazyLock::new(|| {
    let mut methods: Vec<MethodInfo> = Vec::new();
    for table in risk::tables() {
        let info = table.info();
        methods.retain(|method| method.id != info.id);
        methods.push(info);
    }
    methods.extend(OTHERS.iter().map(|(_, info, _)| info()));
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
    match other(method) {
        Some((_, info, _)) => {
            let found = info();
            in_force(method, on, found.valid_from).map(|()| found)
        }
        None => risk_table(method, on).map(risk::Table::info),
    }
}

/// Runs a method on the tables in force on the day `on`.
///
/// # Errors
/// Everything that is wrong with the input, each problem with its field: `calc.unknown_method`, `calc.no_table_on`,
/// `calc.not_an_object`, `calc.unknown_input`, `calc.given_twice`, `calc.missing`, `calc.not_a_number`, `calc.negative`,
/// `calc.not_whole`, `calc.not_in_table` (with `allowed`), `calc.not_a_word`, `calc.not_yes_or_no`, `calc.not_numbers`, and those of the method's own module.
pub fn run(method: &str, input: &Value, on: Day) -> Result<Outcome, Problems> {
    match other(method) {
        Some((_, info, run)) => {
            in_force(method, on, info().valid_from)?;
            run(input)
        }
        None => risk_table(method, on)?.run(input),
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
