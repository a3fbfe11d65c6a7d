//! Expressions of packs as SQL. NULL is "cannot be judged": AND, OR and NOT of both engines are Kleene's.
//!
//! `judge::verdict::evaluate` says the same in memory; change both or none. Every piece is put in parentheses, every
//! constant is bound, and nothing here can make an engine stop with an error: divisions are guarded, numbers of
//! calculations are bounded, sums are made of whole millionths.

mod lookup;
mod value;

use std::sync::Arc;

use plan::expression::{Constant, Kind, LARGEST_ADDEND, Listed, Path, Term, Truth};
use sea_query::Expr;

use super::bind;
use super::columns::MAIN;
use super::condition::{Compiler, after_prefix};
use crate::catalogue::Table;
use crate::database::Engine;
use crate::{Added, Judged, Layout, Scope, StoreError, Value, Wanted};

impl Compiler<'_> {
    /// A condition on the verdict of a row.
    pub(super) fn judged(&self, judged: &Judged, wanted: Wanted) -> Result<Expr, StoreError> {
        let lowering = self.lowering(judged)?;
        let exact = |positive| lowering.truth(judged.expression.truth(), positive);
        Ok(match (wanted, self.exact) {
            (Wanted::Holds, false) => exact(true)?,
            (Wanted::Fails, false) => lowering.sql("(NOT #)", [exact(false)?]),
            // Under IS TRUE, NULL and false mean the same.
            (Wanted::Holds, true) => lowering.sql("(# IS TRUE)", [exact(true)?]),
            (Wanted::Fails, true) => lowering.sql("(# IS FALSE)", [exact(false)?]),
            (Wanted::CannotBeJudged, _) => lowering.sql("(# IS NULL)", [exact(false)?]),
        })
    }

    /// The verdict as a column: 1 holds, 0 fails, 2 cannot be judged.
    pub(super) fn verdict(&self, judged: &Judged) -> Result<Expr, StoreError> {
        let lowering = self.lowering(judged)?;
        let truth = lowering.truth(judged.expression.truth(), false)?;
        Ok(lowering.sql("COALESCE(CAST(# AS integer), 2)", [truth]))
    }

    /// The number of rows with this verdict.
    pub(super) fn counted(&self, judged: &Judged, wanted: Wanted) -> Result<Expr, StoreError> {
        let lowering = self.lowering(judged)?;
        Ok(lowering.sql("COUNT(CASE WHEN # THEN 1 END)", [self.judged(judged, wanted)?]))
    }

    /// The sum of a number over the rows for which its condition holds.
    pub(super) fn added(&self, added: &Added) -> Result<Expr, StoreError> {
        let lowering = self.lowering(&added.when)?;
        let millionths = lowering.addend(added)?;
        let float = lowering.sql_type(Kind::Decimal);
        let total = format!(
            "(CAST(COALESCE(SUM(# / 1000000), 0) AS {float}) + CAST(COALESCE(SUM(# % 1000000), 0) AS {float}) / 1000000.0)"
        );
        Ok(lowering.sql(&total, [millionths.clone(), millionths]))
    }

    /// The number of rows that were added.
    pub(super) fn added_rows(&self, added: &Added) -> Result<Expr, StoreError> {
        let lowering = self.lowering(&added.when)?;
        Ok(lowering.sql("COUNT(#)", [lowering.addend(added)?]))
    }

    fn lowering<'a>(&'a self, judged: &'a Judged) -> Result<Lowering<'a>, StoreError> {
        let [root] = judged.expression.roots() else {
            let problem = "an expression about several records at once is judged in memory only".to_owned();
            return Err(StoreError::Unsupported(problem));
        };
        let table = judged.layout.table(&root.register);
        if table != self.table.def.name {
            let problem =
                format!("an expression about rows of {table} cannot judge rows of {}", self.table.def.name);
            return Err(StoreError::Unsupported(problem));
        }
        Ok(Lowering {
            engine: self.engine,
            layout: &judged.layout,
            scope: self.scope,
            main: self.table,
            asked: self.asked,
        })
    }
}

/// Makes SQL of one expression.
struct Lowering<'a> {
    engine: Engine,
    layout: &'a Layout,
    scope: &'a Scope,
    main: &'a Table,
    asked: &'a [Arc<Table>],
}

