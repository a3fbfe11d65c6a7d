//! Reads the TOML files of a pack's folder. Every key is known; an unknown one is a fault with file, line and the allowed keys.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::field::inherit_groups;
use super::{
    Body, Choices, ClauseTitle, DatedValue, Department, Duty, Fault, Faults, Indicator, PlanDocument,
    PlanPart, Procedure, RegionDefinition, Register, Role, Rule, Scorecard, Seed,
};

/// Largest pack file that is read, bytes. Real ones have a few dozen kilobytes.
const LARGEST_FILE: u64 = 8 * 1024 * 1024;

/// The head of a pack, in `pack.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackHead {
    /// Name of the pack, for instance `kaifeng-2020`.
    pub id: String,
    /// What people read.
    pub title: base::Text,
    /// Version of the pack itself.
    pub version: String,
    /// First day on which it is in force.
    #[serde(deserialize_with = "super::day::one")]
    pub from: base::Day,
    /// The document it follows, where there is one.
    #[serde(default)]
    pub document: Option<String>,
    /// The number of the document whose clauses its elements name, where that is not the plan of the city: under another
    /// plan they name none.
    #[serde(default)]
    pub clauses_of: Option<String>,
    /// Its folders with the elements of the plan's parts. What stands outside them (regions, departments, titles of
    /// clauses) can be used without them.
    #[serde(default)]
    pub parts: Vec<String>,
}

/// Everything that a pack file may hold.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// Head (once per pack).
    pub pack: Option<PackHead>,
    /// Dated values.
    #[serde(default, rename = "value")]
    pub values: Vec<DatedValue>,
    /// Shared lists of choices.
    #[serde(default)]
    pub choices: Vec<Choices>,
    /// Templates of registers.
    #[serde(default, rename = "template")]
    pub templates: Vec<super::Template>,
    /// Registers.
    #[serde(default, rename = "register")]
    pub registers: Vec<Register>,
    /// Procedures.
    #[serde(default, rename = "procedure")]
    pub procedures: Vec<Procedure>,
    /// Documents owed.
    #[serde(default, rename = "deliverable")]
    pub deliverables: Vec<super::Deliverable>,
    /// Activities with count and proof.
    #[serde(default, rename = "campaign")]
    pub campaigns: Vec<super::Campaign>,
    /// Lists by which somebody inspects.
    #[serde(default, rename = "checklist")]
    pub checklists: Vec<super::Checklist>,
    /// What the public may read.
    #[serde(default, rename = "publication")]
    pub publications: Vec<super::Publication>,
    /// Exchange with partners.
    #[serde(default, rename = "connector")]
    pub connectors: Vec<super::Connector>,
    /// Measured points that are watched.
    #[serde(default, rename = "monitor")]
    pub monitors: Vec<super::Monitor>,
    /// Methods bound to records.
    #[serde(default, rename = "assessment")]
    pub assessments: Vec<super::Assessment>,
    /// Rules.
    #[serde(default, rename = "rule")]
    pub rules: Vec<Rule>,
    /// Bodies.
    #[serde(default, rename = "body")]
    pub bodies: Vec<Body>,
    /// Duties.
    #[serde(default, rename = "duty")]
    pub duties: Vec<Duty>,
    /// Regions.
    #[serde(default, rename = "region")]
    pub regions: Vec<RegionDefinition>,
    /// Departments.
    #[serde(default, rename = "department")]
    pub departments: Vec<Department>,
    /// Roles.
    #[serde(default, rename = "role")]
    pub roles: Vec<Role>,
    /// The official document (once per city).
    pub plan: Option<PlanDocument>,
    /// Its parts.
    #[serde(default, rename = "part")]
    pub parts: Vec<PlanPart>,
    /// Clause titles.
    #[serde(default, rename = "clause")]
    pub clauses: Vec<ClauseTitle>,
    /// Rows within the clauses.
    #[serde(default, rename = "row")]
    pub rows: Vec<super::ClauseRow>,
    /// Indicators.
    #[serde(default, rename = "indicator")]
    pub indicators: Vec<Indicator>,
    /// Scorecards.
    #[serde(default, rename = "scorecard")]
    pub scorecards: Vec<Scorecard>,
    /// Sample values for the synthetic city.
    #[serde(default, rename = "sample")]
    pub samples: Vec<super::sample::Sample>,
    /// From when what recurs is asked for.
    #[serde(default)]
    pub go_live: Vec<toml::Spanned<super::go_live::GoLive>>,
    /// Records that come with the pack.
    #[serde(default, rename = "seed")]
    pub seeds: Vec<Seed>,
}

/// One parsed file.
#[derive(Debug, Clone)]
pub struct Source {
    /// Path relative to the pack's folder.
    pub file: String,
    /// Full path, for files beside it.
    pub path: PathBuf,
    /// The text, kept to turn places into line numbers.
    pub text: String,
    /// What it says.
    pub content: Content,
}

