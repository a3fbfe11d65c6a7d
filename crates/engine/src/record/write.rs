//! Creating and changing records. The pure part makes a [`ChangeSet`]; the thin part reads, asks and applies.

use base::{Id, Instant, Problem, Problems};
use city::{Actor, Place};
use judge::fact::fact;
use judge::{Fact, Facts};
use plan::pack::{Field, Model, Register, ScopeFrom};
use serde_json::{Map, Value as Json, json};
use store::{
    Applied, ChangeSet, Condition, Delta, JournalEntry, Query, Scope, SearchEntry, Value, WriteError,
};

use super::beside::taken;
use super::{CaseHead, Record};
use crate::field::column::to_values;
use crate::field::show::show;
use crate::tables::table_name;
use crate::{Engine, EngineError};

/// How often other records are read anew when somebody else keeps changing them.
pub(crate) const RIPPLE_TRIES: u32 = 20;

/// What identifies one sending of a form, so that a double click makes one record.
#[derive(Debug, Clone, Default)]
pub struct Sending {
    /// The form's key; empty for calls that may be repeated.
    pub key: String,
}

impl Engine {
    /// Creates a record in a register that does not hold cases.
    ///
    /// # Errors
    /// Not a keeper over the place, wrong or missing fields, a value that must be unique is taken.
    pub async fn create(
        &self,
        actor: &Actor,
        register: &str,
        input: &Facts,
        sending: &Sending,
    ) -> Result<Id, EngineError> {
        let register = self.register(register)?;
        if register.cases {
            return Err(EngineError::Refused(Problem::new("record.opened_by_procedure")));
        }
        if let Some(id) = self.earlier(sending).await?.and_then(|made| made.parse().ok()) {
            return Ok(id);
        }
        let record = self.prepare(actor, register, input).await?;
        let mut plain = insert(&self.model, register, &record);
        plain.journal.push(journal(actor, "create", &record, self.now(), &record.facts));
        plain.idempotency_key = (!sending.key.is_empty()).then(|| sending.key.clone());
        match self.apply_with_ripples(actor, register, None, &record, &plain).await? {
            Applied::Done => Ok(record.id),
            Applied::AlreadyDone(result) => Ok(result.parse().unwrap_or(record.id)),
        }
    }

    /// What an earlier sending with the same key made: a second tap gets the answer of the first, not a complaint that
    /// the record exists or has moved on.
    pub(crate) async fn earlier(&self, sending: &Sending) -> Result<Option<String>, EngineError> {
        if sending.key.is_empty() {
            return Ok(None);
        }
        let query = Query::of("idempotency", Scope::system("an earlier sending"))
            .columns(&["result"])
            .filter(Condition::eq("request_key", sending.key.as_str()))
            .limit(1);
        let row = self.database.first(&query).await?;
        Ok(row.map(|row| row.text("result").map(str::to_owned)).transpose()?)
    }

    /// Applies a change together with what it brings about in other records. Where somebody changed one of those in the
    /// meantime, they are read anew; a change of the record itself is a conflict.
    async fn apply_with_ripples(
        &self,
        actor: &Actor,
        register: &Register,
        old: Option<&Record>,
        new: &Record,
        plain: &ChangeSet,
    ) -> Result<Applied, EngineError> {
        let mut tries = 0;
        loop {
            let mut set = plain.clone();
            self.ripple(actor, register, old, new, &mut set).await?;
            if let Some(old) = old {
                self.move_along(register, old, new, &mut set).await?;
            }
            match self.database.apply(set).await {
                Err(WriteError::Conflict { id, .. }) if id != new.id && tries < RIPPLE_TRIES => tries += 1,
                Err(WriteError::Duplicate { table, columns }) if table == table_name(register.name()) => {
                    return Err(taken(register, &columns, &new.facts).into());
                }
                other => return Ok(other?),
            }
        }
    }

