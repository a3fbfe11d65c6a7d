//! Duties: whom they bind, what is due when, what follows when it is late, and who sees it.

use base::Id;
use city::Actor;
use engine::duty::DutySwept;
use engine::duty::read::{Tally, Wish};
use engine::record::write::Sending;
use judge::duty::State;
use judge::{Fact, Facts};

use crate::world::{
    ELSEWHERE, HERE, Plant, World, a_day, day, facts, in_county, photo, sending, text, wrong,
};

macro_rules! with_duties {
    ($($name:ident)*) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(&crate::world::World::sqlite_with_duties().await).await;
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                if let Some(world) = crate::world::World::postgres_with_duties().await {
                    super::$name(&world).await;
                }
            })*
        }
    };
}

with_duties! {
    a_changed_record_is_bound_or_free_at_once
    a_late_period_reminds_tells_tells_upward_and_opens_one_case
    whoever_slept_through_two_periods_is_told_once
    what_is_done_in_time_leaves_no_row_and_counts
    who_has_not_done_a_duty_is_asked_of_the_registers_alone
    evidence_that_counts_no_more_makes_the_period_late
    nobody_is_late_for_what_lay_before_they_came
    a_county_and_the_city_hand_in_their_own
    an_event_is_answered_within_its_days
    a_condition_must_hold_all_the_time
    a_duty_counts_from_the_last_time
    an_excuse_needs_a_reason_and_the_right_person
    what_lies_outside_the_scope_does_not_exist
    my_work_shows_what_i_owe
    what_belongs_to_a_firm_moves_with_it_and_the_counts_agree
    two_sweeps_at_once_tell_nobody_twice
    what_was_written_and_not_judged_is_found_by_the_next_sweep
}

async fn large(world: &World, county: &str, name: &str, high_risk: bool) -> Plant {
    let mut given = world.enterprise_facts(county, name);
    given.insert("headcount", Fact::Integer(1500));
    given.insert("high_risk", Fact::YesNo(high_risk));
    given.insert("safety_head", text("赵安"));
    given.insert("duty_phone", text("13800000002"));
    let id = world.create(&world.office, "enterprise", given).await;
    world.staffed(id).await
}

async fn change<const N: usize>(world: &World, id: Id, given: [(&str, Fact); N]) {
    world.tick();
    let version = world.any("enterprise", id).await.version;
    world.engine.update(&world.office, "enterprise", id, version, &facts(given)).await.unwrap();
}

async fn meeting(world: &World, plant: &Plant, on: &str, topic: &str, minutes: bool) -> Id {
    let mut given =
        facts([("enterprise", Fact::Reference(plant.id)), ("topic", text(topic)), ("held_on", day(on))]);
    if minutes {
        given.insert("minutes", photo(7));
    }
    world.create(&plant.manager, "test_meeting", given).await
}

async fn bound(world: &World, duty: &str) -> i64 {
    let standing = world.engine.duties_standing(&world.office).await.unwrap();
    standing.get(duty).map_or(0, |s| s.bound.values().sum())
}

async fn sweep(world: &World, clock: &str) -> DutySwept {
    world.set_clock(clock);
    // As it goes day by day: what changed since. Then everything: that must find nothing more.
    world.engine.duties_are_stale().await.unwrap();
    let swept = world.engine.sweep_duties_of_today().await.unwrap().unwrap();
    assert_eq!(world.engine.sweep_duties().await.unwrap(), DutySwept::default(), "{clock} again");
    swept
}

/// Sweeps, and gives back how many more are late with a duty.
async fn late(world: &World, duty: &str, clock: &str) -> i64 {
    let before = overdue(world, duty).await;
    sweep(world, clock).await;
    overdue(world, duty).await - before
}

async fn overdue(world: &World, duty: &str) -> i64 {
    let standing = world.engine.duties_standing(&world.office).await.unwrap();
    standing.get(duty).map_or(0, |s| s.overdue)
}

async fn tally(world: &World, actor: &Actor, duty: &str, period: &str) -> Tally {
    let duty = world.engine.duty(duty).unwrap();
    let periods = world.engine.duty_periods(actor, duty).await.unwrap();
    periods
        .iter()
        .find(|p| p.period == period)
        .map(engine::duty::read::PeriodCount::total)
        .unwrap_or_default()
}

