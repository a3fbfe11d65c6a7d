//! Conditions and scopes as expressions.

use std::sync::Arc;

use sea_query::{Alias, Expr, ExprTrait, Func, Query as Sql};

use super::{bind, columns};
use crate::catalogue::{StoredColumn, Table};
use crate::database::Engine;
use crate::scope::{ScopeBranch, Sight};
use crate::table::IndexOnly;
use crate::{Condition, Scope, StoreError, Value};

/// Compiles conditions on one table for one reader.
pub(super) struct Compiler<'a> {
    pub(super) engine: Engine,
    pub(super) table: &'a Table,
    pub(super) scope: &'a Scope,
    /// The tables that expressions of packs ask beside the question's own.
    pub(super) asked: &'a [Arc<Table>],
    /// Under a negation: a verdict must be true or false there, never NULL.
    pub(super) exact: bool,
}

impl Compiler<'_> {
    /// The condition as an expression.
    pub(super) fn condition(&self, condition: &Condition) -> Result<Expr, StoreError> {
        Ok(match condition {
            Condition::Eq(c, Value::Int(0)) if self.is_decisive(c) => {
                // Written out: a parameter would hide from SQLite that the index holds all that is asked for.
                columns::column(self.column(c)?).eq(Expr::cust("0"))
            }
            Condition::Eq(c, v) => self.compare(c, v, ExprTrait::eq)?,
            Condition::NotEq(c, v) => self.compare(c, v, ExprTrait::ne)?,
            Condition::Less(c, v) => self.compare(c, v, ExprTrait::lt)?,
            Condition::LessOrEqual(c, v) => self.compare(c, v, ExprTrait::lte)?,
            Condition::Greater(c, v) => self.compare(c, v, ExprTrait::gt)?,
            Condition::GreaterOrEqual(c, v) => self.compare(c, v, ExprTrait::gte)?,
            Condition::In(c, values) => self.one_of(c, values)?,
            Condition::Between(c, low, high) => {
                let column = self.column(c)?;
                let (low, high) = (self.value(column, low)?, self.value(column, high)?);
                columns::column(column).gte(low).and(columns::column(column).lte(high))
            }
            Condition::IsNull(c) => columns::column(self.column(c)?).is_null(),
            Condition::NotNull(c) => columns::column(self.column(c)?).is_not_null(),
            Condition::Prefix(c, prefix) => self.prefix(c, prefix)?,
            Condition::Contains(c, part) => self.contains(c, part)?,
            Condition::And(all) => self.join(all, true)?,
            Condition::Or(any) => self.join(any, false)?,
            Condition::Not(inner) => Self { exact: true, ..*self }.condition(inner)?.not(),
            Condition::Matches(words) => self.matches(words),
            Condition::MatchesRow(words) => self.matches_row(words),
            Condition::Judged(judged, wanted) => self.judged(judged, *wanted)?,
        })
    }

    /// Whether some index holds only the rows in which this column is 0.
    fn is_decisive(&self, name: &str) -> bool {
        let zero = |only: &IndexOnly| matches!(only, IndexOnly::Zero(column) if column == name);
        self.table.def.indexes.iter().filter_map(|i| i.only.as_ref()).any(zero)
    }

    fn column(&self, name: &str) -> Result<&StoredColumn, StoreError> {
        columns::readable(self.table, name, self.scope)
    }

    fn value(&self, column: &StoredColumn, value: &Value) -> Result<Expr, StoreError> {
        // A comparison with NULL stays one, also on a column that is never NULL: it finds nothing.
        let fitting = if value.is_null() { Value::Null } else { self.table.fit(column, value)? };
        Ok(Expr::val(bind(fitting)))
    }

    fn compare(&self, name: &str, value: &Value, make: fn(Expr, Expr) -> Expr) -> Result<Expr, StoreError> {
        let column = self.column(name)?;
        Ok(make(columns::column(column), self.value(column, value)?))
    }

    /// Lists are filled up to a power of two with their last value, so that few different texts are prepared.
    fn one_of(&self, name: &str, values: &[Value]) -> Result<Expr, StoreError> {
        let column = self.column(name)?;
        let mut list =
            values.iter().map(|v| self.value(column, v)).collect::<Result<Vec<Expr>, StoreError>>()?;
        let Some(last) = list.last().cloned() else { return Ok(nothing()) };
        list.resize(list.len().next_power_of_two().min(list.len() + 512), last);
        Ok(columns::column(column).is_in(list))
    }

    fn prefix(&self, name: &str, prefix: &str) -> Result<Expr, StoreError> {
        let column = self.column(name)?;
        let from = self.value(column, &Value::from(prefix))?;
        let lower = columns::column(column).gte(from);
        Ok(match after_prefix(prefix) {
            Some(end) => lower.and(columns::column(column).lt(self.value(column, &Value::Text(end))?)),
            None => lower,
        })
    }

    fn contains(&self, name: &str, part: &str) -> Result<Expr, StoreError> {
        let column = self.column(name)?;
        let part = self.value(column, &Value::from(part))?;
        let place = if self.engine == Engine::Sqlite { "instr" } else { "strpos" };
        let found = Func::cust(Alias::new(place)).args([columns::column(column), part]);
        Ok(Expr::from(found).gt(Expr::cust("0")))
    }

    fn join(&self, parts: &[Condition], all: bool) -> Result<Expr, StoreError> {
        let mut joined: Option<Expr> = None;
        for part in parts {
            let next = self.condition(part)?;
            joined = Some(match joined {
                None => next,
                Some(before) if all => before.and(next),
                Some(before) => before.or(next),
            });
        }
        Ok(joined.unwrap_or_else(|| if all { Expr::cust("1 = 1") } else { nothing() }))
    }

    fn matches(&self, words: &str) -> Expr {
        let Some(text) = search_text(self.engine, words) else { return nothing() };
        let found = Sql::select()
            .column(Alias::new("record_id"))
            .from(Alias::new("search_entry"))
            .and_where(Expr::col(Alias::new("table_name")).eq(self.table.def.name.as_str()))
            .and_where(match_expression(self.engine, text))
            .take();
        let key = Expr::col((Alias::new(columns::MAIN), Alias::new(self.table.def.key.as_str())));
        key.in_subquery(found)
    }

    /// Whether the row's own search entry holds the words. Correlated: the row comes first, then its entry.
    fn matches_row(&self, words: &str) -> Expr {
        let Some(text) = search_text(self.engine, words) else { return nothing() };
        let key = Expr::col((Alias::new(columns::MAIN), Alias::new(self.table.def.key.as_str())));
        let mut entry = Sql::select()
            .expr(Expr::cust("1"))
            .from(Alias::new("search_entry"))
            .and_where(Expr::col(Alias::new("table_name")).eq(self.table.def.name.as_str()))
            .and_where(Expr::col(Alias::new("record_id")).eq(key))
            .take();
        match self.engine {
            Engine::Sqlite => {
                for token in base::search::query_tokens(words) {
                    // The words stand with blanks between them, so that a token begins and ends with one.
                    let end = if token.prefix { "" } else { " " };
                    let part = format!(" {}{end}", token.text);
                    entry.and_where(Expr::cust_with_values(
                        "instr(' ' || words || ' ', ?) > 0",
                        [sea_query::Value::from(part)],
                    ));
                }
            }
            Engine::Postgres => {
                entry.and_where(match_expression(self.engine, text));
            }
        }
        Expr::exists(entry)
    }

    /// What the scope lets see of this table; None when it lets see everything.
    pub(super) fn sight(&self) -> Result<Option<Expr>, StoreError> {
        if !self.table.def.scoped {
            return Ok(None);
        }
        match &self.scope.sight {
            Sight::All => Ok(None),
            Sight::Branches(branches) => {
                let any = Condition::Or(branches.iter().map(ScopeBranch::condition).collect());
                self.condition(&any).map(Some)
            }
        }
    }

    /// Scope and filter together.
    pub(super) fn seen_and(&self, filter: &Condition) -> Result<Expr, StoreError> {
        let filter = self.condition(filter)?;
        Ok(match self.sight()? {
            Some(sight) => sight.and(filter),
            None => filter,
        })
    }
}

