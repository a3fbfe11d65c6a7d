//! Numbers, targets and groups as people read them.

use base::{Language, Period};
use engine::field::show::Titles;
use engine::indicator::{Figure, Group};
use judge::Fact;
use judge::indicator::{Reached, Shape};
use plan::pack::indicator::Dimension;
use plan::pack::{FieldKind, Indicator, Model, Register};

use super::text::Words;
use crate::app::App;
use crate::errors::Failure;

/// A number with its thousands apart and at most two decimals: `12,345.5`.
pub(super) fn number(value: f64) -> String {
    let text = format!("{:.2}", value.abs());
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let mut out = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    let rest = rest.trim_end_matches('0');
    if !rest.is_empty() {
        out = format!("{out}.{rest}");
    }
    if value < 0.0 && out != "0" { format!("-{out}") } else { out }
}

/// A whole number with its thousands apart.
pub(super) fn whole(count: i64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "counts lie far below 2^53")]
    number(count as f64)
}

/// A share: `87.3 %`.
pub(super) fn share(value: f64) -> String {
    format!("{:.1} %", value * 100.0)
}

/// The value of an indicator with its unit; `–` for nothing.
pub(super) fn value(indicator: &Indicator, value: Option<f64>, l: Language) -> String {
    let Some(value) = value else { return "–".to_owned() };
    if Shape::of(indicator) == Shape::Share {
        return share(value);
    }
    let unit = indicator.unit.as_ref().map(|u| u.in_language(l)).unwrap_or_default();
    if unit.is_empty() { number(value) } else { format!("{} {unit}", number(value)) }
}

/// The target in words: `至少 95.0 %`; empty where there is none.
pub(super) fn target(indicator: &Indicator, figure: &Figure, w: Words) -> String {
    let bound =
        |key: &str, bound: Option<f64>| bound.map(|b| w.with(key, "n", value(indicator, Some(b), w.0)));
    let least = bound("measure.at_least", figure.goal.min);
    let most = bound("measure.at_most", figure.goal.max);
    let mut words: Vec<String> = least.into_iter().chain(most).collect();
    if words.is_empty() {
        return String::new();
    }
    if let Some(by) = indicator.target.as_ref().and_then(|t| t.by) {
        words.push(w.with("measure.by_day", "day", by));
    }
    words.join(" · ")
}

/// Whether the target is reached: name for the style sheet and words. A target for a later day is on its way.
pub(super) fn reached(indicator: &Indicator, figure: &Figure, w: Words) -> (&'static str, String) {
    let later = indicator.target.as_ref().and_then(|t| t.by).is_some_and(|by| figure.period.last() < by);
    match figure.reached {
        Reached::Met => ("met", w.t("measure.met")),
        Reached::Missed if later => ("way", w.t("measure.on_the_way")),
        Reached::Missed => ("missed", w.t("measure.missed")),
        Reached::CannotBeJudged => ("cannot", w.t("measure.cannot")),
        Reached::Nothing => ("none", String::new()),
    }
}

/// The change against the year before: `同比 +3.2 个百分点`; empty where there is nothing to compare with.
pub(super) fn change(indicator: &Indicator, now: &Figure, before: Option<&Figure>, w: Words) -> String {
    let said = change_alone(indicator, now, before, w);
    if said.is_empty() { said } else { w.with("measure.year_on_year", "n", said) }
}

/// The same without the words, for a column that has them as its heading.
pub(super) fn change_alone(indicator: &Indicator, now: &Figure, before: Option<&Figure>, w: Words) -> String {
    let (Some(now), Some(before)) = (now.value(), before.and_then(Figure::value)) else {
        return String::new();
    };
    let by = now - before;
    let sign = if by >= 0.0 { "+" } else { "" };
    if Shape::of(indicator) == Shape::Share {
        w.with("measure.points", "n", format!("{sign}{:.1}", by * 100.0))
    } else if before.abs() > f64::EPSILON {
        format!("{sign}{:.1} %", by / before * 100.0)
    } else {
        format!("{sign}{}", number(by))
    }
}

/// Names of a dimension.
pub(super) fn dimension(register: &Register, name: &str, w: Words) -> String {
    match name {
        "county" => w.t("measure.by_county"),
        "township" => w.t("measure.by_township"),
        "sector" => w.t("measure.by_sector"),
        "park" => w.t("measure.by_park"),
        "department" => w.t("measure.by_department"),
        other => {
            register.field(other).map_or_else(|| other.to_owned(), |f| f.title.in_language(w.0).to_owned())
        }
    }
}

