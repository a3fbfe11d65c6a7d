//! Who sees what. What lies outside a person's area answers exactly like what does not exist, in every register.

use std::collections::HashMap;

use base::code::{Adcode, Uscc};
use base::{Id, Instant};
use city::{Actor, Place};
use engine::case::step::StepRequest;
use engine::record::list::ListRequest;
use engine::record::write::Sending;
use engine::record::{CaseHead, Record};
use judge::{Fact, Facts};
use plan::pack::{Field, FieldKind, Register, ScopeFrom, Seat, Shape};

use crate::routes::hazard_of;
use crate::world::{ELSEWHERE, HERE, World, day, facts, in_county, photo, text, wrong};

on_both_engines! {
    every_register_answers_for_another_county_as_for_nothing
    each_seat_sees_its_own_area
    somebody_with_two_posts_reads_with_each_only_what_its_place_allows
    what_belongs_to_an_enterprise_moves_with_it
    administrators_see_no_records_of_the_work
    a_photo_is_as_visible_as_its_record
    a_list_is_searched_and_counted_within_the_area
}

/// Fills registers with records, whatever the packs say they are made of.
struct Sampler<'a> {
    world: &'a World,
    actor: Actor,
    made: HashMap<String, Id>,
}

impl<'a> Sampler<'a> {
    async fn new(world: &'a World) -> Self {
        let domain = world.engine.model.roles.values().filter(|r| r.seat != Seat::System);
        let grants: Vec<(&str, Place)> =
            domain.map(|r| (r.id.get_ref().as_str(), Place::default())).collect();
        Self { world, actor: world.person("样本", &grants).await, made: HashMap::new() }
    }

    /// A record of the register in the other county.
    async fn record(&mut self, name: &str) -> Id {
        if let Some(id) = self.made.get(name) {
            return *id;
        }
        let model = std::sync::Arc::clone(&self.world.engine.model);
        let register = model.register(name).unwrap();
        if matches!(register.shape, Some(Shape::Assessment | Shape::Reassessment)) {
            return Box::pin(self.by_program(register)).await;
        }
        if register.shape == Some(Shape::Proposal) {
            return Box::pin(self.proposal(name)).await;
        }
        if register.keeper.is_empty() {
            return Box::pin(self.kept_by_program(register)).await;
        }
        let needed: Vec<&Field> = match register.cases {
            false => register.fields.iter().filter(|f| !f.computed && self.is_needed(f)).collect(),
            true => {
                let opening = model
                    .procedures_of(name)
                    .find_map(|p| p.opening.as_ref().filter(|o| o.when.fields().next().is_none()));
                opening.unwrap().needs.iter().map(|n| register.field(n).unwrap()).collect()
            }
        };
        let mut given = Facts::new();
        for field in needed {
            let fact = Box::pin(self.fact(field)).await;
            given.insert(field.name().to_owned(), fact);
        }
        let nothing = Sending::default();
        let made = if register.cases {
            let procedure = model
                .procedures_of(name)
                .find(|p| p.opening.as_ref().is_some_and(|o| o.when.fields().next().is_none()));
            self.world.engine.open_case(&self.actor, procedure.unwrap().name(), &given, &nothing).await
        } else {
            self.world.engine.create(&self.actor, name, &given, &nothing).await
        };
        let id = made.unwrap_or_else(|e| panic!("{name}: {e}"));
        self.made.insert(name.to_owned(), id);
        id
    }

    /// What somebody proposes about the enterprise.
    async fn proposal(&mut self, name: &str) -> Id {
        let enterprise = self.record("enterprise").await;
        let subject = self.world.any("enterprise", enterprise).await;
        let proposed = engine::proposal::Proposed {
            kind: "letter",
            to: "city.office",
            subject: (&subject).into(),
            by: engine::proposal::Proposer::Person(&self.actor),
            reason: base::Text::new("样本", "Sample"),
            seen: String::new(),
            evidence: Vec::new(),
            about: None,
            with: Facts::new(),
        };
        let id = self.world.engine.propose(&proposed, &Sending::default()).await.unwrap();
        self.made.insert(name.to_owned(), id);
        id
    }

