//! What a file really is, told by its content. Names and declared types are never believed.
//!
//! The magic numbers are those of the formats' own specifications; container formats (zip, ISO media) are opened just
//! far enough to tell them apart.

use std::io::{Cursor, Read, Seek};

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// No bytes at all.
    Empty,
    /// JPEG picture.
    Jpeg,
    /// PNG picture.
    Png,
    /// WebP picture.
    Webp,
    /// HEIC picture, as newer telephones take them.
    Heic,
    /// GIF picture.
    Gif,
    /// SVG: a drawing that may carry scripts.
    Svg,
    /// HTML: a page that may carry scripts.
    Html,
    /// Other XML.
    Xml,
    /// PDF document.
    Pdf,
    /// Word document without macros.
    Docx,
    /// Excel workbook (also with macros; reading it never runs them).
    Xlsx,
    /// Excel's binary workbook.
    Xlsb,
    /// OpenDocument spreadsheet, text or presentation.
    OpenDocument,
    /// A Word or PowerPoint document with macros.
    MacroDocument,
    /// The format of Office before 2007 (xls, doc, ppt, wps).
    OldOffice,
    /// An Office document locked with a password.
    LockedOffice,
    /// Another zip archive.
    Zip,
    /// RAR, 7z, gzip and other archives.
    Archive,
    /// MP4 or QuickTime video.
    Mp4,
    /// A program or a script that a computer would run.
    Executable,
    /// Plain text, such as CSV.
    Text,
    /// Nothing that is known here.
    Unknown,
}

impl Kind {
    /// The name as people know it, the same in both languages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::Webp => "WebP",
            Self::Heic => "HEIC",
            Self::Gif => "GIF",
            Self::Svg => "SVG",
            Self::Html => "HTML",
            Self::Xml => "XML",
            Self::Pdf => "PDF",
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
            Self::Xlsb => "xlsb",
            Self::OpenDocument => "OpenDocument",
            Self::MacroDocument => "docm",
            Self::OldOffice => "xls/doc",
            Self::LockedOffice => "Office + password",
            Self::Zip => "zip",
            Self::Archive => "archive",
            Self::Mp4 => "MP4",
            Self::Executable => "program",
            Self::Text => "text",
            Self::Unknown => "?",
        }
    }

    /// The media type under which it may be served again. What a browser could run is served as plain bytes.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Heic => "image/heic",
            Self::Gif => "image/gif",
            Self::Pdf => "application/pdf",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Zip => "application/zip",
            Self::Mp4 => "video/mp4",
            _ => "application/octet-stream",
        }
    }

    /// The usual ending of a file name, without the dot.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Webp => "webp",
            Self::Heic => "heic",
            Self::Gif => "gif",
            Self::Pdf => "pdf",
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
            Self::Zip => "zip",
            Self::Mp4 => "mp4",
            _ => "bin",
        }
    }
}

/// How many bytes of the beginning [`sniff_head`] wants to see.
pub const HEAD_BYTES: usize = 8192;

/// What the whole file is. Archives are looked into, nothing is unpacked.
#[must_use]
pub fn sniff(bytes: &[u8]) -> Kind {
    match sniff_head(bytes) {
        Kind::Zip => inside_zip(Cursor::new(bytes)),
        Kind::OldOffice => inside_compound(bytes),
        kind => kind,
    }
}

/// What the file is as far as its first bytes say: an Office document is only a [`Kind::Zip`] here.
#[must_use]
pub fn sniff_head(head: &[u8]) -> Kind {
    if head.is_empty() {
        return Kind::Empty;
    }
    let known = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, kind)| *kind);
    known.or_else(|| container(head)).unwrap_or_else(|| text_kind(head))
}

const MAGIC: &[(&[u8], Kind)] = &[
    (&[0xFF, 0xD8, 0xFF], Kind::Jpeg),
    (b"\x89PNG\r\n\x1a\n", Kind::Png),
    (b"GIF87a", Kind::Gif),
    (b"GIF89a", Kind::Gif),
    (b"%PDF-", Kind::Pdf),
    (b"PK\x03\x04", Kind::Zip),
    (b"PK\x05\x06", Kind::Zip),
    (&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], Kind::OldOffice),
    (b"Rar!\x1a\x07", Kind::Archive),
    (b"7z\xBC\xAF\x27\x1C", Kind::Archive),
    (&[0x1F, 0x8B], Kind::Archive),
    (b"BZh", Kind::Archive),
    (&[0xFD, b'7', b'z', b'X', b'Z', 0], Kind::Archive),
    (b"MZ", Kind::Executable),
    (b"\x7FELF", Kind::Executable),
    (b"#!", Kind::Executable),
    (&[0xCA, 0xFE, 0xBA, 0xBE], Kind::Executable),
    (&[0xCE, 0xFA, 0xED, 0xFE], Kind::Executable),
    (&[0xCF, 0xFA, 0xED, 0xFE], Kind::Executable),
    (&[0x4C, 0, 0, 0, 0x01, 0x14, 0x02, 0], Kind::Executable),
    (b"\0asm", Kind::Executable),
];

