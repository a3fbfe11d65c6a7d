//! Runs the cases that come with the rules of packs: what is there, on which day, what is expected.

use base::Id;
use plan::expression::{Context, Expression, Moment};
use plan::pack::{Expected, Fault, Model, Rule, RuleCase, Source};

use crate::verdict::judge;
use crate::written::{facts, id_named, name_of};
use crate::{Facts, Missing, Rows, Subject, Verdict};

/// Every case of every rule in `sources` that does not come out as expected, and every rule without a case.
#[must_use]
pub fn run(sources: &[Source], model: &Model) -> Vec<Fault> {
    let mut faults = Vec::new();
    for source in sources {
        for rule in &source.content.rules {
            let mut fault = |at: usize, key: &str, message: String| {
                let (file, line) = (source.file.clone(), source.line(at));
                faults.push(Fault { file, line, key: format!("rule.{}.{key}", rule.name()), message });
            };
            if rule.cases.is_empty() {
                fault(rule.id.span().start, "case", "is missing; a rule comes with at least one".into());
            }
            for case in &rule.cases {
                for message in wrong(model, rule, case) {
                    let message = format!("\"{}\": {message}", case.name.get_ref());
                    fault(case.name.span().start, "case", message);
                }
            }
        }
    }
    faults
}

/// How many cases `sources` have.
#[must_use]
pub fn count(sources: &[Source]) -> usize {
    sources.iter().flat_map(|s| &s.content.rules).map(|rule| rule.cases.len()).sum()
}

fn wrong(model: &Model, rule: &Rule, case: &RuleCase) -> Vec<String> {
    if !rule.in_force(case.on, model) {
        return match case.expect {
            Expected::Holds => Vec::new(),
            _ => vec![format!("the rule is not in force on {}, so it asks for nothing", case.on)],
        };
    }
    let verdict = match judged(model, rule, case) {
        Ok(verdict) => verdict,
        Err(messages) => return messages,
    };
    let (found, why) = match &verdict {
        Verdict::Holds => (Expected::Holds, String::new()),
        Verdict::Fails => (Expected::Fails, String::new()),
        Verdict::CannotBeJudged(missing) => (Expected::Cannot, format!(" for want of {}", names(missing))),
    };
    if found == case.expect {
        return Vec::new();
    }
    vec![format!("expected {}, found {}{why}", word(case.expect), word(found))]
}

fn word(expected: Expected) -> &'static str {
    match expected {
        Expected::Holds => "holds",
        Expected::Fails => "fails",
        Expected::Cannot => "cannot",
    }
}

/// What is missing, as an author reads it.
#[must_use]
pub fn names(missing: &[Missing]) -> String {
    let name = |one: &Missing| match one {
        Missing::Field { register, field, .. } => format!("{register}.{field}"),
        Missing::Record { register, field, .. } => format!("the record behind {register}.{field}"),
        Missing::Value(why) => why.clone(),
        Missing::DivisionByZero => "a divisor that is not 0".to_owned(),
        Missing::OutOfBounds => "a number within the bounds".to_owned(),
    };
    missing.iter().map(name).collect::<Vec<_>>().join(", ")
}

fn judged(model: &Model, rule: &Rule, case: &RuleCase) -> Result<Verdict, Vec<String>> {
    let register = model.register(rule.register()).ok_or_else(|| vec!["has no register".to_owned()])?;
    let mut rows = Rows::default();
    let mut number = 0_u32;
    let mut put = |rows: &mut Rows, register: &plan::pack::Register, written: &toml::Table| {
        let facts = facts(model, register.name(), written)?;
        number += 1;
        let id = name_of(written).map_or_else(|| Id::from_u128(u128::from(number)), id_named);
        rows.put(register.name(), id, with_id(facts.clone(), id));
        Ok::<(Id, Facts), Vec<String>>((id, facts))
    };
    for (name, records) in &case.records {
        let of = model.register(name).ok_or_else(|| vec![format!("there is no register \"{name}\"")])?;
        for written in records {
            put(&mut rows, of, written)?;
        }
    }
    let nothing = toml::Table::new();
    let before = case.old.as_ref().or(case.record.as_ref()).unwrap_or(&nothing);
    let (id, old) = put(&mut rows, register, before)?;
    let mut new = old.clone();
    new.extend(facts(model, register.name(), case.new.as_ref().unwrap_or(&nothing))?);
    let (old, new) = (with_id(old, id), with_id(new, id));
    let moment = Moment::today(case.on);
    let checked = |text: &str, context: &Context<'_>| {
        Expression::check(text, context)
            .map(|e| e.fold(&moment, model))
            .map_err(|faults| faults.iter().map(ToString::to_string).collect::<Vec<_>>())
    };
    let (before, after) = (Subject { id, facts: &old }, Subject { id, facts: &new });
    let of = Context::of(model, "r", rule.register());
    let guard = match &rule.when {
        Some(text) => judge(&checked(text.get_ref(), &of)?, &[before], &rows),
        None => Verdict::Holds,
    };
    let asked = match (&rule.must, &rule.change) {
        (Some(text), _) => judge(&checked(text.get_ref(), &of)?, &[before], &rows),
        (None, Some(text)) => {
            let both = Context::of(model, "old", rule.register()).and("new", rule.register());
            judge(&checked(text.get_ref(), &both)?, &[before, after], &rows)
        }
        (None, None) => Verdict::Holds,
    };
    Ok(guarded(guard, asked))
}

fn with_id(mut facts: Facts, id: Id) -> Facts {
    facts.insert("id".to_owned(), crate::Fact::Reference(id));
    facts
}

/// The verdict of a condition that is about those records for which `guard` holds: `!guard || asked`.
#[must_use]
pub fn guarded(guard: Verdict, asked: Verdict) -> Verdict {
    match (guard, asked) {
        (Verdict::Fails, _) | (_, Verdict::Holds) => Verdict::Holds,
        (Verdict::Holds, asked) => asked,
        (cannot, Verdict::Fails) => cannot,
        (Verdict::CannotBeJudged(mut a), Verdict::CannotBeJudged(b)) => {
            a.extend(b);
            a.sort_unstable();
            a.dedup();
            Verdict::CannotBeJudged(a)
        }
    }
}
