//! Duties propose, are counted by indicators and scorecards, are watched, and wait for what imports bring.

use std::path::{Path, PathBuf};

use base::{Id, Period};
use city::Actor;
use engine::case::step::StepRequest;
use engine::import::ImportRow;
use engine::indicator::{GroupsOf, RowsRequest, Which};
use engine::proposal::ProposalList;
use engine::record::Record;
use engine::record::write::Sending;
use judge::indicator::Reached;
use judge::{Fact, Facts};
use plan::pack::{Model, load_folder, load_sources};

use crate::world::{ELSEWHERE, HERE, Plant, World, day, facts, in_county, photo, text, with_townships};

macro_rules! with_counted_duties {
    ($($name:ident)*) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(&crate::world::World::sqlite_of(super::model()).await).await;
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                if std::env::var("ANLAN_TEST_POSTGRES").is_err() {
                    println!("postgres is left out, ANLAN_TEST_POSTGRES is not set");
                    return;
                }
                if let Some(world) = crate::world::World::postgres_of(super::model()).await {
                    super::$name(&world).await;
                }
            })*
        }
    };
}

with_counted_duties! {
    lateness_proposes_once_for_each_stage_and_withdraws_what_is_not_decided
    instances_are_counted_by_group_and_open_one_by_one
    states_events_and_regions_are_counted_as_well
    who_watches_sees_who_is_late_and_imports_set_off_what_they_owe
}

const OWN: &str = r#"
[[duty]]
id = "test-pledge"
title = { zh = "月度承诺", en = "Monthly pledge" }
who = { subject = "enterprise", when = "s.high_risk" }
every = "month"
due = "+3d"
fulfilled = { record = "test_meeting", subject = "enterprise", at = "held_on", when = "r.topic.contains('承诺')" }
keeper = ["enterprise.safety_manager"]
watched_by = ["county.regulator"]
from = 2020-06-04
late = [
  { after = "1d", propose = "letter", to = "county.office", with = { supervised = "enterprise" } },
  { after = "20d", propose = "interview", to = "county.office" },
]
excuse = ["county.regulator"]

[[indicator]]
id = "test-pledges"
title = { zh = "承诺率", en = "Pledges" }
of = "duty:test-pledge"
by = ["county", "township", "sector", "park", "department"]
every = "month"
target = { min = "0.5" }

[[indicator]]
id = "test-changes"
title = { zh = "变更报告率", en = "Changes" }
of = "duty:test-change"
by = ["county"]
every = "month"

[[indicator]]
id = "test-phones"
title = { zh = "值班电话", en = "Telephones" }
of = "duty:test-phone"
by = ["county"]
every = "month"

[[indicator]]
id = "test-drills"
title = { zh = "演练", en = "Drills" }
of = "duty:test-drill"
every = "month"

[[indicator]]
id = "test-programmes"
title = { zh = "方案", en = "Programmes" }
of = "duty:test-once"
by = ["department"]
every = "month"

[[indicator]]
id = "test-reports"
title = { zh = "年度报告", en = "Reports" }
of = "duty:test-report"
by = ["county"]
every = "year"

[[scorecard]]
id = "test-card"
title = { zh = "考评", en = "Card" }
subject = "county"
every = "month"
grades = { series = [{ from = 2020-06-04, value = { "合格" = 60, "不合格" = 0 }, source = "test" }] }

[[scorecard.item]]
id = "pledges"
title = { zh = "承诺", en = "Pledges" }
weight = 100
source = { duty = "test-pledge" }
"#;

/// The packs with the duties of the tests and what counts them, and with no others.
fn model() -> Model {
    let mut sources = crate::world::ground();
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/engine/duty_pack");
    sources.extend(load_folder(&own).unwrap());
    let own = vec![("own.toml".to_owned(), PathBuf::from("own.toml"), OWN.to_owned())];
    sources.extend(load_sources(own).unwrap_or_else(|faults| panic!("{faults}")));
    let mut model = with_townships(Model::from_sources(&sources).unwrap_or_else(|faults| panic!("{faults}")));
    model.duties.retain(|name, _| name.starts_with("test-"));
    model.indicators.retain(|name, _| name.starts_with("test-"));
    model.scorecards.retain(|name, _| name.starts_with("test-"));
    model
}

