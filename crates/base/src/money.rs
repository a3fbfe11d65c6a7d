//! Money in whole fen (分, a hundredth of a yuan), so that sums are exact.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Problem;

/// An amount in fen. Stored as the integer; written in yuan with two decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fen(pub i64);

const FEN_PER_YUAN: u128 = 100;

impl Fen {
    /// Reads yuan as people and Excel write them: `12.50`, `1,234`, `￥1,234.5元`, `3.5万元`, `1.2亿`, full-width digits.
    ///
    /// # Errors
    /// `money.not_an_amount`; `money.too_precise` for a part of a fen; `money.too_large` for more than `i64` fen. All
    /// carry `value`.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let wrong = |code| Problem::new(code).with("value", text.trim().chars().take(40).collect::<String>());
        let plain: String =
            text.trim().chars().map(crate::search::fold_width).filter(|c| !c.is_whitespace()).collect();
        let (negative, plain) = match plain.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, plain.strip_prefix('+').unwrap_or(&plain)),
        };
        let plain = plain.strip_prefix(['¥', '￥']).unwrap_or(plain);
        let plain = plain.strip_suffix("元").or_else(|| plain.strip_suffix("人民币")).unwrap_or(plain);
        let (digits, factor) = match plain.strip_suffix(['万', '亿']) {
            Some(digits) if plain.ends_with('万') => (digits, 10_000),
            Some(digits) => (digits, 100_000_000),
            None => (plain, 1_u128),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let whole = ungrouped(whole).ok_or_else(|| wrong("money.not_an_amount"))?;
        if !part.bytes().all(|b| b.is_ascii_digit()) || (whole.is_empty() && part.is_empty()) {
            return Err(wrong("money.not_an_amount"));
        }
        let part = part.trim_end_matches('0');
        if whole.len() > 20 || part.len() > 12 {
            return Err(wrong(if whole.len() > 20 { "money.too_large" } else { "money.too_precise" }));
        }
        let scale = 10_u128.pow(u32::try_from(part.len()).unwrap_or(0));
        let number: u128 = format!("0{whole}{part}").parse().map_err(|_| wrong("money.too_large"))?;
        let scaled = number.checked_mul(factor * FEN_PER_YUAN).ok_or_else(|| wrong("money.too_large"))?;
        if scaled % scale != 0 {
            return Err(wrong("money.too_precise"));
        }
        let fen = i64::try_from(scaled / scale).map_err(|_| wrong("money.too_large"))?;
        Ok(Self(if negative { -fen } else { fen }))
    }

    /// Whole yuan as an amount; None beyond the range.
    #[must_use]
    pub fn from_yuan(yuan: i64) -> Option<Self> {
        yuan.checked_mul(100).map(Self)
    }

    /// The sum; None beyond the range (about 92 trillion yuan).
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The difference; None beyond the range.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// The sum of all; None beyond the range.
    #[must_use]
    pub fn checked_sum(amounts: impl IntoIterator<Item = Self>) -> Option<Self> {
        amounts.into_iter().try_fold(Self(0), Self::checked_add)
    }

    /// In 万元 (10 000 yuan) with `places` decimals, at most 6, half rounded away from zero. The unit is not included.
    #[must_use]
    pub fn in_wan(self, places: u32) -> String {
        let places = places.min(6);
        let units = 10_u64.pow(6 - places);
        let rounded = (self.0.unsigned_abs() + units / 2) / units;
        let scale = 10_u64.pow(places);
        let sign = if self.0 < 0 && rounded > 0 { "-" } else { "" };
        let (whole, part) = (rounded / scale, rounded % scale);
        if places == 0 {
            format!("{sign}{whole}")
        } else {
            format!("{sign}{whole}.{part:0w$}", w = places as usize)
        }
    }

    /// In yuan with commas between groups of three digits: `1,234.50`.
    #[must_use]
    pub fn grouped(self) -> String {
        let yuan = (self.0.unsigned_abs() / 100).to_string();
        let mut grouped = String::new();
        for (i, digit) in yuan.chars().enumerate() {
            if i > 0 && (yuan.len() - i).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        format!("{}{grouped}.{:02}", if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs() % 100)
    }
}

