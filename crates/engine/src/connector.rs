//! The exchange with a partner's system by files: rows in through the import of the register, rows out as the partner
//! names them; each run is recorded with its receipt, which says of every refused row what is wrong.

use std::collections::BTreeMap;

use base::Problem;
use city::{Actor, Place};
use judge::fact::fact;
use judge::{Fact, Facts};
use plan::pack::connector::{Refused, Way};
use plan::pack::{Connector, Element as _, Register, Shape};
use serde_json::{Map, Value as Json, json};

use crate::import::{ImportRow, Outcome};
use crate::install::program;
use crate::record::Record;
use crate::record::change_set::{insert, journal};
use crate::record::list::ListRequest;
use crate::record::write::title_of;
use crate::{Engine, EngineError};

/// Longest receipt that is kept, characters, as in the register.
const LONGEST: usize = 20_000;
/// Records sent out at once.
const PAGE: u32 = 500;

/// What a run brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Rows taken (in) or sent (out).
    pub taken: usize,
    /// Refused rows: the key of the row as the partner has it, and the code of each problem with its field.
    pub refused: Vec<(String, Vec<String>)>,
    /// Refused rows wait for somebody to look at them; otherwise they are offered again with the next run.
    pub for_somebody: bool,
}

impl Receipt {
    /// The receipt as the partner gets it.
    #[must_use]
    pub fn json(&self) -> Json {
        let refused: Vec<Json> =
            self.refused.iter().map(|(key, why)| json!({ "key": key, "problems": why })).collect();
        json!({ "taken": self.taken, "refused": refused, "refused_rows": if self.for_somebody { "looked_at" } else { "offer_again" } })
    }
}

impl Engine {
    fn connector(&self, id: &str) -> Result<(&Connector, &Register), EngineError> {
        let connector = self.model.elements.connectors.get(id).ok_or(EngineError::NotFound)?;
        let of = connector.of.get_ref();
        let register = self.model.procedure(of).map_or(of, |p| &p.register);
        Ok((connector, self.register(register)?))
    }

    /// Takes the rows of a partner's file (JSON: a list of objects; otherwise CSV with a head line) in, in the name and
    /// within the scope of `actor`.
    ///
    /// # Errors
    /// No such connector, not this way, the file is neither, or the database failed. Bad rows are refused one by one.
    pub async fn connector_in(
        &self,
        actor: &Actor,
        id: &str,
        name: &str,
        file: &[u8],
    ) -> Result<Receipt, EngineError> {
        let (connector, register) = self.connector(id)?;
        if connector.direction == Way::Out {
            return Err(EngineError::Refused(Problem::new("connector.other_way").with("connector", id)));
        }
        let theirs = read(file)?;
        let mut rows = Vec::with_capacity(theirs.len());
        let mut keys = Vec::with_capacity(theirs.len());
        for (at, row) in theirs.iter().enumerate() {
            keys.push(row.get(connector.key.get_ref()).cloned().unwrap_or_default());
            let cells = connector
                .mapping
                .iter()
                .filter_map(|(their, our)| Some((our.get_ref().clone(), row.get(their)?.clone())));
            rows.push(ImportRow {
                number: u32::try_from(at + 1).unwrap_or(u32::MAX),
                cells: cells.collect(),
            });
        }
        let outcomes = match register.cases {
            true => self.cases_in(actor, connector, register, &rows).await?,
            false => self.import(actor, register.name(), &rows).await?,
        };
        let mut receipt =
            Receipt { taken: 0, refused: Vec::new(), for_somebody: connector.refused == Refused::Case };
        for (key, outcome) in keys.into_iter().zip(outcomes) {
            match outcome {
                Outcome::Refused(problems) => {
                    let why =
                        problems.0.iter().map(|p| format!("{}: {}", their_name(connector, &p.field), p.code));
                    receipt.refused.push((key, why.collect()));
                }
                _ => receipt.taken += 1,
            }
        }
        self.keep_connector_run(connector, "in", name, &receipt).await?;
        Ok(receipt)
    }

    /// Opens a case for each of a partner's rows: by the procedure that the connector names, or the only one of its register
    /// that is opened by hand.
    async fn cases_in(
        &self,
        actor: &Actor,
        connector: &Connector,
        register: &Register,
        rows: &[ImportRow],
    ) -> Result<Vec<Outcome>, EngineError> {
        let unfit =
            |why: &'static str| EngineError::Refused(Problem::new(why).with("connector", connector.name()));
        let named = self.model.procedure(connector.of.get_ref());
        let mut opened = self.model.procedures_of(register.name()).filter(|p| p.opening.is_some());
        let procedure = match (named, opened.next(), opened.next()) {
            (Some(named), ..) => named,
            (None, Some(only), None) => only,
            _ => return Err(unfit("connector.which_procedure")),
        };
        let number = connector.mapping.get(connector.key.get_ref()).map(|ours| ours.get_ref().as_str());
        let number = number.filter(|ours| register.field(ours).is_some());
        let number = number.ok_or_else(|| unfit("connector.no_number"))?;
        self.open_rows(actor, procedure, number, rows).await
    }

