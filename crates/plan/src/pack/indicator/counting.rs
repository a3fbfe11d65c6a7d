//! What an indicator counts, made of its texts and the registers that the packs have: the conditions as checked
//! expressions, the register, the groups.

use super::Indicator;
use crate::expression::{Context, Expression, ExpressionFault, NumberExpression};
use crate::pack::{FieldKind, Model, Register, ScopeFrom};

/// Of what an indicator counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Of {
    /// Records of a register; of cases only those of a procedure where one is named.
    Rows {
        /// The register.
        register: String,
        /// The procedure.
        procedure: Option<String>,
    },
    /// Instances of a duty that were due, and those fulfilled in time.
    Duty(String),
}

/// The duties whose instances an indicator or an item of a scorecard may count, by id: all of the packs. The engine has
/// the numbers in `engine::indicator::duty`.
#[must_use]
pub fn known_duties(model: &Model) -> Vec<String> {
    model.duties.keys().cloned().collect()
}

impl Of {
    /// Reads `of`.
    ///
    /// # Errors
    /// What is wrong and what would be allowed, as a sentence.
    pub fn read(text: &str, model: &Model) -> Result<Self, String> {
        let registers = || model.registers.keys().cloned().collect::<Vec<_>>();
        if let Some(duty) = text.strip_prefix("duty:") {
            let known = known_duties(model);
            return if known.iter().any(|k| k == duty) {
                Ok(Self::Duty(duty.to_owned()))
            } else if known.is_empty() {
                Err(format!("\"{duty}\" is not a known duty; these packs have no duties that can be counted"))
            } else {
                Err(format!("\"{duty}\" is not a known duty; known are {}", known.join(", ")))
            };
        }
        if let Some(case) = text.strip_prefix("case:") {
            if let Some(procedure) = model.procedure(case) {
                let register = procedure.register.clone();
                return Ok(Self::Rows { register, procedure: Some(case.to_owned()) });
            }
            return match model.register(case) {
                Some(register) if register.cases => {
                    Ok(Self::Rows { register: case.to_owned(), procedure: None })
                }
                Some(_) => Err(format!(
                    "the register \"{case}\" holds no cases; write of = \"{case}\" without case:"
                )),
                None => {
                    let procedures: Vec<String> = model.procedures.keys().cloned().collect();
                    Err(format!(
                        "\"{case}\" is not a known procedure or register of cases; procedures are {}",
                        procedures.join(", ")
                    ))
                }
            };
        }
        match model.register(text) {
            Some(_) => Ok(Self::Rows { register: text.to_owned(), procedure: None }),
            None => Err(format!(
                "\"{text}\" is not a known register; write a register, case:PROCEDURE or duty:ID; registers are {}",
                registers().join(", ")
            )),
        }
    }
}

/// From where the value of a group comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DimensionFrom {
    /// A column of the register's table.
    Column(String),
    /// The department that leads the sector of the row.
    LeadOfSector,
}

/// One way of grouping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dimension {
    /// As written in `by`.
    pub name: String,
    /// From where the value comes.
    pub from: DimensionFrom,
}

/// The columns of the head by which scoped registers are grouped.
const PLACES: [&str; 4] = ["county", "township", "sector", "park"];

impl Dimension {
    /// Reads one entry of `by` for the instances of a duty: they are grouped by the place of their subjects.
    ///
    /// # Errors
    /// What is wrong and what would be allowed, as a sentence.
    pub fn of_duty(name: &str) -> Result<Self, String> {
        let from = match name {
            "department" => DimensionFrom::LeadOfSector,
            name if PLACES.contains(&name) => DimensionFrom::Column(name.to_owned()),
            _ => {
                return Err(format!(
                    "\"{name}\" makes no groups of a duty; allowed are county, township, sector, park, department"
                ));
            }
        };
        Ok(Self { name: name.to_owned(), from })
    }

    /// Reads one entry of `by` for a register.
    ///
    /// # Errors
    /// What is wrong and what would be allowed, as a sentence.
    pub fn read(name: &str, register: &Register) -> Result<Self, String> {
        let scoped = register.scope != ScopeFrom::Shared;
        let column =
            |column: &str| Ok(Self { name: name.to_owned(), from: DimensionFrom::Column(column.to_owned()) });
        if scoped && PLACES.contains(&name) {
            return column(name);
        }
        if let Some(field) = register.field(name) {
            let groups = matches!(
                field.kind,
                FieldKind::Choice
                    | FieldKind::Department
                    | FieldKind::County
                    | FieldKind::Township
                    | FieldKind::Park
                    | FieldKind::YesNo
                    | FieldKind::Reference
            );
            return if groups && !field.is_list() {
                column(name)
            } else {
                Err(format!(
                    "\"{name}\" is {:?}; only single choices, yes-no fields, references, departments and regions make groups",
                    field.kind
                ))
            };
        }
        if name == "department" {
            let field = register.field("lead_department").filter(|f| f.kind == FieldKind::Department);
            if let Some(field) = field {
                return column(field.name());
            }
            if scoped {
                return Ok(Self { name: name.to_owned(), from: DimensionFrom::LeadOfSector });
            }
        }
        let fields: Vec<&str> = register.fields.iter().map(crate::pack::Field::name).collect();
        Err(format!(
            "\"{name}\" makes no groups of \"{}\"; allowed are {}department and its fields {}",
            register.name(),
            if scoped { "county, township, sector, park, " } else { "" },
            fields.join(", ")
        ))
    }
}