/// Digits without the commas between groups of three; None when commas stand elsewhere or something is no digit.
fn ungrouped(text: &str) -> Option<String> {
    let mut groups = text.split(',');
    let first = groups.next()?;
    let well_placed = !text.contains(',') || (1..=3).contains(&first.len());
    let digits = |group: &str| group.bytes().all(|b| b.is_ascii_digit());
    let rest = groups.all(|group| group.len() == 3 && digits(group));
    (well_placed && digits(first) && rest).then(|| text.replace(',', ""))
}

impl fmt::Display for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let fen = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", fen / 100, fen % 100)
    }
}

impl FromStr for Fen {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_are_read_as_people_write_them() {
        let table = [
            ("12.50", 1250),
            ("12.5", 1250),
            ("1,234", 123_400),
            ("1,234,567.8", 123_456_780),
            ("￥1,234.50元", 123_450),
            ("¥3", 300),
            (" ３．５万元 ", 3_500_000),
            ("1.2亿", 12_000_000_000),
            ("0.000001万", 1),
            ("-0.01", -1),
            ("－5", -500),
            (".5", 50),
            ("5.", 500),
            ("1.2300", 123),
            ("92233720368547758.07", i64::MAX),
        ];
        for (text, fen) in table {
            assert_eq!(Fen::parse(text), Ok(Fen(fen)), "{text}");
        }
    }

    #[test]
    fn what_is_no_amount_is_refused_with_its_reason() {
        let table = [
            ("", "money.not_an_amount"),
            ("元", "money.not_an_amount"),
            ("12,34", "money.not_an_amount"),
            (",123", "money.not_an_amount"),
            ("1234,567", "money.not_an_amount"),
            ("1.2.3", "money.not_an_amount"),
            ("--1", "money.not_an_amount"),
            ("约5万", "money.not_an_amount"),
            ("1e5", "money.not_an_amount"),
            ("0.001", "money.too_precise"),
            ("0.0000001万", "money.too_precise"),
            ("92233720368547758.08", "money.too_large"),
            ("999999999999999999999999", "money.too_large"),
        ];
        for (text, code) in table {
            assert_eq!(Fen::parse(text).unwrap_err().code, code, "{text}");
        }
    }

    #[test]
    fn amounts_are_shown_in_yuan_and_ten_thousands() {
        assert_eq!(Fen(-5).to_string(), "-0.05");
        assert_eq!(Fen(123_456_789).grouped(), "1,234,567.89");
        assert_eq!(Fen(-100_000).grouped(), "-1,000.00");
        assert_eq!(Fen(123_456_789).in_wan(2), "123.46");
        assert_eq!(Fen(123_456_789).in_wan(6), "123.456789");
        assert_eq!(Fen(499_999).in_wan(0), "0");
        assert_eq!(Fen(-500_000).in_wan(0), "-1");
        assert_eq!(Fen(i64::MIN).to_string(), "-92233720368547758.08");
    }

    #[test]
    fn sums_beyond_the_range_are_noticed() {
        assert_eq!(Fen(i64::MAX).checked_add(Fen(1)), None);
        assert_eq!(Fen::checked_sum([Fen(1), Fen(2), Fen(-4)]), Some(Fen(-1)));
        assert_eq!(Fen::checked_sum([Fen(i64::MAX), Fen(1)]), None);
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_back(fen in -i64::MAX..=i64::MAX) {
            prop_assert_eq!(Fen::parse(&Fen(fen).to_string()), Ok(Fen(fen)));
            prop_assert_eq!(Fen::parse(&Fen(fen).grouped()), Ok(Fen(fen)));
        }

        #[test]
        fn any_text_is_answered(text in ".{0,40}") {
            let _ = Fen::parse(&text);
        }
    }
}
