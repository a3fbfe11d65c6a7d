//! The workbook of only the bad rows, handed back after an import: the cells as they were, the bad ones coloured, the
//! reasons in words, and the same head as the template, so that it can be imported again once mended.

use base::{Language, Text};
use rust_xlsxwriter::{Format, Note, Worksheet, XlsxError};

use super::column::{Column, ColumnKind};
use super::look;
use super::read::{Cell, ImportedRow};
use super::template::{head_and_checks, lists};
use super::write::WriteError;

const REASON: [&str; 2] = ["错误原因", "Reasons (not imported)"];
const ROW: [&str; 2] = ["原行号", "Row in the file handed in"];

/// True for the titles of the columns that this workbook adds; an import passes over them in silence.
pub(crate) fn is_own_title(title: &str) -> bool {
    let title = title.trim();
    REASON.contains(&title) || ROW.contains(&title)
}

/// What is wrong with one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The column (by its place in the caller's list); None when it is about the whole row.
    pub column: Option<usize>,
    /// The reason and what to do, in both languages.
    pub reason: Text,
}

/// The workbook of bad rows, being written. Needs no more memory for many rows than for few.
pub struct BadRows<'a> {
    workbook: rust_xlsxwriter::Workbook,
    columns: &'a [Column],
    language: Language,
    formats: Vec<(Format, Format)>,
    next_row: u32,
}

impl<'a> BadRows<'a> {
    /// An empty one with the head of `columns`.
    ///
    /// # Errors
    /// When the temporary file cannot be made.
    pub fn new(columns: &'a [Column], language: Language) -> Result<Self, WriteError> {
        let mut workbook = rust_xlsxwriter::Workbook::new();
        let sheet = workbook.add_worksheet_with_constant_memory()?;
        sheet.set_name(in_language(["错误行", "Bad rows"], language))?;
        head_and_checks(sheet, columns, language)?;
        let (reason, row) = own_places(columns);
        sheet.set_column_width(reason, 60)?.set_column_width(row, 12)?;
        let head = look::head(false);
        sheet.write_string_with_format(0, reason, in_language(REASON, language), &head)?;
        sheet.write_string_with_format(0, row, in_language(ROW, language), &head)?;
        let both = |kind| (look::cell(kind), look::cell(kind).set_background_color(look::BAD));
        let formats = columns.iter().map(|c| both(c.kind)).collect();
        Ok(Self { workbook, columns, language, formats, next_row: 1 })
    }

    /// Adds one row with what is wrong with it.
    ///
    /// # Errors
    /// [`WriteError::TooManyRows`], or when the temporary file cannot be written.
    pub fn row(&mut self, row: &ImportedRow, faults: &[Fault]) -> Result<(), WriteError> {
        const LAST_ROW: u32 = 1_048_575;
        if self.next_row > LAST_ROW {
            return Err(WriteError::TooManyRows);
        }
        let at = self.next_row;
        let (reason, original) = own_places(self.columns);
        let sheet = self.workbook.worksheet_from_index(0)?;
        for ((number, cell), (index, (good, bad))) in
            (0_u16..).zip(&row.cells).zip(self.formats.iter().enumerate())
        {
            let is_bad = faults.iter().any(|f| f.column == Some(index));
            let format = if is_bad { bad } else { good };
            write_cell(sheet, at, number, cell, format)?;
            let reasons =
                said(faults.iter().filter(|f| f.column == Some(index)), self.columns, self.language, false);
            if is_bad {
                sheet.insert_note(at, number, &Note::new(cut(&reasons)).add_author_prefix(false))?;
            }
        }
        let reasons = said(faults.iter(), self.columns, self.language, true);
        let wrapped = look::cell(ColumnKind::Text);
        sheet.write_string_with_format(at, reason, look::fitting(&reasons), &wrapped)?;
        sheet.write_number_with_format(
            at,
            original,
            f64::from(row.number),
            &look::cell(ColumnKind::Whole),
        )?;
        self.next_row += 1;
        Ok(())
    }

    /// Number of rows so far.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.next_row - 1
    }

    /// The finished workbook.
    ///
    /// # Errors
    /// When the temporary file cannot be read back.
    pub fn bytes(mut self) -> Result<Vec<u8>, WriteError> {
        let last = own_places(self.columns).1;
        self.workbook.worksheet_from_index(0)?.autofilter(0, 0, self.next_row - 1, last)?;
        lists(self.workbook.add_worksheet(), self.columns, self.language)?;
        Ok(self.workbook.save_to_buffer()?)
    }
}

/// The two columns behind the caller's.
fn own_places(columns: &[Column]) -> (u16, u16) {
    let reason = u16::try_from(columns.len()).unwrap_or(u16::MAX - 1);
    (reason, reason.saturating_add(1))
}

fn in_language([zh, en]: [&str; 2], language: Language) -> &str {
    match language {
        Language::Chinese => zh,
        Language::English => en,
    }
}

/// Notes hold 32,767 characters; a few hundred are enough to read.
fn cut(text: &str) -> String {
    text.chars().take(500).collect()
}

fn said<'f>(
    faults: impl Iterator<Item = &'f Fault>,
    columns: &[Column],
    language: Language,
    with_titles: bool,
) -> String {
    let one = |fault: &Fault| {
        let reason = fault.reason.in_language(language);
        let column = fault.column.and_then(|index| columns.get(index)).filter(|_| with_titles);
        match (column, language) {
            (Some(column), Language::Chinese) => {
                format!("【{}】{reason}", column.title.in_language(language))
            }
            (Some(column), Language::English) => format!("{}: {reason}", column.title.in_language(language)),
            (None, _) => reason.to_owned(),
        }
    };
    faults.map(one).collect::<Vec<_>>().join("\n")
}

/// The cell as it was: text stays text, a number stays a number.
fn write_cell(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &Cell,
    format: &Format,
) -> Result<(), XlsxError> {
    let number = match cell {
        Cell::Number(n) => n.is_finite().then_some(*n),
        Cell::Day(day) => look::serial(*day),
        Cell::Instant(at) => look::serial_instant(*at),
        _ => None,
    };
    let date = match cell {
        Cell::Day(_) => look::number_format(ColumnKind::Day),
        Cell::Instant(_) => look::number_format(ColumnKind::Instant),
        Cell::Number(_) => Some("General"),
        _ => None,
    };
    if cell.is_empty() {
        sheet.write_blank(row, column, format)?;
    } else if let (Some(number), Some(date)) = (number, date) {
        sheet.write_number_with_format(
            row,
            column,
            number,
            &format.clone().set_num_format_index(0).set_num_format(date),
        )?;
    } else if let Cell::YesNo(yes) = cell {
        sheet.write_boolean_with_format(row, column, *yes, format)?;
    } else {
        let text = cell.text();
        let quoted = look::looks_like_formula(&text);
        let format = if quoted { format.clone().set_quote_prefix() } else { format.clone() };
        sheet.write_string_with_format(row, column, look::fitting(&text), &format)?;
    }
    Ok(())
}