/// Code of the period and state of the stored instances of a subject, newest first.
async fn states(world: &World, actor: &Actor, duty: &str, subject: Id) -> String {
    let duty = world.engine.duty(duty).unwrap();
    let rows = world.engine.duty_history(actor, duty, subject).await.unwrap();
    rows.iter().map(|r| format!("{} {}", r.period, r.state.word())).collect::<Vec<_>>().join(", ")
}

async fn hand_in(
    world: &World,
    actor: &Actor,
    duty: &str,
    subject: Id,
    period: &str,
) -> Result<Id, engine::EngineError> {
    world.tick();
    let given = facts([("statement", text("已完成"))]);
    world.engine.hand_in(actor, duty, subject, period, &given, &Sending::default()).await
}

/// The id of a subject of a duty by its code.
async fn subject(world: &World, duty: &str, code: &str) -> Id {
    let duty = world.engine.duty(duty).unwrap();
    let lines = world.engine.duty_lines(&world.office, duty, &Wish::default(), None, 1000).await.unwrap();
    lines.iter().find(|l| l.subject.code == code).map(|l| l.subject.id).unwrap_or_else(|| panic!("{code}"))
}

async fn a_changed_record_is_bound_or_free_at_once(world: &World) {
    world.engine.sweep_duties().await.unwrap();
    assert_eq!(bound(world, "test-meeting").await, 0);
    let id = world.enterprise(HERE, "小厂").await;
    assert_eq!((bound(world, "test-meeting").await, bound(world, "test-change").await), (0, 1));
    // (headcount, high-risk trade, bound)
    for (headcount, high_risk, expected) in
        [(320, true, 1), (320, false, 0), (1000, false, 1), (299, true, 0), (300, true, 1)]
    {
        let high_risk = Fact::YesNo(high_risk);
        change(world, id, [("headcount", Fact::Integer(headcount)), ("high_risk", high_risk)]).await;
        assert_eq!(bound(world, "test-meeting").await, expected, "{headcount}");
    }
    // What cannot be judged keeps what was judged before.
    change(world, id, [("headcount", Fact::Empty)]).await;
    assert_eq!(bound(world, "test-meeting").await, 1);
    assert_eq!(world.engine.sweep_duties().await.unwrap(), DutySwept::default());
}

async fn a_late_period_reminds_tells_tells_upward_and_opens_one_case(world: &World) {
    let plant = large(world, HERE, "通许化工厂", false).await;
    let regulator = world.regulator(HERE).await;
    // (clock, reminders of the manager, told the head, told the regulator, late, cases)
    let table = [
        ("2021-07-20 08:00", 0, 0, 0, 0, 0),
        ("2021-09-25 08:00", 1, 0, 0, 0, 0),
        ("2021-10-10 08:00", 1, 0, 0, 0, 0),
        ("2021-10-11 08:00", 1, 1, 0, 1, 0),
        ("2021-10-15 08:00", 1, 1, 0, 0, 0),
        ("2021-10-20 08:00", 1, 1, 1, 0, 0),
        ("2021-11-09 08:00", 1, 1, 1, 0, 1),
    ];
    for (clock, reminded, head, upward, expected, opened) in table {
        let before = overdue(world, "test-meeting").await;
        let swept = sweep(world, clock).await;
        let late = overdue(world, "test-meeting").await - before;
        let told = (
            world.told(&plant.manager, "duty_remind").await,
            world.told(&plant.head, "duty_late").await,
            world.told(&regulator, "duty_late").await,
        );
        assert_eq!((told, late, swept.opened), ((reminded, head, upward), expected, opened), "{clock}");
    }
    assert_eq!(states(world, &plant.head, "test-meeting", plant.id).await, "2021Q3 overdue");
    let row =
        world.engine.duty_history(&regulator, world.engine.duty("test-meeting").unwrap(), plant.id).await;
    let case = row.unwrap().remove(0).opened;
    assert_eq!(world.state(case).await, "hazard.agency ordered");
    assert_eq!(world.engine.duties_of_case(&regulator, case).await.unwrap().len(), 1);
    // The next late period goes to the same open case.
    for (clock, opened) in [("2022-01-20 08:00", 0), ("2022-02-20 08:00", 0)] {
        assert_eq!(sweep(world, clock).await.opened, opened, "{clock}");
    }
    assert_eq!(world.engine.duties_of_case(&regulator, case).await.unwrap().len(), 2);
    // A meeting now makes up for all of them, late.
    meeting(world, &plant, "2022-02-20", "补开会议", true).await;
    let found = states(world, &plant.head, "test-meeting", plant.id).await;
    assert_eq!(found, "2021Q4 fulfilled_late, 2021Q3 fulfilled_late");
    let counted = tally(world, &regulator, "test-meeting", "2021Q3").await;
    assert_eq!((counted.owed, counted.fulfilled_late, counted.fulfilled()), (1, 1, 0));
}

