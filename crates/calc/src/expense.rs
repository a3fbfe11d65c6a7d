//! The safety expense that an enterprise sets aside in a year: 企业安全生产费用提取和使用管理办法, 财资〔2022〕136号 since
//! 2022-11-21, before it 财企〔2012〕16号. The base of each trade stands in the rules: output in tonnes, works cost, or the
//! revenue of the year before, each slice at its own rate. The rates are values of the pack with their days.
//!
//! Input: `trade`, `year`, `revenue` and `works_cost` in yuan, `output` in tonnes, `rates` (`rate_1`, `to_1`, `rate_2` ...
//! with the upper ends of the slices in yuan), `basis` for a trade that this table does not know, `rates_from` and
//! `rates_source` as the pack says.

use base::{Day, Problem, Problems, Text};
use serde_json::Value;

use crate::formula::{Asked, answer, describe, keys, out_of_range, used};
use crate::input::Input;
use crate::{Figure, InputKind, MethodInfo, MethodKind, Number, Outcome};

/// The method's id.
pub const ID: &str = "expense";

const ASKED: [Asked; 9] = [
    ("trade", InputKind::Word, "提取类别", "Trade"),
    ("year", InputKind::Whole, "年度", "Year"),
    ("revenue", InputKind::Decimal, "上年度营业收入（元）", "Revenue of last year (yuan)"),
    ("works_cost", InputKind::Decimal, "建筑安装工程造价（元）", "Works cost (yuan)"),
    ("output", InputKind::Decimal, "产量（吨）", "Output (t)"),
    ("rates", InputKind::Numbers, "提取标准", "Rates"),
    ("basis", InputKind::Word, "提取基数", "Basis"),
    ("rates_from", InputKind::Word, "标准施行日", "Rates in force from"),
    ("rates_source", InputKind::Word, "标准出处", "Source of the rates"),
];

/// The base that the rules name for each trade.
const BASES: [(&str, &str); 12] = [
    ("underground_metal", "output"),
    ("open_pit", "output"),
    ("building", "works_cost"),
    ("municipal_works", "works_cost"),
    ("chemical_works", "works_cost"),
    ("road_works", "works_cost"),
    ("hazardous_goods", "revenue"),
    ("freight", "revenue"),
    ("special_transport", "revenue"),
    ("metallurgy", "revenue"),
    ("machinery", "revenue"),
    ("fireworks", "revenue"),
];

/// Slices of a rate at most.
const SLICES: usize = 12;

/// The method and its inputs.
#[must_use]
pub fn info() -> MethodInfo {
    let title = ("安全生产费用提取", "Safety expense");
    let source = (
        "《企业安全生产费用提取和使用管理办法》（财资〔2022〕136号，2022-11-21 起）；此前为财企〔2012〕16号",
        "Rules on the safety expense of enterprises, 财资〔2022〕136号 from 2022-11-21, before it 财企〔2012〕16号",
    );
    describe(ID, MethodKind::Figure, title, source, (2012, 2, 14), &ASKED)
}

