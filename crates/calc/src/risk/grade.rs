//! Runs a risk table: reads the steps, multiplies, finds the row, writes the derivation.

use base::{Problem, Problems, Text};
use serde_json::Value;

use super::{Factor, Row, Step, Table, Ties};
use crate::input::{Input, collect, shown};
use crate::{InputUsed, Number, Outcome, TableUsed};

impl Table {
    /// Grades a risk by this table, whatever its dates.
    ///
    /// # Errors
    /// `calc.not_an_object`, `calc.unknown_input`, `calc.given_twice`, `calc.missing` and `calc.not_in_table` (both with `allowed`),
    /// `calc.not_a_number`; `calc.in_no_row` with `value` and `rows` when the table has a gap where the product lies.
    pub fn run(&self, input: &Value) -> Result<Outcome, Problems> {
        let mut problems = Problems::default();
        let known: Vec<&str> = self.factors.iter().map(|factor| factor.key.as_str()).collect();
        let input = Input::of(input, "", &known, &mut problems)?;
        let mut chosen = Vec::new();
        for factor in &self.factors {
            chosen.extend(collect(choose(factor, &input), &mut problems).map(|step| (factor, step)));
        }
        problems.or(())?;
        let product = chosen
            .iter()
            .try_fold(Number::ONE, |product, (_, step)| product.times(step.value))
            .ok_or_else(|| Problem::new("calc.too_large"))?;
        let (number, row) = self.row_of(product).ok_or_else(|| self.in_no_row(product))?;
        Ok(self.outcome(&chosen, product, number, row))
    }

    /// The row of a product, with its number from 1; None when it lies in a gap.
    #[must_use]
    pub fn row_of(&self, product: Number) -> Option<(usize, &Row)> {
        let begins = |row: &Row| match self.ties {
            Ties::Upward => row.from <= product,
            // The lowest row holds its own beginning, so that a product of 0 has a row.
            Ties::Downward => row.from < product || (row.from == product && self.rows.last() == Some(row)),
        };
        let (number, row) = (1..).zip(&self.rows).find(|(_, row)| begins(row))?;
        row.to.is_none_or(|to| product <= to).then_some((number, row))
    }

    fn outcome(&self, chosen: &[(&Factor, &Step)], product: Number, number: usize, row: &Row) -> Outcome {
        let used = |(factor, step): &(&Factor, &Step)| InputUsed {
            key: factor.key.clone(),
            title: factor.title.clone(),
            value: step.value,
            meaning: step.meaning.clone(),
        };
        Outcome {
            method: self.method.clone(),
            table: TableUsed {
                id: self.id.clone(),
                valid_from: self.valid_from,
                valid_to: self.valid_to,
                row: number,
                row_text: self.row_text(number),
            },
            inputs: chosen.iter().map(used).collect(),
            value: product,
            grade: row.grade.code().to_owned(),
            grade_name: row.grade.name(),
            colour: Some(row.grade.colour()),
            control_level: row.control_level.code().to_owned(),
            control_level_name: Some(row.control_level.name()),
            figures: Vec::new(),
            derivation: self.derivation(chosen, product, number, row),
            source: self.source.clone(),
        }
    }

    fn derivation(
        &self,
        chosen: &[(&Factor, &Step)],
        product: Number,
        number: usize,
        row: &Row,
    ) -> Vec<Text> {
        let mut steps: Vec<Text> = chosen
            .iter()
            .map(|(factor, step)| {
                let (symbol, value) = (&factor.symbol, step.value);
                Text::new(
                    format!("{}{symbol}={value}：{}", factor.title.zh, step.meaning.zh),
                    format!("{} {symbol} = {value}: {}", factor.title.en, step.meaning.en),
                )
            })
            .collect();
        let joined =
            |part: fn(&(&Factor, &Step)) -> String| chosen.iter().map(part).collect::<Vec<_>>().join(" × ");
        let symbols = joined(|(factor, _)| factor.symbol.clone());
        let values = joined(|(_, step)| step.value.to_string());
        let sum = format!("{} = {symbols} = {values} = {product}", self.symbol);
        steps.push(Text::new(sum.clone(), sum));
        let (range, name, grade, colour) =
            (self.row_text(number), &row.name, row.grade.name(), row.grade.colour());
        steps.push(Text::new(
            format!("{range}，属“{}”，定为{}（{}）", name.zh, grade.zh, colour.zh),
            format!("{range}: \"{}\", graded {} ({})", name.en, grade.en, colour.en),
        ));
        let level = row.control_level.name();
        steps.push(Text::new(
            format!("管控层级：{}；其下各级同时管控", level.zh),
            format!("Controlled by: {}; the levels below control it as well", level.en),
        ));
        steps
    }

    /// The row `number` (from 1) in words: `160 ≤ D < 320`.
    fn row_text(&self, number: usize) -> String {
        let Some(row) = self.rows.get(number.saturating_sub(1)) else { return String::new() };
        let above = number.checked_sub(2).and_then(|i| self.rows.get(i));
        let symbol = &self.symbol;
        let (lower, upper) = match self.ties {
            Ties::Upward => ("≤", "<"),
            Ties::Downward => ("<", "≤"),
        };
        let is_lowest = number == self.rows.len() && row.from == Number::ZERO;
        let bottom = if is_lowest { String::new() } else { format!("{} {lower} ", row.from) };
        match (row.to, above) {
            (Some(to), _) => format!("{bottom}{symbol} ≤ {to}"),
            (None, Some(above)) => format!("{bottom}{symbol} {upper} {}", above.from),
            (None, None) => format!("{symbol} {} {}", if lower == "≤" { "≥" } else { ">" }, row.from),
        }
    }

    fn in_no_row(&self, product: Number) -> Problem {
        let rows: Vec<String> = (1..=self.rows.len()).map(|number| self.row_text(number)).collect();
        Problem::new("calc.in_no_row").with("value", product).with("rows", rows.join("; "))
    }
}

fn choose<'a>(factor: &'a Factor, input: &Input<'_>) -> Result<&'a Step, Problem> {
    let allowed = || factor.steps.iter().map(|step| step.value.to_string()).collect::<Vec<_>>().join(", ");
    let Some(given) = input.get(&factor.key) else {
        return Err(input.missing(&factor.key).with("allowed", allowed()));
    };
    let wrong = |code| {
        Problem::of(input.path(&factor.key), code).with("value", shown(given)).with("allowed", allowed())
    };
    let value = Number::from_json(given).ok_or_else(|| wrong("calc.not_a_number"))?;
    factor.steps.iter().find(|step| step.value == value).ok_or_else(|| wrong("calc.not_in_table"))
}
