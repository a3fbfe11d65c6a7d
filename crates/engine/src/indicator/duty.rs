//! Duties are counted: of the instances that fell due within a period, those that were fulfilled in time. Base and hits
//! come from spans and exceptions (`duty::instances`); excused instances do not count.

use std::sync::LazyLock;

use base::{Id, Period};
use city::Actor;
use judge::duty::State;
use judge::indicator::Tally;
use plan::pack::indicator::{Counting, Dimension};
use plan::pack::{Duty, FixedSubject, Indicator, Register, Seat};
use store::{Aggregate, Condition, Measure, Query, Scope, StoreError, Value, Wanted};

use super::groups::{GroupKey, leads};
use super::{RowsRequest, Which};
use crate::duty::instances::{Slice, counted_at_end};
use crate::duty::read::{Line, of_span, of_stored};
use crate::duty::rows::{span_of, stored_of};
use crate::{Engine, EngineError};

/// Instances of one page.
const PAGE: u32 = 50;

/// What stands for the register of an indicator that counts a duty: it says how its instances are called and that they
/// have a place.
static INSTANCES: LazyLock<Option<Register>> = LazyLock::new(|| {
    toml::from_str(
        "id = \"duty_state\"\ntitle = { zh = \"到期责任事项\", en = \"Duties that fell due\" }\n\
         about = { zh = \"\", en = \"\" }\narea = \"plan\"\nscope = \"place\"\nkeeper = []\ncode = \"{seq}\"\n\
         title_from = \"title\"\nlist = []\nfield = []\n",
    )
    .ok()
});

/// What stands for the register of instances.
pub(super) fn instances() -> Result<&'static Register, EngineError> {
    INSTANCES.as_ref().ok_or(EngineError::NotFound)
}

/// Some instances of one combination of columns.
#[derive(Debug)]
pub(crate) struct DutyCell {
    /// The kind of their subjects.
    pub(crate) kind: String,
    /// The values of the columns, in their order.
    pub(crate) keys: Vec<String>,
    /// The counted instances.
    pub(crate) tally: Tally,
}

/// A page of instances.
#[derive(Debug)]
pub struct Instances {
    /// The instances.
    pub lines: Vec<Line>,
    /// How many there are.
    pub count: u64,
    /// The part and the row after which the next page begins.
    pub next: Option<(usize, Id)>,
}

/// Columns by which instances are grouped: enough for every group of an indicator.
const COLUMNS: [&str; 5] = ["county", "township", "sector", "park", "code"];

impl Engine {
    /// The duty that an indicator counts.
    pub(crate) fn duty_of(&self, indicator: &Indicator) -> Result<Option<&Duty>, EngineError> {
        indicator.duty().map(|name| self.duty(name)).transpose()
    }

    /// It tells the state at the end of a period, which cannot be counted again later.
    pub(super) fn tells_a_state(&self, indicator: &Indicator) -> bool {
        match self.duty_of(indicator) {
            Ok(Some(duty)) => counted_at_end(duty),
            _ => indicator.at_period_end(),
        }
    }

    /// Groups and target of an indicator that counts a duty.
    pub(super) fn counting_of_duty(
        &self,
        indicator: &Indicator,
        duty: &Duty,
    ) -> Result<Counting, EngineError> {
        let context = plan::expression::Context::of(&self.model, "s", duty.who.subject.get_ref());
        // The packs were checked when they were loaded.
        let (min, max) = Counting::bounds(indicator, &context).map_err(|_| EngineError::NotFound)?;
        let by = indicator.by.iter().map(|name| Dimension::of_duty(name.get_ref())).collect::<Result<_, _>>();
        Ok(Counting {
            register: instances()?.name().to_owned(),
            procedure: None,
            variable: "s",
            base: None,
            hit: None,
            sum: None,
            known: None,
            complete: None,
            min,
            max,
            by: by.map_err(|_| EngineError::NotFound)?,
        })
    }

    /// Whether a role sees numbers of duties: all but those of administrators of the program.
    pub(super) fn role_counts_duties(&self, role: &str) -> bool {
        self.model.roles.get(role).is_some_and(|r| r.seat != Seat::System)
    }

