//! Regions by day: codes and parents change (a county becomes a district, a township moves), and a record is read with
//! the names of its date. Codes follow GB/T 2260 (six digits) and the area codes of the statistics office (nine).

use std::collections::{BTreeMap, HashMap, HashSet};

use base::{Day, Text};
use plan::pack::{RegionDefinition, RegionKind};

/// One region for the time in which it had this name and parent.
#[derive(Debug, Clone, PartialEq)]
pub struct Region {
    /// Code.
    pub code: String,
    /// Name.
    pub title: Text,
    /// Kind.
    pub kind: RegionKind,
    /// Code of the region above.
    pub parent: Option<String>,
    /// First day.
    pub from: Day,
    /// Last day; None while it lasts.
    pub until: Option<Day>,
    /// Centre, longitude and latitude (WGS-84).
    pub centre: Option<[f64; 2]>,
}

impl Region {
    /// True on the days on which it exists so.
    #[must_use]
    pub fn exists_on(&self, day: Day) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }
}

/// All regions of the packs, of all times.
#[derive(Debug, Clone, Default)]
pub struct Regions {
    /// In the order of the packs.
    all: Vec<Region>,
    /// Places in `all`, by code.
    by_code: HashMap<String, Vec<usize>>,
}

impl Regions {
    /// From the definitions of the packs, in their order.
    #[must_use]
    pub fn new(definitions: &[RegionDefinition]) -> Self {
        let all: Vec<Region> = definitions.iter().map(region).collect();
        let mut by_code: HashMap<String, Vec<usize>> = HashMap::new();
        for (place, region) in all.iter().enumerate() {
            by_code.entry(region.code.clone()).or_default().push(place);
        }
        Self { all, by_code }
    }

    /// The regions as they stand on `day`.
    #[must_use]
    pub fn on(&self, day: Day) -> RegionsOn<'_> {
        RegionsOn { regions: self, day }
    }

    /// Districts and counties that exist on `day`, in the order of the packs.
    #[must_use]
    pub fn counties(&self, day: Day) -> Vec<&Region> {
        self.on(day).of_kind(RegionKind::County)
    }

    /// Everything that the code ever stood for, oldest first.
    #[must_use]
    pub fn history(&self, code: &str) -> Vec<&Region> {
        let mut found: Vec<&Region> = self.versions(code).collect();
        found.sort_by_key(|region| region.from);
        found
    }

    /// The names that the code had, oldest first, each once.
    #[must_use]
    pub fn names(&self, code: &str) -> Vec<&Text> {
        let mut names: Vec<&Text> = Vec::new();
        for region in self.history(code) {
            if !names.contains(&&region.title) {
                names.push(&region.title);
            }
        }
        names
    }

    /// Codes of the regions that have, or once had, this name in Chinese or English (case apart): for imports, which
    /// bring old names. More than one when townships share a name.
    #[must_use]
    pub fn codes_named(&self, name: &str) -> Vec<&str> {
        let name = name.trim();
        let mut codes: Vec<&str> = Vec::new();
        for region in &self.all {
            let same = region.title.zh == name || region.title.en.eq_ignore_ascii_case(name);
            if same && !name.is_empty() && !codes.contains(&region.code.as_str()) {
                codes.push(&region.code);
            }
        }
        codes
    }

    /// True when `code` is `ancestor` or lay below it at any time.
    #[must_use]
    pub fn is_within(&self, code: &str, ancestor: &str) -> bool {
        let mut seen: HashSet<&str> = HashSet::new();
        let mut waiting = vec![code];
        while let Some(next) = waiting.pop() {
            if next == ancestor {
                return true;
            }
            if seen.insert(next) {
                waiting.extend(self.versions(next).filter_map(|r| r.parent.as_deref()));
            }
        }
        false
    }

    fn versions(&self, code: &str) -> impl Iterator<Item = &Region> {
        let places = self.by_code.get(code).map_or(&[] as &[usize], Vec::as_slice);
        places.iter().filter_map(|place| self.all.get(*place))
    }
}

