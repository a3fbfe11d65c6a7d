//! Passwords and PINs: what is accepted, and how they are kept (argon2id, RFC 9106, as PHC text).
//!
//! Checking one costs tens of milliseconds of a core and megabytes of memory on purpose, so it runs beside the async
//! threads, few at once, and with a queue that ends.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use base::{Chance, Problem, Problems};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::CityError;
use crate::secret::random_bytes;

/// Characters that a password has at least.
pub const SHORTEST: usize = 10;
/// Characters that a password has at most: longer ones only cost time.
pub const LONGEST: usize = 128;

/// Passwords of ten and more characters that everybody tries first; shorter common ones are refused by their length.
const COMMON: [&str; 28] = [
    "1234567890",
    "0123456789",
    "0987654321",
    "9876543210",
    "1234567891",
    "12345678910",
    "123456789a",
    "a123456789",
    "aa123456789",
    "abc123456789",
    "abcd123456",
    "abcde12345",
    "abcdefghij",
    "1q2w3e4r5t",
    "1qaz2wsx3edc",
    "qwertyuiop",
    "qwerty12345",
    "qwerty123456",
    "password12",
    "password123",
    "password1234",
    "passw0rd123",
    "p@ssw0rd123",
    "admin12345",
    "admin123456",
    "administrator",
    "woaini1314",
    "anlan12345",
];

/// What is wrong with a new password for the account called `name`; nothing when it is accepted.
#[must_use]
pub fn problems_of(password: &str, name: &str) -> Problems {
    let mut problems = Problems::default();
    let length = password.chars().count();
    let folded = password.to_lowercase();
    if length < SHORTEST {
        problems.push(Problem::of("password", "password.too_short").with("min", SHORTEST));
    } else if length > LONGEST {
        problems.push(Problem::of("password", "password.too_long").with("max", LONGEST));
    } else if resembles(&folded, &name.to_lowercase()) {
        problems.push(Problem::of("password", "password.is_name"));
    } else if COMMON.contains(&folded.as_str()) || different_characters(&folded) < 4 {
        problems.push(Problem::of("password", "password.too_common"));
    }
    problems
}

/// What is wrong with a new PIN; nothing when it is accepted. Six to ten digits, not all the same, not counted up or down.
#[must_use]
pub fn problems_of_pin(pin: &str) -> Problems {
    let mut problems = Problems::default();
    let digits: Vec<i32> = pin.bytes().map(i32::from).collect();
    let counted = |step: i32| digits.iter().zip(digits.iter().skip(1)).all(|(a, b)| b - a == step);
    if !(6..=10).contains(&pin.len()) || !pin.bytes().all(|b| b.is_ascii_digit()) {
        problems.push(Problem::of("pin", "pin.digits"));
    } else if counted(0) || counted(1) || counted(-1) {
        problems.push(Problem::of("pin", "pin.too_simple"));
    }
    problems
}

/// The name itself, doubled, turned round, or with only digits around it.
fn resembles(password: &str, name: &str) -> bool {
    let core = password.trim_matches(|c: char| c.is_ascii_digit() || c.is_ascii_punctuation());
    let turned: String = name.chars().rev().collect();
    !name.is_empty()
        && (password == name || core == name || password == turned || password == format!("{name}{name}"))
}

fn different_characters(text: &str) -> usize {
    text.chars().collect::<std::collections::BTreeSet<char>>().len()
}

/// What one check costs and how many run at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory of one check in KiB; at least 8.
    pub memory_kib: u32,
    /// Passes over the memory; at least 1.
    pub passes: u32,
    /// Checks that run at the same time.
    pub at_once: usize,
    /// Checks that wait; further ones are answered [`CityError::Busy`].
    pub waiting: usize,
}

impl Default for Cost {
    /// 19 MiB and two passes in one lane (OWASP's second choice for argon2id): about 25 ms of a core.
    fn default() -> Self {
        Self { memory_kib: 19 * 1024, passes: 2, at_once: 2, waiting: 64 }
    }
}

/// Hashes and checks passwords within a [`Cost`].
pub struct Passwords {
    argon: Argon2<'static>,
    running: Semaphore,
    admitted: Semaphore,
    /// A hash of nothing that anybody knows: checked where there is no account, so that both answers take as long.
    decoy: Arc<str>,
}

impl Passwords {
    /// Prepares checking.
    ///
    /// # Errors
    /// The cost lies outside what argon2 allows.
    pub fn new(cost: Cost, chance: &mut impl Chance) -> Result<Self, Problem> {
        let params = Params::new(cost.memory_kib, cost.passes, 1, None);
        let params = params.map_err(|e| Problem::of("password_cost", "password.cost").with("reason", e))?;
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let decoy = hash_with(&argon, &random_bytes::<32>(chance), random_bytes(chance));
        let decoy =
            decoy.ok_or_else(|| Problem::of("password_cost", "password.cost").with("reason", "memory"))?;
        Ok(Self {
            argon,
            running: Semaphore::new(cost.at_once.max(1)),
            admitted: Semaphore::new(cost.at_once.max(1) + cost.waiting),
            decoy: decoy.into(),
        })
    }

