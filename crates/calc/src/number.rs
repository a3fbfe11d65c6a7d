//! Exact numbers. Products such as 0.2 × 0.5 × 15 and sums of q/Q are compared with cut-offs, so that binary floating
//! point, where 0.1 is not a tenth, has no place here.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Longest text that is read as a number, in characters.
const LONGEST: usize = 40;

/// A fraction in lowest terms, exact. Written as a decimal: exactly where it ends within 12 places, else rounded to 6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Number {
    numerator: i128,
    /// Always above zero.
    denominator: i128,
}

impl Number {
    /// Zero.
    pub const ZERO: Self = Self { numerator: 0, denominator: 1 };
    /// One.
    pub const ONE: Self = Self { numerator: 1, denominator: 1 };

    /// A fraction; None when the denominator is 0.
    #[must_use]
    pub fn fraction(numerator: i64, denominator: i64) -> Option<Self> {
        Self::reduced(i128::from(numerator), i128::from(denominator))
    }

    /// Reads a decimal such as `0.5`, `-3` or `1e-3`; None for anything else, and beyond 18 digits before or after the point.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() > LONGEST {
            return None;
        }
        let (decimal, exponent) = match text.split_once(['e', 'E']) {
            Some((decimal, exponent)) => (decimal, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (negative, digits) = match decimal.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, decimal.strip_prefix('+').unwrap_or(decimal)),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let plain = |text: &str| text.len() <= 18 && text.bytes().all(|b| b.is_ascii_digit());
        if !plain(whole) || !plain(part) || (whole.is_empty() && part.is_empty()) {
            return None;
        }
        let mantissa = format!("0{whole}{part}").parse::<i128>().ok()?;
        let shift = exponent.checked_sub(i32::try_from(part.len()).ok()?)?;
        let power = if shift.unsigned_abs() <= 18 { 10_i128.pow(shift.unsigned_abs()) } else { return None };
        let mantissa = if negative { -mantissa } else { mantissa };
        if shift >= 0 {
            Self::reduced(mantissa.checked_mul(power)?, 1)
        } else {
            Self::reduced(mantissa, power)
        }
    }

    /// From a JSON number or a text that is a decimal.
    #[must_use]
    pub fn from_json(value: &serde_json::Value) -> Option<Self> {
        match value {
            serde_json::Value::Number(number) => Self::parse(&number.to_string()),
            serde_json::Value::String(text) => Self::parse(text),
            _ => None,
        }
    }

    /// The product; None beyond the range.
    #[must_use]
    pub fn times(self, other: Self) -> Option<Self> {
        // Reducing crosswise first keeps the intermediate values small.
        let (a, b) = (gcd(self.numerator, other.denominator), gcd(other.numerator, self.denominator));
        Self::reduced(
            (self.numerator / a).checked_mul(other.numerator / b)?,
            (self.denominator / b).checked_mul(other.denominator / a)?,
        )
    }

    /// The sum; None beyond the range.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        let common = gcd(self.denominator, other.denominator);
        let left = self.numerator.checked_mul(other.denominator / common)?;
        let right = other.numerator.checked_mul(self.denominator / common)?;
        Self::reduced(left.checked_add(right)?, self.denominator.checked_mul(other.denominator / common)?)
    }

    /// The difference; None beyond the range.
    #[must_use]
    pub fn minus(self, other: Self) -> Option<Self> {
        self.plus(Self { numerator: other.numerator.checked_neg()?, denominator: other.denominator })
    }

    /// Rounded to two decimals, half away from zero: yuan to fen. None beyond the range.
    #[must_use]
    pub fn to_fen(self) -> Option<Self> {
        let scaled = self.numerator.checked_abs()?.checked_mul(100)?;
        let rounded = scaled.checked_add(self.denominator / 2)? / self.denominator;
        Self::reduced(rounded.checked_mul(self.numerator.signum())?, 100)
    }

    /// The quotient; None when `other` is 0 or beyond the range.
    #[must_use]
    pub fn over(self, other: Self) -> Option<Self> {
        self.times(Self::reduced(other.denominator, other.numerator)?)
    }

    /// The whole number, if it is one and fits.
    #[must_use]
    pub fn whole(self) -> Option<i64> {
        (self.denominator == 1).then(|| i64::try_from(self.numerator).ok()).flatten()
    }

    /// True when [`Display`](fmt::Display) shows the number exactly, not rounded.
    #[must_use]
    pub fn is_shown_exactly(self) -> bool {
        self.places().is_some()
    }

    fn reduced(numerator: i128, denominator: i128) -> Option<Self> {
        if denominator == 0 || numerator == i128::MIN || denominator == i128::MIN {
            return None;
        }
        let common = gcd(numerator, denominator) * denominator.signum();
        Some(Self { numerator: numerator / common, denominator: denominator / common })
    }

    /// Decimal places that show the number exactly, at most 12.
    fn places(self) -> Option<u32> {
        (0..=12).find(|places| 10_i128.pow(*places) % self.denominator == 0)
    }
}

/// The greatest common divisor, at least 1.
fn gcd(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a.unsigned_abs(), b.unsigned_abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    i128::try_from(a.max(1)).unwrap_or(1)
}

