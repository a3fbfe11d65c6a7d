//! A rule: what must hold for every record of a register, or what a change may not touch, and what follows otherwise
//! (`docs/expressions.md` says how conditions are written). What people must decide is proposed, never done.

use std::collections::BTreeMap;

use base::{Day, Text};
use serde::Deserialize;
use toml::Spanned;

use super::Model;

/// A rule.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Name in code and addresses.
    pub id: Spanned<String>,
    /// What people read.
    pub title: Text,
    /// What it is for and who does what.
    #[serde(default)]
    pub about: Option<Text>,
    /// The clauses that ask for it.
    #[serde(default)]
    pub clauses: Vec<String>,
    /// First day on which it is in force; the plan's day of issue where it is absent.
    #[serde(default, deserialize_with = "super::day::maybe")]
    pub from: Option<Day>,
    /// Last day.
    #[serde(default, deserialize_with = "super::day::maybe")]
    pub until: Option<Day>,
    /// What the plan leaves open and what was chosen here.
    #[serde(default)]
    pub open_number: Option<Text>,
    /// The register whose records it judges.
    pub on: Spanned<String>,
    /// Which records it is about, in terms of `r`; of a change, the record as it was before. All where absent.
    #[serde(default)]
    pub when: Option<Spanned<String>>,
    /// What must hold, in terms of `r`. Judged on writing and in sweeps.
    #[serde(default)]
    pub must: Option<Spanned<String>>,
    /// What a change must observe, in terms of `old` and `new`. Judged on writing alone.
    #[serde(default)]
    pub change: Option<Spanned<String>>,
    /// What follows otherwise.
    #[serde(rename = "else")]
    pub otherwise: Consequence,
    /// The field at which a refusal or a warning stands; the first that was changed where absent.
    #[serde(default)]
    pub field: Option<String>,
    /// When it holds again, what was proposed is withdrawn and what was opened is closed.
    #[serde(default)]
    pub heals: bool,
    /// How often all records are judged anew; see [`Rule::swept`].
    #[serde(default)]
    pub sweep: Option<Sweep>,
    /// Cases as data.
    #[serde(default, rename = "case")]
    pub cases: Vec<RuleCase>,
}

/// How often a rule is swept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sweep {
    /// Once a day.
    Day,
    /// Once a month.
    Month,
    /// Never: on writing alone.
    None,
}

/// What follows where a rule fails. Exactly one of refuse, warn, open, notify, propose.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consequence {
    /// The change is refused with these words.
    #[serde(default)]
    pub refuse: Option<Text>,
    /// The change is made, and these words are kept with the record until it holds again.
    #[serde(default)]
    pub warn: Option<Text>,
    /// A case of this procedure is opened.
    #[serde(default)]
    pub open: Option<String>,
    /// People of these roles over the record are told.
    #[serde(default)]
    pub notify: Option<Vec<String>>,
    /// A decision of this kind is proposed.
    #[serde(default)]
    pub propose: Option<String>,
    /// The role that decides on the proposal.
    #[serde(default)]
    pub to: Option<String>,
    /// The reason in words, for notify, open and propose; the title of the rule where absent.
    #[serde(default)]
    pub text: Option<Text>,
    /// Fields of the case or the proposal: values, or `r.FIELD` for a field of the record.
    #[serde(default)]
    pub with: toml::Table,
}

/// The kind of a consequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConsequenceKind {
    /// Refuses the change.
    Refuse,
    /// Warns.
    Warn,
    /// Opens a case.
    Open,
    /// Tells people.
    Notify,
    /// Proposes a decision.
    Propose,
}

impl ConsequenceKind {
    /// The key in the pack, and the stored name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Refuse => "refuse",
            Self::Warn => "warn",
            Self::Open => "open",
            Self::Notify => "notify",
            Self::Propose => "propose",
        }
    }
}

impl Consequence {
    /// Every kind that is written.
    pub fn kinds(&self) -> impl Iterator<Item = ConsequenceKind> + use<> {
        let written = [
            (self.refuse.is_some(), ConsequenceKind::Refuse),
            (self.warn.is_some(), ConsequenceKind::Warn),
            (self.open.is_some(), ConsequenceKind::Open),
            (self.notify.is_some(), ConsequenceKind::Notify),
            (self.propose.is_some(), ConsequenceKind::Propose),
        ];
        written.into_iter().filter_map(|(is, kind)| is.then_some(kind))
    }

    /// The kind. The checker sees to it that there is exactly one.
    #[must_use]
    pub fn kind(&self) -> ConsequenceKind {
        self.kinds().next().unwrap_or(ConsequenceKind::Warn)
    }
}

/// What a case expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expected {
    /// The rule holds, or is not about the record.
    Holds,
    /// It fails.
    Fails,
    /// It cannot be judged.
    Cannot,
}

/// One case of a rule: what is there, on which day, and what is expected.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleCase {
    /// What it shows, as a sentence.
    pub name: Spanned<String>,
    /// The day on which it is judged.
    #[serde(deserialize_with = "super::day::one")]
    pub on: Day,
    /// The record (rules with `must`).
    #[serde(default)]
    pub record: Option<toml::Table>,
    /// The record before (rules with `change`).
    #[serde(default)]
    pub old: Option<toml::Table>,
    /// The record after; what is left out is as before.
    #[serde(default)]
    pub new: Option<toml::Table>,
    /// Other records by register; `id` gives one a name by which references find it.
    #[serde(default)]
    pub records: BTreeMap<String, Vec<toml::Table>>,
    /// What is expected.
    pub expect: Expected,
}

impl Rule {
    /// Name in code and addresses.
    #[must_use]
    pub fn name(&self) -> &str {
        self.id.get_ref()
    }

    /// The register whose records it judges.
    #[must_use]
    pub fn register(&self) -> &str {
        self.on.get_ref()
    }

    /// The first day on which it is in force; None where neither it nor the plan names one.
    #[must_use]
    pub fn begins(&self, model: &Model) -> Option<Day> {
        self.from.or_else(|| model.plan.as_ref().map(|plan| plan.issued))
    }

    /// True on the days on which it is in force.
    #[must_use]
    pub fn in_force(&self, day: Day, model: &Model) -> bool {
        self.begins(model).is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }

    /// How often it is swept: as written; otherwise daily where it opens, tells or proposes, so that what was there
    /// before the rule is found too, and where time alone makes it fail (`reads_days`).
    #[must_use]
    pub fn swept(&self, reads_days: bool) -> Sweep {
        let follows =
            |kind| matches!(kind, ConsequenceKind::Open | ConsequenceKind::Notify | ConsequenceKind::Propose);
        match (self.sweep, self.must.is_some()) {
            (_, false) => Sweep::None,
            (Some(written), true) => written,
            (None, true) if reads_days || follows(self.otherwise.kind()) => Sweep::Day,
            (None, true) => Sweep::None,
        }
    }

    /// The words that tell why: those of the consequence, or the title.
    #[must_use]
    pub fn words(&self) -> &Text {
        let c = &self.otherwise;
        c.refuse.as_ref().or(c.warn.as_ref()).or(c.text.as_ref()).unwrap_or(&self.title)
    }
}
