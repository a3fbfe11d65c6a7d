//! From bytes to text: UTF-8, UTF-16 with its mark, GB18030, docx; everything else is named and refused.

use base::Text;
use encoding_rs::{GB18030, UTF_16BE, UTF_16LE};

use super::{LARGEST_FILE, LARGEST_TEXT, ReadError, docx};

/// The text of a file.
pub(super) fn text_of(bytes: &[u8]) -> Result<String, ReadError> {
    if bytes.len() > LARGEST_FILE {
        return Err(ReadError::TooLarge { size: bytes.len(), limit: LARGEST_FILE });
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return docx::text_of(bytes);
    }
    if let Some(error) = other_kind(bytes) {
        return Err(error);
    }
    let text = decode(bytes)?;
    if text.trim_matches(['\u{FEFF}', ' ', '\n', '\r', '\t', '\u{3000}']).is_empty() {
        return Err(ReadError::Empty);
    }
    if text.len() > LARGEST_TEXT {
        return Err(ReadError::TooLarge { size: text.len(), limit: LARGEST_TEXT });
    }
    Ok(text)
}

fn decode(bytes: &[u8]) -> Result<String, ReadError> {
    for (mark, encoding) in [(&b"\xFF\xFE"[..], UTF_16LE), (&b"\xFE\xFF"[..], UTF_16BE)] {
        if bytes.starts_with(mark) {
            return Ok(encoding.decode(bytes).0.into_owned());
        }
    }
    let failed = match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => return Ok(text.to_owned()),
        Ok(text) => text.find('\0').unwrap_or(0),
        Err(error) => error.valid_up_to(),
    };
    if !bytes.contains(&0)
        && let Some(text) = GB18030.decode_without_bom_handling_and_without_replacement(bytes)
        && looks_chinese(&text)
    {
        return Ok(text.into_owned());
    }
    let line = bytes.iter().take(failed).filter(|b| **b == b'\n').count() + 1;
    Err(ReadError::NotText { line })
}

/// Nearly any bytes are GB18030; a document in it is mostly common characters, digits and punctuation.
fn looks_chinese(text: &str) -> bool {
    let (mut all, mut usual, mut chinese) = (0_usize, 0_usize, 0_usize);
    for c in text.chars().take(20_000) {
        all += 1;
        let ideograph = ('\u{4E00}'..='\u{9FA5}').contains(&c);
        chinese += usize::from(ideograph);
        usual += usize::from(
            ideograph
                || c.is_ascii_graphic()
                || c.is_whitespace()
                || "，。、；：（）《》“”〔〕—…·　％．！？‘’".contains(c)
                || ('\u{FF01}'..='\u{FF5E}').contains(&c),
        );
    }
    all > 0 && chinese * 4 >= all && usual * 100 >= all * 97
}

/// Kinds of file that people hand in by mistake.
fn other_kind(bytes: &[u8]) -> Option<ReadError> {
    let save = Text::new(
        "请在原来的软件中打开，另存为 docx 或纯文本（UTF-8）后再读。",
        "Open it in the program it comes from and save it as docx or plain text (UTF-8).",
    );
    let ocr = Text::new(
        "请先做文字识别，再保存为 docx 或纯文本（UTF-8）。",
        "Recognise its text first and save that as docx or plain text (UTF-8).",
    );
    let start = bytes.get(..bytes.len().min(512)).unwrap_or(bytes);
    let lower: Vec<u8> = start
        .iter()
        .skip_while(|b| b.is_ascii_whitespace() || matches!(**b, 0xEF | 0xBB | 0xBF))
        .map(u8::to_ascii_lowercase)
        .collect();
    let kinds: [(&[u8], &str, &str, &Text); 11] = [
        (b"%pdf", "PDF 文件", "a PDF file", &ocr),
        (b"\x89png", "PNG 图片", "a PNG picture", &ocr),
        (b"\xff\xd8\xff", "JPEG 图片", "a JPEG picture", &ocr),
        (b"gif8", "GIF 图片", "a GIF picture", &ocr),
        (b"ii*\0", "TIFF 图片", "a TIFF picture", &ocr),
        (b"mm\0*", "TIFF 图片", "a TIFF picture", &ocr),
        (b"\xd0\xcf\x11\xe0", "旧版 doc 或 xls 文件", "an old doc or xls file", &save),
        (b"{\\rtf", "RTF 文件", "an RTF file", &save),
        (b"<!doctype html", "网页", "a web page", &save),
        (b"<html", "网页", "a web page", &save),
        (b"rar!", "RAR 压缩包", "a RAR archive", &save),
    ];
    kinds
        .into_iter()
        .find(|(magic, ..)| lower.starts_with(magic))
        .map(|(_, zh, en, advice)| ReadError::WrongKind { what: Text::new(zh, en), advice: advice.clone() })
}
