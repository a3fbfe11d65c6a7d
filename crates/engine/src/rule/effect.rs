//! What a rule has brought about for a record: one row per rule and record, so that nothing comes twice.

use std::collections::BTreeMap;

use base::{Id, Instant, Text};
use city::Place;
use plan::pack::{ConsequenceKind, Rule};
use store::{Change, ColumnClass, ColumnDef, ColumnKind, Condition, Query, Row, Scope, TableDef, Value};

use crate::record::Record;
use crate::record::read::place_of;
use crate::{Engine, EngineError};

/// What rules have brought about.
pub const RULE_EFFECT: &str = "rule_effect";
/// How many records fail and cannot be judged, by rule and county, as of the last sweep.
pub const RULE_COUNT: &str = "rule_count";
/// When a rule was swept last.
pub const RULE_RUN: &str = "rule_run";

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// Identity.
    pub id: Id,
    /// Version, for changing it.
    pub version: i64,
    /// The rule.
    pub rule: String,
    /// Register of the record.
    pub register: String,
    /// The record.
    pub record: Id,
    /// Its code and title when it was made.
    pub code: String,
    /// See `code`.
    pub title: String,
    /// `warn`, `open`, `notify` or `propose`.
    pub kind: String,
    /// What was opened or proposed: register and id; empty and nil otherwise.
    pub made_register: String,
    /// See `made_register`.
    pub made: Id,
    /// The words, with the values that led to it.
    pub words: Text,
    /// Since when it fails.
    pub since: Instant,
    /// When it was seen to hold again; 0 while it fails.
    pub until: Instant,
    /// How often it has failed anew.
    pub times: i64,
    /// Where the record stands.
    pub place: Place,
}

impl Effect {
    /// True while the rule fails.
    #[must_use]
    pub fn stands(&self) -> bool {
        self.until.0 == 0
    }
}

fn text(name: &str, comment: &str) -> ColumnDef {
    ColumnDef::new(name, ColumnKind::Text, comment).never_null().class(ColumnClass::Public)
}

fn int(name: &str, comment: &str) -> ColumnDef {
    ColumnDef::new(name, ColumnKind::Int, comment).never_null().class(ColumnClass::Public)
}

fn id(name: &str, comment: &str) -> ColumnDef {
    ColumnDef::new(name, ColumnKind::Id, comment).never_null().class(ColumnClass::Public)
}

/// The tables of rules.
#[must_use]
pub fn tables() -> Vec<TableDef> {
    let internal = |name: &str, comment: &str| {
        ColumnDef::new(name, ColumnKind::Text, comment).never_null().class(ColumnClass::Internal)
    };
    let effect = TableDef::new(RULE_EFFECT, "What a rule has brought about for a record")
        .scoped()
        .versioned()
        .column(text("rule", "the rule"))
        .column(text("register", "register of the record"))
        .column(id("record", "the record"))
        .column(text("code", "its code"))
        .column(text("title", "its title"))
        .column(text("kind", "warn, open, notify or propose"))
        .column(text("made_register", "register of what was opened or proposed"))
        .column(id("made", "what was opened or proposed"))
        .column(internal("words", "the words and the values that led to it"))
        .column(internal("words_en", "the same in English"))
        .column(int("since", "since when it fails"))
        .column(int("until", "when it was seen to hold again; 0 while it fails"))
        .column(int("times", "how often it has failed anew"))
        .unique(&["rule", "record"])
        .index(&["record"])
        .index(&["rule", "until", "id"]);
    let count = TableDef::new(RULE_COUNT, "Records that fail or cannot be judged, by rule and county")
        .scoped()
        .column(text("rule", "the rule"))
        .column(int("judged", "records that it is about"))
        .column(int("failing", "records for which it fails"))
        .column(int("cannot", "records for which it cannot be judged"))
        .column(int("at", "when they were counted"))
        .unique(&["rule", "county"]);
    let run = TableDef::new(RULE_RUN, "When a rule was swept last")
        .column(text("rule", "the rule"))
        .column(text("day", "the day for which it was judged"))
        .column(int("at", "when"))
        .unique(&["rule"]);
    vec![effect, count, run]
}

