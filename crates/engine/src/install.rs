//! Brings a database up to the packs in force: tables, and the records that come with the packs.

use base::Id;
use city::{Actor, Place};
use judge::Facts;
use plan::pack::model::SeedRows;
use plan::pack::{FieldClass, Register};
use store::{ChangeSet, Priority};

use crate::field::parse::parse;
use crate::lookups::{indexed, lookups};
use crate::record::Record;
use crate::record::change_set::{insert, journal, update};
use crate::record::write::{check, title_of};
use crate::tables::tables;
use crate::{Engine, EngineError};

/// What an installation did.
#[derive(Debug, Clone, Default)]
pub struct Installed {
    /// Changes of tables, one sentence each.
    pub tables: Vec<String>,
    /// Records added from the packs.
    pub added: u64,
    /// Records changed because the pack changed.
    pub changed: u64,
}

impl Engine {
    /// Makes tables and seed records. Nothing is ever dropped; running it again changes nothing.
    ///
    /// # Errors
    /// The database failed, or a seed row does not suit its register (register, row and field are named).
    pub async fn install(&self) -> Result<Installed, EngineError> {
        self.database.migrate().await?;
        let mut definitions = city::tables();
        let lookups = lookups(&self.model, &self.rules, &self.duties);
        definitions.extend(indexed(tables(&self.model), &self.model, &lookups));
        let mut installed =
            Installed { tables: self.database.ensure_tables(&definitions).await?, ..Installed::default() };
        for seed in &self.model.seeds {
            self.install_seed(seed, &mut installed).await?;
        }
        Ok(installed)
    }

    async fn install_seed(&self, seed: &SeedRows, installed: &mut Installed) -> Result<(), EngineError> {
        let register = self.register(&seed.register)?;
        let actor = program();
        let mut set = ChangeSet { priority: Priority::Low, ..ChangeSet::new() };
        for (number, row) in seed.rows.iter().enumerate() {
            let facts = self.seed_facts(register, seed, row).map_err(|problem| {
                EngineError::from(problem.with("register", &seed.register).with("row", number + 2))
            })?;
            let id = seed_id(register, &facts);
            let old = self.any_record(register.name(), id).await?;
            let mut new = self.seed_record(register, id, facts, &actor);
            match old {
                None => {
                    new.code = self.next_code(&register.code, &new.place, self.today()).await?;
                    set.append(insert(&self.model, register, &new));
                    set.journal.push(journal(&actor, "seed", &new, self.now(), &new.facts));
                    installed.added += 1;
                }
                Some(old) if old.facts != new.facts => {
                    let new = Record { code: old.code.clone(), created_at: old.created_at, ..new };
                    set.append(update(&self.model, register, &old, &new));
                    set.journal.push(journal(&actor, "seed", &new, self.now(), &new.facts));
                    installed.changed += 1;
                }
                Some(_) => {}
            }
        }
        if !set.changes.is_empty() {
            self.database.apply(set).await?;
        }
        Ok(())
    }

    fn seed_facts(
        &self,
        register: &Register,
        seed: &SeedRows,
        row: &[String],
    ) -> Result<Facts, base::Problem> {
        let mut facts = Facts::new();
        for (column, text) in seed.columns.iter().zip(row) {
            let Some(field) = register.field(column) else {
                return Err(base::Problem::of(column.as_str(), "import.unknown_column"));
            };
            let fact = parse(field, &self.model, std::slice::from_ref(text))?;
            if !fact.is_empty() {
                facts.insert(column.clone(), fact);
            }
        }
        match check(register, &facts).0.into_iter().next() {
            Some(problem) => Err(problem),
            None => Ok(facts),
        }
    }

    fn seed_record(&self, register: &Register, id: Id, facts: Facts, actor: &Actor) -> Record {
        let title = title_of(register, &facts, &self.model);
        Record::new(id, register, title, Place::default(), facts, actor, self.now())
    }
}

/// The program itself, where nobody acts.
#[must_use]
pub fn program() -> Actor {
    Actor {
        account: Id::NIL,
        display: "安澜".into(),
        grants: Vec::new(),
        reads: FieldClass::Internal,
        unit: None,
    }
}

/// The id of a seed record follows from its identity, so that a new version of the pack finds the old record: FNV-1a
/// over register and identifying fields, 128 bits.
fn seed_id(register: &Register, facts: &Facts) -> Id {
    let mut hash: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    let mut add = |text: &str| {
        for byte in text.bytes().chain([0]) {
            hash ^= u128::from(byte);
            hash = hash.wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013B);
        }
    };
    add(register.name());
    for name in &register.identity {
        add(&judge::fact::fact(facts, name).to_json().to_string());
    }
    Id::from_u128(hash)
}
