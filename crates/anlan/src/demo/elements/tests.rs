//! What can be seen without a city: the order of registers, the way through a procedure, values that rules allow.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::OnceLock;

use base::{Day, Instant, SeededChance};
use city::Place;
use judge::Facts;
use plan::expression::{Context, Expression, Moment, Truth};
use plan::pack::{ConsequenceKind, Model};

use super::cast::Cast;
use super::fill::{Filler, Scene};
use super::pool::Pool;
use super::solve::Solver;
use crate::demo::photos::Photos;

fn model() -> &'static Model {
    static MODEL: OnceLock<Model> = OnceLock::new();
    MODEL.get_or_init(|| {
        let packs = |name: &str| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs").join(name);
        Model::load(&[&packs("core"), &packs("kaifeng-2020"), &packs("demo")]).unwrap()
    })
}

fn photos() -> Photos {
    let paper = || "0".repeat(64);
    Photos {
        before: paper(),
        after: paper(),
        paper: paper(),
        statistics: paper(),
        sign_in: paper(),
        board: paper(),
    }
}

#[test]
fn what_a_register_must_refer_to_comes_before_it() {
    let order = super::order::registers(model(), &std::collections::BTreeMap::new());
    assert_eq!(order.iter().collect::<BTreeSet<_>>().len(), model().registers.len());
    let place = |name: &str| order.iter().position(|n| n == name).unwrap();
    for register in model().registers.values() {
        for field in register.fields.iter().filter(|f| f.required) {
            let Some(to) = field.to.as_deref().filter(|to| *to != register.name()) else { continue };
            assert!(place(to) < place(register.name()), "{} comes before {to}", register.name());
        }
    }
}

#[test]
fn a_document_is_passed_on_before_anybody_thinks_of_returning_it() {
    let procedure = model().procedure("deliverable.county").unwrap();
    let names = |state: &str, stay: bool| {
        let ways = super::cases::ways(procedure, state, stay);
        ways.iter().map(|s| s.name().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names("owed", false), ["hand_in", "excuse"]);
    assert_eq!(names("handed_in", false), ["receive", "pass_on", "return_it"]);
    // What is to stay open is not ended while there is another way.
    assert_eq!(names("handed_in", true), ["pass_on", "return_it", "receive"]);
}

/// Rules whose conditions speak of the record alone find values, whatever was drawn at first.
#[test]
fn values_are_found_that_refusing_rules_allow() {
    let (model, photos, cast, pool) = (model(), photos(), Cast::nobody(), Pool::default());
    let today = Day::parse("2021-06-15").unwrap();
    let filler = Filler { model, today, pool: &pool, cast: &cast, photos: &photos };
    let scene = Scene { place: Place::default(), at: Instant::start_of(today), number: 1 };
    let (mut judged, mut missed) = (0, Vec::new());
    for rule in model.rules.values().filter(|r| r.otherwise.kind() == ConsequenceKind::Refuse) {
        let register = model.register(rule.register()).unwrap();
        let Some(must) = rule.must.as_ref().filter(|_| !register.cases) else { continue };
        let context = Context::of(model, "r", register.name());
        let truth = |text: &str| {
            Expression::check(text, &context).unwrap().fold(&Moment::today(today), model).truth().clone()
        };
        let must = truth(must.get_ref());
        let whole = match &rule.when {
            Some(when) => Truth::Any(vec![Truth::Not(Box::new(truth(when.get_ref()))), must]),
            None => must,
        };
        for seed in 0..8 {
            let mut chance = SeededChance::new(seed);
            let mut facts = Facts::new();
            let all = register.fields.iter().map(|f| (f.name(), f.required));
            filler.fill(register, all, &mut facts, &scene, &mut chance);
            let mut solver = Solver {
                filler: &filler,
                register,
                open: None,
                fixed: BTreeSet::new(),
                head: Facts::new(),
                scene: &scene,
                chance: &mut chance,
            };
            judged += 1;
            if solver.verdict(&whole, &facts).fails()
                && !solver.make(&whole, true, &mut facts)
                && solver.verdict(&whole, &facts).fails()
            {
                missed.push(rule.name());
                break;
            }
        }
    }
    assert!(judged > 200, "{judged}");
    // These two want a record of another register, of which there is none here.
    assert_eq!(missed, ["mentor-released-after-test", "rating-adds-up"]);
}