async fn risky(world: &World, county: &str, name: &str) -> Plant {
    let mut given = world.enterprise_facts(county, name);
    given.insert("high_risk", Fact::YesNo(true));
    given.insert("safety_head", text("赵安"));
    given.insert("duty_phone", text("13800000002"));
    let id = world.create(&world.office, "enterprise", given).await;
    world.staffed(id).await
}

async fn pledge(world: &World, plant: &Plant, on: &str) {
    let given = facts([
        ("enterprise", Fact::Reference(plant.id)),
        ("topic", text("月度承诺书")),
        ("held_on", day(on)),
        ("minutes", photo(7)),
    ]);
    world.create(&plant.manager, "test_meeting", given).await;
}

async fn sweep(world: &World, clock: &str) -> engine::duty::DutySwept {
    world.set_clock(clock);
    let swept = world.engine.sweep_duties().await.unwrap();
    let again = world.engine.sweep_duties().await.unwrap();
    assert_eq!(again, engine::duty::DutySwept::default(), "{clock} again");
    swept
}

fn of<'a>(record: &'a Record, name: &str) -> &'a str {
    record.facts.get(name).and_then(Fact::as_text).unwrap_or_default()
}

async fn proposal_states(world: &World, plant: &Plant) -> String {
    let mut all = Vec::new();
    for which in [ProposalList::Open, ProposalList::Ended] {
        all.extend(world.engine.proposals_seen(&world.office, which, 100).await.unwrap());
    }
    // Rules of the city's packs propose as well.
    all.retain(|p| of(p, "rule") == "duty:test-pledge");
    let own = all.iter().filter(|p| of(p, "subject_id") == plant.id.to_string());
    let mut states: Vec<String> =
        own.map(|p| format!("{} {}", of(p, "kind"), p.case.as_ref().unwrap().state)).collect();
    states.sort();
    states.join(", ")
}

async fn lateness_proposes_once_for_each_stage_and_withdraws_what_is_not_decided(world: &World) {
    world.set_clock("2021-06-20 09:00");
    let [first, second, third] = [
        risky(world, HERE, "甲厂").await,
        risky(world, HERE, "乙厂").await,
        risky(world, HERE, "丙厂").await,
    ];
    let county = world.person("县安委办", &[("county.office", in_county(HERE))]).await;
    let regulator = world.regulator(HERE).await;
    assert_eq!(sweep(world, "2021-08-03 08:00").await.proposed, 0, "in time until the third");
    assert_eq!(sweep(world, "2021-08-04 08:00").await.proposed, 3);
    assert_eq!(sweep(world, "2021-08-10 08:00").await.proposed, 0, "once for the stage");
    let mut open = world.engine.proposals_seen(&county, ProposalList::Open, 100).await.unwrap();
    open.retain(|p| of(p, "rule") == "duty:test-pledge");
    let one = open.iter().find(|p| of(p, "subject") == "甲厂").unwrap();
    assert_eq!(
        (of(one, "kind"), of(one, "rule"), of(one, "proposed_by")),
        ("letter", "duty:test-pledge", "月度承诺")
    );
    assert_eq!((of(one, "supervised"), of(one, "to_role")), ("enterprise", "county.office"));
    assert_eq!(of(one, "reason"), "“月度承诺”（2021-07）应于2021年8月3日前完成，逾期未完成");
    assert_eq!(
        of(one, "reason_en"),
        "\"Monthly pledge\" (2021-07) was due by 2021-08-03 and is not fulfilled"
    );
    // One decided, one fulfilled, one excused.
    let decided = open.iter().find(|p| of(p, "subject") == "乙厂").unwrap();
    let given = Facts::new();
    let request = StepRequest { step: "accept", version: decided.version, facts: &given, reason: "" };
    world.engine.take_step(&county, "proposal", decided.id, &request, &Sending::default()).await.unwrap();
    world.engine.excuse_duty(&regulator, "test-pledge", third.id, "2021-07", "停产").await.unwrap();
    pledge(world, &second, "2021-08-10").await;
    for (plant, expected) in
        [(&first, "letter proposed"), (&second, "letter accepted"), (&third, "letter withdrawn")]
    {
        assert_eq!(proposal_states(world, plant).await, expected);
    }
    // The next stage proposes something else; both are withdrawn when it is done.
    assert_eq!(sweep(world, "2021-08-23 08:00").await.proposed, 1);
    assert_eq!(proposal_states(world, &first).await, "interview proposed, letter proposed");
    pledge(world, &first, "2021-08-23").await;
    assert_eq!(proposal_states(world, &first).await, "interview withdrawn, letter withdrawn");
}