/// Computes the amount of a year and what that is a month.
///
/// # Errors
/// Those of [`crate::run`]: `calc.not_in_table` for a trade without a base, `calc.missing` for its base or the rates;
/// `calc.rates_broken` with `value` for rates whose slices do not rise.
pub fn run(input: &Value) -> Result<Outcome, Problems> {
    let mut problems = Problems::default();
    let input = Input::of(input, "", &keys(&ASKED), &mut problems)?;
    problems.or(())?;
    let trade = input.word("trade")?;
    let basis = basis(&input, &trade)?;
    let base = input.needed(basis)?;
    let slices = slices(&input)?;
    let (amount, mut derivation) = sum(base, basis, &slices)?;
    let amount = amount.to_fen().ok_or_else(|| out_of_range(basis))?;
    let month = amount.over(Number::from(12)).and_then(Number::to_fen).ok_or_else(|| out_of_range(basis))?;
    derivation.push(Text::new(
        format!("全年应提 {amount} 元，按月平均提取 {month} 元"),
        format!("{amount} yuan in the year, {month} yuan a month"),
    ));
    let info = info();
    let source = input.word("rates_source").unwrap_or_default();
    if !source.is_empty() {
        derivation.push(Text::new(format!("标准出处：{source}"), format!("Source of the rates: {source}")));
    }
    let name = Text::new(format!("{amount} 元"), format!("{amount} yuan"));
    let mut outcome = answer(&info, amount, ("", name), derivation);
    outcome.table.id = format!("expense.{trade}");
    if let Some(from) = input.word("rates_from").ok().and_then(|day| Day::parse(&day)) {
        outcome.table.valid_from = from;
    }
    outcome.table.row = slices.len();
    outcome.table.row_text = trade;
    outcome.figures = vec![Figure { key: "month", title: Text::new("月均", "A month"), value: month }];
    outcome.inputs.extend(used(&info, basis, base));
    Ok(outcome)
}

