//! Unified social credit code (统一社会信用代码), GB 32100-2015.
//!
//! | position | part |
//! | --- | --- |
//! | 1 | department of registration |
//! | 2 | kind of organisation |
//! | 3-8 | division of the registering office, GB/T 2260 |
//! | 9-17 | organisation code, GB 11714; its last character is its own check digit |
//! | 18 | check digit, modulus 31 |

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Adcode;
use crate::Problem;
use crate::search::fold_width;

/// The characters in the order of their values, 0 to 30. I, O, Z, S and V are left out because they are misread.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// Weights of the organisation code's first eight characters (GB 11714).
const ORGANISATION_WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

/// A unified social credit code whose structure and check digit are right. Whether somebody bears it is the register's to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uscc([u8; 18]);

impl Uscc {
    /// Reads a code. Blanks, lower case and full-width characters are accepted and normalised.
    ///
    /// # Errors
    /// - `uscc.length` with `length` and `expected`;
    /// - `uscc.character` with `position` (from 1), `character`, `allowed`, and `perhaps` where a letter that the standard leaves
    ///   out is often written for a character that it has;
    /// - `uscc.check_digit` with `found` and `expected`.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let kept = |c: &char| !c.is_whitespace() && !matches!(c, '\u{200B}' | '\u{FEFF}');
        let characters: Vec<char> =
            text.chars().map(fold_width).filter(kept).map(|c| c.to_ascii_uppercase()).take(1000).collect();
        let mut code = [0_u8; 18];
        if characters.len() != code.len() {
            return Err(Problem::new("uscc.length")
                .with("length", characters.len())
                .with("expected", code.len()));
        }
        for ((place, character), position) in code.iter_mut().zip(&characters).zip(1_usize..) {
            *place = accepted(*character, position).ok_or_else(|| wrong_character(*character, position))?;
        }
        let expected = check_digit(&code);
        match code.last() {
            Some(found) if *found == expected => Ok(Self(code)),
            found => Err(Problem::new("uscc.check_digit")
                .with("found", char::from(found.copied().unwrap_or(b'?')))
                .with("expected", char::from(expected))),
        }
    }

    /// A made-up code of an enterprise for demonstration data: right in structure and in both check digits. Different for
    /// different `serial` below 31^7 (27 billion). Its organisation code begins with Y so that it does not look like one of
    /// the usual series; still, mark the record as synthetic.
    #[must_use]
    pub fn synthesise(county: Adcode, serial: u64) -> Self {
        let mut code = *b"91000000Y00000000_";
        for (place, digit) in code.iter_mut().skip(2).zip(county.county_code().bytes()) {
            *place = digit;
        }
        let mut rest = serial;
        for place in code.iter_mut().take(16).skip(9).rev() {
            *place = character_of(rest % 31);
            rest /= 31;
        }
        let organisation = organisation_check_digit(&code);
        let [.., seventeenth, _] = &mut code;
        *seventeenth = organisation;
        let digit = check_digit(&code);
        let [.., last] = &mut code;
        *last = digit;
        Self(code)
    }

    /// The 18 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The division of the office that registered the organisation; None when the digits name no province. This is
    /// not always where the organisation works.
    #[must_use]
    pub fn registered_in(&self) -> Option<Adcode> {
        Adcode::parse(self.as_str().get(2..8)?).ok()
    }

    /// The nine characters of the organisation code.
    #[must_use]
    pub fn organisation_code(&self) -> &str {
        self.as_str().get(8..17).unwrap_or_default()
    }

    /// True when the organisation code's own check digit is right (GB 11714). GB 32100 checks the
    /// whole code with position 18 only, so that a wrong one is a reason to ask, not to refuse.
    #[must_use]
    pub fn organisation_check_holds(&self) -> bool {
        self.0.get(16) == Some(&organisation_check_digit(&self.0))
    }
}

/// The character as the code's byte, if the standard allows it in this position (from 1).
fn accepted(character: char, position: usize) -> Option<u8> {
    let byte = u8::try_from(character).ok()?;
    let allowed = if (3..=8).contains(&position) { byte.is_ascii_digit() } else { ALPHABET.contains(&byte) };
    allowed.then_some(byte)
}

fn wrong_character(character: char, position: usize) -> Problem {
    let allowed = if (3..=8).contains(&position) { "0-9" } else { "0-9 A-H J-N P-R T U W X Y" };
    let problem = Problem::new("uscc.character")
        .with("position", position)
        .with("character", character)
        .with("allowed", allowed);
    match character {
        'I' | 'L' => problem.with("perhaps", '1'),
        'O' => problem.with("perhaps", '0'),
        'Z' => problem.with("perhaps", '2'),
        'S' => problem.with("perhaps", '5'),
        'V' => problem.with("perhaps", 'U'),
        _ => problem,
    }
}