    /// A complete new record that has not been written: allowed, checked, placed, coded.
    ///
    /// # Errors
    /// As for [`Engine::create`].
    pub async fn prepare(
        &self,
        actor: &Actor,
        register: &Register,
        input: &Facts,
    ) -> Result<Record, EngineError> {
        let mut record = self.new_record(actor, register, input, Place::default())?;
        self.check_references(actor, register, &record.facts).await?;
        record.place = self.place_for(register, record.id, &record.facts).await?;
        self.may_keep(actor, register, &record.place)?;
        self.check_accounts(actor, register, &record.facts, &record.place).await?;
        self.check_unique(register, &record.facts, &record.place, None).await?;
        record.code = self.next_code(&register.code, &record.place, self.today()).await?;
        Ok(record)
    }

    /// The pure part of [`Engine::prepare`]: defaults, computed fields, what is missing; at `place`, without a code.
    ///
    /// # Errors
    /// Wrong or missing fields.
    pub fn new_record(
        &self,
        actor: &Actor,
        register: &Register,
        input: &Facts,
        place: Place,
    ) -> Result<Record, EngineError> {
        let now = self.now();
        let mut facts = with_defaults(register, input);
        self.set_computed(register, &mut facts)?;
        check(register, &facts).or(())?;
        let title = title_of(register, &facts, &self.model);
        Ok(Record::new(self.new_id_at(now), register, title, place, facts, actor, now))
    }

    /// Changes fields of a record that does not go round a procedure.
    ///
    /// # Errors
    /// Not visible, not a keeper, changed by somebody else since `version`, wrong fields.
    pub async fn update(
        &self,
        actor: &Actor,
        register: &str,
        id: Id,
        version: i64,
        input: &Facts,
    ) -> Result<(), EngineError> {
        let register = self.register(register)?;
        if register.cases {
            return Err(EngineError::Refused(Problem::new("record.changed_by_steps")));
        }
        let old = self.find_for_change(actor, register, id).await?;
        if old.version != version {
            return Err(EngineError::Conflict);
        }
        self.may_keep(actor, register, &old.place)?;
        let reads = self.reads_at(actor, register, &old.place);
        let typed = |name: &String| register.field(name).is_some_and(|f| !f.computed && f.class <= reads);
        let mut new = old.clone();
        for (name, value) in input.iter().filter(|(name, _)| typed(name)) {
            new.facts.insert(name.clone(), value.clone());
        }
        self.set_computed(register, &mut new.facts)?;
        check(register, &new.facts).or(())?;
        let changed = changed(&old.facts, &new.facts);
        if changed.is_empty() {
            return Ok(());
        }
        // What somebody else referred to, and this person does not see, stays.
        self.check_references(actor, register, &changed).await?;
        new.place = self.place_for(register, id, &new.facts).await?;
        self.may_keep(actor, register, &new.place)?;
        self.check_accounts(actor, register, &changed, &new.place).await?;
        self.check_unique(register, &new.facts, &new.place, Some(id)).await?;
        new.title = title_of(register, &new.facts, &self.model);
        new.updated_at = self.now();
        let mut plain = update(&self.model, register, &old, &new);
        plain.journal.push(journal(actor, "update", &new, self.now(), &changed));
        self.apply_with_ripples(actor, register, Some(&old), &new, &plain).await?;
        Ok(())
    }

    /// Whether one of the actor's roles over `place` keeps the register.
    ///
    /// # Errors
    /// [`EngineError::Refused`] with the roles that may.
    pub fn may_keep(&self, actor: &Actor, register: &Register, place: &Place) -> Result<(), EngineError> {
        let roles = actor.roles_over(place);
        if register.keeper.iter().any(|role| roles.contains(role)) {
            return Ok(());
        }
        let titles: Vec<&str> = register
            .keeper
            .iter()
            .filter_map(|r| self.model.roles.get(r))
            .map(|r| r.title.zh.as_str())
            .collect();
        Err(EngineError::Refused(Problem::new("record.not_keeper").with("roles", titles.join("、"))))
    }

    async fn find_for_change(
        &self,
        actor: &Actor,
        register: &Register,
        id: Id,
    ) -> Result<Record, EngineError> {
        let visible = self.record(actor, register.name(), id).await?;
        // The whole record, with the fields that this person may not read: they must survive the change.
        self.any_record(register.name(), visible.id).await?.ok_or(EngineError::NotFound)
    }
}