async fn whoever_slept_through_two_periods_is_told_once(world: &World) {
    let plant = large(world, HERE, "通许化工厂", false).await;
    let regulator = world.regulator(HERE).await;
    sweep(world, "2021-07-20 08:00").await;
    sweep(world, "2022-01-20 08:00").await;
    let found = states(world, &plant.head, "test-meeting", plant.id).await;
    assert_eq!(found, "2021Q4 overdue, 2021Q3 overdue");
    for who in [&plant.head, &regulator] {
        let notices = world.engine.notices(who).await.unwrap();
        let late: Vec<_> =
            notices.iter().filter(|n| n.kind == "duty_late" && n.step == "test-meeting").collect();
        assert_eq!(late.len(), 1, "{late:?}");
        // With how many, and since when.
        assert!(late[0].title.ends_with("· 2") && late[0].code == "2021Q3", "{late:?}");
    }
}

async fn what_is_done_in_time_leaves_no_row_and_counts(world: &World) {
    let (plant, other) = (large(world, HERE, "甲厂", false).await, large(world, HERE, "乙厂", false).await);
    meeting(world, &plant, "2021-08-01", "三季度会议", true).await;
    meeting(world, &other, "2021-08-01", "没有纪要", false).await;
    world.set_clock("2021-08-02 08:00");
    let duty = world.engine.duty("test-meeting").unwrap();
    let (instance, counties) = world.engine.duty_now(&world.office, duty).await.unwrap().unwrap();
    assert_eq!((instance.code.as_str(), counties.get(HERE)), ("2021Q3", Some(&(2, 1))));
    assert_eq!(late(world, "test-meeting", "2021-10-12 08:00").await, 1);
    let found = tally(world, &world.office, "test-meeting", "2021Q3").await;
    assert_eq!((found.owed, found.fulfilled(), found.overdue), (2, 1, 1));
    // Both numbers open their rows, for the office and for the firm itself.
    for (state, title) in [(State::Fulfilled, "甲厂"), (State::Overdue, "乙厂")] {
        let wish = Wish { period: Some("2021Q3".into()), state: Some(state), county: Some(HERE.into()) };
        let lines = world.engine.duty_lines(&world.office, duty, &wish, None, 50).await.unwrap();
        let titles: Vec<&str> = lines.iter().map(|l| l.subject.title.as_str()).collect();
        assert_eq!(titles, [title], "{state:?}");
    }
    let own = tally(world, &plant.head, "test-meeting", "2021Q3").await;
    assert_eq!((own.owed, own.fulfilled()), (1, 1));
    // A meeting of the period that is entered late was held in time.
    meeting(world, &other, "2021-09-30", "九月会议", true).await;
    assert_eq!(states(world, &other.head, "test-meeting", other.id).await, "2021Q3 fulfilled");
    assert_eq!(tally(world, &world.office, "test-meeting", "2021Q3").await.fulfilled(), 2);
}

async fn who_has_not_done_a_duty_is_asked_of_the_registers_alone(world: &World) {
    let (plant, other) = (large(world, HERE, "甲厂", true).await, large(world, HERE, "乙厂", true).await);
    meeting(world, &plant, "2021-08-01", "三季度会议", true).await;
    meeting(world, &other, "2021-08-01", "没有纪要", false).await;
    change(world, other.id, [("duty_phone", Fact::Empty)]).await;
    // Nobody has swept: no span is needed.
    let engine = &world.engine;
    for (duty, on, undone) in [
        ("test-meeting", "2021-09-30", 1),
        ("test-meeting", "2021-11-01", 2),
        ("test-phone", "2021-06-15", 1),
    ] {
        assert_eq!(engine.duty_undone(duty, a_day(on)).await.unwrap(), undone, "{duty} {on}");
    }
    // What follows events has no period by itself.
    assert!(engine.duty_undone("test-change", a_day("2021-06-15")).await.is_err());
    assert!(engine.duty_undone("moon", a_day("2021-06-15")).await.is_err());
}

