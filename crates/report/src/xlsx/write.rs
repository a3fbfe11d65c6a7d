//! Workbooks for people: a title, a head that stays in sight, typed cells, and the print form of the offices (A4
//! landscape, 填报单位（盖章） and 填报日期 above, 单位负责人 / 审核人 / 填报人 / 联系电话 below).
//!
//! Rows go to a temporary file as they come, so an export of the largest size needs no more memory than a small one.
//! Text is always written as text: `=1+1` typed by somebody never becomes a formula on somebody else's desk.

use std::io::{Seek, Write};
use std::path::Path;

use base::{Day, Instant, Language};
use rust_xlsxwriter::{Format, Worksheet, XlsxError};

use super::column::{ColumnKind, usual_width};
use super::look;
use super::sheet_form::{foot_line, form_line, last_column, page, sheet_name, wide};

/// The last row of an Excel sheet.
const LAST_ROW: u32 = 1_048_575;

/// Why a workbook could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// More rows than a sheet holds. Narrow the list by a filter, or export it in parts.
    #[error("an Excel sheet holds 1,048,576 rows and this list is longer; narrow it by a filter")]
    TooManyRows,
    /// A row with another number of cells than the head has columns: a fault of the caller.
    #[error("row {row} has {cells} cells, the head has {columns}")]
    Uneven {
        /// Row of the sheet, counted from 1.
        row: u32,
        /// Cells given.
        cells: usize,
        /// Columns of the head.
        columns: usize,
    },
    /// The disk, or a name that Excel does not allow for a sheet.
    #[error("the workbook could not be written: {0}")]
    Excel(#[from] XlsxError),
}

/// One column of an export.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportColumn {
    /// The title in the reader's language.
    pub title: String,
    /// What stands in it.
    pub kind: ColumnKind,
    /// Width in Excel's units (characters); None takes what fits title and kind.
    pub width: Option<f64>,
}

impl ExportColumn {
    /// A column whose width follows from title and kind.
    #[must_use]
    pub fn new(title: impl Into<String>, kind: ColumnKind) -> Self {
        Self { title: title.into(), kind, width: None }
    }
}

/// One value on its way into a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// Nothing.
    Empty,
    /// Text, always written as text.
    Text(&'a str),
    /// A number; not-a-number and infinity become an empty cell.
    Number(f64),
    /// A day.
    Day(Day),
    /// An instant, shown in Beijing time.
    Instant(Instant),
    /// 是 or 否, Yes or No.
    YesNo(bool),
}

/// The lines of the offices' print form around a list.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PrintForm {
    /// The unit that fills in the list; the place for its seal is beside it.
    pub unit: String,
    /// The day of filling in.
    pub on: Option<Day>,
    /// True when the list has money, which is then in 万元.
    pub money: bool,
}

/// What a sheet looks like before its first row.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Design {
    /// The name on the tab; characters that Excel forbids are replaced, and it is cut at 31 characters.
    pub name: String,
    /// The title line; empty for a bare table that starts with its head.
    pub title: String,
    /// The lines of the print form, if the list is to be stamped and signed.
    pub form: Option<PrintForm>,
    /// The columns.
    pub columns: Vec<ExportColumn>,
}

/// A word of the list explained: one row of the sheet of definitions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// The column or word.
    pub word: String,
    /// What it means, how it is counted.
    pub meaning: String,
    /// Where that is laid down.
    pub source: String,
}

/// A workbook being written.
pub struct Workbook {
    inner: rust_xlsxwriter::Workbook,
    language: Language,
}

impl Workbook {
    /// An empty workbook in one language.
    #[must_use]
    pub fn new(language: Language) -> Self {
        Self { inner: rust_xlsxwriter::Workbook::new(), language }
    }

    /// The same, keeping rows under way in `folder` instead of the system's temporary folder.
    ///
    /// # Errors
    /// When the folder does not exist or cannot be written.
    pub fn with_folder(language: Language, folder: &Path) -> Result<Self, WriteError> {
        let mut workbook = Self::new(language);
        workbook.inner.set_tempdir(folder)?;
        Ok(workbook)
    }

    /// Adds a sheet and writes what stands above its rows.
    ///
    /// # Errors
    /// When the temporary file cannot be made or two sheets have one name.
    pub fn sheet(&mut self, design: &Design) -> Result<Sheet<'_>, WriteError> {
        let language = self.language;
        let sheet = self.inner.add_worksheet_with_constant_memory()?;
        sheet.set_name(sheet_name(&design.name))?;
        Sheet::begin(sheet, design, language)
    }

    /// Adds the sheet that explains words and columns.
    ///
    /// # Errors
    /// As [`Workbook::sheet`].
    pub fn definitions(&mut self, definitions: &[Definition]) -> Result<(), WriteError> {
        let titles = match self.language {
            Language::Chinese => ["指标说明", "名称", "含义与口径", "依据"],
            Language::English => ["Definitions", "Word", "Meaning and how it is counted", "Source"],
        };
        let [name, word, meaning, source] = titles;
        let column = |title: &str, width| ExportColumn {
            title: title.to_owned(),
            kind: ColumnKind::Text,
            width: Some(width),
        };
        let columns = vec![column(word, 24.0), column(meaning, 70.0), column(source, 40.0)];
        let design = Design { name: name.to_owned(), title: name.to_owned(), form: None, columns };
        let mut sheet = self.sheet(&design)?;
        for one in definitions {
            sheet.row(&[Value::Text(&one.word), Value::Text(&one.meaning), Value::Text(&one.source)])?;
        }
        sheet.finish()
    }

    /// Writes the finished workbook.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn save(mut self, out: impl Write + Seek + Send) -> Result<(), WriteError> {
        Ok(self.inner.save_to_writer(out)?)
    }

    /// The finished workbook as bytes, for small ones.
    ///
    /// # Errors
    /// When the temporary file cannot be read back.
    pub fn bytes(mut self) -> Result<Vec<u8>, WriteError> {
        Ok(self.inner.save_to_buffer()?)
    }
}

