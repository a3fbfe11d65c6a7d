//! Rules on writing: what is about to be written is judged in memory, together with everything that it touches, and the
//! consequences go into the same change.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use base::{Id, Problem, Problems};
use judge::{Facts, Rows, Subject, Verdict};
use plan::pack::{ConsequenceKind, Register, Rule, StateKind};
use store::ChangeSet;

use super::effect::Effect;
use super::fetch::Need;
use super::touched::{Concerned, Follows, ReadersOf, Touched};
use super::whole;
use crate::record::Record;
use crate::{Engine, EngineError};

/// What the rules say of one record that is about to be written.
#[derive(Debug, Default)]
pub(crate) struct Judgement {
    /// Why it is refused.
    pub(crate) problems: Problems,
    /// What else is written with it.
    pub(crate) set: ChangeSet,
}

/// One rule for one record.
struct Question<'a> {
    rule: &'a Rule,
    /// Place among the touched.
    at: usize,
    /// The record itself is written.
    own: bool,
    record: &'a Record,
    /// What it reads of the record.
    facts: Arc<Facts>,
    /// The same before the change, where the record itself is changed.
    before: Option<Arc<Facts>>,
}

impl Engine {
    /// Judges one record; see [`Engine::judge_written`].
    ///
    /// # Errors
    /// A rule refuses it, or the database failed.
    pub(crate) async fn judge_one(
        &self,
        register: &Register,
        old: Option<&Record>,
        new: &Record,
        also: &[Record],
        set: &mut ChangeSet,
    ) -> Result<(), EngineError> {
        if self.model.rules.is_empty() {
            return Ok(());
        }
        let mut touched = vec![Touched::new(register, old, new)];
        for part in also {
            touched.push(Touched::new(self.register(&part.register)?, None, part));
        }
        let mut problems = Problems::default();
        for (at, judgement) in self.judge_written(&touched, Follows::AtOnce).await?.into_iter().enumerate() {
            let part = at.checked_sub(1).and_then(|at| also.get(at));
            problems.0.extend(judgement.problems.0.into_iter().map(|p| match part {
                Some(part) => Problem { field: format!("{}.{}", part.register, p.field), ..p },
                None => p,
            }));
            set.append(judgement.set);
        }
        if !problems.is_empty() {
            self.note_refusals(new, &problems).await?;
        }
        Ok(problems.or(())?)
    }