/// The regions as they stand on one day.
#[derive(Debug, Clone, Copy)]
pub struct RegionsOn<'a> {
    regions: &'a Regions,
    day: Day,
}

impl<'a> RegionsOn<'a> {
    /// The region of that code.
    #[must_use]
    pub fn get(self, code: &str) -> Option<&'a Region> {
        self.regions.versions(code).find(|r| r.exists_on(self.day))
    }

    /// Its name; for a code that does not exist on this day its latest name before, then its first one, so that an
    /// old record never shows a bare number.
    #[must_use]
    pub fn name(self, code: &str) -> Option<&'a Text> {
        if let Some(region) = self.get(code) {
            return Some(&region.title);
        }
        let history = self.regions.history(code);
        let before = history.iter().rev().find(|r| r.from <= self.day);
        before.or(history.first()).map(|r| &r.title)
    }

    /// All of them, in the order of the packs.
    pub fn all(self) -> impl Iterator<Item = &'a Region> {
        self.regions.all.iter().filter(move |r| r.exists_on(self.day))
    }

    /// Those of one kind.
    #[must_use]
    pub fn of_kind(self, kind: RegionKind) -> Vec<&'a Region> {
        self.all().filter(|r| r.kind == kind).collect()
    }

    /// Those directly below a region.
    #[must_use]
    pub fn children(self, code: &str) -> Vec<&'a Region> {
        self.all().filter(|r| r.parent.as_deref() == Some(code)).collect()
    }

    /// Those above a region, the nearest first.
    #[must_use]
    pub fn ancestors(self, code: &str) -> Vec<&'a Region> {
        let mut found: Vec<&Region> = Vec::new();
        let mut above = self.get(code).and_then(|r| r.parent.as_deref());
        // The pack's checker refuses circles; a walk that does not end would be worse than a short answer.
        while let Some(region) = above.and_then(|parent| self.get(parent)) {
            if region.code == code || found.iter().any(|r| r.code == region.code) {
                break;
            }
            found.push(region);
            above = region.parent.as_deref();
        }
        found
    }

    /// True when `code` is `ancestor` or lies below it.
    #[must_use]
    pub fn is_within(self, code: &str, ancestor: &str) -> bool {
        code == ancestor || self.ancestors(code).iter().any(|r| r.code == ancestor)
    }

    /// The county in which a region lies (itself, when it is one).
    #[must_use]
    pub fn county_of(self, code: &str) -> Option<&'a Region> {
        let itself = self.get(code).into_iter();
        itself.chain(self.ancestors(code)).find(|r| r.kind == RegionKind::County)
    }

    /// Every region with its depth below the topmost ones, parents before children: for trees and pickers.
    #[must_use]
    pub fn tree(self) -> Vec<(usize, &'a Region)> {
        let mut below: BTreeMap<&str, Vec<&Region>> = BTreeMap::new();
        let mut waiting: Vec<(usize, &Region)> = Vec::new();
        for region in self.all() {
            match region.parent.as_deref().filter(|parent| self.get(parent).is_some()) {
                Some(parent) => below.entry(parent).or_default().push(region),
                None => waiting.push((0, region)),
            }
        }
        waiting.reverse();
        let mut tree = Vec::new();
        while let Some((depth, region)) = waiting.pop() {
            tree.push((depth, region));
            let children = below.remove(region.code.as_str()).unwrap_or_default();
            waiting.extend(children.into_iter().rev().map(|child| (depth + 1, child)));
        }
        tree
    }
}

