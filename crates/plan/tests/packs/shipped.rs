//! Properties of the core pack and of Kaifeng's pack.

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use base::{Day, Text};
use plan::pack::{FieldKind, Model, Procedure, RegionDefinition, RegionKind, StateKind, Step};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs").join(name)
}

/// Both packs, loaded once for all tests.
static MODEL: LazyLock<Model> =
    LazyLock::new(|| match Model::load(&[&folder("core"), &folder("kaifeng-2020")]) {
        Ok(model) => model,
        Err(faults) => panic!("{faults}"),
    });

fn model() -> &'static Model {
    &MODEL
}

#[test]
fn both_packs_load_without_faults_and_core_loads_alone() {
    if let Err(faults) = Model::load(&[&folder("core")]) {
        panic!("{faults}");
    }
    let model = model();
    assert_eq!(model.packs.iter().map(|p| p.id.as_str()).collect::<Vec<_>>(), ["core", "kaifeng-2020"]);
    assert!(model.registers.len() >= 17 && model.procedures.len() >= 9 && model.roles.len() >= 16);
    assert!(model.clauses.len() >= 438, "numbered clauses of the plan");
    let criteria = model.seeds.iter().filter(|s| s.register == "hazard_criterion");
    assert_eq!(criteria.map(|s| s.rows.len()).sum::<usize>(), 248, "criteria of major hazards");
}

#[test]
fn the_pack_of_the_synthetic_city_suits_both_and_is_in_neither() {
    let with = Model::load(&[&folder("core"), &folder("kaifeng-2020"), &folder("demo")]);
    let with = with.unwrap_or_else(|faults| panic!("{faults}"));
    let monthly = plan::pack::every::Every::Month;
    assert!(!with.samples.is_empty() && with.recurs_from(monthly).is_some());
    assert!(model().samples.is_empty() && model().recurs_from(monthly).is_none());
    assert_eq!(with.registers.len(), model().registers.len(), "it brings no elements");
}

/// (procedure, state) pairs that a case can reach from there, through other procedures too.
fn reached(model: &Model, procedure: &str, state: &str) -> BTreeSet<(String, String)> {
    let mut seen = BTreeSet::new();
    let mut open = vec![(procedure.to_owned(), state.to_owned())];
    while let Some(here) = open.pop() {
        if !seen.insert(here.clone()) {
            continue;
        }
        for step in model.procedure(&here.0).unwrap().steps_from(&here.1) {
            open.push((step.becomes.clone().unwrap_or_else(|| here.0.clone()), step.to.clone()));
        }
    }
    seen
}

/// The program opens such cases itself, in their first state: what units owe, and cases of which it takes a step.
fn opened_by_program(procedure: &Procedure) -> bool {
    let owed = ["deliverable.", "campaign."].iter().any(|kind| procedure.name().starts_with(kind));
    procedure.opening.is_none() && (owed || procedure.steps.iter().any(|step| step.by_program))
}

fn kind(model: &Model, place: &(String, String)) -> StateKind {
    model.procedure(&place.0).unwrap().state(&place.1).unwrap().kind
}

#[test]
fn every_state_leads_to_a_closed_one_and_is_reached_from_an_opening() {
    let model = model();
    let mut from_openings = BTreeSet::new();
    for procedure in model.procedures.values() {
        if let Some(opening) = &procedure.opening {
            from_openings.extend(reached(model, procedure.name(), &opening.to));
        } else if let Some(first) = procedure.states.first().filter(|_| opened_by_program(procedure)) {
            from_openings.extend(reached(model, procedure.name(), &first.id));
        }
    }
    for procedure in model.procedures.values() {
        for state in &procedure.states {
            let here = (procedure.name().to_owned(), state.id.clone());
            assert!(from_openings.contains(&here), "{here:?} is never reached");
            let ends = reached(model, &here.0, &here.1);
            let closes = ends.iter().any(|place| kind(model, place) == StateKind::Closed);
            assert!(closes || state.kind == StateKind::Void, "{here:?} never closes");
        }
    }
}

/// Closed states reached from the opening by main steps alone, that is without returns, extensions and exceptions.
#[test]
fn the_main_steps_alone_lead_every_case_from_its_opening_to_a_closed_state() {
    let model = model();
    for procedure in model.procedures.values() {
        let first = procedure.opening.as_ref().map_or(&procedure.states[0].id, |opening| &opening.to);
        let (mut current, mut state) = (procedure, first.clone());
        for _ in 0..20 {
            if current.state(&state).unwrap().kind != StateKind::Open {
                break;
            }
            let step = current
                .steps_from(&state)
                .find(|s| !s.side)
                .unwrap_or_else(|| panic!("{} {state}", current.name()));
            let to = step.to.clone();
            current = step.becomes.as_ref().map_or(current, |name| model.procedure(name).unwrap());
            state = to;
        }
        assert_eq!(current.state(&state).unwrap().kind, StateKind::Closed, "{}", procedure.name());
    }
}

