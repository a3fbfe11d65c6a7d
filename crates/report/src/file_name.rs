//! Names of files as they come from senders and go to readers: without folders and invisible characters, with the ending
//! that fits the content.

use crate::sniff::Kind;

/// Longest name in characters, without the ending: what every file system takes also in Chinese.
const LONGEST: usize = 80;

/// The name under which a file of this `kind` is kept; empty where nothing of the given name is left.
#[must_use]
pub fn clean(given: &str, kind: Kind) -> String {
    // Old browsers send the whole path, of either system.
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last.chars().filter(|c| !is_unwanted(*c)).collect();
    let plain = plain.trim_matches(|c: char| c == '.' || c.is_whitespace());
    let (stem, fits) = match plain.rsplit_once('.') {
        Some((stem, ending)) if endings(kind).iter().any(|e| e.eq_ignore_ascii_case(ending)) => (stem, true),
        _ => (plain, false),
    };
    let stem: String = stem.chars().take(LONGEST).collect();
    let stem = stem.trim_end();
    if stem.is_empty() {
        return String::new();
    }
    // A name that says something else than the content gets the true ending behind its own.
    let own = plain.rsplit('.').next().filter(|_| fits).unwrap_or(kind.extension());
    format!("{stem}.{own}")
}

/// The ending for a stored media type, for files whose name is not known.
#[must_use]
pub fn ending_of(media_type: &str) -> &'static str {
    use Kind::{Docx, Gif, Heic, Jpeg, Mp4, Pdf, Png, Webp, Xlsx, Zip};
    let known = [Jpeg, Png, Webp, Heic, Gif, Pdf, Docx, Xlsx, Zip, Mp4];
    known.into_iter().find(|k| k.media_type() == media_type).map_or("bin", Kind::extension)
}

fn endings(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Jpeg => &["jpg", "jpeg"],
        Kind::Heic => &["heic", "heif"],
        Kind::Mp4 => &["mp4", "mov", "m4v"],
        Kind::Png => &["png"],
        Kind::Webp => &["webp"],
        Kind::Gif => &["gif"],
        Kind::Pdf => &["pdf"],
        Kind::Docx => &["docx"],
        Kind::Xlsx => &["xlsx", "xlsm"],
        Kind::Zip => &["zip"],
        _ => &[],
    }
}

/// Control characters, what turns the direction of writing (`photo\u{202e}gnp.exe`), and what file systems refuse.
fn is_unwanted(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        || matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_folders_and_tricks_and_end_as_their_content() {
        let check = |given: &str, kind: Kind, expected: &str| {
            assert_eq!(clean(given, kind), expected, "{given:?} as {kind:?}");
        };
        check("排查表 6月15日.pdf", Kind::Pdf, "排查表 6月15日.pdf");
        check("C:\\fakepath\\IMG_0001.JPEG", Kind::Jpeg, "IMG_0001.JPEG");
        check("../../etc/passwd", Kind::Zip, "passwd.zip");
        check("invoice.exe", Kind::Pdf, "invoice.exe.pdf");
        check("page.html", Kind::Jpeg, "page.html.jpg");
        check("photo\u{202e}gnp.exe", Kind::Png, "photognp.exe.png");
        check("a\"b\r\nX: y.png", Kind::Png, "abX y.png");
        check("  .png ", Kind::Png, "png.png");
        check("...", Kind::Png, "");
        check("", Kind::Png, "");
        check(&format!("{}.pdf", "安".repeat(300)), Kind::Pdf, &format!("{}.pdf", "安".repeat(LONGEST)));
    }

    #[test]
    fn media_types_have_their_endings() {
        assert_eq!((ending_of("image/jpeg"), ending_of("application/pdf")), ("jpg", "pdf"));
        assert_eq!(ending_of("text/html"), "bin");
    }
}