/// The checked conditions of an indicator over rows.
#[derive(Debug, Clone)]
pub struct Counting {
    /// The register.
    pub register: String,
    /// Only cases of this procedure.
    pub procedure: Option<String>,
    /// The variable that the texts use.
    pub variable: &'static str,
    /// Which rows count; None for all.
    pub base: Option<Expression>,
    /// Rows that count and hit, and rows that count and miss.
    pub hit: Option<(Expression, Expression)>,
    /// What is added.
    pub sum: Option<NumberExpression>,
    /// Holds where the number that is added is there.
    pub known: Option<Expression>,
    /// Which rows count as reported.
    pub complete: Option<Expression>,
    /// At least this.
    pub min: Option<NumberExpression>,
    /// At most this.
    pub max: Option<NumberExpression>,
    /// The groups.
    pub by: Vec<Dimension>,
}

impl Counting {
    /// Variables that the texts of an indicator over this register may use, the usual one first.
    #[must_use]
    pub fn variables(register: &Register) -> [&'static str; 3] {
        if register.cases {
            ["c", "r", "s"]
        } else if register.scope == ScopeFrom::Itself {
            ["s", "r", "c"]
        } else {
            ["r", "s", "c"]
        }
    }

    /// The variable for which all `texts` are sound; the usual one where there is none.
    #[must_use]
    pub fn variable(model: &Model, register: &Register, texts: &[&str]) -> &'static str {
        let all = Self::variables(register);
        let sound = |variable: &&'static str| {
            let context = Context::of(model, variable, register.name()).with_period();
            let sound = |text: &&str| {
                Expression::check(text, &context).is_ok() || NumberExpression::check(text, &context).is_ok()
            };
            texts.iter().all(sound)
        };
        let [usual, ..] = all;
        all.into_iter().find(|v| sound(v)).unwrap_or(usual)
    }

    /// The texts of conditions and numbers of an indicator.
    #[must_use]
    pub fn texts(indicator: &Indicator) -> Vec<&str> {
        let all = [&indicator.base, &indicator.hit, &indicator.sum, &indicator.complete];
        all.into_iter().flatten().map(|t| t.get_ref().as_str()).collect()
    }

    /// The least and the most of the target, as far as it has them.
    ///
    /// # Errors
    /// The first fault, as a sentence.
    pub fn bounds(
        indicator: &Indicator,
        context: &Context<'_>,
    ) -> Result<(Option<NumberExpression>, Option<NumberExpression>), String> {
        let told = |faults: Vec<ExpressionFault>| faults.first().map(ToString::to_string).unwrap_or_default();
        let bound = |text: Option<&toml::Spanned<String>>| {
            text.map(|t| NumberExpression::check(t.get_ref(), context).map_err(told)).transpose()
        };
        let target = indicator.target.as_ref();
        Ok((bound(target.and_then(|t| t.min.as_ref()))?, bound(target.and_then(|t| t.max.as_ref()))?))
    }

    /// Makes the expressions. The checker has found all faults before; here the first one is enough.
    ///
    /// # Errors
    /// The first fault, as a sentence.
    pub fn of(indicator: &Indicator, model: &Model) -> Result<Self, String> {
        let Of::Rows { register, procedure } = Of::read(indicator.of.get_ref(), model)? else {
            return Err("a duty is counted by the duties themselves".to_owned());
        };
        let definition = model.register(&register).ok_or_else(|| format!("no register \"{register}\""))?;
        let variable = Self::variable(model, definition, &Self::texts(indicator));
        let context = Context::of(model, variable, &register).with_period();
        let told = |faults: Vec<ExpressionFault>| faults.first().map(ToString::to_string).unwrap_or_default();
        let condition = |text: &str| Expression::check(text, &context).map_err(told);
        let number = |text: &str| NumberExpression::check(text, &context).map_err(told);
        let some =
            |text: &Option<toml::Spanned<String>>| text.as_ref().map(|t| t.get_ref().as_str().to_owned());
        let base = some(&indicator.base).filter(|text| text.trim() != "true");
        let hit = match some(&indicator.hit) {
            None => None,
            Some(hit) => Some(match &base {
                Some(base) => (
                    condition(&format!("({base}) && ({hit})"))?,
                    condition(&format!("({base}) && !({hit})"))?,
                ),
                None => (condition(&hit)?, condition(&format!("!({hit})"))?),
            }),
        };
        let (min, max) = Self::bounds(indicator, &context)?;
        Ok(Self {
            procedure,
            variable,
            hit,
            base: base.as_deref().map(condition).transpose()?,
            sum: some(&indicator.sum).as_deref().map(number).transpose()?,
            known: some(&indicator.sum).map(|sum| condition(&format!("({sum}) <= ({sum})"))).transpose()?,
            complete: some(&indicator.complete).as_deref().map(condition).transpose()?,
            min,
            max,
            by: indicator
                .by
                .iter()
                .map(|name| Dimension::read(name.get_ref(), definition))
                .collect::<Result<_, _>>()?,
            register,
        })
    }
}