/// Compares a/b with c/d (b, d above zero) without multiplying, so that nothing overflows.
fn compare(a: i128, b: i128, c: i128, d: i128) -> Ordering {
    let wholes = a.div_euclid(b).cmp(&c.div_euclid(d));
    let (rest_a, rest_c) = (a.rem_euclid(b), c.rem_euclid(d));
    match wholes {
        Ordering::Equal if rest_a == 0 || rest_c == 0 => rest_a.cmp(&rest_c),
        Ordering::Equal => compare(d, rest_c, b, rest_a),
        unequal => unequal,
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        compare(self.numerator, self.denominator, other.numerator, other.denominator)
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl From<u32> for Number {
    fn from(number: u32) -> Self {
        Self { numerator: i128::from(number), denominator: 1 }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = self.places().unwrap_or(6);
        let scale = 10_i128.pow(places);
        let whole = self.numerator.abs() / self.denominator;
        let rest = self.numerator.abs() % self.denominator;
        // Half away from zero. `rest` is below the denominator, so the product is small for every number we meet.
        let part =
            rest.checked_mul(scale).map_or(0, |scaled| (scaled + self.denominator / 2) / self.denominator);
        let (whole, part) = if part == scale && places > 0 { (whole + 1, 0) } else { (whole, part) };
        let sign = if self.numerator < 0 && (whole, part) != (0, 0) { "-" } else { "" };
        if places == 0 {
            write!(f, "{sign}{whole}")
        } else {
            write!(f, "{sign}{whole}.{part:0width$}", width = places as usize)
        }
    }
}

/// As a JSON integer, or as the JSON decimal that is shown; readers that need exactness take the derivation.
impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.whole() {
            Some(whole) => serializer.serialize_i64(whole),
            None => serializer.serialize_f64(self.to_string().parse().unwrap_or(f64::NAN)),
        }
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl de::Visitor<'_> for Reader {
            type Value = Number;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a decimal number")
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Number, E> {
                Ok(Number { numerator: i128::from(number), denominator: 1 })
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Number, E> {
                Ok(Number { numerator: i128::from(number), denominator: 1 })
            }

            /// The shortest decimal that reads back as this float is what was written.
            fn visit_f64<E: de::Error>(self, number: f64) -> Result<Number, E> {
                self.visit_str(&number.to_string())
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Number, E> {
                Number::parse(text).ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn number(text: &str) -> Number {
        Number::parse(text).unwrap()
    }

    #[test]
    fn tenths_are_tenths() {
        assert_eq!(number("0.1").plus(number("0.2")), Some(number("0.3")));
        assert_eq!(
            number("0.1").times(number("0.5")).and_then(|n| n.times(number("7"))),
            Some(number("0.35"))
        );
        assert_eq!(number("40").over(number("0.75")).unwrap().to_string(), "53.333333");
        assert_eq!(number("1").over(Number::ZERO), None);
    }

    #[test]
    fn numbers_are_shown_as_decimals() {
        let table = [
            ("0.50", "0.5"),
            ("-0", "0"),
            ("100", "100"),
            ("1e-3", "0.001"),
            ("2.5E2", "250"),
            (".5", "0.5"),
        ];
        for (text, shown) in table {
            assert_eq!(number(text).to_string(), shown, "{text}");
        }
        assert_eq!(Number::fraction(-2, 3).unwrap().to_string(), "-0.666667");
        assert_eq!(Number::fraction(9_999_999, 10_000_001).unwrap().to_string(), "1.000000");
        assert_eq!(serde_json::to_string(&[number("270"), number("0.6")]).unwrap(), "[270,0.6]");
    }

    #[test]
    fn what_is_no_decimal_is_refused() {
        for text in [
            "",
            ".",
            "-",
            "1,5",
            "0x1",
            "1e",
            "1e99",
            "NaN",
            "inf",
            "1.2.3",
            "--1",
            "一",
            "12345678901234567890",
        ] {
            assert_eq!(Number::parse(text), None, "{text}");
        }
        assert_eq!(Number::from_json(&serde_json::json!(true)), None);
        assert_eq!(Number::from_json(&serde_json::json!(1e300)), None);
    }

    proptest! {
        #[test]
        fn order_is_that_of_cross_multiplication(a in -9999_i64..9999, b in 1_i64..999, c in -9999_i64..9999, d in 1_i64..999) {
            let (left, right) = (Number::fraction(a, b).unwrap(), Number::fraction(c, d).unwrap());
            prop_assert_eq!(left.cmp(&right), (a * d).cmp(&(c * b)));
        }

        #[test]
        fn what_is_shown_is_read_back(digits in -1_000_000_i64..1_000_000, places in 0_u32..6) {
            let value = Number::fraction(digits, 10_i64.pow(places)).unwrap();
            prop_assert_eq!(Number::parse(&value.to_string()), Some(value));
            let json = serde_json::to_string(&value).unwrap();
            prop_assert_eq!(serde_json::from_str::<Number>(&json).unwrap(), value);
        }

        #[test]
        fn any_text_is_answered(text in ".{0,50}") {
            let _ = Number::parse(&text);
        }
    }
}