async fn evidence_that_counts_no_more_makes_the_period_late(world: &World) {
    let plant = large(world, HERE, "甲厂", false).await;
    let id = meeting(world, &plant, "2021-08-01", "三季度会议", true).await;
    assert_eq!(late(world, "test-meeting", "2021-10-12 08:00").await, 0);
    let version = world.any("test_meeting", id).await.version;
    let moved = facts([("held_on", day("2021-06-20"))]);
    world.engine.update(&plant.manager, "test_meeting", id, version, &moved).await.unwrap();
    assert_eq!(states(world, &plant.head, "test-meeting", plant.id).await, "2021Q3 overdue");
    let found = tally(world, &world.office, "test-meeting", "2021Q3").await;
    assert_eq!((found.owed, found.fulfilled(), found.overdue), (1, 0, 1));
}

async fn nobody_is_late_for_what_lay_before_they_came(world: &World) {
    world.set_clock("2021-05-20 09:00");
    let plant = large(world, HERE, "甲厂", true).await;
    // The duty goes back to June 2020; the firm came in the second half of the second quarter of 2021.
    assert_eq!(late(world, "test-meeting", "2021-07-12 08:00").await, 0);
    assert_eq!(states(world, &plant.head, "test-meeting", plant.id).await, "");
    assert_eq!(late(world, "test-meeting", "2021-10-12 08:00").await, 1);
    world.set_clock("2021-11-10 09:00");
    let first_half = large(world, HERE, "乙厂", false).await;
    assert_eq!(late(world, "test-meeting", "2022-01-12 08:00").await, 2);
    assert_eq!(states(world, &first_half.head, "test-meeting", first_half.id).await, "2021Q4 overdue");
}

async fn a_county_and_the_city_hand_in_their_own(world: &World) {
    let office = world.person("县安委办", &[("county.office", in_county(HERE))]).await;
    world.engine.sweep_duties().await.unwrap();
    let counties = world.engine.model.regions.iter().filter(|r| {
        r.until.is_none_or(|until| until >= world.engine.today())
            && r.from <= world.engine.today()
            && (r.kind == plan::pack::RegionKind::County || r.county_rank)
    });
    let expected = i64::try_from(counties.count()).unwrap();
    assert_eq!(bound(world, "test-report").await, expected + 1);
    assert_eq!(bound(world, "test-notices").await, expected - 1, "a zone gives no notices");
    assert_eq!(bound(world, "test-once").await, 1);
    let own = subject(world, "test-report", HERE).await;
    assert_eq!(
        wrong(hand_in(world, &world.office, "test-report", own, "2021").await),
        "refused: duty.not_keeper"
    );
    assert_eq!(wrong(hand_in(world, &office, "test-report", own, "2022").await), "refused: duty.not_begun");
    assert_eq!(wrong(hand_in(world, &office, "test-report", own, "2021Q1").await), "not found");
    let empty = Facts::new();
    let nothing =
        world.engine.hand_in(&office, "test-report", own, "2021", &empty, &Sending::default()).await;
    assert_eq!(wrong(nothing), "statement: field.required");
    let given = facts([("statement", text("全年情况"))]);
    let twice = [
        world.engine.hand_in(&office, "test-report", own, "2021", &given, &sending("a")).await.unwrap(),
        world.engine.hand_in(&office, "test-report", own, "2021", &given, &sending("a")).await.unwrap(),
    ];
    assert_eq!(twice[0], twice[1]);
    let duty = world.engine.duty("test-report").unwrap();
    let handed = world.engine.handed_in_for(&world.office, duty, own, "2021").await.unwrap();
    assert_eq!((handed.len(), handed[0].by.as_str(), &handed[0].facts), (1, "县安委办", &given));
    let notice = |number: i64| {
        let at = Fact::Instant(base::Instant::parse(&format!("2021-06-1{number} 10:00")).unwrap());
        facts([("topic", text("通报")), ("county", text(HERE)), ("issued_at", at)])
    };
    for number in 0..2 {
        let june = world.engine.duty("test-notices").unwrap();
        let (_, done) = world.engine.duty_now(&office, june).await.unwrap().unwrap();
        assert_eq!(done.get(HERE), Some(&(1, 0)), "{number} notices");
        world.create(&office, "test_notice", notice(number)).await;
    }
    // On the first of July the other counties are late with June, all but the one with two notices.
    let swept = sweep(world, "2021-07-01 08:00").await;
    assert_eq!(swept.late as i64, (expected - 2) + 1, "and the department with its programme");
    assert_eq!(tally(world, &office, "test-notices", "2021-06").await.fulfilled(), 1);
    sweep(world, "2022-01-01 08:00").await;
    assert_eq!(tally(world, &world.office, "test-report", "2021").await.overdue, expected);
    assert_eq!(tally(world, &office, "test-report", "2021").await.fulfilled(), 1);
}

