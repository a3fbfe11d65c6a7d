//! Indicators: counted, stored by version, locked, opened down to the rows, cut to the reader's scope.

use base::{Id, Instant, Period};
use city::{Actor, Place};
use engine::indicator::job::{FIGURES, Figures};
use engine::indicator::{Figure, GroupsOf, RowsRequest, Which};
use judge::Fact;
use judge::indicator::Reached;
use store::{Aggregate, Condition, Scope};

use crate::world::{ELSEWHERE, HERE, World, facts, in_county, text, wrong};

on_both_engines! {
    a_share_a_sum_and_a_count_with_what_cannot_be_judged
    a_month_begins_and_ends_at_midnight_in_beijing
    a_year_is_compared_with_the_year_before_by_the_values_of_its_days
    a_locked_period_stays_what_it_was_and_differences_are_told
    the_rows_behind_a_number_are_exactly_the_counted_ones
    everybody_sees_their_own_numbers_and_the_citys_once_released
    counting_again_makes_a_version_only_where_something_differs
    the_days_figures_are_asked_for_once
}

pub(crate) fn period(code: &str) -> Period {
    Period::parse(code).unwrap()
}

/// A visit; `fine` may be left open.
pub(crate) async fn visit(
    world: &World,
    county: &str,
    at: &str,
    kind: &str,
    hours: f64,
    fine: Option<bool>,
) -> Id {
    let at = Instant::parse(at).unwrap();
    let mut given = facts([
        ("name", text("走访")),
        ("county", text(county)),
        ("visited_at", Fact::Instant(at)),
        ("visited_on", Fact::Day(at.day())),
        ("kind", text(kind)),
    ]);
    if hours > 0.0 {
        given.insert("hours", Fact::Decimal(hours));
    }
    if let Some(fine) = fine {
        given.insert("fine", Fact::YesNo(fine));
    }
    world.create(&world.office, "t_visit", given).await
}

pub(crate) async fn count(world: &World, name: &str, code: &str) -> String {
    format!("{:?}", world.engine.compute_indicator(name, period(code)).await.unwrap())
}

async fn figure(world: &World, actor: &Actor, name: &str, code: &str) -> Figure {
    world.engine.figures(actor, name, &[period(code)]).await.unwrap().remove(0)
}

/// hit/base, what cannot be judged, rows: `2/3 ?1 of 4`.
fn said(figure: &Figure) -> String {
    let t = figure.tally;
    format!("{}/{} ?{} of {}", t.hit, t.base, t.unknown, t.rows)
}

async fn some_visits(world: &World) {
    visit(world, HERE, "2021-06-03 10:00", "plan", 1.5, Some(true)).await;
    visit(world, HERE, "2021-06-04 10:00", "extra", 2.0, Some(false)).await;
    visit(world, HERE, "2021-06-05 10:00", "plan", 0.0, None).await;
    visit(world, ELSEWHERE, "2021-06-06 10:00", "plan", 0.25, Some(true)).await;
    visit(world, ELSEWHERE, "2021-06-07 10:00", "other", 4.0, Some(true)).await;
}

async fn a_share_a_sum_and_a_count_with_what_cannot_be_judged(world: &World) {
    some_visits(world).await;
    for (name, code) in
        [("t-visits-fine", "2021-06"), ("t-visit-hours", "2021Q2"), ("t-visit-count", "2021-06")]
    {
        assert_eq!(count(world, name, code).await, "Changed", "{name}");
    }
    let share = figure(world, &world.office, "t-visits-fine", "2021-06").await;
    assert_eq!(said(&share), "2/3 ?1 of 5");
    assert!((share.value().unwrap() - 2.0 / 3.0).abs() < 1e-12);
    // With the one that cannot be judged it lies between 2/4 and 3/4; wanted are 0.6.
    assert_eq!((share.goal.min, share.reached), (Some(0.6), Reached::CannotBeJudged));
    assert_eq!(share.tally.completeness(true), Some(0.8));
    let sum = figure(world, &world.office, "t-visit-hours", "2021Q2").await;
    assert_eq!((said(&sum).as_str(), sum.value()), ("0/2 ?1 of 5", Some(3.5)));
    let number = figure(world, &world.office, "t-visit-count", "2021-06").await;
    assert_eq!((number.value(), number.reached), (Some(3.0), Reached::Missed));
}

