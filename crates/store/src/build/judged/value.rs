//! Fields, reference paths, comparisons and calculations.

use plan::expression::{Compared, Constant, Kind, LARGEST_OPERAND, Operation, Path, SMALLEST_OPERAND, Term};
use sea_query::{Alias, Expr, ExprTrait, IntoColumnRef, Query as Sql, SelectStatement, SubQueryStatement};

use super::{Lowering, alias, unfolded};
use crate::StoreError;
use crate::build::columns;
use crate::catalogue::{StoredColumn, Table};
use crate::database::Engine;
use crate::table::ColumnKind;

/// The smallest whole number, which stands for nothing; written so that no engine reads it as a floating-point one.
const NOTHING: &str = "(-9223372036854775807 - 1)";

impl Lowering<'_> {
    /// The table of a register.
    pub(super) fn table(&self, register: &str) -> Result<&Table, StoreError> {
        let name = self.layout.table(register);
        if name == self.main.def.name {
            return Ok(self.main);
        }
        let found = self.asked.iter().find(|t| t.def.name == name);
        found.map(AsRef::as_ref).ok_or(StoreError::UnknownTable(name))
    }

    pub(super) fn stored<'b>(&self, table: &'b Table, name: &str) -> Result<&'b StoredColumn, StoreError> {
        columns::readable(table, name, self.scope)
    }

    /// The value of a field, NULL for nothing.
    pub(super) fn field(&self, path: &Path) -> Result<Expr, StoreError> {
        self.reached(path, |lowering, alias, table| lowering.normal(alias, table, path))
    }

    /// As [`Self::field`], but a column of the variable's own table stays plain: only where nothing cannot be mistaken for
    /// a value, because it equals none and lies below all.
    pub(super) fn raw_where_equal(&self, path: &Path) -> Result<Expr, StoreError> {
        if !path.hops.is_empty() || path.kind == Kind::Money {
            return self.field(path);
        }
        let table = self.table(&path.register)?;
        Ok(plain(&alias(path.variable), self.stored(table, &path.field)?))
    }

    /// An expression on the row that a path leads to: the variable's own, or that of a subselect.
    fn reached(
        &self,
        path: &Path,
        make: impl Fn(&Self, &str, &Table) -> Result<Expr, StoreError>,
    ) -> Result<Expr, StoreError> {
        let variable = alias(path.variable);
        let Some((first, rest)) = path.hops.split_first() else {
            return make(self, &variable, self.table(&path.register)?);
        };
        let mut select = Sql::select();
        let reference = plain(&variable, self.stored(self.table(&first.register)?, &first.field)?);
        let mut last = self.alive(&mut select, &first.to, "h0")?;
        select.and_where(key(last, "h0").eq(reference));
        let mut here = "h0".to_owned();
        for (i, hop) in rest.iter().enumerate() {
            let reference = plain(&here, self.stored(self.table(&hop.register)?, &hop.field)?);
            here = format!("h{}", i + 1);
            last = self.alive(&mut select, &hop.to, &here)?;
            select.and_where(key(last, &here).eq(reference));
        }
        select.expr(make(self, &here, last)?);
        Ok(subselect(select))
    }

    /// Adds the table of a register, without removed records.
    pub(super) fn alive(
        &self,
        select: &mut SelectStatement,
        register: &str,
        alias: &str,
    ) -> Result<&Table, StoreError> {
        let table = self.table(register)?;
        let removed = table.column(&self.layout.removed)?;
        select.from_as(Alias::new(table.def.name.as_str()), Alias::new(alias));
        select.and_where(plain(alias, removed).eq(Expr::cust("0")));
        Ok(table)
    }

    /// The value of a column as judging sees it.
    fn normal(&self, alias: &str, table: &Table, path: &Path) -> Result<Expr, StoreError> {
        let name =
            if path.kind == Kind::Point { format!("{}_longitude", path.field) } else { path.field.clone() };
        let column = self.stored(table, &name)?;
        let value = plain(alias, column);
        let none = |nothing: &str, value| self.sql(&format!("NULLIF(#, {nothing})"), [value]);
        Ok(match column.kind {
            ColumnKind::Text | ColumnKind::Json => match path.kind {
                Kind::List | Kind::Files => none("'[]'", none("''", value)),
                Kind::Structure => none("'null'", none("''", value)),
                _ => none("''", value),
            },
            ColumnKind::Int => {
                let zero = self.layout.zero_is_nothing.contains(&path.field);
                let value = none(if zero { "0" } else { NOTHING }, value);
                if path.kind == Kind::Money {
                    return Ok(
                        self.sql(&format!("(CAST(# AS {}) / 100.0)", self.sql_type(Kind::Money)), [value])
                    );
                }
                value
            }
            ColumnKind::Id if column.name == table.def.key => value,
            ColumnKind::Id => none(self.nil(), value),
            ColumnKind::Float | ColumnKind::Bool | ColumnKind::Bytes => value,
        })
    }

    fn nil(&self) -> &'static str {
        match self.engine {
            Engine::Sqlite => "x'00000000000000000000000000000000'",
            Engine::Postgres => "CAST('00000000-0000-0000-0000-000000000000' AS uuid)",
        }
    }

    pub(super) fn compare(
        &self,
        compared: Compared,
        a: &Term,
        b: &Term,
        positive: bool,
    ) -> Result<Expr, StoreError> {
        let sign = match compared {
            Compared::Equal => "(# = #)",
            Compared::NotEqual => "(# <> #)",
            Compared::Less => "(# < #)",
            Compared::LessOrEqual => "(# <= #)",
            Compared::Greater => "(# > #)",
            Compared::GreaterOrEqual => "(# >= #)",
        };
        Ok(self
            .sql(sign, [self.side(compared, a, b, positive)?, self.side(compared.turned(), b, a, positive)?]))
    }

    /// One side of a comparison with `other`: a plain column where that cannot be mistaken.
    fn side(&self, compared: Compared, own: &Term, other: &Term, positive: bool) -> Result<Expr, StoreError> {
        match (own, other) {
            (Term::Field(path), Term::Constant(constant))
                if positive && stays_plain(compared, constant, self.zero(path)) =>
            {
                self.raw_where_equal(path)
            }
            _ => self.term(own),
        }
    }

    fn zero(&self, path: &Path) -> bool {
        self.layout.zero_is_nothing.contains(&path.field)
    }

    pub(super) fn term(&self, term: &Term) -> Result<Expr, StoreError> {
        Ok(match term {
            Term::Constant(constant) => self.constant(constant),
            Term::Input(..) => return Err(unfolded()),
            Term::Field(path) => self.field(path)?,
            Term::If(condition, then, otherwise) => {
                let parts = [self.truth(condition, false)?, self.term(then)?, self.term(otherwise)?];
                self.sql("(CASE # WHEN TRUE THEN # WHEN FALSE THEN # END)", parts)
            }
            Term::Widened(inner) => {
                let float = self.sql_type(Kind::Decimal);
                self.sql(&format!("CAST(# AS {float})"), [self.term(inner)?])
            }
            Term::Bounded(inner) => self.bounded(inner)?,
            Term::Arithmetic(operation, a, b) => {
                let text = match operation {
                    Operation::Add => "(# + #)",
                    Operation::Subtract => "(# - #)",
                    Operation::Multiply => "(# * #)",
                    Operation::Divide => "(# / NULLIF(#, 0))",
                };
                self.sql(text, [self.term(a)?, self.term(b)?])
            }
            Term::Count(lookup) => self.count(lookup)?,
            Term::Sum(lookup, summed) => self.sum(lookup, summed)?,
        })
    }

    /// A number within the bounds of calculations, NULL beyond. The limit keeps the engines from computing it three times.
    fn bounded(&self, inner: &Term) -> Result<Expr, StoreError> {
        let value = self.term(inner)?;
        let text = format!(
            "(SELECT CASE WHEN b.x = 0 OR ABS(b.x) BETWEEN {SMALLEST_OPERAND:e} AND {LARGEST_OPERAND:e} THEN b.x END \
             FROM (SELECT # AS x LIMIT 1) AS b)"
        );
        Ok(self.sql(&text, [value]))
    }
}

/// A plain column answers a comparison with a constant as well: what stands for nothing equals no such constant and lies
/// below all of them.
fn stays_plain(compared: Compared, constant: &Constant, zero_is_nothing: bool) -> bool {
    let above = matches!(compared, Compared::Greater | Compared::GreaterOrEqual);
    match constant {
        Constant::Text(text) => compared == Compared::Equal && !text.is_empty(),
        Constant::Day(_) => compared == Compared::Equal || above,
        Constant::Whole(number) | Constant::Instant(base::Instant(number)) => {
            let nothing = if zero_is_nothing { 0 } else { i64::MIN };
            (compared == Compared::Equal || above) && *number > nothing
        }
        _ => false,
    }
}

/// A column without more.
pub(super) fn plain(alias: &str, column: &StoredColumn) -> Expr {
    Expr::col((Alias::new(alias), Alias::new(column.physical.as_str())).into_column_ref())
}

fn key(table: &Table, alias: &str) -> Expr {
    Expr::col((Alias::new(alias), Alias::new(table.def.key.as_str())).into_column_ref())
}

/// A select as a value.
pub(super) fn subselect(select: SelectStatement) -> Expr {
    Expr::SubQuery(None, Box::new(SubQueryStatement::SelectStatement(select)))
}
