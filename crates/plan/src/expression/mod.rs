//! The language in which packs state conditions.
//!
//! The syntax is CEL (Common Expression Language); the meaning is ours. A text is parsed, lowered to a typed tree and
//! checked against the registers of the packs ([`Expression::check`]), so that a misspelt field is a fault of the pack
//! and never a silent answer. What needs no row (dated values, `as_of`, `today`, the bounds of the period) is folded to
//! constants ([`Expression::fold`]). One folded tree is then judged by two back ends: in memory (`judge::verdict`) and as
//! SQL (`store`, `Condition::Judged`). Both know three verdicts: holds, fails, cannot be judged.
//!
//! `docs/expressions.md` is the page for authors of packs.

mod asked;
mod fault;
mod fold;
mod kind;
mod lower;
mod near;
mod parse;
mod reads;
mod schema;
mod shift;
mod tree;

pub use asked::Asked;
pub use fault::{ExpressionFault, faults_in};
pub use fold::{Folded, FoldedNumber, Moment};
pub use kind::{Kind, Plain};
pub use near::nearest;
pub use reads::{Read, ReadIndex, Route, RouteStep};
pub use schema::{Context, RESERVED};
pub use tree::{Compared, Constant, Hop, Input, Link, Listed, Lookup, Operation, Path, Root, Term, Truth};

use std::collections::BTreeSet;

use crate::pack::Model;

/// A number whose absolute value is larger cannot be judged inside arithmetic: beyond it neighbouring whole numbers can no
/// longer be told apart for certain, and products of several such numbers could leave the range of 64 bits.
pub const LARGEST_OPERAND: f64 = 1e15;
/// A number whose absolute value is smaller, without being zero, cannot be judged inside arithmetic.
pub const SMALLEST_OPERAND: f64 = 1e-15;
/// A number whose absolute value is larger cannot be summed: sums are made of whole millionths, exact in any order.
pub const LARGEST_ADDEND: f64 = 1e12;
/// Most numbers in one calculation.
pub const MOST_OPERANDS: usize = 8;
/// Longest expression, in bytes.
pub const LONGEST: usize = 3000;
/// A reference path follows at most so many references.
pub const MOST_HOPS: usize = 2;

/// A checked condition.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    text: String,
    roots: Vec<Root>,
    truth: Truth,
}

impl Expression {
    /// Parses `text` and checks it against the registers, choices and dated values of `context`.
    ///
    /// # Errors
    /// Everything that is wrong, each with its place in the text and what would be allowed.
    pub fn check(text: &str, context: &Context<'_>) -> Result<Self, Vec<ExpressionFault>> {
        let truth = lower::truth(text, context)?;
        Ok(Self { text: text.to_owned(), roots: context.roots().to_vec(), truth })
    }

    /// The same condition for those records alone for which `guard`, which is about the same one record, holds:
    /// `!guard || this`.
    #[must_use]
    pub fn guarded(&self, guard: &Self) -> Self {
        let not = Truth::Not(Box::new(guard.truth.clone()));
        Self {
            text: format!("!({}) || ({})", guard.text, self.text),
            roots: self.roots.clone(),
            truth: Truth::Any(vec![not, self.truth.clone()]),
        }
    }

    /// True when the same records may be judged otherwise on another day: it reads days or dated values.
    #[must_use]
    pub fn is_dated(&self, model: &Model) -> bool {
        let on = |year: &str| {
            base::Day::parse(&format!("{year}-01-01")).map(|day| self.fold(&Moment::today(day), model))
        };
        on("1950") != on("2199") || !self.values().is_empty()
    }

    /// The text as written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The typed tree.
    #[must_use]
    pub fn truth(&self) -> &Truth {
        &self.truth
    }

    /// The records it is about, by the names that the text uses.
    #[must_use]
    pub fn roots(&self) -> &[Root] {
        &self.roots
    }

    /// Puts in what needs no row: days, and the dated values in force on `moment.as_of`. A value that is not in force then
    /// makes whatever needs it impossible to judge.
    #[must_use]
    pub fn fold(&self, moment: &Moment, model: &Model) -> Folded {
        Folded::of(self.roots.clone(), &self.truth, moment, model)
    }

    /// Every field that it reads, and the way from the record to it.
    #[must_use]
    pub fn reads(&self) -> BTreeSet<Read> {
        reads::reads(&self.roots, &self.truth)
    }

    /// The dated values that it uses.
    #[must_use]
    pub fn values(&self) -> BTreeSet<&str> {
        reads::values(&self.truth)
    }
}

/// A checked number: a target, a level, a weight. Judged in memory.
#[derive(Debug, Clone, PartialEq)]
pub struct NumberExpression {
    roots: Vec<Root>,
    term: Term,
}

impl NumberExpression {
    /// Parses `text` and checks that it is a number.
    ///
    /// # Errors
    /// As [`Expression::check`].
    pub fn check(text: &str, context: &Context<'_>) -> Result<Self, Vec<ExpressionFault>> {
        let term = lower::number(text, context)?;
        Ok(Self { roots: context.roots().to_vec(), term })
    }

    /// Puts in what needs no row, as [`Expression::fold`].
    #[must_use]
    pub fn fold(&self, moment: &Moment, model: &Model) -> FoldedNumber {
        FoldedNumber::of(self.roots.clone(), &self.term, moment, model)
    }

    /// Every field that it reads, as [`Expression::reads`].
    #[must_use]
    pub fn reads(&self) -> BTreeSet<Read> {
        let zero = Term::Constant(Constant::Decimal(0.0));
        reads::reads(&self.roots, &Truth::Compare(Compared::Equal, self.term.clone(), zero))
    }
}
