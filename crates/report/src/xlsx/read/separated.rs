//! The records of a text file: separated by commas, semicolons or tabs (RFC 4180, as Excel and WPS write it).

use std::io::{Read, Seek};

use csv::{ByteRecord, ReaderBuilder};
use encoding_rs::Encoding;

use super::cell::Cell;
use super::decode::{Decoded, encoding_of};
use super::{Head, Limits, RawRow, RawRows, ReadError, head};
use crate::xlsx::column::Column;

/// An opened text file.
pub(crate) struct File<R> {
    file: R,
    encoding: &'static Encoding,
    separator: u8,
    columns: u32,
}

impl<R: Read + Seek> File<R> {
    pub(crate) fn open(mut file: R) -> Result<Self, ReadError> {
        let encoding = encoding_of(&mut file)?;
        let separator = separator_of(&mut file, encoding)?;
        Ok(Self { file, encoding, separator, columns: Limits::default().columns })
    }

    pub(crate) fn find_head(&mut self, columns: &[Column], limits: &Limits) -> Result<Head, ReadError> {
        self.columns = limits.columns;
        let mut rows = self.rows()?;
        head::find(&mut rows, columns, limits, "")
    }

    pub(crate) fn rows(&mut self) -> Result<Records<&mut R>, ReadError> {
        self.file.rewind()?;
        let decoded = Decoded::new(&mut self.file, self.encoding);
        let mut builder = ReaderBuilder::new();
        builder.has_headers(false).flexible(true).delimiter(self.separator).buffer_capacity(64 << 10);
        let reader = builder.from_reader(decoded);
        Ok(Records { reader, record: ByteRecord::new(), number: 0, columns: self.columns })
    }
}

/// The sign that stands most often in the first lines.
fn separator_of(file: &mut (impl Read + Seek), encoding: &'static Encoding) -> Result<u8, ReadError> {
    file.rewind()?;
    let mut start = Vec::new();
    Decoded::new(&mut *file, encoding).take(8192).read_to_end(&mut start)?;
    let count = |sign: u8| start.iter().filter(|b| **b == sign).count();
    let best = [b',', b'\t', b';'].into_iter().rev().max_by_key(|sign| count(*sign));
    Ok(best.unwrap_or(b','))
}

/// The records of one file.
pub(crate) struct Records<R> {
    reader: csv::Reader<Decoded<R>>,
    record: ByteRecord,
    number: u32,
    columns: u32,
}

impl<R: Read> RawRows for Records<R> {
    fn next_into(&mut self, row: &mut RawRow) -> Result<bool, ReadError> {
        row.cells.clear();
        let broken = |e: csv::Error| ReadError::Broken { detail: e.to_string() };
        if !self.reader.read_byte_record(&mut self.record).map_err(broken)? {
            return Ok(false);
        }
        self.number = self.number.saturating_add(1);
        row.number = self.number;
        for (column, field) in (0_u32..).zip(&self.record) {
            let cell = Cell::from_text(unquoted(&String::from_utf8_lossy(field)));
            if cell.is_empty() {
                continue;
            }
            if column >= self.columns {
                return Err(ReadError::TooManyColumns { most: self.columns });
            }
            row.cells.push((column, cell));
        }
        Ok(true)
    }
}

/// `="0123"` is how people keep Excel from cutting zeros in CSV; the text inside is meant.
fn unquoted(text: &str) -> &str {
    let inner = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
    inner.unwrap_or(text)
}