async fn figure(world: &World, actor: &Actor, name: &str, code: &str) -> (i64, i64, i64) {
    let period = Period::parse(code).unwrap();
    world.engine.compute_indicator(name, period).await.unwrap();
    let found = world.engine.figures(actor, name, &[period]).await.unwrap();
    let tally = found.first().map(|f| f.tally).unwrap_or_default();
    (tally.base, tally.hit, tally.unknown)
}

async fn groups(world: &World, actor: &Actor, name: &str, code: &str, by: &str) -> String {
    let period = Period::parse(code).unwrap();
    let found = world.engine.figure_groups(actor, name, period, by, GroupsOf::Own).await.unwrap();
    let mut found: Vec<String> =
        found.iter().map(|g| format!("{}:{}/{}", g.key, g.tally.hit, g.tally.base)).collect();
    found.sort();
    found.join(" ")
}

/// The titles of the instances behind a number, and whether as many were counted.
async fn opened(
    world: &World,
    actor: &Actor,
    name: &str,
    code: &str,
    which: Which,
    group: &[(&str, &str)],
) -> String {
    let groups = group.iter().map(|(d, k)| ((*d).to_owned(), (*k).to_owned())).collect();
    let request = RowsRequest { period: Period::parse(code).unwrap(), which, groups, after: None };
    let found = world.engine.indicator_instances(actor, name, &request, 0).await.unwrap();
    assert_eq!(found.lines.len() as u64, found.count, "{name} {which:?}");
    let mut titles: Vec<String> =
        found.lines.iter().map(|l| format!("{} {}", l.subject.title, l.period).trim().to_owned()).collect();
    titles.sort();
    titles.join(", ")
}

