//! The words of the plan. Our packs carry titles of our own only; a city reads its own document in, once or again, and
//! each clause then shows its words with the document and day they come from.

use std::collections::{BTreeMap, BTreeSet};

use base::{Id, Instant, Problem};
use city::Actor;
use plan::document::{Clause, Document, Party};
use plan::pack::Model;
use serde::{Deserialize, Serialize};
use store::{Aggregate, ChangeSet, Condition, Direction, JournalEntry, Query, Row, Scope, Value, Values};

use crate::tables::CLAUSE_WORDS;
use crate::{Engine, EngineError};

/// More clauses than any plan has.
const MOST_CLAUSES: u32 = 100_000;

/// How a clause of a document and a clause of the packs found each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Match {
    /// Both have it.
    Both,
    /// The packs have it, the document does not.
    OnlyPack,
    /// The document has it, the packs do not.
    OnlyDocument,
}

/// One clause of the comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadLine {
    /// Id of the clause.
    pub clause: String,
    /// Who has it.
    pub found: Match,
    /// The document's heading or first words; the pack's title where the document has nothing.
    pub title: String,
    /// Line of the document, from 1; 0 where the document has nothing.
    pub line: usize,
}

/// A document laid beside the packs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// All clauses: those of the document in its order, then those that only the packs have.
    pub lines: Vec<ReadLine>,
}

impl Comparison {
    /// How many clauses were found so.
    #[must_use]
    pub fn count(&self, found: Match) -> usize {
        self.lines.iter().filter(|line| line.found == found).count()
    }
}

/// Lays a document beside the clauses of the packs.
#[must_use]
pub fn compare(model: &Model, document: &Document) -> Comparison {
    let mut seen = BTreeSet::new();
    let of_document = |clause: &Clause| {
        let found = if model.clause(&clause.id).is_some() { Match::Both } else { Match::OnlyDocument };
        ReadLine { clause: clause.id.clone(), found, title: clause.title.clone(), line: clause.line }
    };
    let mut lines: Vec<ReadLine> = document.clauses.iter().map(of_document).collect();
    seen.extend(document.clauses.iter().map(|c| c.id.as_str()));
    let missing = model.clauses.iter().filter(|c| !seen.contains(c.id.get_ref().as_str()));
    lines.extend(missing.map(|c| ReadLine {
        clause: c.id.get_ref().clone(),
        found: Match::OnlyPack,
        title: c.title.zh.clone(),
        line: 0,
    }));
    Comparison { lines }
}

/// What the document reader found in the words of a clause.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundInWords {
    /// Recurrences as written.
    pub recurrences: Vec<String>,
    /// Numbers as written.
    pub targets: Vec<String>,
    /// Cited documents and standards: title and number.
    pub citations: Vec<String>,
    /// Named registers and systems.
    pub systems: Vec<String>,
    /// Departments that another clause names for this one: name and that clause.
    pub inherited: BTreeMap<String, String>,
}

/// The words of one clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClauseWords {
    /// Number and heading as written; empty where the clause begins with its sentence.
    pub heading: String,
    /// The rest.
    pub words: String,
    /// What was found in them.
    pub found: FoundInWords,
    /// The document they come from.
    pub document: String,
    /// When they were read in.
    pub read_at: Instant,
}

/// The document that was read in last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanSource {
    /// Its title and number.
    pub document: String,
    /// When.
    pub read_at: Instant,
    /// Clauses whose words are kept.
    pub clauses: i64,
}

