//! Import of many rows: added or updated by identity, an answer per row, good rows never lost to bad ones.

use base::code::{Adcode, Uscc};
use city::Actor;
use engine::import::{ImportRow, Outcome};
use engine::record::list::{Count, ListRequest};
use judge::Fact;

use crate::world::{ELSEWHERE, HERE, World, in_county, text, wrong};

on_both_engines! {
    twelve_hundred_rows_are_answered_one_by_one
    a_second_import_changes_nothing_and_changed_rows_update
    rows_refer_to_records_by_code_name_or_number_within_the_area
    imported_factors_grade_their_points
    cases_and_registers_without_identity_take_no_imports
    an_import_writes_only_what_its_reader_may_read
}

fn uscc(county: &str, number: u64) -> String {
    Uscc::synthesise(Adcode::parse(county).unwrap(), number).as_str().to_owned()
}

fn row(number: u32, cells: &[(&str, &str)]) -> ImportRow {
    ImportRow {
        number,
        cells: cells.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect(),
    }
}

fn enterprise(number: u32, name: &str, uscc: &str, county: &str) -> ImportRow {
    row(
        number,
        &[
            ("name", name),
            ("uscc", uscc),
            ("address", "工业路1号"),
            ("county", county),
            ("sector", "机械"),
            ("headcount", "１２0"),
            ("head", "王工"),
            ("established_on", "2010年5月1日"),
        ],
    )
}

fn with(mut row: ImportRow, name: &str, text: &str) -> ImportRow {
    row.cells.retain(|(own, _)| own != name);
    row.cells.push((name.to_owned(), text.to_owned()));
    row
}

fn answer(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Added(_) => "added".to_owned(),
        Outcome::Updated(_) => "updated".to_owned(),
        Outcome::Unchanged(_) => "unchanged".to_owned(),
        Outcome::Refused(problems) => {
            let each = problems.0.iter().map(|p| format!("{}: {}", p.field, p.code));
            each.collect::<Vec<_>>().join("; ")
        }
    }
}

async fn import(world: &World, actor: &Actor, register: &str, rows: &[ImportRow]) -> Vec<String> {
    world.tick();
    world.engine.import(actor, register, rows).await.unwrap().iter().map(answer).collect()
}

async fn county(world: &World) -> Actor {
    world.person("通许县安委办", &[("county.office", in_county(HERE))]).await
}

/// 1,200 rows, every hundredth of them bad in its own way.
fn file() -> (Vec<ImportRow>, Vec<String>) {
    let mut rows = Vec::new();
    let mut expected = Vec::new();
    for number in 1..=1200_u32 {
        let good = enterprise(number, &format!("企业{number}"), &uscc(HERE, u64::from(number)), "通许县");
        let (row, answer) = match number {
            100 => (with(good, "uscc", &broken(&uscc(HERE, 100))), "uscc: uscc.check_digit"),
            200 => (with(good, "county", "无此县"), "county: field.unknown_region"),
            300 => (with(good, "established_on", "2010-02-30"), "established_on: field.not_a_day"),
            400 => (with(good, "county", ELSEWHERE), ": import.outside_your_area"),
            500 => (with(good, "uscc", &uscc(HERE, 499)), ": import.twice_in_file"),
            600 => (with(good, "headcount", "很多"), "headcount: field.not_a_whole_number"),
            700 => (with(good, "sector", "炼丹"), "sector: field.not_a_choice"),
            800 => (with(good, "name", " "), "name: field.required"),
            900 => (
                with(with(good, "uscc", ""), "headcount", "-1"),
                "headcount: field.too_small; uscc: field.required",
            ),
            // A row far behind repeats one of the beginning.
            1100 => (with(good, "uscc", &uscc(HERE, 7)), ": import.twice_in_file"),
            _ => (good, "added"),
        };
        rows.push(row);
        expected.push(answer.to_owned());
    }
    (rows, expected)
}

fn broken(uscc: &str) -> String {
    let last = uscc.chars().last().unwrap();
    let other = if last == '1' { '2' } else { '1' };
    format!("{}{other}", &uscc[..17])
}

async fn twelve_hundred_rows_are_answered_one_by_one(world: &World) {
    let actor = county(world).await;
    let (rows, expected) = file();
    let answers = import(world, &actor, "enterprise", &rows).await;
    for ((row, answer), expected) in rows.iter().zip(&answers).zip(&expected) {
        assert_eq!(answer, expected, "row {}", row.number);
    }
    assert_eq!(world.engine.counts(&actor, "enterprise", "").await.unwrap().total(), 1190);
    assert_eq!(
        world.engine.counts(&actor, "enterprise", "sector").await.unwrap().of(HERE, "machinery"),
        1190
    );
    let search = ListRequest { search: "企业1199".into(), ..ListRequest::default() };
    let found = world.engine.list(&actor, "enterprise", &search).await.unwrap().records;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].facts.get("headcount"), Some(&Fact::Integer(120)));
    assert_eq!(
        world.engine.history(&actor, "enterprise", found[0].id).await.unwrap()[0].operation,
        "enterprise.import"
    );
    // The good row is told which row it doubles.
    let again = world
        .engine
        .import(&actor, "enterprise", &[rows[0].clone(), rows[1].clone(), rows[0].clone()])
        .await
        .unwrap();
    let Outcome::Refused(problems) = &again[2] else { panic!("{again:?}") };
    assert_eq!(problems.0[0].argument("row"), Some("1"));
}