    /// What only the program writes where an element of a pack asks for it: something owed, the run of a connector.
    async fn kept_by_program(&mut self, register: &Register) -> Id {
        let enterprise = self.record("enterprise").await;
        let place = self.world.any("enterprise", enterprise).await.place;
        let engine = &self.world.engine;
        let now = engine.now();
        let given = [("enterprise", Fact::Reference(enterprise)), ("county", text(ELSEWHERE))];
        let known = given.into_iter().filter(|(name, _)| register.field(name).is_some());
        let given = known.map(|(name, fact)| (name.to_owned(), fact)).collect();
        let id = engine.new_id_at(now);
        let mut record = Record::new(id, register, "样本".into(), place, given, &self.actor, now);
        if let Some(procedure) = engine.model.procedures_of(register.name()).next() {
            record.case = Some(CaseHead {
                procedure: procedure.name().to_owned(),
                state: procedure.states[0].id.clone(),
                open: true,
                opened_at: now,
                opened_by: self.actor.account,
                entered_at: now,
                due_at: Instant::NEVER,
                closed_at: Instant(0),
            });
        }
        record.code = format!("{}-1", register.name());
        let set = engine::record::change_set::insert(&engine.model, register, &record);
        engine.database.apply(set).await.unwrap();
        self.made.insert(register.name().to_owned(), id);
        id
    }

    /// What only the program writes: a case that asks for a new assessment, or the assessment before.
    async fn by_program(&mut self, register: &Register) -> Id {
        let factor = self.record("risk_factor").await;
        let engine = &self.world.engine;
        let given = match register.shape {
            Some(Shape::Reassessment) => facts([("material", text("样本"))]),
            _ => facts([("inputs", Fact::Structure(serde_json::json!({ "l": 1, "e": 6, "c": 15 })))]),
        };
        let version = self.world.any("risk_factor", factor).await.version;
        engine.update(&self.actor, "risk_factor", factor, version, &given).await.unwrap();
        let made = engine.list(&self.actor, register.name(), &ListRequest::default()).await.unwrap();
        let id = made.records.first().unwrap().id;
        self.made.insert(register.name().to_owned(), id);
        id
    }

    fn is_needed(&self, field: &Field) -> bool {
        let scope = ["county", "township", "sector"].contains(&field.name());
        field.required
            || scope
            || field.kind == FieldKind::Structure
            || (field.kind == FieldKind::Image && !field.computed)
    }

    async fn fact(&mut self, field: &Field) -> Fact {
        let model = &self.world.engine.model;
        match field.kind {
            FieldKind::Integer | FieldKind::Money => Fact::Integer(2),
            FieldKind::Decimal => Fact::Decimal(2.0),
            FieldKind::YesNo => Fact::YesNo(true),
            FieldKind::Day => day("2021-06-01"),
            FieldKind::Instant => Fact::Instant(self.world.engine.now()),
            FieldKind::Choice if field.many => Fact::List(vec![model.choices_of(field)[0].id.clone()]),
            FieldKind::Choice if field.name() == "method" => text("lec"),
            FieldKind::Choice => text(&model.choices_of(field)[0].id),
            FieldKind::Reference => {
                let id = self.record(field.to.as_deref().unwrap()).await;
                if field.many { Fact::List(vec![id.to_string()]) } else { Fact::Reference(id) }
            }
            FieldKind::Account => Fact::Reference(self.actor.account),
            FieldKind::Department => text(model.departments.first().map_or("", |d| d.id.get_ref())),
            FieldKind::County => text(ELSEWHERE),
            FieldKind::Township => text(&self.world.township(ELSEWHERE, 0)),
            FieldKind::Park => text("4102Z2"),
            FieldKind::Image | FieldKind::File => photo(1),
            FieldKind::Phone => text("0371-23881234"),
            FieldKind::Uscc => {
                text(Uscc::synthesise(Adcode::parse(ELSEWHERE).unwrap(), self.world.next_number()).as_str())
            }
            FieldKind::Structure => Fact::Structure(serde_json::json!({ "l": 3, "e": 6, "c": 15 })),
            FieldKind::Text | FieldKind::LongText | FieldKind::Point => text("样本"),
        }
    }
}

