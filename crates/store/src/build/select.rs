//! Lists and counts. A list for a scope with several branches is a union of pages, one for each branch: each is read
//! from an index behind its own scope column and stops after a page, so many grants stay as fast as one.

use std::sync::Arc;

use sea_query::{
    Alias, Expr, ExprTrait, IntoColumnRef, NullOrdering, Order, Query as Sql, SelectStatement, UnionType,
};

use super::condition::Compiler;
use super::{bind, columns, render};
use crate::catalogue::{StoredColumn, Table};
use crate::database::Engine;
use crate::scope::Sight;
use crate::statement::{Fetch, Shape};
use crate::table::ColumnKind;
use crate::{Direction, Query, StoreError, Value};

/// From so many branches on, one statement with OR is used instead of a union.
const MOST_BRANCHES_IN_UNION: usize = 48;

struct Sort<'a> {
    column: &'a StoredColumn,
    direction: Direction,
}

/// A column of the answer: how it is called, and where it stands.
struct Output {
    name: String,
    kind: ColumnKind,
    /// The alias of its table.
    of: String,
    /// Its name in the database.
    physical: String,
}

/// The statement of a list. `title_tables` are the tables of `query.titles`, in order; `asked` those that its conditions
/// ask beside its own.
pub(crate) fn select(
    engine: Engine,
    query: &Query,
    table: &Table,
    title_tables: &[Arc<Table>],
    asked: &[Arc<Table>],
) -> Result<Fetch, StoreError> {
    let compiler = Compiler { engine, table, scope: &query.scope, asked, exact: false };
    let sorts = sorts(query, table)?;
    let outputs = outputs(query, table, &sorts, title_tables)?;
    let mut verdicts: Vec<(&str, Expr)> = Vec::with_capacity(query.verdicts.len());
    for (name, judged) in &query.verdicts {
        crate::table::check_name(name)?;
        verdicts.push((name, compiler.verdict(judged)?));
    }
    let listed = listed(&outputs);
    let filter = compiler.condition(&query.filter)?;
    let after = query.after.as_ref().map(|values| keyset(table, &sorts, values)).transpose()?;
    let until = until(query, table, &sorts)?;
    let page = |sight: Option<Expr>| {
        let mut page = Sql::select();
        page.expr(Expr::cust(listed.clone()));
        for (name, verdict) in &verdicts {
            page.expr_as(verdict.clone(), Alias::new(*name));
        }
        page.from_as(Alias::new(table.def.name.as_str()), Alias::new(columns::MAIN));
        join_titles(&mut page, query, table, title_tables)?;
        page.and_where_option(sight).and_where(filter.clone()).and_where_option(after.clone());
        page.and_where_option(until.clone());
        order(engine, &mut page, &sorts, true);
        page.limit(u64::from(query.limit) + u64::from(query.skip));
        Ok::<SelectStatement, StoreError>(page)
    };
    let named: Vec<(&str, ColumnKind)> = outputs
        .iter()
        .map(|o| (o.name.as_str(), o.kind))
        .chain(verdicts.iter().map(|(name, _)| (*name, ColumnKind::Int)))
        .collect();
    let shape = Shape::new(&table.def.name, &named);
    let mut built = match &query.scope.sight {
        Sight::Branches(branches)
            if table.def.scoped && branches.len() > 1 && branches.len() <= MOST_BRANCHES_IN_UNION =>
        {
            let mut pages = Vec::with_capacity(branches.len());
            for branch in branches {
                pages.push(page(Some(compiler.condition(&branch.condition())?))?);
            }
            union(engine, pages, &named, &sorts)
        }
        _ => page(compiler.sight()?)?,
    };
    built.limit(u64::from(query.limit));
    if query.skip > 0 {
        built.offset(u64::from(query.skip));
    }
    Ok(Fetch { statement: render(engine, &built)?, shape })
}

/// The statement that counts no further than `limit`.
pub(crate) fn count(
    engine: Engine,
    query: &Query,
    table: &Table,
    asked: &[Arc<Table>],
    limit: u64,
) -> Result<Fetch, StoreError> {
    let compiler = Compiler { engine, table, scope: &query.scope, asked, exact: false };
    let inner = Sql::select()
        .expr_as(Expr::cust("1"), Alias::new("one"))
        .from_as(Alias::new(table.def.name.as_str()), Alias::new(columns::MAIN))
        .and_where(compiler.seen_and(&query.filter)?)
        .and_where_option(until(query, table, &sorts(query, table)?)?)
        .limit(limit)
        .take();
    let outer = Sql::select()
        .expr_as(Expr::cust("COUNT(*)"), Alias::new("count"))
        .from_subquery(inner, Alias::new("c"))
        .take();
    let shape = Shape::new(&table.def.name, &[("count", ColumnKind::Int)]);
    Ok(Fetch { statement: render(engine, &outer)?, shape })
}

