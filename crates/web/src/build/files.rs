//! Attachments as people see them: their name, their size, who sent them when; and as they are downloaded.

use axum::http::HeaderValue;
use engine::file::{Attachment, Attachments};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::view::cell::Attached;

/// What may stand in `filename*` as it is (RFC 5987, `attr-char`).
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// An attachment at `href`; `title` and `number` name it where its sender's name is not known.
pub(crate) fn attached(
    files: &Attachments,
    hash: &str,
    href: String,
    title: &str,
    number: usize,
) -> Attached {
    let known = files.get(hash);
    let sent = known.and_then(|k| k.at.map(|at| format!("{} · {}", k.by, at.local()))).unwrap_or_default();
    Attached {
        href,
        hash: hash.to_owned(),
        name: known.map_or_else(|| format!("{title}-{number}"), |k| name(k, title, number)),
        size: known.map(|k| size(k.size)).unwrap_or_default(),
        sent,
    }
}

/// The name of an attachment: its sender's, or one made of the field that holds it.
pub(crate) fn name(known: &Attachment, title: &str, number: usize) -> String {
    if known.name.is_empty() {
        format!("{title}-{number}.{}", report::file_name::ending_of(&known.media_type))
    } else {
        known.name.clone()
    }
}

/// A size as people read it; nothing for an unknown one.
fn size(bytes: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "one digit behind the point is shown")]
    match bytes {
        0 => String::new(),
        1..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{:.0} KB", (bytes as f64 / 1024.0).ceil()),
        _ => format!("{:.1} MB", bytes as f64 / 1_048_576.0),
    }
}

/// Content-Disposition after RFC 6266: a plain name for old programs and the true one in UTF-8. `shown` lets the browser
/// show it in place.
pub(crate) fn disposition(shown: bool, name: &str) -> Option<HeaderValue> {
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ') { c } else { '_' })
        .collect();
    let how = if shown { "inline" } else { "attachment" };
    let encoded = utf8_percent_encode(name, PLAIN);
    HeaderValue::from_str(&format!("{how}; filename=\"{plain}\"; filename*=UTF-8''{encoded}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_download_carries_its_name_in_both_ways() {
        let check = |shown, name, expected: &str| {
            assert_eq!(disposition(shown, name).unwrap(), expected, "{name}");
        };
        check(true, "a b.pdf", "inline; filename=\"a b.pdf\"; filename*=UTF-8''a%20b.pdf");
        check(
            false,
            "排查表\".docx",
            "attachment; filename=\"____.docx\"; filename*=UTF-8''%E6%8E%92%E6%9F%A5%E8%A1%A8%22.docx",
        );
        check(
            false,
            "x\r\nSet-Cookie: a=b",
            "attachment; filename=\"x__Set-Cookie_ a_b\"; filename*=UTF-8''x%0D%0ASet-Cookie%3A%20a%3Db",
        );
    }

    #[test]
    fn sizes_are_short_and_names_never_empty() {
        assert_eq!([0, 12, 1024, 1025, 3_250_586].map(size), ["", "12 B", "1 KB", "2 KB", "3.1 MB"]);
        let known = Attachment { media_type: "image/png".into(), ..Attachment::default() };
        assert_eq!(name(&known, "整改前照片", 2), "整改前照片-2.png");
    }
}