#[test]
fn every_open_state_has_one_main_step_with_a_limit() {
    for procedure in model().procedures.values() {
        for state in procedure.states.iter().filter(|s| s.kind == StateKind::Open) {
            let main: Vec<&Step> = procedure.steps_from(&state.id).filter(|s| !s.side).collect();
            // One step, or several of which a condition leaves one: the next recipient of a document, or the last.
            let divided = main.iter().all(|s| !s.when.is_empty());
            assert!(main.len() == 1 || (main.len() > 1 && divided), "{} {}", procedure.name(), state.id);
            assert!(
                main.iter().all(|s| s.within.is_some() || s.until.is_some()),
                "{} {}",
                procedure.name(),
                state.id
            );
            assert!(
                main.iter().all(|s| !s.late.is_empty()),
                "{} {}: nothing happens when it is late",
                procedure.name(),
                state.id
            );
        }
    }
}

#[test]
fn every_title_has_both_languages() {
    let chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    let model = model();
    let mut texts: Vec<(String, &Text)> = Vec::new();
    for r in model.registers.values() {
        texts.extend([(r.name().to_owned(), &r.title), (r.name().to_owned(), &r.about)]);
        for f in &r.fields {
            let name = format!("{}.{}", r.name(), f.name());
            let more = [Some(&f.title), f.group.as_ref(), f.help.as_ref()];
            // Units may be symbols.
            let words = f.unit.iter().filter(|unit| unit.zh.chars().any(chinese));
            texts.extend(words.map(|t| (name.clone(), t)));
            texts.extend(more.into_iter().flatten().map(|t| (name.clone(), t)));
            texts.extend(model.choices_of(f).iter().map(|c| (name.clone(), &c.title)));
        }
    }
    for p in model.procedures.values() {
        texts.extend([(p.name().to_owned(), &p.title), (p.name().to_owned(), &p.about)]);
        texts.extend(p.states.iter().map(|s| (p.name().to_owned(), &s.title)));
        texts.extend(p.steps.iter().map(|s| (p.name().to_owned(), &s.title)));
    }
    for c in model.choices.values() {
        texts.push((c.id.get_ref().clone(), &c.title));
        for choice in &c.of {
            texts.push((choice.id.clone(), &choice.title));
            texts.extend(choice.help.as_ref().map(|h| (choice.id.clone(), h)));
        }
    }
    texts.extend(model.roles.values().map(|r| (r.id.get_ref().clone(), &r.title)));
    texts.extend(model.regions.iter().map(|r| (r.code.get_ref().clone(), &r.title)));
    texts.extend(model.departments.iter().map(|d| (d.id.get_ref().clone(), &d.title)));
    texts.extend(model.clauses.iter().map(|c| (c.id.get_ref().clone(), &c.title)));
    for (name, text) in texts {
        assert!(!text.zh.trim().is_empty() && !text.en.trim().is_empty(), "{name}: {text:?}");
        assert!(!text.en.chars().any(chinese), "{name}: English with Chinese: {}", text.en);
        // A code, or the number of a standard.
        let plain = |also: &str| text.zh.chars().all(|c| c.is_ascii_alphanumeric() || also.contains(c));
        let code = plain("-") || (plain("-/. ") && text.zh.contains(|c: char| c.is_ascii_digit()));
        assert!(code || text.zh.chars().any(chinese), "{name}: no Chinese: {}", text.zh);
    }
}

/// M before the annexes, then number by number.
fn order(id: &str) -> Vec<u32> {
    let (head, rest) = id.split_once('.').unwrap_or((id, ""));
    let annex = head.strip_prefix('A').map_or(0, |n| n.parse().unwrap());
    std::iter::once(annex)
        .chain(rest.split('.').filter(|n| !n.is_empty()).map(|n| n.parse().unwrap()))
        .collect()
}

#[test]
fn clauses_stand_in_the_order_of_the_plan_each_once() {
    let model = model();
    let ids: Vec<&str> = model.clauses.iter().map(|c| c.id.get_ref().as_str()).collect();
    for pair in ids.windows(2) {
        assert!(order(pair[0]) < order(pair[1]), "{} before {}", pair[0], pair[1]);
    }
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len());
    for id in ["M.4.3", "A2.2.3.3", "A5.2.8", "A9.4.4"] {
        assert!(ids.contains(&id), "{id}");
    }
}