fn nothing() -> Expr {
    Expr::cust("1 = 0")
}

fn match_expression(engine: Engine, text: String) -> Expr {
    match engine {
        Engine::Sqlite => Expr::cust_with_values(
            "number IN (SELECT rowid FROM search_index WHERE search_index MATCH ?)",
            [sea_query::Value::from(text)],
        ),
        Engine::Postgres => {
            Expr::cust_with_values("document @@ CAST($1 AS text)::tsquery", [sea_query::Value::from(text)])
        }
    }
}

/// The words as the engine's search text; None when there is no word to search for.
pub(crate) fn search_text(engine: Engine, words: &str) -> Option<String> {
    let quoted: Vec<String> = base::search::query_tokens(words)
        .iter()
        .map(|token| {
            // Tokens hold letters and digits only; whatever else came along would end the quotation.
            let plain: String = token.text.chars().filter(|c| c.is_alphanumeric()).collect();
            match (engine, token.prefix) {
                (Engine::Sqlite, false) => format!("\"{plain}\""),
                (Engine::Sqlite, true) => format!("\"{plain}\"*"),
                (Engine::Postgres, false) => format!("'{plain}'"),
                (Engine::Postgres, true) => format!("'{plain}':*"),
            }
        })
        .collect();
    let joiner = if engine == Engine::Sqlite { " AND " } else { " & " };
    (!quoted.is_empty()).then(|| quoted.join(joiner))
}

/// The first text (in byte order) after all those that begin with `prefix`; None when there is none.
pub(super) fn after_prefix(prefix: &str) -> Option<String> {
    let mut chars: Vec<char> = prefix.chars().collect();
    while let Some(last) = chars.pop() {
        let mut code = u32::from(last) + 1;
        if code == 0xD800 {
            code = 0xE000;
        }
        if let Some(next) = char::from_u32(code) {
            chars.push(next);
            return Some(chars.into_iter().collect());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::after_prefix;

    #[test]
    fn the_end_of_a_prefix_skips_what_is_no_character() {
        for (prefix, end) in
            [("ab", Some("ac")), ("", None), ("\u{10FFFF}", None), ("\u{D7FF}", Some("\u{E000}"))]
        {
            assert_eq!(after_prefix(prefix).as_deref(), end, "{prefix}");
        }
    }
}
