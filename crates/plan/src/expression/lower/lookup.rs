//! Questions to other registers: `exists(training, t, t.person == s.id && ...)`.

use cel::common::ast::{Expr, IdedExpr};

use super::{Lowering, Part};
use crate::expression::{
    Compared, Kind, Link, Lookup, Path, Plain, RESERVED, Root, Term, Truth, nearest, reads,
};

/// Lookups stand at most so deep inside each other.
const DEEPEST: usize = 2;

impl Lowering<'_> {
    pub(super) fn lookup(
        &mut self,
        part: &IdedExpr,
        function: &str,
        arguments: &[&IdedExpr],
    ) -> Option<Part> {
        let (register, variable, summed, condition) = match (function, arguments) {
            ("sum", [register, variable, summed, condition]) => (register, variable, Some(summed), condition),
            ("exists" | "count", [register, variable, condition]) => (register, variable, None, condition),
            ("sum", _) => {
                return self
                    .fault(part, "sum is written sum(REGISTER, x, x.FIELD, x.REFERENCE == s.id && ...)");
            }
            _ => {
                let message =
                    format!("{function} is written {function}(REGISTER, x, x.REFERENCE == s.id && ...)");
                return self.fault(part, message);
            }
        };
        let variable = self.new_variable(register, variable)?;
        if self.depth >= DEEPEST {
            return self.fault(part, format!("lookups stand at most {DEEPEST} deep inside each other"));
        }
        let place = self.variables.len();
        let register = variable.register.clone();
        self.variables.push(variable);
        self.depth += 1;
        let summed = summed.map(|summed| self.operand(summed));
        let condition = self.truth(condition);
        self.depth -= 1;
        self.variables.truncate(place);
        let (links, condition) = linked(condition?, place);
        if links.is_empty() {
            let message = format!(
                "says nowhere which rows of \"{register}\" belong to this record; join a comparison such as \
                 x.REFERENCE == s.id with && to the condition"
            );
            return self.fault(part, message);
        }
        let lookup = Box::new(Lookup { register, variable: place, links, condition });
        Some(match (function, summed) {
            ("exists", _) => Part::Truth(Truth::Exists(lookup)),
            (_, None) => Part::Value(Term::Count(lookup), Plain::of(Kind::Whole)),
            (_, Some(summed)) => Part::Value(Term::Sum(lookup, Box::new(summed?)), Plain::of(Kind::Decimal)),
        })
    }

    fn new_variable(&mut self, register: &IdedExpr, variable: &IdedExpr) -> Option<Root> {
        let model = self.context.model();
        let known: Vec<String> = model.registers.keys().cloned().collect();
        let register = match &register.expr {
            Expr::Ident(name) if model.register(name).is_some() => name.clone(),
            Expr::Ident(name) => return self.fault(register, nearest("register", name, &known)),
            _ => return self.fault(register, "here stands the name of a register, without quotes"),
        };
        let Expr::Ident(name) = &variable.expr else {
            return self.fault(variable, "here stands a new name for the rows, such as x");
        };
        if RESERVED.contains(&name.as_str()) || self.variables.iter().any(|v| v.name == *name) {
            return self.fault(variable, format!("\"{name}\" is taken; give the rows a name of their own"));
        }
        Some(Root { name: name.clone(), register })
    }
}

/// Takes the links out of a condition: comparisons of a field of the row itself with a field of the records around it.
fn linked(condition: Truth, variable: usize) -> (Vec<Link>, Truth) {
    let parts = match condition {
        Truth::All(parts) => parts,
        other => vec![other],
    };
    let mut links = Vec::new();
    let mut rest = Vec::new();
    for part in parts {
        match link(&part, variable) {
            Some(link) => links.push(link),
            None => rest.push(part),
        }
    }
    (links, Truth::All(rest))
}

fn link(part: &Truth, variable: usize) -> Option<Link> {
    let Truth::Compare(Compared::Equal, Term::Field(a), Term::Field(b)) = part else { return None };
    let own = |path: &Path| {
        let kind = matches!(path.kind, Kind::Id | Kind::Text | Kind::Whole | Kind::Day);
        path.variable == variable && path.hops.is_empty() && kind
    };
    let (inner, outer) = if own(a) { (a, b) } else { (b, a) };
    let linked = own(inner) && outer.variable < variable && reads::comparable(inner, outer);
    linked.then(|| Link { inner: inner.clone(), outer: outer.clone() })
}