async fn a_month_begins_and_ends_at_midnight_in_beijing(world: &World) {
    for (at, fine) in [
        ("2021-05-31 23:59", true),
        ("2021-06-01 00:00", false),
        ("2021-06-30 23:59", true),
        ("2021-07-01 00:00", true),
    ] {
        visit(world, HERE, at, "plan", 1.0, Some(fine)).await;
    }
    world.set_clock("2021-07-02 09:00");
    for (code, expected) in
        [("2021-05", "1/1 ?0 of 1"), ("2021-06", "1/2 ?0 of 2"), ("2021-07", "1/1 ?0 of 1")]
    {
        count(world, "t-visits-fine", code).await;
        assert_eq!(said(&figure(world, &world.office, "t-visits-fine", code).await), expected, "{code}");
        count(world, "t-visit-count", code).await;
        let days = figure(world, &world.office, "t-visit-count", code).await;
        assert_eq!(
            days.tally.base,
            expected.split(' ').next().unwrap().split('/').nth(1).unwrap().parse::<i64>().unwrap()
        );
    }
}

async fn a_year_is_compared_with_the_year_before_by_the_values_of_its_days(world: &World) {
    visit(world, HERE, "2020-06-03 10:00", "plan", 1.0, Some(true)).await;
    visit(world, HERE, "2020-06-04 10:00", "plan", 1.0, Some(false)).await;
    visit(world, HERE, "2021-06-03 10:00", "plan", 1.0, Some(false)).await;
    let now = period("2021-06");
    for code in ["2020-06", "2021-06"] {
        count(world, "t-visits-fine", code).await;
    }
    let both = world.engine.figures(&world.office, "t-visits-fine", &[now.year_before(), now]).await.unwrap();
    let [before, now] = both.as_slice() else { panic!("{both:?}") };
    assert_eq!((before.value(), before.goal.min, before.reached), (Some(0.5), Some(0.5), Reached::Met));
    assert_eq!((now.value(), now.goal.min, now.reached), (Some(0.0), Some(0.6), Reached::Missed));
}

async fn a_locked_period_stays_what_it_was_and_differences_are_told(world: &World) {
    let id = visit(world, HERE, "2021-05-03 10:00", "plan", 1.0, Some(true)).await;
    visit(world, HERE, "2021-05-04 10:00", "plan", 1.0, Some(true)).await;
    let (name, may, engine) = ("t-visits-fine", period("2021-05"), &world.engine);
    let lock =
        async |actor: &Actor, period| wrong(engine.lock_indicator(actor, name, period, "第5期通报").await);
    assert_eq!(lock(&world.office, may).await, "refused: figures.not_counted");
    count(world, name, "2021-05").await;
    count(world, name, "2021-06").await;
    let regulator = world.regulator(HERE).await;
    assert_eq!(lock(&regulator, may).await, "refused: figures.not_office");
    assert_eq!(lock(&world.office, period("2021-06")).await, "refused: figures.not_over");
    assert_eq!(lock(&world.office, may).await, "done: ()");
    assert_eq!(lock(&world.office, may).await, "refused: figures.locked");

    // A correction after the release.
    let record = world.any("t_visit", id).await;
    let change = facts([("fine", Fact::YesNo(false))]);
    engine.update(&world.office, "t_visit", id, record.version, &change).await.unwrap();
    assert_eq!(count(world, name, "2021-05").await, "Changed");
    let released = figure(world, &world.office, name, "2021-05").await;
    assert_eq!(said(&released), "2/2 ?0 of 2");
    assert_eq!(released.since.map(|t| (t.hit, t.base)), Some((1, 2)));
    assert_eq!(released.lock.as_ref().map(|l| (l.number, l.note.as_str())), Some((1, "第5期通报")));

    let unlock =
        async |actor: &Actor, reason: &str| wrong(engine.unlock_indicator(actor, name, may, reason).await);
    assert_eq!(unlock(&regulator, "x").await, "refused: figures.not_office");
    assert_eq!(unlock(&world.office, " ").await, "reason: field.required");
    assert_eq!(unlock(&world.office, "数据更正").await, "done: ()");
    assert_eq!(unlock(&world.office, "数据更正").await, "refused: figures.not_locked");
    assert_eq!(said(&figure(world, &world.office, name, "2021-05").await), "1/2 ?0 of 2");
    world.tick();
    assert_eq!(lock(&world.office, may).await, "done: ()");
    let journal = Aggregate::count("journal", Scope::system("test"))
        .filter(Condition::Prefix("operation".into(), "indicator.".into()));
    let rows = world.engine.database.aggregate(&journal).await.unwrap();
    assert_eq!(rows[0].int("count").unwrap(), 3, "two locks and one unlock stand in the journal");
}

