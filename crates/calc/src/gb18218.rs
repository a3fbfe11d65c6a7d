//! Identification and grading of major hazard sources of hazardous chemicals: GB 18218-2018, in force since 2019-03-01.
//!
//! Input: `substances`, a list; and for grading `population_500m`, the people who live within 500 m outside the boundary
//! of the plant. A substance has
//!
//! - one of `seq` (row of table 1), `cas`, `name` (Chinese, English or alias in table 1);
//! - `amount_t`: the design maximum in tonnes, not today's stock;
//! - `classes`: its hazard classes of table 2, such as `["J3", "W2"]`. Needed for a substance outside table 1, and for grading one
//!   outside table 3.
//!
//! Rules: Q is that of table 1, otherwise the lowest of the classes; Σq/Q ≥ 1 is a major hazard source; R = α·Σβ·q/Q gives
//! the grade; β is that of table 3, otherwise of table 4. The standard does not say which β counts for several classes:
//! we take the highest, the safer side, and say so in the derivation.

mod grade;
mod substance;
mod table;

pub use grade::run;
pub use table::{ClassRow, Substance, classes, substances};

use std::sync::LazyLock;

use base::{Day, Text};

use crate::{InputInfo, InputKind, MethodInfo, MethodKind};

/// The method's id.
pub const ID: &str = "gb18218";

static INFO: LazyLock<MethodInfo> = LazyLock::new(|| {
    let input = |key: &str, symbol: &str, kind, zh: &str, en: &str| InputInfo {
        key: key.to_owned(),
        symbol: symbol.to_owned(),
        title: Text::new(zh, en),
        kind,
        steps: Vec::new(),
    };
    MethodInfo {
        id: ID.to_owned(),
        title: Text::new("危险化学品重大危险源辨识与分级", "Major hazard source of hazardous chemicals"),
        kind: MethodKind::MajorHazardSource,
        inputs: vec![
            input(
                "substances",
                "q",
                InputKind::Substances,
                "单元内各种危险化学品及设计最大量",
                "Substances of the unit",
            ),
            input(
                "population_500m",
                "α",
                InputKind::Whole,
                "厂区边界外500米范围内常住人口",
                "People living within 500 m outside the boundary",
            ),
        ],
        source: Text::new(
            "GB 18218-2018《危险化学品重大危险源辨识》；表1各临界量经两份以上抄本核对",
            "GB 18218-2018; the quantities of table 1 were compared in two or more transcriptions",
        ),
        valid_from: Day::new(2019, 3, 1).unwrap_or_else(|| Day::from_days_since_1970(0)),
    }
});

/// The method and its inputs.
#[must_use]
pub fn info() -> MethodInfo {
    INFO.clone()
}
