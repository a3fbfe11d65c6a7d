//! The cases that come with rules: what runs, and what is said where one does not come out as expected.

#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use std::path::PathBuf;

use judge::rule_case::run;
use plan::pack::{Model, load_sources};

fn said(cases: &str) -> String {
    let text = format!(
        "{}\n[[rule]]\nid = \"enough\"\ntitle = {{ zh = \"规\", en = \"Rule\" }}\non = \"enterprise\"\nfrom = 2020-01-01\n\
         when = \"r.high_risk\"\nmust = \"r.headcount >= v('committee.headcount').high_risk\"\n\
         else = {{ warn = {{ zh = \"甲\", en = \"A\" }} }}\n{cases}",
        include_str!("../../plan/tests/expressions/pack.toml")
    );
    let sources = load_sources(vec![("pack.toml".into(), PathBuf::from("pack.toml"), text)]).unwrap();
    let model = Model::from_sources(&sources).unwrap();
    run(&sources, &model).iter().map(|f| format!("{}: {}", f.key, f.message)).collect::<Vec<_>>().join("\n")
}

fn case(on: &str, record: &str, expect: &str) -> String {
    format!("[[rule.case]]\nname = \"x\"\non = {on}\nrecord = {{ {record} }}\nexpect = \"{expect}\"\n")
}

#[test]
fn cases_come_out_or_say_what_was_found_instead() {
    let table = [
        ("2021-06-15", "headcount = 300, high_risk = true", "holds", ""),
        ("2021-06-15", "headcount = 299, high_risk = true", "fails", ""),
        ("2021-06-15", "headcount = 1, high_risk = false", "holds", ""),
        ("2021-06-15", "high_risk = true", "cannot", ""),
        ("2019-12-31", "headcount = 1, high_risk = true", "holds", ""),
        ("2021-06-15", "headcount = 1, high_risk = true", "holds", "expected holds, found fails"),
        ("2021-06-15", "headcount = 1", "fails", "found cannot for want of enterprise.high_risk"),
        ("2019-12-31", "headcount = 1", "fails", "not in force on 2019-12-31"),
        ("2021-06-15", "hedcount = 1", "fails", "\"hedcount\" is not a field of \"enterprise\""),
        ("2021-06-15", "headcount = \"many\"", "fails", "does not suit the field \"headcount\""),
    ];
    for (on, record, expect, part) in table {
        let found = said(&case(on, record, expect));
        assert!(if part.is_empty() { found.is_empty() } else { found.contains(part) }, "{record}: {found}");
    }
    assert!(said("").contains("is missing; a rule comes with at least one"));
}
