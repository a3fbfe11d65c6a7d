//! Comparisons, membership, beginnings: which kinds go together.

use cel::common::ast::{Expr, IdedExpr, operators};

use super::value::kind_of;
use super::{Lowering, Part};
use crate::expression::{
    Compared, Constant, Input, Kind, LARGEST_OPERAND, Listed, Path, Plain, Term, Truth, nearest,
};

pub(super) fn compared(name: &str) -> Option<Compared> {
    Some(match name {
        operators::EQUALS => Compared::Equal,
        operators::NOT_EQUALS => Compared::NotEqual,
        operators::LESS => Compared::Less,
        operators::LESS_EQUALS => Compared::LessOrEqual,
        operators::GREATER => Compared::Greater,
        operators::GREATER_EQUALS => Compared::GreaterOrEqual,
        _ => return None,
    })
}

/// A number as a floating-point one.
pub(super) fn widened(term: Term) -> Term {
    match term {
        #[expect(clippy::cast_precision_loss, reason = "the language compares such numbers as 64-bit floats")]
        Term::Constant(Constant::Whole(number)) => Term::Constant(Constant::Decimal(number as f64)),
        Term::If(condition, then, otherwise) if then.kind() == Kind::Whole => {
            Term::If(condition, Box::new(widened(*then)), Box::new(widened(*otherwise)))
        }
        whole if whole.kind() == Kind::Whole => Term::Widened(Box::new(whole)),
        other => other,
    }
}

/// A floating-point constant without a fraction as a whole number, so that it compares with whole numbers exactly.
fn narrowed(term: Term) -> Term {
    match term {
        #[expect(clippy::cast_possible_truncation, reason = "bounded on the line before")]
        Term::Constant(Constant::Decimal(number))
            if number.fract() == 0.0 && number.abs() <= LARGEST_OPERAND =>
        {
            Term::Constant(Constant::Whole(number as i64))
        }
        other => other,
    }
}

/// Both values as one kind, where they go together.
pub(super) fn alike(a: Term, a_plain: &Plain, b: Term, b_plain: &Plain) -> Option<(Term, Term, Plain)> {
    if a_plain.kind.is_number() && b_plain.kind.is_number() {
        let (a, b) = match (a.kind(), b.kind()) {
            (Kind::Whole, Kind::Decimal) => (a, narrowed(b)),
            (Kind::Decimal, Kind::Whole) => (narrowed(a), b),
            _ => (a, b),
        };
        if a.kind() == Kind::Whole && b.kind() == Kind::Whole {
            return Some((a, b, Plain::of(Kind::Whole)));
        }
        return Some((widened(a), widened(b), Plain::of(Kind::Decimal)));
    }
    if a_plain.kind != b_plain.kind {
        return None;
    }
    if a_plain.kind == Kind::Id && a_plain.to != b_plain.to {
        return None;
    }
    let allowed = a_plain.allowed.clone().or_else(|| b_plain.allowed.clone());
    Some((a, b, Plain { allowed, ..a_plain.clone() }))
}

