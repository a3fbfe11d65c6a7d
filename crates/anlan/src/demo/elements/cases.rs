//! Cases walked through their procedures by people who may take each step.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use base::{Chance, Id, Instant};
use city::{Actor, Place};
use engine::EngineError;
use engine::case::agency::agencies;
use engine::case::step::StepRequest;
use engine::record::Record;
use engine::record::place::place_by_itself;
use engine::record::write::Sending;
use judge::case::{Who, may, offered, who};
use judge::{CaseNow, Doer, Done, Fact, Facts};
use plan::pack::{Procedure, Register, ScopeFrom, StateKind, Step};

use super::fill::Scene;
use super::maker::{Maker, Order, Settled, unseen_references};
use super::pool::whole;
use super::words;

/// Steps of one case at most.
const MOST_STEPS: usize = 14;
/// How often other values are tried.
const TRIES: usize = 5;

/// How far a case is walked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Far {
    /// Until it is closed.
    Closed,
    /// So many steps, as long as it stays open.
    Steps(usize),
    /// Until the wishes of the order hold.
    Wished,
}

/// A case on its way.
pub(super) struct Walk {
    pub(super) record: Record,
    pub(super) done: Vec<Done>,
    pub(super) at: Instant,
}

impl Maker<'_> {
    /// Opens a case of `procedure` and walks it.
    pub(super) async fn case(
        &mut self,
        procedure: &Procedure,
        order: &Order,
        far: Far,
    ) -> Result<Record, String> {
        let mut walk = self.opened(procedure, order).await?;
        self.walk(&mut walk, order, far).await?;
        Ok(walk.record)
    }

    async fn opened(&mut self, procedure: &Procedure, order: &Order) -> Result<Walk, String> {
        let model = Arc::clone(&self.model);
        let register = model.register(&procedure.register).ok_or("the procedure has no register")?;
        let opening = procedure.opening.as_ref().ok_or("nobody opens it by hand")?;
        let order = &self.somewhere(register, order);
        let number = self.number(register.name());
        let at = self.instant(order.day);
        let scene = Scene { place: order.place.clone(), at, number };
        let mut unseen = Facts::new();
        let form: Vec<(&str, bool)> = judge::case::opening_fields(opening);
        let mut why = String::from("nobody opens it there");
        for _ in 0..TRIES {
            let mut facts = self.own_place(register, order);
            for (name, values) in opening.when.fields().filter(|(name, _)| !name.contains('.')) {
                if let (Some(value), false) = (values.first(), facts.contains_key(name)) {
                    facts.insert(name.to_owned(), chosen(register, name, value));
                }
            }
            facts.extend(unseen.clone());
            facts.retain(|name, _| form.iter().any(|(field, _)| *field == name));
            let mut chance = self.fork();
            self.filler().fill(register, form.iter().copied(), &mut facts, &scene, &mut chance);
            let settled = Settled {
                register,
                open: Some(form.iter().map(|(name, _)| (*name).to_owned()).collect()),
                head: head(procedure, &opening.to, at),
                scene: &scene,
            };
            self.settle(&settled, order, &mut facts, &mut chance)?;
            facts.retain(|_, fact| !fact.is_empty());
            let place = match register.scope {
                ScopeFrom::Reference(_) => order.place.clone(),
                _ => place_by_itself(register, Id::NIL, &facts),
            };
            for actor in self.by_roles(&opening.by, &place) {
                let engine = self.engine_on(at);
                match engine.open_case(&actor, procedure.name(), &facts, &Sending::default()).await {
                    Ok(id) => {
                        let record =
                            engine.any_record(register.name(), id).await.map_err(|e| e.to_string())?;
                        let record = record.ok_or("a case vanished")?;
                        self.pool.keep(&record);
                        let done = vec![Done { step: "open".into(), by: actor.account }];
                        return Ok(Walk { record, done, at });
                    }
                    Err(EngineError::Store(error)) => return Err(error.to_string()),
                    Err(error) => {
                        unseen.extend(unseen_references(register, order, &error));
                        why = format!("open: {error}");
                    }
                }
            }
        }
        Err(why)
    }

    /// Walks a case on.
    pub(super) async fn walk(&mut self, walk: &mut Walk, order: &Order, far: Far) -> Result<(), String> {
        let mut taken = 0;
        let mut why = String::new();
        loop {
            let head = walk.record.case.clone().ok_or("it is no case")?;
            let enough = match far {
                Far::Closed => !head.open,
                Far::Steps(steps) => taken >= steps || !head.open,
                Far::Wished => self.wishes_hold(&walk.record, order) || !head.open,
            };
            if enough {
                return Ok(());
            }
            if taken >= MOST_STEPS {
                return Err(format!("it stays in state {}", head.state));
            }
            taken += 1;
            let model = Arc::clone(&self.model);
            let procedure = model.procedure(&head.procedure).ok_or("it has no procedure")?;
            let ways = ways(procedure, &head.state, matches!(far, Far::Steps(_)));
            let mut moved = false;
            for step in ways {
                match self.taken(walk, procedure, step, order).await {
                    Ok(()) => {
                        moved = true;
                        break;
                    }
                    Err(error) => why = format!("{}: {error}", step.name()),
                }
            }
            if !moved {
                return match far {
                    Far::Steps(_) => Ok(()),
                    _ => Err(format!("state {}: {why}", head.state)),
                };
            }
        }
    }

    pub(super) fn wishes_hold(&self, record: &Record, order: &Order) -> bool {
        let facts = whole(record);
        let settled =
            |(name, value): (&str, &Fact)| value.is_empty() || record.facts.get(name) == Some(value);
        if !order.fixed.iter().all(settled) {
            return false;
        }
        order.wishes.iter().all(|wish| {
            let folded = plan::expression::Folded::made(&record.register, wish.truth.clone());
            let subject = judge::verdict::Subject { id: record.id, facts: &facts };
            let verdict = judge::verdict::judge(&folded, &[subject], &self.pool.rows);
            if wish.wanted { verdict.holds() } else { verdict.fails() }
        })
    }

    /// Takes a step, by somebody who may.
    async fn taken(
        &mut self,
        walk: &mut Walk,
        procedure: &Procedure,
        step: &Step,
        order: &Order,
    ) -> Result<(), String> {
        if step.by_program || !offered(step, &walk.record.facts) {
            return Err("it is not offered".into());
        }
        let people = self.people(walk, procedure, step);
        if people.is_empty() {
            return Err(format!("nobody may: {}", step.by.join(", ")));
        }
        let days = 1 + i64::try_from(self.fork().below(3)).unwrap_or(0);
        let next = self.instant(walk.at.day().plus_days(days));
        let at = if next > walk.at { next } else { walk.at.plus_seconds(600) };
        let mut why = String::new();
        let mut order = order.clone();
        for actor in people {
            for _ in 0..2 {
                let facts = self.form(walk, procedure, step, &order, at);
                let reason = if step.reason { words::remark(&mut self.fork()) } else { String::new() };
                let engine = self.engine_on(at);
                let request = StepRequest {
                    step: step.name(),
                    version: walk.record.version,
                    facts: &facts,
                    reason: &reason,
                };
                let (register, id) = (walk.record.register.clone(), walk.record.id);
                match engine.take_step(&actor, &register, id, &request, &Sending::default()).await {
                    Ok(()) => {
                        let record = engine.any_record(&register, id).await.map_err(|e| e.to_string())?;
                        walk.record = record.ok_or("a case vanished")?;
                        walk.done.push(Done { step: step.name().into(), by: actor.account });
                        walk.at = at;
                        self.pool.keep(&walk.record);
                        return Ok(());
                    }
                    Err(EngineError::Store(error)) => return Err(error.to_string()),
                    Err(error) => {
                        let model = Arc::clone(&self.model);
                        if let Some(register) = model.register(&register) {
                            let unseen = unseen_references(register, &order, &error);
                            order.fixed.extend(unseen);
                        }
                        why = error.to_string();
                    }
                }
            }
        }
        Err(why)
    }

    fn people(&self, walk: &Walk, procedure: &Procedure, step: &Step) -> Vec<Actor> {
        let record = &walk.record;
        let (state, entered_at) =
            record.case.as_ref().map_or(("", Instant(0)), |c| (c.state.as_str(), c.entered_at));
        let case = CaseNow { procedure, state, entered_at, done: &walk.done, facts: &record.facts };
        let mut found: Vec<Actor> = Vec::new();
        for by in &step.by {
            match who(by, &record.facts) {
                Who::Account(account) => found.extend(account.and_then(|id| self.cast.person(id)).cloned()),
                Who::Role(role) => found.extend(self.cast.holders(role, &record.place).take(3).cloned()),
            }
        }
        found.retain(|actor| {
            let roles = actor.roles_over(&record.place);
            let agencies = agencies(&self.model, actor, &record.place);
            let doer = Doer { account: actor.account, roles: &roles, agencies: &agencies };
            may(&case, step, doer).is_ok()
        });
        found.truncate(3);
        found
    }

    /// The form of a step, filled.
    fn form(&mut self, walk: &Walk, procedure: &Procedure, step: &Step, order: &Order, at: Instant) -> Facts {
        let model = Arc::clone(&self.model);
        let Some(register) = model.register(&walk.record.register) else { return Facts::new() };
        let form = judge::case::step_fields(step);
        let scene = Scene {
            place: walk.record.place.clone(),
            at,
            number: usize::try_from(walk.at.0.unsigned_abs() % 97).unwrap_or(0),
        };
        // What is known of the case is settled already; what the step asks for is filled where it is empty.
        let mut facts = walk.record.facts.clone();
        for (name, fact) in &order.fixed {
            if form.iter().any(|(field, _)| *field == name) {
                facts.insert(name, fact.clone());
            }
        }
        let mut chance = self.fork();
        self.filler().fill(register, form.iter().copied(), &mut facts, &scene, &mut chance);
        let next = step.becomes.as_ref().and_then(|name| model.procedure(name)).unwrap_or(procedure);
        let settled = Settled {
            register,
            open: Some(form.iter().map(|(name, _)| (*name).to_owned()).collect()),
            head: head(next, &step.to, at),
            scene: &scene,
        };
        drop(self.settle(&settled, order, &mut facts, &mut chance));
        let asked: BTreeSet<&str> = form.iter().map(|(name, _)| *name).collect();
        facts.retain(|name, fact| asked.contains(name) && !fact.is_empty());
        facts
    }
}

