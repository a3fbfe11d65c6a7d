//! From the syntax tree to the typed tree, checking every name and every kind on the way.
//!
//! Every function answers None when it has noted a fault; the others go on, so that an author sees all faults at once.

mod calculation;
mod comparison;
mod lookup;
mod path;
mod value;

use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue, operators};

use self::comparison::OfText;
use super::parse::{Parsed, parse};
use super::{Constant, Context, ExpressionFault, Plain, Root, Term, Truth};

/// A part of the tree: a condition or a value.
pub(super) enum Part {
    /// Yes or no.
    Truth(Truth),
    /// Anything else, with what the checker knows of it.
    Value(Term, Plain),
}

/// The stack on which a text is read: the parser goes deep into a long chain of signs.
const STACK: usize = 64 * 1024 * 1024;

/// Lowers a condition.
#[expect(clippy::redundant_closure_for_method_calls, reason = "the method alone is of one lifetime only")]
pub(super) fn truth(text: &str, context: &Context<'_>) -> Result<Truth, Vec<ExpressionFault>> {
    lowered(text, context, |lowering, tree| lowering.truth(tree))
}

/// Lowers a number, as a floating-point one.
#[expect(clippy::redundant_closure_for_method_calls, reason = "the method alone is of one lifetime only")]
pub(super) fn number(text: &str, context: &Context<'_>) -> Result<Term, Vec<ExpressionFault>> {
    lowered(text, context, |lowering, tree| lowering.operand(tree))
}

