//! Class of a work-safety accident: 生产安全事故报告和调查处理条例 (State Council decree 493), article 3, in force since
//! 2007-06-01. "以上" includes the number, "以下" does not. The highest of the three columns decides.
//!
//! Not covered: the further triggers for special equipment (regulation 549, articles 61 to 64) and the table for power
//! supply (decree 599). Where the two disagree the higher class counts, so compare with those before you report.
//!
//! Input: `deaths`, `serious_injuries` (with acute industrial poisoning), `direct_loss_wan` (direct economic loss in
//! 10 000 yuan). All three are asked for; 0 is an answer.

use std::sync::LazyLock;

use base::{Day, Problem, Problems, Text};
use serde_json::Value;

use crate::input::{Input, collect};
use crate::{InputInfo, InputKind, InputUsed, MethodInfo, MethodKind, Number, Outcome, TableUsed};

/// The method's id.
pub const ID: &str = "accident";

/// A class from the worst down, with the least number of each column.
struct Class {
    code: &'static str,
    zh: &'static str,
    en: &'static str,
    least: [u32; 3],
    investigator: (&'static str, &'static str),
}

const CLASSES: [Class; 4] = [
    Class {
        code: "extraordinary",
        zh: "特别重大事故",
        en: "extraordinarily major accident",
        least: [30, 100, 10_000],
        investigator: (
            "国务院或者国务院授权有关部门",
            "the State Council or a department that it authorises",
        ),
    },
    Class {
        code: "major",
        zh: "重大事故",
        en: "major accident",
        least: [10, 50, 5_000],
        investigator: ("省级人民政府", "the provincial government"),
    },
    Class {
        code: "larger",
        zh: "较大事故",
        en: "larger accident",
        least: [3, 10, 1_000],
        investigator: ("设区的市级人民政府", "the government of the prefecture-level city"),
    },
    Class {
        code: "general",
        zh: "一般事故",
        en: "general accident",
        least: [0, 0, 0],
        investigator: ("县级人民政府", "the county government"),
    },
];

/// Key, title and unit of the columns.
const COLUMNS: [(&str, &str, &str, &str, &str); 3] = [
    ("deaths", "死亡人数", "deaths", "人", ""),
    (
        "serious_injuries",
        "重伤人数（含急性工业中毒）",
        "serious injuries (with acute industrial poisoning)",
        "人",
        "",
    ),
    (
        "direct_loss_wan",
        "直接经济损失（万元）",
        "direct economic loss (10 000 yuan)",
        "万元",
        " × 10 000 yuan",
    ),
];

static INFO: LazyLock<MethodInfo> = LazyLock::new(|| {
    let input = |(key, zh, en, _, _): (&str, &str, &str, &str, &str)| InputInfo {
        key: key.to_owned(),
        symbol: String::new(),
        title: Text::new(zh, en),
        kind: if key == "direct_loss_wan" { InputKind::Decimal } else { InputKind::Whole },
        steps: Vec::new(),
    };
    MethodInfo {
        id: ID.to_owned(),
        title: Text::new("生产安全事故等级", "Class of a work-safety accident"),
        kind: MethodKind::Accident,
        inputs: COLUMNS.into_iter().map(input).collect(),
        source: Text::new(
            "《生产安全事故报告和调查处理条例》（国务院令第493号）第三条；不含特种设备、电力安全事故的其他情形",
            "State Council decree 493, article 3; without the further triggers for special equipment and power supply",
        ),
        valid_from: Day::new(2007, 6, 1).unwrap_or_else(|| Day::from_days_since_1970(0)),
    }
});

/// The method and its inputs.
#[must_use]
pub fn info() -> MethodInfo {
    INFO.clone()
}

/// Gives the accident its class.
///
/// # Errors
/// Those of [`crate::run`]; `calc.no_consequence` when all three are 0, as then it is no accident of this regulation.
pub fn run(input: &Value) -> Result<Outcome, Problems> {
    let mut problems = Problems::default();
    let input = Input::of(input, "", &COLUMNS.map(|column| column.0), &mut problems)?;
    let mut values = Vec::new();
    for (key, ..) in COLUMNS {
        let value =
            input.number(key, key != "direct_loss_wan").and_then(|v| v.ok_or_else(|| input.missing(key)));
        values.extend(collect(value, &mut problems));
    }
    problems.or(())?;
    if values.iter().all(|value| *value == Number::ZERO) {
        return Err(Problem::new("calc.no_consequence").into());
    }
    let classes: Vec<usize> = (0..).zip(&values).map(|(column, value)| class_of(column, *value)).collect();
    let worst = classes.iter().min().copied().unwrap_or(CLASSES.len() - 1);
    let Some(class) = CLASSES.get(worst) else { return Err(Problem::new("calc.no_consequence").into()) };
    let info = &*INFO;
    let inputs = COLUMNS.iter().zip(&values).map(|((key, zh, en, ..), value)| InputUsed {
        key: (*key).to_owned(),
        title: Text::new(*zh, *en),
        value: *value,
        meaning: Text::default(),
    });
    Ok(Outcome {
        method: ID.to_owned(),
        table: TableUsed {
            id: "decree-493-article-3".to_owned(),
            valid_from: info.valid_from,
            valid_to: None,
            row: worst + 1,
            row_text: class.zh.to_owned(),
        },
        inputs: inputs.collect(),
        value: Number::from(u32::try_from(worst + 1).unwrap_or(4)),
        grade: class.code.to_owned(),
        grade_name: Text::new(class.zh, class.en),
        colour: None,
        control_level: String::new(),
        control_level_name: None,
        figures: Vec::new(),
        derivation: derivation(&values, &classes, class),
        source: info.source.clone(),
    })
}

/// Index of the class that this column alone gives.
fn class_of(column: usize, value: Number) -> usize {
    let reached = |class: &Class| class.least.get(column).is_some_and(|least| Number::from(*least) <= value);
    CLASSES.iter().position(reached).unwrap_or(CLASSES.len() - 1)
}

fn derivation(values: &[Number], classes: &[usize], class: &Class) -> Vec<Text> {
    let mut steps = Vec::new();
    for (column, ((_, zh, en, unit, unit_en), (value, index))) in
        COLUMNS.iter().zip(values.iter().zip(classes)).enumerate()
    {
        let Some(found) = CLASSES.get(*index) else { continue };
        if *value == Number::ZERO {
            steps.push(Text::new(format!("{zh}：0，不起作用"), format!("{en}: 0, does not count")));
            continue;
        }
        let least = found.least.get(column).copied().unwrap_or(0);
        let above = index.checked_sub(1).and_then(|i| CLASSES.get(i)).and_then(|c| c.least.get(column));
        let range = match (least, above) {
            (0, Some(above)) => (format!("{above}{unit}以下"), format!("under {above}{unit_en}")),
            (least, Some(above)) => {
                (format!("{least}{unit}以上{above}{unit}以下"), format!("{least} to under {above}{unit_en}"))
            }
            (least, None) => (format!("{least}{unit}以上"), format!("{least} and more{unit_en}")),
        };
        steps.push(Text::new(
            format!("{zh}：{value}，在{}，为{}", range.0, found.zh),
            format!("{en}: {value}, {}: {}", range.1, found.en),
        ));
    }
    steps.push(Text::new(format!("取最高的一项：{}", class.zh), format!("The highest counts: {}", class.en)));
    let (zh, en) = class.investigator;
    steps
        .push(Text::new(format!("由{zh}负责调查（第十九条）"), format!("Investigated by {en} (article 19)")));
    steps
}