fn basis(input: &Input<'_>, trade: &str) -> Result<&'static str, Problem> {
    let wanted = if input.get("basis").is_some() { input.word("basis")? } else { String::new() };
    let named = ["revenue", "works_cost", "output"].into_iter().find(|basis| *basis == wanted);
    let known = || BASES.iter().find(|(id, _)| *id == trade).map(|(_, basis)| *basis);
    let allowed: Vec<&str> = BASES.iter().map(|(id, _)| *id).collect();
    named.or_else(known).ok_or_else(|| {
        Problem::of("trade", "calc.not_in_table").with("value", trade).with("allowed", allowed.join(", "))
    })
}

/// Rate and upper end of each slice; the last has no end.
fn slices(input: &Input<'_>) -> Result<Vec<(Number, Option<Number>)>, Problem> {
    let rates = input.numbers("rates")?.ok_or_else(|| input.missing("rates"))?;
    let named = |name: String| rates.iter().find(|(key, _)| *key == name).map(|(_, number)| *number);
    let mut found: Vec<(Number, Option<Number>)> = Vec::new();
    let mut before = Number::ZERO;
    for at in 1..=SLICES {
        let Some(rate) = named(format!("rate_{at}")) else { break };
        let end = named(format!("to_{at}"));
        if found.last().is_some_and(|(_, end)| end.is_none()) || end.is_some_and(|end| end <= before) {
            return Err(Problem::of("rates", "calc.rates_broken").with("value", at));
        }
        before = end.unwrap_or(before);
        found.push((rate, end));
    }
    match found.last() {
        Some((_, None)) => Ok(found),
        Some(_) => Err(Problem::of("rates", "calc.rates_broken").with("value", found.len())),
        None => Err(input.missing("rates")),
    }
}

fn sum(
    base: Number,
    basis: &'static str,
    slices: &[(Number, Option<Number>)],
) -> Result<(Number, Vec<Text>), Problem> {
    let unit = if basis == "output" { ("吨", "t") } else { ("元", "yuan") };
    let (mut total, mut from, mut steps) = (Number::ZERO, Number::ZERO, Vec::new());
    for (rate, end) in slices {
        let upper = end.map_or(base, |end| end.min(base));
        if upper <= from && base > Number::ZERO {
            break;
        }
        let part = upper.minus(from).ok_or_else(|| out_of_range(basis))?;
        let amount = part.times(*rate).ok_or_else(|| out_of_range(basis))?;
        total = total.plus(amount).ok_or_else(|| out_of_range(basis))?;
        steps.push(Text::new(
            format!("{from} 至 {upper} {}：{part} × {rate} = {amount} 元", unit.0),
            format!("{from} to {upper} {}: {part} × {rate} = {amount} yuan", unit.1),
        ));
        from = upper;
        if base == Number::ZERO {
            break;
        }
    }
    Ok((total, steps))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const GOODS_2012: &str = r#"{ "rate_1": 0.04, "to_1": 10000000, "rate_2": 0.02, "to_2": 100000000, "rate_3": 0.005, "to_3": 1000000000, "rate_4": 0.002 }"#;
    const GOODS_2022: &str = r#"{ "rate_1": 0.045, "to_1": 10000000, "rate_2": 0.0225, "to_2": 100000000, "rate_3": 0.0055, "to_3": 1000000000, "rate_4": 0.002 }"#;

    fn amount(trade: &str, rates: &str, base: (&str, &str)) -> String {
        let mut input =
            json!({ "trade": trade, "year": 2021, "rates": serde_json::from_str::<Value>(rates).unwrap() });
        input[base.0] = json!(base.1);
        run(&input).unwrap().value.to_string()
    }

    /// 财企〔2012〕16号, article on dangerous goods: 1000 万元 and below 4 %, to 1 亿元 2 %, to 10 亿元 0.5 %, above 0.2 %.
    /// 财资〔2022〕136号: 4.5 %, 2.25 %, 0.55 %, 0.2 %. Worked by hand, slice by slice.
    #[test]
    fn each_slice_counts_at_its_own_rate() {
        for (rates, revenue, expected) in [
            (GOODS_2012, "8000000", "320000"),
            (GOODS_2012, "10000000", "400000"),
            (GOODS_2012, "50000000", "1200000"),
            (GOODS_2012, "1200000000", "7100000"),
            (GOODS_2022, "50000000", "1350000"),
            (GOODS_2022, "1200000000", "7825000"),
            (GOODS_2012, "0", "0"),
        ] {
            assert_eq!(amount("hazardous_goods", rates, ("revenue", revenue)), expected, "{revenue}");
        }
    }

    /// 财企〔2012〕16号: 地下金属矿 10 元 per tonne, buildings 2.0 % of the works cost; 财资〔2022〕136号: 3 %.
    #[test]
    fn output_and_works_cost_are_bases_too() {
        assert_eq!(amount("underground_metal", r#"{ "rate_1": 10 }"#, ("output", "1234.5")), "12345");
        assert_eq!(amount("building", r#"{ "rate_1": 0.02 }"#, ("works_cost", "33333333.33")), "666666.67");
        assert_eq!(amount("building", r#"{ "rate_1": 0.03 }"#, ("works_cost", "1000000")), "30000");
    }

    #[test]
    fn the_steps_and_the_month_are_told() {
        let rates: Value = serde_json::from_str(GOODS_2012).unwrap();
        let input = json!({ "trade": "hazardous_goods", "revenue": 50_000_000, "rates": rates, "rates_from": "2012-02-14" });
        let outcome = run(&input).unwrap();
        assert_eq!(outcome.derivation[0].zh, "0 至 10000000 元：10000000 × 0.04 = 400000 元");
        assert_eq!(outcome.derivation[1].zh, "10000000 至 50000000 元：40000000 × 0.02 = 800000 元");
        assert_eq!(outcome.figures[0].value.to_string(), "100000");
        assert_eq!(outcome.table.valid_from.to_string(), "2012-02-14");
    }

    #[test]
    fn what_is_missing_or_broken_is_named() {
        let wrong = |input: Value| {
            let problem = run(&input).unwrap_err().0.remove(0);
            format!("{} {}", problem.field, problem.code)
        };
        let rates = json!({ "rate_1": 0.02 });
        assert_eq!(wrong(json!({ "trade": "moon", "rates": rates })), "trade calc.not_in_table");
        assert_eq!(wrong(json!({ "trade": "building", "rates": rates })), "works_cost calc.missing");
        assert_eq!(wrong(json!({ "trade": "building", "works_cost": 1 })), "rates calc.missing");
        let falling = json!({ "rate_1": 0.02, "to_1": 5, "rate_2": 0.01, "to_2": 4, "rate_3": 1 });
        assert_eq!(
            wrong(json!({ "trade": "building", "works_cost": 1, "rates": falling })),
            "rates calc.rates_broken"
        );
    }
}
