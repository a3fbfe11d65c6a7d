//! An official document as the reader hands it on: head, clauses, and for each clause who, when, how often, how much.
//!
//! Every finding carries its place in [`Document::text`] so that a page can show the words it came from.

mod draft;
mod outline;

use std::ops::Range;

use base::Day;
use serde::Serialize;

/// A place in [`Document::text`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Bytes.
    pub range: Range<usize>,
    /// Line of the first byte, from 1.
    pub line: usize,
}

/// A document that has been read.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Document {
    /// Name of the file it came from.
    pub file: String,
    /// Title of the plan, or of the notice where no plan follows.
    pub title: String,
    /// Title of the notice that brings the plan.
    pub notice: Option<String>,
    /// Who issues it.
    pub issuer: Option<String>,
    /// Document number, for instance `某安委〔2020〕5号`.
    pub number: Option<String>,
    /// Day of issue.
    pub date: Option<Day>,
    /// Main text and annexes.
    pub parts: Vec<DocumentPart>,
    /// All clauses in the order of the text; a clause stands before those below it.
    pub clauses: Vec<Clause>,
    /// The text to which all places refer.
    #[serde(skip)]
    pub text: String,
}

/// The main text (`M`) or an annex (`A1`, `A2`, ...).
#[derive(Debug, Clone, Default, Serialize)]
pub struct DocumentPart {
    /// `M`, `A1`, ...
    pub id: String,
    /// What the document calls it, for instance `附件1`; empty for the main text.
    pub label: String,
    /// Its title.
    pub title: String,
    /// Where it stands.
    pub place: Place,
    /// Number of clauses in it.
    pub clauses: usize,
}

/// A numbered clause, or `M.0`: the opening of the main text with addressees and basis.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Clause {
    /// `A2.2.3.3`: annex 2, section 二, （三）, 3. A repeated number gets `-2`, `-3`.
    pub id: String,
    /// The clause above; none for the outermost of a part.
    pub parent: Option<String>,
    /// 1 for the outermost clauses of a part.
    pub level: usize,
    /// The number as written, for instance `（三）`; empty for an opening.
    pub number_label: String,
    /// Heading, or the beginning of the first sentence.
    pub title: String,
    /// Bytes of [`Document::text`] with everything below it.
    pub range: Range<usize>,
    /// Line of the first byte, from 1.
    pub line: usize,
    /// Who leads.
    pub leads: Vec<Party>,
    /// Who supports or shares.
    pub supports: Vec<Party>,
    /// Clauses from which some of the parties come.
    pub inherited_from: Vec<String>,
    /// Days by which something is wanted.
    pub dues: Vec<Due>,
    /// How often.
    pub recurrences: Vec<Recurrence>,
    /// Numbers to reach or keep.
    pub targets: Vec<Target>,
    /// Cited documents and standards.
    pub citations: Vec<Citation>,
    /// Named registers and systems.
    pub systems: Vec<System>,
    /// See [`Clause::text`].
    #[serde(rename = "text")]
    pub(crate) own: String,
}

impl Clause {
    /// The clause's own words without those of clauses below it: one line, no stray spaces, one form of brackets.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.own
    }
}

/// How a party came to a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The clause names it in brackets or behind a label such as 责任单位.
    Named,
    /// The clause's own sentences say that it acts.
    Acting,
    /// A clause above names it.
    Section,
    /// An earlier clause made it responsible for everything that follows (以下均需…).
    Standing,
}

/// A department or other body that is responsible.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Party {
    /// The name under which all its aliases are gathered.
    pub name: String,
    /// The name as written.
    pub written: String,
    /// How it came here.
    pub origin: Origin,
    /// The clause that names it, where that is another one.
    pub from: Option<String>,
    /// Where it is named.
    pub place: Place,
}

/// A day by which something is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Due {
    /// The last day; none when neither the clause nor the document names a year.
    pub date: Option<Day>,
    /// The same day every year; `date` is the first one after the document.
    pub yearly: bool,
    /// The words.
    pub written: String,
    /// Where they stand.
    pub place: Place,
}

/// How often something is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Recurrence {
    /// `yearly`, `half-yearly`, `quarterly`, `monthly`, `weekly`, `daily`, `shift`, `every-5-years`, `regular` (定期), ...
    pub every: String,
    /// How many times in each period.
    pub times: Option<u32>,
    /// The words.
    pub written: String,
    /// Where they stand.
    pub place: Place,
}

/// A number to reach or keep.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Target {
    /// Comparison, number and unit: `=100%`, `>=15%`, `>=10辆`, `<=30日`, `>=1/quarter`, `grade>=D`.
    pub value: String,
    /// The words.
    pub written: String,
    /// Where they stand.
    pub place: Place,
}

/// A cited document or standard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Citation {
    /// Title between 《》.
    pub title: Option<String>,
    /// Document number or standard number.
    pub number: Option<String>,
    /// A standard; otherwise a law, plan or other document.
    pub standard: bool,
    /// Where it stands.
    pub place: Place,
}

/// A named register (台账, 清单, 数据库, ...) or system (平台, 系统).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct System {
    /// Name.
    pub name: String,
    /// A system or platform; otherwise a register.
    pub is_system: bool,
    /// Where it stands.
    pub place: Place,
}

impl Document {
    /// The clause with this id.
    #[must_use]
    pub fn clause(&self, id: &str) -> Option<&Clause> {
        self.clauses.iter().find(|c| c.id == id)
    }

    /// The words at a place.
    #[must_use]
    pub fn words(&self, place: &Place) -> &str {
        self.text.get(place.range.clone()).unwrap_or("")
    }

    /// A draft pack in TOML that the pack loader accepts: head, departments, clauses; what a person must decide
    /// (registers, duties, values) is proposed in comments with the line it comes from.
    #[must_use]
    pub fn to_toml(&self) -> String {
        draft::draft(self)
    }

    /// The tree for reading: numbers, titles, who, when, how often, how much, with lines.
    #[must_use]
    pub fn outline(&self) -> String {
        outline::outline(self)
    }
}