/// Everything that can be asked of one record, and what is answered.
async fn answers(world: &World, actor: &Actor, register: &Register, id: Id) -> Vec<(&'static str, String)> {
    let (engine, name) = (&world.engine, register.name());
    let given = facts([(register.title_from.as_str(), text("改"))]);
    let procedure = engine.model.procedures_of(name).next();
    let step = procedure.and_then(|p| p.steps.first()).map_or("assign", plan::pack::Step::name);
    let request = StepRequest { step, version: 1, facts: &given, reason: "试" };
    let hash = "01".repeat(32);
    vec![
        ("record", wrong(engine.record(actor, name, id).await.map(|r| r.title))),
        ("update", wrong(engine.update(actor, name, id, 1, &given).await)),
        ("take_step", wrong(engine.take_step(actor, name, id, &request, &Sending::default()).await)),
        ("history", wrong(engine.history(actor, name, id).await.map(|h| h.len()))),
        ("timeline", wrong(engine.timeline(actor, name, id).await.map(|t| t.len()))),
        ("file_of", wrong(engine.file_of(actor, name, id, &hash).await.map(|_| ()))),
    ]
}

async fn every_register_answers_for_another_county_as_for_nothing(world: &World) {
    let mut sampler = Sampler::new(world).await;
    let plant = world.plant(HERE, "本县机械厂").await;
    let county = world.person("通许县安委办", &[("county.office", in_county(HERE))]).await;
    let regulator = world.regulator(HERE).await;
    let model = std::sync::Arc::clone(&world.engine.model);
    let mut looked = 0;
    for register in model.registers.values().filter(|r| r.scope != ScopeFrom::Shared) {
        let there = sampler.record(register.name()).await;
        assert_eq!(world.any(register.name(), there).await.place.county, ELSEWHERE, "{}", register.name());
        for actor in [&county, &regulator, &plant.head, &plant.worker] {
            let (hidden, nothing) = (
                answers(world, actor, register, there).await,
                answers(world, actor, register, Id::from_u128(7)).await,
            );
            assert_eq!(hidden, nothing, "{} asks for a {}", actor.display, register.name());
            let told = |(what, answer): &&(&str, String)| {
                answer != "not found" && !(register.cases && *what == "update")
            };
            assert_eq!(hidden.iter().find(told), None, "{} asks for a {}", actor.display, register.name());
            let page = world.engine.list(actor, register.name(), &ListRequest::default()).await.unwrap();
            assert!(
                page.records.iter().all(|r| r.id != there),
                "{} lists {}",
                actor.display,
                register.name()
            );
            looked += 1;
        }
        // Whoever may see it gets it.
        world.engine.record(&sampler.actor, register.name(), there).await.unwrap();
    }
    assert!(looked >= 4 * 13, "{looked}");
}

async fn titles(world: &World, actor: &Actor, register: &str) -> Vec<String> {
    let request = ListRequest {
        sort: if register == "enterprise" { "name".into() } else { String::new() },
        ascending: true,
        ..ListRequest::default()
    };
    let page = world.engine.list(actor, register, &request).await.unwrap();
    page.records.into_iter().map(|r| r.title).collect()
}