impl Lowering<'_> {
    pub(super) fn comparison(
        &mut self,
        part: &IdedExpr,
        compared: Compared,
        left: &IdedExpr,
        right: &IdedExpr,
    ) -> Option<Truth> {
        let (a, b) = (self.part(left), self.part(right));
        let (a, a_plain, b, b_plain) = match (a?, b?) {
            (Part::Truth(a), Part::Truth(b)) => return self.same(part, compared, a, b),
            (Part::Value(a, a_plain), Part::Value(b, b_plain)) => (a, a_plain, b, b_plain),
            _ => return self.fault(part, "compares yes or no with a value"),
        };
        match (a_plain.kind, b_plain.kind) {
            (Kind::Instant, Kind::Day) => return self.on_day(right, compared, a, b),
            (Kind::Day, Kind::Instant) => return self.on_day(left, compared.turned(), b, a),
            _ => {}
        }
        self.suits(right, &b, &a_plain)?;
        self.suits(left, &a, &b_plain)?;
        let Some((a, b, plain)) = alike(a, &a_plain, b, &b_plain) else {
            let message = format!("{} and {} cannot be compared", a_plain.name(), b_plain.name());
            return self.fault(part, message);
        };
        if matches!(plain.kind, Kind::Text | Kind::Id) && !compared.is_equality() {
            let message = format!("{} has no order; use ==, != or in", plain.name());
            return self.fault(part, message);
        }
        Some(Truth::Compare(compared, a, b))
    }

    fn same(&mut self, part: &IdedExpr, compared: Compared, a: Truth, b: Truth) -> Option<Truth> {
        let same = Truth::Same(Box::new(a), Box::new(b));
        match compared {
            Compared::Equal => Some(same),
            Compared::NotEqual => Some(Truth::Not(Box::new(same))),
            _ => self.fault(part, "yes and no have no order"),
        }
    }

    /// An instant lies on a day of Beijing time; only a day that is known beforehand can be asked for.
    fn on_day(&mut self, at: &IdedExpr, compared: Compared, instant: Term, day: Term) -> Option<Truth> {
        if matches!(day, Term::Constant(_) | Term::Input(..)) {
            return Some(Truth::OnDay(compared, instant, day));
        }
        self.fault(
            at,
            "an instant is compared with a day only where the day is as_of, today, period or a date(...)",
        )
    }

    /// Every text that `term` may be is one that the choice on the other side may have.
    pub(super) fn suits(&mut self, at: &IdedExpr, term: &Term, other: &Plain) -> Option<()> {
        let Some(allowed) = &other.allowed else { return Some(()) };
        let wrong = self.texts(term).into_iter().find(|text| !allowed.contains(text));
        match wrong {
            Some(text) => self.fault(at, nearest("choice of this field", &text, allowed)),
            None => Some(()),
        }
    }

    fn texts(&self, term: &Term) -> Vec<String> {
        match term {
            Term::Constant(Constant::Text(text)) => vec![text.clone()],
            Term::If(_, then, otherwise) => {
                let mut both = self.texts(then);
                both.extend(self.texts(otherwise));
                both
            }
            Term::Input(input, Kind::Text) => self.entries(input),
            _ => Vec::new(),
        }
    }

    /// Every text that a dated value or its list ever was.
    fn entries(&self, input: &Input) -> Vec<String> {
        let Input::Value { id, key } = input else { return Vec::new() };
        let Some(value) = self.context.model().values.get(id) else { return Vec::new() };
        let mut texts = Vec::new();
        for entry in &value.series {
            let found = match (key, &entry.value) {
                (Some(key), toml::Value::Table(table)) => table.get(key),
                (_, plain) => Some(plain),
            };
            match found {
                Some(toml::Value::String(text)) => texts.push(text.clone()),
                Some(toml::Value::Array(list)) => {
                    texts.extend(list.iter().filter_map(|v| v.as_str().map(str::to_owned)));
                }
                _ => {}
            }
        }
        texts
    }

    /// `x in [...]`, `x in v('...')`, `'x' in r.list`.
    pub(super) fn membership(&mut self, item: &IdedExpr, list: &IdedExpr) -> Option<Truth> {
        match &list.expr {
            Expr::List(written) => {
                let (term, plain) = self.value(item)?;
                self.one_of(list, term, &plain, &written.elements)
            }
            Expr::Call(call) if call.func_name == "v" => self.one_of_dated(item, list, list, None),
            Expr::Select(select) if matches!(&select.operand.expr, Expr::Call(call) if call.func_name == "v") => {
                self.one_of_dated(item, list, &select.operand, Some(&select.field))
            }
            _ => self.contains(item, list),
        }
    }

    fn one_of(&mut self, at: &IdedExpr, term: Term, plain: &Plain, elements: &[IdedExpr]) -> Option<Truth> {
        if elements.is_empty() {
            return self.fault(at, "an empty list has no member; leave the condition out");
        }
        let decimal = term.kind() == Kind::Decimal;
        let mut these = Vec::new();
        for element in elements {
            let (found, element_plain) = self.value(element)?;
            self.suits(element, &found, plain)?;
            let fitting = match found {
                whole if decimal => widened(whole),
                other => narrowed(other),
            };
            match fitting {
                Term::Constant(constant) if constant.kind() == term.kind() => these.push(constant),
                _ => {
                    let message = format!(
                        "the list behind \"in\" holds constants of the kind of the value before it ({}), this is {}",
                        plain.name(),
                        element_plain.name()
                    );
                    return self.fault(element, message);
                }
            }
        }
        Some(Truth::OneOf(term, Listed::These(these)))
    }

    fn one_of_dated(
        &mut self,
        item: &IdedExpr,
        at: &IdedExpr,
        call: &IdedExpr,
        key: Option<&str>,
    ) -> Option<Truth> {
        let (term, plain) = self.value(item)?;
        let value = self.dated_value(call)?;
        let id = value.id.get_ref().clone();
        let suits = value.series.iter().all(|entry| {
            let found = match (key, &entry.value) {
                (Some(key), toml::Value::Table(table)) => table.get(key),
                (None, plain) => Some(plain),
                _ => None,
            };
            let kinds = found.and_then(toml::Value::as_array);
            kinds.is_some_and(|list| list.iter().all(|v| kind_of(v) == Some(term.kind())))
        });
        if !suits || value.series.is_empty() {
            let message =
                format!("\"{id}\" must be a list of the kind of the value before it ({})", plain.name());
            return self.fault(at, message);
        }
        let input = Input::Value { id, key: key.map(str::to_owned) };
        if let Some(allowed) = &plain.allowed
            && let Some(text) = self.entries(&input).into_iter().find(|text| !allowed.contains(text))
        {
            return self.fault(at, nearest("choice of this field", &text, allowed));
        }
        Some(Truth::OneOf(term, Listed::Input(input)))
    }

    fn contains(&mut self, item: &IdedExpr, list: &IdedExpr) -> Option<Truth> {
        let noted = self.faults.len();
        let (path, plain) = match self.list_field(list) {
            Some((path, plain)) if path.kind == Kind::List => (path, plain),
            Some((path, _)) => {
                let message = format!("\"{}\" is no list of choices", path.field);
                return self.fault(list, message);
            }
            None if self.faults.len() > noted => return None,
            None => {
                return self.fault(
                    list,
                    "behind \"in\" stands a list [...], a dated value or a field with several choices",
                );
            }
        };
        let (term, item_plain) = self.value(item)?;
        if !matches!(term, Term::Constant(Constant::Text(_)) | Term::Input(_, Kind::Text)) {
            let message = format!(
                "before \"in\" a list of choices stands one choice in quotes, this is {}",
                item_plain.name()
            );
            return self.fault(item, message);
        }
        self.suits(item, &term, &plain)?;
        Some(Truth::Contains(path, term))
    }

    /// `x.field.startsWith('...')`, `x.field.contains('...')`.
    pub(super) fn of_text(
        &mut self,
        asked: OfText,
        part: &IdedExpr,
        target: &IdedExpr,
        arguments: &[&IdedExpr],
    ) -> Option<Truth> {
        let name = asked.name();
        let [argument] = arguments else {
            return self.fault(part, format!("{name} takes one text"));
        };
        let (target_term, plain) = self.value(target)?;
        let Term::Field(path @ Path { kind: Kind::Text, .. }) = target_term else {
            return self.fault(target, format!("{name} asks a text field, this is {}", plain.name()));
        };
        let (text, text_plain) = self.value(argument)?;
        match &text {
            Term::Constant(Constant::Text(text)) if text.is_empty() => {
                let message = match asked {
                    OfText::Beginning => "every text begins with the empty one; ask has(...)",
                    OfText::Part => "every text contains the empty one; ask has(...)",
                };
                self.fault(argument, message)
            }
            Term::Constant(Constant::Text(_)) | Term::Input(_, Kind::Text) => Some(match asked {
                OfText::Beginning => Truth::Prefix(path, text),
                OfText::Part => Truth::Part(path, text),
            }),
            _ => {
                let message =
                    format!("{name} takes a text in quotes or a dated text, this is {}", text_plain.name());
                self.fault(argument, message)
            }
        }
    }
}

/// What may be asked of a text.
#[derive(Debug, Clone, Copy)]
pub(super) enum OfText {
    /// It begins so.
    Beginning,
    /// It has this part.
    Part,
}

impl OfText {
    /// Reads a name of CEL.
    pub(super) fn read(name: &str) -> Option<Self> {
        [Self::Beginning, Self::Part].into_iter().find(|asked| asked.name() == name)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Beginning => "startsWith",
            Self::Part => "contains",
        }
    }
}
