//! A small memory of what was read a moment ago, so that a page does not ask the database who its reader is.
//!
//! What is forgotten is forgotten at once within this process; other processes follow when the life of their entries
//! ends.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::Instant;

/// Entries kept at most; beyond it the oldest half goes.
const CAPACITY: usize = 20_000;

/// A memory whose entries live for some seconds.
#[derive(Debug)]
pub struct Cache<K, V> {
    life_seconds: i64,
    inner: Mutex<Inner<K, V>>,
}

#[derive(Debug)]
struct Inner<K, V> {
    entries: HashMap<K, (Instant, V)>,
    generation: u64,
}

impl<K: Eq + Hash + Clone, V: Clone> Cache<K, V> {
    /// An empty memory.
    #[must_use]
    pub fn new(life_seconds: i64) -> Self {
        Self { life_seconds, inner: Mutex::new(Inner { entries: HashMap::new(), generation: 0 }) }
    }

    /// A value read less than one life ago. A clock that went back makes nothing live longer.
    #[must_use]
    pub fn get(&self, key: &K, now: Instant) -> Option<V> {
        let inner = self.lock();
        let (read_at, value) = inner.entries.get(key)?;
        let fresh = *read_at <= now && now < read_at.plus_seconds(self.life_seconds);
        fresh.then(|| value.clone())
    }

    /// To be taken before reading from the database, and given to [`Cache::put`].
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.lock().generation
    }

    /// Keeps a value, unless something was forgotten since `generation`: it may be that very value.
    pub fn put(&self, key: K, value: V, now: Instant, generation: u64) {
        let mut inner = self.lock();
        if inner.generation != generation {
            return;
        }
        if inner.entries.len() >= CAPACITY {
            let mut ages: Vec<Instant> = inner.entries.values().map(|(at, _)| *at).collect();
            ages.sort_unstable();
            let middle = ages.get(ages.len() / 2).copied().unwrap_or(now);
            inner.entries.retain(|_, (at, _)| *at > middle);
        }
        inner.entries.insert(key, (now, value));
    }

    /// Changes a value that is there, without making it younger.
    pub fn change(&self, key: &K, change: impl FnOnce(&mut V)) {
        if let Some((_, value)) = self.lock().entries.get_mut(key) {
            change(value);
        }
    }

    /// Forgets all entries for which `which` is true.
    pub fn forget(&self, which: impl Fn(&K, &V) -> bool) {
        let mut inner = self.lock();
        inner.generation += 1;
        inner.entries.retain(|key, (_, value)| !which(key, value));
    }

    /// Forgets one entry.
    pub fn forget_one(&self, key: &K) {
        let mut inner = self.lock();
        inner.generation += 1;
        inner.entries.remove(key);
    }

    fn lock(&self) -> MutexGuard<'_, Inner<K, V>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(seconds: i64) -> Instant {
        Instant(seconds * 1_000_000)
    }

    #[test]
    fn an_entry_lives_for_its_life_and_not_beyond_being_forgotten() {
        let cache = Cache::new(10);
        cache.put("a", 1, second(100), cache.generation());
        assert_eq!(cache.get(&"a", second(109)), Some(1));
        assert_eq!(cache.get(&"a", second(110)), None);
        assert_eq!(cache.get(&"a", second(99)), None);
        cache.forget(|key, _| *key == "a");
        assert_eq!(cache.get(&"a", second(101)), None);
    }

    #[test]
    fn what_was_read_before_something_was_forgotten_is_not_kept() {
        let cache = Cache::new(10);
        let generation = cache.generation();
        cache.forget(|_: &&str, _| true);
        cache.put("a", 1, second(100), generation);
        assert_eq!(cache.get(&"a", second(100)), None);
    }

    #[test]
    fn it_does_not_grow_without_end() {
        let cache = Cache::new(1_000_000);
        for n in 0..50_000_i64 {
            cache.put(n, n, second(n), cache.generation());
        }
        assert!(cache.lock().entries.len() <= CAPACITY);
        assert_eq!(cache.get(&49_999, second(49_999)), Some(49_999));
    }
}
