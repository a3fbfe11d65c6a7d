//! Time codes for the second step of signing in: RFC 6238 (TOTP) over HMAC-SHA-1, 30 seconds, six digits, as every
//! authenticator app reads them.

use base::{Chance, Instant};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

use crate::secret::random_bytes;

/// Seconds of one step.
const STEP_SECONDS: i64 = 30;
/// Steps before and after the present one that are also taken, for clocks that go wrong.
const DRIFT: i64 = 1;
/// RFC 4648, base32.
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// A new shared secret of 160 bits, as RFC 4226 recommends.
#[must_use]
pub fn new_secret(chance: &mut impl Chance) -> [u8; 20] {
    random_bytes(chance)
}

/// The secret in base32 without padding, as people type it into an app.
#[must_use]
pub fn base32(secret: &[u8]) -> String {
    let mut text = String::with_capacity(secret.len().div_ceil(5) * 8);
    for group in secret.chunks(5) {
        let bits =
            group.iter().fold(0_u64, |all, byte| (all << 8) | u64::from(*byte)) << (8 * (5 - group.len()));
        let letters = (group.len() * 8).div_ceil(5);
        for place in 0..letters {
            let index = (bits >> (35 - 5 * place)) & 31;
            text.push(ALPHABET.get(index as usize).map_or('A', |letter| char::from(*letter)));
        }
    }
    text
}

/// The address that authenticator apps read from a QR code.
#[must_use]
pub fn enrolment_address(secret: &[u8], account: &str, issuer: &str) -> String {
    let (account, issuer) = (percent_encoded(account), percent_encoded(issuer));
    format!("otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}", base32(secret))
}

/// The code of the step in which `at` lies.
#[must_use]
pub fn code_at(secret: &[u8], at: Instant) -> String {
    code_of_step(secret, step_of(at))
}

/// The step of a right code: None for a wrong one, and for one of `last_step` or earlier, which was used already.
#[must_use]
pub fn accepted_step(secret: &[u8], code: &str, now: Instant, last_step: i64) -> Option<i64> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let present = step_of(now);
    (present - DRIFT..=present + DRIFT).find(|step| *step > last_step && code_of_step(secret, *step) == code)
}

fn step_of(at: Instant) -> i64 {
    at.0.div_euclid(1_000_000).div_euclid(STEP_SECONDS)
}

fn code_of_step(secret: &[u8], step: i64) -> String {
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(secret) else { return String::new() };
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let offset = digest.last().map_or(0, |byte| usize::from(byte & 0xF));
    let number = digest.iter().skip(offset).take(4).fold(0_u32, |all, byte| (all << 8) | u32::from(*byte));
    format!("{:06}", (number & 0x7FFF_FFFF) % 1_000_000)
}

fn percent_encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    fn second(seconds: i64) -> Instant {
        Instant(seconds * 1_000_000)
    }

    #[test]
    fn agrees_with_the_test_vectors_of_rfc_6238() {
        // Appendix B gives eight digits; six are their last six.
        let vectors = [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ];
        for (seconds, code) in vectors {
            assert_eq!(code_at(SECRET, second(seconds)), code, "{seconds}");
        }
    }

    #[test]
    fn a_code_is_taken_one_step_early_or_late_and_never_twice() {
        let now = second(1_600_000_000);
        for (drift, taken) in [(-60, false), (-30, true), (0, true), (30, true), (60, false)] {
            let code = code_at(SECRET, now.plus_seconds(drift));
            assert_eq!(accepted_step(SECRET, &code, now, 0).is_some(), taken, "{drift}");
        }
        let code = code_at(SECRET, now);
        let step = accepted_step(SECRET, &code, now, 0).unwrap();
        assert_eq!(accepted_step(SECRET, &code, now, step), None);
        assert_eq!(accepted_step(SECRET, "", now, 0), None);
        assert!(accepted_step(SECRET, &format!("{} {}", &code[..3], &code[3..]), now, 0).is_some());
    }

    #[test]
    fn base32_agrees_with_rfc_4648() {
        let vectors = [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
        ];
        for (plain, text) in vectors {
            assert_eq!(base32(plain.as_bytes()), text, "{plain}");
        }
        assert_eq!(base32(b"foobar"), "MZXW6YTBOI");
    }

    #[test]
    fn the_enrolment_address_survives_chinese_names() {
        let address = enrolment_address(b"foobar", "zhang@杞县", "安澜");
        assert!(address.starts_with("otpauth://totp/%E5%AE%89%E6%BE%9C:zhang%40%E6%9D%9E"), "{address}");
        assert!(address.contains("?secret=MZXW6YTBOI&issuer="));
    }
}