async fn a_second_import_changes_nothing_and_changed_rows_update(world: &World) {
    let actor = county(world).await;
    let mut rows: Vec<ImportRow> =
        (1..=30).map(|n| enterprise(n, &format!("企业{n}"), &uscc(HERE, u64::from(n)), HERE)).collect();
    let first = world.engine.import(&actor, "enterprise", &rows).await.unwrap();
    assert!(first.iter().all(|o| matches!(o, Outcome::Added(_))));
    assert_eq!(import(world, &actor, "enterprise", &rows).await, vec!["unchanged"; 30]);
    let Outcome::Added(id) = first[4] else { panic!() };
    assert_eq!(world.any("enterprise", id).await.version, 1);
    rows[4] = with(rows[4].clone(), "headcount", "77");
    // An empty cell says nothing about the field.
    rows[5] = with(rows[5].clone(), "established_on", "");
    let third = import(world, &actor, "enterprise", &rows).await;
    let expected: Vec<&str> = (0..30).map(|at| if at == 4 { "updated" } else { "unchanged" }).collect();
    assert_eq!(third, expected);
    let record = world.any("enterprise", id).await;
    assert_eq!((record.version, record.facts.get("headcount")), (2, Some(&Fact::Integer(77))));
    assert_eq!(record.facts.get("operating_state"), Some(&text("normal")));
    assert_eq!(
        world.engine.count(&actor, "enterprise", &ListRequest::default()).await.unwrap(),
        Count::Exactly(30)
    );
    // Another county can neither take the enterprise over nor change it.
    let other = world.person("龙亭区安委办", &[("county.office", in_county(ELSEWHERE))]).await;
    let taken = with(rows[4].clone(), "county", ELSEWHERE);
    assert_eq!(import(world, &other, "enterprise", &[taken]).await, [": import.outside_your_area"]);
}

async fn rows_refer_to_records_by_code_name_or_number_within_the_area(world: &World) {
    let (plant, other) = (world.plant(HERE, "通许机械厂").await, world.plant(ELSEWHERE, "龙亭机械厂").await);
    let record = world.any("enterprise", plant.id).await;
    let number = record.facts.get("uscc").and_then(Fact::as_text).unwrap();
    let hidden = world.any("enterprise", other.id).await;
    let person = |at, enterprise: &str, name: &str| {
        row(at, &[("enterprise", enterprise), ("name", name), ("posts", "")])
    };
    let rows = [
        person(1, &record.code, "赵一"),
        person(2, "通许机械厂", "钱二"),
        person(3, number, "孙三"),
        person(4, "龙亭机械厂", "李四"),
        person(5, &hidden.code, "周五"),
        person(6, "", "吴六"),
        person(7, "通许机械厂", "赵一"),
    ];
    let unknown = "enterprise: field.reference_unknown";
    let answers = import(world, &plant.manager, "person", &rows).await;
    assert_eq!(
        answers,
        ["added", "added", "added", unknown, unknown, "enterprise: field.required", ": import.twice_in_file"]
    );
    let people = world.engine.list(&plant.manager, "person", &ListRequest::default()).await.unwrap().records;
    assert!(people.iter().all(|p| p.place.organisation == plant.id && p.place.county == HERE));
    assert_eq!(people.len(), 3);
}

async fn imported_factors_grade_their_points(world: &World) {
    let plant = world.plant(HERE, "通许机械厂").await;
    let point = crate::risk::point(world, &plant, "冲压区").await;
    let factor = |at: u32, name: &str, l: &str| {
        let inputs = format!(r#"{{"l": {l}, "e": 6, "c": 15}}"#);
        row(
            at,
            &[
                ("enterprise", "通许机械厂"),
                ("risk_point", "冲压区"),
                ("name", name),
                ("method", "lec"),
                ("inputs", &inputs),
            ],
        )
    };
    let rows = [factor(1, "夹手", "3"), factor(2, "触电", "0.5"), factor(3, "起重", "4")];
    let answers = import(world, &plant.manager, "risk_factor", &rows).await;
    assert_eq!(&answers[..2], ["added", "added"]);
    assert!(answers[2].starts_with("inputs.l: calc."), "{}", answers[2]);
    let grade = |register: &'static str, field: &'static str, id| async move {
        world.any(register, id).await.facts.get(field).cloned()
    };
    assert_eq!(grade("risk_point", "grade", point).await, Some(text("orange")));
    assert_eq!(grade("enterprise", "risk_grade", plant.id).await, Some(text("orange")));
}

async fn cases_and_registers_without_identity_take_no_imports(world: &World) {
    for register in ["hazard", "check_record", "risk_report"] {
        let refused = world.engine.import(&world.office, register, &[]).await;
        assert_eq!(wrong(refused), "refused: import.not_for_this_register", "{register}");
    }
    assert_eq!(wrong(world.engine.import(&world.office, "nonsense", &[]).await), "not found");
}

async fn an_import_writes_only_what_its_reader_may_read(world: &World) {
    let actor = county(world).await;
    let id = world.enterprise(HERE, "通许化工").await;
    let record = world.any("enterprise", id).await;
    let number = record.facts.get("uscc").and_then(Fact::as_text).unwrap();
    let changed = row(
        1,
        &[("uscc", number), ("dangerous_stock", "无"), ("head_phone", "13900000009"), ("risk_grade", "red")],
    );
    assert_eq!(import(world, &actor, "enterprise", &[changed]).await, ["updated"]);
    let now = world.any("enterprise", id).await.facts;
    assert_eq!(
        (now.get("dangerous_stock"), now.get("head_phone")),
        (Some(&text("液氨 20 吨")), Some(&text("13900000009")))
    );
    assert_eq!(now.get("risk_grade"), None);
}
