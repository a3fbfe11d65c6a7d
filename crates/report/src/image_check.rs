//! Uploaded files judged by their content: only the kinds that are wanted, nothing that a browser or a computer would
//! run, no picture so large that showing it would exhaust a machine.
//!
//! Problem codes: `file.empty`, `file.dangerous` (argument `kind`), `file.not_wanted` (`kind`, `wanted`),
//! `file.old_office`, `file.locked`, `file.broken` (`kind`), `image.too_large` (`width`, `height`, `most` in pixels).

use base::Problem;

use crate::sniff::{Kind, sniff};

/// The most pixels of a picture: 100 million, four times what telephones take.
pub const MOST_PIXELS: u64 = 100_000_000;

/// What a field wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Wanted {
    /// A photograph: JPEG, PNG, WebP, HEIC.
    Photo,
    /// A video: MP4.
    Video,
    /// A document: PDF, docx, xlsx, or its photograph.
    Document,
    /// A workbook: xlsx (CSV is told by the reader).
    Spreadsheet,
    /// Anything that can be evidence: photograph, video, document, zip of them.
    Evidence,
}

impl Wanted {
    /// The kinds that fit.
    #[must_use]
    pub fn kinds(self) -> &'static [Kind] {
        use Kind::{Docx, Gif, Heic, Jpeg, Mp4, Pdf, Png, Text, Webp, Xlsx, Zip};
        match self {
            Self::Photo => &[Jpeg, Png, Webp, Heic],
            Self::Video => &[Mp4],
            Self::Document => &[Pdf, Docx, Xlsx, Jpeg, Png, Webp, Heic],
            Self::Spreadsheet => &[Xlsx, Text],
            Self::Evidence => &[Jpeg, Png, Webp, Heic, Gif, Mp4, Pdf, Docx, Xlsx, Zip],
        }
    }
}

/// Width and height of a picture in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
}

/// Takes a file if its content is of a kind that fits `wanted`.
///
/// # Errors
/// See the module's list of codes.
pub fn accept(wanted: Wanted, bytes: &[u8]) -> Result<Kind, Problem> {
    let kind = sniff(bytes);
    match kind {
        Kind::Empty => return Err(Problem::new("file.empty")),
        Kind::Svg | Kind::Html | Kind::Executable | Kind::MacroDocument => {
            return Err(Problem::new("file.dangerous").with("kind", kind.name()));
        }
        Kind::LockedOffice => return Err(Problem::new("file.locked")),
        Kind::OldOffice => return Err(Problem::new("file.old_office")),
        _ => {}
    }
    if !wanted.kinds().contains(&kind) {
        let names: Vec<&str> = wanted.kinds().iter().map(|k| k.name()).collect();
        let problem = Problem::new("file.not_wanted").with("kind", kind.name());
        return Err(problem.with("wanted", names.join(", ")));
    }
    if matches!(kind, Kind::Jpeg | Kind::Png | Kind::Webp | Kind::Heic | Kind::Gif) {
        check_size(kind, bytes)?;
    }
    Ok(kind)
}

fn check_size(kind: Kind, bytes: &[u8]) -> Result<(), Problem> {
    let broken = || Problem::new("file.broken").with("kind", kind.name());
    let size = match picture_size(bytes) {
        Some(size) => size,
        // HEIC keeps its size deep inside and in more than one way; it is stored as it is and never decoded here.
        None if kind == Kind::Heic => return Ok(()),
        None => return Err(broken()),
    };
    if size.width == 0 || size.height == 0 {
        return Err(broken());
    }
    if u64::from(size.width) * u64::from(size.height) > MOST_PIXELS {
        let problem = Problem::new("image.too_large").with("width", size.width).with("height", size.height);
        return Err(problem.with("most", MOST_PIXELS));
    }
    Ok(())
}