/// Reads the text on a stack of its own.
fn lowered<T: Send>(
    text: &str,
    context: &Context<'_>,
    read: fn(&mut Lowering<'_>, &IdedExpr) -> Option<T>,
) -> Result<T, Vec<ExpressionFault>> {
    std::thread::scope(|scope| {
        let spawned = std::thread::Builder::new()
            .name("expression".to_owned())
            .stack_size(STACK)
            .spawn_scoped(scope, || on_this_stack(text, context, read));
        let lowered = spawned.ok().and_then(|thread| thread.join().ok());
        let message = "could not be read: the program had no memory for it";
        lowered.unwrap_or_else(|| Err(vec![ExpressionFault::at(text, 0, message.to_owned())]))
    })
}

fn on_this_stack<T>(
    text: &str,
    context: &Context<'_>,
    read: fn(&mut Lowering<'_>, &IdedExpr) -> Option<T>,
) -> Result<T, Vec<ExpressionFault>> {
    let parsed = parse(text)?;
    let mut lowering = Lowering {
        text,
        parsed: &parsed,
        context,
        variables: context.roots().to_vec(),
        depth: 0,
        faults: Vec::new(),
    };
    match read(&mut lowering, &parsed.tree) {
        Some(read) if lowering.faults.is_empty() => Ok(read),
        _ => Err(lowering.faults),
    }
}

/// The state of one lowering.
pub(super) struct Lowering<'a> {
    text: &'a str,
    parsed: &'a Parsed,
    pub(super) context: &'a Context<'a>,
    /// Roots, then the variables of the lookups around the place.
    pub(super) variables: Vec<Root>,
    /// Lookups around the place.
    pub(super) depth: usize,
    faults: Vec<ExpressionFault>,
}

impl Lowering<'_> {
    /// Notes a fault at `part`.
    pub(super) fn fault<T>(&mut self, part: &IdedExpr, message: impl Into<String>) -> Option<T> {
        let fault = ExpressionFault::at(self.text, self.parsed.place(part), message.into());
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
        None
    }

    /// A condition.
    pub(super) fn truth(&mut self, part: &IdedExpr) -> Option<Truth> {
        match self.part(part)? {
            Part::Truth(truth) => Some(truth),
            Part::Value(_, plain) => {
                let message = format!("this is {}, where yes or no is needed; compare it", plain.name());
                self.fault(part, message)
            }
        }
    }

    /// A value that is not yes or no.
    pub(super) fn value(&mut self, part: &IdedExpr) -> Option<(Term, Plain)> {
        match self.part(part)? {
            Part::Value(term, plain) => Some((term, plain)),
            Part::Truth(_) => self.fault(part, "this is yes or no, where a value is needed"),
        }
    }

    /// Whatever stands here.
    pub(super) fn part(&mut self, part: &IdedExpr) -> Option<Part> {
        match &part.expr {
            Expr::Literal(LiteralValue::Boolean(yes)) => {
                Some(Part::Truth(Truth::Constant(Constant::YesNo(*yes.inner()))))
            }
            Expr::Literal(literal) => self.literal(part, literal),
            Expr::Ident(_) => self.name(part),
            Expr::Select(select) if select.test => self.has(part, select),
            Expr::Select(_) => self.name(part),
            Expr::Call(call) => self.call(part, call),
            Expr::List(_) => self.fault(part, "a list stands only behind \"in\""),
            Expr::Comprehension(_) => self.fault(
                part,
                "lists are not walked; ask other registers with exists(REGISTER, x, ...), count(REGISTER, x, ...) or \
                 sum(REGISTER, x, x.FIELD, ...)",
            ),
            Expr::Map(_) | Expr::Struct(_) | Expr::Unspecified => {
                self.fault(part, "maps and structures have no place in a condition")
            }
        }
    }

    fn call(&mut self, part: &IdedExpr, call: &CallExpr) -> Option<Part> {
        let arguments: Vec<&IdedExpr> = call.args.iter().collect();
        if let (Some(asked), Some(target)) = (OfText::read(&call.func_name), &call.target) {
            return self.of_text(asked, part, target, &arguments).map(Part::Truth);
        }
        if call.target.is_some() {
            let message = format!(
                "{}() is not known here; after a dot stand startsWith('...') and contains('...') alone",
                call.func_name
            );
            return self.fault(part, message);
        }
        match (call.func_name.as_str(), arguments.as_slice()) {
            (operators::LOGICAL_AND, [a, b]) => self.joined(a, b, true),
            (operators::LOGICAL_OR, [a, b]) => self.joined(a, b, false),
            (operators::LOGICAL_NOT, [a]) => Some(Part::Truth(Truth::Not(Box::new(self.truth(a)?)))),
            (operators::CONDITIONAL, [condition, then, otherwise]) => {
                self.choice(part, condition, then, otherwise)
            }
            (operators::IN, [item, list]) => self.membership(item, list).map(Part::Truth),
            ("exists" | "count" | "sum", _) => self.lookup(part, &call.func_name, &arguments),
            ("date", [day]) => self.day_literal(day),
            ("v", [_]) => self.dated(part, part, None),
            (name, [a, b]) if comparison::compared(name).is_some() => {
                self.comparison(part, comparison::compared(name)?, a, b).map(Part::Truth)
            }
            (name, [a, b]) if calculation::operation(name).is_some() => {
                self.arithmetic(part, calculation::operation(name)?, a, b)
            }
            (operators::NEGATE, [a]) => self.negated(part, a),
            (operators::MODULO, _) => self.fault(part, "% cannot be asked of the database; use + - * /"),
            (operators::INDEX, _) => {
                self.fault(part, "[...] is not used; write v('...').key for an entry of a dated value")
            }
            (name, _) => {
                let message = format!(
                    "{name}() with {} arguments is not known; there are has(x.field), x.field.startsWith('...'), x.field.contains('...'), v('...'), \
                     date('2020-06-04'), exists, count and sum",
                    arguments.len()
                );
                self.fault(part, message)
            }
        }
    }

    fn joined(&mut self, a: &IdedExpr, b: &IdedExpr, all: bool) -> Option<Part> {
        let (a, b) = (self.truth(a), self.truth(b));
        let mut parts = Vec::new();
        for truth in [a?, b?] {
            match truth {
                Truth::All(inner) if all => parts.extend(inner),
                Truth::Any(inner) if !all => parts.extend(inner),
                other => parts.push(other),
            }
        }
        Some(Part::Truth(if all { Truth::All(parts) } else { Truth::Any(parts) }))
    }

    fn choice(
        &mut self,
        part: &IdedExpr,
        condition: &IdedExpr,
        then: &IdedExpr,
        otherwise: &IdedExpr,
    ) -> Option<Part> {
        let (condition, then, otherwise) = (self.truth(condition), self.part(then), self.part(otherwise));
        match (then?, otherwise?) {
            (Part::Truth(then), Part::Truth(otherwise)) => {
                Some(Part::Truth(Truth::If(Box::new(condition?), Box::new(then), Box::new(otherwise))))
            }
            (Part::Value(a, a_plain), Part::Value(b, b_plain)) => {
                let Some((a, b, plain)) = comparison::alike(a, &a_plain, b, &b_plain) else {
                    let message = format!(
                        "both sides of : must be of one kind, here are {} and {}",
                        a_plain.name(),
                        b_plain.name()
                    );
                    return self.fault(part, message);
                };
                Some(Part::Value(Term::If(Box::new(condition?), Box::new(a), Box::new(b)), plain))
            }
            _ => self.fault(part, "both sides of : must be yes or no, or both a value"),
        }
    }
}
