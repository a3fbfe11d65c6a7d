//! Questions to other registers: correlated subselects behind the index of the linking column.

use plan::expression::{Kind, LARGEST_ADDEND, Lookup, Path, Term, Truth};
use sea_query::{Alias, Expr, ExprTrait, Query as Sql, SelectStatement};

use super::value::{plain, subselect};
use super::{Lowering, alias};
use crate::StoreError;
use crate::database::Engine;

/// A limit that cuts nothing off: it keeps both engines from merging the rows into the question around them, which would
/// compute every verdict as often as it is mentioned there, and again in each lookup around it.
const EVERY_ROW: u64 = i64::MAX as u64;

impl Lowering<'_> {
    pub(super) fn exists(&self, lookup: &Lookup, positive: bool) -> Result<Expr, StoreError> {
        if positive || is_empty(&lookup.condition) {
            let mut rows = self.rows(lookup)?;
            rows.expr(Expr::cust("1"));
            if !is_empty(&lookup.condition) {
                rows.and_where(self.truth(&lookup.condition, true)?);
            }
            let found = Expr::exists(rows);
            // Where NULL and false mean the same, a missing link is as good as no row.
            return if positive { Ok(found) } else { self.where_linked(lookup, found) };
        }
        let judged = self.judged_rows(lookup, None)?;
        let worst = "CASE MAX(CASE q.e WHEN TRUE THEN 2 WHEN FALSE THEN 0 ELSE 1 END) \
                     WHEN 2 THEN TRUE WHEN 1 THEN NULL ELSE FALSE END";
        self.where_linked(lookup, of_rows(judged, worst, "q"))
    }

    pub(super) fn count(&self, lookup: &Lookup) -> Result<Expr, StoreError> {
        if is_empty(&lookup.condition) {
            let mut rows = self.rows(lookup)?;
            rows.expr(Expr::cust("COUNT(*)"));
            return self.where_linked(lookup, subselect(rows));
        }
        let judged = self.judged_rows(lookup, None)?;
        let counted = "CASE WHEN COUNT(*) = COUNT(q.e) THEN COUNT(CASE WHEN q.e THEN 1 END) END";
        self.where_linked(lookup, of_rows(judged, counted, "q"))
    }

    /// Each number becomes whole millionths (rounded half away from zero); those are summed in two parts, so that neither
    /// the order of the rows nor their number matters.
    pub(super) fn sum(&self, lookup: &Lookup, summed: &Term) -> Result<Expr, StoreError> {
        let judged = self.judged_rows(lookup, Some(summed))?;
        let rounded = "q.x * 1000000.0 + CASE WHEN q.x < 0 THEN -0.5 ELSE 0.5 END";
        let whole = match self.engine {
            Engine::Sqlite => format!("CAST({rounded} AS INTEGER)"),
            Engine::Postgres => format!("CAST(TRUNC({rounded}) AS bigint)"),
        };
        let millionths = format!(
            "CASE WHEN q.e IS NULL THEN NULL WHEN q.e THEN \
             CASE WHEN q.x BETWEEN -{LARGEST_ADDEND:e} AND {LARGEST_ADDEND:e} THEN {whole} END ELSE 0 END"
        );
        let mut parts = Sql::select();
        parts.expr_as(Expr::cust(millionths), Alias::new("m")).from_subquery(judged, Alias::new("q"));
        let float = self.sql_type(Kind::Decimal);
        let total = format!(
            "CASE WHEN COUNT(*) = COUNT(p.m) THEN CAST(COALESCE(SUM(p.m / 1000000), 0) AS {float}) \
             + CAST(COALESCE(SUM(p.m % 1000000), 0) AS {float}) / 1000000.0 END"
        );
        self.where_linked(lookup, of_rows(parts, &total, "p"))
    }

    /// The linked rows, each with the verdict on it (`e`) and the number to sum (`x`).
    fn judged_rows(&self, lookup: &Lookup, summed: Option<&Term>) -> Result<SelectStatement, StoreError> {
        let mut rows = self.rows(lookup)?;
        rows.expr_as(self.truth(&lookup.condition, false)?, Alias::new("e"));
        if let Some(summed) = summed {
            rows.expr_as(self.term(summed)?, Alias::new("x"));
        }
        rows.limit(EVERY_ROW);
        Ok(rows)
    }

    /// The linked rows that are not removed, without columns.
    fn rows(&self, lookup: &Lookup) -> Result<SelectStatement, StoreError> {
        let mut rows = Sql::select();
        let here = alias(lookup.variable);
        let table = self.alive(&mut rows, &lookup.register, &here)?;
        for link in &lookup.links {
            let inner = plain(&here, self.stored(table, &link.inner.field)?);
            rows.and_where(inner.eq(self.field(&link.outer)?));
        }
        Ok(rows)
    }

    /// Nothing can be said where a value that links is missing.
    fn where_linked(&self, lookup: &Lookup, answer: Expr) -> Result<Expr, StoreError> {
        let missing: Vec<&Path> = lookup.links.iter().map(|l| &l.outer).filter(|o| !is_own_id(o)).collect();
        if missing.is_empty() {
            return Ok(answer);
        }
        let mut parts = missing.iter().map(|outer| self.field(outer)).collect::<Result<Vec<Expr>, _>>()?;
        let there = vec!["# IS NOT NULL"; parts.len()].join(" AND ");
        parts.push(answer);
        Ok(self.sql(&format!("(CASE WHEN {there} THEN # END)"), parts))
    }
}

fn is_empty(condition: &Truth) -> bool {
    matches!(condition, Truth::All(parts) if parts.is_empty())
}

fn is_own_id(path: &Path) -> bool {
    path.hops.is_empty() && path.field == "id"
}

/// One value made of all rows of a select.
fn of_rows(rows: SelectStatement, value: &str, alias: &'static str) -> Expr {
    let mut whole = Sql::select();
    whole.expr(Expr::cust(value.to_owned())).from_subquery(rows, Alias::new(alias));
    subselect(whole)
}
