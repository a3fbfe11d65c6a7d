//! Reads one substance of the input and finds its Q and β.

use base::{Problem, Problems};
use serde_json::Value;

use super::table::{ClassRow, Substance, classes, gas_beta, substances};
use crate::Number;
use crate::input::{Input, collect, shown};

const KNOWN: [&str; 5] = ["seq", "cas", "name", "amount_t", "classes"];

/// A substance as it was understood.
pub(super) struct Found {
    pub(super) field: String,
    pub(super) name_zh: String,
    pub(super) name_en: String,
    pub(super) amount: Number,
    pub(super) quantity: Number,
    /// Where Q comes from: row of table 1, or the class of table 2.
    pub(super) row: Result<u32, &'static ClassRow>,
    pub(super) beta: Option<Beta>,
}

/// Where β comes from.
pub(super) struct Beta {
    pub(super) value: Number,
    /// None: table 3.
    pub(super) class: Option<&'static ClassRow>,
    /// True when it was chosen as the highest of several classes.
    pub(super) of_several: bool,
}

/// Problems: those of [`Input`]; `calc.gb18218.which` when none of `seq`, `cas`, `name` is given;
/// `calc.gb18218.unknown_row`; `calc.gb18218.several_rows` with `rows` when a CAS number or name stands in several rows;
/// `calc.gb18218.unknown_class` with `known`; `calc.gb18218.class_needed` for a substance outside table 1.
pub(super) fn read(value: &Value, field: &str, problems: &mut Problems) -> Option<Found> {
    let before = problems.0.len();
    let input = collect(Input::of(value, field, &KNOWN, problems), problems)?;
    let amount = input.number("amount_t", false).and_then(|v| v.ok_or_else(|| input.missing("amount_t")));
    let amount = collect(amount, problems);
    let given = collect(classes_of(&input), problems);
    let row = collect(row_of(&input), problems)?;
    let (amount, given) = (amount?, given?);
    let cas = input.get("cas").map(shown);
    let (quantity, source) = match row {
        Some(row) => (row.quantity, Ok(row.seq)),
        None => match given.iter().min_by_key(|class| class.quantity) {
            Some(class) => (class.quantity, Err(*class)),
            None => {
                let known: Vec<&str> = classes().iter().map(|class| class.symbol.as_str()).collect();
                problems.push(
                    Problem::of(input.path("classes"), "calc.gb18218.class_needed")
                        .with("known", known.join(", ")),
                );
                return None;
            }
        },
    };
    let named = input.get("name").map(shown).or_else(|| cas.clone()).unwrap_or_default();
    let numbers = row.map_or_else(|| cas.iter().cloned().collect(), |row| row.cas.clone());
    let found = Found {
        field: field.to_owned(),
        name_zh: row.map_or_else(|| named.clone(), |row| row.name_zh.clone()),
        name_en: row.map_or(named, |row| row.name_en.clone()),
        amount,
        quantity,
        row: source,
        beta: beta_of(&numbers, &given),
    };
    (problems.0.len() == before).then_some(found)
}

/// β of table 3 by CAS number, otherwise the highest of the classes; None without classes.
fn beta_of(cas: &[String], given: &[&'static ClassRow]) -> Option<Beta> {
    if let Some(value) = cas.iter().find_map(|cas| gas_beta(cas)) {
        return Some(Beta { value, class: None, of_several: false });
    }
    let class = *given.iter().max_by_key(|class| class.beta)?;
    Some(Beta {
        value: class.beta,
        class: Some(class),
        of_several: given.iter().any(|c| c.beta != class.beta),
    })
}

/// The row of table 1; None when the substance is not in it.
fn row_of(input: &Input<'_>) -> Result<Option<&'static Substance>, Problem> {
    if let Some(seq) = input.number("seq", true)? {
        let row = substances().iter().find(|row| seq.whole() == Some(i64::from(row.seq)));
        let unknown = || {
            Problem::of(input.path("seq"), "calc.gb18218.unknown_row")
                .with("value", seq)
                .with("known", "1-85")
        };
        return row.map(Some).ok_or_else(unknown);
    }
    let cas = input.get("cas").map(shown);
    let name = input.get("name").map(shown);
    let (key, rows): (&str, Vec<&Substance>) = match (&cas, &name) {
        (Some(cas), _) => {
            ("cas", substances().iter().filter(|row| row.cas.iter().any(|c| c == cas.trim())).collect())
        }
        (None, Some(name)) => {
            ("name", substances().iter().filter(|row| is_named(row, name.trim())).collect())
        }
        (None, None) => {
            return Err(Problem::of(input.path("name"), "calc.gb18218.which").with("known", "seq, cas, name"));
        }
    };
    match rows.as_slice() {
        [] => Ok(None),
        [row] => Ok(Some(row)),
        several => {
            let list: Vec<String> =
                several.iter().map(|row| format!("{} {}", row.seq, row.name_zh)).collect();
            Err(Problem::of(input.path(key), "calc.gb18218.several_rows").with("rows", list.join("; ")))
        }
    }
}

fn is_named(row: &Substance, name: &str) -> bool {
    row.name_zh == name
        || row.aliases.iter().any(|alias| alias == name)
        || row.name_en.eq_ignore_ascii_case(name)
}

fn classes_of(input: &Input<'_>) -> Result<Vec<&'static ClassRow>, Problem> {
    let texts: Vec<String> = match input.get("classes") {
        None => Vec::new(),
        Some(Value::Array(list)) => list.iter().map(shown).collect(),
        Some(one) => shown(one).split([',', '、', ';', ' ']).map(str::to_owned).collect(),
    };
    texts
        .iter()
        .map(|text| text.trim())
        .filter(|text| !text.is_empty())
        .map(|text| {
            classes().iter().find(|class| class.symbol.eq_ignore_ascii_case(text)).ok_or_else(|| {
                let known: Vec<&str> = classes().iter().map(|class| class.symbol.as_str()).collect();
                Problem::of(input.path("classes"), "calc.gb18218.unknown_class")
                    .with("value", text)
                    .with("known", known.join(", "))
            })
        })
        .collect()
}
