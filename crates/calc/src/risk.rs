//! Risk methods that multiply steps: LEC, LS and MES. One table says the factors, their steps, the cut-offs, the grade and
//! who controls it; the arithmetic is the same for all.
//!
//! The tables in `data/` are the defaults. A city or an enterprise that uses other steps, cut-offs or another rule for
//! ties brings its own [`Table`], checks it with [`Table::check`] and runs it with [`Table::run`].

mod check;
mod grade;

use std::sync::LazyLock;

use base::{Day, Text};
use serde::{Deserialize, Serialize};

use crate::{InputInfo, InputKind, MethodInfo, MethodKind, Number, StepInfo};

const DATA: [&str; 3] =
    [include_str!("../data/lec.toml"), include_str!("../data/ls.toml"), include_str!("../data/mes.toml")];

/// The four grades of risk, from the worst down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// 重大风险.
    Red,
    /// 较大风险.
    Orange,
    /// 一般风险.
    Yellow,
    /// 低风险.
    Blue,
}

impl Grade {
    /// From the worst down.
    pub const ALL: [Self; 4] = [Self::Red, Self::Orange, Self::Yellow, Self::Blue];

    /// `red`, `orange`, `yellow`, `blue`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Red => "red",
            Self::Orange => "orange",
            Self::Yellow => "yellow",
            Self::Blue => "blue",
        }
    }

    /// Official name.
    #[must_use]
    pub fn name(self) -> Text {
        match self {
            Self::Red => Text::new("重大风险", "major risk"),
            Self::Orange => Text::new("较大风险", "larger risk"),
            Self::Yellow => Text::new("一般风险", "ordinary risk"),
            Self::Blue => Text::new("低风险", "low risk"),
        }
    }

    /// The colour in words.
    #[must_use]
    pub fn colour(self) -> Text {
        match self {
            Self::Red => Text::new("红色", "red"),
            Self::Orange => Text::new("橙色", "orange"),
            Self::Yellow => Text::new("黄色", "yellow"),
            Self::Blue => Text::new("蓝色", "blue"),
        }
    }
}

/// Who controls a risk. The levels below it control it as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ControlLevel {
    /// 企业.
    Enterprise,
    /// 车间.
    Workshop,
    /// 班组.
    Team,
    /// 岗位.
    Post,
}

impl ControlLevel {
    /// `enterprise`, `workshop`, `team`, `post`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Enterprise => "enterprise",
            Self::Workshop => "workshop",
            Self::Team => "team",
            Self::Post => "post",
        }
    }

    /// Official name.
    #[must_use]
    pub fn name(self) -> Text {
        match self {
            Self::Enterprise => Text::new("企业", "enterprise"),
            Self::Workshop => Text::new("车间", "workshop"),
            Self::Team => Text::new("班组", "team"),
            Self::Post => Text::new("岗位", "post"),
        }
    }
}

/// Which row a product belongs to that equals a cut-off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ties {
    /// To the row that begins with it: 70 is 70 and more. The safer side.
    #[default]
    Upward,
    /// To the row below: the row above is over 70.
    Downward,
}

/// A table of one method, dated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// Id of the table, named in every outcome.
    pub id: String,
    /// Id of the method.
    pub method: String,
    /// Title of the method.
    pub title: Text,
    /// Letter of the product: D or R.
    pub symbol: String,
    /// First day on which it counts.
    pub valid_from: Day,
    /// Last day on which it counts; None while it does.
    #[serde(default)]
    pub valid_to: Option<Day>,
    /// Where it comes from, and how far that is confirmed.
    pub source: Text,
    /// Where a product belongs that equals a cut-off.
    #[serde(default)]
    pub ties: Ties,
    /// What is multiplied.
    #[serde(rename = "factor")]
    pub factors: Vec<Factor>,
    /// The rows from the worst down.
    #[serde(rename = "row")]
    pub rows: Vec<Row>,
}

/// One factor of the product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Factor {
    /// Key in the input.
    pub key: String,
    /// Letter in the formula.
    pub symbol: String,
    /// Title.
    pub title: Text,
    /// The allowed values from the worst down.
    #[serde(rename = "step")]
    pub steps: Vec<Step>,
}

/// An allowed value of a factor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The value.
    pub value: Number,
    /// What it means.
    pub meaning: Text,
}

/// A span of products with its grade.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Least product of the row ([`Ties`] says whether it belongs to it).
    pub from: Number,
    /// Greatest product of the row, which belongs to it; None: everything up to the row above.
    #[serde(default)]
    pub to: Option<Number>,
    /// The grade.
    pub grade: Grade,
    /// Who controls it.
    pub control_level: ControlLevel,
    /// The method's own name of the row.
    pub name: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tables {
    table: Vec<Table>,
}

static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| {
    #[expect(
        clippy::expect_used,
        reason = "the files are part of the program and a test reads and checks them"
    )]
    DATA.iter()
        .flat_map(|text| toml::from_str::<Tables>(text).expect("data/*.toml is readable").table)
        .collect()
});

/// The default tables, by method and then by date.
#[must_use]
pub fn tables() -> &'static [Table] {
    &TABLES
}

impl Table {
    /// What a form needs to know.
    #[must_use]
    pub fn info(&self) -> MethodInfo {
        let step = |step: &Step| StepInfo { value: step.value, meaning: step.meaning.clone() };
        let input = |factor: &Factor| InputInfo {
            key: factor.key.clone(),
            symbol: factor.symbol.clone(),
            title: factor.title.clone(),
            kind: InputKind::Step,
            steps: factor.steps.iter().map(step).collect(),
        };
        MethodInfo {
            id: self.method.clone(),
            title: self.title.clone(),
            kind: MethodKind::Risk,
            inputs: self.factors.iter().map(input).collect(),
            source: self.source.clone(),
            valid_from: self.valid_from,
        }
    }
}

#[cfg(test)]
mod tests;