/// A sheet whose rows are being written, from top to bottom.
pub struct Sheet<'a> {
    sheet: &'a mut Worksheet,
    language: Language,
    formats: Vec<Format>,
    quoted: Vec<Format>,
    form: bool,
    head_row: u32,
    next_row: u32,
}

impl<'a> Sheet<'a> {
    fn begin(sheet: &'a mut Worksheet, design: &Design, language: Language) -> Result<Self, WriteError> {
        let last = last_column(design.columns.len());
        for (number, column) in (0_u16..).zip(&design.columns) {
            let width = column.width.unwrap_or_else(|| usual_width(&column.title, column.kind));
            sheet.set_column_width(number, width)?;
        }
        let mut row = 0;
        if !design.title.is_empty() {
            sheet.set_row_height(row, 30)?;
            wide(sheet, row, 0, last, &design.title, &look::title())?;
            row += 1;
        }
        if let Some(form) = &design.form {
            form_line(sheet, row, last, form, language)?;
            row += 1;
        }
        let head = look::head(false);
        for (number, column) in (0_u16..).zip(&design.columns) {
            sheet.write_string_with_format(row, number, look::fitting(&column.title), &head)?;
        }
        page(sheet, row, language)?;
        let formats: Vec<Format> = design.columns.iter().map(|c| look::cell(c.kind)).collect();
        let quoted = formats.iter().map(|f| f.clone().set_quote_prefix()).collect();
        let form = design.form.is_some();
        Ok(Self { sheet, language, formats, quoted, form, head_row: row, next_row: row + 1 })
    }

    /// Writes one row.
    ///
    /// # Errors
    /// [`WriteError::TooManyRows`] when the sheet is full, [`WriteError::Uneven`] when the number of cells is wrong.
    pub fn row(&mut self, values: &[Value<'_>]) -> Result<(), WriteError> {
        let row = self.next_row;
        // Two rows stay free for the foot of the print form.
        if row > LAST_ROW - 2 {
            return Err(WriteError::TooManyRows);
        }
        if values.len() != self.formats.len() {
            let (cells, columns) = (values.len(), self.formats.len());
            return Err(WriteError::Uneven { row: row + 1, cells, columns });
        }
        for ((number, value), (plain, quoted)) in
            (0_u16..).zip(values).zip(self.formats.iter().zip(&self.quoted))
        {
            write_value(self.sheet, row, number, *value, (plain, quoted), self.language)?;
        }
        self.next_row += 1;
        Ok(())
    }

    /// Sets the filter over what was written, and the foot of the print form under it.
    ///
    /// # Errors
    /// When the temporary file cannot be written.
    pub fn finish(self) -> Result<(), WriteError> {
        let last = last_column(self.formats.len());
        let last_row = (self.next_row - 1).max(self.head_row);
        self.sheet.autofilter(self.head_row, 0, last_row, last)?;
        if self.form {
            foot_line(self.sheet, self.next_row + 1, last, self.language)?;
        }
        Ok(())
    }
}

fn write_value(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    value: Value<'_>,
    (plain, quoted): (&Format, &Format),
    language: Language,
) -> Result<(), XlsxError> {
    let text = |sheet: &mut Worksheet, text: &str| {
        let format = if look::looks_like_formula(text) { quoted } else { plain };
        sheet.write_string_with_format(row, column, look::fitting(text), format).map(|_| ())
    };
    let number = |sheet: &mut Worksheet, number: Option<f64>, otherwise: String| match number {
        Some(number) => sheet.write_number_with_format(row, column, number, plain).map(|_| ()),
        None => text(sheet, &otherwise),
    };
    match value {
        Value::Empty => sheet.write_blank(row, column, plain).map(|_| ()),
        Value::Text(words) => text(sheet, words),
        Value::Number(n) => number(sheet, n.is_finite().then_some(n), String::new()),
        Value::Day(day) => number(sheet, look::serial(day), day.to_string()),
        Value::Instant(at) => number(sheet, look::serial_instant(at), at.local()),
        Value::YesNo(yes) => text(sheet, yes_no(yes, language)),
    }
}

/// The word for yes or no that lists use.
#[must_use]
pub fn yes_no(yes: bool, language: Language) -> &'static str {
    match (language, yes) {
        (Language::Chinese, true) => "是",
        (Language::Chinese, false) => "否",
        (Language::English, true) => "Yes",
        (Language::English, false) => "No",
    }
}
