//! A small pack, its tables, and records that are both in memory and in a database.

use std::path::PathBuf;
use std::sync::Arc;

use base::{Day, Id};
use judge::{Fact, Facts, Rows};
use plan::expression::{Context, Expression, Folded, Moment};
use plan::pack::{Field, FieldKind, Model, Register, load_sources};
use store::{ChangeSet, ColumnDef, ColumnKind, Judged, Layout, TableDef, Value, Values};

use crate::world::World;

const PACK: &str = r#"
[pack]
id = "small"
title = { zh = "小包", en = "Small" }
version = "1"
from = 2020-06-04

[[role]]
id = "worker"
title = { zh = "员工", en = "Worker" }
seat = "enterprise"

[[value]]
id = "committee.headcount"
series = [{ from = 2019-10-01, value = { high_risk = 300, other = 1000 }, source = "甲" }]

[[value]]
id = "late"
series = [{ from = 2022-01-01, value = 1.5, source = "甲" }]

[[value]]
id = "kinds"
series = [{ from = 2020-01-01, value = ["a", "b"], source = "甲" }]

[[value]]
id = "part"
series = [{ from = 2020-01-01, value = "\"", source = "甲" }]

[[value]]
id = "strict"
series = [{ from = 2020-01-01, value = true, source = "甲" }]

[[choices]]
id = "letters"
title = { zh = "字母", en = "Letters" }
of = [{ id = "a", title = { zh = "甲", en = "A" } }, { id = "b", title = { zh = "乙", en = "B" } }, { id = "ab", title = { zh = "丙", en = "AB" } }]

[[register]]
id = "owner"
FIELDS
field = [
  { id = "name", title = { zh = "名", en = "N" }, kind = "text" },
  { id = "grade", title = { zh = "名", en = "N" }, kind = "integer" },
]

[[register]]
id = "building"
FIELDS
field = [
  { id = "name", title = { zh = "名", en = "N" }, kind = "text" },
  { id = "floors", title = { zh = "名", en = "N" }, kind = "integer" },
  { id = "height", title = { zh = "名", en = "N" }, kind = "decimal" },
  { id = "fit", title = { zh = "名", en = "N" }, kind = "yes_no" },
  { id = "letters", title = { zh = "名", en = "N" }, kind = "choice", of = "letters", many = true },
  { id = "owner", title = { zh = "名", en = "N" }, kind = "reference", to = "owner" },
]

[[register]]
id = "firm"
FIELDS
sorts = ["rank"]
field = [
  { id = "name", title = { zh = "名", en = "N" }, kind = "text" },
  { id = "headcount", title = { zh = "名", en = "N" }, kind = "integer" },
  { id = "rank", title = { zh = "名", en = "N" }, kind = "integer" },
  { id = "area", title = { zh = "名", en = "N" }, kind = "decimal", class = "secret" },
  { id = "cost", title = { zh = "名", en = "N" }, kind = "money" },
  { id = "high_risk", title = { zh = "名", en = "N" }, kind = "yes_no" },
  { id = "letter", title = { zh = "名", en = "N" }, kind = "choice", of = "letters" },
  { id = "letters", title = { zh = "名", en = "N" }, kind = "choice", of = "letters", many = true },
  { id = "founded_on", title = { zh = "名", en = "N" }, kind = "day" },
  { id = "seen_at", title = { zh = "名", en = "N" }, kind = "instant" },
  { id = "building", title = { zh = "名", en = "N" }, kind = "reference", to = "building" },
  { id = "head", title = { zh = "名", en = "N" }, kind = "account" },
  { id = "photo", title = { zh = "名", en = "N" }, kind = "image" },
  { id = "place", title = { zh = "名", en = "N" }, kind = "point" },
]

[[register]]
id = "training"
FIELDS
field = [
  { id = "name", title = { zh = "名", en = "N" }, kind = "text" },
  { id = "firm", title = { zh = "名", en = "N" }, kind = "reference", to = "firm" },
  { id = "building", title = { zh = "名", en = "N" }, kind = "reference", to = "building" },
  { id = "held_on", title = { zh = "名", en = "N" }, kind = "day" },
  { id = "hours", title = { zh = "名", en = "N" }, kind = "decimal" },
  { id = "people", title = { zh = "名", en = "N" }, kind = "integer" },
  { id = "letter", title = { zh = "名", en = "N" }, kind = "choice", of = "letters" },
  { id = "passed", title = { zh = "名", en = "N" }, kind = "yes_no" },
]
"#;

const EVERY_REGISTER: &str = "title = { zh = \"册\", en = \"Register\" }\nabout = { zh = \"甲\", en = \"A\" }\narea = \"registers\"\n\
     scope = \"place\"\nkeeper = [\"worker\"]\ncode = \"C-{seq}\"\ntitle_from = \"name\"\nlist = [\"name\"]\n";

pub(super) fn model() -> Model {
    let text = PACK.replace("FIELDS\n", EVERY_REGISTER);
    let sources = load_sources(vec![("small.toml".into(), PathBuf::from("small.toml"), text)]).unwrap();
    Model::from_sources(&sources).unwrap()
}

pub(super) fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

pub(super) fn moment() -> Moment {
    Moment {
        as_of: day("2021-06-15"),
        today: day("2021-07-01"),
        period: Some((day("2021-04-01"), day("2021-06-30"))),
    }
}