async fn an_event_is_answered_within_its_days(world: &World) {
    let (plant, other) = (large(world, HERE, "甲厂", false).await, large(world, HERE, "乙厂", false).await);
    world.engine.sweep_duties().await.unwrap();
    change(world, plant.id, [("head", text("李厂长"))]).await;
    assert_eq!(states(world, &plant.head, "test-change", plant.id).await, "");
    for firm in [&plant, &other] {
        change(world, firm.id, [("safety_head", text("钱全"))]).await;
        assert_eq!(states(world, &firm.head, "test-change", firm.id).await, "2021-06-15 due");
    }
    world.set_clock("2021-07-01 08:00");
    hand_in(world, &plant.manager, "test-change", plant.id, "2021-06-15").await.unwrap();
    assert_eq!(states(world, &plant.head, "test-change", plant.id).await, "2021-06-15 fulfilled");
    assert_eq!(late(world, "test-change", "2021-07-15 08:00").await, 0);
    assert_eq!(late(world, "test-change", "2021-07-16 08:00").await, 1);
    assert_eq!(world.told(&other.head, "duty_late").await, 1);
    assert_eq!(states(world, &other.head, "test-change", other.id).await, "2021-06-15 overdue");
    let counted = tally(world, &world.office, "test-change", "2021-07").await;
    assert_eq!((counted.owed, counted.overdue, counted.fulfilled()), (2, 1, 1));
}

async fn a_condition_must_hold_all_the_time(world: &World) {
    let plant = large(world, HERE, "甲厂", true).await;
    world.engine.sweep_duties().await.unwrap();
    assert_eq!(states(world, &plant.head, "test-phone", plant.id).await, "");
    change(world, plant.id, [("duty_phone", Fact::Empty)]).await;
    assert_eq!(states(world, &plant.head, "test-phone", plant.id).await, "2021-06-15 due");
    assert_eq!(late(world, "test-phone", "2021-06-21 08:00").await, 1);
    change(world, plant.id, [("duty_phone", text("13800000003"))]).await;
    assert_eq!(states(world, &plant.head, "test-phone", plant.id).await, "2021-06-15 fulfilled_late");
    change(world, plant.id, [("duty_phone", Fact::Empty)]).await;
    change(world, plant.id, [("high_risk", Fact::YesNo(false))]).await;
    let found = states(world, &plant.head, "test-phone", plant.id).await;
    assert_eq!(found, "2021-06-21 not_applicable, 2021-06-15 fulfilled_late");
}

async fn a_duty_counts_from_the_last_time(world: &World) {
    world.set_clock("2021-01-10 09:00");
    let plant = large(world, HERE, "甲厂", true).await;
    meeting(world, &plant, "2021-02-20", "演练：泄漏", false).await;
    meeting(world, &plant, "2021-05-20", "不是演练", false).await;
    sweep(world, "2021-08-20 08:00").await;
    assert_eq!(states(world, &plant.head, "test-drill", plant.id).await, "");
    sweep(world, "2021-08-21 08:00").await;
    assert_eq!(states(world, &plant.head, "test-drill", plant.id).await, "2021-08-20 overdue");
    meeting(world, &plant, "2021-08-21", "演练：疏散", false).await;
    assert_eq!(states(world, &plant.head, "test-drill", plant.id).await, "2021-08-20 fulfilled_late");
    sweep(world, "2022-02-21 08:00").await;
    assert_eq!(states(world, &plant.head, "test-drill", plant.id).await, "2021-08-20 fulfilled_late");
}