/// What a case has in a state, as conditions read it.
fn head(procedure: &Procedure, state: &str, at: Instant) -> Facts {
    let open = procedure.state(state).is_none_or(|s| s.kind == StateKind::Open);
    Facts::from([
        ("procedure", Fact::Text(procedure.name().to_owned())),
        ("state", Fact::Text(state.to_owned())),
        ("open", Fact::YesNo(open)),
        ("opened_at", Fact::Instant(at)),
    ])
}

/// A value of a condition as the field holds it.
fn chosen(register: &Register, name: &str, value: &str) -> Fact {
    let yes_no = register.field(name).is_some_and(|f| f.kind == plan::pack::FieldKind::YesNo);
    match value {
        "" => Fact::Empty,
        "true" | "false" if yes_no => Fact::YesNo(value == "true"),
        other => Fact::Text(other.to_owned()),
    }
}

/// Steps from a state, those first that lead to the end in the fewest steps; for a case that is left open those last that
/// end it.
pub(super) fn ways<'a>(procedure: &'a Procedure, state: &str, stay: bool) -> Vec<&'a Step> {
    let far = distances(procedure);
    let mut steps: Vec<&Step> =
        procedure.steps.iter().filter(|s| s.from.iter().any(|f| f == state)).collect();
    let here = far.get(state).copied().unwrap_or(usize::MAX);
    steps.retain(|s| s.becomes.is_none() || here == usize::MAX);
    steps.sort_by_key(|s| {
        let left = far.get(s.to.as_str()).copied().unwrap_or(usize::MAX);
        let void = procedure.state(&s.to).is_some_and(|to| to.kind == StateKind::Void);
        let same = s.from.contains(&s.to);
        let ends = stay && procedure.state(&s.to).is_some_and(|to| to.kind != StateKind::Open);
        (ends, void, s.side, same, left)
    });
    steps
}

/// Steps to a closed state, by state.
fn distances(procedure: &Procedure) -> BTreeMap<&str, usize> {
    let mut far: BTreeMap<&str, usize> = BTreeMap::new();
    let mut queue: VecDeque<&str> = VecDeque::new();
    for state in procedure.states.iter().filter(|s| s.kind == StateKind::Closed) {
        far.insert(&state.id, 0);
        queue.push_back(&state.id);
    }
    while let Some(state) = queue.pop_front() {
        let next = far.get(state).copied().unwrap_or(0) + 1;
        for step in procedure.steps.iter().filter(|s| s.to == state && s.becomes.is_none()) {
            for from in &step.from {
                if !far.contains_key(from.as_str()) {
                    far.insert(from, next);
                    queue.push_back(from);
                }
            }
        }
    }
    far
}

/// The place of a firm, or of a county alone.
pub(super) fn of_county(place: &Place) -> Place {
    Place { county: place.county.clone(), township: place.township.clone(), ..Place::default() }
}
