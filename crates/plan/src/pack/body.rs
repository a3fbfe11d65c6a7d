//! A body: an organisation, commission, group or team that the plan asks for (安委会、专班、领导小组), with its posts. Who
//! holds which post from when to when stands in the register with the shape `body_member`.

use base::{Day, Text};
use serde::Deserialize;
use toml::Spanned;

use super::{Choice, Choices};

/// The list of choices that every model has: its bodies by id, for the field `body` of the register of members.
pub const BODIES: &str = "bodies";

/// At which level a body stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BodyLevel {
    /// One in the city.
    City,
    /// In a county, district or zone of county rank.
    County,
    /// In a township.
    Township,
    /// In a park.
    Park,
    /// In an enterprise.
    Enterprise,
}

/// A post of a body.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BodyPost {
    /// What people read; its Chinese words are what members are entered with.
    pub post: Text,
    /// The department that fills it.
    #[serde(default)]
    pub department: Option<String>,
    /// The role that its holder has in the program.
    #[serde(default)]
    pub role: Option<String>,
    /// How many hold it.
    #[serde(default = "one")]
    pub count: u32,
}

fn one() -> u32 {
    1
}

/// A body.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// Name in code and addresses.
    pub id: Spanned<String>,
    /// What people read.
    pub title: Text,
    /// What it is for.
    #[serde(default)]
    pub about: Option<Text>,
    /// The clauses that ask for it.
    #[serde(default)]
    pub clauses: Vec<String>,
    /// First day; the plan's day of issue where absent.
    #[serde(default, deserialize_with = "super::day::maybe")]
    pub from: Option<Day>,
    /// Last day on which it is asked for.
    #[serde(default, deserialize_with = "super::day::maybe")]
    pub until: Option<Day>,
    /// What the plan leaves open and what was chosen here.
    #[serde(default)]
    pub open_number: Option<Text>,
    /// Where it stands.
    pub level: BodyLevel,
    /// Its posts, in order.
    #[serde(default)]
    pub members: Vec<BodyPost>,
    /// Who chairs it.
    #[serde(default)]
    pub chair: Option<Text>,
    /// The department where its office is.
    #[serde(default)]
    pub office: Option<String>,
    /// There is one in each region (or enterprise) of its level; otherwise there is one, where its members are.
    #[serde(default)]
    pub each: bool,
    /// The day on which it was dissolved.
    #[serde(default, deserialize_with = "super::day::maybe")]
    pub dissolved_on: Option<Day>,
    /// The duty by which it meets.
    #[serde(default)]
    pub meets: Option<String>,
}

impl Body {
    /// Name in code and addresses.
    #[must_use]
    pub fn name(&self) -> &str {
        self.id.get_ref()
    }

    /// True on the days on which it exists.
    #[must_use]
    pub fn exists_on(&self, day: Day) -> bool {
        self.from.is_none_or(|from| from <= day)
            && self.until.is_none_or(|until| day <= until)
            && self.dissolved_on.is_none_or(|dissolved| day < dissolved)
    }
}

/// The bodies as choices.
#[must_use]
pub fn as_choices<'a>(bodies: impl Iterator<Item = &'a Body>) -> Choices {
    let choice =
        |b: &Body| Choice { id: b.name().to_owned(), title: b.title.clone(), colour: None, help: None };
    Choices {
        id: Spanned::new(0..0, BODIES.to_owned()),
        title: Text::new("机构", "Bodies"),
        source: None,
        of: bodies.map(choice).collect(),
    }
}
