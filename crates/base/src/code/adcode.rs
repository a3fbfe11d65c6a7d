//! Administrative divisions: GB/T 2260 (province, prefecture, county: six digits) and GB/T 10114 (township: nine).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Problem;
use crate::search::fold_width;

/// First two digits of the provinces, autonomous regions, municipalities and special regions.
const PROVINCES: [u32; 34] = [
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54,
    61, 62, 63, 64, 65, 71, 81, 82,
];

/// How far down a code goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// `410000`.
    Province,
    /// `410200`: a prefecture-level city.
    City,
    /// `410202`: a county, district or county-level city.
    County,
    /// `410202001`: a township, town or subdistrict.
    Township,
}

/// The code of a division. Six digits, or nine for a township. Sorts so that a division stands before its parts.
///
/// The structure is read from the digits alone. A county that a province runs itself (such as 419001) has a parent
/// code that no city bears (419000).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Adcode(u32);

impl Adcode {
    /// Reads six or nine digits, full-width ones as well; `410202000` is the same as `410202`.
    ///
    /// # Errors
    /// `adcode.length` with `length`; `adcode.character` with `position` (from 1) and `character`; `adcode.province` with
    /// `province` when the first two digits name none; `adcode.structure` with `value` when a part below an empty one is set.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let characters: Vec<char> = text.trim().chars().map(fold_width).take(1000).collect();
        if characters.len() != 6 && characters.len() != 9 {
            return Err(Problem::new("adcode.length")
                .with("length", characters.len())
                .with("expected", "6, 9"));
        }
        let mut number = 0_u32;
        for (character, position) in characters.iter().zip(1_usize..) {
            let digit = character.to_digit(10).ok_or_else(|| {
                Problem::new("adcode.character").with("position", position).with("character", character)
            })?;
            number = number * 10 + digit;
        }
        let code = Self(if characters.len() == 6 { number * 1000 } else { number });
        if !PROVINCES.contains(&code.province_part()) {
            return Err(Problem::new("adcode.province").with("province", code.province_part()));
        }
        let (city, county, township) = (code.city_part(), code.county_part(), code.township_part());
        if (city == 0 && county > 0) || (county == 0 && township > 0) {
            return Err(Problem::new("adcode.structure").with("value", text.trim()));
        }
        Ok(code)
    }

    /// How far down the code goes.
    #[must_use]
    pub fn level(self) -> Level {
        match (self.city_part(), self.county_part(), self.township_part()) {
            (0, _, _) => Level::Province,
            (_, 0, _) => Level::City,
            (_, _, 0) => Level::County,
            _ => Level::Township,
        }
    }

    /// True for a prefecture-level city such as `410200`.
    #[must_use]
    pub fn is_city(self) -> bool {
        self.level() == Level::City
    }

    /// The province that it lies in (or is).
    #[must_use]
    pub fn province(self) -> Self {
        Self(self.0 / 10_000_000 * 10_000_000)
    }

    /// The city that it lies in (or is); None for a province.
    #[must_use]
    pub fn city(self) -> Option<Self> {
        (self.level() >= Level::City).then_some(Self(self.0 / 100_000 * 100_000))
    }

    /// The county that it lies in (or is); None for a city or province.
    #[must_use]
    pub fn county(self) -> Option<Self> {
        (self.level() >= Level::County).then_some(Self(self.0 / 1000 * 1000))
    }

    /// The division one level up; None for a province.
    #[must_use]
    pub fn parent(self) -> Option<Self> {
        match self.level() {
            Level::Province => None,
            Level::City => Some(self.province()),
            Level::County => self.city(),
            Level::Township => self.county(),
        }
    }

    /// True when `other` is this division or lies in it.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        let size = match self.level() {
            Level::Province => 10_000_000,
            Level::City => 100_000,
            Level::County => 1000,
            Level::Township => 1,
        };
        self.0 / size == other.0 / size
    }

    /// The first six digits.
    #[must_use]
    pub fn county_code(self) -> String {
        format!("{:06}", self.0 / 1000)
    }

    fn province_part(self) -> u32 {
        self.0 / 10_000_000
    }

    fn city_part(self) -> u32 {
        self.0 / 100_000 % 100
    }

    fn county_part(self) -> u32 {
        self.0 / 1000 % 100
    }

    fn township_part(self) -> u32 {
        self.0 % 1000
    }
}

impl fmt::Display for Adcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.level() == Level::Township {
            write!(f, "{:09}", self.0)
        } else {
            f.write_str(&self.county_code())
        }
    }
}

impl FromStr for Adcode {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        Self::parse(text)
    }
}

impl Serialize for Adcode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Adcode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Adcode {
        Adcode::parse(text).unwrap()
    }

    #[test]
    fn the_levels_are_read_from_the_digits() {
        let table = [
            ("410000", Level::Province, None),
            ("410200", Level::City, Some("410000")),
            ("410202", Level::County, Some("410200")),
            ("410202001", Level::Township, Some("410202")),
            ("419001", Level::County, Some("419000")),
            ("４１０２０２", Level::County, Some("410200")),
            ("410202000", Level::County, Some("410200")),
        ];
        for (text, level, parent) in table {
            assert_eq!(code(text).level(), level, "{text}");
            assert_eq!(code(text).parent().map(|p| p.to_string()).as_deref(), parent, "{text}");
        }
        assert!(code("410200").is_city() && !code("410202").is_city());
        assert_eq!(code("410202001").county(), Some(code("410202")));
        assert_eq!(code("410200").county(), None);
    }

    #[test]
    fn a_division_contains_itself_and_its_parts_only() {
        let (city, county, township) = (code("410200"), code("410202"), code("410202001"));
        assert!(city.contains(city) && city.contains(county) && city.contains(township));
        assert!(county.contains(township) && !county.contains(city) && !township.contains(county));
        assert!(!code("410100").contains(county) && code("410000").contains(township));
    }

    #[test]
    fn each_mistake_is_named() {
        let table = [
            ("4102", "adcode.length"),
            ("41020x", "adcode.character"),
            ("990200", "adcode.province"),
            ("410002", "adcode.structure"),
            ("410200001", "adcode.structure"),
            ("", "adcode.length"),
        ];
        for (text, expected) in table {
            assert_eq!(Adcode::parse(text).unwrap_err().code, expected, "{text}");
        }
    }
}
