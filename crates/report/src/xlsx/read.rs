//! Reading what people hand in: xlsx (and xlsm), or CSV in UTF-8, UTF-16 or GB18030, row by row.
//!
//! The file is told by its content, its real size is counted before anything is parsed, the sheet is picked by name,
//! and the head row is found by the titles wherever it stands. Columns may come in any order. What is read is a stream
//! of rows in the caller's column order, so that 100,000 rows take no more memory than 100 (but for the table of
//! shared texts, which Excel puts before the rows and which is bounded by [`Limits`]).
//!
//! ```text
//! let mut table = read::open(file, &columns, &Options::default())?;
//! table.head().missing_required(&columns) ...
//! for row in table.rows()? { let row = row?; ... }
//! ```

mod cell;
mod decode;
mod error;
mod excel;
mod head;
mod separated;
mod survey;

use std::io::{Read, Seek, SeekFrom};

pub use cell::Cell;
pub use error::ReadError;
pub use head::Head;
pub(crate) use head::letter;

use super::column::Column;
use crate::sniff::{HEAD_BYTES, Kind, inside_compound, sniff_head};

/// The most that is accepted. The defaults fit the largest list a city hands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: u64,
    /// Bytes of the file once unpacked: the guard against archives that unpack to terabytes.
    pub unpacked: u64,
    /// Bytes of the table of shared texts, the one part that must be held in memory.
    pub shared_texts: u64,
    /// Rows that are not empty, under the head.
    pub rows: u32,
    /// Columns.
    pub columns: u32,
    /// Rows from the top within which the head must stand.
    pub head_within: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 100 << 20,
            unpacked: 2 << 30,
            shared_texts: 256 << 20,
            rows: 500_000,
            columns: 512,
            head_within: 30,
        }
    }
}

/// How to read.
#[derive(Debug, Clone, Default)]
pub struct Options<'a> {
    /// The sheet's name; None takes the first sheet in which the head is found.
    pub sheet: Option<&'a str>,
    /// The most that is accepted.
    pub limits: Limits,
}

/// One row as it stood in the file.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportedRow {
    /// The row's number in Excel, counted from 1 (in CSV: the record's number, counting the head).
    pub number: u32,
    /// The cells, in the order of the caller's columns. A column that the file does not have is empty.
    pub cells: Vec<Cell>,
}

/// A row before its cells are put into the caller's order.
#[derive(Debug, Default)]
pub(crate) struct RawRow {
    number: u32,
    /// Column (from 0) and content, ascending, without empty cells.
    cells: Vec<(u32, Cell)>,
}

/// Where rows come from: a sheet or a text file.
pub(crate) trait RawRows {
    /// Fills `row` with the next row; false at the end.
    fn next_into(&mut self, row: &mut RawRow) -> Result<bool, ReadError>;
}

enum Book<R: Read + Seek> {
    Excel(Box<excel::Book<R>>),
    Separated(separated::File<R>),
}

/// An opened file whose head was found.
pub struct Table<R: Read + Seek> {
    book: Book<R>,
    head: Head,
    merged_down: Vec<bool>,
    limits: Limits,
}

/// Opens a file and finds its head row by the titles or ids of `columns`.
///
/// # Errors
/// Every [`ReadError`]: the file is of another kind, locked, empty, broken, too large, or has no head row that fits.
pub fn open<R: Read + Seek>(
    mut file: R,
    columns: &[Column],
    options: &Options<'_>,
) -> Result<Table<R>, ReadError> {
    let limits = options.limits;
    let size = file.seek(SeekFrom::End(0))?;
    if size > limits.bytes {
        return Err(ReadError::TooLarge { bytes: size, most: limits.bytes });
    }
    file.rewind()?;
    let mut start = Vec::with_capacity(HEAD_BYTES);
    (&mut file).take(HEAD_BYTES as u64).read_to_end(&mut start)?;
    file.rewind()?;
    let (book, head) = match sniff_head(&start) {
        Kind::Empty => return Err(ReadError::Empty),
        Kind::Zip => {
            let mut book = excel::Book::open(file, &limits)?;
            let head = book.find_head(columns, options)?;
            (Book::Excel(Box::new(book)), head)
        }
        Kind::Text => {
            let mut file = separated::File::open(file)?;
            let head = file.find_head(columns, &limits)?;
            (Book::Separated(file), head)
        }
        Kind::OldOffice => {
            let mut all = Vec::new();
            file.read_to_end(&mut all)?;
            return Err(match inside_compound(&all) {
                Kind::LockedOffice => ReadError::Locked,
                kind => ReadError::OtherKind { kind },
            });
        }
        kind => return Err(ReadError::OtherKind { kind }),
    };
    let merged_down = columns.iter().map(|c| c.merged_down).collect();
    Ok(Table { book, head, merged_down, limits })
}

impl<R: Read + Seek> Table<R> {
    /// What the head row says: where each column stands, which are unknown, missing, or there twice.
    #[must_use]
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// The last row as the workbook itself declares it: good enough for a progress bar. 0 where nothing is declared (CSV).
    pub fn last_row(&mut self) -> u32 {
        match &mut self.book {
            Book::Excel(book) => book.declared_last_row(&self.head.sheet),
            Book::Separated(_) => 0,
        }
    }

    /// The rows under the head. May be called again to read them once more.
    ///
    /// # Errors
    /// When the sheet cannot be opened again.
    pub fn rows(&mut self) -> Result<Rows<'_>, ReadError> {
        let (source, merges): (Box<dyn RawRows + '_>, _) = match &mut self.book {
            Book::Excel(book) => {
                let merges = book.merges.clone();
                (Box::new(book.rows(&self.head.sheet)?), merges)
            }
            Book::Separated(file) => (Box::new(file.rows()?), Vec::new()),
        };
        let merges = excel::Downward::new(merges, &self.head, &self.merged_down);
        let raw = RawRow::default();
        Ok(Rows { source, head: &self.head, merges, limits: self.limits, raw, count: 0, ended: false })
    }
}

/// The rows of a [`Table`], each read when asked for.
pub struct Rows<'a> {
    source: Box<dyn RawRows + 'a>,
    head: &'a Head,
    merges: excel::Downward,
    limits: Limits,
    raw: RawRow,
    count: u32,
    ended: bool,
}

impl Rows<'_> {
    fn next_row(&mut self) -> Result<Option<ImportedRow>, ReadError> {
        while self.source.next_into(&mut self.raw)? {
            if self.raw.number <= self.head.row || self.raw.cells.is_empty() {
                continue;
            }
            let mut cells: Vec<Cell> =
                self.head.columns.iter().map(|at| at.map_or(Cell::Empty, |at| self.raw.take(at))).collect();
            if cells.iter().all(Cell::is_empty) {
                continue;
            }
            self.merges.fill(self.raw.number, &mut cells);
            self.count += 1;
            if self.count > self.limits.rows {
                return Err(ReadError::TooManyRows { most: self.limits.rows });
            }
            return Ok(Some(ImportedRow { number: self.raw.number, cells }));
        }
        Ok(None)
    }
}

impl Iterator for Rows<'_> {
    type Item = Result<ImportedRow, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let next = self.next_row().transpose();
        self.ended = !matches!(next, Some(Ok(_)));
        next
    }
}

impl RawRow {
    /// Takes the content of one column out of the row.
    fn take(&mut self, column: u32) -> Cell {
        let found = self.cells.binary_search_by_key(&column, |(c, _)| *c).ok();
        found.and_then(|i| self.cells.get_mut(i)).map_or(Cell::Empty, |(_, cell)| std::mem::take(cell))
    }
}