    /// Judges records that are about to be written, and the records whose rules read what changes, with everything that
    /// the rules need read together. The answers stand in the order of `touched`.
    ///
    /// # Errors
    /// The database failed.
    pub(crate) async fn judge_written(
        &self,
        touched: &[Touched<'_>],
        follows: Follows,
    ) -> Result<Vec<Judgement>, EngineError> {
        let mut answers: Vec<Judgement> = touched.iter().map(|_| Judgement::default()).collect();
        let mut concerned: Vec<Concerned<'_>> = Vec::with_capacity(touched.len());
        let mut readers = ReadersOf::new(follows);
        for one in touched {
            concerned.push(self.concerned_by(one, &mut readers).await?);
        }
        if concerned.iter().all(BTreeMap::is_empty) {
            return Ok(answers);
        }
        let others = self.others(touched, &concerned).await?;
        let questions = self.questions(touched, &concerned, &others);
        let mut needs = Vec::with_capacity(questions.len());
        for question in &questions {
            if let Some(entry) = self.rules.entry(question.rule.name()) {
                let id = question.record.id;
                let first = question.rule.change.as_ref().and(question.before.as_ref());
                let first = first.unwrap_or(&question.facts);
                let roots = vec![(id, Arc::clone(first)), (id, Arc::clone(&question.facts))];
                needs.push(Need { roots, routes: &entry.routes });
            }
        }
        let fetched = self.fetch(&needs).await?;
        if fetched.cut {
            // More rows than memory should hold. The rows of an import are judged in smaller parts, since what refuses
            // comes with no sweep; of a single record, the sweep asks the database.
            let Some((left, right)) = halves(touched, follows) else { return Ok(answers) };
            let mut answers = Box::pin(self.judge_written(left, follows)).await?;
            answers.extend(Box::pin(self.judge_written(right, follows)).await?);
            return Ok(answers);
        }
        let before = fetched.rows.clone();
        let mut rows = fetched.rows;
        for one in touched {
            rows.put(one.register.name(), one.new.id, Arc::clone(&one.after));
        }
        let lasting = questions.iter().filter(|q| q.rule.otherwise.kind() != ConsequenceKind::Refuse);
        let ids: BTreeSet<Id> = lasting.map(|q| q.record.id).collect();
        let effects = self.effects_on(ids, None).await?;
        for question in &questions {
            let Some(verdict) = self.verdict(question, &rows) else { continue };
            let Some(answer) = answers.get_mut(question.at) else { continue };
            let effect = effects.get(&(question.rule.name().to_owned(), question.record.id));
            let refuses = question.rule.otherwise.kind() == ConsequenceKind::Refuse;
            match verdict {
                Verdict::Fails if refuses && self.is_new(question, &before, touched) => {
                    let changed = touched.get(question.at).map(Touched::differing).unwrap_or_default();
                    answer.problems.push(self.refusal(question.rule, &changed));
                }
                Verdict::Fails if !refuses && question.rule.change.is_none() => {
                    self.act_on(question.rule, question.record, effect, &mut answer.set).await?;
                }
                Verdict::Fails if !refuses => {
                    self.act(question.rule, question.record, effect, &mut answer.set).await?;
                }
                Verdict::Holds => {
                    if let Some(effect) = effect.filter(|e| e.stands()) {
                        self.heal(question.rule, effect, &mut answer.set).await?;
                    }
                }
                Verdict::Fails | Verdict::CannotBeJudged(_) => {}
            }
        }
        Ok(answers)
    }

    /// The records that are judged without being written, by register and id.
    async fn others(
        &self,
        touched: &[Touched<'_>],
        concerned: &[Concerned<'_>],
    ) -> Result<BTreeMap<Id, (Record, Arc<Facts>)>, EngineError> {
        let mut wanted: BTreeMap<&str, BTreeSet<Id>> = BTreeMap::new();
        for ((rule, id), own) in concerned.iter().flatten() {
            if let (false, Some(rule)) = (own, self.model.rule(rule))
                && !touched.iter().any(|t| t.new.id == *id)
            {
                wanted.entry(rule.register()).or_default().insert(*id);
            }
        }
        let mut found = BTreeMap::new();
        for (name, ids) in wanted {
            let facts: Vec<judge::Fact> = ids.into_iter().map(judge::Fact::Reference).collect();
            let facts: Vec<&judge::Fact> = facts.iter().collect();
            for record in self.rows_with(self.register(name)?, "id", &facts, u32::MAX).await? {
                let facts = Arc::new(whole(&record));
                found.insert(record.id, (record, facts));
            }
        }
        Ok(found)
    }

    /// Each rule and record once, with the first of the touched that asks for it.
    fn questions<'a>(
        &'a self,
        touched: &'a [Touched<'a>],
        concerned: &[Concerned<'_>],
        others: &'a BTreeMap<Id, (Record, Arc<Facts>)>,
    ) -> Vec<Question<'a>> {
        let mut questions: Vec<Question<'a>> = Vec::new();
        let mut seen: BTreeSet<(&str, Id)> = BTreeSet::new();
        let by_id: BTreeMap<Id, &Touched<'_>> = touched.iter().map(|t| (t.new.id, t)).collect();
        for (at, one) in concerned.iter().enumerate() {
            for ((rule, id), own) in one {
                let Some(rule) = self.model.rule(rule) else { continue };
                let written = by_id.get(id).filter(|t| t.register.name() == rule.register()).copied();
                let state = match written {
                    Some(touched) => Some((touched.new, &touched.after)),
                    None => others.get(id).map(|(record, facts)| (record, facts)),
                };
                if let Some((record, facts)) = state
                    && seen.insert((rule.name(), *id))
                {
                    let before = written.filter(|_| *own).and_then(|touched| touched.before.clone());
                    let facts = Arc::clone(facts);
                    questions.push(Question { rule, at, own: *own, record, facts, before });
                }
            }
        }
        questions
    }

    fn verdict(&self, question: &Question<'_>, rows: &Rows) -> Option<Verdict> {
        let (entry, id) = (self.rules.entry(question.rule.name())?, question.record.id);
        let (today, after) = (self.today(), Subject { id, facts: &question.facts });
        if question.rule.change.is_some() {
            // What is new has not been changed.
            let before = Subject { id, facts: question.before.as_deref()? };
            return entry.change((before, after), rows, today, &self.model);
        }
        entry.state(after, rows, today, &self.model)
    }

    /// Whether the failure comes with this change. What failed before is no reason to refuse a change of another record;
    /// the record itself is judged only where the change touches what the rule reads.
    fn is_new(&self, question: &Question<'_>, before: &Rows, touched: &[Touched<'_>]) -> bool {
        if question.own {
            return true;
        }
        let mut rows = before.clone();
        for one in touched {
            match &one.before {
                Some(before) => rows.put(one.register.name(), one.new.id, Arc::clone(before)),
                None => rows.take(one.register.name(), one.new.id),
            }
        }
        let subject = Subject { id: question.record.id, facts: &question.facts };
        let entry = self.rules.entry(question.rule.name());
        let verdict = entry.and_then(|e| e.state(subject, &rows, self.today(), &self.model));
        verdict != Some(Verdict::Fails)
    }

