//! Counts and sums by groups.

use std::sync::Arc;

use sea_query::{Alias, Expr, ExprTrait, NullOrdering, Order, Query as Sql};

use super::condition::Compiler;
use super::{columns, render};
use crate::catalogue::{StoredColumn, Table};
use crate::database::Engine;
use crate::query::Measure;
use crate::statement::{Fetch, Shape};
use crate::table::{ColumnKind, check_name};
use crate::{Aggregate, StoreError};

/// The statement of an aggregate.
pub(crate) fn aggregate(
    engine: Engine,
    query: &Aggregate,
    table: &Table,
    asked: &[Arc<Table>],
) -> Result<Fetch, StoreError> {
    let compiler = Compiler { engine, table, scope: &query.scope, asked, exact: false };
    let mut built = Sql::select();
    let mut shape: Vec<(&str, ColumnKind)> = Vec::new();
    for name in &query.by {
        let column = columns::readable(table, name, &query.scope)?;
        built.expr_as(columns::column(column), Alias::new(name.as_str()));
        built.add_group_by([columns::column(column)]);
        if engine == Engine::Postgres && !column.never_null {
            built.order_by_expr_with_nulls(columns::column(column), Order::Asc, NullOrdering::First);
        } else {
            built.order_by_expr(columns::column(column), Order::Asc);
        }
        shape.push((name, column.kind));
    }
    for (name, measure) in &query.measures {
        check_name(name)?;
        let (expression, kind) = measured(measure, query, table, &compiler)?;
        built.expr_as(expression, Alias::new(name.as_str()));
        shape.push((name, kind));
    }
    built
        .from_as(Alias::new(table.def.name.as_str()), Alias::new(columns::MAIN))
        .and_where(compiler.seen_and(&query.filter)?);
    if let Some(limit) = query.limit {
        built.limit(u64::from(limit));
    }
    let shape = Shape::new(&table.def.name, &shape);
    Ok(Fetch { statement: render(engine, &built)?, shape })
}

fn measured(
    measure: &Measure,
    query: &Aggregate,
    table: &Table,
    compiler: &Compiler<'_>,
) -> Result<(Expr, ColumnKind), StoreError> {
    let readable = |name: &str| columns::readable(table, name, &query.scope);
    match measure {
        Measure::Count => Ok((Expr::cust("COUNT(*)"), ColumnKind::Int)),
        Measure::Sum(name) => {
            let column = readable(name)?;
            let sum = columns::column(column).sum();
            match column.kind {
                ColumnKind::Int => Ok((sum.cast_as(Alias::new("bigint")), ColumnKind::Int)),
                ColumnKind::Float => Ok((sum, ColumnKind::Float)),
                _ => Err(unsuited("summed", column)),
            }
        }
        Measure::Min(name) => ordered(readable(name)?, ExprTrait::min),
        Measure::Max(name) => ordered(readable(name)?, ExprTrait::max),
        Measure::Added(added) => Ok((compiler.added(added)?, ColumnKind::Float)),
        Measure::AddedRows(added) => Ok((compiler.added_rows(added)?, ColumnKind::Int)),
        Measure::Judged(judged, wanted) => Ok((compiler.counted(judged, *wanted)?, ColumnKind::Int)),
    }
}

fn ordered(column: &StoredColumn, make: fn(Expr) -> Expr) -> Result<(Expr, ColumnKind), StoreError> {
    match column.kind {
        ColumnKind::Int | ColumnKind::Float | ColumnKind::Text => {
            Ok((make(columns::column(column)), column.kind))
        }
        _ => Err(unsuited("compared", column)),
    }
}

fn unsuited(what: &str, column: &StoredColumn) -> StoreError {
    StoreError::Unsupported(format!("column {} cannot be {what}", column.name))
}