async fn each_seat_sees_its_own_area(world: &World) {
    let made = [("甲", HERE, 0, "machinery"), ("乙", HERE, 1, "hazchem"), ("丙", ELSEWHERE, 0, "machinery")];
    let mut ids = Vec::new();
    for (name, county, township, sector) in made {
        let mut given = world.enterprise_facts(county, name);
        given.insert("township", text(&world.township(county, township)));
        given.insert("sector", text(sector));
        ids.push(world.create(&world.office, "enterprise", given).await);
    }
    let town = Place { township: world.township(HERE, 1), ..in_county(HERE) };
    let sector = Place { sector: "machinery".into(), ..Place::default() };
    let own = Place { organisation: ids[2], ..Place::default() };
    let two = Place { sector: "hazchem".into(), ..in_county(HERE) };
    let seats: Vec<(&str, Place, &[&str])> = vec![
        ("city.leader", Place::default(), &["丙", "乙", "甲"]),
        ("county.office", in_county(HERE), &["乙", "甲"]),
        ("county.office", in_county(ELSEWHERE), &["丙"]),
        ("county.regulator", two, &["乙"]),
        ("township.officer", town.clone(), &["乙"]),
        ("grid.member", town, &["乙"]),
        ("city.regulator", sector, &["丙", "甲"]),
        ("enterprise.worker", own, &["丙"]),
    ];
    for (role, place, expected) in seats {
        let actor = world.person(role, &[(role, place)]).await;
        let mut seen = titles(world, &actor, "enterprise").await;
        seen.sort();
        let mut expected: Vec<&str> = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(seen, expected, "{role}");
    }
    let nobody = world.person("无角色", &[]).await;
    assert!(titles(world, &nobody, "enterprise").await.is_empty());
}

async fn somebody_with_two_posts_reads_with_each_only_what_its_place_allows(world: &World) {
    let (own, other) = (world.enterprise(HERE, "自家厂").await, world.enterprise(ELSEWHERE, "外县厂").await);
    // Head of a plant here, grid member elsewhere: the plant's secrets are theirs, those of the grid are not.
    let head = ("enterprise.head", Place { organisation: own, ..Place::default() });
    let grid = ("grid.member", Place { township: world.township(ELSEWHERE, 0), ..in_county(ELSEWHERE) });
    let actor = world.person("两岗", &[head, grid]).await;
    let page = world.engine.list(&actor, "enterprise", &ListRequest::default()).await.unwrap();
    assert_eq!(page.records.len(), 2);
    for (id, sees) in [(own, true), (other, false)] {
        let record = world.engine.record(&actor, "enterprise", id).await.unwrap();
        let listed = page.records.iter().find(|r| r.id == id).unwrap();
        for field in ["dangerous_stock", "head_phone"] {
            assert_eq!(
                (record.facts.contains_key(field), listed.facts.contains_key(field)),
                (sees, sees),
                "{field}"
            );
        }
        let history = world.engine.history(&actor, "enterprise", id).await.unwrap();
        assert_eq!(history[0].fields.iter().any(|(name, _)| name == "dangerous_stock"), sees);
    }
    let by_secret = ListRequest {
        filters: vec![engine::record::list::Filter::Filled("dangerous_stock".into())],
        ..ListRequest::default()
    };
    assert_eq!(wrong(world.engine.count(&actor, "enterprise", &by_secret).await), "not found");
}

async fn what_belongs_to_an_enterprise_moves_with_it(world: &World) {
    let plant = world.plant(HERE, "搬迁厂").await;
    let (from, to) = (world.regulator(HERE).await, world.regulator(ELSEWHERE).await);
    let mut given = hazard_of(&plant);
    given.extend(facts([("source", text("agency_inspection")), ("deadline", day("2021-06-25"))]));
    let id = world.open_case(&from, "hazard.agency", given).await.unwrap();
    let to_team = facts([("responsible", Fact::Reference(plant.team.account))]);
    world.take(&plant.manager, id, "assign", to_team).await;
    world.take(&plant.team, id, "report_done", crate::routes::done()).await;
    let point = crate::risk::point(world, &plant, "冲压区").await;
    let moved = facts([
        ("county", text(ELSEWHERE)),
        ("township", text(&world.township(ELSEWHERE, 0))),
        ("sector", text("textile")),
    ]);
    world.engine.update(&world.office, "enterprise", plant.id, 1, &moved).await.unwrap();
    for (register, id) in [("enterprise", plant.id), ("hazard", id), ("risk_point", point)] {
        assert_eq!(
            wrong(world.engine.record(&from, register, id).await.map(|r| r.title)),
            "not found",
            "{register}"
        );
        assert_eq!(
            world.engine.record(&to, register, id).await.unwrap().place.sector,
            "textile",
            "{register}"
        );
        for (actor, count) in [(&from, 0), (&to, 1)] {
            assert_eq!(world.engine.counts(actor, register, "").await.unwrap().total(), count, "{register}");
            assert_eq!(titles(world, actor, register).await.len() as i64, count, "{register}");
        }
    }
    let search = ListRequest { search: "冲床".into(), ..ListRequest::default() };
    assert_eq!(world.engine.list(&to, "hazard", &search).await.unwrap().records.len(), 1);
    let other = world.regulator(HERE).await;
    // Whoever found it, but does not see it any more, is not kept waiting for.
    assert_eq!((world.waits(&other, id).await, world.waits(&from, id).await), (None, None));
    // The step goes on where the enterprise is now: a sweep hands it to the regulators there.
    world.set_clock("2021-08-01 09:00");
    world.engine.sweep().await.unwrap();
    assert_eq!((world.told(&to, "escalated").await, world.told(&other, "escalated").await), (1, 0));
    assert_eq!(world.waits(&to, id).await.as_deref(), Some("pass_reinspection late"));
}

