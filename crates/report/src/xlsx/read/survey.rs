//! A look at the whole archive before anything is parsed: what really comes out of it, counted byte by byte.
//!
//! The sizes that an archive declares are the sender's word. Everything that the parser would read is unpacked once
//! into nothing and counted, so that a bomb is refused in flat memory; the counts that the parser would believe
//! (the number of shared texts) are compared with the bytes that are there; and merged cells are noticed, because
//! they stand behind the rows they cover.

use std::io::{Read, Seek};

use memchr::memmem;
use zip::ZipArchive;
use zip::result::ZipError;

use super::{Limits, ReadError};
use crate::sniff::Kind;

/// What was found.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Survey {
    /// True when a sheet has merged cells.
    pub(crate) merged: bool,
}

/// Counts and checks every part of the archive that a reader of workbooks opens.
///
/// # Errors
/// [`ReadError::Broken`], [`ReadError::Bomb`], [`ReadError::OtherKind`], [`ReadError::Locked`].
pub(crate) fn survey<R: Read + Seek>(file: R, limits: &Limits) -> Result<Survey, ReadError> {
    let mut archive = ZipArchive::new(file).map_err(broken)?;
    match kind_of(&archive) {
        Kind::Xlsx => {}
        kind => return Err(ReadError::OtherKind { kind }),
    }
    // A workbook of many sheets has some hundred parts.
    if archive.len() > 10_000 {
        return Err(ReadError::Bomb { most: limits.unpacked });
    }
    let mut left = limits.unpacked;
    let mut survey = Survey::default();
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(broken)?;
        let name = part.name().map_err(broken)?.replace('\\', "/").to_ascii_lowercase();
        if !(name.ends_with(".xml") || name.ends_with(".rels")) {
            continue;
        }
        let is_sheet = name.contains("worksheets/");
        let is_texts = name.ends_with("sharedstrings.xml");
        let most = if is_texts {
            limits.shared_texts
        } else if is_sheet {
            limits.unpacked
        } else {
            // Styles, relations and the like are small; a large one is no workbook.
            limits.unpacked.min(64 << 20)
        };
        let counted = count(&mut part, most.min(left), is_sheet)?.ok_or(ReadError::Bomb { most })?;
        if is_texts && declared_texts(&counted.start) > counted.bytes {
            return Err(ReadError::Broken { detail: "sharedStrings.xml: uniqueCount".to_owned() });
        }
        survey.merged |= counted.merged;
        left = left.saturating_sub(counted.bytes);
    }
    Ok(survey)
}

fn kind_of<R: Read + Seek>(archive: &ZipArchive<R>) -> Kind {
    let has = |wanted: &str| {
        archive.file_names().flatten().any(|n| n.replace('\\', "/").eq_ignore_ascii_case(wanted))
    };
    let table = [
        ("xl/workbook.xml", Kind::Xlsx),
        ("xl/workbook.bin", Kind::Xlsb),
        ("word/document.xml", Kind::Docx),
        ("mimetype", Kind::OpenDocument),
    ];
    table.into_iter().find(|(name, _)| has(name)).map_or(Kind::Zip, |(_, kind)| kind)
}

struct Counted {
    bytes: u64,
    merged: bool,
    start: Vec<u8>,
}

/// Reads a part to its end; None when it holds more than `most` bytes.
fn count(part: &mut impl Read, most: u64, is_sheet: bool) -> Result<Option<Counted>, ReadError> {
    const OVERLAP: usize = 16;
    let finder = memmem::Finder::new(b"mergeCell ");
    let mut counted = Counted { bytes: 0, merged: false, start: Vec::new() };
    let mut buffer = vec![0_u8; 128 << 10];
    let mut kept = 0;
    loop {
        let Some(free) = buffer.get_mut(kept..) else { return Ok(Some(counted)) };
        let read = part.read(free).map_err(|e| ReadError::Broken { detail: e.to_string() })?;
        if read == 0 {
            return Ok(Some(counted));
        }
        counted.bytes += read as u64;
        if counted.bytes > most {
            return Ok(None);
        }
        let end = kept + read;
        let seen = buffer.get(..end).unwrap_or_default();
        if counted.start.is_empty() {
            counted.start = seen.get(..seen.len().min(1024)).unwrap_or_default().to_vec();
        }
        if !is_sheet || counted.merged {
            kept = 0;
            continue;
        }
        counted.merged = finder.find(seen).is_some();
        // The last bytes are kept so that a word split between two pieces is found.
        kept = end.min(OVERLAP);
        buffer.copy_within(end - kept..end, 0);
    }
}

/// The number of shared texts as the part itself declares it; 0 when it does not.
fn declared_texts(start: &[u8]) -> u64 {
    let text = String::from_utf8_lossy(start);
    let Some((_, rest)) = text.split_once("uniqueCount") else { return 0 };
    let digits = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '=' | '"' | '\''));
    let digits: String = digits.chars().take_while(char::is_ascii_digit).collect();
    if digits.is_empty() { 0 } else { digits.parse().unwrap_or(u64::MAX) }
}

pub(crate) fn broken(error: ZipError) -> ReadError {
    match error {
        ZipError::Io(error) if error.kind() != std::io::ErrorKind::UnexpectedEof => {
            ReadError::Broken { detail: error.to_string() }
        }
        ZipError::UnsupportedArchive(detail) if detail.contains("assword") => ReadError::Locked,
        error => ReadError::Broken { detail: error.to_string() },
    }
}