/// The row as an effect.
///
/// # Errors
/// A column is missing or of another type.
pub(crate) fn effect_of(row: &Row) -> Result<Effect, store::StoreError> {
    Ok(Effect {
        id: row.id("id")?,
        version: row.int("version")?,
        rule: row.text("rule")?.to_owned(),
        register: row.text("register")?.to_owned(),
        record: row.id("record")?,
        code: row.text("code")?.to_owned(),
        title: row.text("title")?.to_owned(),
        kind: row.text("kind")?.to_owned(),
        made_register: row.text("made_register")?.to_owned(),
        made: row.id("made")?,
        words: Text::new(row.text("words")?, row.text("words_en")?),
        since: row.instant("since")?,
        until: row.instant("until")?,
        times: row.int("times")?,
        place: place_of(row)?,
    })
}

/// What was opened or proposed.
pub(crate) type Made = Option<(String, Id)>;

impl Engine {
    /// What rules have brought about for these records.
    ///
    /// # Errors
    /// The database failed.
    pub(crate) async fn effects_on(
        &self,
        records: impl IntoIterator<Item = Id>,
        rule: Option<&str>,
    ) -> Result<BTreeMap<(String, Id), Effect>, EngineError> {
        let ids: Vec<Value> = records.into_iter().map(Value::Id).collect();
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let mut query = Query::of(RULE_EFFECT, Scope::system("what rules have brought about"))
            .filter(Condition::In("record".into(), ids))
            .limit(u32::MAX);
        if let Some(rule) = rule {
            query = query.filter(Condition::eq("rule", rule));
        }
        let mut found = BTreeMap::new();
        for row in self.database.select(&query).await? {
            let effect = effect_of(&row)?;
            found.insert((effect.rule.clone(), effect.record), effect);
        }
        Ok(found)
    }

    /// The change that writes down what `rule` brings about for `record`.
    pub(crate) fn effect_change(
        &self,
        rule: &Rule,
        record: &Record,
        before: Option<&Effect>,
        made: Made,
        words: &Text,
    ) -> Change {
        let now = self.now();
        let (made_register, made) = made.unwrap_or_else(|| (String::new(), Id::NIL));
        let text = |text: &str| Value::Text(text.to_owned());
        let kind: ConsequenceKind = rule.otherwise.kind();
        let mut values = vec![
            ("code".to_owned(), text(&record.code)),
            ("title".to_owned(), text(&record.title)),
            ("kind".to_owned(), text(kind.name())),
            ("made_register".to_owned(), Value::Text(made_register)),
            ("made".to_owned(), Value::Id(made)),
            ("words".to_owned(), text(&words.zh)),
            ("words_en".to_owned(), text(&words.en)),
            ("since".to_owned(), Value::Int(now.0)),
            ("until".to_owned(), Value::Int(0)),
            ("times".to_owned(), Value::Int(before.map_or(1, |b| b.times + 1))),
        ];
        values.extend(place_values(&record.place));
        match before {
            Some(before) => Change::Update {
                table: RULE_EFFECT.into(),
                id: before.id,
                expected_version: Some(before.version),
                values,
            },
            None => {
                values.push(("rule".to_owned(), text(rule.name())));
                values.push(("register".to_owned(), text(&record.register)));
                values.push(("record".to_owned(), Value::Id(record.id)));
                Change::Insert { table: RULE_EFFECT.into(), id: self.new_id_at(now), values }
            }
        }
    }
}

/// The scope columns of a row that belongs to a record there.
pub(crate) fn place_values(place: &Place) -> Vec<(String, Value)> {
    vec![
        ("county".into(), Value::Text(place.county.clone())),
        ("township".into(), Value::Text(place.township.clone())),
        ("organisation".into(), Value::Id(place.organisation)),
        ("sector".into(), Value::Text(place.sector.clone())),
        ("park".into(), Value::Text(place.park.clone())),
    ]
}