    /// The records that `actor` sees, as the partner names their fields.
    ///
    /// # Errors
    /// No such connector, not this way, or the database failed.
    pub async fn connector_out(&self, actor: &Actor, id: &str, name: &str) -> Result<Json, EngineError> {
        let (connector, register) = self.connector(id)?;
        if connector.direction == Way::In {
            return Err(EngineError::Refused(Problem::new("connector.other_way").with("connector", id)));
        }
        let mut sent: Vec<Json> = Vec::new();
        let mut after = String::new();
        loop {
            let request = ListRequest { after: after.clone(), limit: PAGE, ..ListRequest::default() };
            let page = self.list(actor, register.name(), &request).await?;
            sent.extend(page.records.iter().map(|record| row_out(connector, record)));
            match page.next {
                Some(next) => after = next,
                None => break,
            }
        }
        let receipt = Receipt { taken: sent.len(), refused: Vec::new(), for_somebody: false };
        self.keep_connector_run(connector, "out", name, &receipt).await?;
        Ok(Json::Array(sent))
    }

    async fn keep_connector_run(
        &self,
        connector: &Connector,
        way: &str,
        file: &str,
        receipt: &Receipt,
    ) -> Result<(), EngineError> {
        let Some(register) = self.model.shaped(Shape::ConnectorRun) else { return Ok(()) };
        let count = |n: usize| Fact::Integer(i64::try_from(n).unwrap_or(i64::MAX));
        let written: String = receipt.json().to_string().chars().take(LONGEST).collect();
        let facts = Facts::from([
            ("element".to_owned(), Fact::Text(connector.name().to_owned())),
            ("name".to_owned(), Fact::Text(connector.title.zh.clone())),
            ("way".to_owned(), Fact::Text(way.to_owned())),
            ("ran_at".to_owned(), Fact::Instant(self.now())),
            ("file".to_owned(), Fact::Text(file.chars().take(200).collect())),
            ("taken".to_owned(), count(receipt.taken)),
            ("refused".to_owned(), count(receipt.refused.len())),
            ("receipt".to_owned(), Fact::Text(written)),
        ]);
        let actor = program();
        let title = title_of(register, &facts, &self.model);
        let code = self.next_code(&register.code, &Place::default(), self.today()).await?;
        let record = Record {
            code,
            ..Record::new(self.new_id(), register, title, Place::default(), facts, &actor, self.now())
        };
        let mut set = insert(&self.model, register, &record);
        set.journal.push(journal(&actor, "create", &record, self.now(), &record.facts));
        self.database.apply(set).await?;
        Ok(())
    }
}

/// A record as the partner names its fields.
fn row_out(connector: &Connector, record: &Record) -> Json {
    let mut row = Map::new();
    for (their, our) in &connector.mapping {
        let our = our.get_ref().as_str();
        let value = match our {
            "code" => Json::from(record.code.as_str()),
            "title" => Json::from(record.title.as_str()),
            "state" => Json::from(record.case.as_ref().map_or("", |c| c.state.as_str())),
            _ => fact(&record.facts, our).to_json(),
        };
        row.insert(their.clone(), value);
    }
    Json::Object(row)
}

/// How the partner calls one of our fields.
fn their_name<'a>(connector: &'a Connector, ours: &'a str) -> &'a str {
    let found = connector.mapping.iter().find(|(_, our)| our.get_ref() == ours);
    found.map_or(ours, |(their, _)| their.as_str())
}

/// The rows of a file, by the partner's names.
fn read(file: &[u8]) -> Result<Vec<BTreeMap<String, String>>, EngineError> {
    let unreadable =
        |cause: String| EngineError::Refused(Problem::new("connector.unreadable").with("cause", cause));
    let first = file.iter().find(|b| !b.is_ascii_whitespace());
    if first == Some(&b'[') {
        let rows: Vec<Map<String, Json>> =
            serde_json::from_slice(file).map_err(|error| unreadable(error.to_string()))?;
        let text = |value: Json| match value {
            Json::String(text) => text,
            Json::Null => String::new(),
            other => other.to_string(),
        };
        return Ok(rows.into_iter().map(|r| r.into_iter().map(|(k, v)| (k, text(v))).collect()).collect());
    }
    let file = file.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(file);
    let mut reader = csv::Reader::from_reader(file);
    reader.deserialize().collect::<Result<_, _>>().map_err(|error| unreadable(error.to_string()))
}