/// Names of the groups of a dimension, in their order.
pub(super) async fn group_names(
    app: &App,
    register: &Register,
    dimension: &str,
    groups: &[Group],
    w: Words,
) -> Result<Vec<String>, Failure> {
    let field = Dimension::read(dimension, register).ok();
    let column = match field.map(|d| d.from) {
        Some(plan::pack::indicator::DimensionFrom::Column(column)) => column,
        _ => dimension.to_owned(),
    };
    let kind = register.field(&column).map(|f| f.kind);
    let mut titles = Titles::new();
    if kind == Some(FieldKind::Reference) {
        let one = |g: &Group| {
            g.key.parse().ok().map(|id| judge::Facts::from([(column.clone(), Fact::Reference(id))]))
        };
        let facts: Vec<judge::Facts> = groups.iter().filter_map(one).collect();
        titles = app.engine().titles(register, facts.iter()).await?;
    }
    let name = |group: &Group| {
        if group.key.is_empty() {
            return w.t("measure.unnamed");
        }
        if kind == Some(FieldKind::Reference) {
            let id: Option<base::Id> = group.key.parse().ok();
            return id.and_then(|id| titles.get(&id).cloned()).unwrap_or_else(|| group.key.clone());
        }
        key_name(app.model(), register, &column, &group.key, w)
    };
    Ok(groups.iter().map(name).collect())
}

fn key_name(model: &Model, register: &Register, column: &str, key: &str, w: Words) -> String {
    let region = || model.regions.iter().rev().find(|r| r.code.get_ref() == key).map(|r| &r.title);
    let department = || model.department(key).map(|d| &d.title);
    let choice = |field: &plan::pack::Field| {
        model.choices_of(field).iter().find(|c| c.id == key).map(|c| c.title.in_language(w.0).to_owned())
    };
    let title = match (column, register.field(column)) {
        (_, Some(field)) if field.kind == FieldKind::Choice => choice(field),
        (_, Some(field)) if field.kind == FieldKind::YesNo => {
            Some(w.t(if key == "true" { "measure.yes" } else { "measure.no" }))
        }
        ("sector", None) => {
            let enterprise = model.shaped(plan::pack::Shape::Enterprise);
            enterprise.and_then(|r| r.field("sector")).and_then(choice)
        }
        _ => region().or_else(department).map(|t| t.in_language(w.0).to_owned()),
    };
    title.unwrap_or_else(|| key.to_owned())
}

/// The last `count` periods up to `last`, oldest first.
pub(super) fn periods(last: Period, count: usize) -> Vec<Period> {
    let mut all = vec![last];
    while all.len() < count {
        let Some(first) = all.last() else { break };
        all.push(first.previous());
    }
    all.reverse();
    all
}

/// The period of an address, or the given one. A period of another kind does not exist.
pub(super) fn asked(code: &str, usual: Period) -> Result<Period, Failure> {
    if code.is_empty() {
        return Ok(usual);
    }
    Period::parse(code).filter(|p| p.kind() == usual.kind()).ok_or(Failure::NotFound)
}

/// Grades that packs write by an English word or a Chinese one, in both languages; others are written the same in both.
const GRADES: [(&str, &str, &str); 12] = [
    ("excellent", "优秀", "Excellent"),
    ("good", "良好", "Good"),
    ("fair", "一般", "Fair"),
    ("weak", "薄弱", "Weak"),
    ("poor", "较差", "Poor"),
    ("passed", "合格", "Passed"),
    ("put_right", "限期整改", "To be put right"),
    ("failed", "不合格", "Failed"),
    ("优秀", "优秀", "Excellent"),
    ("良好", "良好", "Good"),
    ("合格", "合格", "Passed"),
    ("不合格", "不合格", "Failed"),
];

/// A grade in words.
pub(super) fn grade_word(grade: &str, w: Words) -> String {
    let found = GRADES.iter().find(|(written, ..)| *written == grade);
    match (found, w.0) {
        (Some((_, zh, _)), Language::Chinese) => (*zh).to_owned(),
        (Some((.., en)), Language::English) => (*en).to_owned(),
        (None, _) => grade.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_easily() {
        for (value, expected) in
            [(0.0, "0"), (3.5, "3.5"), (1234.0, "1,234"), (-1_234_567.891, "-1,234,567.89"), (-0.001, "0")]
        {
            assert_eq!(number(value), expected);
        }
        assert_eq!(share(0.8734), "87.3 %");
    }

    #[test]
    fn periods_come_one_after_the_other() {
        let all = periods(Period::parse("2021-02").unwrap(), 3);
        let codes: Vec<String> = all.iter().map(|p| p.code()).collect();
        assert_eq!(codes, ["2020-12", "2021-01", "2021-02"]);
        assert!(asked("2021Q1", all[0]).is_err() && asked("2021-05", all[0]).is_ok());
    }
}