async fn instances_are_counted_by_group_and_open_one_by_one(world: &World) {
    world.set_clock("2021-06-20 09:00");
    let [good, late, made_up, excused] = [
        risky(world, HERE, "甲厂").await,
        risky(world, HERE, "乙厂").await,
        risky(world, HERE, "丙厂").await,
        risky(world, HERE, "丁厂").await,
    ];
    let there = risky(world, ELSEWHERE, "戊厂").await;
    let regulator = world.regulator(HERE).await;
    world.set_clock("2021-07-20 09:00");
    pledge(world, &good, "2021-07-20").await;
    pledge(world, &there, "2021-07-20").await;
    world.engine.excuse_duty(&regulator, "test-pledge", excused.id, "2021-07", "停产").await.unwrap();
    let (office, name) = (&world.office, "test-pledges");
    sweep(world, "2021-08-03 08:00").await;
    assert_eq!(figure(world, office, name, "2021-08").await, (0, 0, 0), "nothing has fallen due in August");
    sweep(world, "2021-08-04 08:00").await;
    pledge(world, &made_up, "2021-08-04").await;
    assert_eq!(figure(world, office, name, "2021-07").await, (0, 0, 0), "July's were due in August");
    // One is excused; made up too late is a miss.
    assert_eq!(figure(world, office, name, "2021-08").await, (4, 2, 0));
    assert_eq!(figure(world, &regulator, name, "2021-08").await, (3, 1, 0));
    assert_eq!(figure(world, &late.head, name, "2021-08").await, (1, 0, 0), "a firm counts its own");
    let found = world.engine.figures(office, name, &[Period::parse("2021-08").unwrap()]).await.unwrap();
    assert_eq!((found[0].value(), found[0].reached), (Some(0.5), Reached::Met));
    let town = [world.township(HERE, 0), world.township(ELSEWHERE, 0)];
    for (by, expected) in [
        ("county", format!("{ELSEWHERE}:1/1 {HERE}:1/3")),
        ("township", format!("{}:1/1 {}:1/3", town[1], town[0])),
        ("sector", "machinery:2/4".to_owned()),
        ("park", ":2/4".to_owned()),
    ] {
        let mut expected: Vec<&str> = expected.split(' ').collect();
        expected.sort_unstable();
        assert_eq!(groups(world, office, name, "2021-08", by).await, expected.join(" "), "{by}");
    }
    assert_eq!(groups(world, &regulator, name, "2021-08", "county").await, format!("{HERE}:1/3"));
    let open =
        async |which, group: &[(&str, &str)]| opened(world, office, name, "2021-08", which, group).await;
    assert_eq!(open(Which::Hit, &[]).await, "戊厂 2021-07, 甲厂 2021-07");
    assert_eq!(open(Which::Miss, &[]).await, "丙厂 2021-07, 乙厂 2021-07");
    assert_eq!(open(Which::Base, &[("county", ELSEWHERE)]).await, "戊厂 2021-07");
    assert_eq!(open(Which::Unknown, &[]).await, "");
    let seen = opened(world, &regulator, name, "2021-08", Which::Hit, &[]).await;
    assert_eq!(seen, "甲厂 2021-07", "nobody opens more than they see");
    // Two periods in one, and pages: August's as well by the year's end.
    sweep(world, "2021-09-04 08:00").await;
    assert_eq!(figure(world, office, name, "2021-09").await, (5, 1, 0), "the pledge of 4 August is August's");
    assert_eq!(figure(world, office, name, "2021-08").await, (4, 2, 0), "a past period is counted again");
    // The share of a county is its score.
    let period = Period::parse("2021-08").unwrap();
    world.engine.compute_scorecard("test-card", period).await.unwrap();
    let standing = world.engine.scores(office, "test-card", period).await.unwrap();
    let score = |county: &str| {
        let found = standing.scored.iter().find(|s| s.subject == county).unwrap();
        format!("{:.2}", found.score.points())
    };
    assert_eq!((score(HERE), score(ELSEWHERE)), ("33.33".to_owned(), "100.00".to_owned()));
}