impl Engine {
    /// Keeps the words of every clause that both the document and the packs have, in place of those read before.
    ///
    /// # Errors
    /// `plan.read.nothing_matches` when the document has no clause of the packs (another document, most likely), or the
    /// database failed.
    pub async fn keep_plan_words(
        &self,
        actor: &Actor,
        document: &Document,
    ) -> Result<Comparison, EngineError> {
        let comparison = compare(&self.model, document);
        let matched = comparison.count(Match::Both);
        // The reader finds an opening in every text; only numbered clauses tell that it is this plan.
        let numbered = |line: &&ReadLine| line.found == Match::Both && !line.clause.ends_with(".0");
        if !comparison.lines.iter().any(|line| numbered(&line)) {
            let problem = Problem::new("plan.read.nothing_matches").with("clauses", document.clauses.len());
            return Err(EngineError::Refused(problem));
        }
        let (now, name) = (self.now(), name_of(document));
        let mut kept = self.kept_clauses().await?;
        let mut set = ChangeSet::new();
        let known = document.clauses.iter().filter(|c| self.model.clause(&c.id).is_some());
        for clause in known {
            let values = row(clause, &name, now);
            match kept.remove(&clause.id) {
                Some(id) => set.update(CLAUSE_WORDS, id, None, values),
                None => set.insert(CLAUSE_WORDS, self.new_id_at(now), values),
            };
        }
        for id in kept.into_values() {
            set.delete(CLAUSE_WORDS, id);
        }
        let payload = serde_json::json!({
            "document": name,
            "matched": matched,
            "only_in_packs": comparison.count(Match::OnlyPack),
            "only_in_document": comparison.count(Match::OnlyDocument),
        });
        set.journal.push(JournalEntry {
            at: now,
            actor: actor.account,
            operation: "plan.read".into(),
            table: CLAUSE_WORDS.into(),
            record: Id::NIL,
            county: String::new(),
            payload: payload.to_string(),
        });
        self.database.apply(set).await?;
        Ok(comparison)
    }

    /// The words of a clause, where its document was read in.
    ///
    /// # Errors
    /// The database failed.
    pub async fn clause_words(&self, clause: &str) -> Result<Option<ClauseWords>, EngineError> {
        let query =
            Query::of(CLAUSE_WORDS, readable()).filter(Condition::eq("clause", clause.to_owned())).limit(1);
        self.database.first(&query).await?.map(|row| words_of(&row)).transpose()
    }

    /// The document that was read in last; None before the first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn plan_source(&self) -> Result<Option<PlanSource>, EngineError> {
        let query = Query::of(CLAUSE_WORDS, readable())
            .columns(&["document", "read_at"])
            .sort("read_at", Direction::Descending);
        let Some(row) = self.database.first(&query.limit(1)).await? else { return Ok(None) };
        let counted = Aggregate::count(CLAUSE_WORDS, readable());
        let rows = self.database.aggregate(&counted).await?;
        let clauses = rows.first().map(|row| row.int("count")).transpose()?.unwrap_or(0);
        let (document, read_at) = (row.text("document")?.to_owned(), row.instant("read_at")?);
        Ok(Some(PlanSource { document, read_at, clauses }))
    }

    async fn kept_clauses(&self) -> Result<BTreeMap<String, Id>, EngineError> {
        let query = Query::of(CLAUSE_WORDS, readable()).columns(&["id", "clause"]).limit(MOST_CLAUSES);
        let rows = self.database.select(&query).await?;
        Ok(rows
            .iter()
            .map(|row| Ok((row.text("clause")?.to_owned(), row.id("id")?)))
            .collect::<Result<_, store::StoreError>>()?)
    }
}

/// The plan is a published document: everybody who is signed in reads it.
fn readable() -> Scope {
    Scope::system("the words of the plan are for everybody")
}

/// What people call the document: its title and number, or the name of the file.
fn name_of(document: &Document) -> String {
    match (document.title.trim(), &document.number) {
        ("", None) => document.file.clone(),
        ("", Some(number)) => number.clone(),
        (title, None) => format!("《{title}》"),
        (title, Some(number)) => format!("《{title}》（{number}）"),
    }
}

fn row(clause: &Clause, document: &str, now: Instant) -> Values {
    let (heading, words) = divide(clause);
    let found = serde_json::to_string(&found_in(clause)).unwrap_or_default();
    let text = |text: String| Value::Text(text.replace('\0', ""));
    vec![
        ("clause".into(), text(clause.id.clone())),
        ("heading".into(), text(heading)),
        ("words".into(), text(words)),
        ("found".into(), text(found)),
        ("document".into(), text(document.to_owned())),
        ("read_at".into(), Value::Int(now.0)),
    ]
}

