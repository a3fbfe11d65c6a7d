//! From when a city asks for what recurs: the days, and what is said about wrong ones.

use std::path::PathBuf;

use base::Day;
use plan::pack::every::Every;
use plan::pack::{Model, load_sources};

use crate::broken::{SOUND, faults_of};

fn duty(id: &str, rhythm: &str) -> String {
    format!(
        "[[duty]]\nid = \"{id}\"\ntitle = {{ zh = \"责\", en = \"Duty\" }}\nwho = {{ subject = \"city\" }}\n{rhythm}\n\
         from = 2020-06-04\nfulfilled = {{ evidence = [\"text\"] }}\nkeeper = [\"worker\"]\n"
    )
}

fn duties() -> String {
    [
        duty("monthly", "every = \"month\""),
        duty("apart", "every = \"month\""),
        duty("quarterly", "every = \"quarter\""),
        duty("once", "by = 2020-12-31"),
    ]
    .concat()
}

fn model(files: &[&str]) -> Model {
    let whole = format!("{SOUND}{}", duties());
    let texts = std::iter::once(whole.as_str()).chain(files.iter().copied());
    let files = texts.enumerate().map(|(at, text)| {
        let name = format!("{at}.toml");
        (name.clone(), PathBuf::from(name), text.to_owned())
    });
    Model::from_sources(&load_sources(files.collect()).unwrap()).unwrap_or_else(|faults| panic!("{faults}"))
}

#[test]
fn a_day_moves_what_recurs_so_often_and_a_named_duty_has_its_own() {
    let monthly = "[[go_live]]\nevery = [\"month\"]\nfrom = 2021-05-01\n";
    let named = "[[go_live]]\nduties = [\"apart\"]\nfrom = 2021-06-01\n";
    let before = "[[go_live]]\nevery = [\"quarter\"]\nfrom = 2019-01-01\n";
    let model = model(&[monthly, named, before]);
    let from = |duty: &str| model.duty_from(&model.duties[duty]).to_string();
    assert_eq!(from("monthly"), "2021-05-01");
    assert_eq!(from("apart"), "2021-06-01");
    // Nothing is asked for before it is in force, and what is due once stays.
    assert_eq!((from("quarterly"), from("once")), ("2020-06-04".into(), "2020-06-04".into()));
    assert_eq!(model.duty_in_force(&model.duties["monthly"]), Day::parse("2020-06-04").unwrap());
    assert_eq!(model.recurs_from(Every::Month), Day::parse("2021-05-01"));
    assert_eq!(model.recurs_from(Every::Week), None);
}

#[test]
fn the_day_that_is_read_later_holds_for_duties_and_for_all_else() {
    let day = |from: &str| format!("[[go_live]]\nevery = [\"month\"]\nfrom = {from}\n");
    let model = model(&[&day("2021-05-01"), &day("2021-03-01")]);
    assert_eq!(model.duty_from(&model.duties["monthly"]).to_string(), "2021-03-01");
    assert_eq!(model.recurs_from(Every::Month), Day::parse("2021-03-01"));
}

#[test]
fn wrong_days_are_named_with_line_and_key() {
    let first = format!("{SOUND}{}", duties()).lines().count() + 1;
    for (live, expected) in [
        ("from = 2021-05-01", vec![format!("small.toml:{first}: go_live.every"), "is missing".into()]),
        (
            "from = 2021-05-01\nevery = [\"fortnight\"]",
            vec![
                format!("small.toml:{}", first + 2),
                "\"fortnight\" is not a period; allowed are shift, day".into(),
            ],
        ),
        (
            "from = 2021-05-01\nevery = [\"3 years\"]",
            vec![format!("small.toml:{}: go_live.every", first + 2), "\"3 years\" cannot move".into()],
        ),
        (
            "from = 2021-05-01\nduties = [\"yearly\"]",
            vec![
                format!("small.toml:{}: go_live.duties", first + 2),
                "\"yearly\" is not a known duty".into(),
            ],
        ),
        ("from = 2021-05-01\nduties = [\"once\"]", vec!["\"once\" is due once, on 2020-12-31".into()]),
        ("from = 2021-05-01\nevery = [\"month\"]\nuntil = 2021-06-01", vec!["unknown field `until`".into()]),
    ] {
        let told = faults_of(format!("{SOUND}{}[[go_live]]\n{live}\n", duties()));
        for part in expected {
            assert!(told.contains(&part), "{live}: {part} is not in\n{told}");
        }
    }
}
