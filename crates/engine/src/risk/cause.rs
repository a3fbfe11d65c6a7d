//! What asks for a new assessment, and of which factors: the pack names the fields of each register (`reassess`), the
//! references of the record lead to the factors.

use std::collections::BTreeSet;

use base::{Id, Language, Problem};
use judge::fact::fact;
use judge::{Fact, Facts};
use plan::pack::{FieldKind, Register, Shape};
use store::{Condition, Query, Scope};

use crate::field::show::{Titles, show};
use crate::record::Record;
use crate::tables::table_name;
use crate::{Engine, EngineError};

/// Factors that one change concerns at most; more than any unit has.
const MOST: u32 = 500;

/// Why a factor is assessed again.
#[derive(Debug, Clone)]
pub(crate) struct Cause {
    /// A choice of the cases' field `reason`.
    pub(crate) reason: String,
    /// What changed, in words.
    pub(crate) what: String,
    /// The record that changed, where it is a case such as a hazard.
    pub(crate) case: Option<(String, Id)>,
}

impl Engine {
    /// What the change from `old` (empty for a new record) to `new` asks for, by the pack's `reassess` of the register.
    pub(crate) fn cause(&self, register: &Register, old: Option<&Facts>, new: &Record) -> Option<Cause> {
        let nothing = Facts::new();
        let old = old.unwrap_or(&nothing);
        let differs = |name: &&String| fact(old, name) != fact(&new.facts, name);
        let holds = |c: &&plan::pack::Reassess| {
            c.fields.iter().any(|name| differs(&name)) && c.when.holds(|f| fact(&new.facts, f).as_choice())
        };
        let fallen: Vec<_> = register.reassess.iter().filter(holds).collect();
        let reason = fallen.first()?.reason.clone();
        let changed = fallen.iter().flat_map(|c| c.fields.iter().filter(differs));
        let lines: Vec<String> =
            changed.filter_map(|name| self.in_words(register, name, old, &new.facts)).collect();
        let case = new.case.is_some().then(|| (register.name().to_owned(), new.id));
        let of = format!("{} {} {}", register.title.zh, new.code, new.title);
        let what = match (&case, register.shape) {
            // A case is told by what it is, not by the field that asked.
            (Some(_), _) => of,
            (None, Some(Shape::RiskFactor)) => lines.join("；"),
            (None, _) => format!("{of}：{}", lines.join("；")),
        };
        Some(Cause { reason, what, case })
    }

    /// "物料：液氯 → 液氨", in the language of the plan. Nobody says what stood there where nothing did.
    fn in_words(&self, register: &Register, name: &str, old: &Facts, new: &Facts) -> Option<String> {
        let field = register.field(name)?;
        let shown = |facts| show(field, fact(facts, name), &self.model, Language::Chinese, &Titles::new());
        let (before, after) = (shown(old), shown(new));
        let title = &field.title.zh;
        Some(match (before.is_empty(), after.is_empty()) {
            (true, _) => format!("{title}：{after}"),
            (false, true) => format!("{title}：{before} → 无"),
            (false, false) => format!("{title}：{before} → {after}"),
        })
    }

    /// The factors that a record concerns, by its most precise reference: a factor, a measure's factor, a risk point, a
    /// unit.
    ///
    /// # Errors
    /// A case concerns no risk point; the database failed.
    pub(crate) async fn concerned(
        &self,
        register: &Register,
        record: &Record,
    ) -> Result<BTreeSet<Id>, EngineError> {
        let (Some(factors), Some(points)) =
            (self.model.shaped(Shape::RiskFactor), self.model.shaped(Shape::RiskPoint))
        else {
            return Ok(BTreeSet::new());
        };
        if let Some(factor) = self.led_to(register, &record.facts, Shape::RiskFactor) {
            return Ok(BTreeSet::from([factor]));
        }
        if let (Some(measures), Some(id)) =
            (self.model.shaped(Shape::Measure), self.led_to(register, &record.facts, Shape::Measure))
            && let Some(measure) = self.any_record(measures.name(), id).await?
            && let Some(factor) = fact(&measure.facts, "factor").as_id()
        {
            return Ok(BTreeSet::from([factor]));
        }
        let own = |shape| (register.shape == Some(shape)).then_some(record.id);
        let point = own(Shape::RiskPoint).or_else(|| self.led_to(register, &record.facts, Shape::RiskPoint));
        if let Some(point) = point {
            return self.of(factors, "risk_point", point).await;
        }
        let unit = own(Shape::Unit).or_else(|| self.led_to(register, &record.facts, Shape::Unit));
        if let Some(unit) = unit {
            let mut found = BTreeSet::new();
            for point in self.of(points, "unit", unit).await? {
                found.extend(self.of(factors, "risk_point", point).await?);
            }
            return Ok(found);
        }
        // Whoever asks for it must say where; silence would look like consent.
        let asked = register.reassess.iter().flat_map(|c| &c.fields).next().map_or("", String::as_str);
        Err(Problem::of(asked, "risk.which_point").into())
    }

    /// The record of `shape` to which a reference of the register leads.
    fn led_to(&self, register: &Register, facts: &Facts, shape: Shape) -> Option<Id> {
        let to = self.model.shaped(shape)?.name();
        let leads = |f: &&plan::pack::Field| f.kind == FieldKind::Reference && f.to.as_deref() == Some(to);
        register.fields.iter().filter(leads).find_map(|f| match fact(facts, f.name()) {
            Fact::Reference(id) if !id.is_nil() => Some(*id),
            _ => None,
        })
    }

    /// Ids of the records of `register` whose `reference` leads to `id`.
    async fn of(&self, register: &Register, reference: &str, id: Id) -> Result<BTreeSet<Id>, EngineError> {
        let query = Query::of(table_name(register.name()), Scope::system("what a change concerns"))
            .columns(&["id"])
            .filter(Condition::eq(reference, id))
            .filter(Condition::eq("removed_at", 0_i64))
            .limit(MOST);
        let rows = self.database.select(&query).await?;
        Ok(rows.iter().map(|row| row.id("id")).collect::<Result<_, _>>()?)
    }
}
