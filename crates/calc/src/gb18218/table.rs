//! The tables of GB 18218-2018, read from `data/gb18218-*.csv`: 85 substances, 24 classes, the β of 14 gases and of the
//! classes.

use std::sync::LazyLock;

use base::Text;

use crate::Number;

/// A row of table 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Substance {
    /// Number of the row, 1 to 85.
    pub seq: u32,
    /// Chinese name.
    pub name_zh: String,
    /// Other Chinese names.
    pub aliases: Vec<String>,
    /// English name.
    pub name_en: String,
    /// CAS numbers; some rows have none, some share one.
    pub cas: Vec<String>,
    /// Critical quantity Q in tonnes.
    pub quantity: Number,
    /// Condition or hint, such as "anhydrous only"; mostly empty.
    pub note: String,
}

/// A class of table 2 with its β of table 4.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassRow {
    /// Symbol, such as `W5.3`.
    pub symbol: String,
    /// Chinese name.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
    /// What belongs to it.
    pub criterion: Text,
    /// Critical quantity Q in tonnes.
    pub quantity: Number,
    /// β of table 4.
    pub beta: Number,
}

static SUBSTANCES: LazyLock<Vec<Substance>> = LazyLock::new(|| {
    let list =
        |text: &str| text.split(';').map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned).collect();
    rows(include_str!("../../data/gb18218-table1.csv"))
        .filter_map(|row| {
            let [seq, name_zh, aliases, name_en, cas, quantity, _, note, ..] = row.as_slice() else {
                return None;
            };
            Some(Substance {
                seq: seq.parse().ok()?,
                name_zh: name_zh.clone(),
                aliases: list(aliases),
                name_en: name_en.clone(),
                cas: list(cas),
                quantity: Number::parse(quantity)?,
                note: note.clone(),
            })
        })
        .collect()
});

static CLASSES: LazyLock<Vec<ClassRow>> = LazyLock::new(|| {
    rows(include_str!("../../data/gb18218-table2.csv"))
        .filter_map(|row| {
            let [symbol, name_zh, name_en, criterion_zh, criterion_en, quantity, _, beta, ..] =
                row.as_slice()
            else {
                return None;
            };
            Some(ClassRow {
                symbol: symbol.clone(),
                name_zh: name_zh.clone(),
                name_en: name_en.clone(),
                criterion: Text::new(criterion_zh.as_str(), criterion_en.as_str()),
                quantity: Number::parse(quantity)?,
                beta: Number::parse(beta)?,
            })
        })
        .collect()
});

/// CAS number and β of the gases of table 3.
static GASES: LazyLock<Vec<(String, Number)>> = LazyLock::new(|| {
    rows(include_str!("../../data/gb18218-beta.csv"))
        .filter_map(|row| {
            let [table, _, cas, _, _, beta, ..] = row.as_slice() else { return None };
            (table == "3").then(|| Some((cas.clone(), Number::parse(beta)?))).flatten()
        })
        .collect()
});

/// Table 1.
#[must_use]
pub fn substances() -> &'static [Substance] {
    &SUBSTANCES
}

/// Table 2 with the β of table 4.
#[must_use]
pub fn classes() -> &'static [ClassRow] {
    &CLASSES
}

/// β of table 3 for a CAS number.
pub(super) fn gas_beta(cas: &str) -> Option<Number> {
    GASES.iter().find(|(gas, _)| gas == cas).map(|(_, beta)| *beta)
}

/// The rows of a CSV text without its head. Quoted fields may hold commas; no field of these files holds a line break.
fn rows(text: &str) -> impl Iterator<Item = Vec<String>> {
    text.lines().skip(1).filter(|line| !line.trim().is_empty()).map(|line| {
        let mut fields = vec![String::new()];
        let mut quoted = false;
        for character in line.chars() {
            match (character, quoted, fields.last_mut()) {
                ('"', ..) => quoted = !quoted,
                (',', false, _) => fields.push(String::new()),
                (other, _, Some(field)) => field.push(other),
                (_, _, None) => {}
            }
        }
        fields
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn every_row_of_the_tables_is_read() {
        assert_eq!(substances().iter().map(|s| s.seq).collect::<Vec<_>>(), (1..=85).collect::<Vec<_>>());
        assert_eq!((classes().len(), GASES.len()), (24, 14));
        let text = include_str!("../../data/gb18218-beta.csv");
        let of_file: BTreeMap<String, String> =
            rows(text).filter(|row| row[0] == "4").map(|row| (row[1].clone(), row[5].clone())).collect();
        for class in classes() {
            assert!(!class.criterion.zh.is_empty() && !class.criterion.en.is_empty(), "{}", class.symbol);
            assert_eq!(of_file[&class.symbol], class.beta.to_string(), "{}", class.symbol);
        }
    }

    #[test]
    fn every_cas_number_passes_its_check_digit() {
        for cas in substances().iter().flat_map(|s| &s.cas).chain(GASES.iter().map(|(cas, _)| cas)) {
            let digits: Vec<u32> = cas.chars().filter_map(|c| c.to_digit(10)).collect();
            let (check, rest) = digits.split_last().unwrap();
            let sum: u32 = rest.iter().rev().zip(1..).map(|(digit, weight)| digit * weight).sum();
            assert_eq!(sum % 10, *check, "{cas}");
        }
    }

    #[test]
    fn the_quantities_that_the_2018_edition_changed_are_the_new_ones() {
        let table = [
            (37, "1"),
            (39, "10"),
            (42, "50"),
            (44, "50"),
            (45, "200"),
            (56, "200"),
            (82, "50"),
            (6, "0.3"),
            (30, "0.75"),
        ];
        for (seq, quantity) in table {
            assert_eq!(substances()[seq - 1].quantity.to_string(), quantity, "row {seq}");
        }
    }
}