#[test]
fn what_registers_and_procedures_serve_are_clauses_of_the_plan() {
    let model = model();
    let ids: HashSet<&str> = model.clauses.iter().map(|c| c.id.get_ref().as_str()).collect();
    let bound = model
        .registers
        .values()
        .flat_map(|r| &r.clauses)
        .chain(model.procedures.values().flat_map(|p| &p.clauses));
    for clause in bound {
        assert!(ids.contains(clause.trim_end_matches(|c: char| c.is_ascii_lowercase())), "{clause}");
    }
    let serving = model.serving("A2.2.3.3");
    assert!(
        serving.contains(&("register", "hazard")) && serving.contains(&("procedure", "hazard.major")),
        "{serving:?}"
    );
}

fn ends<'a>(procedure: &'a Procedure, step: &Step) -> Option<&'a plan::pack::State> {
    if step.becomes.is_some() {
        return None;
    }
    procedure.state(&step.to).filter(|s| s.kind == StateKind::Closed)
}

#[test]
fn nothing_major_closes_without_evidence() {
    let model = model();
    let major = model.procedure("hazard.major").unwrap();
    let has = |step: &Step, names: &[&str]| names.iter().all(|n| step.needs.iter().any(|need| need == n));
    let closing: Vec<&Step> = major.steps.iter().filter(|s| ends(major, s).is_some()).collect();
    assert_eq!(closing.len(), 2);
    for step in closing {
        let proven = has(step, &["acceptance_record", "photo_after", "verification_record"])
            || has(step, &["evidence"]);
        assert!(proven, "{}", step.name());
    }
    let plan = major.step("plan").unwrap();
    assert!(
        has(plan, &["responsible", "measures", "funds", "deadline", "contingency_plan"]),
        "the five in place"
    );
    assert!(major.opening.is_none(), "nothing is major before somebody judged it");
}

#[test]
fn nobody_accepts_their_own_work() {
    let model = model();
    let check = |procedure: &str, step: &str, barred: &[&str]| {
        let step = model.procedure(procedure).unwrap().step(step).unwrap();
        for by in barred {
            assert!(step.not_by.iter().any(|n| n == by), "{procedure} {} must bar {by}", step.name());
        }
    };
    check("hazard.at_once", "confirm", &["open"]);
    check("hazard.general", "accept", &["report_done", "report_for", "field:responsible"]);
    check("hazard.general", "reject", &["report_done", "report_for", "field:responsible"]);
    check("hazard.agency", "pass_reinspection", &["report_done", "report_for"]);
    check("hazard.agency", "pass_by_colleague", &["report_done", "report_for"]);
    check("hazard.micro", "accept", &["open", "report_done"]);
    check("hazard.micro", "seen_at_visit", &["report_done"]);
    check("hazard.suspected", "judge_major", &["open", "suspect_major"]);
    check("hazard.suspected", "judge_lower", &["open", "suspect_major"]);
    check("hazard.major", "accept", &["report_done", "report_for", "field:responsible"]);
    check("hazard.major", "verify", &["accept", "report_done"]);
    check("hazard.major", "strike_off", &["verify", "accept", "report_done"]);
    check("hazard.major", "uphold", &["judge_major"]);
}

#[test]
fn a_late_case_is_told_and_handed_only_inside_the_unit_that_is_awaited() {
    let model = model();
    // The agencies of the territory share a case; an enterprise and an agency do not.
    let side = |role: &str| if role.starts_with("enterprise.") { "enterprise" } else { "agency" };
    // What an enterprise owes to the agencies is theirs to know when it is late; a hazard that it found itself is not.
    let within = |name: &str| ["hazard", "risk_reassessment"].contains(&name);
    for procedure in model.procedures.values().filter(|p| within(&p.register)) {
        for step in procedure.steps.iter().filter(|s| !s.late.is_empty()) {
            let own: HashSet<&str> =
                step.by.iter().filter(|b| !b.starts_with("field:")).map(|b| side(b)).collect();
            for late in &step.late {
                for role in late.notify.iter().chain(&late.escalate) {
                    assert!(own.contains(side(role)), "{} {} tells {role}", procedure.name(), step.name());
                }
                if let Some(role) = &late.escalate {
                    assert!(
                        step.by.contains(role),
                        "{} {}: {role} gets the case but cannot act",
                        procedure.name(),
                        step.name()
                    );
                }
            }
        }
    }
}

