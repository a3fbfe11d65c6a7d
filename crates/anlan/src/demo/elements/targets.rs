//! What the elements of the packs ask of records: that duties are fulfilled, indicators counted, rules and assessments
//! concerned. Each becomes an order for a record or case of the register that it speaks of.

use base::{Day, Id, Instant};
use city::Place;
use judge::duty::instance::between;
use judge::verdict::{Subject, judge};
use judge::{Fact, Facts};
use plan::expression::{Folded, Truth};
use plan::pack::duty::Rhythm;
use plan::pack::duty_link::{SubjectLink, link};
use plan::pack::indicator::{Counting, Of};
use plan::pack::{ConsequenceKind, Duty, FieldKind, FixedSubject, Indicator, Monitor, Register, Rule};

use super::cases::of_county;
use super::maker::{Maker, Order, Wish};

/// An order with the element for which it is made.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub(super) element: String,
    pub(super) order: Order,
    pub(super) count: usize,
    /// Where not everything can be met, the first wishes are better than nothing.
    pub(super) lenient: bool,
}

/// A subject of a duty with how records name it.
pub(super) struct Who {
    place: Place,
    pub(super) id: Option<Id>,
    code: String,
}

/// Days before the city's day that duties look back at most.
const BACK: i64 = 390;

impl Maker<'_> {
    fn wish(&self, variable: &str, register: &str, text: &str, wanted: bool) -> Option<Wish> {
        Some(Wish { truth: self.condition(variable, register, text)?, wanted })
    }

    /// Records that prove a duty for one or two subjects, in a period that has ended.
    pub(super) fn of_duty(&self, duty: &Duty) -> Vec<Target> {
        let (Some(name), Some(proof)) = (duty.record(), duty.fulfilled.as_ref()) else { return Vec::new() };
        let Some(register) = self.model.register(name) else { return Vec::new() };
        let mut targets = Vec::new();
        for kind in duty.subjects() {
            let Some(link) = link(register, proof, kind) else { continue };
            let bound = self.bound(duty, kind);
            let single = bound.len() == 1;
            for (at, who) in bound.into_iter().take(2).enumerate() {
                for (nth, day) in self.days_of(duty, at > 0 || single).into_iter().enumerate() {
                    if nth > 0 && register.cases {
                        break;
                    }
                    targets.extend(self.proving(duty, register, &link, &who, day));
                }
            }
        }
        targets
    }

    fn proving(
        &self,
        duty: &Duty,
        register: &Register,
        link: &SubjectLink,
        who: &Who,
        day: Day,
    ) -> Option<Target> {
        let proof = duty.fulfilled.as_ref()?;
        let mut fixed = Facts::new();
        match link {
            SubjectLink::Reference(field) => drop(fixed.insert(field.clone(), Fact::Reference(who.id?))),
            SubjectLink::Code(field) if register.field(field).is_some() => {
                fixed.insert(field.clone(), Fact::Text(who.code.clone()));
            }
            SubjectLink::Code(_) | SubjectLink::Whole => {}
            SubjectLink::Itself => return None,
        }
        if let Some(at) = proof.at.as_ref().and_then(|at| register.field(at.get_ref())) {
            let instant = Instant::start_of(day).plus_hours(9);
            let fact = if at.kind == FieldKind::Day { Fact::Day(day) } else { Fact::Instant(instant) };
            fixed.insert(at.name().to_owned(), fact);
        }
        let wish = proof.when.as_ref().and_then(|when| self.wish("r", register.name(), when.get_ref(), true));
        let place = self.place_of(register, who);
        Some(Target {
            element: format!("duty {}", duty.name()),
            order: Order { fixed, wishes: wish.into_iter().collect(), place, day },
            count: usize::try_from(proof.count.unwrap_or(1).clamp(1, 20)).unwrap_or(1),
            lenient: false,
        })
    }

    /// Where a record about a subject stands: in its enterprise where the register belongs to one.
    fn place_of(&self, register: &Register, who: &Who) -> Place {
        let of_firm = matches!(register.scope, plan::pack::ScopeFrom::Reference(_));
        match (of_firm, who.place.organisation.is_nil()) {
            (true, false) => who.place.clone(),
            (true, true) => {
                let same = |p: &Place| who.place.county.is_empty() || p.county == who.place.county;
                let firm = self.cast.firms.iter().find(|f| same(&f.place)).or(self.cast.firms.first());
                firm.map(|f| f.place.clone()).unwrap_or_default()
            }
            (false, false) => of_county(&who.place),
            (false, true) => who.place.clone(),
        }
    }

    /// Days on which proof counts: in the last period that has ended and in the present one, or before the day due. Whoever
    /// is slow proves what was due once, or for the only period that has ended, when it was late already.
    fn days_of(&self, duty: &Duty, slow: bool) -> Vec<Day> {
        let go_live = self.model.duty_from(duty);
        let lately = self.today.plus_days(-2);
        match duty.rhythm() {
            Rhythm::Once(by) if slow => vec![by.plus_days(20).min(lately).max(go_live)],
            Rhythm::Once(by) => vec![by.plus_days(-6).min(lately).max(go_live)],
            Rhythm::Calendar(_) => {
                let calendar = &self.city.engine.calendar;
                let all = between(duty, go_live, self.today.plus_days(-BACK), lately, calendar);
                let middle = |first: Day, last: Day| first.plus_days(last.days_since(first) / 2).min(lately);
                match all.as_slice() {
                    [only] if slow => vec![only.due.plus_days(20).min(lately)],
                    [.., last] => vec![middle(last.first, last.last), lately],
                    [] => vec![lately],
                }
            }
            _ => vec![self.today.plus_days(-12)],
        }
    }

    /// Subjects of a kind that a duty binds, the plant and its county first.
    pub(super) fn bound(&self, duty: &Duty, kind: &str) -> Vec<Who> {
        let when = duty.who.when.as_ref().filter(|_| kind == duty.who.subject.get_ref());
        let truth = match when {
            Some(when) => match self.condition("s", kind, when.get_ref()) {
                Some(truth) => Some(truth),
                None => return Vec::new(),
            },
            None => None,
        };
        let holds =
            |id: Id, facts: &Facts| truth.as_ref().is_none_or(|truth| self.holds(kind, truth, id, facts));
        if let Some(fixed) = FixedSubject::read(kind) {
            return self.fixed_subjects(duty, fixed, holds);
        }
        if kind == "enterprise" {
            let firms = self.cast.firms.iter().filter(|f| {
                let mut facts = f.facts.clone();
                facts.insert("id", Fact::Reference(f.id));
                holds(f.id, &facts)
            });
            return firms
                .map(|f| Who { place: f.place.clone(), id: Some(f.id), code: String::new() })
                .collect();
        }
        let mut found = Vec::new();
        for (id, facts) in self.pool.rows.of(kind) {
            if holds(id, facts) {
                found.push(Who { place: self.pool.place(kind, id), id: Some(id), code: String::new() });
            }
        }
        let plant = self.cast.firms.first().map_or(Id::NIL, |f| f.id);
        found.sort_by_key(|w| w.place.organisation != plant);
        found
    }

    fn holds(&self, kind: &str, truth: &Truth, id: Id, facts: &Facts) -> bool {
        self.holds_so(kind, truth, id, facts, true)
    }

    /// Whether a condition holds, or else whether it fails.
    pub(super) fn holds_so(&self, kind: &str, truth: &Truth, id: Id, facts: &Facts, holds: bool) -> bool {
        let folded = Folded::made(kind, truth.clone());
        let verdict = judge(&folded, &[Subject { id, facts }], &self.pool.rows);
        if holds { verdict.holds() } else { verdict.fails() }
    }

    fn fixed_subjects(
        &self,
        duty: &Duty,
        fixed: FixedSubject,
        holds: impl Fn(Id, &Facts) -> bool,
    ) -> Vec<Who> {
        let mut found = Vec::new();
        for subject in fixed.all(&self.model, self.today) {
            let named = &duty.who.departments;
            if fixed == FixedSubject::Department && !named.is_empty() && !named.contains(&subject.code) {
                continue;
            }
            let facts = Facts::from([
                ("code", Fact::Text(subject.code.clone())),
                ("kind", Fact::Text(subject.kind.to_owned())),
                ("county", Fact::Text(subject.county.clone())),
            ]);
            if subject.kind == "zone" || !holds(Id::NIL, &facts) {
                continue;
            }
            let place = match fixed {
                FixedSubject::County => Place { county: subject.code.clone(), ..Place::default() },
                FixedSubject::Township => Place {
                    county: subject.county.clone(),
                    township: subject.code.clone(),
                    ..Place::default()
                },
                FixedSubject::Park => Place { park: subject.code.clone(), ..Place::default() },
                _ => Place::default(),
            };
            found.push(Who { place, id: None, code: subject.code });
        }
        let own = self.cast.firms.first().map(|f| f.place.clone()).unwrap_or_default();
        found.sort_by_key(|w| {
            let here = w.code == own.county || w.code == own.township;
            (!here, w.code.clone())
        });
        // Where the demo has people.
        found.retain(|w| {
            w.place.township.is_empty() || self.cast.firms.iter().any(|f| f.place.township == w.code)
        });
        found
    }

    /// A record that an indicator counts as a hit, and one that it counts without.
    pub(super) fn of_indicator(&self, indicator: &Indicator) -> Vec<Target> {
        let Ok(Of::Rows { register: name, .. }) = Of::read(indicator.of.get_ref(), &self.model) else {
            return Vec::new();
        };
        let Some(register) = self.model.register(&name) else { return Vec::new() };
        let variable = Counting::variable(&self.model, register, &Counting::texts(indicator));
        let wish = |text: &Option<toml::Spanned<String>>| {
            text.as_ref().and_then(|text| self.wish(variable, register.name(), text.get_ref(), true))
        };
        let (base, hit) = (wish(&indicator.base), wish(&indicator.hit));
        if ["enterprise", "hazard", "check_item", "measure", "risk_factor", "risk_point"]
            .contains(&name.as_str())
        {
            return Vec::new();
        }
        let day = self.today.plus_days(-3);
        let mut fixed = Facts::new();
        if let Some(field) = register.field(indicator.at.get_ref()).filter(|f| !f.computed) {
            let instant = Instant::start_of(day).plus_hours(9);
            let fact = if field.kind == FieldKind::Day { Fact::Day(day) } else { Fact::Instant(instant) };
            fixed.insert(field.name().to_owned(), fact);
        }
        let wishes: Vec<Wish> = base.into_iter().chain(hit).collect();
        vec![Target {
            element: format!("indicator {}", indicator.name()),
            order: Order { fixed, wishes, place: self.usual_place(register, 0), day },
            count: 1,
            lenient: true,
        }]
    }

    /// A record for which a rule has something to say: in an enterprise of which little else is known, or else in the plant.
    pub(super) fn of_rule(&self, rule: &Rule) -> Vec<Target> {
        if rule.register() == "enterprise"
            || rule.register() == "hazard"
            || !rule.in_force(self.today, &self.model)
        {
            return Vec::new();
        }
        if rule.otherwise.kind() == ConsequenceKind::Refuse {
            return self.of_refusal(rule).into_iter().collect();
        }
        let (Some(register), Some(must)) = (self.model.register(rule.register()), rule.must.as_ref()) else {
            return Vec::new();
        };
        let must = self.wish("r", register.name(), must.get_ref(), false);
        let guard = rule.when.as_ref().and_then(|w| self.wish("r", register.name(), w.get_ref(), true));
        let wishes: Vec<Wish> = guard.into_iter().chain(must).collect();
        let target = |nth: usize| Target {
            element: format!("rule {}", rule.name()),
            order: Order {
                fixed: Facts::new(),
                wishes: wishes.clone(),
                place: self.usual_place(register, nth),
                day: self.today.plus_days(-25),
            },
            count: 1,
            lenient: false,
        };
        [3, 1].map(target).to_vec()
    }

    /// A record that a refusing rule is about and lets pass, where none is there yet. Of a rule on changes, one that may be
    /// changed.
    fn of_refusal(&self, rule: &Rule) -> Option<Target> {
        let register = self.model.register(rule.register())?;
        let wishes: Vec<Wish> = [rule.when.as_ref(), rule.must.as_ref()]
            .into_iter()
            .flatten()
            .map(|text| self.wish("r", register.name(), text.get_ref(), true))
            .collect::<Option<_>>()?;
        if wishes.is_empty() {
            None
        } else {
            self.unless_there(format!("rule {}", rule.name()), register, wishes)
        }
    }

    /// A point that a monitor watches, where none is there yet.
    pub(super) fn of_monitor(&self, monitor: &Monitor) -> Option<Target> {
        let register = self.model.register(monitor.on.get_ref())?;
        let wish = self.wish("r", register.name(), monitor.when.as_ref()?.get_ref(), true)?;
        let element = format!("monitor {}", plan::pack::Element::name(monitor));
        self.unless_there(element, register, vec![wish])
    }

    /// A record that is as wished, where the demo knows none that is.
    fn unless_there(&self, element: String, register: &Register, wishes: Vec<Wish>) -> Option<Target> {
        let fits = |(id, facts): (Id, &Facts)| {
            wishes.iter().all(|wish| self.holds_so(register.name(), &wish.truth, id, facts, wish.wanted))
        };
        if self.pool.rows.of(register.name()).any(fits) {
            return None;
        }
        let place = self.usual_place(register, 0);
        let order = Order { fixed: Facts::new(), wishes, place, day: self.today.plus_days(-25) };
        Some(Target { element, order, count: 1, lenient: false })
    }

    /// A record that an assessment takes.
    pub(super) fn of_assessment(&self, assessment: &plan::pack::Assessment) -> Option<Target> {
        let register = self.model.register(assessment.subject.get_ref())?;
        let when = assessment.when.as_ref().and_then(|w| self.wish("r", register.name(), w.get_ref(), true));
        let inputs = assessment.inputs.values().filter_map(|value| assessment.field_of(value));
        let has =
            inputs.filter_map(|field| self.wish("r", register.name(), &format!("has(r.{field})"), true));
        Some(Target {
            element: format!("assessment {}", plan::pack::Element::name(assessment)),
            order: Order {
                fixed: Facts::new(),
                wishes: when.into_iter().chain(has.collect::<Vec<_>>()).collect(),
                place: self.usual_place(register, 0),
                day: self.today.plus_days(-30),
            },
            count: 1,
            lenient: false,
        })
    }

    /// Where the how manieth record of a register usually stands: twice with the plant or its county, then elsewhere.
    pub(super) fn usual_place(&self, register: &Register, nth: usize) -> Place {
        let firms = &self.cast.firms;
        let at = if nth < 2 { 0 } else { (nth + register.name().len()) % firms.len().max(1) };
        let place = firms.get(at).map(|f| f.place.clone()).unwrap_or_default();
        match register.scope {
            plan::pack::ScopeFrom::Reference(_) => place,
            _ => of_county(&place),
        }
    }
}
