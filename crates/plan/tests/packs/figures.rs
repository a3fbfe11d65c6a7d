//! What the checker says about broken indicators and scorecards: line, key and what would be allowed.

use std::path::PathBuf;

use plan::pack::{Model, load_sources};

/// The pack of the language's own tests.
const PACK: &str = include_str!("../expressions/pack.toml");

/// Faults of the pack with `text` behind it, without the file's name.
fn faults_of(text: &str) -> String {
    let whole = format!("{PACK}\n{text}");
    let sources = load_sources(vec![("pack.toml".into(), PathBuf::from("pack.toml"), whole)]);
    match sources.and_then(|sources| Model::from_sources(&sources)) {
        Ok(_) => "no fault".into(),
        Err(faults) => faults.to_string(),
    }
}

fn indicator(lines: &str) -> String {
    format!(
        "[[indicator]]\nid = \"x\"\ntitle = {{ zh = \"甲\", en = \"A\" }}\nof = \"enterprise\"\nat = \"period_end\"\nevery = \"month\"\n{lines}"
    )
}

fn card(items: &str, rest: &str) -> String {
    format!(
        "{}\n[[scorecard]]\nid = \"c\"\ntitle = {{ zh = \"卡\", en = \"Card\" }}\nsubject = \"county\"\nevery = \"month\"\nfull = 10\n{rest}\n\
         grades = {{ series = [{{ from = 2020-01-01, value = {{ A = 9, B = 0 }}, source = \"x\" }}] }}\nitem = [{items}]\n",
        indicator("hit = \"has(s.headcount)\"")
    )
}

const SHARE: &str =
    "{ id = \"i\", title = { zh = \"项\", en = \"I\" }, weight = 10, source = { indicator = \"x\" } }";

#[test]
fn a_sound_indicator_and_a_sound_scorecard_have_no_fault() {
    assert_eq!(
        faults_of(&indicator("base = \"true\"\nhit = \"s.headcount > 3\"\nby = [\"county\", \"sector\"]")),
        "no fault"
    );
    assert_eq!(faults_of(&card(SHARE, "")), "no fault");
}

#[test]
fn what_an_indicator_cannot_count_is_refused_in_clear_words() {
    for (lines, expected) in [
        ("hit = \"s.head_count > 3\"", "indicator.x.hit: character"),
        ("base = \"s.headcount >\"", "indicator.x.base: "),
        (
            "by = [\"colour\"]",
            "\"colour\" makes no groups of \"enterprise\"; allowed are county, township, sector, park",
        ),
        ("hit = \"true\"\nsum = \"s.headcount\"", "an indicator has one of both or neither"),
        ("target = { by = 2022-12-31 }", "indicator.x.target: needs min or max"),
        ("target = { min = \"r.headcount\" }", "reads a field; a target is a number"),
        ("target = { min = \"v('no.such')\" }", "indicator.x.target.min"),
        ("sum = \"s.name\"", "indicator.x.sum"),
        ("from = 2022-01-01\nuntil = 2021-01-01", "lies before from"),
        ("colour = 1", "unknown field `colour`"),
        ("better = \"more\"", "unknown variant `more`"),
    ] {
        let found = faults_of(&indicator(lines));
        assert!(found.contains(expected), "{lines}: {found}");
    }
    for (from, to, expected) in [
        ("of = \"enterprise\"", "of = \"enterprises\"", "\"enterprises\" is not a known register"),
        ("of = \"enterprise\"", "of = \"duty:meeting\"", "these packs have no duties that can be counted"),
        ("of = \"enterprise\"", "of = \"case:enterprise\"", "holds no cases"),
        ("at = \"period_end\"", "at = \"name\"", "is no day or instant of \"enterprise\"; allowed are"),
        ("every = \"month\"", "every = \"week\"", "is month, quarter, half_year or year"),
    ] {
        let found = faults_of(&indicator("").replace(from, to));
        assert!(found.contains(expected), "{to}: {found}");
    }
    let twice = faults_of(&format!("{}\n{}", indicator(""), indicator("")));
    assert!(twice.contains("\"x\" is defined already"), "{twice}");
}

#[test]
fn what_a_scorecard_cannot_score_is_refused_in_clear_words() {
    let item = |source: &str| {
        format!("{{ id = \"i\", title = {{ zh = \"项\", en = \"I\" }}, weight = 10, {source} }}")
    };
    for (source, expected) in [
        ("source = { indicator = \"y\" }", "\"y\" is not a known indicator"),
        ("source = { duty = \"y\" }", "these packs have no duties that can be counted"),
        ("source = { manual = true }", "manual items need the roles that give their points"),
        (
            "source = { indicator = \"x\", manual = true }",
            "is exactly one of indicator, duty, cases and manual",
        ),
        ("source = { cases = \"enterprise\" }", "cases need the points for each of them"),
        ("source = { cases = \"enterprise\", each = -1, when = \"s.nothing\" }", "item.i.source.when"),
        ("source = { indicator = \"x\" }, steps = [{ points = 1 }]", "a step has either below or above"),
        (
            "source = { indicator = \"x\" }, steps = [{ below = 1, points = 11 }]",
            "11 points lie outside 0 to 10",
        ),
    ] {
        let found = faults_of(&card(&item(source), ""));
        assert!(found.contains(expected), "{source}: {found}");
    }
    let veto = |when: &str, grade: &str| {
        format!(
            "veto = [{{ when = \"{when}\", grade = \"{grade}\", title = {{ zh = \"否\", en = \"No\" }} }}]"
        )
    };
    for (rest, expected) in [
        (veto("s.kind == 'zone'", "B"), "no fault"),
        (veto("exists(enterprise, e, e.county == s.code && e.headcount > 3)", "B"), "no fault"),
        (veto("s.colour == 'red'", "B"), "scorecard.c.veto.when"),
        (veto("s.kind == 'zone'", "F"), "\"F\" is not a known grade"),
        ("assessor = [\"nobody\"]".to_owned(), "\"nobody\" is not a known role"),
    ] {
        let found = faults_of(&card(SHARE, &rest));
        assert!(found.contains(expected), "{rest}: {found}");
    }
    let light = card(&SHARE.replace("weight = 10", "weight = 9"), "");
    assert!(faults_of(&light).contains("the weights of the items make 9"));
    let other = card(SHARE, "").replace("subject = \"county\"", "subject = \"planet\"");
    assert!(faults_of(&other).contains("\"planet\" is not a known subject of a scorecard"));
}
