//! Identity of rows and blobs: UUID version 7, so that keys made later sort later.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Chance, Instant};

/// A UUIDv7. Sorts by the millisecond in which it was made. Written as 32 hex digits without hyphens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(u128);

impl Id {
    /// The id below all others: stands where a key column may not be NULL.
    pub const NIL: Self = Self(0);

    /// A new id of the instant `at`, with 74 bits of `chance`.
    #[must_use]
    pub fn new(at: Instant, chance: &mut impl Chance) -> Self {
        let millis = u128::from(at.millis().max(0).unsigned_abs()) & 0xFFFF_FFFF_FFFF;
        let random = (u128::from(chance.next_u64()) << 64) | u128::from(chance.next_u64());
        let high = (random >> 116) & 0x0FFF;
        let low = random & 0x3FFF_FFFF_FFFF_FFFF;
        Self((millis << 80) | (0x7 << 76) | (high << 64) | (0b10 << 62) | low)
    }

    /// The sixteen bytes, most significant first, as both databases store it.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }

    /// From sixteen stored bytes; None for any other length.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(|b| Self(u128::from_be_bytes(b)))
    }

    /// The number behind it.
    #[must_use]
    pub fn as_u128(self) -> u128 {
        self.0
    }

    /// From the number behind it.
    #[must_use]
    pub fn from_u128(number: u128) -> Self {
        Self(number)
    }

    /// True for [`Id::NIL`].
    #[must_use]
    pub fn is_nil(self) -> bool {
        self.0 == 0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl FromStr for Id {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let hex: String = text.chars().filter(|c| *c != '-').collect();
        let valid = hex.len() == 32 && hex.bytes().all(|b| b.is_ascii_hexdigit());
        let number = valid.then(|| u128::from_str_radix(&hex, 16).ok()).flatten();
        number.map(Self).ok_or_else(|| "an id is 32 hex digits".to_owned())
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SeededChance;

    #[test]
    fn later_ids_sort_later_and_survive_writing() {
        let mut chance = SeededChance::new(1);
        let first = Id::new(Instant(1_600_000_000_000_000), &mut chance);
        let second = Id::new(Instant(1_600_000_000_001_000), &mut chance);
        assert!(first < second);
        assert_eq!(first.to_string().parse::<Id>().unwrap(), first);
        assert_eq!(Id::from_bytes(&first.to_bytes()), Some(first));
        assert_eq!((first.as_u128() >> 76) & 0xF, 7);
        assert_eq!((first.as_u128() >> 62) & 0b11, 0b10);
    }

    #[test]
    fn refuses_what_is_not_an_id() {
        for text in ["", "xyz", "+0000000000000000000000000000000", "00"] {
            assert!(text.parse::<Id>().is_err(), "{text}");
        }
    }
}
