//! Randomness as an argument. [`OsChance`] for real use, [`SeededChance`] for demo data and tests.

/// A source of random bits.
pub trait Chance: Send {
    /// The next 64 random bits.
    fn next_u64(&mut self) -> u64;

    /// A number in `0..bound`; 0 where `bound` is 0. The bias of at most `bound / 2^64` is accepted.
    fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.next_u64()) * u128::from(bound)) >> 64) as u64
    }

    /// True with probability `parts` out of `whole`.
    fn one_in(&mut self, parts: u64, whole: u64) -> bool {
        self.below(whole) < parts
    }
}

/// The operating system's source. Fit for tokens, salts and ids.
#[derive(Debug, Default, Clone, Copy)]
pub struct OsChance;

impl Chance for OsChance {
    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0_u8; 8];
        // A machine without a random source cannot run sign-in safely; there is no answer but to stop.
        #[expect(clippy::expect_used, reason = "no operating system that we run on fails here after boot")]
        getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
        u64::from_le_bytes(bytes)
    }
}

/// SplitMix64: repeatable by seed, good enough for synthetic data, never for secrets.
#[derive(Debug, Clone)]
pub struct SeededChance(u64);

impl SeededChance {
    /// The same seed gives the same sequence on every machine.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }
}

impl Chance for SeededChance {
    fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_repeats_and_stays_in_bounds() {
        let (mut a, mut b) = (SeededChance::new(7), SeededChance::new(7));
        for _ in 0..1000 {
            let x = a.below(9);
            assert_eq!(x, b.below(9));
            assert!(x < 9);
        }
        assert_eq!(a.below(0), 0);
    }
}