pub(super) fn context(model: &Model) -> Context<'_> {
    Context::of(model, "s", "firm").with_period()
}

/// The folded expression, and what is asked of the database.
pub(super) fn judged(model: &Model, text: &str) -> (Arc<Folded>, Judged) {
    let expression =
        Expression::check(text, &context(model)).unwrap_or_else(|faults| panic!("{text}: {faults:?}"));
    let folded = Arc::new(expression.fold(&moment(), model));
    (Arc::clone(&folded), Judged::new(folded, layout()))
}

pub(super) fn layout() -> Arc<Layout> {
    Arc::new(Layout {
        prefix: "r_".into(),
        removed: "removed_at".into(),
        zero_is_nothing: vec!["closed_at".into()],
    })
}

/// The tables, made as the engine makes them.
pub(super) fn tables(model: &Model) -> Vec<TableDef> {
    model.registers.values().map(table).collect()
}

fn table(register: &Register) -> TableDef {
    let mut table = TableDef::new(format!("r_{}", register.name()), "a register").scoped().versioned();
    for name in ["code", "title"] {
        table = table.column(ColumnDef::new(name, ColumnKind::Text, "").never_null());
    }
    for name in ["created_at", "updated_at", "removed_at"] {
        table = table.column(ColumnDef::new(name, ColumnKind::Int, "").never_null());
    }
    table = table.column(ColumnDef::new("created_by", ColumnKind::Id, "").never_null());
    for field in &register.fields {
        let class = match field.class {
            plan::pack::FieldClass::Secret => store::ColumnClass::Secret,
            _ => store::ColumnClass::Internal,
        };
        for (name, kind) in columns(field) {
            let column = ColumnDef::new(name, kind, "").class(class);
            let sorted = register.sorts.iter().any(|s| s == field.name());
            let never_null = kind == ColumnKind::Text || sorted;
            table = table.column(if never_null { column.never_null() } else { column });
        }
        if field.kind == FieldKind::Reference {
            table = table.index(&[field.name(), "id"]);
        }
    }
    table
}

fn columns(field: &Field) -> Vec<(String, ColumnKind)> {
    let name = field.name().to_owned();
    if field.is_list() {
        return vec![(name, ColumnKind::Text)];
    }
    match field.kind {
        FieldKind::Point => vec![
            (format!("{name}_longitude"), ColumnKind::Float),
            (format!("{name}_latitude"), ColumnKind::Float),
            (format!("{name}_datum"), ColumnKind::Text),
        ],
        FieldKind::Integer | FieldKind::Money | FieldKind::Instant => vec![(name, ColumnKind::Int)],
        FieldKind::Decimal => vec![(name, ColumnKind::Float)],
        FieldKind::YesNo => vec![(name, ColumnKind::Bool)],
        FieldKind::Reference | FieldKind::Account => vec![(name, ColumnKind::Id)],
        _ => vec![(name, ColumnKind::Text)],
    }
}

fn stored(register: &Register, facts: &Facts) -> Values {
    let mut values: Vec<(String, Value)> = Vec::new();
    for field in &register.fields {
        let name = field.name().to_owned();
        let sorted = register.sorts.contains(&name);
        let value = match judge::fact::fact(facts, &name) {
            Fact::Text(text) => Value::from(text),
            Fact::Integer(number) => Value::Int(*number),
            Fact::Decimal(number) => Value::Float(*number),
            Fact::YesNo(yes) => Value::Bool(*yes),
            Fact::Day(day) => Value::from(*day),
            Fact::Instant(instant) => Value::from(*instant),
            Fact::Reference(id) => Value::Id(*id),
            list @ Fact::List(_) => Value::Text(list.to_json().to_string()),
            Fact::Point { longitude, .. } => {
                values.push((format!("{name}_longitude"), Value::Float(*longitude)));
                continue;
            }
            Fact::Empty if sorted => Value::Int(i64::MIN),
            _ if field.kind == FieldKind::Point => continue,
            _ => Value::Null,
        };
        values.push((name, value));
    }
    values
        .push(("county".to_owned(), judge::fact::fact(facts, "county").as_text().unwrap_or_default().into()));
    values.into_iter().collect()
}

/// Records in memory and in a database.
#[derive(Default)]
pub(super) struct Filled {
    pub(super) rows: Rows,
    sets: Vec<ChangeSet>,
}

impl Filled {
    pub(super) fn put(&mut self, model: &Model, register: &str, id: Id, removed: bool, facts: Facts) {
        let of = model.register(register).unwrap();
        let mut values = stored(of, &facts);
        values.extend([("removed_at".to_owned(), Value::Int(i64::from(removed)))]);
        let mut set = ChangeSet::new();
        set.insert(format!("r_{register}"), id, values);
        self.sets.push(set);
        if !removed {
            self.rows.put(register, id, facts);
        }
    }

    pub(super) async fn store(&mut self, w: &World, model: &Model) {
        w.db.ensure_tables(&tables(model)).await.unwrap();
        for answer in w.db.apply_bulk(std::mem::take(&mut self.sets)).await {
            answer.unwrap();
        }
    }
}

pub(super) fn facts(pairs: &[(&str, Fact)]) -> Facts {
    pairs.iter().map(|(name, fact)| ((*name).to_owned(), fact.clone())).collect()
}