fn sorts<'a>(query: &Query, table: &'a Table) -> Result<Vec<Sort<'a>>, StoreError> {
    let mut sorts: Vec<Sort<'a>> = Vec::with_capacity(query.sort.len() + 1);
    for (name, direction) in &query.sort {
        sorts.push(Sort { column: columns::readable(table, name, &query.scope)?, direction: *direction });
    }
    let key = table.column(&table.def.key)?;
    let direction = sorts.last().map(|s| s.direction).unwrap_or_default();
    if !sorts.iter().any(|s| s.column.name == key.name) {
        sorts.push(Sort { column: key, direction });
    }
    Ok(sorts)
}

/// The wanted columns, then those of the sort and the key (the next page begins after them), then the titles.
fn outputs(
    query: &Query,
    table: &Table,
    sorts: &[Sort<'_>],
    title_tables: &[Arc<Table>],
) -> Result<Vec<Output>, StoreError> {
    let mut wanted: Vec<&StoredColumn> = Vec::new();
    if query.columns.is_empty() {
        wanted.extend(table.visible().filter(|c| c.class <= query.scope.reads));
    }
    for name in &query.columns {
        wanted.push(columns::readable(table, name, &query.scope)?);
    }
    for sort in sorts {
        if !wanted.iter().any(|c| c.name == sort.column.name) {
            wanted.push(sort.column);
        }
    }
    let mut outputs: Vec<Output> = wanted
        .into_iter()
        .map(|c| Output {
            name: c.name.clone(),
            kind: c.kind,
            of: columns::MAIN.to_owned(),
            physical: c.physical.clone(),
        })
        .collect();
    for (i, (title, other)) in query.titles.iter().zip(title_tables).enumerate() {
        let column = columns::readable(other, &title.title, &query.scope)?;
        crate::table::check_name(&title.shown_as)?;
        let (name, physical) = (title.shown_as.clone(), column.physical.clone());
        outputs.push(Output { name, kind: column.kind, of: joined(i), physical });
    }
    Ok(outputs)
}

/// The columns as they stand behind SELECT. A wide register has more than a hundred: as text they are built many times
/// faster than one expression each. All names have passed [`crate::table::check_name`], so that they need no escaping.
fn listed(outputs: &[Output]) -> String {
    let mut text = String::with_capacity(outputs.len() * 40);
    for Output { name, of, physical, .. } in outputs {
        if !text.is_empty() {
            text.push_str(", ");
        }
        for part in ["\"", of, "\".\"", physical, "\" AS \"", name, "\""] {
            text.push_str(part);
        }
    }
    text
}

fn joined(place: usize) -> String {
    format!("r{place}")
}

fn join_titles(
    page: &mut SelectStatement,
    query: &Query,
    table: &Table,
    title_tables: &[Arc<Table>],
) -> Result<(), StoreError> {
    for (i, (title, other)) in query.titles.iter().zip(title_tables).enumerate() {
        let reference = columns::readable(table, &title.column, &query.scope)?;
        let alias = joined(i);
        let key =
            Expr::col((Alias::new(alias.as_str()), Alias::new(other.def.key.as_str())).into_column_ref());
        page.join_as(
            sea_query::JoinType::LeftJoin,
            Alias::new(other.def.name.as_str()),
            Alias::new(alias.as_str()),
            key.eq(columns::column(reference)),
        );
    }
    Ok(())
}

/// Sorts the page. NULL is the smallest on both engines; the indexes are made to suit.
fn order(engine: Engine, statement: &mut SelectStatement, sorts: &[Sort<'_>], qualified: bool) {
    for sort in sorts {
        let expression = if qualified {
            columns::column(sort.column)
        } else {
            Expr::col(Alias::new(sort.column.name.as_str()))
        };
        let (order, nulls) = match sort.direction {
            Direction::Ascending => (Order::Asc, NullOrdering::First),
            Direction::Descending => (Order::Desc, NullOrdering::Last),
        };
        if engine == Engine::Postgres && !sort.column.never_null {
            statement.order_by_expr_with_nulls(expression, order, nulls);
        } else {
            statement.order_by_expr(expression, order);
        }
    }
}

/// Pages of several branches as one page: each record once, in order.
fn union(
    engine: Engine,
    pages: Vec<SelectStatement>,
    named: &[(&str, ColumnKind)],
    sorts: &[Sort<'_>],
) -> SelectStatement {
    let mut whole: Option<SelectStatement> = None;
    for (i, page) in pages.into_iter().enumerate() {
        let mut part = Sql::select();
        part.columns(named.iter().map(|(name, _)| Alias::new(*name)));
        part.from_subquery(page, Alias::new(format!("b{i}")));
        match &mut whole {
            None => whole = Some(part),
            Some(first) => {
                first.union(UnionType::Distinct, part);
            }
        }
    }
    let mut whole = whole.unwrap_or_default();
    order(engine, &mut whole, sorts, false);
    whole
}

/// Whether the list runs in one direction along columns that are never empty, so that it can be cut at a row.
pub(crate) fn runs_one_way(query: &Query, table: &Table) -> Result<bool, StoreError> {
    let sorts = sorts(query, table)?;
    let first = sorts.first().map(|s| s.direction).unwrap_or_default();
    Ok(sorts.iter().all(|s| s.direction == first && s.column.never_null))
}

/// The condition that a row does not lie behind the one with which the list ends; only for lists that run one way.
fn until(query: &Query, table: &Table, sorts: &[Sort<'_>]) -> Result<Option<Expr>, StoreError> {
    let Some(values) = &query.until else { return Ok(None) };
    let fitting = fitting(table, sorts, values)?;
    let left = Expr::tuple(sorts.iter().map(|s| columns::column(s.column)));
    let right = Expr::tuple(fitting.into_iter().map(|v| Expr::val(bind(v))));
    Ok(Some(match sorts.first().map(|s| s.direction).unwrap_or_default() {
        Direction::Ascending => left.lte(right),
        Direction::Descending => left.gte(right),
    }))
}

/// The values as the sort columns hold them.
fn fitting(table: &Table, sorts: &[Sort<'_>], values: &[Value]) -> Result<Vec<Value>, StoreError> {
    if values.len() != sorts.len() {
        let problem = format!("a row is named by {} values, {} given", sorts.len(), values.len());
        return Err(StoreError::Unsupported(problem));
    }
    let one = |(sort, value): (&Sort<'_>, &Value)| match value {
        Value::Null => Ok(Value::Null),
        value => table.fit(sort.column, value),
    };
    sorts.iter().zip(values).map(one).collect()
}

/// The condition that a row lies after the one with these sort values.
fn keyset(table: &Table, sorts: &[Sort<'_>], values: &[Value]) -> Result<Expr, StoreError> {
    let fitting = fitting(table, sorts, values)?;
    let first = sorts.first().map(|s| s.direction).unwrap_or_default();
    let alike = sorts.iter().all(|s| s.direction == first && s.column.never_null);
    if alike && fitting.iter().all(|v| !v.is_null()) {
        let left = Expr::tuple(sorts.iter().map(|s| columns::column(s.column)));
        let right = Expr::tuple(fitting.into_iter().map(|v| Expr::val(bind(v))));
        return Ok(match first {
            Direction::Ascending => left.gt(right),
            Direction::Descending => left.lt(right),
        });
    }
    Ok(keyset_of_any_order(sorts, &fitting))
}

/// a after x, or a as x and b after y, or ....
fn keyset_of_any_order(sorts: &[Sort<'_>], values: &[Value]) -> Expr {
    let mut rest: Option<Expr> = None;
    for (sort, value) in sorts.iter().zip(values).rev() {
        let after = after_one(sort, value);
        rest = Some(match rest {
            None => after,
            Some(rest) => after.or(same_as(sort, value).and(rest)),
        });
    }
    rest.unwrap_or_else(|| Expr::cust("1 = 1"))
}

fn same_as(sort: &Sort<'_>, value: &Value) -> Expr {
    let column = columns::column(sort.column);
    if value.is_null() { column.is_null() } else { column.eq(Expr::val(bind(value.clone()))) }
}

fn after_one(sort: &Sort<'_>, value: &Value) -> Expr {
    let column = columns::column(sort.column);
    match (sort.direction, value) {
        (Direction::Ascending, Value::Null) => column.is_not_null(),
        (Direction::Ascending, v) => column.gt(Expr::val(bind(v.clone()))),
        (Direction::Descending, Value::Null) => Expr::cust("1 = 0"),
        (Direction::Descending, v) if sort.column.never_null => column.lt(Expr::val(bind(v.clone()))),
        (Direction::Descending, v) => column.clone().lt(Expr::val(bind(v.clone()))).or(column.is_null()),
    }
}
