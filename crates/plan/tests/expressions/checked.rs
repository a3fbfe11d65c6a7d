//! Every fault with its place and what would be allowed.

use std::path::PathBuf;

use plan::expression::{Context, Expression, faults_in};
use plan::pack::load_sources;

use super::{context, model};

fn said(text: &str) -> String {
    let model = model();
    match Expression::check(text, &context(&model)) {
        Ok(_) => "sound".to_owned(),
        Err(faults) => faults.iter().map(ToString::to_string).collect::<Vec<_>>().join(" | "),
    }
}

#[test]
fn what_the_packs_need_is_sound() {
    for text in [
        "true",
        "s.headcount >= (s.high_risk ? v('committee.headcount').high_risk : v('committee.headcount').other)",
        "has(s.building.owner.name) && s.building.owner.parent == s.building.owner",
        "s.stock * 2 + s.headcount / 3 > v('share')",
        "s.fund >= 50000.5 && -s.stock < 0",
        "s.founded_on < as_of && s.founded_on >= date('2020-06-04') && s.synced_at >= today",
        "'truck' in s.kinds && !(s.name.startsWith('开封'))",
        "s.name.contains('化工')",
        "count(training, t, t.enterprise == s.id && t.held_on >= period.from) >= 4",
        "exists(committee_meeting, m, m.enterprise == s && m.held_on >= period.from && m.held_on <= period.until && has(m.minutes))",
        "sum(training, t, t.hours, t.enterprise == s.id && t.passed) >= 24",
        "exists(person, p, p.enterprise == s.id && !exists(training, t, t.person == p.id))",
        "s.county == '410202' && s.high_risk == (s.headcount > 3)",
        "s.headcount in [1, 2, 3] && s.code != 'x'",
    ] {
        assert_eq!(said(text), "sound", "{text}");
    }
}

#[test]
fn a_fault_names_its_place_and_what_is_near() {
    for (text, expected) in [
        ("s.headcout > 3", "character 3: \"headcout\" is not a field of \"enterprise\"; near are headcount"),
        (
            "s.high_risk && s.building.flors > 3",
            "character 27: \"flors\" is not a field of \"building\"; near are floors",
        ),
        ("x.headcount > 3", "character 1: \"x\" is not known here; there are s (enterprise), as_of"),
        ("s.headcount = 3", "equality is written =="),
        ("s.headcount >", "cannot be read"),
        ("", "is empty"),
        ("s.headcount", "this is a whole number, where yes or no is needed"),
        ("s.headcount > '3'", "a whole number and text cannot be compared"),
        ("s.headcount > null", "there is no null"),
        ("s.name > 'a'", "text has no order"),
        ("s.name == s.building", "cannot be compared"),
        (
            "s.building == s.building.owner",
            "a record of \"building\" and a record of \"owner\" cannot be compared",
        ),
        ("s.high_risk < true", "yes and no have no order"),
        ("s.kinds == 'truck'", "write 'x' in s.kinds"),
        ("'trucks' in s.kinds", "\"trucks\" is not a choice of this field; near are truck"),
        ("'x' in s.photo", "is no list of choices"),
        ("s.photo == 'x'", "only has(s.photo) can be asked"),
        ("s.head.name == 'x'", "no reference to another register"),
        ("s.name.first == 'x'", "\"name\" is text, no reference"),
        ("s.building.owner.parent.name == 'x'", "follows 3 references; at most 2"),
        ("v('comittee.headcount').other > 1", "near are committee.headcount"),
        ("v('committee.headcount') > 1", "is a table; choose an entry"),
        ("v('committee.headcount').others > 1", "near are other"),
        ("v('share').x > 1", "is one value, not a table"),
        ("s.name in v('share')", "must be a list"),
        ("s.headcount in []", "an empty list has no member"),
        ("s.headcount in [1, 'a']", "the list behind \"in\" holds constants"),
        ("s.founded_on + 30 > as_of", "there is no calculating with days"),
        ("s.name + 'x' == 'y'", "texts are not joined"),
        ("s.headcount % 2 == 0", "% cannot be asked"),
        ("s.headcount * 1e300 > 0", "numbers of a calculation lie between 1e-15 and 1e15"),
        ("s.synced_at >= s.founded_on", "only where the day is as_of"),
        ("date('2021-02-30') > as_of", "takes a day in quotes"),
        ("s.name.matches('x')", "after a dot stand startsWith('...') and contains('...') alone"),
        ("s.name.contains('')", "every text contains the empty one"),
        ("s.name.contains()", "contains takes one text"),
        ("s.name.contains('a', 'b')", "contains takes one text"),
        ("s.headcount.contains('3')", "contains asks a text field"),
        ("s.name.contains(s.name)", "contains takes a text in quotes or a dated text"),
        ("s.name.startsWith('')", "every text begins with the empty one"),
        ("size(s.name) > 3", "size() with 1 arguments is not known"),
        (
            "training.exists(t, t.passed)",
            "lists are not walked; ask other registers with exists(REGISTER, x, ...)",
        ),
        ("exists(trainings, t, t.passed)", "\"trainings\" is not a register; near are training"),
        ("exists(training, t, t.passed)", "says nowhere which rows of \"training\" belong to this record"),
        ("exists(training, t, t.enterprise == s.id || t.passed)", "says nowhere which rows"),
        ("exists(training, s, s.enterprise == s.id)", "\"s\" is taken"),
        ("count(training, t, t.enterprise == s.id)", "where yes or no is needed"),
        ("sum(training, t, t.enterprise == s.id) > 1", "sum is written sum("),
        ("s.headcount == 1 ? 2 : 3", "where yes or no is needed"),
        ("(s.high_risk ? 1 : 'a') == 1", "both sides of : must be of one kind"),
        ("s.a > 1 && s.b > 2", "character 3: \"a\" is not a field of \"enterprise\""),
    ] {
        let found = said(text);
        assert!(found.contains(expected), "{text}\n{found}\n{expected}");
    }
    // Both faults are told at once.
    assert_eq!(said("s.aaaaaaaa > 1 && s.bbbbbbbb > 2").matches("is not a field").count(), 2);
}