    /// The instances of a duty that fell due in `period`, by columns of spans.
    pub(crate) async fn duty_cells(
        &self,
        duty: &Duty,
        period: Period,
        columns: &[&str],
        scope: &Scope,
    ) -> Result<Vec<DutyCell>, EngineError> {
        let mut cells = Vec::new();
        for slice in self.duty_slices(duty, period).await? {
            let missed = Measure::Judged(self.slice_missed(&slice), Wanted::Holds);
            let mut query = Aggregate::count(slice.table(), scope.clone())
                .filter(slice.filter().clone())
                .measure("missed", missed);
            let unknown = self.slice_unknown(&slice);
            let asks = unknown.is_some();
            if let Some(unknown) = unknown {
                query = query.measure("unknown", Measure::Judged(unknown, Wanted::CannotBeJudged));
            }
            for column in columns {
                query = query.by(*column);
            }
            for row in self.database.aggregate(&query).await? {
                let (all, missed) = (row.int("count")?, row.int("missed")?);
                let unknown = if asks { row.int("unknown")? } else { 0 };
                let base = all - unknown;
                let tally = Tally { rows: all, base, hit: base - missed, unknown, ..Tally::default() };
                let key = |column: &&str| match row.value(column)? {
                    Value::Text(text) => Ok::<_, StoreError>(text.clone()),
                    Value::Id(id) if !id.is_nil() => Ok(id.to_string()),
                    _ => Ok(String::new()),
                };
                let keys = columns.iter().map(key).collect::<Result<_, _>>()?;
                cells.push(DutyCell { kind: slice.kind.clone(), keys, tally });
            }
        }
        Ok(cells)
    }

    /// The groups of a duty's instances, as they are stored for an indicator.
    pub(super) async fn duty_groups(
        &self,
        duty: &Duty,
        by: &[Dimension],
        period: Period,
        scope: &Scope,
    ) -> Result<std::collections::BTreeMap<GroupKey, Tally>, EngineError> {
        let leads = leads(&self.model);
        let mut found = std::collections::BTreeMap::from([(GroupKey::default(), Tally::default())]);
        for cell in self.duty_cells(duty, period, &self.duty_columns(duty), scope).await? {
            let value = |column: &str| {
                let at = COLUMNS.iter().position(|c| *c == column);
                at.and_then(|at| cell.keys.get(at)).map_or("", String::as_str)
            };
            let county = value("county");
            let mut add = |dimension: &str, key: &str, county: &str| {
                let (dimension, key, county) = (dimension.to_owned(), key.to_owned(), county.to_owned());
                *found.entry(GroupKey { dimension, key, county }).or_default() += cell.tally;
            };
            add("", "", "");
            add("county", self.county_or_zone(county, value("park")), county);
            for dimension in by.iter().filter(|d| d.name != "county") {
                let key = match dimension.name.as_str() {
                    "department" if cell.kind == "department" => value("code"),
                    "department" => leads.get(value("sector")).copied().unwrap_or_default(),
                    name => value(name),
                };
                add(&dimension.name, key, county);
            }
        }
        Ok(found)
    }

