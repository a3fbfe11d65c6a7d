//! What creating and changing records have in common: what is checked, and how a change is applied with what it brings
//! about. The pure part makes a [`ChangeSet`]; the thin part reads, asks and applies.

use base::{Id, Problem, Problems};
use city::{Actor, Place};
use judge::fact::fact;
use judge::{Fact, Facts};
use plan::pack::{Field, Model, Register};
use store::{Applied, ChangeSet, Condition, Query, Scope, WriteError};

use super::Record;
use super::beside::taken;
use crate::field::show::show;
use crate::risk::assess::Given;
use crate::rule::effect::RULE_EFFECT;
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

    /// Applies a change together with what it brings about in other records, and what the rules say of it and of `also`,
    /// new records in the same change. Where somebody changed one of those in the
    /// meantime, they are read anew; a change of the record itself is a conflict.
    pub(crate) async fn apply_with_ripples(
        &self,
        actor: &Actor,
        register: &Register,
        old: Option<&Record>,
        new: &Record,
        also: &[Record],
        plain: &ChangeSet,
    ) -> Result<Applied, EngineError> {
        let mut tries = 0;
        loop {
            let mut set = plain.clone();
            self.ripple(actor, register, old, new, &mut set).await?;
            if let Some(old) = old {
                self.move_along(register, old, new, &mut set).await?;
            }
            self.judge_one(register, old, new, also, &mut set).await?;
            match self.database.apply(set).await {
                Err(WriteError::Duplicate { table, .. }) if table == RULE_EFFECT && tries < RIPPLE_TRIES => {
                    tries += 1;
                }
                Err(WriteError::Conflict { id, .. }) if id != new.id && tries < RIPPLE_TRIES => tries += 1,
                Err(WriteError::Duplicate { table, columns }) if table == table_name(register.name()) => {
                    return Err(taken(register, &columns, &new.facts).into());
                }
                other => {
                    let applied = other?;
                    if applied == Applied::Done {
                        self.duties_follow(register, old, new).await;
                    }
                    return Ok(applied);
                }
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
        let named = self.check_references(actor, register, &record.facts, &[]).await?;
        record.place = self.place_for(register, record.id, &record.facts, &named).await?;
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
        self.set_computed(register, Given { old: None, sent: input }, &mut facts)?;
        check(register, &facts).or(())?;
        let title = title_of(register, &facts, &self.model);
        Ok(Record::new(self.new_id_at(now), register, title, place, facts, actor, now))
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
        if register.keeper.is_empty() {
            return Err(EngineError::Refused(Problem::new("record.kept_by_program")));
        }
        let titles: Vec<&str> = register
            .keeper
            .iter()
            .filter_map(|r| self.model.roles.get(r))
            .map(|r| r.title.zh.as_str())
            .collect();
        Err(EngineError::Refused(Problem::new("record.not_keeper").with("roles", titles.join("、"))))
    }

    pub(crate) async fn find_for_change(
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
    let mut facts = input.only(|name| register.field(name).is_some_and(|f| !f.computed));
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
