//! What is counted, looked at and exchanged: members of bodies, assessments, files of partners, points, one period released.

use std::sync::Arc;

use base::{Chance, PeriodKind};
use city::Place;
use engine::scorecard::GivenPoints;
use judge::{Fact, Facts};
use plan::pack::connector::Way;
use plan::pack::{BodyLevel, Element as _, Shape};
use serde_json::{Map, Value as Json, json};

use super::maker::{Maker, Order};

/// Records that one assessment takes at most.
const ASSESSED: usize = 2;
/// Subjects of one card that get points.
const SCORED: usize = 3;

impl Maker<'_> {
    /// Who holds the posts of each body, in the city and in some counties; a few stay vacant.
    pub(super) async fn bodies(&mut self) -> Result<(), String> {
        let model = Arc::clone(&self.model);
        let Some(register) = model.shaped(Shape::BodyMember) else { return Ok(()) };
        let today = self.today;
        for body in model.bodies.values().filter(|b| b.exists_on(today)) {
            for place in self.seats(body.level, body.each) {
                for (nth, post) in body.members.iter().enumerate() {
                    for _ in 0..post.count.min(3) {
                        if nth > 0 && self.fork().one_in(1, 10) {
                            continue;
                        }
                        let order =
                            self.member(body.name(), &post.post.zh, post.department.as_deref(), &place);
                        if let Err(why) = self.record(register.name(), &order).await {
                            self.missed(format!("body {}", body.name()), why);
                        }
                    }
                }
                if body.members.is_empty() {
                    let chair = body.chair.as_ref().map_or("组长", |c| c.zh.as_str());
                    let order = self.member(body.name(), chair, body.office.as_deref(), &place);
                    if let Err(why) = self.record(register.name(), &order).await {
                        self.missed(format!("body {}", body.name()), why);
                    }
                }
            }
        }
        Ok(())
    }

    fn seats(&self, level: BodyLevel, each: bool) -> Vec<Place> {
        let plant = self.cast.firms.first().map(|f| f.place.clone()).unwrap_or_default();
        match level {
            BodyLevel::City => vec![Place::default()],
            BodyLevel::County => {
                let some = if each { 2 } else { 1 };
                let all = self.cast.counties.iter().take(some);
                all.map(|c| Place { county: c.clone(), ..Place::default() }).collect()
            }
            BodyLevel::Township | BodyLevel::Enterprise | BodyLevel::Park => {
                vec![super::cases::of_county(&plant)]
            }
        }
    }

    fn member(&mut self, body: &str, post: &str, department: Option<&str>, place: &Place) -> Order {
        let text = |value: &str| Fact::Text(value.to_owned());
        let since = self.today.plus_days(-300 + i64::try_from(self.fork().below(100)).unwrap_or(0));
        let mut fixed = Facts::from([
            ("body", text(body)),
            ("post", text(post)),
            ("valid_from", Fact::Day(since)),
            ("valid_until", Fact::Empty),
            ("county", if place.county.is_empty() { Fact::Empty } else { text(&place.county) }),
            ("township", if place.township.is_empty() { Fact::Empty } else { text(&place.township) }),
        ]);
        if let Some(department) = department {
            fixed.insert("department", text(department));
        }
        Order { fixed, wishes: Vec::new(), place: place.clone(), day: since }
    }

    /// Each assessment is made for records that it is about.
    pub(super) async fn assessments(&mut self) -> Result<(), String> {
        let model = Arc::clone(&self.model);
        for assessment in model.elements.assessments.values() {
            let register = assessment.subject.get_ref();
            let when = assessment.when.as_ref().and_then(|w| self.condition("r", register, w.get_ref()));
            let all: Vec<(base::Id, Facts)> =
                self.pool.rows.of(register).map(|(id, facts)| (id, facts.clone())).collect();
            let (mut done, mut why) = (0, String::from("no record for it"));
            for (id, facts) in all {
                let about = when.as_ref().is_none_or(|when| {
                    let folded = plan::expression::Folded::made(register, when.clone());
                    let subject = judge::verdict::Subject { id, facts: &facts };
                    judge::verdict::judge(&folded, &[subject], &self.pool.rows).holds()
                });
                if !about || done >= ASSESSED {
                    continue;
                }
                let place = self.pool.place(register, id);
                for actor in self.by_roles(&assessment.keeper, &place).into_iter().take(1) {
                    let at = self.instant(self.today.plus_days(-1));
                    match self.engine_on(at).assess_bound(&actor, assessment.name(), id).await {
                        Ok(_) => done += 1,
                        Err(error) => why = error.to_string(),
                    }
                }
            }
            if done == 0 {
                self.missed(format!("assessed {}", assessment.name()), why);
            }
        }
        Ok(())
    }

    /// Each connector has run: what comes in with one row that is refused, what goes out as the city's office sees it.
    pub(super) async fn connectors(&mut self) -> Result<(), String> {
        let model = Arc::clone(&self.model);
        let Some(overseer) = self.cast.overseer().cloned() else { return Ok(()) };
        for connector in model.elements.connectors.values() {
            let at = self.instant(self.today.plus_days(-1));
            let engine = self.engine_on(at);
            let name = format!("{}-{}.json", connector.name(), self.today);
            let ran = if connector.direction == Way::In {
                let file = self.partner_file(connector).to_string();
                engine.connector_in(&overseer, connector.name(), &name, file.as_bytes()).await.map(drop)
            } else {
                engine.connector_out(&overseer, connector.name(), &name).await.map(drop)
            };
            if let Err(error) = ran {
                self.missed(format!("connector {}", connector.name()), error.to_string());
            }
        }
        Ok(())
    }

    /// A partner's file: a row made like a record of ours, and one that cannot be taken.
    fn partner_file(&mut self, connector: &plan::pack::Connector) -> Json {
        let model = Arc::clone(&self.model);
        let Some(register) = model.register(connector.of.get_ref()) else { return json!([]) };
        let at = self.instant(self.today);
        let scene = super::fill::Scene { place: self.usual_place(register, 0), at, number: 40 };
        let mut facts = Facts::new();
        let mut chance = self.fork();
        let fields = connector.mapping.values().map(|ours| (ours.get_ref().as_str(), true));
        self.filler().fill(register, fields, &mut facts, &scene, &mut chance);
        let row: Map<String, Json> = connector
            .mapping
            .iter()
            .filter_map(|(theirs, ours)| {
                let known = judge::fact::fact(&facts, ours.get_ref()).to_json();
                (!known.is_null()).then(|| (theirs.clone(), known))
            })
            .collect();
        let key = connector.key.get_ref();
        json!([row, { key.as_str(): "" }])
    }

    /// Points for the manual items of each card, for some subjects.
    pub(super) async fn points(&mut self) -> Result<(), String> {
        let model = Arc::clone(&self.model);
        let Some(overseer) = self.cast.overseer().cloned() else { return Ok(()) };
        for card in model.scorecards.values() {
            let period = self.city.engine.period_of_card(card);
            let scores = self.city.engine.scores(&overseer, card.name(), period).await;
            let scored = scores.map_err(|error| error.to_string())?.scored;
            let firms: Vec<String> = self.cast.firms.iter().map(|f| f.id.to_string()).collect();
            let of_demo =
                |subject: &str| card.subject.get_ref() != "enterprise" || firms.iter().any(|f| f == subject);
            let subjects: Vec<(String, Place)> =
                scored.into_iter().filter(|s| of_demo(&s.subject)).map(|s| (s.subject, s.place)).collect();
            for item in card.items.iter().filter(|item| item.source.manual) {
                for (subject, place) in subjects.iter().take(SCORED) {
                    let share = 70 + self.fork().below(31);
                    #[expect(clippy::cast_precision_loss, reason = "a share of a hundred")]
                    let points = (item.weight * share as f64 / 100.0).round();
                    let points = points.to_string();
                    let given = GivenPoints {
                        item: item.id.get_ref(),
                        points: &points,
                        evidence: "查阅资料并现场核查（演示）",
                        file: &self.photos.paper,
                    };
                    for actor in self.by_roles(&card.assessor, place).into_iter().take(1) {
                        let engine = &self.city.engine;
                        if let Err(error) =
                            engine.give_points(&actor, card.name(), period, subject, &given).await
                        {
                            self.missed(format!("points {}", card.name()), error.to_string());
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// The office releases the month before the city's date.
    pub(super) async fn release(&mut self) -> Result<(), String> {
        let Some(office) = self.cast.overseer().cloned() else { return Ok(()) };
        let month = base::Period::containing(PeriodKind::Month, self.today).previous();
        let model = Arc::clone(&self.model);
        for indicator in model.indicators.values().filter(|i| *i.every.get_ref() == PeriodKind::Month) {
            if indicator.at_period_end() || !indicator.in_force(month.first(), month.last()) {
                continue;
            }
            let note = "月度调度会通报（演示）";
            let locked = self.city.engine.lock_indicator(&office, indicator.name(), month, note).await;
            if let Err(error) = locked {
                self.missed(format!("release {}", indicator.name()), error.to_string());
            }
        }
        Ok(())
    }
}
