//! Arithmetic: 64-bit floating-point numbers within bounds in which both engines and memory give the same answer.

use cel::common::ast::{IdedExpr, operators};

use super::comparison::widened;
use super::{Lowering, Part};
use crate::expression::{
    Constant, Kind, LARGEST_OPERAND, MOST_OPERANDS, Operation, Plain, SMALLEST_OPERAND, Term,
};

pub(super) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        operators::ADD => Operation::Add,
        operators::SUBSTRACT => Operation::Subtract,
        operators::MULTIPLY => Operation::Multiply,
        operators::DIVIDE => Operation::Divide,
        _ => return None,
    })
}

/// Every number of a calculation within its bounds.
fn bounded(term: Term) -> Term {
    match term {
        Term::Arithmetic(..) | Term::Bounded(_) => term,
        Term::If(condition, then, otherwise) => {
            Term::If(condition, Box::new(bounded(*then)), Box::new(bounded(*otherwise)))
        }
        leaf => Term::Bounded(Box::new(leaf)),
    }
}

fn operands(term: &Term) -> usize {
    match term {
        Term::Arithmetic(_, a, b) => operands(a) + operands(b),
        Term::If(_, a, b) => operands(a).max(operands(b)),
        _ => 1,
    }
}

impl Lowering<'_> {
    /// A number for a calculation.
    pub(super) fn operand(&mut self, part: &IdedExpr) -> Option<Term> {
        let (term, plain) = self.value(part)?;
        if !plain.kind.is_number() {
            let hint = match plain.kind {
                Kind::Day | Kind::Instant => {
                    "; there is no calculating with days: use as_of, period or a derived field"
                }
                Kind::Text => "; texts are not joined",
                _ => "",
            };
            let message = format!("a calculation takes numbers, this is {}{hint}", plain.name());
            return self.fault(part, message);
        }
        let term = widened(term);
        if let Term::Constant(Constant::Decimal(number)) = &term {
            let size = number.abs();
            if size > LARGEST_OPERAND || (size < SMALLEST_OPERAND && size != 0.0) {
                let message = format!(
                    "numbers of a calculation lie between {SMALLEST_OPERAND:e} and {LARGEST_OPERAND:e}, or are 0"
                );
                return self.fault(part, message);
            }
        }
        Some(term)
    }

    pub(super) fn arithmetic(
        &mut self,
        part: &IdedExpr,
        operation: Operation,
        left: &IdedExpr,
        right: &IdedExpr,
    ) -> Option<Part> {
        let (a, b) = (self.operand(left), self.operand(right));
        let (a, b) = (bounded(a?), bounded(b?));
        let whole = Term::Arithmetic(operation, Box::new(a), Box::new(b));
        if operands(&whole) > MOST_OPERANDS {
            let message = format!("calculates with more than {MOST_OPERANDS} numbers; use a derived field");
            return self.fault(part, message);
        }
        Some(Part::Value(whole, Plain::of(Kind::Decimal)))
    }

    pub(super) fn negated(&mut self, part: &IdedExpr, inner: &IdedExpr) -> Option<Part> {
        let term = self.operand(inner)?;
        let whole = match term {
            Term::Constant(Constant::Decimal(number)) => Term::Constant(Constant::Decimal(-number)),
            other => {
                let zero = Term::Constant(Constant::Decimal(0.0));
                Term::Arithmetic(Operation::Subtract, Box::new(bounded(zero)), Box::new(bounded(other)))
            }
        };
        if operands(&whole) > MOST_OPERANDS {
            let message = format!("calculates with more than {MOST_OPERANDS} numbers; use a derived field");
            return self.fault(part, message);
        }
        Some(Part::Value(whole, Plain::of(Kind::Decimal)))
    }
}