#[test]
fn fields_stand_in_the_group_that_began_before_them() {
    let model = model();
    let group = |field: &str| {
        model.register("enterprise").unwrap().field(field).unwrap().group.as_ref().map(|g| g.zh.clone())
    };
    assert_eq!(group("name").as_deref(), Some("基本情况"));
    assert_eq!(group("position").as_deref(), Some("基本情况"));
    assert_eq!(group("sector"), group("attributes"));
    assert_ne!(group("name"), group("sector"));
    assert_eq!(model.register("hazard").unwrap().field("enterprise").unwrap().group, None);
}

#[test]
fn telephones_are_personal_and_dangerous_stock_is_secret() {
    use plan::pack::FieldClass::{Personal, Secret};
    let model = model();
    for register in model.registers.values() {
        // Numbers of a watch, and the one that a card at the post tells to everybody.
        let open = |name: &str| {
            ["duty_phone", "report_phone"].contains(&name)
                || (register.name(), name) == ("rescue_team", "phone")
        };
        for field in register.fields.iter().filter(|f| f.kind == FieldKind::Phone && !open(f.name())) {
            assert_eq!(field.class, Personal, "{}.{}", register.name(), field.name());
        }
    }
    let enterprise = model.register("enterprise").unwrap();
    for name in ["dangerous_stock", "dangerous_places"] {
        assert_eq!(enterprise.field(name).unwrap().class, Secret, "{name}");
    }
}

#[test]
fn every_sector_but_other_has_exactly_one_lead() {
    let model = model();
    for sector in &model.choices["sectors"].of {
        let leads = model.departments.iter().filter(|d| d.sectors.contains(&sector.id)).count();
        assert_eq!(leads, usize::from(sector.id != "other"), "{}", sector.id);
    }
}

#[test]
fn departments_are_found_by_every_name_of_the_plan_and_no_name_means_two() {
    let model = model();
    let mut seen = HashSet::new();
    for department in &model.departments {
        for name in std::iter::once(&department.title.zh).chain(&department.aliases) {
            assert!(seen.insert(name.as_str()), "{name} means two departments");
        }
    }
    for (name, id) in [
        ("市应急管理局", "emergency_management"),
        ("工信局", "industry_information"),
        ("示范区管委会", "demonstration_zone"),
    ] {
        assert_eq!(model.department(name).map(|d| d.id.get_ref().as_str()), Some(id), "{name}");
    }
}

#[test]
fn the_three_administrators_exclude_each_other() {
    let model = model();
    let three = ["system.admin", "security.admin", "audit.admin"];
    for role in three {
        let excludes: BTreeSet<&str> = model.roles[role].excludes.iter().map(String::as_str).collect();
        assert_eq!(excludes, three.into_iter().filter(|r| *r != role).collect(), "{role}");
    }
}

#[test]
fn dissolved_regions_stand_beside_their_successors() {
    let model = model();
    let day = |text: &str| Day::parse(text).unwrap();
    let on = |code: &str, at: Day| {
        model
            .regions
            .iter()
            .any(|r| r.code.get_ref() == code && r.from <= at && r.until.is_none_or(|u| at <= u))
    };
    for (code, in_2010, in_2020) in
        [("410224", true, false), ("410211", true, false), ("410212", false, true), ("4102Z1", true, true)]
    {
        assert_eq!((on(code, day("2010-06-01")), on(code, day("2020-06-04"))), (in_2010, in_2020), "{code}");
    }
}

#[test]
fn every_county_has_its_townships_on_the_day_of_the_plan_and_no_code_means_two() {
    let model = model();
    let on = |at: &str| {
        let at = Day::parse(at).unwrap();
        let exists = move |r: &&RegionDefinition| {
            r.kind == RegionKind::Township && r.from <= at && r.until.is_none_or(|until| at <= until)
        };
        model.regions.iter().filter(exists).collect::<Vec<_>>()
    };
    // 126 in the list of 2020, 124 in that of 2023.
    for (at, expected) in [("2020-06-04", 126), ("2021-06-15", 125), ("2023-07-01", 124)] {
        let all = on(at);
        let codes: HashSet<&str> = all.iter().map(|r| r.code.get_ref().as_str()).collect();
        assert_eq!((all.len(), codes.len()), (expected, expected), "{at}");
        for region in &all {
            let code = region.code.get_ref();
            assert_eq!((code.len(), region.parent.as_deref()), (9, code.get(..6)), "{code}");
        }
        for county in
            ["410202", "410203", "410204", "410205", "410212", "410221", "410222", "410223", "410225"]
        {
            let here = all.iter().filter(|r| r.parent.as_deref() == Some(county)).count();
            assert!(here >= 7, "{county} has {here} townships on {at}");
        }
    }
}