    /// The refusal in the rule's words, at the field that it names or the first changed one that it reads.
    fn refusal(&self, rule: &Rule, changed: &BTreeSet<&str>) -> Problem {
        let register = self.model.register(rule.register());
        let entry = self.rules.entry(rule.name());
        // What the condition asks about before what only its guard does.
        let first = [entry.map(|e| &e.asked), entry.map(|e| &e.own)].into_iter().flatten().find_map(|read| {
            let hit = |f: &&plan::pack::Field| changed.contains(f.name()) && read.contains(f.name());
            register.and_then(|r| r.fields.iter().find(hit)).map(|f| f.name().to_owned())
        });
        let field = rule.field.clone().or(first).unwrap_or_default();
        let words = rule.words();
        Problem::of(field, "rule.refused")
            .with("zh", &words.zh)
            .with("en", &words.en)
            .with("rule", rule.name())
            .with("clauses", rule.clauses.join(", "))
    }

    /// Opens, tells, proposes or warns where this has not been done yet for the present failure.
    pub(crate) async fn act_on(
        &self,
        rule: &Rule,
        record: &Record,
        effect: Option<&Effect>,
        set: &mut ChangeSet,
    ) -> Result<bool, EngineError> {
        if let Some(effect) = effect.filter(|e| e.stands())
            && !self.ended_before_today(rule, effect).await?
        {
            return Ok(false);
        }
        self.act(rule, record, effect, set).await?;
        Ok(true)
    }

    /// Whether what the rule opened was closed, on an earlier day, although it still fails: then it is opened anew. What
    /// turned out to be no case stays so.
    async fn ended_before_today(&self, rule: &Rule, effect: &Effect) -> Result<bool, EngineError> {
        if rule.otherwise.kind() != ConsequenceKind::Open || effect.made.is_nil() {
            return Ok(false);
        }
        let Some(case) = self.any_record(&effect.made_register, effect.made).await? else { return Ok(true) };
        let Some(head) = case.case.as_ref().filter(|head| !head.open) else { return Ok(false) };
        let state = self.model.procedure(&head.procedure).and_then(|p| p.state(&head.state));
        Ok(state.is_some_and(|s| s.kind == StateKind::Closed) && head.closed_at.day() < self.today())
    }
}

/// The halves of the rows of an import.
fn halves<'a, 'b>(
    touched: &'a [Touched<'b>],
    follows: Follows,
) -> Option<(&'a [Touched<'b>], &'a [Touched<'b>])> {
    (follows == Follows::WithSweep && touched.len() > 1).then(|| touched.split_at(touched.len() / 2))
}