/// Everything that is wrong with the fields of a record by themselves.
#[must_use]
pub fn check(register: &Register, facts: &Facts) -> Problems {
    let missing = |f: &&Field| f.required && fact(facts, f.name()).is_empty();
    Problems(
        register.fields.iter().filter(missing).map(|f| Problem::of(f.name(), "field.required")).collect(),
    )
}

/// The input without what is computed, with the defaults of what was left empty.
pub(crate) fn with_defaults(register: &Register, input: &Facts) -> Facts {
    let known = |name: &String| register.field(name).is_some_and(|f| !f.computed);
    let mut facts: Facts =
        input.iter().filter(|(name, _)| known(name)).map(|(n, f)| (n.clone(), f.clone())).collect();
    for field in &register.fields {
        if let (Some(default), true) = (&field.default, fact(&facts, field.name()).is_empty()) {
            facts.insert(field.name().to_owned(), default_fact(default));
        }
    }
    facts
}

fn default_fact(value: &toml::Value) -> Fact {
    match value {
        toml::Value::String(text) => Fact::Text(text.clone()),
        toml::Value::Integer(number) => Fact::Integer(*number),
        toml::Value::Float(number) => Fact::Decimal(*number),
        toml::Value::Boolean(yes) => Fact::YesNo(*yes),
        _ => Fact::Empty,
    }
}

/// The title of a record: the shown value of its title field, at most 80 characters.
#[must_use]
pub fn title_of(register: &Register, facts: &Facts, model: &Model) -> String {
    let Some(field) = register.field(&register.title_from) else { return String::new() };
    let shown = show(
        field,
        fact(facts, field.name()),
        model,
        base::Language::Chinese,
        &crate::field::show::Titles::new(),
    );
    let line: String = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(80).collect()
}

/// The fields whose values differ, with their new values.
#[must_use]
pub fn changed(old: &Facts, new: &Facts) -> Facts {
    let names = old.keys().chain(new.keys());
    let differs = |name: &&String| fact(old, name) != fact(new, name);
    names.filter(differs).map(|name| (name.clone(), fact(new, name).clone())).collect()
}

/// The change that inserts `record`: its row, counters and search words.
#[must_use]
pub fn insert(model: &Model, register: &Register, record: &Record) -> ChangeSet {
    let mut values = head_values(register, record);
    values.push(("created_at".into(), Value::Int(record.created_at.0)));
    values.push(("created_by".into(), Value::Id(record.created_by)));
    values.push(("removed_at".into(), Value::Int(0)));
    push_fields(&mut values, register, &record.facts);
    let mut set =
        ChangeSet { result: record.id.to_string(), deltas: counts(register, record, 1), ..ChangeSet::new() };
    set.insert(table_name(register.name()), record.id, values);
    set.search.push(search_entry(model, register, record));
    set
}

/// The change that turns `old` into `new`.
#[must_use]
pub fn update(model: &Model, register: &Register, old: &Record, new: &Record) -> ChangeSet {
    let mut values = head_values(register, new);
    push_fields(&mut values, register, &new.facts);
    let mut set = ChangeSet { result: new.id.to_string(), ..ChangeSet::new() };
    set.update(table_name(register.name()), new.id, Some(old.version), values);
    let mut deltas = counts(register, old, -1);
    let added = counts(register, new, 1);
    // What counts alike before and after is not counted at all.
    let mut kept = Vec::new();
    for delta in added {
        match deltas.iter().position(|d| same_counter(d, &delta)) {
            Some(at) => drop(deltas.swap_remove(at)),
            None => kept.push(delta),
        }
    }
    deltas.extend(kept);
    set.deltas = deltas;
    if search_text(model, register, old) != search_text(model, register, new) || old.place != new.place {
        set.search.push(search_entry(model, register, new));
    }
    set
}

fn same_counter(a: &Delta, b: &Delta) -> bool {
    a.counter == b.counter
        && a.county == b.county
        && a.township == b.township
        && a.sector == b.sector
        && a.value == b.value
}

