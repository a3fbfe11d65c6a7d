//! The case machine and its limits, played on a small procedure written as pack authors write it.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use std::collections::BTreeSet;

use base::{Day, Id, Instant, WorkCalendar};
use judge::case::{open, take, waiting};
use judge::late::{due_now, stages};
use judge::{CaseNow, Doer, Done, Fact, Facts};
use plan::pack::Procedure;
use proptest::prelude::*;

const LOOP: &str = r#"
id = "hazard.general"
title = { zh = "一般隐患", en = "General hazard" }
about = { zh = "发现后限期整改", en = "Found, then put right by a day" }
register = "hazard"
state = [
  { id = "found", title = { zh = "已发现", en = "Found" } },
  { id = "rectifying", title = { zh = "整改中", en = "Being put right" } },
  { id = "accepting", title = { zh = "待验收", en = "Waiting for acceptance" } },
  { id = "struck_off", title = { zh = "已销号", en = "Struck off" }, kind = "closed" },
]
opening = { by = ["worker"], needs = ["description"], sets = { level = "general" }, to = "found" }

[[step]]
id = "assign"
title = { zh = "指派", en = "Assign" }
from = ["found"]
to = "rectifying"
by = ["manager", "head"]
needs = ["responsible", "deadline"]
within = "2wd"
remind = ["-1wd"]
late = [{ after = "0d", notify = ["manager"] }, { after = "3d", escalate = "head" }]

[[step]]
id = "report_done"
title = { zh = "报告整改完成", en = "Report it done" }
from = ["rectifying"]
to = "accepting"
by = ["field:responsible"]
needs = ["photo_after"]
until = "deadline"
roll = "after"

[[step]]
id = "extend"
title = { zh = "延期", en = "Extend" }
from = ["rectifying"]
to = "rectifying"
by = ["manager"]
needs = ["deadline"]
reason = true
side = true

[[step]]
id = "accept"
title = { zh = "验收", en = "Accept" }
from = ["accepting"]
to = "struck_off"
by = ["manager", "worker"]
not_by = ["report_done", "field:responsible"]
needs = ["acceptance"]

[[step]]
id = "suspect_major"
title = { zh = "提请判定", en = "Suspect a major hazard" }
from = ["accepting"]
to = "accepting"
by = ["manager"]
when = { source = ["self_check", ""] }
side = true
"#;

fn procedure() -> Procedure {
    toml::from_str(LOOP).unwrap()
}

fn roles(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|n| (*n).to_owned()).collect()
}

fn text(value: &str) -> Fact {
    Fact::Text(value.into())
}

fn at(local: &str) -> Instant {
    Instant::parse(local).unwrap()
}

const WORKER: Id = Id::NIL;
const NOBODY: BTreeSet<String> = BTreeSet::new();

/// Tries a step and gives the new state, or the problems as text.
fn play(
    state: &str,
    step: &str,
    who: (u128, &[&str]),
    done: &[(&str, u128)],
    facts: &Facts,
    input: &Facts,
    reason: &str,
) -> String {
    let procedure = procedure();
    let done: Vec<Done> =
        done.iter().map(|(s, by)| Done { step: (*s).into(), by: Id::from_u128(*by) }).collect();
    let case =
        CaseNow { procedure: &procedure, state, entered_at: at("2021-06-15 10:00"), done: &done, facts };
    let held = roles(who.1);
    let doer = Doer { account: Id::from_u128(who.0), roles: &held, agencies: &NOBODY };
    match take(&case, procedure.step(step).unwrap(), doer, input, reason, &procedure) {
        Ok(turn) => format!("{}{}", turn.state, if turn.ended { " (ended)" } else { "" }),
        Err(problems) => problems.to_string(),
    }
}