#[test]
fn long_and_deep_texts_are_refused_and_never_end_the_program() {
    let wrapped = |n: usize| format!("{}true{}", "(".repeat(n), ")".repeat(n));
    assert_eq!(said(&wrapped(12)), "sound");
    for text in [
        wrapped(400),
        format!("s.headcount > {}1", "1+".repeat(1400)),
        format!("s{} == 1", ".building".repeat(300)),
        format!("{}true", "!".repeat(2900)),
        format!("{}1 > 2", "-".repeat(2900)),
        "true ? true : ".repeat(200),
        "[".repeat(2900),
        "'".repeat(2999),
        "exists(".repeat(400),
    ] {
        assert_ne!(said(&text), "", "{text}");
    }
    assert_eq!(said(&format!("{}true", "true && ".repeat(370))), "sound");
    assert!(said(&"!".repeat(5000)).contains("an expression may have 3000"));
}

#[test]
fn choices_states_and_values_of_other_registers_are_checked() {
    let model = model();
    let said = |variable: &str, register: &str, text: &str| match Expression::check(
        text,
        &Context::of(&model, variable, register),
    ) {
        Ok(_) => "sound".to_owned(),
        Err(faults) => faults[0].message.clone(),
    };
    assert_eq!(said("r", "vehicle", "r.kind == 'large_bus' && r.frozen_from <= as_of"), "sound");
    assert_eq!(said("r", "vehicle", "r.kind in v('bus.frozen_kinds')"), "sound");
    assert!(said("r", "vehicle", "r.kind == 'largebus'").contains("near are large_bus"));
    assert!(said("r", "vehicle", "r.kind == v('wrong_kind')").contains("\"tram\" is not a choice"));
    assert_eq!(said("c", "violation", "c.state == 'closed' && c.closed_at <= c.due_at"), "sound");
    assert!(said("c", "violation", "c.state == 'close'").contains("near are closed"));
    assert!(said("r", "vehicle", "r.frozen_from >= period.from").contains("there is no period here"));
    let change = Context::of(&model, "old", "vehicle").and("new", "vehicle");
    let text =
        "new.use == old.use && new.owner == old.owner && new.registered_region == old.registered_region";
    assert!(Expression::check(text, &change).is_ok());
}

#[test]
fn a_fault_in_a_file_has_the_line_of_the_expression() {
    let text = "[[value]]\nid = \"x\"\nseries = []\nunit = '''\ns.high_risk &&\n  s.headcout > 3'''\n";
    let sources = load_sources(vec![("a.toml".into(), PathBuf::from("a.toml"), text.to_owned())]).unwrap();
    #[derive(serde::Deserialize)]
    struct Holder {
        unit: toml::Spanned<String>,
    }
    #[derive(serde::Deserialize)]
    struct File {
        value: Vec<Holder>,
    }
    let file: File = toml::from_str(text).unwrap();
    let model = model();
    let faults = faults_in(&sources[0], "rule.x.must", &file.value[0].unit, &context(&model)).unwrap_err();
    let said = faults[0].to_string();
    assert!(
        said.starts_with("a.toml:6: rule.x.must: line 2, character 5: \"headcout\" is not a field"),
        "{said}"
    );
}
