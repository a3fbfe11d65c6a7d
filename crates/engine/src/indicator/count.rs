//! Counting in the database: one grouped statement for an indicator and a period.

use std::sync::Arc;

use base::{Instant, Period};
use judge::indicator::{Moments, Tally};
use plan::expression::{Expression, Moment};
use plan::pack::indicator::{AT_PERIOD_END, Counting, Dimension, DimensionFrom};
use plan::pack::{FieldKind, FixedSubject, Register, ScopeFrom};
use store::{Added, Aggregate, Condition, Judged, Layout, Measure, Row, Scope, StoreError, Value, Wanted};

use crate::tables::{layout, table_name};
use crate::{Engine, EngineError};

/// The columns by which a statement groups.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Grouping {
    columns: Vec<String>,
}

impl Grouping {
    /// County first, then the columns of the dimensions, each once.
    pub(crate) fn of(register: &Register, by: &[Dimension]) -> Self {
        let mut columns = Vec::new();
        if register.scope != ScopeFrom::Shared {
            columns.push("county".to_owned());
        }
        for dimension in by {
            let column = column_of(dimension);
            if !columns.iter().any(|c| c == column) {
                columns.push(column.to_owned());
            }
        }
        Self { columns }
    }

    /// By this column alone; None for the whole.
    pub(crate) fn by(column: Option<&str>) -> Self {
        Self { columns: column.map(str::to_owned).into_iter().collect() }
    }

    /// The columns.
    pub(crate) fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The place of a column.
    pub(crate) fn place(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|c| c == column)
    }
}

/// The column that a dimension reads.
pub(crate) fn column_of(dimension: &Dimension) -> &str {
    match &dimension.from {
        DimensionFrom::Column(column) => column,
        DimensionFrom::LeadOfSector => "sector",
    }
}

/// The column by which rows belong to a subject; None for the whole city, or where the register has no such column.
pub(crate) fn by_subject(register: &Register, subject: &str) -> Option<&'static str> {
    let scoped = register.scope != ScopeFrom::Shared;
    match FixedSubject::read(subject) {
        Some(FixedSubject::County) if scoped => Some("county"),
        Some(FixedSubject::Township) if scoped => Some("township"),
        Some(FixedSubject::Park) if scoped => Some("park"),
        Some(FixedSubject::Department) if scoped => Some("sector"),
        // The record itself is the organisation of an enterprise.
        None if register.scope == ScopeFrom::Itself => Some("id"),
        None if scoped => Some("organisation"),
        _ => None,
    }
}

/// Rows of one combination of groups.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cell {
    /// The values of the columns of the grouping, as text.
    pub(crate) keys: Vec<String>,
    /// The counted rows.
    pub(crate) tally: Tally,
}

/// A value of a group as text; ids without hyphens or with, as [`base::Id`] writes them.
fn key(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Bool(yes) => yes.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Id(id) if !id.is_nil() => id.to_string(),
        _ => String::new(),
    }
}

/// The conditions of an indicator as the database judges them at one moment.
pub(crate) struct Judging {
    layout: Arc<Layout>,
    pub(crate) base: Option<Judged>,
    pub(crate) hit: Option<(Judged, Judged)>,
    pub(crate) complete: Option<Judged>,
    sum: Option<Added>,
}

impl Engine {
    /// An expression in the tables of this engine.
    pub(crate) fn pack_condition(
        &self,
        expression: &Expression,
        moment: &Moment,
        layout: &Arc<Layout>,
    ) -> Judged {
        Judged::new(Arc::new(expression.fold(moment, &self.model)), Arc::clone(layout))
    }

    pub(crate) fn indicator_judging(&self, counting: &Counting, moment: &Moment) -> Judging {
        let layout = Arc::new(layout());
        let judged = |expression: &Expression| self.pack_condition(expression, moment, &layout);
        let base = counting.base.as_ref().map(judged);
        let sum = counting.sum.as_ref().map(|sum| {
            let context = plan::expression::Context::of(&self.model, counting.variable, &counting.register);
            let all = Expression::check("true", &context).ok();
            let when = base.clone().or_else(|| all.as_ref().map(judged));
            (Arc::new(sum.fold(moment, &self.model)), when)
        });
        Judging {
            hit: counting.hit.as_ref().map(|(hits, misses)| (judged(hits), judged(misses))),
            complete: counting.complete.as_ref().map(judged),
            sum: sum.and_then(|(number, when)| Some(Added::new(number, when?))),
            base,
            layout,
        }
    }

