//! Sealing of secrets that must be read again (the shared secret of time codes): XChaCha20-Poly1305 (RFC 8439 with the
//! 24-byte nonce), bound to the row they belong to, under a key that lies outside the database.

use std::fmt;

use base::{Chance, Id};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};

use crate::secret::random_bytes;

const NONCE: usize = 24;

/// The key of one installation. Whoever has the database alone cannot read what is sealed with it; whoever loses the
/// key must have all time codes enrolled again, nothing else.
#[derive(Clone)]
pub struct SealKey([u8; 32]);

impl SealKey {
    /// From 32 bytes of a key file.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// A new key.
    #[must_use]
    pub fn random(chance: &mut impl Chance) -> Self {
        Self(random_bytes(chance))
    }

    /// The bytes, for writing the key file.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 32] {
        self.0
    }

    /// Seals `plain` for the row `owner`: nonce, then ciphertext. Empty when it is too long to be sealed (256 GiB).
    #[must_use]
    pub fn seal(&self, owner: Id, plain: &[u8], chance: &mut impl Chance) -> Vec<u8> {
        let nonce: [u8; NONCE] = random_bytes(chance);
        let payload = Payload { msg: plain, aad: &owner.to_bytes() };
        let sealed = self.cipher().encrypt(&XNonce::from(nonce), payload).unwrap_or_default();
        if sealed.is_empty() { sealed } else { [nonce.as_slice(), &sealed].concat() }
    }

    /// Opens what [`SealKey::seal`] made for the same row; None for anything else.
    #[must_use]
    pub fn open(&self, owner: Id, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, text) = sealed.split_at_checked(NONCE)?;
        let nonce: [u8; NONCE] = nonce.try_into().ok()?;
        self.cipher().decrypt(&XNonce::from(nonce), Payload { msg: text, aad: &owner.to_bytes() }).ok()
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&Key::from(self.0))
    }
}

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use base::SeededChance;

    use super::*;

    #[test]
    fn what_is_sealed_opens_only_for_its_row_with_its_key() {
        let mut chance = SeededChance::new(5);
        let key = SealKey::random(&mut chance);
        let (owner, other) = (Id::from_u128(1), Id::from_u128(2));
        let sealed = key.seal(owner, b"JBSWY3DPEHPK3PXP", &mut chance);
        assert_eq!(key.open(owner, &sealed).as_deref(), Some(b"JBSWY3DPEHPK3PXP".as_slice()));
        assert_eq!(key.open(other, &sealed), None);
        assert_eq!(SealKey::random(&mut chance).open(owner, &sealed), None);
        let mut broken = sealed.clone();
        *broken.last_mut().unwrap() ^= 1;
        assert_eq!(key.open(owner, &broken), None);
        assert_eq!(key.open(owner, &sealed[..10]), None);
    }
}