/// Width and height, read from the head of the picture; None when it is cut off before them.
#[must_use]
pub fn picture_size(bytes: &[u8]) -> Option<Size> {
    let size = imagesize::blob_size(bytes).ok()?;
    Some(Size { width: u32::try_from(size.width).ok()?, height: u32::try_from(size.height).ok()? })
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes.extend([8, 2, 0, 0, 0, 0, 0, 0, 0]);
        bytes
    }

    fn jpeg(width: u16, height: u16) -> Vec<u8> {
        let mut bytes = vec![0xFF, 0xD8, 0xFF, 0xC0, 0, 11, 8];
        bytes.extend(height.to_be_bytes());
        bytes.extend(width.to_be_bytes());
        bytes.extend([1, 1, 0x11, 0, 0xFF, 0xD9]);
        bytes
    }

    fn webp(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"RIFF\x1e\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0".to_vec();
        bytes.extend(&(width - 1).to_le_bytes()[..3]);
        bytes.extend(&(height - 1).to_le_bytes()[..3]);
        bytes
    }

    fn archive(names: &[&str]) -> Vec<u8> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for name in names {
            archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            archive.write_all(b"x").unwrap();
        }
        archive.finish().unwrap().into_inner()
    }

    #[test]
    fn files_are_taken_or_refused_by_content() {
        let docx = archive(&["[Content_Types].xml", "word/document.xml"]);
        let docm = archive(&["[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"]);
        let xlsx = archive(&["[Content_Types].xml", "xl/workbook.xml"]);
        let photo = png(4000, 3000);
        let table: &[(Wanted, &[u8], Result<Kind, &str>)] = &[
            (Wanted::Photo, &photo, Ok(Kind::Png)),
            (Wanted::Photo, &png(20_000, 20_000), Err("image.too_large")),
            (Wanted::Photo, &png(0, 10), Err("file.broken")),
            (Wanted::Photo, &jpeg(3000, 4000), Ok(Kind::Jpeg)),
            (Wanted::Photo, &jpeg(60_000, 60_000), Err("image.too_large")),
            (Wanted::Photo, &webp(4000, 3000), Ok(Kind::Webp)),
            (Wanted::Photo, b"\xFF\xD8\xFF\xE0", Err("file.broken")),
            (Wanted::Photo, b"<svg onload='x'/>", Err("file.dangerous")),
            (Wanted::Evidence, b"<!doctype html><script>", Err("file.dangerous")),
            (Wanted::Evidence, b"MZ\x90\0\x03", Err("file.dangerous")),
            (Wanted::Evidence, &docm, Err("file.dangerous")),
            (Wanted::Evidence, b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1....", Err("file.old_office")),
            (Wanted::Photo, b"%PDF-1.4", Err("file.not_wanted")),
            (Wanted::Document, b"%PDF-1.4", Ok(Kind::Pdf)),
            (Wanted::Document, &docx, Ok(Kind::Docx)),
            (Wanted::Document, &xlsx, Ok(Kind::Xlsx)),
            (Wanted::Document, &archive(&["a.txt"]), Err("file.not_wanted")),
            (Wanted::Evidence, &archive(&["a.txt"]), Ok(Kind::Zip)),
            (Wanted::Video, b"\0\0\0\x18ftypmp42\0\0\0\0", Ok(Kind::Mp4)),
            (Wanted::Evidence, b"", Err("file.empty")),
            (Wanted::Evidence, b"\0\x01\x02", Err("file.not_wanted")),
        ];
        for (wanted, bytes, outcome) in table {
            let got = accept(*wanted, bytes);
            assert_eq!(got.as_ref().map_err(|p| p.code), outcome.as_ref().map_err(|c| *c), "{outcome:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..400), start in 0_usize..8) {
            const STARTS: [&[u8]; 8] = [b"", b"\xFF\xD8\xFF\xE1", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP",
                b"\0\0\0\x18ftypheic", b"PK\x03\x04", b"GIF89a", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"];
            let all: Vec<u8> = STARTS[start].iter().copied().chain(bytes).collect();
            let _ = accept(Wanted::Evidence, &all);
            let _ = crate::photo_facts::of(&all);
        }
    }
}
