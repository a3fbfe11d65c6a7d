//! Addresses of the general pages, in one place: lists with filters, records, forms.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What may stand in a query as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// `name=value&...` with everything escaped that needs it.
pub(super) fn query(pairs: &[(&str, &str)]) -> String {
    let parts: Vec<String> =
        pairs.iter().map(|(n, v)| format!("{n}={}", utf8_percent_encode(v, PLAIN))).collect();
    parts.join("&")
}

/// The list of a register with these filters.
pub(super) fn list(register: &str, filters: &[(&str, &str)]) -> String {
    if filters.is_empty() { format!("/r/{register}") } else { format!("/r/{register}?{}", query(filters)) }
}

/// The page of a record.
pub(super) fn record(register: &str, id: impl std::fmt::Display) -> String {
    format!("/r/{register}/{id}")
}

/// The form of a new record, with these fields filled in.
pub(super) fn new_record(register: &str, fields: &[(&str, &str)]) -> String {
    format!("/r/{register}/new?{}", query(fields))
}

/// The form that opens a case of `procedure`.
pub(super) fn opening(register: &str, procedure: &str) -> String {
    format!("/r/{register}/new?{}", query(&[("procedure", procedure)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_escape_what_they_carry() {
        assert_eq!(list("hazard", &[]), "/r/hazard");
        assert_eq!(
            list("hazard", &[("state", "a b&c"), ("unit", "甲")]),
            "/r/hazard?state=a%20b%26c&unit=%E7%94%B2"
        );
        assert_eq!(opening("hazard", "hazard.general"), "/r/hazard/new?procedure=hazard.general");
    }
}