async fn an_excuse_needs_a_reason_and_the_right_person(world: &World) {
    let plant = large(world, HERE, "甲厂", false).await;
    let (regulator, stranger) = (world.regulator(HERE).await, world.regulator(ELSEWHERE).await);
    sweep(world, "2021-10-12 08:00").await;
    let excuse = async |actor: &Actor, period: &str, reason: &str| {
        wrong(world.engine.excuse_duty(actor, "test-meeting", plant.id, period, reason).await)
    };
    assert_eq!(excuse(&plant.head, "2021Q3", "忙").await, "refused: duty.not_excuser");
    assert_eq!(excuse(&stranger, "2021Q3", "停产").await, "not found");
    assert_eq!(excuse(&regulator, "2021Q3", " ").await, "reason: field.required");
    assert_eq!(excuse(&regulator, "2021Q3", "停产检修").await, "done: ()");
    assert_eq!(excuse(&regulator, "2021Q3", "再来").await, "refused: duty.settled");
    // Ahead of time as well: then nobody becomes late.
    assert_eq!(excuse(&regulator, "2021Q4", "停产检修").await, "done: ()");
    assert_eq!(late(world, "test-meeting", "2022-01-20 08:00").await, 0);
    let found = states(world, &plant.head, "test-meeting", plant.id).await;
    assert_eq!(found, "2021Q4 excused, 2021Q3 excused");
    let counted = tally(world, &world.office, "test-meeting", "2021Q3").await;
    assert_eq!((counted.owed, counted.excused, counted.overdue), (1, 1, 0));
}

async fn what_lies_outside_the_scope_does_not_exist(world: &World) {
    let plant = large(world, HERE, "甲厂", false).await;
    let other = large(world, ELSEWHERE, "乙厂", false).await;
    let stranger = world.regulator(ELSEWHERE).await;
    sweep(world, "2021-10-12 08:00").await;
    let duty = world.engine.duty("test-meeting").unwrap();
    // (who, bound, late in the third quarter)
    for (actor, expected) in [(&world.office, 2), (&stranger, 1), (&plant.head, 1), (&other.worker, 1)] {
        let standing = world.engine.duties_standing(actor).await.unwrap();
        let own = &standing["test-meeting"];
        assert_eq!((own.bound["enterprise"], own.overdue), (expected, expected), "{}", actor.display);
        assert_eq!(tally(world, actor, "test-meeting", "2021Q3").await.overdue, expected);
        let wish = Wish { state: Some(State::Overdue), ..Wish::default() };
        let lines = world.engine.duty_lines(actor, duty, &wish, None, 50).await.unwrap();
        assert_eq!(lines.len() as i64, expected, "{}", actor.display);
    }
    assert_eq!(wrong(world.engine.duty_span(&stranger, "test-meeting", plant.id).await), "not found");
    assert_eq!(wrong(hand_in(world, &stranger, "test-change", plant.id, "2021-06-15").await), "not found");
    assert_eq!(world.engine.duty_history(&stranger, duty, plant.id).await.unwrap(), []);
    let security = world.person("安全管理员", &[("security.admin", city::Place::default())]).await;
    assert!(world.engine.duties_standing(&security).await.unwrap().is_empty());
}