impl Source {
    /// The line, counted from 1, of a byte position.
    #[must_use]
    pub fn line(&self, at: usize) -> usize {
        line_of(&self.text, at)
    }
}

fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes().iter().take(at).filter(|b| **b == b'\n').count() + 1
}

/// Reads every `.toml` file below `folder`, in the order of their paths.
///
/// # Errors
/// All faults of all files: unreadable, not UTF-8, not TOML, unknown keys, wrong types.
pub fn load_folder(folder: &Path) -> Result<Vec<Source>, Faults> {
    load_without(folder, &[])
}

/// The same without the `parts` that `pack.toml` names: a city's regions and departments, for those who bring their own
/// elements.
///
/// # Errors
/// As for [`load_folder`].
pub fn load_ground(folder: &Path) -> Result<Vec<Source>, Faults> {
    let head = read_text(&folder.join("pack.toml")).unwrap_or_default();
    // What is wrong with the head is told when the files are read.
    let head = toml::from_str::<Content>(&head).unwrap_or_default().pack;
    load_without(folder, &head.map(|head| head.parts).unwrap_or_default())
}

fn load_without(folder: &Path, left_out: &[String]) -> Result<Vec<Source>, Faults> {
    let mut files = Vec::new();
    let mut faults = Vec::new();
    collect(folder, folder, &mut files, &mut faults);
    files.retain(|(file, _)| !left_out.iter().any(|part| file.split('/').next() == Some(part)));
    files.sort();
    let mut texts = Vec::new();
    for (file, path) in files {
        match read_text(&path) {
            Ok(text) => texts.push((file, path, text)),
            Err(message) => faults.push(Fault { file, line: 0, key: "file".into(), message }),
        }
    }
    if texts.is_empty() && faults.is_empty() {
        let message = "holds no .toml file; a pack needs at least pack.toml".to_owned();
        faults.push(Fault { file: folder.display().to_string(), line: 0, key: "folder".into(), message });
    }
    match load_sources(texts) {
        Ok(sources) if faults.is_empty() => Ok(sources),
        Ok(_) => Err(Faults(faults)),
        Err(more) => {
            faults.extend(more.0);
            Err(Faults(faults))
        }
    }
}

/// Parses texts that were read already: (name, path, text).
///
/// # Errors
/// All faults of all texts.
pub fn load_sources(texts: Vec<(String, PathBuf, String)>) -> Result<Vec<Source>, Faults> {
    let mut sources = Vec::new();
    let mut faults = Vec::new();
    for (file, path, text) in texts {
        match toml::from_str::<Content>(&text) {
            Ok(mut content) => {
                content.registers.iter_mut().for_each(|r| inherit_groups(&mut r.fields));
                content.templates.iter_mut().for_each(|t| inherit_groups(&mut t.fields));
                content.indicators.iter_mut().for_each(|i| i.place(&file, |at| line_of(&text, at)));
                content.scorecards.iter_mut().for_each(|s| s.place(&file, |at| line_of(&text, at)));
                sources.push(Source { file, path, text, content });
            }
            Err(error) => faults.push(toml_fault(&file, &text, &error)),
        }
    }
    if faults.is_empty() { Ok(sources) } else { Err(Faults(faults)) }
}

fn toml_fault(file: &str, text: &str, error: &toml::de::Error) -> Fault {
    let line = error.span().map_or(0, |span| line_of(text, span.start));
    let written = error.span().and_then(|span| text.get(span)).unwrap_or_default();
    let key = written.lines().next().unwrap_or_default().trim().chars().take(60).collect();
    Fault { file: file.to_owned(), line, key, message: error.message().to_owned() }
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, PathBuf)>, faults: &mut Vec<Fault>) {
    let name = |path: &Path| path.strip_prefix(root).unwrap_or(path).display().to_string();
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            let message = format!("cannot be read: {error}");
            faults.push(Fault { file: folder.display().to_string(), line: 0, key: "folder".into(), message });
            return;
        }
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(root, &path, files, faults);
        } else if path.extension().is_some_and(|e| e == "toml") {
            files.push((name(&path), path));
        }
    }
}

fn read_text(path: &Path) -> Result<String, String> {
    let size = std::fs::metadata(path).map_err(|e| format!("cannot be read: {e}"))?.len();
    if size > LARGEST_FILE {
        return Err(format!("has {size} bytes; a pack file may have at most {LARGEST_FILE}"));
    }
    let bytes = std::fs::read(path).map_err(|e| format!("cannot be read: {e}"))?;
    String::from_utf8(bytes).map_err(|_| "is not UTF-8 text; save it as UTF-8".to_owned())
}
