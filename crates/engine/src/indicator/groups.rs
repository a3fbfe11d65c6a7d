//! From counted cells to the groups that are stored: the whole, each county, and each value of each dimension within its
//! county, so that a scope can be cut out of them.

use std::collections::{BTreeMap, HashMap};

use judge::indicator::Tally;
use plan::pack::indicator::{Dimension, DimensionFrom};
use plan::pack::{Model, Register, ScopeFrom};

use super::count::{Cell, Grouping, column_of};

/// A group with the scope in which it stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Hash)]
pub(crate) struct GroupKey {
    /// How it is grouped; empty for the whole.
    pub(crate) dimension: String,
    /// The value.
    pub(crate) key: String,
    /// County; empty for the whole.
    pub(crate) county: String,
}

/// The department that leads each sector.
pub(crate) fn leads(model: &Model) -> HashMap<&str, &str> {
    model
        .departments
        .iter()
        .flat_map(|d| d.sectors.iter().map(move |s| (s.as_str(), d.id.get_ref().as_str())))
        .collect()
}

/// The stored groups of counted cells, in a stable order.
pub(crate) fn groups(
    model: &Model,
    register: &Register,
    by: &[Dimension],
    grouping: &Grouping,
    cells: &[Cell],
) -> BTreeMap<GroupKey, Tally> {
    let leads = leads(model);
    let scoped = register.scope != ScopeFrom::Shared;
    let mut found: BTreeMap<GroupKey, Tally> = BTreeMap::new();
    found.insert(GroupKey::default(), Tally::default());
    for cell in cells {
        let value =
            |column: &str| grouping.place(column).and_then(|at| cell.keys.get(at)).map_or("", String::as_str);
        let county = if scoped { value("county") } else { "" };
        let mut add = |dimension: &str, key: &str, county: &str| {
            let key =
                GroupKey { dimension: dimension.to_owned(), key: key.to_owned(), county: county.to_owned() };
            *found.entry(key).or_default() += cell.tally;
        };
        add("", "", "");
        if scoped {
            add("county", county, county);
        }
        for dimension in by.iter().filter(|d| !(scoped && d.name == "county")) {
            let own = value(column_of(dimension));
            let key = match dimension.from {
                DimensionFrom::Column(_) => own,
                DimensionFrom::LeadOfSector => leads.get(own).copied().unwrap_or_default(),
            };
            add(&dimension.name, key, county);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_is_there_even_when_nothing_was_counted() {
        let register: Register = toml::from_str(
            "id = \"x\"\ntitle = { zh = \"x\", en = \"x\" }\nabout = { zh = \"x\", en = \"x\" }\narea = \"registers\"\nscope = \"place\"\n\
             keeper = []\ncode = \"{seq}\"\ntitle_from = \"a\"\nlist = []\nfield = []",
        )
        .unwrap();
        let grouping = Grouping::of(&register, &[]);
        let none = groups(&Model::default(), &register, &[], &grouping, &[]);
        assert_eq!(none.get(&GroupKey::default()), Some(&Tally::default()));
        let cell = |county: &str, base| Cell {
            keys: vec![county.to_owned()],
            tally: Tally { rows: base, base, ..Tally::default() },
        };
        let two =
            groups(&Model::default(), &register, &[], &grouping, &[cell("410202", 2), cell("410222", 3)]);
        assert_eq!(two[&GroupKey::default()].base, 5);
        let here = GroupKey { dimension: "county".into(), key: "410222".into(), county: "410222".into() };
        assert_eq!(two[&here].base, 3);
    }
}