#[test]
fn a_step_of_the_finders_agency_is_taken_by_that_agency_alone() {
    let mut procedure = procedure();
    for step in &mut procedure.steps {
        step.same_agency = Some("finder_agency".into());
    }
    let check = |found_by: &str, acts_for: &[&str], expected: &str| {
        let facts = Facts::from([("finder_agency", text(found_by))]);
        let case = CaseNow {
            procedure: &procedure,
            state: "accepting",
            entered_at: at("2021-06-15 10:00"),
            done: &[],
            facts: &facts,
        };
        let (held, agencies) = (roles(&["manager"]), roles(acts_for));
        let doer = Doer { account: Id::from_u128(2), roles: &held, agencies: &agencies };
        let answer = judge::case::may(&case, procedure.step("accept").unwrap(), doer);
        let answer = answer.map_or_else(|p| p.code.to_string(), |()| "may".to_owned());
        assert_eq!(answer, expected, "found by {found_by:?}, acts for {acts_for:?}");
    };
    check("county.regulator:410222:housing", &["county.regulator:410222:housing"], "may");
    check("county.regulator:410222:housing", &["county.regulator:410222:fire"], "case.other_agency");
    check("county.regulator:410222:housing", &["x", "county.regulator:410222:housing"], "may");
    check("", &["county.regulator:410222:fire"], "may");
    check("", &[], "case.other_agency");
    check("county.regulator:410222:housing", &[], "case.other_agency");
}

#[test]
fn a_case_opens_only_for_its_roles_and_with_what_it_needs() {
    let procedure = procedure();
    let worker = roles(&["worker"]);
    let doer = Doer { account: WORKER, roles: &worker, agencies: &NOBODY };
    let missing = open(&procedure, doer, &Facts::new()).unwrap_err();
    assert_eq!(missing.to_string(), "description: field.required");
    let turn = open(&procedure, doer, &Facts::from([("description", text("护栏松动"))])).unwrap();
    assert_eq!((turn.state.as_str(), turn.facts.get("level")), ("found", Some(&text("general"))));
    let other = roles(&["expert"]);
    let refused = open(&procedure, Doer { account: WORKER, roles: &other, agencies: &NOBODY }, &turn.facts)
        .unwrap_err();
    assert_eq!(refused.to_string(), "case.not_your_step step=open roles=worker");
}

#[test]
fn steps_are_taken_by_the_right_people_from_the_right_state_with_what_they_need() {
    let given = Facts::from([
        ("responsible", Fact::Reference(Id::from_u128(7))),
        ("deadline", Fact::Day(Day::new(2021, 6, 20).unwrap())),
    ]);
    let none = Facts::new();
    let check = |state,
                 step,
                 who: (u128, &[&str]),
                 done: &[(&str, u128)],
                 facts: &Facts,
                 input: &Facts,
                 reason,
                 expected: &str| {
        assert_eq!(play(state, step, who, done, facts, input, reason), expected, "{step} from {state}");
    };
    check("found", "assign", (2, &["manager"]), &[], &none, &given, "", "rectifying");
    check(
        "found",
        "assign",
        (2, &["manager"]),
        &[],
        &none,
        &none,
        "",
        "responsible: field.required; deadline: field.required",
    );
    check(
        "found",
        "assign",
        (2, &["worker"]),
        &[],
        &none,
        &given,
        "",
        "case.not_your_step step=assign roles=manager, head",
    );
    check(
        "found",
        "accept",
        (2, &["manager"]),
        &[],
        &none,
        &given,
        "",
        "case.not_from_here step=accept state=found",
    );
    let photo = Facts::from([("photo_after", Fact::List(vec!["ab".into()]))]);
    check("rectifying", "report_done", (7, &["worker"]), &[], &given, &photo, "", "accepting");
    check(
        "rectifying",
        "report_done",
        (8, &["worker"]),
        &[],
        &given,
        &photo,
        "",
        "case.not_your_step step=report_done roles=field:responsible",
    );
    check(
        "rectifying",
        "extend",
        (2, &["manager"]),
        &[],
        &given,
        &given,
        " ",
        "reason: case.reason_missing step=extend",
    );
    check("rectifying", "extend", (2, &["manager"]), &[], &given, &given, "雨季停工", "rectifying");
    let acceptance = Facts::from([("acceptance", text("符合要求"))]);
    check(
        "accepting",
        "accept",
        (7, &["worker"]),
        &[("open", 1), ("report_done", 7)],
        &given,
        &acceptance,
        "",
        "case.own_work step=accept earlier=report_done",
    );
    check(
        "accepting",
        "accept",
        (7, &["worker"]),
        &[("report_done", 2)],
        &given,
        &acceptance,
        "",
        "case.own_work step=accept earlier=field:responsible",
    );
    check("accepting", "suspect_major", (2, &["manager"]), &[], &given, &none, "", "accepting");
    let from_complaint = Facts::from([("source", text("complaint"))]);
    check(
        "accepting",
        "suspect_major",
        (2, &["manager"]),
        &[],
        &from_complaint,
        &none,
        "",
        "case.not_from_here step=suspect_major state=accepting",
    );
    check(
        "accepting",
        "accept",
        (9, &["worker"]),
        &[("open", 1), ("report_done", 7)],
        &given,
        &acceptance,
        "",
        "struck_off (ended)",
    );
}

