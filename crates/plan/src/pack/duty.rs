//! A duty: who owes what, until when and how often, what proves it, and what follows when it is late.

use std::fmt;
use std::str::FromStr;

use base::{Day, Text};
use serde::{Deserialize, Deserializer};
use toml::Spanned;

use super::{Field, Limit};

/// Subjects that are no records of a register: regions, departments, the city.
pub const FIXED_SUBJECTS: [&str; 5] = ["county", "township", "park", "department", "city"];

/// True for a subject that is no register.
#[must_use]
pub fn is_fixed_subject(name: &str) -> bool {
    FIXED_SUBJECTS.contains(&name)
}

/// Whom a duty binds.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Who {
    /// A register, or one of [`FIXED_SUBJECTS`].
    pub subject: Spanned<String>,
    /// The condition on a subject `s`; absent: every one.
    #[serde(default)]
    pub when: Option<Spanned<String>>,
    /// For the subject `department`: only these, by id. Empty: every department.
    #[serde(default)]
    pub departments: Vec<String>,
}

/// How often something is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Frequency {
    /// Each shift. Counted by days, as no shift plan is known to the program.
    Shift,
    /// Each day.
    Day,
    /// Each week from Monday.
    Week,
    /// Each calendar month.
    Month,
    /// Each quarter.
    Quarter,
    /// Each half of a year.
    HalfYear,
    /// So many calendar years, one to ten.
    Years(u8),
}

impl FromStr for Frequency {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let years = text.strip_suffix(" years").and_then(|n| n.parse::<u8>().ok());
        Ok(match (text, years) {
            ("shift", _) => Self::Shift,
            ("day", _) => Self::Day,
            ("week", _) => Self::Week,
            ("month", _) => Self::Month,
            ("quarter", _) => Self::Quarter,
            ("half_year", _) => Self::HalfYear,
            ("year", _) => Self::Years(1),
            (_, Some(n)) if (2..=10).contains(&n) => Self::Years(n),
            _ => {
                return Err(format!(
                    "\"{text}\" is not a period; allowed are shift, day, week, month, quarter, half_year, year, and \
                     \"2 years\" to \"10 years\""
                ));
            }
        })
    }
}

impl TryFrom<String> for Frequency {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<super::every::Every> for Frequency {
    fn from(every: super::every::Every) -> Self {
        use super::every::Every as E;
        match every {
            E::Shift => Self::Shift,
            E::Day => Self::Day,
            E::Week => Self::Week,
            E::Month => Self::Month,
            E::Quarter => Self::Quarter,
            E::HalfYear => Self::HalfYear,
            E::Years(years) => Self::Years(years),
        }
    }
}

impl fmt::Display for Frequency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shift => f.write_str("shift"),
            Self::Day => f.write_str("day"),
            Self::Week => f.write_str("week"),
            Self::Month => f.write_str("month"),
            Self::Quarter => f.write_str("quarter"),
            Self::HalfYear => f.write_str("half_year"),
            Self::Years(1) => f.write_str("year"),
            Self::Years(n) => write!(f, "{n} years"),
        }
    }
}

/// The period of a duty, and whether the plan leaves it open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Every {
    /// The period.
    pub frequency: Frequency,
    /// The plan says "regularly" only; the period is a choice of the pack.
    pub configurable: bool,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum WrittenEvery {
    Plain(String),
    Open(OpenEvery),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OpenEvery {
    configurable: String,
}

impl<'de> Deserialize<'de> for Every {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wrong = |_| {
            serde::de::Error::custom(
                "a period is written as every = \"quarter\", or every = { configurable = \"quarter\" }",
            )
        };
        let (text, configurable) = match WrittenEvery::deserialize(deserializer).map_err(wrong)? {
            WrittenEvery::Plain(text) => (text, false),
            WrittenEvery::Open(open) => (open.configurable, true),
        };
        let frequency = text.parse().map_err(serde::de::Error::custom)?;
        Ok(Self { frequency, configurable })
    }
}

/// When something is due within or after its period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// Counted from the first day of the period, instead of its last one.
    pub from_start: bool,
    /// So many days or working days.
    pub span: Limit,
}

impl<'de> Deserialize<'de> for Due {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let (from_start, rest) = match text.strip_prefix("period+") {
            Some(rest) => (true, rest),
            None => (false, text.as_str()),
        };
        let span: Limit = rest.parse().map_err(|_| {
            serde::de::Error::custom(format!(
                "\"{text}\" is not a day; write +10d or +10wd (after the period), or period+25d (into the period)"
            ))
        })?;
        Ok(Self { from_start, span })
    }
}

