//! A matrix: the points of a row times the points of a column, and the grade whose least product is reached. Points and
//! cut-offs are values of a pack; a row or column that is a number stands for itself.
//!
//! Input: `row` and `column` (also called `severity` and `likelihood`), `row_points`, `column_points`, `cutoffs` (the
//! least product of each grade).

use base::{Problem, Problems, Text};
use serde_json::Value;

use crate::formula::{Asked, answer, describe, keys, out_of_range};
use crate::input::Input;
use crate::{InputKind, InputUsed, MethodInfo, MethodKind, Number, Outcome};

/// The method's id.
pub const ID: &str = "matrix";

const ASKED: [Asked; 7] = [
    ("row", InputKind::Word, "行取值", "Row"),
    ("column", InputKind::Word, "列取值", "Column"),
    ("severity", InputKind::Word, "严重程度", "Severity"),
    ("likelihood", InputKind::Word, "可能性", "Likelihood"),
    ("row_points", InputKind::Numbers, "行分值", "Points of the rows"),
    ("column_points", InputKind::Numbers, "列分值", "Points of the columns"),
    ("cutoffs", InputKind::Numbers, "分级下限", "Least product of each grade"),
];

/// The four colours, for grades that bear their names.
const COLOURS: [(&str, &str, &str); 4] = [
    ("red", "重大风险", "major risk"),
    ("orange", "较大风险", "larger risk"),
    ("yellow", "一般风险", "general risk"),
    ("blue", "低风险", "low risk"),
];

/// The method and its inputs.
#[must_use]
pub fn info() -> MethodInfo {
    let title = ("矩阵法", "Matrix");
    let source = (
        "行分值乘以列分值，按分级下限定级；分值和下限由方案包给出",
        "Points of the row times points of the column, graded by the cut-offs; points and cut-offs are the pack's",
    );
    describe(ID, MethodKind::Judgement, title, source, (2000, 1, 1), &ASKED)
}

/// Multiplies and grades.
///
/// # Errors
/// Those of [`crate::run`]: `calc.not_in_table` for a word without points.
pub fn run(input: &Value) -> Result<Outcome, Problems> {
    let mut problems = Problems::default();
    let input = Input::of(input, "", &keys(&ASKED), &mut problems)?;
    problems.or(())?;
    let info = info();
    let (row, column) = (
        side(&input, ["row", "severity"], "row_points")?,
        side(&input, ["column", "likelihood"], "column_points")?,
    );
    let product = row.points.times(column.points).ok_or_else(|| out_of_range(row.key))?;
    let mut derivation: Vec<Text> = [&row, &column].into_iter().map(|side| side.told(&info)).collect();
    derivation.push(Text::new(
        format!("{} × {} = {product}", row.points, column.points),
        format!("{} × {} = {product}", row.points, column.points),
    ));
    let mut cutoffs = input.numbers("cutoffs")?.unwrap_or_default();
    cutoffs.sort_by_key(|(_, least)| std::cmp::Reverse(*least));
    let reached = cutoffs.iter().position(|(_, least)| *least <= product);
    let grade = match reached.and_then(|at| cutoffs.get(at)) {
        Some((grade, least)) => {
            let name = named(grade);
            derivation.push(Text::new(
                format!("{product} ≥ {least}，为{}", name.zh),
                format!("{product} ≥ {least}: {}", name.en),
            ));
            (grade.clone(), name)
        }
        None if cutoffs.is_empty() => (String::new(), Text::new(product.to_string(), product.to_string())),
        None => return Err(Problem::of("cutoffs", "calc.below_all").with("value", product).into()),
    };
    let mut outcome = answer(&info, product, (&grade.0, grade.1), derivation);
    outcome.table.row = reached.map_or(1, |at| at + 1);
    outcome.inputs = [&row, &column].into_iter().map(|side| side.used(&info)).collect();
    Ok(outcome)
}

fn named(grade: &str) -> Text {
    let colour = COLOURS.iter().find(|(id, ..)| *id == grade);
    colour.map_or_else(|| Text::new(grade, grade), |(_, zh, en)| Text::new(*zh, *en))
}

/// One side of the matrix.
struct Side {
    key: &'static str,
    word: String,
    points: Number,
}

fn side(input: &Input<'_>, names: [&'static str; 2], table: &str) -> Result<Side, Problem> {
    let key = names.into_iter().find(|name| input.get(name).is_some()).unwrap_or(names[0]);
    let word = input.word(key)?;
    let points = match input.numbers(table)? {
        Some(points) => {
            let allowed: Vec<&str> = points.iter().map(|(name, _)| name.as_str()).collect();
            let problem = || {
                Problem::of(key, "calc.not_in_table").with("value", &word).with("allowed", allowed.join(", "))
            };
            points.iter().find(|(name, _)| *name == word).map(|(_, number)| *number).ok_or_else(problem)?
        }
        None => {
            Number::parse(&word).ok_or_else(|| Problem::of(key, "calc.not_a_number").with("value", &word))?
        }
    };
    Ok(Side { key, word, points })
}

impl Side {
    fn title(&self, info: &MethodInfo) -> Text {
        let input = info.inputs.iter().find(|input| input.key == self.key);
        input.map(|input| input.title.clone()).unwrap_or_default()
    }

    fn told(&self, info: &MethodInfo) -> Text {
        let title = self.title(info);
        Text::new(
            format!("{} {}：{} 分", title.zh, self.word, self.points),
            format!("{} {}: {} points", title.en, self.word, self.points),
        )
    }

    fn used(&self, info: &MethodInfo) -> InputUsed {
        let meaning = Text::new(self.word.clone(), self.word.clone());
        InputUsed { key: self.key.to_owned(), title: self.title(info), value: self.points, meaning }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// 汴安生委〔2020〕5号 四（三） with the pack's own points, worked by hand.
    #[test]
    fn words_count_by_their_points() {
        let points = json!({ "row": "high", "column": "medium", "row_points": { "low": 1, "medium": 2, "high": 3 }, "column_points": { "low": 1, "medium": 3, "high": 6 } });
        let outcome = run(&points).unwrap();
        assert_eq!((outcome.value.to_string().as_str(), outcome.grade.as_str()), ("9", ""));
        assert_eq!(outcome.derivation[2].zh, "3 × 3 = 9");
        let mut wrong = points;
        wrong["row"] = json!("huge");
        assert_eq!(run(&wrong).unwrap_err().0[0].code, "calc.not_in_table");
    }

    /// A four by four matrix graded in colours; worked by hand.
    #[test]
    fn a_product_has_the_grade_whose_least_it_reaches() {
        let cutoffs = json!({ "red": 12, "orange": 8, "yellow": 4, "blue": 1 });
        for (likelihood, severity, grade) in [
            ("4", "4", "red"),
            ("3", "4", "red"),
            ("2", "4", "orange"),
            ("2", "2", "yellow"),
            ("1", "3", "blue"),
        ] {
            let input = json!({ "likelihood": likelihood, "severity": severity, "cutoffs": cutoffs });
            assert_eq!(run(&input).unwrap().grade, grade, "{likelihood} {severity}");
        }
        let none = json!({ "likelihood": "0", "severity": "3", "cutoffs": cutoffs });
        assert_eq!(run(&none).unwrap_err().0[0].code, "calc.below_all");
        assert_eq!(run(&json!({ "severity": "3" })).unwrap_err().0[0].code, "calc.missing");
    }
}