async fn the_rows_behind_a_number_are_exactly_the_counted_ones(world: &World) {
    some_visits(world).await;
    visit(world, HERE, "2021-06-09 10:00", "plan", 1.0, Some(false)).await;
    let mut without = facts([("name", text("未分类")), ("county", text(HERE))]);
    without.insert("visited_at", Fact::Instant(Instant::parse("2021-06-08 10:00").unwrap()));
    without.insert("visited_on", Fact::Day(Instant::parse("2021-06-08 10:00").unwrap().day()));
    without.insert("hours", Fact::Decimal(9.0));
    world.create(&world.office, "t_visit", without).await;
    for (name, code) in [
        ("t-visits-fine", "2021-06"),
        ("t-visit-hours", "2021Q2"),
        ("t-visit-count", "2021-06"),
        ("t-visits-known", "2021-06"),
    ] {
        count(world, name, code).await;
        let whole = figure(world, &world.office, name, code).await.tally;
        let miss = if name.contains("fine") || name.contains("known") { whole.base - whole.hit } else { 0 };
        let hit = if miss == 0 && whole.hit == 0 { whole.base } else { whole.hit };
        for (which, expected) in [
            (Which::Base, whole.base),
            (Which::Hit, hit),
            (Which::Miss, miss),
            (Which::Unknown, whole.unknown),
        ] {
            let request = RowsRequest { period: period(code), which, groups: Vec::new(), after: None };
            let rows = world.engine.indicator_rows(&world.office, name, &request).await.unwrap();
            assert_eq!(rows.count, expected.unsigned_abs(), "{name} {which:?}");
            assert_eq!(rows.records.len() as u64, rows.count);
        }
        for group in world
            .engine
            .figure_groups(&world.office, name, period(code), "county", GroupsOf::Own)
            .await
            .unwrap()
        {
            let groups = vec![("county".to_owned(), group.key.clone())];
            let request = RowsRequest { period: period(code), which: Which::Base, groups, after: None };
            let rows = world.engine.indicator_rows(&world.office, name, &request).await.unwrap();
            assert_eq!(rows.count, group.tally.base.unsigned_abs(), "{name} {}", group.key);
        }
    }
    let kinds = world
        .engine
        .figure_groups(&world.office, "t-visits-fine", period("2021-06"), "kind", GroupsOf::Own)
        .await
        .unwrap();
    assert!(kinds.len() >= 2, "{kinds:?}");
    for kind in kinds {
        let groups = vec![("kind".to_owned(), kind.key.clone())];
        let request = RowsRequest { period: period("2021-06"), which: Which::Base, groups, after: None };
        let rows = world.engine.indicator_rows(&world.office, "t-visits-fine", &request).await.unwrap();
        assert_eq!(rows.count, kind.tally.base.unsigned_abs(), "{}", kind.key);
    }
}

async fn everybody_sees_their_own_numbers_and_the_citys_once_released(world: &World) {
    for county in [HERE, ELSEWHERE, ELSEWHERE] {
        visit(world, county, "2021-05-03 10:00", "plan", 1.0, Some(true)).await;
    }
    let (name, may) = ("t-visits-fine", period("2021-05"));
    count(world, name, "2021-05").await;
    let regulator = world.regulator(HERE).await;
    let own = figure(world, &regulator, name, "2021-05").await;
    assert_eq!(said(&own), "1/1 ?0 of 1");
    let counties = async |actor: &Actor, whose| {
        let groups = world.engine.figure_groups(actor, name, may, "county", whose).await.unwrap();
        groups.into_iter().map(|g| (g.key, g.tally.base)).collect::<Vec<_>>()
    };
    assert_eq!(counties(&regulator, GroupsOf::Own).await, [(HERE.to_owned(), 1)]);
    assert_eq!(counties(&regulator, GroupsOf::Released).await, []);
    assert!(world.engine.released_figure(&regulator, name, may).await.unwrap().is_none());
    let request = RowsRequest { period: may, which: Which::Base, groups: Vec::new(), after: None };
    assert_eq!(world.engine.indicator_rows(&regulator, name, &request).await.unwrap().count, 1);

    world.engine.lock_indicator(&world.office, name, may, "").await.unwrap();
    let released = world.engine.released_figure(&regulator, name, may).await.unwrap().unwrap();
    assert_eq!(released.tally.base, 3);
    assert_eq!(
        counties(&regulator, GroupsOf::Released).await,
        [(ELSEWHERE.to_owned(), 2), (HERE.to_owned(), 1)]
    );
    // The rows stay one's own.
    assert_eq!(world.engine.indicator_rows(&regulator, name, &request).await.unwrap().count, 1);

    let plant = world.plant(HERE, "通许机械厂").await;
    let mut given = facts([("enterprise", Fact::Reference(plant.id)), ("description", text("缺护栏"))]);
    given.insert("photo_before", crate::world::photo(1));
    given.insert("found_at", Fact::Instant(Instant::parse("2021-06-10 08:00").unwrap()));
    given.insert("source", text("self_check"));
    world.open_case(&plant.worker, "hazard.general", given).await.unwrap();
    world.engine.compute_indicator("hazard-self-found", period("2021-06")).await.unwrap();
    let seen = figure(world, &plant.head, "hazard-self-found", "2021-06").await;
    assert_eq!((seen.tally.rows, seen.run.is_none()), (1, true), "counted at once within the plant");
    let other = world.plant(ELSEWHERE, "龙亭机械厂").await;
    assert_eq!(figure(world, &other.head, "hazard-self-found", "2021-06").await.tally.rows, 0);
    let admin = world.person("系统管理员", &[("system.admin", Place::default())]).await;
    assert_eq!(wrong(world.engine.figures(&admin, name, &[may]).await), "not found");
    let township = Place { township: world.township(HERE, 0), ..in_county(HERE) };
    let officer = world.person("乡镇", &[("township.officer", township)]).await;
    assert!(world.engine.figures(&officer, "hazard-self-found", &[period("2021-06")]).await.is_ok());
}

