//! The rows of an Excel sheet, one at a time.

use std::io::{BufReader, Read, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};

use base::{Day, Instant};
use calamine::{DataRef, Dimensions, Reader, SheetType, Xlsx, XlsxCellReader, XlsxError};

use super::cell::{Cell, instant_of_serial};
use super::survey::survey;
use super::{Head, Limits, Options, RawRow, RawRows, ReadError, head};
use crate::xlsx::column::Column;

/// An opened workbook.
pub(crate) struct Book<R: Read + Seek> {
    inner: Xlsx<BufReader<R>>,
    merged: bool,
    columns: u32,
    /// The merged cells of the sheet that is read.
    pub(crate) merges: Vec<Dimensions>,
}

impl<R: Read + Seek> Book<R> {
    pub(crate) fn open(mut file: R, limits: &Limits) -> Result<Self, ReadError> {
        let survey = survey(BufReader::new(&mut file), limits)?;
        file.rewind()?;
        let inner = guarded(|| Xlsx::new(BufReader::with_capacity(64 << 10, file)))?;
        Ok(Self { inner, merged: survey.merged, columns: limits.columns, merges: Vec::new() })
    }

    /// Finds the head in the sheet asked for, or in the first sheet that has it.
    pub(crate) fn find_head(&mut self, columns: &[Column], options: &Options<'_>) -> Result<Head, ReadError> {
        let sheets = self.inner.sheets_metadata().iter().filter(|s| s.typ == SheetType::WorkSheet);
        let present: Vec<String> = sheets.map(|s| s.name.clone()).collect();
        let candidates: Vec<String> = match options.sheet {
            None => present.clone(),
            Some(wanted) => {
                let found = present.iter().find(|name| name.trim().eq_ignore_ascii_case(wanted.trim()));
                let no_sheet = || ReadError::NoSheet { wanted: wanted.to_owned(), present: present.clone() };
                vec![found.cloned().ok_or_else(no_sheet)?]
            }
        };
        let mut first_error = None;
        for name in &candidates {
            let found = self.rows(name).and_then(|mut r| head::find(&mut r, columns, &options.limits, name));
            match found {
                Ok(head) => {
                    if self.merged {
                        self.merges = guarded(|| self.inner.merge_cells_by_sheet_name(name))?;
                    }
                    return Ok(head);
                }
                Err(error @ ReadError::NoHead { .. }) => first_error = first_error.or(Some(error)),
                Err(error) => return Err(error),
            }
        }
        Err(first_error.unwrap_or(ReadError::Empty))
    }

    /// The last row that the sheet declares, counted from 1; 0 when it declares none.
    pub(crate) fn declared_last_row(&mut self, sheet: &str) -> u32 {
        let end = |reader: XlsxCellReader<'_, _>| reader.dimensions().end.0;
        let last = guarded(|| self.inner.worksheet_cells_reader(sheet).map(end)).unwrap_or(0);
        if last == 0 { 0 } else { last.saturating_add(1) }
    }

    pub(crate) fn rows(&mut self, sheet: &str) -> Result<SheetRows<'_, R>, ReadError> {
        const YEARS_1900_TO_1904: f64 = 1462.0;
        let shift = if self.inner.has_1904_epoch() { YEARS_1900_TO_1904 } else { 0.0 };
        let columns = self.columns;
        let reader = guarded(|| self.inner.worksheet_cells_reader(sheet))?;
        Ok(SheetRows { reader, waiting: None, columns, shift, ended: false })
    }
}

/// The rows of one sheet.
pub(crate) struct SheetRows<'a, R: Read + Seek> {
    reader: XlsxCellReader<'a, BufReader<R>>,
    /// The first cell of the row after the one just given.
    waiting: Option<(u32, u32, Cell)>,
    columns: u32,
    /// Days to add to a date of this workbook: those of old Macintosh count from 1904.
    shift: f64,
    ended: bool,
}

impl<R: Read + Seek> SheetRows<'_, R> {
    fn fill(&mut self, row: &mut RawRow) -> Result<(), ReadError> {
        while let Some(cell) = self.reader.next_cell().map_err(broken)? {
            let (at_row, at_column) = cell.get_position();
            let content = understood(cell.get_value(), self.shift);
            if content.is_empty() {
                continue;
            }
            if at_column >= self.columns {
                return Err(ReadError::TooManyColumns { most: self.columns });
            }
            let number = at_row.saturating_add(1);
            if row.cells.is_empty() {
                row.number = number;
            } else if number != row.number {
                self.waiting = Some((number, at_column, content));
                return Ok(());
            }
            row.cells.push((at_column, content));
        }
        self.ended = true;
        Ok(())
    }
}