/// From when a period is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountedFrom {
    /// By the calendar.
    #[default]
    Start,
    /// From the day on which it was last fulfilled.
    Last,
}

/// An event after which something is owed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct After {
    /// `REGISTER.created`, `REGISTER.FIELD_changed`, or `REGISTER.STATE`: a case enters the state.
    pub event: Spanned<String>,
    /// Until then, counted from the day after the event.
    pub within: Limit,
}

/// What proves a duty: records of a register, or what is handed in on the duty's own form.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fulfilled {
    /// The register whose records prove it.
    #[serde(default)]
    pub record: Option<Spanned<String>>,
    /// The field of the record that names the subject; absent: the first that can.
    #[serde(default)]
    pub subject: Option<Spanned<String>>,
    /// The day or instant of the record that says for which period it counts; absent: when it was entered.
    #[serde(default)]
    pub at: Option<Spanned<String>>,
    /// Which records count, a condition on `r`.
    #[serde(default)]
    pub when: Option<Spanned<String>>,
    /// How many are needed.
    #[serde(default)]
    pub count: Option<u32>,
    /// What is handed in, in words that the form's fields follow from where it has none of its own.
    #[serde(default)]
    pub evidence: Vec<Spanned<String>>,
    /// The fields of the form.
    #[serde(default)]
    pub fields: Vec<Field>,
}

/// What happens so long after the day on which something was due.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LateStage {
    /// Days or working days after the due day.
    pub after: Limit,
    /// Roles that are told.
    #[serde(default)]
    pub notify: Vec<String>,
    /// The procedure of which a case is opened, one for each subject.
    #[serde(default)]
    pub open: Option<Spanned<String>>,
    /// The kind of a proposal on which a person decides.
    #[serde(default)]
    pub propose: Option<Spanned<String>>,
    /// The role to which it is proposed.
    #[serde(default)]
    pub to: Option<Spanned<String>>,
    /// Fields of the case or proposal with fixed values.
    #[serde(default)]
    pub with: toml::Table,
}

/// An example that `anlan plan check` runs.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DutyCase {
    /// What it shows.
    pub name: Spanned<String>,
    /// The day on which is judged.
    #[serde(deserialize_with = "super::day::one")]
    pub on: Day,
    /// Subjects with their fields; `id` names them here.
    pub subjects: Vec<toml::Table>,
    /// Records by register.
    #[serde(default)]
    pub records: std::collections::BTreeMap<String, Vec<toml::Table>>,
    /// What must come out.
    pub expect: DutyExpect,
}

/// What must come out of a case. What is not written is not compared.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DutyExpect {
    /// Subjects that are bound.
    #[serde(default)]
    pub due: Option<Vec<String>>,
    /// Of these, those that have fulfilled it by the day.
    #[serde(default)]
    pub fulfilled: Option<Vec<String>>,
    /// Of these, those that are late on the day.
    #[serde(default)]
    pub late: Option<Vec<String>>,
    /// The period of the day, such as `2021Q2`.
    #[serde(default)]
    pub period: Option<String>,
    /// The day on which the period is due.
    #[serde(default, deserialize_with = "super::day::maybe")]
    pub due_on: Option<Day>,
}