async fn my_work_shows_what_i_owe(world: &World) {
    let plant = large(world, HERE, "甲厂", true).await;
    let office = world.person("县安委办", &[("county.office", in_county(HERE))]).await;
    world.engine.sweep_duties().await.unwrap();
    let work = async |actor: &Actor| {
        let tasks = world.engine.duty_work(actor).await.unwrap();
        let shown = tasks.iter().map(|t| format!("{} {} {}", t.duty, t.period, t.state.word()));
        shown.collect::<Vec<_>>().join(", ")
    };
    assert_eq!(work(&plant.manager).await, "");
    assert_eq!(work(&office).await, "test-notices 2021-06 due");
    change(world, plant.id, [("safety_head", text("钱全"))]).await;
    assert_eq!(work(&plant.manager).await, "test-change 2021-06-15 due");
    assert_eq!(work(&plant.worker).await, "");
    world.set_clock("2021-09-11 08:00");
    assert_eq!(work(&plant.manager).await, "test-change 2021-06-15 due, test-meeting 2021Q3 due");
    sweep(world, "2021-10-12 08:00").await;
    let late = "test-change 2021-06-15 overdue, test-meeting 2021Q3 overdue";
    assert_eq!(work(&plant.manager).await, late);
    meeting(world, &plant, "2021-10-12", "补开会议", true).await;
    assert_eq!(work(&plant.manager).await, "test-change 2021-06-15 overdue");
    // A county's own report, not those of its firms.
    world.set_clock("2021-12-20 08:00");
    let shown = work(&office).await;
    assert!(shown.contains("test-report 2021 due") && !shown.contains("test-change"), "{shown}");
}

async fn what_belongs_to_a_firm_moves_with_it_and_the_counts_agree(world: &World) {
    let plant = large(world, HERE, "甲厂", false).await;
    let (here, there) = (world.regulator(HERE).await, world.regulator(ELSEWHERE).await);
    sweep(world, "2021-10-12 08:00").await;
    let stands = async |actor: &Actor| {
        let standing = world.engine.duties_standing(actor).await.unwrap();
        standing.get("test-meeting").map_or((0, 0), |s| (s.bound.values().sum::<i64>(), s.overdue))
    };
    assert_eq!((stands(&here).await, stands(&there).await), ((1, 1), (0, 0)));
    let town = world.township(ELSEWHERE, 0);
    change(world, plant.id, [("county", text(ELSEWHERE)), ("township", text(&town))]).await;
    assert_eq!((stands(&here).await, stands(&there).await), ((0, 0), (1, 1)));
    assert_eq!(world.engine.sweep_duties().await.unwrap(), DutySwept::default());
    assert_eq!(states(world, &there, "test-meeting", plant.id).await, "2021Q3 overdue");
    assert_eq!(world.engine.today(), a_day("2021-10-12"));
}

async fn two_sweeps_at_once_tell_nobody_twice(world: &World) {
    let mut plants = Vec::new();
    for number in 0..4 {
        plants.push(large(world, HERE, &format!("{number}号厂"), false).await);
    }
    let regulator = world.regulator(HERE).await;
    world.set_clock("2021-10-21 08:00");
    let other = world.another_process().await;
    let (one, two) = tokio::join!(world.engine.sweep_duties(), other.sweep_duties());
    one.unwrap();
    two.unwrap();
    world.engine.sweep_duties().await.unwrap();
    let found = tally(world, &world.office, "test-meeting", "2021Q3").await;
    assert_eq!((found.owed, found.overdue), (4, 4));
    for plant in &plants {
        assert_eq!(world.told(&plant.head, "duty_late").await, 1);
    }
    assert_eq!(world.told(&regulator, "duty_late").await, 1, "once for all of them");
}

async fn what_was_written_and_not_judged_is_found_by_the_next_sweep(world: &World) {
    let plant = large(world, HERE, "甲厂", false).await;
    let other = large(world, HERE, "乙厂", false).await;
    sweep(world, "2021-06-16 08:00").await;
    // As after an import, or where the program stopped between the two.
    let resting = world.engine.clone().resting();
    let meetings = async || bound(world, "test-meeting").await;
    assert_eq!(meetings().await, 2);
    let written = async |id: Id, headcount: i64| {
        world.tick();
        let version = world.any("enterprise", id).await.version;
        let given = facts([("headcount", Fact::Integer(headcount))]);
        resting.update(&world.office, "enterprise", id, version, &given).await.unwrap();
    };
    written(plant.id, 20).await;
    assert_eq!(meetings().await, 2, "nothing was judged");
    let swept = sweep(world, "2021-06-17 08:00").await;
    assert_eq!((swept.ended, meetings().await), (1, 1));
    written(plant.id, 1500).await;
    written(other.id, 20).await;
    let swept = sweep(world, "2021-06-18 08:00").await;
    assert_eq!((swept.begun, swept.ended, meetings().await), (1, 1, 1));
}
