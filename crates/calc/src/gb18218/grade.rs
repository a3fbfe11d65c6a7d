//! Σq/Q, α, R and the grade.

use base::{Problem, Problems, Text};
use serde_json::Value;

use super::substance::{Beta, Found, read};
use super::{ID, info};
use crate::input::{Input, collect};
use crate::{Figure, InputUsed, Number, Outcome, TableUsed};

/// More substances than this in one unit are an error of the caller.
const MOST_SUBSTANCES: usize = 1_000;

/// Least population and α in tenths, from the most down.
const ALPHA: [(u32, i64); 5] = [(100, 20), (50, 15), (30, 12), (1, 10), (0, 5)];

/// Least R and grade, from the worst down.
const GRADES: [(u32, &str, &str); 4] =
    [(100, "1", "一级"), (50, "2", "二级"), (10, "3", "三级"), (0, "4", "四级")];

/// Identifies and grades the unit.
///
/// # Errors
/// Those of [`crate::run`]; `calc.gb18218.no_substance`; `calc.gb18218.too_many`; of a substance: `calc.gb18218.which`,
/// `calc.gb18218.unknown_row`, `calc.gb18218.several_rows` (with `rows`), `calc.gb18218.unknown_class` (with `known`),
/// `calc.gb18218.class_needed`; `calc.too_large` beyond the range of the arithmetic.
pub fn run(input: &Value) -> Result<Outcome, Problems> {
    let mut problems = Problems::default();
    let input = Input::of(input, "", &["substances", "population_500m"], &mut problems)?;
    let list = match input.get("substances") {
        Some(Value::Array(list)) if list.len() > MOST_SUBSTANCES => {
            return Err(Problem::of("substances", "calc.gb18218.too_many")
                .with("most", MOST_SUBSTANCES)
                .into());
        }
        Some(Value::Array(list)) if !list.is_empty() => list.as_slice(),
        Some(Value::Array(_)) | None => {
            return Err(Problem::of("substances", "calc.gb18218.no_substance").into());
        }
        Some(_) => return Err(Problem::of("substances", "calc.not_a_list").into()),
    };
    let mut found = Vec::new();
    for (value, number) in list.iter().zip(1..) {
        found.extend(read(value, &format!("substances.{number}"), &mut problems));
    }
    let population = collect(input.number("population_500m", true), &mut problems).flatten();
    problems.or(())?;
    let sum = total(&found, |_| Some(Number::ONE))?;
    if sum < Number::ONE { Ok(not_major(&found, sum)) } else { graded(&input, &found, sum, population) }
}

/// Σ weight · q/Q.
fn total(found: &[Found], weight: impl Fn(&Found) -> Option<Number>) -> Result<Number, Problem> {
    found
        .iter()
        .try_fold(Number::ZERO, |sum, one| sum.plus(one.amount.over(one.quantity)?.times(weight(one)?)?))
        .ok_or_else(|| Problem::new("calc.too_large"))
}

fn not_major(found: &[Found], sum: Number) -> Outcome {
    let mut outcome = frame(found, sum);
    outcome.value = sum;
    outcome.table.row_text = "S < 1".to_owned();
    outcome.derivation.push(Text::new(
        format!("S {}，小于1，不构成重大危险源", equals(sum)),
        format!("S {}, under 1: no major hazard source", equals(sum)),
    ));
    outcome
}