fn region(definition: &RegionDefinition) -> Region {
    Region {
        code: definition.code.get_ref().clone(),
        title: definition.title.clone(),
        kind: definition.kind,
        parent: definition.parent.clone(),
        from: definition.from,
        until: definition.until,
        centre: definition.centre,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Pack {
        region: Vec<RegionDefinition>,
    }

    fn regions() -> Regions {
        let text = r#"
            region = [
              { code = "410200", title = { zh = "开封市", en = "Kaifeng" }, kind = "city", from = "1949-10-01" },
              { code = "410224", title = { zh = "开封县", en = "Kaifeng County" }, kind = "county", parent = "410200", from = "1949-10-01", until = "2014-10-22" },
              { code = "410212", title = { zh = "祥符区", en = "Xiangfu" }, kind = "county", parent = "410200", from = "2014-10-23" },
              { code = "410221", title = { zh = "杞县", en = "Qi County" }, kind = "county", parent = "410200", from = "1949-10-01" },
              { code = "410221100", title = { zh = "城关镇", en = "Chengguan" }, kind = "township", parent = "410221", from = "1949-10-01" },
              { code = "410212100", title = { zh = "城关镇", en = "Chengguan" }, kind = "township", parent = "410224", from = "1949-10-01", until = "2014-10-22" },
              { code = "410212100", title = { zh = "城关街道", en = "Chengguan Street" }, kind = "township", parent = "410212", from = "2014-10-23" },
            ]"#;
        Regions::new(&toml::from_str::<Pack>(text).unwrap().region)
    }

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn a_county_exists_between_its_days() {
        let regions = regions();
        let codes = |day| regions.counties(day).iter().map(|r| r.code.clone()).collect::<Vec<_>>();
        assert_eq!(codes(day("2014-10-22")), ["410224", "410221"]);
        assert_eq!(codes(day("2014-10-23")), ["410212", "410221"]);
        assert!(codes(day("1940-01-01")).is_empty());
    }

    #[test]
    fn a_township_is_read_with_the_name_and_county_of_the_day() {
        let regions = regions();
        let (before, after) = (regions.on(day("2010-01-01")), regions.on(day("2020-06-04")));
        assert_eq!(before.name("410212100").unwrap().zh, "城关镇");
        assert_eq!(after.name("410212100").unwrap().zh, "城关街道");
        assert_eq!(before.county_of("410212100").unwrap().code, "410224");
        assert_eq!(after.county_of("410212100").unwrap().code, "410212");
        assert!(before.is_within("410212100", "410224") && !after.is_within("410212100", "410224"));
        assert!(regions.is_within("410212100", "410224"));
        assert!(!regions.is_within("410221100", "410224"));
        assert_eq!(regions.names("410212100").len(), 2);
    }

    #[test]
    fn a_code_that_is_gone_still_has_its_name() {
        let regions = regions();
        let today = regions.on(day("2020-06-04"));
        assert!(today.get("410224").is_none());
        assert_eq!(today.name("410224").unwrap().zh, "开封县");
        assert!(today.name("999999").is_none());
    }

    #[test]
    fn old_and_shared_names_lead_to_their_codes() {
        let regions = regions();
        assert_eq!(regions.codes_named("开封县"), ["410224"]);
        assert_eq!(regions.codes_named("城关镇"), ["410221100", "410212100"]);
        assert!(regions.codes_named(" ").is_empty());
    }

    #[test]
    fn the_tree_names_parents_before_children() {
        let regions = regions();
        let today = regions.on(day("2020-06-04"));
        let tree: Vec<(usize, &str)> =
            today.tree().iter().map(|(depth, r)| (*depth, r.code.as_str())).collect();
        assert_eq!(tree, [(0, "410200"), (1, "410212"), (2, "410212100"), (1, "410221"), (2, "410221100")]);
        assert_eq!(today.children("410200").len(), 2);
    }

    #[test]
    fn a_circle_ends() {
        let text = r#"region = [
            { code = "a", title = { zh = "甲", en = "A" }, kind = "zone", parent = "b", from = "2000-01-01" },
            { code = "b", title = { zh = "乙", en = "B" }, kind = "zone", parent = "a", from = "2000-01-01" }]"#;
        let regions = Regions::new(&toml::from_str::<Pack>(text).unwrap().region);
        assert_eq!(regions.on(day("2020-01-01")).ancestors("a").len(), 1);
        assert!(!regions.is_within("a", "c"));
    }
}
