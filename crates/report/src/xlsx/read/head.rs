//! Finding the head row: by the titles or ids of the wanted columns, wherever the row and the columns stand.

use std::collections::HashMap;

use base::Text;

use super::cell::half_width;
use super::{Limits, RawRow, RawRows, ReadError};
use crate::xlsx::bad_rows::is_own_title;
use crate::xlsx::column::Column;

/// What the head row says about the columns.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Head {
    /// The sheet's name; empty for a text file.
    pub sheet: String,
    /// The head row's number, counted from 1.
    pub row: u32,
    /// For each wanted column where it stands (from 0), None where the file does not have it.
    pub columns: Vec<Option<u32>>,
    /// Columns that are not wanted: letter and title. Their content is not read.
    pub unknown: Vec<(String, String)>,
    /// Wanted columns that are there more than once: id and letters. The first one is read.
    pub doubled: Vec<(String, Vec<String>)>,
}

impl Head {
    /// The wanted columns that the file does not have.
    pub fn missing<'a>(&self, columns: &'a [Column]) -> Vec<&'a Column> {
        let absent = columns.iter().zip(&self.columns).filter(|(_, at)| at.is_none());
        absent.map(|(column, _)| column).collect()
    }

    /// Those missing columns without which no row can be taken.
    pub fn missing_required<'a>(&self, columns: &'a [Column]) -> Vec<&'a Column> {
        self.missing(columns).into_iter().filter(|column| column.required).collect()
    }
}

/// The names under which the wanted columns are known.
struct Names {
    exact: HashMap<String, usize>,
    loose: HashMap<String, Option<usize>>,
}

impl Names {
    fn new(columns: &[Column]) -> Self {
        let mut names = Self { exact: HashMap::new(), loose: HashMap::new() };
        for (index, column) in columns.iter().enumerate() {
            for title in [&column.id, &column.title.zh, &column.title.en] {
                let exact = folded(title);
                if exact.is_empty() {
                    continue;
                }
                let loose = without_brackets(&exact);
                names.exact.entry(exact).or_insert(index);
                let known = names.loose.entry(loose).or_insert(Some(index));
                // A title that fits two columns once its unit is taken away fits neither.
                if *known != Some(index) {
                    *known = None;
                }
            }
        }
        names
    }

    fn find(&self, title: &str) -> Option<usize> {
        let exact = folded(title);
        let found = self.exact.get(&exact).copied();
        found.or_else(|| self.loose.get(&without_brackets(&exact)).copied().flatten())
    }
}

/// A title without blanks, stars and differences of width and case.
fn folded(title: &str) -> String {
    let plain = title.chars().map(half_width).filter(|c| !c.is_whitespace() && !matches!(c, '*' | '※' | ':'));
    plain.flat_map(char::to_lowercase).collect()
}

/// A folded title without anything in brackets: `资金(万元)` is `资金`.
fn without_brackets(folded: &str) -> String {
    let mut depth = 0_u32;
    let mut kept = String::with_capacity(folded.len());
    for c in folded.chars() {
        match c {
            '(' | '[' | '【' | '〔' => depth += 1,
            ')' | ']' | '】' | '〕' => depth = depth.saturating_sub(1),
            _ if depth == 0 => kept.push(c),
            _ => {}
        }
    }
    kept
}

/// The letter of a column, counted from 0: A, B, ... Z, AA.
pub(crate) fn letter(column: u32) -> String {
    let mut rest = column;
    let mut letters = Vec::new();
    loop {
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or(0)));
        if rest < 26 {
            break;
        }
        rest = rest / 26 - 1;
    }
    letters.iter().rev().collect()
}

/// Looks through the first rows for the one that holds the most titles.
///
/// # Errors
/// [`ReadError::NoHead`] when none holds two of them (or the only one), and whatever the source says.
pub(crate) fn find(
    rows: &mut dyn RawRows,
    columns: &[Column],
    limits: &Limits,
    sheet: &str,
) -> Result<Head, ReadError> {
    let names = Names::new(columns);
    let enough = columns.len().min(2);
    let mut best: Option<(usize, Head)> = None;
    let mut row = RawRow::default();
    while rows.next_into(&mut row)? {
        if row.number > limits.head_within {
            break;
        }
        let (count, head) = read_head(&row, &names, columns, sheet);
        if count >= enough && best.as_ref().is_none_or(|(most, _)| count > *most) {
            best = Some((count, head));
        }
    }
    let titles = || columns.iter().take(4).map(|c| c.title.clone()).collect::<Vec<Text>>();
    best.map(|(_, head)| head)
        .ok_or_else(|| ReadError::NoHead { within: limits.head_within, titles: titles() })
}

fn read_head(row: &RawRow, names: &Names, columns: &[Column], sheet: &str) -> (usize, Head) {
    let mut places: Vec<Vec<u32>> = vec![Vec::new(); columns.len()];
    let mut unknown = Vec::new();
    for (at, cell) in &row.cells {
        let title = cell.text();
        match names.find(&title).and_then(|index| places.get_mut(index)) {
            Some(place) => place.push(*at),
            None if is_own_title(&title) => {}
            None => unknown.push((letter(*at), title)),
        }
    }
    let doubled = columns.iter().zip(&places).filter(|(_, p)| p.len() > 1);
    let doubled = doubled.map(|(c, p)| (c.id.clone(), p.iter().map(|at| letter(*at)).collect())).collect();
    let columns: Vec<Option<u32>> = places.iter().map(|p| p.first().copied()).collect();
    let count = columns.iter().flatten().count();
    (count, Head { sheet: sheet.to_owned(), row: row.number, columns, unknown, doubled })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_found_in_spite_of_stars_units_width_and_case() {
        let columns = [
            Column::new("name", "单位名称", "Name of unit"),
            Column::new("planned", "整改资金（计划）", "Money (planned)"),
            Column::new("spent", "整改资金（实际）", "Money (spent)"),
            Column::new("heads", "从业人员数（人）", "Headcount"),
        ];
        let names = Names::new(&columns);
        let table = [
            ("*单位名称", Some(0)),
            (" 单位 名称\n", Some(0)),
            ("ＮＡＭＥ", Some(0)),
            ("单位名称（盖章）", Some(0)),
            ("NAME OF UNIT", Some(0)),
            ("整改资金(计划)", Some(1)),
            ("整改资金（实际）", Some(2)),
            ("整改资金", None),
            ("从业人员数", Some(3)),
            ("从业人员数：", Some(3)),
            ("单位地址", None),
            ("", None),
        ];
        for (title, index) in table {
            assert_eq!(names.find(title), index, "{title}");
        }
    }

    #[test]
    fn columns_have_the_letters_of_excel() {
        for (column, wanted) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16_383, "XFD")]
        {
            assert_eq!(letter(column), wanted);
        }
    }
}
