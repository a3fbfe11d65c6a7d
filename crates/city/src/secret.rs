//! Secrets in memory: tokens and keys that must never reach a log, and how they are made, written and hashed.

use std::fmt;

use base::Chance;
use base64ct::{Base64UrlUnpadded, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// A text that is not shown by `{:?}` and has no `Display`. Read it with [`Secret::reveal`] where it is handed over.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// 256 random bits as 43 characters of base64url (RFC 4648). Takes real chance; a seeded one is for tests alone.
    #[must_use]
    pub fn random(chance: &mut impl Chance) -> Self {
        Self(Base64UrlUnpadded::encode_string(&random_bytes::<32>(chance)))
    }

    /// The text itself.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is stored of it: SHA-256 in hex. A plain hash is enough because the secret has 256 random bits; for the
    /// same reason comparing two hashes tells nobody anything by its timing.
    #[must_use]
    pub fn hash(&self) -> String {
        hash_of(&self.0)
    }

    /// A second secret for another purpose, which cannot be computed from anything that is stored.
    #[must_use]
    pub fn derive(&self, purpose: &str) -> Self {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.0.as_bytes()) else {
            return Self::new(String::new());
        };
        mac.update(purpose.as_bytes());
        Self(Base64UrlUnpadded::encode_string(&mac.finalize().into_bytes()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// SHA-256 of a text, in hex.
#[must_use]
pub fn hash_of(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `N` random bytes.
pub(crate) fn random_bytes<const N: usize>(chance: &mut impl Chance) -> [u8; N] {
    let mut bytes = [0_u8; N];
    for part in bytes.chunks_mut(8) {
        let random = chance.next_u64().to_le_bytes();
        for (to, from) in part.iter_mut().zip(random) {
            *to = from;
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use base::SeededChance;

    use super::*;

    #[test]
    fn a_secret_is_long_unlike_the_next_and_never_printed() {
        let mut chance = SeededChance::new(3);
        let (first, second) = (Secret::random(&mut chance), Secret::random(&mut chance));
        assert_eq!(first.reveal().len(), 43);
        assert_ne!(first, second);
        assert!(!format!("{first:?}").contains(first.reveal()));
        assert_ne!(first.hash(), first.derive("form").hash());
        assert_eq!(first.derive("form"), first.derive("form"));
    }

    #[test]
    fn the_hash_is_sha_256() {
        assert_eq!(hash_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
