//! Subjects that no register of a pack holds: counties, townships, parks, departments, the city. Conditions speak of
//! them as `s` with the fields id, code, title, kind and county.

use super::{Model, RegionKind, Register};
use base::Day;

/// One of the fixed subjects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FixedSubject {
    /// Each county-level region in force, functional zones included.
    County,
    /// Each township in force.
    Township,
    /// Each functional area that is no division of its own.
    Park,
    /// Each department of the city.
    Department,
    /// The city.
    City,
}

/// A fixed subject with what conditions may read of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectFacts {
    /// Its code: adcode, area code, or a department's id.
    pub code: String,
    /// What people read.
    pub title: base::Text,
    /// `district`, `county`, `zone`, `township`, `park`, `department`, `city`.
    pub kind: &'static str,
    /// Its county; a county is its own.
    pub county: String,
}

impl FixedSubject {
    /// All of them with their names.
    pub const ALL: [(&'static str, Self); 5] = [
        ("county", Self::County),
        ("township", Self::Township),
        ("park", Self::Park),
        ("department", Self::Department),
        ("city", Self::City),
    ];

    /// Reads a name.
    #[must_use]
    pub fn read(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, subject)| *subject)
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, subject)| *subject == self).map_or("", |(name, _)| name)
    }

    /// All subjects of this kind that exist on `day`, in the order of the packs.
    #[must_use]
    pub fn all(self, model: &Model, day: Day) -> Vec<SubjectFacts> {
        if self == Self::Department {
            let here = model.departments.iter().filter(|d| {
                d.from.is_none_or(|from| from <= day) && d.until.is_none_or(|until| day <= until)
            });
            let one = |d: &super::Department| SubjectFacts {
                code: d.id.get_ref().clone(),
                title: d.title.clone(),
                kind: "department",
                county: String::new(),
            };
            return here.map(one).collect();
        }
        let wanted = |kind: RegionKind| match self {
            Self::County => matches!(kind, RegionKind::County | RegionKind::Zone),
            Self::Township => kind == RegionKind::Township,
            Self::Park => kind == RegionKind::Zone,
            Self::City => kind == RegionKind::City,
            Self::Department => false,
        };
        let here = model
            .regions
            .iter()
            .filter(|r| wanted(r.kind) && r.from <= day && r.until.is_none_or(|until| day <= until));
        let one = |r: &super::RegionDefinition| {
            let code = r.code.get_ref().clone();
            let county = match r.kind {
                RegionKind::County => code.clone(),
                RegionKind::Zone if self == Self::County => code.clone(),
                RegionKind::City => String::new(),
                RegionKind::Township | RegionKind::Zone => r.parent.clone().unwrap_or_default(),
            };
            let kind = match r.kind {
                RegionKind::City => "city",
                RegionKind::Township => "township",
                RegionKind::Zone if self == Self::Park => "park",
                RegionKind::Zone => "zone",
                RegionKind::County if r.title.zh.ends_with('区') => "district",
                RegionKind::County => "county",
            };
            SubjectFacts { code, title: r.title.clone(), kind, county }
        };
        here.map(one).collect()
    }
}

/// The model with a register for each fixed subject, against which conditions about them are checked.
#[must_use]
pub fn with_fixed_subjects(model: &Model) -> Model {
    let mut wider = model.clone();
    for (name, _) in FixedSubject::ALL {
        if let Ok(register) = toml::from_str::<Register>(&definition(name)) {
            wider.registers.entry(name.to_owned()).or_insert(register);
        }
    }
    wider
}

fn definition(name: &str) -> String {
    let text = |id: &str| {
        format!("{{ id = \"{id}\", title = {{ zh = \"{id}\", en = \"{id}\" }}, kind = \"text\" }}")
    };
    format!(
        "id = \"{name}\"\ntitle = {{ zh = \"{name}\", en = \"{name}\" }}\nabout = {{ zh = \"\", en = \"\" }}\n\
         area = \"registers\"\nscope = \"shared\"\nkeeper = []\ncode = \"{{seq}}\"\ntitle_from = \"kind\"\nlist = []\n\
         field = [{}, {}]\n",
        text("kind"),
        text("county"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fixed_subject_becomes_a_register_that_conditions_can_speak_of() {
        let wider = with_fixed_subjects(&Model::default());
        for (name, subject) in FixedSubject::ALL {
            assert!(wider.register(name).unwrap().field("county").is_some(), "{name}");
            assert_eq!(FixedSubject::read(name), Some(subject));
            assert_eq!(subject.name(), name);
        }
        assert_eq!(FixedSubject::read("enterprise"), None);
    }
}