fn head_values(register: &Register, record: &Record) -> Vec<(String, Value)> {
    let place = &record.place;
    let mut values: Vec<(String, Value)> = vec![
        ("code".into(), Value::Text(record.code.clone())),
        ("title".into(), Value::Text(record.title.clone())),
        ("updated_at".into(), Value::Int(record.updated_at.0)),
    ];
    if register.scope != ScopeFrom::Shared {
        values.extend([
            ("county".into(), Value::Text(place.county.clone())),
            ("township".into(), Value::Text(place.township.clone())),
            ("organisation".into(), Value::Id(place.organisation)),
            ("sector".into(), Value::Text(place.sector.clone())),
            ("park".into(), Value::Text(place.park.clone())),
        ]);
    }
    if let Some(case) = &record.case {
        values.extend(case_values(case));
    }
    values
}

fn case_values(case: &CaseHead) -> Vec<(String, Value)> {
    vec![
        ("procedure".into(), Value::Text(case.procedure.clone())),
        ("state".into(), Value::Text(case.state.clone())),
        ("open".into(), Value::Bool(case.open)),
        ("opened_at".into(), Value::Int(case.opened_at.0)),
        ("opened_by".into(), Value::Id(case.opened_by)),
        ("entered_at".into(), Value::Int(case.entered_at.0)),
        ("due_at".into(), Value::Int(case.due_at.0)),
        ("closed_at".into(), Value::Int(case.closed_at.0)),
    ]
}

fn push_fields(values: &mut Vec<(String, Value)>, register: &Register, facts: &Facts) {
    for field in &register.fields {
        for (column, value) in to_values(register, field, fact(facts, field.name())) {
            if !values.iter().any(|(name, _)| *name == column) {
                values.push((column, value));
            }
        }
    }
}

/// The counters to which a record adds `amount`: the register itself, its counted fields, the state of a case.
#[must_use]
pub fn counts(register: &Register, record: &Record, amount: i64) -> Vec<Delta> {
    let place = &record.place;
    let delta = |counter: String, value: String| Delta {
        counter,
        county: place.county.clone(),
        township: place.township.clone(),
        sector: place.sector.clone(),
        value,
        amount,
    };
    let mut deltas = vec![delta(register.name().to_owned(), String::new())];
    for name in &register.counted {
        let values = match fact(&record.facts, name) {
            Fact::List(list) => list.clone(),
            Fact::Text(text) => vec![text.clone()],
            Fact::YesNo(yes) => vec![yes.to_string()],
            _ => continue,
        };
        deltas.extend(values.into_iter().map(|value| delta(format!("{}.{name}", register.name()), value)));
    }
    if let Some(case) = &record.case {
        deltas
            .push(delta(format!("{}.state", register.name()), format!("{}/{}", case.procedure, case.state)));
    }
    deltas
}

fn search_entry(model: &Model, register: &Register, record: &Record) -> SearchEntry {
    let place = &record.place;
    SearchEntry {
        table: table_name(register.name()),
        id: record.id,
        county: place.county.clone(),
        township: place.township.clone(),
        organisation: place.organisation,
        sector: place.sector.clone(),
        park: place.park.clone(),
        text: search_text(model, register, record),
    }
}

fn search_text(model: &Model, register: &Register, record: &Record) -> String {
    let titles = crate::field::show::Titles::new();
    let mut words = vec![record.code.clone(), record.title.clone()];
    for name in register.search.iter().filter(|name| **name != register.title_from) {
        if let Some(field) = register.field(name) {
            words.push(show(field, fact(&record.facts, name), model, base::Language::Chinese, &titles));
        }
    }
    words.join(" ")
}

/// The journal entry of a change: who, what, and the fields written. Personal and secret fields are in it too, since
/// it is the proof; reading it is the auditor's alone.
#[must_use]
pub fn journal(actor: &Actor, operation: &str, record: &Record, at: Instant, facts: &Facts) -> JournalEntry {
    let fields: Map<String, Json> = facts.iter().map(|(name, fact)| (name.clone(), fact.to_json())).collect();
    let mut payload = json!({ "code": record.code, "fields": fields });
    if let (Some(case), Some(object)) = (&record.case, payload.as_object_mut()) {
        object.insert("procedure".into(), Json::from(case.procedure.as_str()));
        object.insert("state".into(), Json::from(case.state.as_str()));
    }
    JournalEntry {
        at,
        actor: actor.account,
        operation: format!("{}.{operation}", record.register),
        table: table_name(&record.register),
        record: record.id,
        county: record.place.county.clone(),
        payload: payload.to_string(),
    }
}