/// RIFF and ISO base media carry their kind a few bytes in.
fn container(head: &[u8]) -> Option<Kind> {
    let brand = head.get(8..12)?;
    if head.starts_with(b"RIFF") {
        return (brand == b"WEBP").then_some(Kind::Webp);
    }
    if head.get(4..8)? != b"ftyp" {
        return None;
    }
    Some(match brand {
        b"heic" | b"heix" | b"hevc" | b"heim" | b"heis" | b"mif1" | b"msf1" => Kind::Heic,
        b"isom" | b"iso2" | b"iso4" | b"iso5" | b"iso6" | b"mp41" | b"mp42" | b"avc1" | b"M4V " | b"M4VP"
        | b"qt  " | b"3gp4" | b"3gp5" | b"3gp6" | b"MSNV" | b"dash" => Kind::Mp4,
        _ => Kind::Unknown,
    })
}

/// Text of any kind; what a browser would run as a page or drawing is told apart.
fn text_kind(head: &[u8]) -> Kind {
    let head = head.get(..HEAD_BYTES).unwrap_or(head);
    let utf16 = head.starts_with(&[0xFF, 0xFE]) || head.starts_with(&[0xFE, 0xFF]);
    let controls = head.iter().any(|b| *b == 0 || (*b < 0x20 && !matches!(b, b'\t' | b'\r' | b'\n' | 0x0C)));
    if controls && !utf16 {
        return Kind::Unknown;
    }
    // UTF-16 markup is judged without its zero bytes, so that it cannot hide.
    let plain: Vec<u8> = head.iter().filter(|b| **b != 0).map(u8::to_ascii_lowercase).collect();
    let text = String::from_utf8_lossy(&plain);
    let start = text.trim_start_matches(['\u{feff}', '\u{fffd}']).trim_start();
    if !start.starts_with('<') {
        return Kind::Text;
    }
    const PAGE: &[&str] = &["<html", "<!doctype html", "<script", "<head", "<body", "<iframe", "<img", "<a "];
    if start.contains("<svg") || start.contains("<!doctype svg") {
        Kind::Svg
    } else if PAGE.iter().any(|tag| start.contains(tag)) {
        Kind::Html
    } else if start.starts_with("<?xml") {
        Kind::Xml
    } else {
        Kind::Html
    }
}

/// Tells the Office formats apart by the names inside the archive.
pub(crate) fn inside_zip(archive: impl Read + Seek) -> Kind {
    let Ok(archive) = zip::ZipArchive::new(archive) else { return Kind::Zip };
    let mut kind = Kind::Zip;
    for name in archive.file_names().flatten() {
        match name.replace('\\', "/").to_ascii_lowercase().as_str() {
            "xl/workbook.xml" => return Kind::Xlsx,
            "xl/workbook.bin" => return Kind::Xlsb,
            "word/vbaproject.bin" | "ppt/vbaproject.bin" => return Kind::MacroDocument,
            "word/document.xml" => kind = Kind::Docx,
            "mimetype" if kind == Kind::Zip => kind = Kind::OpenDocument,
            _ => {}
        }
    }
    kind
}

/// A compound file is old Office, or a new document locked with a password.
pub(crate) fn inside_compound(bytes: &[u8]) -> Kind {
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let locked = memchr::memmem::find(bytes, &name).is_some();
    if locked { Kind::LockedOffice } else { Kind::OldOffice }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_tell_what_a_file_is() {
        let utf16_page: Vec<u8> =
            [0xFF, 0xFE].into_iter().chain("<html>".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let table: &[(&[u8], Kind)] = &[
            (b"", Kind::Empty),
            (b"\xFF\xD8\xFF\xE0rest", Kind::Jpeg),
            (b"\x89PNG\r\n\x1a\nrest", Kind::Png),
            (b"RIFF\0\0\0\0WEBPVP8 ", Kind::Webp),
            (b"RIFF\0\0\0\0WAVEfmt ", Kind::Unknown),
            (b"\0\0\0\x18ftypheic", Kind::Heic),
            (b"\0\0\0\x18ftypmp42", Kind::Mp4),
            (b"\0\0\0\x18ftypqt  ", Kind::Mp4),
            (b"GIF89a....", Kind::Gif),
            (b"%PDF-1.7", Kind::Pdf),
            (b"MZ\x90\0", Kind::Executable),
            (b"\x7FELF\x02", Kind::Executable),
            (b"#!/bin/sh\n", Kind::Executable),
            (b"Rar!\x1a\x07\x01\0", Kind::Archive),
            (b"  <svg xmlns=''>", Kind::Svg),
            (b"<?xml version='1.0'?><!-- x --><svg>", Kind::Svg),
            (b"\xEF\xBB\xBF<!DOCTYPE HTML>", Kind::Html),
            (b"<x onload=alert(1)>", Kind::Html),
            (&utf16_page, Kind::Html),
            (b"<?xml version='1.0'?><a/>", Kind::Xml),
            ("单位名称,行业".as_bytes(), Kind::Text),
            (b"\xB5\xA5\xCE\xBB,1", Kind::Text),
            (b"\0\x01\x02\x03", Kind::Unknown),
        ];
        for (bytes, kind) in table {
            assert_eq!(sniff(bytes), *kind, "{}", String::from_utf8_lossy(bytes));
        }
    }
}