    /// The PHC text to be stored for `password`.
    ///
    /// # Errors
    /// [`CityError::Busy`].
    pub async fn hash(&self, password: &str, chance: &mut impl Chance) -> Result<String, CityError> {
        let salt: [u8; 16] = random_bytes(chance);
        let (argon, password) = (self.argon.clone(), password.to_owned());
        let (_queue, _run) = self.admit().await?;
        let hashed = tokio::task::spawn_blocking(move || hash_with(&argon, password.as_bytes(), salt)).await;
        hashed.ok().flatten().ok_or(CityError::Busy)
    }

    /// Whether `password` belongs to the stored `hash`. None and empty text never do, and take as long to say so.
    ///
    /// # Errors
    /// [`CityError::Busy`].
    pub async fn check(&self, password: &str, hash: Option<&str>) -> Result<bool, CityError> {
        let known = hash.filter(|h| !h.is_empty());
        let against: Arc<str> = known.map_or_else(|| Arc::clone(&self.decoy), Into::into);
        let (argon, password) = (self.argon.clone(), password.to_owned());
        // A password longer than any that is accepted need not be hashed whole.
        let password: String = password.chars().take(LONGEST + 1).collect();
        let (_queue, _run) = self.admit().await?;
        let checked = tokio::task::spawn_blocking(move || {
            PasswordVerifier::<str>::verify_password(&argon, password.as_bytes(), &against).is_ok()
        });
        Ok(checked.await.unwrap_or(false) && known.is_some())
    }

    async fn admit(&self) -> Result<(SemaphorePermit<'_>, SemaphorePermit<'_>), CityError> {
        let queue = self.admitted.try_acquire().map_err(|_| CityError::Busy)?;
        let run = self.running.acquire().await.map_err(|_| CityError::Busy)?;
        Ok((queue, run))
    }
}

fn hash_with(argon: &Argon2<'_>, password: &[u8], salt: [u8; 16]) -> Option<String> {
    let hash: PasswordHash = argon.hash_password_with_salt(password, &salt).ok()?;
    Some(hash.to_string())
}

#[cfg(test)]
mod tests {
    use base::SeededChance;

    use super::*;

    fn code(problems: &Problems) -> Option<&'static str> {
        problems.0.first().map(|p| p.code)
    }

    #[test]
    fn the_policy_says_which_passwords_are_refused_and_why() {
        let cases = [
            ("short", Some("password.too_short")),
            ("九个字的密码不算长", Some("password.too_short")),
            ("zhangsanfeng", Some("password.is_name")),
            ("ZhangSanFeng2020", Some("password.is_name")),
            ("gnefnasgnahz", Some("password.is_name")),
            ("Password123", Some("password.too_common")),
            ("1111111111", Some("password.too_common")),
            ("correct horse", None),
            ("汴安生委二〇二〇年第五号文", None),
        ];
        for (password, expected) in cases {
            assert_eq!(code(&problems_of(password, "zhangsanfeng")), expected, "{password}");
        }
        assert_eq!(code(&problems_of(&"x1y2".repeat(40), "a")), Some("password.too_long"));
    }

    #[test]
    fn a_pin_has_six_to_ten_digits_that_are_not_counted() {
        let cases = [
            ("12345", Some("pin.digits")),
            ("12345a", Some("pin.digits")),
            ("１２３４５６", Some("pin.digits")),
            ("123456", Some("pin.too_simple")),
            ("654321", Some("pin.too_simple")),
            ("777777", Some("pin.too_simple")),
            ("402918", None),
        ];
        for (pin, expected) in cases {
            assert_eq!(code(&problems_of_pin(pin)), expected, "{pin}");
        }
    }

    #[tokio::test]
    async fn a_hash_belongs_to_its_password_alone() {
        let mut chance = SeededChance::new(1);
        let cost = Cost { memory_kib: 64, passes: 1, at_once: 1, waiting: 0 };
        let passwords = Passwords::new(cost, &mut chance).unwrap();
        let hash = passwords.hash("correct horse", &mut chance).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{hash}");
        assert_ne!(hash, passwords.hash("correct horse", &mut chance).await.unwrap());
        assert!(passwords.check("correct horse", Some(&hash)).await.unwrap());
        assert!(!passwords.check("correct hors", Some(&hash)).await.unwrap());
        assert!(!passwords.check("", Some("")).await.unwrap());
        assert!(!passwords.check("x", None).await.unwrap());
        assert!(!passwords.check("x", Some("not a hash")).await.unwrap());
    }

    #[tokio::test]
    async fn a_full_queue_says_so() {
        let mut chance = SeededChance::new(1);
        let cost = Cost { memory_kib: 64, passes: 1, at_once: 1, waiting: 0 };
        let passwords = Passwords::new(cost, &mut chance).unwrap();
        let _held = passwords.admitted.acquire().await.unwrap();
        assert!(matches!(passwords.check("x", None).await, Err(CityError::Busy)));
    }
}