#[test]
fn a_step_writes_nothing_that_it_did_not_ask_for() {
    let procedure = procedure();
    let held = roles(&["manager"]);
    let facts = Facts::new();
    let case = CaseNow {
        procedure: &procedure,
        state: "found",
        entered_at: at("2021-06-15 10:00"),
        done: &[],
        facts: &facts,
    };
    let input = Facts::from([
        ("responsible", Fact::Reference(Id::from_u128(7))),
        ("deadline", Fact::Day(Day::new(2021, 6, 20).unwrap())),
        ("level", text("major")),
    ]);
    let doer = Doer { account: Id::from_u128(2), roles: &held, agencies: &NOBODY };
    let turn = take(&case, procedure.step("assign").unwrap(), doer, &input, "", &procedure).unwrap();
    assert_eq!(turn.facts.keys().collect::<Vec<_>>(), ["deadline", "responsible"]);
}

#[test]
fn a_case_waits_for_the_main_step_until_its_limit() {
    let procedure = procedure();
    let calendar = WorkCalendar::default();
    // Friday morning: two working days end on Tuesday.
    let found = waiting(&procedure, "found", at("2021-06-18 09:00"), &Facts::new(), &calendar).unwrap();
    assert_eq!((found.step.name(), found.due_at.local().as_str()), ("assign", "2021-06-22 23:59"));
    // A deadline on a Sunday rolls to Monday.
    let facts = Facts::from([("deadline", Fact::Day(Day::new(2021, 6, 20).unwrap()))]);
    let rectifying = waiting(&procedure, "rectifying", at("2021-06-18 09:00"), &facts, &calendar).unwrap();
    assert_eq!(rectifying.due_at.local(), "2021-06-21 23:59");
    assert!(waiting(&procedure, "struck_off", at("2021-06-18 09:00"), &facts, &calendar).is_none());
}

#[test]
fn stages_fall_due_in_order_and_are_carried_out_once() {
    let procedure = procedure();
    let calendar = WorkCalendar::default();
    let due = at("2021-06-22 23:59");
    let all = stages(procedure.step("assign").unwrap(), due, &calendar);
    assert_eq!(
        all.iter().map(|s| s.at.local()).collect::<Vec<_>>(),
        ["2021-06-21 23:59", "2021-06-22 23:59", "2021-06-25 23:59"]
    );
    let (fallen, next) = due_now(&all, 0, at("2021-06-23 08:00"));
    assert_eq!((fallen.len(), next.local().as_str()), (2, "2021-06-25 23:59"));
    let (again, _) = due_now(&all, 2, at("2021-06-23 08:00"));
    assert!(again.is_empty());
    let (last, next) = due_now(&all, 2, at("2021-07-01 08:00"));
    assert_eq!((last.len(), next), (1, Instant::NEVER));
    assert_eq!(last.first().and_then(|s| s.escalate.as_deref()), Some("head"));
}

proptest! {
    /// However often and late a sweep runs, each stage is carried out exactly once and in order.
    #[test]
    fn every_stage_is_carried_out_exactly_once(mut times in proptest::collection::vec(0_i64..20 * 86_400, 1..30)) {
        let procedure = procedure();
        let calendar = WorkCalendar::default();
        let start = at("2021-06-18 09:00");
        let all = stages(procedure.step("assign").unwrap(), at("2021-06-22 23:59"), &calendar);
        times.sort_unstable();
        times.push(40 * 86_400);
        let mut done = 0;
        let mut seen = Vec::new();
        for seconds in times {
            let (fallen, _) = due_now(&all, done, start.plus_seconds(seconds));
            seen.extend(fallen.iter().cloned());
            done += fallen.len();
        }
        prop_assert_eq!(seen, all);
    }
}