fn words_of(row: &Row) -> Result<ClauseWords, EngineError> {
    Ok(ClauseWords {
        heading: row.text("heading")?.to_owned(),
        words: row.text("words")?.to_owned(),
        found: serde_json::from_str(row.text("found")?).unwrap_or_default(),
        document: row.text("document")?.to_owned(),
        read_at: row.instant("read_at")?,
    })
}

/// Number and heading apart from the sentences. The reader puts them into one line; a title that is the beginning of
/// the first sentence stays in it.
fn divide(clause: &Clause) -> (String, String) {
    let (label, text) = (clause.number_label.trim(), clause.text().trim());
    let after_label = text.strip_prefix(label).map_or(text, str::trim_start);
    let Some(rest) = after_label.strip_prefix(clause.title.trim()) else {
        return (label.to_owned(), after_label.to_owned());
    };
    let joined = rest.starts_with(['，', '；', '：', '、', ',', ';', ':']);
    // A title that is followed by nothing but a full stop is a whole sentence.
    let sentence = !rest.is_empty() && rest.trim_matches(['。', ' ', '\u{3000}']).is_empty();
    if joined || sentence || clause.title.trim().is_empty() {
        return (label.to_owned(), after_label.to_owned());
    }
    let rest = rest.trim_start_matches(['。', ' ', '\u{3000}']);
    (format!("{label}{}", clause.title.trim()), rest.to_owned())
}

fn found_in(clause: &Clause) -> FoundInWords {
    let once = |texts: Vec<String>| {
        let mut seen = BTreeSet::new();
        texts.into_iter().filter(|text| seen.insert(text.clone())).collect()
    };
    let citation = |c: &plan::document::Citation| match (&c.title, &c.number) {
        (Some(title), Some(number)) => format!("《{title}》（{number}）"),
        (Some(title), None) => format!("《{title}》"),
        (None, number) => number.clone().unwrap_or_default(),
    };
    let parties = || clause.leads.iter().chain(&clause.supports);
    let inherited = |p: &Party| p.from.clone().map(|from| (p.name.clone(), from));
    FoundInWords {
        recurrences: once(clause.recurrences.iter().map(|r| r.written.clone()).collect()),
        targets: once(clause.targets.iter().map(|t| t.written.clone()).collect()),
        citations: once(clause.citations.iter().map(citation).collect()),
        systems: once(clause.systems.iter().map(|s| s.name.clone()).collect()),
        inherited: parties().filter_map(inherited).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_is_told_from_the_sentence_that_follows() {
        for (text, heading, words) in [
            ("一、总体要求\n\n各县区要落实责任。\n", "一、总体要求", "各县区要落实责任。"),
            ("一、加强组织领导。各县区要落实责任。\n", "一、加强组织领导", "各县区要落实责任。"),
            ("一、各县区要落实责任，每年报告一次。\n", "一、", "各县区要落实责任，每年报告一次。"),
        ] {
            let document = plan::read::read(text.as_bytes(), "own.txt").unwrap();
            let clause = document.clauses.iter().find(|c| c.id == "M.1").unwrap();
            assert_eq!(divide(clause), (heading.to_owned(), words.to_owned()), "{text}");
        }
    }

    #[test]
    fn a_document_is_called_by_its_title_and_number_or_by_its_file() {
        let document = |title: &str, number: Option<&str>| Document {
            title: title.into(),
            number: number.map(str::to_owned),
            file: "plan.txt".into(),
            ..Document::default()
        };
        for (title, number, name) in [
            ("方案", Some("某安委〔2020〕1号"), "《方案》（某安委〔2020〕1号）"),
            ("方案", None, "《方案》"),
            ("", Some("某安委〔2020〕1号"), "某安委〔2020〕1号"),
            (" ", None, "plan.txt"),
        ] {
            assert_eq!(name_of(&document(title, number)), name);
        }
    }
}
