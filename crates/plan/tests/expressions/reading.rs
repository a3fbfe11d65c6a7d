//! Read-sets, the reverse index and the days for which values are put in.

use base::Day;
use plan::expression::{Constant, Expression, Kind, Moment, ReadIndex, Term, Truth};

use super::{context, model};

#[test]
fn a_read_set_holds_references_links_and_conditions() {
    let model = model();
    let text = "s.high_risk && s.building.owner.grade > 1 && exists(training, t, t.enterprise == s.id && t.person.post == 'x')";
    let expression = Expression::check(text, &context(&model)).unwrap();
    let reads: Vec<String> = expression
        .reads()
        .iter()
        .map(|read| format!("{}.{} by {}", read.register, read.field, read.route.steps.len()))
        .collect();
    let expected = [
        "building.owner by 1",
        "enterprise.building by 0",
        "enterprise.high_risk by 0",
        "enterprise.id by 0",
        "owner.grade by 2",
        "person.post by 2",
        "training.enterprise by 1",
        "training.person by 1",
    ];
    assert_eq!(reads, expected);
    let mut index = ReadIndex::default();
    index.add("duty.a", &expression);
    index.add("rule.b", &Expression::check("s.headcount > 3", &context(&model)).unwrap());
    let names = |register: &str, field: &str| -> Vec<&str> {
        index.of_field(register, field).map(|(element, _)| element).collect()
    };
    assert_eq!(names("training", "enterprise"), ["duty.a"]);
    assert_eq!(names("enterprise", "headcount"), ["rule.b"]);
    assert!(names("enterprise", "name").is_empty() && names("nothing", "name").is_empty());
    assert_eq!(index.of_register("enterprise").len(), 2);
    assert_eq!(index.of_fields("person", ["name", "post"]).len(), 1);
}

#[test]
fn folding_puts_in_the_value_of_the_day() {
    let model = model();
    let expression = Expression::check("s.stock > v('share')", &context(&model)).unwrap();
    assert_eq!(expression.values().into_iter().collect::<Vec<_>>(), ["share"]);
    let limit = |day: &str| {
        let folded = expression.fold(&Moment::today(Day::parse(day).unwrap()), &model);
        match folded.truth() {
            Truth::Compare(_, _, Term::Constant(constant)) => constant.clone(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(limit("2020-12-31"), Constant::Decimal(1.0));
    assert_eq!(limit("2021-01-01"), Constant::Decimal(1.5));
    assert!(matches!(limit("2019-12-31"), Constant::Missing(Kind::Decimal, why) if why.contains("share")));
}

#[test]
fn what_a_lookup_asks_of_its_row_alone_is_known_without_the_rest() {
    let model = model();
    let text = "exists(training, t, t.enterprise == s.id && t.passed && t.hours > 3.0 && t.person.post == 'x' && t.hours > v('share'))";
    let expression = Expression::check(text, &context(&model)).unwrap();
    let mut index = ReadIndex::default();
    index.add("rule.a", &expression);
    let routes = index.of_field("training", "passed").next().unwrap().1.clone();
    let route = routes.first().unwrap();
    let [asked] = index.asked("rule.a", route).unwrap() else { panic!("one lookup") };
    // What follows a reference or needs a dated value is left out; the link is no part of the condition.
    let Truth::All(parts) = &asked.truth else { panic!("{asked:?}") };
    assert_eq!(parts.len(), 2, "{parts:?}");
    assert!(matches!(&parts[0], Truth::Field(path) if path.field == "passed"));
    assert!(matches!(&parts[1], Truth::Compare(_, Term::Field(path), _) if path.field == "hours"));
    let further = index.of_field("person", "post").next().unwrap().1.first().unwrap();
    assert!(index.asked("rule.a", further).is_none(), "no lookup ends at a person");
}