async fn states_events_and_regions_are_counted_as_well(world: &World) {
    let (plant, other) = (risky(world, HERE, "甲厂").await, risky(world, HERE, "乙厂").await);
    let office = world.person("县安委办", &[("county.office", in_county(HERE))]).await;
    world.engine.sweep_duties().await.unwrap();
    let change = async |id: Id, given: Facts| {
        world.tick();
        let version = world.any("enterprise", id).await.version;
        world.engine.update(&world.office, "enterprise", id, version, &given).await.unwrap();
    };
    for firm in [&plant, &other] {
        change(firm.id, facts([("safety_head", text("钱全"))])).await;
    }
    change(other.id, facts([("duty_phone", Fact::Empty)])).await;
    let given = facts([("statement", text("已报"))]);
    let sending = Sending::default();
    world
        .engine
        .hand_in(&plant.manager, "test-change", plant.id, "2021-06-15", &given, &sending)
        .await
        .unwrap();
    // After the event within thirty days: due on 15 July.
    sweep(world, "2021-07-16 08:00").await;
    assert_eq!(figure(world, &world.office, "test-changes", "2021-07").await, (2, 1, 0));
    assert_eq!(
        opened(world, &world.office, "test-changes", "2021-07", Which::Miss, &[]).await,
        "乙厂 2021-06-15"
    );
    // A telephone is missing since June; at the end of June that was late already.
    assert_eq!(figure(world, &world.office, "test-phones", "2021-06").await, (2, 1, 0));
    assert_eq!(opened(world, &world.office, "test-phones", "2021-06", Which::Miss, &[]).await, "乙厂");
    change(other.id, facts([("duty_phone", text("13800000003"))])).await;
    assert_eq!(figure(world, &world.office, "test-phones", "2021-07").await, (2, 2, 0));
    assert_eq!(
        figure(world, &world.office, "test-drills", "2021-07").await,
        (2, 2, 0),
        "half a year has not passed"
    );
    // A department stands under its own code, whichever sector it leads.
    assert_eq!(figure(world, &world.office, "test-programmes", "2021-06").await, (1, 0, 0));
    let found = groups(world, &world.office, "test-programmes", "2021-06", "department").await;
    assert_eq!(found, "emergency_management:0/1");
    let under = [("department", "emergency_management")];
    let found = opened(world, &world.office, "test-programmes", "2021-06", Which::Base, &under).await;
    assert!(found.ends_with("2021-06-30"), "{found}");
    // A zone of a county's rank is a county of its own; the city stands beside them.
    let duty = world.engine.duty("test-report").unwrap();
    let wish = engine::duty::read::Wish::default();
    let lines = world.engine.duty_lines(&world.office, duty, &wish, None, 1000).await.unwrap();
    let own = lines.iter().find(|l| l.subject.code == HERE).unwrap().subject.id;
    world.engine.hand_in(&office, "test-report", own, "2021", &given, &sending).await.unwrap();
    sweep(world, "2022-01-01 08:00").await;
    let all = i64::try_from(lines.len()).unwrap();
    assert_eq!(figure(world, &world.office, "test-reports", "2021").await, (all, 1, 0));
    let found = groups(world, &world.office, "test-reports", "2021", "county").await;
    for expected in
        [format!("{HERE}:1/1"), format!("{ELSEWHERE}:0/1"), "4102Z1:0/1".to_owned(), ":0/1".to_owned()]
    {
        assert!(found.split(' ').any(|group| group == expected), "{expected} in {found}");
    }
    let zone =
        opened(world, &world.office, "test-reports", "2021", Which::Miss, &[("county", "4102Z1")]).await;
    assert!(zone.ends_with(" 2021") && !zone.contains(','), "{zone}");
    let none = opened(world, &world.office, "test-reports", "2021", Which::Miss, &[("county", "")]).await;
    assert!(none.ends_with(" 2021") && !none.contains(','), "the city itself: {none}");
}

async fn who_watches_sees_who_is_late_and_imports_set_off_what_they_owe(world: &World) {
    world.set_clock("2021-06-20 09:00");
    let plant = risky(world, HERE, "甲厂").await;
    let (watching, elsewhere) = (world.regulator(HERE).await, world.regulator(ELSEWHERE).await);
    sweep(world, "2021-08-04 08:00").await;
    let watched = world.engine.duty_watch(&watching).await.unwrap();
    assert_eq!(watched.len(), 1);
    assert_eq!(
        (watched[0].duty.as_str(), watched[0].late, watched[0].since.to_string().as_str()),
        ("test-pledge", 1, "2021-08-03")
    );
    assert!(world.engine.duty_work(&watching).await.unwrap().is_empty(), "who watches hands in nothing");
    assert!(world.engine.duty_watch(&elsewhere).await.unwrap().is_empty());
    assert!(world.engine.duty_watch(&plant.head).await.unwrap().is_empty());
    // A file brings another head of safety: that is reported within thirty days, as if somebody had typed it.
    let record = world.any("enterprise", plant.id).await;
    let cell = |name: &str| (name.to_owned(), of(&record, name).to_owned());
    let mut cells: Vec<(String, String)> = ["name", "uscc", "address", "county", "head"].map(cell).to_vec();
    cells.push(("sector".into(), "机械".into()));
    cells.push(("safety_head".into(), "钱全".into()));
    let row = ImportRow { number: 2, cells };
    let outcomes = world.engine.import(&world.office, "enterprise", &[row]).await.unwrap();
    assert!(matches!(outcomes[0], engine::import::Outcome::Updated(_)), "{outcomes:?}");
    let duty = world.engine.duty("test-change").unwrap();
    let rows = world.engine.duty_history(&plant.head, duty, plant.id).await.unwrap();
    let states: Vec<String> = rows.iter().map(|r| format!("{} {}", r.period, r.state.word())).collect();
    assert_eq!(states, ["2021-08-04 due"]);
}
