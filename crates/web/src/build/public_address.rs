//! The address under which others reach this installation: for codes that are scanned and texts that are passed on. The
//! setting of the System page comes first, then the configuration, and only then the address of the present request.

use axum::http::HeaderMap;
use axum::http::header::HOST;
use base::Problem;

use crate::app::App;
use crate::errors::Failure;
use crate::visitor::Visitor;

/// Name of the setting.
pub(crate) const SETTING: &str = "web.public_address";
/// Longest address, in characters.
const LONGEST: usize = 120;

/// The address, without a slash at its end.
pub(crate) async fn base_of(app: &App, headers: &HeaderMap, visitor: &Visitor) -> Result<String, Failure> {
    let set = store::setting::get(&app.engine().database, SETTING).await?.filter(|s| !s.is_empty());
    Ok(set.or_else(|| app.configured_address().map(str::to_owned)).unwrap_or_else(|| asked(headers, visitor)))
}

/// The address by which this request came.
fn asked(headers: &HeaderMap, visitor: &Visitor) -> String {
    let host = headers.get(HOST).and_then(|h| h.to_str().ok()).unwrap_or("localhost");
    let plain: String = host.chars().filter(|c| is_plain(*c)).collect();
    let scheme = if visitor.secure { "https" } else { "http" };
    format!("{scheme}://{plain}")
}

fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']')
}

/// Reads an address such as `https://anlan.example.gov.cn:8443`; a slash at its end is dropped.
///
/// # Errors
/// `address.not_public`: something else than http or https, host and port.
pub fn read(text: &str) -> Result<String, Problem> {
    let wrong = || {
        Problem::of("public_address", "address.not_public")
            .with("value", text.chars().take(LONGEST).collect::<String>())
    };
    let plain = text.trim().trim_end_matches('/');
    let host = plain.strip_prefix("https://").or_else(|| plain.strip_prefix("http://")).ok_or_else(wrong)?;
    let fits = !host.is_empty() && plain.len() <= LONGEST && host.chars().all(is_plain);
    if fits { Ok(plain.to_owned()) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_scheme_a_host_and_a_port() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(read(text).ok().as_deref(), expected, "{text}");
        };
        check(" https://anlan.example.gov.cn/ ", Some("https://anlan.example.gov.cn"));
        check("http://10.1.2.3:8080", Some("http://10.1.2.3:8080"));
        check("http://[fe80::1]:80", Some("http://[fe80::1]:80"));
        for wrong in [
            "",
            "anlan",
            "javascript:alert(1)",
            "https://",
            "https://a/b",
            "https://a b",
            "ftp://a",
            "https://a@b",
        ] {
            check(wrong, None);
        }
    }
}