/// A duty.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Duty {
    /// Stored name.
    pub id: Spanned<String>,
    /// What people read.
    pub title: Text,
    /// What is owed, by whom, and what becomes of it.
    #[serde(default)]
    pub about: Option<Text>,
    /// The clauses that ask for it.
    #[serde(default)]
    pub clauses: Vec<String>,
    /// Whom it binds.
    pub who: Who,
    /// Further kinds of subjects that it binds, each of them, such as `county`.
    #[serde(default)]
    pub also: Vec<Spanned<String>>,
    /// Owed once, by this day.
    #[serde(default, deserialize_with = "super::day::maybe")]
    pub by: Option<Day>,
    /// Owed in every period.
    #[serde(default)]
    pub every: Option<Every>,
    /// When within or after the period; absent: on its last day.
    #[serde(default)]
    pub due: Option<Due>,
    /// From when periods are counted.
    #[serde(default)]
    pub counted_from: CountedFrom,
    /// Owed after an event.
    #[serde(default)]
    pub after: Option<After>,
    /// A condition on `s` that must hold all the time.
    #[serde(default)]
    pub holds: Option<Spanned<String>>,
    /// Binds only while this holds for `s`.
    #[serde(default, rename = "while")]
    pub only_while: Option<Spanned<String>>,
    /// What proves it.
    #[serde(default)]
    pub fulfilled: Option<Fulfilled>,
    /// Roles that hand in.
    #[serde(default)]
    pub keeper: Vec<String>,
    /// Roles that see who is late.
    #[serde(default)]
    pub watched_by: Vec<String>,
    /// The department that leads, by id.
    #[serde(default)]
    pub lead: Option<Spanned<String>>,
    /// Departments that support it.
    #[serde(default)]
    pub support: Vec<String>,
    /// The day on which it goes live; absent: the plan's day of issue.
    #[serde(default, deserialize_with = "super::day::maybe")]
    pub from: Option<Day>,
    /// The last day on which it is in force.
    #[serde(default, deserialize_with = "super::day::maybe")]
    pub until: Option<Day>,
    /// Reminders before the due day.
    #[serde(default)]
    pub remind: Vec<Limit>,
    /// What follows after the due day.
    #[serde(default)]
    pub late: Vec<LateStage>,
    /// Roles that may excuse a subject, with a reason.
    #[serde(default)]
    pub excuse: Vec<String>,
    /// What the plan leaves open and which value the pack chooses.
    #[serde(default)]
    pub open_number: Option<Text>,
    /// Examples.
    #[serde(default, rename = "case")]
    pub cases: Vec<DutyCase>,
}

/// How a duty falls due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rhythm {
    /// Once, by a day.
    Once(Day),
    /// In every period of the calendar.
    Calendar(Frequency),
    /// So long after it was last fulfilled.
    SinceLast(Frequency),
    /// So long after an event.
    Event(Limit),
    /// Always.
    Always,
}

impl Duty {
    /// Stored name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.id.get_ref()
    }

    /// How it falls due. The checker has seen that exactly one is given.
    #[must_use]
    pub fn rhythm(&self) -> Rhythm {
        match (self.by, self.every, &self.after) {
            (Some(day), ..) => Rhythm::Once(day),
            (_, Some(every), _) if self.counted_from == CountedFrom::Last => {
                Rhythm::SinceLast(every.frequency)
            }
            (_, Some(every), _) => Rhythm::Calendar(every.frequency),
            (.., Some(after)) => Rhythm::Event(after.within),
            _ => Rhythm::Always,
        }
    }

    /// Kinds of subjects that it binds, the first one by its condition, the others each.
    pub fn subjects(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.who.subject.get_ref().as_str())
            .chain(self.also.iter().map(|also| also.get_ref().as_str()))
    }

    /// True where the duty binds this kind of subject.
    #[must_use]
    pub fn binds(&self, subject: &str) -> bool {
        self.subjects().any(|kind| kind == subject)
    }

    /// The register whose records prove it.
    #[must_use]
    pub fn record(&self) -> Option<&str> {
        self.fulfilled.as_ref()?.record.as_ref().map(|r| r.get_ref().as_str())
    }

    /// The fields of the form on which it is handed in: its own, or those that the words of `evidence` stand for.
    #[must_use]
    pub fn form_fields(&self) -> Vec<Field> {
        let Some(proof) = self.fulfilled.as_ref().filter(|_| self.is_handed_in()) else { return Vec::new() };
        if !proof.fields.is_empty() {
            return proof.fields.clone();
        }
        let words = proof.evidence.iter().map(|word| word.get_ref().as_str());
        words.filter_map(|word| toml::from_str(standard_field(word)?).ok()).collect()
    }

    /// True where something is handed in on the duty's own form.
    #[must_use]
    pub fn is_handed_in(&self) -> bool {
        self.record().is_none() && self.holds.is_none()
    }
}

/// The field that a word of `evidence` stands for.
fn standard_field(word: &str) -> Option<&'static str> {
    Some(match word {
        "file" => {
            "id = \"document\"\nkind = \"file\"\nrequired = true\ntitle = { zh = \"材料\", en = \"Document\" }"
        }
        "photo" => {
            "id = \"photos\"\nkind = \"image\"\nmany = true\nrequired = true\ntitle = { zh = \"照片\", en = \"Photos\" }"
        }
        "number" => {
            "id = \"number\"\nkind = \"decimal\"\nrequired = true\ntitle = { zh = \"数值\", en = \"Number\" }"
        }
        "text" => {
            "id = \"statement\"\nkind = \"long_text\"\nrequired = true\nmax = 2000\ntitle = { zh = \"完成情况\", en = \"What was done\" }"
        }
        _ => return None,
    })
}
