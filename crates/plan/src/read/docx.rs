//! The text of a docx file: paragraphs and table cells in order, with the numbers that Word adds to lists.
//!
//! WordprocessingML as in ISO/IEC 29500-1, chapter 17. Deleted text, comments, headers and footers are left out.

use std::io::{Cursor, Read};

use base::Text;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::list_numbers::Lists;
use super::{LARGEST_TEXT, ReadError};

/// How much of an XML part is read, bytes: XML is several times as long as its text.
const LARGEST_XML: u64 = 4 * LARGEST_TEXT as u64;

/// The text of the document in a zip archive.
pub(super) fn text_of(bytes: &[u8]) -> Result<String, ReadError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    let Some(xml) = part(&mut archive, "word/document.xml")? else {
        return Err(other_archive(&archive));
    };
    let numbering = part(&mut archive, "word/numbering.xml")?.unwrap_or_default();
    let styles = part(&mut archive, "word/styles.xml")?.unwrap_or_default();
    let text = paragraphs(&xml, Lists::new(&numbering, &styles))?;
    if text.trim().is_empty() { Err(ReadError::Empty) } else { Ok(text) }
}

fn damaged(error: impl std::fmt::Display) -> ReadError {
    ReadError::Damaged { detail: error.to_string() }
}

/// One part of the archive; none where it is missing.
fn part(archive: &mut ZipArchive<Cursor<&[u8]>>, name: &str) -> Result<Option<String>, ReadError> {
    let file = match archive.by_name(name) {
        Ok(file) => file,
        Err(zip::result::ZipError::FileNotFound) => return Ok(None),
        Err(error) => return Err(damaged(error)),
    };
    let mut bytes = Vec::new();
    file.take(LARGEST_XML + 1).read_to_end(&mut bytes).map_err(damaged)?;
    if bytes.len() as u64 > LARGEST_XML {
        return Err(ReadError::TooLargeInside { limit: LARGEST_TEXT });
    }
    String::from_utf8(bytes).map(Some).map_err(|_| damaged(format!("{name} is not UTF-8")))
}

/// What a zip archive without a Word document is.
fn other_archive(archive: &ZipArchive<Cursor<&[u8]>>) -> ReadError {
    let names: Vec<&[u8]> = archive.file_names_raw().take(2000).collect();
    let has = |start: &[u8]| names.iter().any(|n| n.starts_with(start));
    let save = Text::new("请选择方案的 docx 或纯文本文件。", "Choose the plan's docx or plain text file.");
    let what = if has(b"xl/") {
        Text::new("Excel 工作簿（xlsx）", "an Excel workbook (xlsx)")
    } else if has(b"ppt/") {
        Text::new("演示文稿（pptx）", "a presentation (pptx)")
    } else if has(b"content.xml") {
        Text::new("OpenDocument 文件（odt 或 ods）", "an OpenDocument file (odt or ods)")
    } else if has(b"OFD.xml") {
        Text::new("OFD 版式文件", "an OFD layout file")
    } else {
        Text::new("压缩包", "a zip archive")
    };
    ReadError::WrongKind { what, advice: save }
}

/// What of the tree above the reader's place matters.
#[derive(Default)]
struct State {
    text: String,
    paragraph: String,
    style: Option<String>,
    list: Option<(String, usize)>,
    /// Inside `w:t`.
    in_text: bool,
    /// Depth of elements that are left out.
    skipped: usize,
}

fn paragraphs(xml: &str, mut lists: Lists) -> Result<String, ReadError> {
    let mut reader = Reader::from_str(xml);
    let mut state = State::default();
    loop {
        match reader.read_event().map_err(damaged)? {
            Event::Start(e) => state.start(&e, false),
            Event::Empty(e) => state.start(&e, true),
            Event::End(e) => state.end(e.local_name().into_inner(), &mut lists),
            Event::Text(t) if state.in_text && state.skipped == 0 => {
                state.paragraph.push_str(&t.xml10_content());
            }
            Event::GeneralRef(r) if state.in_text && state.skipped == 0 => {
                let known = match r.as_ref() {
                    "amp" => Some('&'),
                    "lt" => Some('<'),
                    "gt" => Some('>'),
                    "quot" => Some('"'),
                    "apos" => Some('\''),
                    _ => r.resolve_char_ref().ok().flatten(),
                };
                state.paragraph.extend(known);
            }
            Event::Eof => break,
            _ => {}
        }
        if state.text.len() > LARGEST_TEXT {
            return Err(ReadError::TooLargeInside { limit: LARGEST_TEXT });
        }
    }
    state.finish_paragraph(&mut lists);
    Ok(state.text)
}

impl State {
    fn start(&mut self, e: &BytesStart<'_>, empty: bool) {
        let name = e.local_name();
        let left_out = matches!(name.into_inner(), "del" | "moveFrom" | "Fallback");
        if self.skipped > 0 || left_out {
            self.skipped += usize::from(!empty);
            return;
        }
        match name.into_inner() {
            "t" => self.in_text = !empty,
            "br" | "cr" => self.paragraph.push('\n'),
            "tab" if self.in_run() => self.paragraph.push(' '),
            "pStyle" => self.style = value(e, "val"),
            "numId" => {
                let level = self.list.take().map_or(0, |(_, level)| level);
                self.list = value(e, "val").map(|id| (id, level));
            }
            "ilvl" => {
                let level = value(e, "val").and_then(|v| v.parse().ok()).unwrap_or(0);
                let id = self.list.take().map_or_else(String::new, |(id, _)| id);
                self.list = Some((id, level));
            }
            _ => {}
        }
    }

    /// Tabs of a paragraph's own layout stand before its first text.
    fn in_run(&self) -> bool {
        !self.paragraph.is_empty()
    }

    fn end(&mut self, name: &str, lists: &mut Lists) {
        if self.skipped > 0 {
            self.skipped -= 1;
            return;
        }
        match name {
            "t" => self.in_text = false,
            "p" => self.finish_paragraph(lists),
            _ => {}
        }
    }

    fn finish_paragraph(&mut self, lists: &mut Lists) {
        let label =
            lists.label(self.list.take(), self.style.take().as_deref(), self.paragraph.trim().is_empty());
        let paragraph = std::mem::take(&mut self.paragraph);
        if let Some(label) = label {
            self.text.push_str(&label);
        }
        self.text.push_str(&paragraph);
        self.text.push('\n');
    }
}

/// The value of an attribute by its local name.
pub(super) fn value(e: &BytesStart<'_>, name: &str) -> Option<String> {
    e.attributes()
        .with_checks(false)
        .flatten()
        .find(|a| a.key.local_name().into_inner() == name)
        .map(|a| a.value.into_owned())
}