    /// Counts the rows of a period by groups, within `scope`.
    pub(crate) async fn count_cells(
        &self,
        counting: &Counting,
        at: &str,
        period: Period,
        grouping: &Grouping,
        scope: Scope,
    ) -> Result<Vec<Cell>, EngineError> {
        let register = self.register(&counting.register)?;
        let judging = self.indicator_judging(counting, &Moments::of(period, self.today()));
        let mut query = Aggregate::count(table_name(register.name()), scope)
            .filter(rows_of(register, counting, at, period));
        for column in grouping.columns() {
            query = query.by(column.clone());
        }
        let counted =
            |name: &str, judged: &Judged, wanted| (name.to_owned(), Measure::Judged(judged.clone(), wanted));
        if let Some(base) = &judging.base {
            query.measures.push(counted("based", base, Wanted::Holds));
            query.measures.push(counted("blank", base, Wanted::CannotBeJudged));
        }
        if let Some((hits, misses)) = &judging.hit {
            query.measures.push(counted("hits", hits, Wanted::Holds));
            query.measures.push(counted("misses", misses, Wanted::Holds));
        }
        if let Some(complete) = &judging.complete {
            query.measures.push(counted("reported", complete, Wanted::Holds));
        }
        if let Some(sum) = &judging.sum {
            query.measures.push(("added".into(), Measure::Added(sum.clone())));
            query.measures.push(("added_rows".into(), Measure::AddedRows(sum.clone())));
        }
        let rows = self.database.aggregate(&query).await?;
        Ok(rows.iter().map(|row| cell(row, grouping, &judging)).collect::<Result<_, _>>()?)
    }
}

impl Judging {
    /// Which rows an answer of rows is about: see [`super::Which`].
    pub(crate) fn layout(&self) -> &Arc<Layout> {
        &self.layout
    }
}

fn cell(row: &Row, grouping: &Grouping, judging: &Judging) -> Result<Cell, StoreError> {
    let keys = grouping.columns().iter().map(|c| row.value(c).map(key)).collect::<Result<_, _>>()?;
    let counted = row.int("count")?;
    let (based, blank) = match judging.base {
        Some(_) => (row.int("based")?, row.int("blank")?),
        None => (counted, 0),
    };
    let mut tally = Tally { rows: counted, base: based, unknown: blank, ..Tally::default() };
    if judging.hit.is_some() {
        let (hits, misses) = (row.int("hits")?, row.int("misses")?);
        tally.hit = hits;
        tally.base = hits + misses;
        tally.unknown = based + blank - tally.base;
    }
    if judging.sum.is_some() {
        tally.sum = row.float("added")?;
        tally.base = row.int("added_rows")?;
        tally.unknown = based + blank - tally.base;
    }
    if judging.complete.is_some() {
        tally.reported = row.int("reported")?;
    }
    Ok(Cell { keys, tally })
}

/// The rows of a period: those whose day or instant lies in it (instants by their day in Beijing), or, for the state on its
/// last day, those that were entered by then.
pub(crate) fn rows_of(register: &Register, counting: &Counting, at: &str, period: Period) -> Condition {
    let mut all = vec![Condition::Eq("removed_at".into(), Value::Int(0)), dated(register, at, period)];
    if let Some(procedure) = &counting.procedure {
        all.push(Condition::eq("procedure", procedure));
    }
    Condition::And(all)
}

/// The day or instant `at` lies in the period.
pub(crate) fn dated(register: &Register, at: &str, period: Period) -> Condition {
    let (first, last) = (period.first(), period.last());
    if at == AT_PERIOD_END {
        return Condition::LessOrEqual("created_at".into(), Instant::end_of(last).into());
    }
    match register.field(at).map(|f| f.kind) {
        Some(FieldKind::Day) => Condition::Between(at.to_owned(), first.into(), last.into()),
        _ => Condition::Between(at.to_owned(), Instant::start_of(first).into(), Instant::end_of(last).into()),
    }
}