fn graded(
    input: &Input<'_>,
    found: &[Found],
    sum: Number,
    population: Option<Number>,
) -> Result<Outcome, Problems> {
    let mut problems = Problems::default();
    for one in found.iter().filter(|one| one.beta.is_none()) {
        problems.push(Problem::of(format!("{}.classes", one.field), "calc.gb18218.class_needed"));
    }
    let population = collect(population.ok_or_else(|| input.missing("population_500m")), &mut problems);
    problems.or(())?;
    let population = population.unwrap_or(Number::ZERO);
    let tenths =
        ALPHA.iter().find(|(least, _)| Number::from(*least) <= population).map_or(20, |(_, tenths)| *tenths);
    let alpha = Number::fraction(tenths, 10).unwrap_or(Number::ONE);
    let weighted = total(found, |one| one.beta.as_ref().map(|beta| beta.value))?;
    let r = alpha.times(weighted).ok_or_else(|| Problem::new("calc.too_large"))?;
    let position =
        GRADES.iter().position(|(least, ..)| Number::from(*least) <= r).unwrap_or(GRADES.len() - 1);
    let (least, code, zh) = GRADES.get(position).copied().unwrap_or((0, "4", "四级"));
    let range = match position.checked_sub(1).and_then(|i| GRADES.get(i)) {
        None => format!("R ≥ {least}"),
        Some((above, ..)) if least == 0 => format!("R < {above}"),
        Some((above, ..)) => format!("{least} ≤ R < {above}"),
    };

    let mut outcome = frame(found, sum);
    outcome.value = r;
    outcome.grade = code.to_owned();
    outcome.grade_name = Text::new(format!("{zh}重大危险源"), format!("major hazard source, grade {code}"));
    outcome.table.row = position + 1;
    outcome.table.row_text.clone_from(&range);
    outcome.figures.extend([
        Figure {
            key: "alpha",
            title: Text::new("厂外暴露人员校正系数α", "α for people outside"),
            value: alpha,
        },
        Figure { key: "r", title: Text::new("分级指标R", "R"), value: r },
    ]);
    outcome.inputs.push(InputUsed {
        key: "population_500m".to_owned(),
        title: Text::new("厂区边界外500米范围内常住人口", "People living within 500 m outside the boundary"),
        value: population,
        meaning: Text::default(),
    });
    let steps = &mut outcome.derivation;
    steps.push(Text::new(
        format!("S {}，大于或等于1，构成重大危险源", equals(sum)),
        format!("S {}, 1 or more: a major hazard source", equals(sum)),
    ));
    steps.extend(found.iter().filter_map(|one| one.beta.as_ref().map(|beta| beta_step(one, beta))));
    steps.push(Text::new(
        format!("厂区边界外500米范围内常住人口{population}人，α = {alpha}"),
        format!("{population} people live within 500 m outside the boundary: α = {alpha}"),
    ));
    let product = format!("R = α × Σ(β × q/Q) = {alpha} × {weighted} {}", equals(r));
    steps.push(Text::new(product.clone(), product));
    steps.push(Text::new(
        format!("{range}，为{zh}重大危险源"),
        format!("{range}: grade {code} (1 is the highest)"),
    ));
    Ok(outcome)
}

/// What both answers share.
fn frame(found: &[Found], sum: Number) -> Outcome {
    let info = info();
    let used = |one: &Found| InputUsed {
        key: one.field.clone(),
        title: Text::new(one.name_zh.clone(), one.name_en.clone()),
        value: one.amount,
        meaning: Text::new("设计最大量（吨）", "design maximum (tonnes)"),
    };
    Outcome {
        method: ID.to_owned(),
        table: TableUsed {
            id: "gb18218-2018".to_owned(),
            valid_from: info.valid_from,
            valid_to: None,
            row: GRADES.len() + 1,
            row_text: String::new(),
        },
        inputs: found.iter().map(used).collect(),
        value: sum,
        grade: "none".to_owned(),
        grade_name: Text::new("不构成重大危险源", "no major hazard source"),
        colour: None,
        control_level: String::new(),
        control_level_name: None,
        figures: vec![Figure { key: "sum", title: Text::new("辨识指标S", "S = Σq/Q"), value: sum }],
        derivation: found.iter().map(quantity_step).collect(),
        source: info.source,
    }
}

fn quantity_step(one: &Found) -> Text {
    let (zh, en) = match &one.row {
        Ok(seq) => (format!("表1第{seq}项"), format!("table 1, row {seq}")),
        Err(class) => {
            (format!("表2 {}（{}）", class.symbol, class.name_zh), format!("table 2, {}", class.symbol))
        }
    };
    let (q, limit) = (one.amount, one.quantity);
    let ratio = q.over(limit).map(equals).unwrap_or_default();
    Text::new(
        format!("{}：q = {q} 吨，Q = {limit} 吨（{zh}），q/Q {ratio}", one.name_zh),
        format!("{}: q = {q} t, Q = {limit} t ({en}), q/Q {ratio}", one.name_en),
    )
}

fn beta_step(one: &Found, beta: &Beta) -> Text {
    let (zh, en) = match beta.class {
        None => ("表3".to_owned(), "table 3".to_owned()),
        Some(class) => (format!("表4 {}", class.symbol), format!("table 4, {}", class.symbol)),
    };
    let (several_zh, several_en) = if beta.of_several {
        ("，多个类别取最大值", ", the highest of several classes")
    } else {
        ("", "")
    };
    Text::new(
        format!("{}：β = {}（{zh}{several_zh}）", one.name_zh, beta.value),
        format!("{}: β = {} ({en}{several_en})", one.name_en, beta.value),
    )
}

/// `= 0.5`, or `≈ 0.333333` where the decimal does not end.
fn equals(number: Number) -> String {
    format!("{} {number}", if number.is_shown_exactly() { "=" } else { "≈" })
}

#[cfg(test)]
#[path = "grade_tests.rs"]
mod tests;