impl<R: Read + Seek> RawRows for SheetRows<'_, R> {
    fn next_into(&mut self, row: &mut RawRow) -> Result<bool, ReadError> {
        row.cells.clear();
        if let Some((number, column, content)) = self.waiting.take() {
            row.number = number;
            row.cells.push((column, content));
        }
        if !self.ended {
            let done = catch_unwind(AssertUnwindSafe(|| self.fill(row)));
            done.unwrap_or_else(|_| Err(stumbled()))?;
        }
        if !row.cells.is_sorted_by_key(|(column, _)| *column) {
            row.cells.sort_by_key(|(column, _)| *column);
        }
        Ok(!row.cells.is_empty())
    }
}

/// The parser counts with numbers that it finds in the file and may overflow on invented ones; that is a broken file,
/// not a broken program.
fn guarded<T>(work: impl FnOnce() -> Result<T, XlsxError>) -> Result<T, ReadError> {
    catch_unwind(AssertUnwindSafe(work)).map_or_else(|_| Err(stumbled()), |done| done.map_err(broken))
}

fn stumbled() -> ReadError {
    ReadError::Broken { detail: "impossible numbers".to_owned() }
}

fn broken(error: XlsxError) -> ReadError {
    match error {
        XlsxError::Password => ReadError::Locked,
        error => ReadError::Broken { detail: error.to_string() },
    }
}

fn understood(value: &DataRef<'_>, shift: f64) -> Cell {
    match value {
        DataRef::Empty => Cell::Empty,
        DataRef::String(text) => Cell::from_text(text),
        DataRef::SharedString(text) => Cell::from_text(text),
        DataRef::Float(n) => Cell::Number(*n),
        DataRef::Int(n) => Cell::Number(*n as f64),
        DataRef::Bool(yes) => Cell::YesNo(*yes),
        DataRef::Error(fault) => Cell::Fault(fault.to_string()),
        DataRef::DateTime(time) if time.is_duration() => Cell::Number(time.as_f64()),
        DataRef::DateTime(time) => dated(time.as_f64() + shift),
        DataRef::DateTimeIso(text) => Day::parse(text)
            .map(Cell::Day)
            .or_else(|| Instant::parse(text).map(Cell::Instant))
            .unwrap_or_else(|| Cell::from_text(text)),
        DataRef::DurationIso(text) => Cell::from_text(text),
    }
}

/// A number in a cell formatted as a date.
fn dated(serial: f64) -> Cell {
    let plain = Cell::Number(serial);
    if serial.fract() == 0.0 {
        return match plain.day() {
            Some(day) if serial < 2_958_466.0 => Cell::Day(day),
            _ => plain,
        };
    }
    instant_of_serial(serial).map_or(plain, Cell::Instant)
}

/// Cells merged downwards, filled in as the rows under their first one come by.
pub(crate) struct Downward {
    /// Rows from and to (counted from 1), the caller's column, the content once the first row was seen.
    spans: Vec<(u32, u32, usize, Cell)>,
    next: usize,
    open: Vec<usize>,
}

impl Downward {
    pub(crate) fn new(merges: Vec<Dimensions>, head: &Head, merged_down: &[bool]) -> Self {
        let wanted = |column: u32| {
            let place = head.columns.iter().position(|at| *at == Some(column))?;
            merged_down.get(place).copied().unwrap_or(false).then_some(place)
        };
        let down = merges.into_iter().filter(|m| m.end.0 > m.start.0 && m.start.0 + 1 > head.row);
        let mut spans: Vec<_> = down
            .filter_map(|m| wanted(m.start.1).map(|place| (m.start.0 + 1, m.end.0 + 1, place, Cell::Empty)))
            .collect();
        spans.sort_by_key(|span| span.0);
        Self { spans, next: 0, open: Vec::new() }
    }

    /// Remembers the content of spans that begin in this row, and fills those that go through it.
    pub(crate) fn fill(&mut self, row: u32, cells: &mut [Cell]) {
        while self.spans.get(self.next).is_some_and(|span| span.0 <= row) {
            self.open.push(self.next);
            self.next += 1;
        }
        let spans = &mut self.spans;
        self.open.retain(|i| spans.get(*i).is_some_and(|span| span.1 >= row));
        for index in &self.open {
            let Some((from, _, place, content)) = spans.get_mut(*index) else { continue };
            let Some(cell) = cells.get_mut(*place) else { continue };
            if *from == row {
                *content = cell.clone();
            } else if cell.is_empty() {
                *cell = content.clone();
            }
        }
    }
}