/// The check digit of the first 17 characters: 31 - Σ value · 3^(i-1) mod 31.
fn check_digit(code: &[u8]) -> u8 {
    let (sum, _) = code
        .iter()
        .take(17)
        .fold((0_u64, 1_u64), |(sum, weight), byte| ((sum + value_of(*byte) * weight) % 31, weight * 3 % 31));
    character_of((31 - sum) % 31)
}

fn value_of(byte: u8) -> u64 {
    ALPHABET.iter().position(|c| *c == byte).unwrap_or(0) as u64
}

fn character_of(value: u64) -> u8 {
    usize::try_from(value).ok().and_then(|i| ALPHABET.get(i)).copied().unwrap_or(b'0')
}

/// The organisation code's check digit: 11 - Σ value · weight mod 11, where A is 10 and Z is 35; 10 is X, 11 is 0.
fn organisation_check_digit(code: &[u8]) -> u8 {
    let value = |byte: u8| char::from(byte).to_digit(36).unwrap_or(0);
    let sum: u32 =
        code.iter().skip(8).zip(ORGANISATION_WEIGHTS).map(|(byte, weight)| value(*byte) * weight).sum();
    match 11 - sum % 11 {
        10 => b'X',
        11 => b'0',
        digit => b'0' + u8::try_from(digit).unwrap_or(0),
    }
}

impl fmt::Display for Uscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Uscc {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        Self::parse(text)
    }
}

impl Serialize for Uscc {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Uscc {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    /// The worked example of the standard: the sum is 1640, the remainder 28, the check digit 3.
    const EXAMPLE: &str = "91350100M000100Y43";

    #[test]
    fn the_standards_worked_example_passes_in_every_spelling() {
        for text in
            [EXAMPLE, " 91350100m000100y43\n", "９１３５０１００Ｍ０００１００Ｙ４３", "91350100 M000100Y4 3"]
        {
            let code = Uscc::parse(text).unwrap();
            assert_eq!(code.as_str(), EXAMPLE);
            assert_eq!(code.organisation_code(), "M000100Y4");
            assert_eq!(code.registered_in(), Adcode::parse("350100").ok());
            assert!(code.organisation_check_holds());
        }
    }

    #[test]
    fn codes_printed_on_public_licences_pass_both_checks() {
        for text in ["91110000600037341L", "9144030071526726XG"] {
            let code = Uscc::parse(text).unwrap();
            assert!(code.organisation_check_holds(), "{text}");
        }
    }

    #[test]
    fn each_mistake_is_named() {
        type Arguments = &'static [(&'static str, &'static str)];
        let table: [(&str, &str, Arguments); 7] = [
            ("", "uscc.length", &[("length", "0"), ("expected", "18")]),
            ("91350100M000100Y4", "uscc.length", &[("length", "17")]),
            (
                "91350100M000100Y4Z",
                "uscc.character",
                &[("position", "18"), ("character", "Z"), ("perhaps", "2")],
            ),
            ("91350100M000100Y44", "uscc.check_digit", &[("found", "4"), ("expected", "3")]),
            (
                "9135O100M000100Y43",
                "uscc.character",
                &[("position", "5"), ("character", "O"), ("allowed", "0-9")],
            ),
            ("91350100I000100Y43", "uscc.character", &[("position", "9"), ("perhaps", "1")]),
            ("91350100M000河00Y43", "uscc.character", &[("position", "13"), ("character", "河")]),
        ];
        for (text, code, arguments) in table {
            let problem = Uscc::parse(text).unwrap_err();
            assert_eq!(problem.code, code, "{text}");
            for (name, value) in arguments {
                assert_eq!(problem.argument(name), Some(*value), "{text} {name}");
            }
        }
    }

    #[test]
    fn synthetic_codes_are_valid_and_differ() {
        let county = Adcode::parse("410202").unwrap();
        let codes: HashSet<Uscc> = (0..5_000).map(|serial| Uscc::synthesise(county, serial)).collect();
        assert_eq!(codes.len(), 5_000);
        for code in codes {
            assert_eq!(Uscc::parse(code.as_str()), Ok(code));
            assert!(code.organisation_check_holds(), "{code}");
            assert_eq!(code.registered_in(), Some(county));
        }
    }

    proptest! {
        #[test]
        fn one_wrong_or_two_swapped_characters_are_noticed(serial in 0_u64..20_000_000_000, place in 0_usize..18, step in 1_usize..31) {
            let code = Uscc::synthesise(Adcode::parse("410222").unwrap(), serial);
            let mut wrong = code.0;
            let value = value_of(wrong[place]) as usize;
            wrong[place] = ALPHABET[(value + step) % 31];
            prop_assert!(Uscc::parse(std::str::from_utf8(&wrong).unwrap()).is_err());
            let mut swapped = code.0;
            swapped.swap(place, (place + 1) % 18);
            let read = Uscc::parse(std::str::from_utf8(&swapped).unwrap());
            prop_assert!(swapped == code.0 || read.is_err() || place == 17);
        }

        #[test]
        fn any_text_is_answered(text in "\\PC{0,20}") {
            let _ = Uscc::parse(&text);
        }
    }
}