async fn administrators_see_no_records_of_the_work(world: &World) {
    let mut sampler = Sampler::new(world).await;
    let model = std::sync::Arc::clone(&world.engine.model);
    for role in ["system.admin", "security.admin", "audit.admin"] {
        let admin = world.person(role, &[(role, Place::default())]).await;
        for register in model.registers.values().filter(|r| r.scope != ScopeFrom::Shared) {
            let id = sampler.record(register.name()).await;
            assert_eq!(
                wrong(world.engine.record(&admin, register.name(), id).await.map(|r| r.title)),
                "not found",
                "{role}"
            );
            assert!(
                titles(world, &admin, register.name()).await.is_empty(),
                "{role} lists {}",
                register.name()
            );
            assert_eq!(
                world.engine.counts(&admin, register.name(), "").await.unwrap().total(),
                0,
                "{role} counts {}",
                register.name()
            );
        }
        let work = world.engine.work(&admin).await.unwrap();
        assert_eq!(work.late.len() + work.today.len() + work.later.len(), 0, "{role}");
    }
}

async fn a_photo_is_as_visible_as_its_record(world: &World) {
    let (plant, other) = (world.plant(HERE, "甲厂").await, world.plant(HERE, "乙厂").await);
    let id = world.open_case(&plant.worker, "hazard.general", hazard_of(&plant)).await.unwrap();
    let (held, strange) = ("01".repeat(32), "02".repeat(32));
    let may = |actor: Actor, hash: String| async move {
        wrong(world.engine.file_of(&actor, "hazard", id, &hash).await.map(|_| ()))
    };
    assert_eq!(may(plant.team.clone(), held.clone()).await, "done: ()");
    assert_eq!(may(plant.team.clone(), strange).await, "not found");
    assert_eq!(may(other.head.clone(), held).await, "not found");
}

async fn a_list_is_searched_and_counted_within_the_area(world: &World) {
    world.enterprise(HERE, "通许县永丰面粉厂").await;
    world.enterprise(ELSEWHERE, "龙亭永丰饲料厂").await;
    let county = world.person("通许县安委办", &[("county.office", in_county(HERE))]).await;
    let words = |search: &str| ListRequest { search: search.to_owned(), ..ListRequest::default() };
    let found = |actor: Actor, search: &'static str| async move {
        let page = world.engine.list(&actor, "enterprise", &words(search)).await.unwrap();
        let count = world.engine.count(&actor, "enterprise", &words(search)).await.unwrap();
        assert_eq!(count, engine::record::list::Count::Exactly(page.records.len() as u64));
        page.records.len()
    };
    assert_eq!(found(world.office.clone(), "永丰").await, 2);
    assert_eq!(found(county.clone(), "永丰").await, 1);
    assert_eq!(found(county.clone(), "饲料").await, 0);
    assert_eq!(world.engine.counts(&county, "enterprise", "sector").await.unwrap().total(), 1);
    assert_eq!(world.engine.counts(&world.office, "enterprise", "sector").await.unwrap().total(), 2);
}