impl Lowering<'_> {
    /// Puts expressions in the places of the signs # of a fixed text.
    fn sql(&self, text: &str, parts: impl IntoIterator<Item = Expr>) -> Expr {
        let mut built = String::with_capacity(text.len() + 16);
        for (i, piece) in text.split('#').enumerate() {
            if i > 0 {
                match self.engine {
                    Engine::Sqlite => built.push('?'),
                    Engine::Postgres => built.push_str(&format!("${i}")),
                }
            }
            built.push_str(piece);
        }
        Expr::cust_with_exprs(built, parts)
    }

    /// The whole millionths that a row adds; NULL for a row that adds nothing.
    fn addend(&self, added: &Added) -> Result<Expr, StoreError> {
        let when = self.truth(added.when.expression.truth(), false)?;
        let number = self.term(added.number.term())?;
        let float = self.sql_type(Kind::Decimal);
        let rounded = format!("CAST(# AS {float}) * 1000000.0 + CASE WHEN # < 0 THEN -0.5 ELSE 0.5 END");
        let whole = match self.engine {
            Engine::Sqlite => format!("CAST({rounded} AS INTEGER)"),
            Engine::Postgres => format!("CAST(TRUNC({rounded}) AS bigint)"),
        };
        let text = format!(
            "(CASE WHEN # AND # BETWEEN -{LARGEST_ADDEND:e} AND {LARGEST_ADDEND:e} THEN {whole} END)"
        );
        Ok(self.sql(&text, [when, number.clone(), number.clone(), number]))
    }

    /// `positive`: the piece stands where NULL and false mean the same, so that a plain column may be compared, which an
    /// index can serve.
    fn truth(&self, truth: &Truth, positive: bool) -> Result<Expr, StoreError> {
        Ok(match truth {
            Truth::Constant(constant) => self.constant(constant),
            Truth::Field(path) => self.field(path)?,
            Truth::Has(path) => self.sql("(# IS NOT NULL)", [self.field(path)?]),
            Truth::Not(inner) => self.sql("(NOT #)", [self.truth(inner, false)?]),
            Truth::All(parts) => self.joined(parts, positive, " AND ", "TRUE")?,
            Truth::Any(parts) => self.joined(parts, positive, " OR ", "FALSE")?,
            Truth::If(condition, then, otherwise) => {
                let condition = self.truth(condition, false)?;
                let (then, otherwise) = (self.truth(then, positive)?, self.truth(otherwise, positive)?);
                self.sql("(CASE # WHEN TRUE THEN # WHEN FALSE THEN # END)", [condition, then, otherwise])
            }
            Truth::Same(a, b) => self.sql("(# = #)", [self.truth(a, false)?, self.truth(b, false)?]),
            Truth::Compare(compared, a, b) => self.compare(*compared, a, b, positive)?,
            Truth::OneOf(term, Listed::These(these)) => self.one_of(term, these, positive)?,
            Truth::Contains(path, item) => self.contains(path, item)?,
            Truth::Prefix(path, prefix) => self.prefix(path, prefix, positive)?,
            Truth::Part(path, part) => self.part(path, part)?,
            Truth::Exists(lookup) => self.exists(lookup, positive)?,
            Truth::Input(_) | Truth::OnDay(..) | Truth::OneOf(_, Listed::Input(_)) => return Err(unfolded()),
        })
    }

    fn joined(
        &self,
        parts: &[Truth],
        positive: bool,
        sign: &str,
        none: &'static str,
    ) -> Result<Expr, StoreError> {
        if parts.is_empty() {
            return Ok(Expr::cust(none));
        }
        let built = parts.iter().map(|part| self.truth(part, positive)).collect::<Result<Vec<Expr>, _>>()?;
        let text = format!("({})", vec!["#"; built.len()].join(sign));
        Ok(self.sql(&text, built))
    }

    fn one_of(&self, term: &Term, these: &[Constant], positive: bool) -> Result<Expr, StoreError> {
        if these.is_empty() {
            return Ok(self.sql("(CASE WHEN # IS NOT NULL THEN FALSE END)", [self.term(term)?]));
        }
        let value = match term {
            Term::Field(path) if positive => self.raw_where_equal(path)?,
            term => self.term(term)?,
        };
        let list = vec!["#"; these.len()].join(", ");
        let parts = std::iter::once(value).chain(these.iter().map(|one| self.constant(one)));
        Ok(self.sql(&format!("(# IN ({list}))"), parts))
    }

    /// Lists of choices are kept as JSON, so a choice in quotes is found as text.
    fn contains(&self, path: &Path, item: &Term) -> Result<Expr, StoreError> {
        let Some(item) = text_of(item) else { return Ok(self.unknown()) };
        self.found(path, &serde_json::Value::from(item).to_string())
    }

    /// A text has this part. Both engines compare characters alone: no patterns, no folding of letters.
    fn part(&self, path: &Path, part: &Term) -> Result<Expr, StoreError> {
        let Some(part) = text_of(part) else { return Ok(self.unknown()) };
        self.found(path, part)
    }

    fn found(&self, path: &Path, part: &str) -> Result<Expr, StoreError> {
        let place = match self.engine {
            Engine::Sqlite => "(instr(#, #) > 0)",
            Engine::Postgres => "(strpos(#, #) > 0)",
        };
        Ok(self.sql(place, [self.field(path)?, self.constant(&Constant::Text(part.to_owned()))]))
    }

    fn prefix(&self, path: &Path, prefix: &Term, positive: bool) -> Result<Expr, StoreError> {
        let Some(prefix) = text_of(prefix) else { return Ok(self.unknown()) };
        let raw = positive && !prefix.is_empty();
        let value = || if raw { self.raw_where_equal(path) } else { self.field(path) };
        let from = self.constant(&Constant::Text(prefix.to_owned()));
        Ok(match after_prefix(prefix) {
            Some(end) => {
                let end = self.constant(&Constant::Text(end));
                self.sql("(# >= # AND # < #)", [value()?, from, value()?, end])
            }
            None => self.sql("(# >= #)", [value()?, from]),
        })
    }

    /// Cannot be judged.
    fn unknown(&self) -> Expr {
        self.constant(&Constant::Missing(Kind::YesNo, String::new()))
    }

    /// A constant, bound; with its type where PostgreSQL might guess another.
    fn constant(&self, constant: &Constant) -> Expr {
        let value = match constant {
            Constant::YesNo(true) => return Expr::cust("TRUE"),
            Constant::YesNo(false) => return Expr::cust("FALSE"),
            Constant::Missing(kind, _) => {
                return Expr::cust(format!("CAST(NULL AS {})", self.sql_type(*kind)));
            }
            Constant::Whole(number) => Value::Int(*number),
            Constant::Decimal(number) => Value::Float(*number),
            Constant::Text(text) => Value::from(text.as_str()),
            Constant::Day(day) => Value::from(*day),
            Constant::Instant(instant) => Value::from(*instant),
        };
        let bound = Expr::val(bind(value));
        match self.engine {
            Engine::Sqlite => bound,
            Engine::Postgres => self.sql(&format!("CAST(# AS {})", self.sql_type(constant.kind())), [bound]),
        }
    }

    fn sql_type(&self, kind: Kind) -> &'static str {
        match (kind, self.engine) {
            (Kind::YesNo, Engine::Postgres) => "boolean",
            (Kind::YesNo | Kind::Whole | Kind::Instant, Engine::Sqlite) => "INTEGER",
            (Kind::Whole | Kind::Instant, Engine::Postgres) => "bigint",
            (Kind::Decimal | Kind::Money, Engine::Sqlite) => "REAL",
            (Kind::Decimal | Kind::Money, Engine::Postgres) => "float8",
            (Kind::Id, Engine::Sqlite) => "BLOB",
            (Kind::Id, Engine::Postgres) => "uuid",
            (Kind::Text | Kind::Day | Kind::List | Kind::Files | Kind::Point | Kind::Structure, _) => "text",
        }
    }
}

fn text_of(term: &Term) -> Option<&str> {
    match term {
        Term::Constant(Constant::Text(text)) => Some(text),
        _ => None,
    }
}

fn unfolded() -> StoreError {
    StoreError::Unsupported("an expression with inputs that were not folded".to_owned())
}

/// The alias of a variable in a statement.
fn alias(variable: usize) -> String {
    if variable == 0 { MAIN.to_owned() } else { format!("v{variable}") }
}