async fn counting_again_makes_a_version_only_where_something_differs(world: &World) {
    visit(world, HERE, "2021-06-03 10:00", "plan", 1.0, Some(true)).await;
    visit(world, ELSEWHERE, "2021-06-03 10:00", "plan", 1.0, Some(true)).await;
    let (name, code) = ("t-visits-fine", "2021-06");
    assert_eq!(count(world, name, code).await, "Changed");
    world.tick();
    assert_eq!(count(world, name, code).await, "Same");
    visit(world, HERE, "2021-06-04 10:00", "plan", 1.0, Some(true)).await;
    assert_eq!(count(world, name, code).await, "Changed");
    let run = figure(world, &world.office, name, code).await.run.unwrap();
    assert_eq!((run.number, run.as_of), (2, base::Day::parse("2021-06-15")));
    assert!(run.pack.contains("figures-fixture 1"), "{}", run.pack);
    let rows = Aggregate::count("indicator_value", Scope::system("test"))
        .filter(Condition::eq("indicator", name))
        .filter(Condition::eq("county", ELSEWHERE));
    let rows = world.engine.database.aggregate(&rows).await.unwrap();
    assert_eq!(rows[0].int("count").unwrap(), 2, "what did not change has no new row");
    // The state of a past day is kept as it was counted.
    assert_eq!(count(world, "t-visits-known", code).await, "Changed");
    world.set_clock("2021-07-01 00:30");
    visit(world, HERE, "2021-06-05 10:00", "plan", 1.0, Some(false)).await;
    assert_eq!(count(world, "t-visits-known", code).await, "Same", "entered in July");
    world.set_clock("2021-07-02 00:30");
    assert_eq!(count(world, "t-visits-known", code).await, "Kept");
}

async fn the_days_figures_are_asked_for_once(world: &World) {
    world.set_clock("2021-07-01 00:10");
    for _ in 0..2 {
        world.engine.ask_for_daily_figures().await.unwrap();
    }
    let (now, until) = (world.engine.now(), world.engine.now().plus_hours(1));
    let jobs = store::jobs::lease(&world.engine.database, &[FIGURES], now, until, 9).await.unwrap();
    assert_eq!(jobs.len(), 1);
    let wanted = world.engine.figures_of_job(&jobs[0].payload);
    for expected in [
        Figures::Indicator("t-visits-fine".into(), period("2021-06")),
        Figures::Indicator("t-visits-fine".into(), period("2021-07")),
        Figures::Indicator("t-visits-fine".into(), period("2020-07")),
        Figures::Indicator("t-visit-hours".into(), period("2021Q3")),
        Figures::Scorecard("t-counties".into(), period("2021-06")),
    ] {
        assert!(wanted.contains(&expected), "{expected:?}");
    }
    for figures in &wanted {
        world.engine.compute_figures(figures).await.unwrap();
    }
    let one = r#"{"indicator":"t-visits-fine","period":"2021-05"}"#;
    assert_eq!(
        world.engine.figures_of_job(one),
        [Figures::Indicator("t-visits-fine".into(), period("2021-05"))]
    );
    let regulator = world.regulator(HERE).await;
    let asked = world.engine.ask_for_figures(&regulator, "t-visits-fine", period("2021-05")).await;
    assert_eq!(wrong(asked), "refused: figures.not_office");
}
