//! Which element serves which rows, for every kind of element alike: read from the files themselves, so that a new kind is
//! bound, browsed and counted by coverage without a line here.

use std::path::Path;

use base::{Day, Text};

use super::Source;

/// Keys of pack files that are elements which may serve a row.
pub const KINDS: [&str; 14] = [
    "register",
    "procedure",
    "rule",
    "duty",
    "indicator",
    "scorecard",
    "assessment",
    "monitor",
    "body",
    "campaign",
    "deliverable",
    "checklist",
    "publication",
    "connector",
];

/// An element with the rows it names and everything it says.
#[derive(Debug, Clone)]
pub struct Binding {
    /// Its kind as packs write it.
    pub kind: &'static str,
    /// Its name.
    pub id: String,
    /// What people read.
    pub title: Text,
    /// What it is for.
    pub about: Option<Text>,
    /// The rows it names.
    pub clauses: Vec<String>,
    /// First day in force, where it says one.
    pub from: Option<Day>,
    /// Last day in force.
    pub until: Option<Day>,
    /// What the plan leaves open and the pack chose.
    pub open_number: Option<Text>,
    /// The file.
    pub file: String,
    /// The line at which its id stands; 0 where it cannot be told.
    pub line: usize,
    /// Everything it says.
    pub keys: toml::Table,
}

impl Binding {
    /// Whether the element is in force on `day`; `issued` is the plan's day of issue.
    #[must_use]
    pub fn in_force(&self, day: Day, issued: Option<Day>) -> bool {
        self.from.or(issued).is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }
}

/// All elements of parsed files, in the order of files and kinds. An element of a pack that names clauses of another
/// document than the plan of the city names none.
#[must_use]
pub fn bindings(sources: &[Source]) -> Vec<Binding> {
    let plan =
        sources.iter().find_map(|s| s.content.plan.as_ref()).map(|plan| plan.number.get_ref().as_str());
    let of_another_plan: Vec<&Path> = sources
        .iter()
        .filter(|source| {
            let head = source.content.pack.as_ref().and_then(|head| head.clauses_of.as_deref());
            head.zip(plan).is_some_and(|(head, plan)| head != plan)
        })
        .filter_map(|source| source.path.parent())
        .collect();
    let mut found = Vec::new();
    for source in sources {
        let foreign = of_another_plan.iter().any(|root| source.path.starts_with(root));
        let Ok(table) = source.text.parse::<toml::Table>() else { continue };
        for kind in KINDS {
            let elements = table.get(kind).and_then(toml::Value::as_array);
            for element in elements.into_iter().flatten().filter_map(toml::Value::as_table) {
                let mut own = binding(kind, element, source);
                if let (Some(own), true) = (&mut own, foreign) {
                    own.clauses.clear();
                }
                found.extend(own);
            }
        }
    }
    found
}

fn binding(kind: &'static str, element: &toml::Table, source: &Source) -> Option<Binding> {
    let id = element.get("id")?.as_str()?.to_owned();
    let text = |key: &str| {
        let words = element.get(key)?.as_table()?;
        let of = |language: &str| words.get(language).and_then(toml::Value::as_str).unwrap_or_default();
        Some(Text::new(of("zh"), of("en")))
    };
    let day = |key: &str| match element.get(key)? {
        toml::Value::Datetime(day) => Day::parse(&day.to_string()),
        toml::Value::String(day) => Day::parse(day),
        _ => None,
    };
    let clauses = element.get("clauses").and_then(toml::Value::as_array);
    Some(Binding {
        kind,
        title: text("title").unwrap_or_else(|| Text::new(id.clone(), id.clone())),
        about: text("about"),
        clauses: clauses.into_iter().flatten().filter_map(|c| c.as_str().map(str::to_owned)).collect(),
        from: day("from"),
        until: day("until"),
        open_number: text("open_number"),
        file: source.file.clone(),
        line: line_of(&source.text, kind, &id),
        keys: element.clone(),
        id,
    })
}

/// The line of `id = "..."` below the head of its kind.
fn line_of(text: &str, kind: &str, id: &str) -> usize {
    let head = format!("[[{kind}]]");
    let mut inside = false;
    for (at, line) in text.lines().enumerate() {
        let plain = line.trim();
        if plain.starts_with("[[") {
            inside = plain.starts_with(&head);
        } else if inside
            && plain.strip_prefix("id").is_some_and(|rest| {
                rest.trim_start()
                    .strip_prefix('=')
                    .is_some_and(|value| value.trim().starts_with(&format!("\"{id}\"")))
            })
        {
            return at + 1;
        }
    }
    0
}
