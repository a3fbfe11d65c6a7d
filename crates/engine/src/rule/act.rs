//! What follows where a rule fails: a warning kept with the record, a case opened, people told, a decision proposed.

use base::{Id, Language, Problems, Text};
use judge::fact::fact;
use judge::{Fact, Facts};
use plan::pack::{ConsequenceKind, FieldKind, Register, Rule, Shape};
use store::{ChangeSet, Delta, Priority};

use super::effect::{Effect, Made};
use super::whole;
use crate::case::open::new_head;
use crate::field::show::{Titles, show};
use crate::install::program;
use crate::proposal::{Evidence, Proposed, Proposer};
use crate::record::Record;
use crate::record::write::title_of;
use crate::{Engine, EngineError};

/// The counter of what rules have refused.
pub(crate) const REFUSED: &str = "rule.refused";

impl Engine {
    /// Does what the rule asks for, and notes it.
    pub(crate) async fn act(
        &self,
        rule: &Rule,
        record: &Record,
        effect: Option<&Effect>,
        set: &mut ChangeSet,
    ) -> Result<(), EngineError> {
        let seen = self.seen(rule, record);
        let words = told(rule.words(), &seen);
        let made: Made = match rule.otherwise.kind() {
            ConsequenceKind::Refuse => return Ok(()),
            ConsequenceKind::Warn => None,
            ConsequenceKind::Notify => {
                self.tell(rule, record, set).await?;
                None
            }
            ConsequenceKind::Open => self.open_by_rule(rule, record, &words, set).await?,
            ConsequenceKind::Propose => {
                let kind = rule.otherwise.propose.as_deref().unwrap_or_default();
                let proposed = Proposed {
                    kind,
                    to: rule.otherwise.to.as_deref().unwrap_or_default(),
                    subject: record.into(),
                    by: Proposer::Rule(rule),
                    reason: rule.words().clone(),
                    seen: seen.zh.clone(),
                    evidence: vec![Evidence::of(record)],
                    about: None,
                    with: self.filled(rule, record),
                };
                let (proposal, made) = self.proposal_set(&proposed).await?;
                set.append(made);
                Some((proposal.register, proposal.id))
            }
        };
        set.changes.push(self.effect_change(rule, record, effect, made, &words));
        Ok(())
    }

    /// The values of the record that the rule reads: "有无标线：否；宽度：3m".
    pub(crate) fn seen(&self, rule: &Rule, record: &Record) -> Text {
        let (Some(register), Some(entry)) =
            (self.model.register(rule.register()), self.rules.entry(rule.name()))
        else {
            return Text::default();
        };
        let line = |language: Language| {
            let part = |field: &plan::pack::Field| {
                let value =
                    show(field, fact(&record.facts, field.name()), &self.model, language, &Titles::new());
                let nothing = if language == Language::Chinese { "（空）" } else { "(empty)" };
                let value = if value.is_empty() { nothing.to_owned() } else { value };
                let sign = if language == Language::Chinese { "：" } else { ": " };
                format!("{}{sign}{value}", field.title.in_language(language))
            };
            // References would show their titles, which are not read here; protected values do not leave their record.
            let plain = |f: &&plan::pack::Field| {
                entry.own.contains(f.name())
                    && !matches!(f.kind, FieldKind::Reference | FieldKind::Account)
                    && f.class <= plan::pack::FieldClass::Internal
            };
            let parts: Vec<String> = register.fields.iter().filter(plain).map(part).collect();
            parts.join(if language == Language::Chinese { "；" } else { "; " })
        };
        Text::new(line(Language::Chinese), line(Language::English))
    }

    async fn tell(&self, rule: &Rule, record: &Record, set: &mut ChangeSet) -> Result<(), EngineError> {
        let mut told: Vec<Id> = Vec::new();
        for role in rule.otherwise.notify.iter().flatten() {
            let found =
                city::grants::accounts_with_role_over(&self.database, role, &record.place, self.today())
                    .await?;
            for (account, _) in found {
                if !told.contains(&account) {
                    told.push(account);
                }
            }
        }
        set.changes.extend(told.into_iter().map(|a| self.notice_row(a, "rule", record, rule.name())));
        Ok(())
    }