    /// The columns by which a duty is grouped: the code only where departments owe it, as every subject has its own.
    fn duty_columns(&self, duty: &Duty) -> Vec<&'static str> {
        let most = if duty.binds("department") { COLUMNS.len() } else { COLUMNS.len() - 1 };
        COLUMNS.into_iter().take(most).collect()
    }

    /// A zone of a county's rank counts as a county of its own; it stands in the column of parks.
    fn county_or_zone<'a>(&self, county: &'a str, park: &'a str) -> &'a str {
        if county.is_empty() && self.is_county_rank(park) { park } else { county }
    }

    fn is_county_rank(&self, code: &str) -> bool {
        self.model.regions.iter().any(|r| r.county_rank && r.code.get_ref() == code)
    }

    /// The instances of a duty by the subjects of a scorecard: the codes of regions and departments, ids of enterprises.
    pub(crate) async fn duty_by_subject(
        &self,
        duty: &Duty,
        period: Period,
        subject: &str,
    ) -> Result<Vec<(String, Tally)>, EngineError> {
        let columns: &[&str] = match FixedSubject::read(subject) {
            Some(FixedSubject::City) => &[],
            Some(FixedSubject::County) => &["county", "park"],
            Some(FixedSubject::Township) => &["township"],
            Some(FixedSubject::Park) => &["park"],
            Some(FixedSubject::Department) if duty.binds("department") => &["sector", "code"],
            Some(FixedSubject::Department) => &["sector"],
            None => &["organisation"],
        };
        let leads = leads(&self.model);
        let scope = Scope::system("counting for a score");
        let cells = self.duty_cells(duty, period, columns, &scope).await?;
        let named = |cell: DutyCell| {
            let key = |at: usize| cell.keys.get(at).map_or("", String::as_str);
            let name = match FixedSubject::read(subject) {
                Some(FixedSubject::County) => self.county_or_zone(key(0), key(1)),
                Some(FixedSubject::Department) if cell.kind == "department" => key(1),
                Some(FixedSubject::Department) => leads.get(key(0)).copied().unwrap_or_default(),
                _ => key(0),
            };
            (name.to_owned(), cell.tally)
        };
        Ok(cells.into_iter().map(named).collect())
    }

    /// The instances behind a number of an indicator that counts a duty: exactly those that were counted. `part` goes
    /// with the row after which the page begins, as [`Instances::next`] gives both.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] for an indicator of something else, an unknown group, or where they see none; the
    /// database failed.
    pub async fn indicator_instances(
        &self,
        actor: &Actor,
        name: &str,
        request: &RowsRequest,
        part: usize,
    ) -> Result<Instances, EngineError> {
        let indicator = self.indicator(name)?;
        let duty = self.duty_of(indicator)?.ok_or(EngineError::NotFound)?;
        if !self.sees_indicator(actor, indicator) {
            return Err(EngineError::NotFound);
        }
        let mut found = Instances { lines: Vec::new(), count: 0, next: None };
        let most = PAGE as usize;
        for (number, slice) in self.duty_slices(duty, request.period).await?.iter().enumerate() {
            let mut filter = self.slice_rows(slice, request.which);
            for (dimension, key) in &request.groups {
                filter = filter.and(self.duty_in_group(indicator, slice, dimension, key)?);
            }
            let counted = Aggregate::count(slice.table(), self.duty_scope(actor)).filter(filter.clone());
            let counted = self.database.aggregate(&counted).await?;
            let counted = counted.first().map(|row| row.int("count")).transpose()?.unwrap_or(0);
            found.count += u64::try_from(counted).unwrap_or(0);
            if number < part || found.next.is_some() || counted == 0 {
                continue;
            }
            let room = most - found.lines.len();
            let mut query = Query::of(slice.table(), self.duty_scope(actor)).filter(filter);
            query = query.limit(u32::try_from(room + 1).unwrap_or(PAGE));
            if let (true, Some(after)) = (number == part, request.after) {
                query = query.after(vec![Value::Id(after)]);
            }
            let rows = self.database.select(&query).await?;
            for row in rows.iter().take(room) {
                found.lines.push(self.instance_line(slice, row, request.which)?);
            }
            if rows.len() > room {
                // A page that is full before this part begins where the part before ended.
                let last = found.lines.last().filter(|_| room > 0).map_or(Id::NIL, |line| line.key);
                found.next = Some((number, last));
            }
        }
        Ok(found)
    }

    fn instance_line(&self, slice: &Slice, row: &store::Row, which: Which) -> Result<Line, EngineError> {
        if slice.has_own_rows() {
            return Ok(of_stored(stored_of(row)?));
        }
        let state = match which {
            Which::Hit => Some(State::Fulfilled),
            _ => None,
        };
        let line = of_span(span_of(row)?);
        Ok(Line { period: slice.period.clone(), due: slice.due, state, ..line })
    }

    /// The rows of a slice that stand in a group.
    fn duty_in_group(
        &self,
        indicator: &Indicator,
        slice: &Slice,
        name: &str,
        key: &str,
    ) -> Result<Condition, EngineError> {
        if name != "county" && !indicator.by.iter().any(|by| by.get_ref() == name) {
            return Err(EngineError::NotFound);
        }
        Ok(match name {
            "county" if key.is_empty() => {
                let zones = self.model.regions.iter().filter(|r| r.county_rank);
                let zones = zones.map(|r| Value::from(r.code.get_ref().as_str())).collect();
                let zone = Condition::In("park".into(), zones);
                Condition::eq("county", "").and(Condition::Not(Box::new(zone)))
            }
            "county" if self.is_county_rank(key) => Condition::Or(vec![
                Condition::eq("county", key),
                Condition::eq("county", "").and(Condition::eq("park", key)),
            ]),
            "department" if slice.kind == "department" => Condition::eq("code", key),
            "department" => {
                let leads = leads(&self.model);
                let sectors = leads.iter().filter(|(_, lead)| key.is_empty() || **lead == key);
                let sectors = sectors.map(|(sector, _)| Value::from(*sector)).collect();
                let led = Condition::In("sector".into(), sectors);
                if key.is_empty() { Condition::Not(Box::new(led)) } else { led }
            }
            column => Condition::eq(column, key),
        })
    }
}
