//! Names: variables, fields, reference paths, days of the moment.

use cel::common::ast::{Expr, IdedExpr, SelectExpr};

use super::{Lowering, Part};
use crate::expression::{Hop, Input, Kind, MOST_HOPS, Path, Plain, Term, Truth, nearest};

/// `a.b.c` as its parts, root first; None when it does not begin with a name.
fn segments(part: &IdedExpr) -> Option<Vec<(&IdedExpr, &str)>> {
    match &part.expr {
        Expr::Ident(name) => Some(vec![(part, name.as_str())]),
        Expr::Select(select) if !select.test => {
            let mut before = segments(&select.operand)?;
            before.push((part, select.field.as_str()));
            Some(before)
        }
        _ => None,
    }
}

impl Lowering<'_> {
    /// A name, with or without dots.
    pub(super) fn name(&mut self, part: &IdedExpr) -> Option<Part> {
        if let Expr::Select(select) = &part.expr
            && matches!(&select.operand.expr, Expr::Call(call) if call.func_name == "v" && call.target.is_none())
        {
            return self.dated(part, &select.operand, Some(&select.field));
        }
        let Some(names) = segments(part) else {
            return self.fault(part, "a field is written variable.field, such as s.headcount");
        };
        let day = |input| Some(Part::Value(Term::Input(input, Kind::Day), Plain::of(Kind::Day)));
        let only: Vec<&str> = names.iter().map(|(_, name)| *name).collect();
        match only.as_slice() {
            ["as_of"] => return day(Input::AsOf),
            ["today"] => return day(Input::Today),
            ["period", bound @ ("from" | "until")] => {
                if !self.context.has_period() {
                    return self.fault(
                        part,
                        "there is no period here: this element is not judged for one; use as_of",
                    );
                }
                return day(if *bound == "from" { Input::PeriodFrom } else { Input::PeriodUntil });
            }
            ["period", ..] => return self.fault(part, "of a period there are period.from and period.until"),
            _ => {}
        }
        let (path, plain) = self.path(&names)?;
        match plain.kind {
            Kind::YesNo => Some(Part::Truth(Truth::Field(path))),
            Kind::List => {
                let message = format!("\"{}\" is a list; write 'x' in {}", path.field, only.join("."));
                self.fault(part, message)
            }
            Kind::Files | Kind::Point | Kind::Structure => {
                let message = format!("of \"{}\" only has({}) can be asked", path.field, only.join("."));
                self.fault(part, message)
            }
            _ => Some(Part::Value(Term::Field(path), plain)),
        }
    }

    /// `has(x.field)`.
    pub(super) fn has(&mut self, part: &IdedExpr, select: &SelectExpr) -> Option<Part> {
        let Some(mut names) = segments(&select.operand) else {
            return self.fault(part, "has(...) asks for a field, such as has(s.head)");
        };
        names.push((part, select.field.as_str()));
        let (path, _) = self.path(&names)?;
        Some(Part::Truth(Truth::Has(path)))
    }

    /// The list field that `part` names, where it names one.
    pub(super) fn list_field(&mut self, part: &IdedExpr) -> Option<(Path, Plain)> {
        let names = segments(part)?;
        self.path(&names)
    }

    fn path(&mut self, names: &[(&IdedExpr, &str)]) -> Option<(Path, Plain)> {
        let (&(root, variable), fields) = names.split_first()?;
        let Some(place) = self.variables.iter().position(|v| v.name == variable) else {
            return self.unknown_variable(root, variable);
        };
        let mut register = self.variables.get(place)?.register.clone();
        let Some((&(at, field), references)) = fields.split_last() else {
            // A variable alone stands for its record.
            let plain = Plain { to: Some(register.clone()), ..Plain::of(Kind::Id) };
            let path =
                Path { variable: place, hops: Vec::new(), register, field: "id".to_owned(), kind: Kind::Id };
            return Some((path, plain));
        };
        let mut hops = Vec::new();
        for (part, name) in references {
            let hop = self.hop(part, &register, name)?;
            register.clone_from(&hop.to);
            hops.push(hop);
        }
        if hops.len() > MOST_HOPS {
            let message = format!("follows {} references; at most {MOST_HOPS} are followed", hops.len());
            return self.fault(at, message);
        }
        let plain = self.field_of(at, &register, field)?;
        let kind = plain.kind;
        Some((Path { variable: place, hops, register, field: field.to_owned(), kind }, plain))
    }

    fn hop(&mut self, part: &IdedExpr, register: &str, name: &str) -> Option<Hop> {
        let plain = self.field_of(part, register, name)?;
        match plain.to {
            Some(to) if plain.kind == Kind::Id && self.context.model().register(&to).is_some() => {
                Some(Hop { register: register.to_owned(), field: name.to_owned(), to })
            }
            _ => {
                let message =
                    format!("\"{name}\" is {}, no reference to another register", plain.kind.name());
                self.fault(part, message)
            }
        }
    }

    pub(super) fn field_of(&mut self, part: &IdedExpr, register: &str, name: &str) -> Option<Plain> {
        let found = self.context.field(register, name);
        if found.is_none() {
            let message = nearest(&format!("field of \"{register}\""), name, &self.context.fields(register));
            return self.fault(part, message);
        }
        found
    }

    fn unknown_variable<T>(&mut self, part: &IdedExpr, name: &str) -> Option<T> {
        let mut known: Vec<String> =
            self.variables.iter().map(|v| format!("{} ({})", v.name, v.register)).collect();
        known.extend(["as_of", "today"].map(str::to_owned));
        if self.context.has_period() {
            known.extend(["period.from", "period.until"].map(str::to_owned));
        }
        let message =
            format!("\"{name}\" is not known here; there are {}. Text stands in quotes", known.join(", "));
        self.fault(part, message)
    }
}