    /// What the pack fills in, for a case or a proposal.
    fn filled(&self, rule: &Rule, record: &Record) -> Facts {
        let whole = whole(record);
        let one = |(name, value): (&String, &toml::Value)| {
            let fact = match value {
                toml::Value::String(text) => match text.strip_prefix("r.") {
                    Some(field) => fact(&whole, field).clone(),
                    None => Fact::Text(text.clone()),
                },
                toml::Value::Integer(number) => Fact::Integer(*number),
                toml::Value::Float(number) => Fact::Decimal(*number),
                toml::Value::Boolean(yes) => Fact::YesNo(*yes),
                _ => Fact::Empty,
            };
            (name.clone(), fact)
        };
        rule.otherwise.with.iter().map(one).filter(|(_, fact)| !fact.is_empty()).collect()
    }

    /// Opens the case: what the pack fills in, references back to the record, and whom it belongs to.
    async fn open_by_rule(
        &self,
        rule: &Rule,
        record: &Record,
        words: &Text,
        set: &mut ChangeSet,
    ) -> Result<Made, EngineError> {
        let name = rule.otherwise.open.as_deref().unwrap_or_default();
        let procedure = self.model.procedure(name).ok_or(EngineError::NotFound)?;
        let cases = self.register(&procedure.register)?;
        let mut facts = self.filled(rule, record);
        self.lead_back(cases, record, &mut facts);
        if let Some(description) = cases.fields.iter().find(|f| f.kind == FieldKind::LongText)
            && fact(&facts, description.name()).is_empty()
        {
            let most = description.max.map_or(2000, |max| {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a length in characters"
                )]
                let most = max as usize;
                most
            });
            facts.insert(description.name().to_owned(), Fact::Text(words.zh.chars().take(most).collect()));
        }
        let (now, actor) = (self.now(), program());
        if let Some(opening) = &procedure.opening {
            for (field, value) in &opening.sets {
                if let Some(text) = value.as_str() {
                    facts.insert_missing(field, || Fact::Text(text.to_owned()));
                }
            }
        }
        if cases.field("found_at").is_some() {
            facts.insert_missing("found_at", || Fact::Instant(now));
        }
        let first = match &procedure.opening {
            Some(opening) => opening.to.as_str(),
            None => procedure.states.first().map_or("", |s| s.id.as_str()),
        };
        let mut head = new_head(now, actor.account);
        crate::case::enter(self, procedure, first, now, &facts, &mut head);
        let title = title_of(cases, &facts, &self.model);
        let code = self.next_code(&cases.code, &record.place, self.today()).await?;
        let id = self.new_id_at(now);
        let case = Record {
            case: Some(head),
            code,
            ..Record::new(id, cases, title, record.place.clone(), facts, &actor, now)
        };
        set.append(self.opening_set(&actor, procedure, cases, &case));
        Ok(Some((cases.name().to_owned(), case.id)))
    }

    /// References of a case that lead to the record, to its enterprise, or where the record's own field of that name
    /// leads.
    fn lead_back(&self, cases: &Register, record: &Record, facts: &mut Facts) {
        let enterprises = self.model.shaped(Shape::Enterprise).map(Register::name);
        for field in cases.fields.iter().filter(|f| f.kind == FieldKind::Reference && !f.is_list()) {
            if !fact(facts, field.name()).is_empty() {
                continue;
            }
            let to = field.to.as_deref();
            let own = self.model.register(&record.register).and_then(|r| r.field(field.name()));
            let value = if to == Some(record.register.as_str()) {
                Fact::Reference(record.id)
            } else if to.is_some() && to == enterprises && !record.place.organisation.is_nil() {
                Fact::Reference(record.place.organisation)
            } else if own.is_some_and(|own| own.to.as_deref() == to) {
                fact(&record.facts, field.name()).clone()
            } else {
                continue;
            };
            if !value.is_empty() {
                facts.insert(field.name().to_owned(), value);
            }
        }
    }

    /// Counts what rules refused: a refused change itself leaves no trace.
    pub(crate) async fn note_refusals(
        &self,
        record: &Record,
        problems: &Problems,
    ) -> Result<(), EngineError> {
        let mut set = ChangeSet { priority: Priority::Low, ..ChangeSet::new() };
        for problem in problems.0.iter().filter(|p| p.code == "rule.refused") {
            set.deltas.push(Delta {
                counter: REFUSED.to_owned(),
                county: record.place.county.clone(),
                township: record.place.township.clone(),
                sector: record.place.sector.clone(),
                value: problem.argument("rule").unwrap_or_default().to_owned(),
                amount: 1,
            });
        }
        self.database.apply(set).await?;
        Ok(())
    }
}

/// The words with the values that led to them.
fn told(words: &Text, seen: &Text) -> Text {
    if seen.zh.is_empty() {
        return words.clone();
    }
    Text::new(format!("{}（{}）", words.zh, seen.zh), format!("{} ({})", words.en, seen.en))
}
