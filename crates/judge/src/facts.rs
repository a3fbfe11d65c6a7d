//! The fields of one record by name.
//!
//! A record in memory is read far more often than it is changed, and thousands of them pass through a page or a
//! judgement: entries stand in one sorted list, and their names are shared with the register that they come from.

use std::sync::Arc;

use crate::Fact;

/// The name of a field, shared between all records that have it.
pub type FieldName = Arc<str>;

/// The fields of a record in the order of their names. An absent field and [`Fact::Empty`] mean the same.
#[derive(Clone, PartialEq, Default)]
pub struct Facts {
    entries: Vec<(FieldName, Fact)>,
}

impl Facts {
    /// Nothing entered.
    #[must_use]
    pub const fn new() -> Self {
        Self { entries: Vec::new() }
    }

    /// Nothing entered, with room for so many fields.
    #[must_use]
    pub fn with_capacity(fields: usize) -> Self {
        Self { entries: Vec::with_capacity(fields) }
    }

    fn place(&self, name: &str) -> Result<usize, usize> {
        // Whoever reads a row puts its fields in order, so that most are appended.
        match self.entries.last() {
            Some((last, _)) if **last < *name => Err(self.entries.len()),
            _ => self.entries.binary_search_by(|(known, _)| known.as_ref().cmp(name)),
        }
    }

    /// The fact of that name, where there is one.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Fact> {
        self.place(name).ok().and_then(|place| self.entries.get(place)).map(|(_, fact)| fact)
    }

    /// The fact of that name for changing it.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Fact> {
        self.place(name).ok().and_then(|place| self.entries.get_mut(place)).map(|(_, fact)| fact)
    }

    /// True where the field has an entry.
    #[must_use]
    pub fn contains_key(&self, name: &str) -> bool {
        self.place(name).is_ok()
    }

    /// Enters a fact and gives back what stood there.
    pub fn insert(&mut self, name: impl Into<FieldName> + AsRef<str>, fact: Fact) -> Option<Fact> {
        match self.place(name.as_ref()) {
            Ok(place) => self.entries.get_mut(place).map(|(_, old)| std::mem::replace(old, fact)),
            Err(place) => {
                self.entries.insert(place, (name.into(), fact));
                None
            }
        }
    }

    /// Enters a fact where there is no entry yet.
    pub fn insert_missing(&mut self, name: &str, fact: impl FnOnce() -> Fact) {
        if let Err(place) = self.place(name) {
            self.entries.insert(place, (name.into(), fact()));
        }
    }

    /// Takes a fact out.
    pub fn remove(&mut self, name: &str) -> Option<Fact> {
        self.place(name).ok().map(|place| self.entries.remove(place).1)
    }

    /// Keeps the fields for which `keep` is true.
    pub fn retain(&mut self, mut keep: impl FnMut(&str, &mut Fact) -> bool) {
        self.entries.retain_mut(|(name, fact)| keep(name, fact));
    }

    /// Those for which `keep` is true.
    #[must_use]
    pub fn only(&self, mut keep: impl FnMut(&str) -> bool) -> Self {
        let kept = self.entries.iter().filter(|(name, _)| keep(name));
        Self { entries: kept.cloned().collect() }
    }

    /// The fields in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Fact)> {
        self.entries.iter().map(|(name, fact)| (name.as_ref(), fact))
    }

    /// The names in order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|(name, _)| name.as_ref())
    }

    /// The facts in the order of their names.
    pub fn values(&self) -> impl Iterator<Item = &Fact> {
        self.entries.iter().map(|(_, fact)| fact)
    }

    /// As a JSON object, for the journal, the interface and case events.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Map<String, serde_json::Value> {
        self.iter().map(|(name, fact)| (name.to_owned(), fact.to_json())).collect()
    }

    /// How many fields have an entry.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// True without any entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl std::fmt::Debug for Facts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<N: Into<FieldName> + AsRef<str>> Extend<(N, Fact)> for Facts {
    fn extend<I: IntoIterator<Item = (N, Fact)>>(&mut self, entries: I) {
        for (name, fact) in entries {
            self.insert(name, fact);
        }
    }
}

impl<N: Into<FieldName> + AsRef<str>> FromIterator<(N, Fact)> for Facts {
    fn from_iter<I: IntoIterator<Item = (N, Fact)>>(entries: I) -> Self {
        let mut facts = Self::new();
        facts.extend(entries);
        facts
    }
}

impl<N: Into<FieldName> + AsRef<str>, const COUNT: usize> From<[(N, Fact); COUNT]> for Facts {
    fn from(entries: [(N, Fact); COUNT]) -> Self {
        entries.into_iter().collect()
    }
}

impl IntoIterator for Facts {
    type Item = (FieldName, Fact);
    type IntoIter = std::vec::IntoIter<(FieldName, Fact)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl<'a> IntoIterator for &'a Facts {
    type Item = (&'a str, &'a Fact);
    type IntoIter = std::iter::Map<
        std::slice::Iter<'a, (FieldName, Fact)>,
        fn(&'a (FieldName, Fact)) -> (&'a str, &'a Fact),
    >;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.iter().map(|(name, fact)| (name.as_ref(), fact))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whatever is entered and taken out in whatever order, it reads as a map does.
        #[test]
        fn reads_as_a_map_does(steps in prop::collection::vec(("[a-e]{1,2}", any::<i64>(), any::<bool>()), 0..60)) {
            let (mut facts, mut map) = (Facts::new(), BTreeMap::new());
            for (name, number, enters) in steps {
                if enters {
                    prop_assert_eq!(
                        facts.insert(name.as_str(), Fact::Integer(number)),
                        map.insert(name, Fact::Integer(number))
                    );
                } else {
                    prop_assert_eq!(facts.remove(&name), map.remove(&name));
                }
                prop_assert!(facts.iter().eq(map.iter().map(|(name, fact)| (name.as_str(), fact))));
                prop_assert!(map.keys().all(|name| facts.get(name) == map.get(name)));
            }
        }
    }
}
