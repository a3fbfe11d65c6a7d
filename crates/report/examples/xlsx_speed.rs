//! How fast and in how much memory large workbooks are written and read.
//!
//! `xlsx_speed write ROWS COLUMNS FILE` writes an export; `xlsx_speed shared ROWS COLUMNS FILE` the same cells as Excel
//! saves them, with a table of shared texts; `xlsx_speed read FILE` imports one. Each prints seconds, rows per second
//! and the largest memory of the process.

#![expect(clippy::print_stdout, reason = "a program of measurements prints them")]

use std::error::Error;
use std::fs::File;

use base::{Day, Language, Stopwatch};
use report::xlsx::column::{Column, ColumnKind};
use report::xlsx::read::{Cell, Options, open};
use report::xlsx::write::{Design, ExportColumn, Value, Workbook};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let watch = Stopwatch::start();
    let rows = match words.as_slice() {
        ["write", rows, columns, path] => write(rows.parse()?, columns.parse()?, path)?,
        ["shared", rows, columns, path] => shared(rows.parse()?, columns.parse()?, path)?,
        ["read", path] => read(path)?,
        _ => return Err("write ROWS COLUMNS FILE | shared ROWS COLUMNS FILE | read FILE".into()),
    };
    let seconds = watch.elapsed().as_secs_f64();
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("VmHWM unknown");
    println!(
        "{rows} rows in {seconds:.2} s, {:.0} rows/s, {}",
        f64::from(rows) / seconds,
        peak.replace('\t', " ")
    );
    Ok(())
}

/// The text of a cell: every fourth column repeats a few words, the others differ row by row.
fn words(row: u32, column: u32) -> String {
    if column.is_multiple_of(4) {
        format!("行业领域{}", row % 12)
    } else {
        format!("开封市示例企业{row}-{column}")
    }
}

fn design(columns: u32) -> Design {
    let kind = |column: u32| match column % 5 {
        3 => ColumnKind::Number,
        4 => ColumnKind::Day,
        _ => ColumnKind::Text,
    };
    let columns = (0..columns).map(|c| ExportColumn::new(format!("列{c}"), kind(c))).collect();
    Design { name: "数据".into(), title: "速度测量".into(), form: None, columns }
}

fn write(rows: u32, columns: u32, path: &str) -> Result<u32, Box<dyn Error>> {
    let mut book = Workbook::new(Language::Chinese);
    let mut sheet = book.sheet(&design(columns))?;
    let first = Day::new(2021, 1, 1).ok_or("a day")?;
    for row in 0..rows {
        let texts: Vec<String> = (0..columns).map(|column| words(row, column)).collect();
        let values: Vec<Value<'_>> = (0_u32..)
            .zip(&texts)
            .map(|(column, text)| match column % 5 {
                3 => Value::Number(f64::from(row) * 1.5),
                4 => Value::Day(first.plus_days(i64::from(row % 365))),
                _ => Value::Text(text),
            })
            .collect();
        sheet.row(&values)?;
    }
    sheet.finish()?;
    book.save(File::create(path)?)?;
    Ok(rows)
}

fn shared(rows: u32, columns: u32, path: &str) -> Result<u32, Box<dyn Error>> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let day = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd");
    let sheet = book.add_worksheet();
    for column in 0..columns {
        let place = u16::try_from(column)?;
        sheet.write(0, place, format!("列{column}"))?;
        for row in 0..rows {
            match column % 5 {
                3 => sheet.write(row + 1, place, f64::from(row) * 1.5)?,
                4 => sheet.write_with_format(row + 1, place, 44_197 + row % 365, &day)?,
                _ => sheet.write(row + 1, place, words(row, column))?,
            };
        }
    }
    book.save(path)?;
    Ok(rows)
}

fn read(path: &str) -> Result<u32, Box<dyn Error>> {
    let columns: Vec<Column> = (0..20).map(|c| Column::new(format!("c{c}"), format!("列{c}"), "")).collect();
    let mut table = open(File::open(path)?, &columns, &Options::default())?;
    let (mut rows, mut filled) = (0, 0_usize);
    for row in table.rows()? {
        filled += row?.cells.iter().filter(|cell| **cell != Cell::Empty).count();
        rows += 1;
    }
    println!("{filled} cells");
    Ok(rows)
}
