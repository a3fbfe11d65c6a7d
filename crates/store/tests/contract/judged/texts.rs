//! Expressions and records made by chance, with what is likely to divide engines: missing values, dangling references,
//! empty lists, numbers at the ends of their ranges.

use base::{Day, Id, Instant};
use judge::{Fact, Facts};
use proptest::prelude::*;
use proptest::sample::select;

/// A condition about `s` (a firm) and, within lookups, about the variables named.
pub(super) fn condition(depth: u32) -> BoxedStrategy<String> {
    truth("s", "", depth, 2)
}

const PLAIN: [&str; 18] = [
    "s.high_risk",
    "s.building.fit",
    "v('strict')",
    "has(s.building.owner.grade)",
    "'a' in s.letters",
    "'b' in s.building.letters",
    "s.name.startsWith('a')",
    "s.building.name.startsWith('\"')",
    "s.name.contains('b')",
    "s.name.contains('\\'')",
    "s.building.name.contains('[]')",
    "s.name.contains(v('part'))",
    "s.letter in ['a', 'ab']",
    "s.letter in v('kinds')",
    "s.headcount in [0, 3, 9007199254740993]",
    "s.rank in [5]",
    "s.building.owner.grade in [1, 2]",
    "s.high_risk == s.building.fit",
];

const FILLED: [&str; 16] = [
    "name",
    "headcount",
    "rank",
    "area",
    "cost",
    "high_risk",
    "letter",
    "letters",
    "founded_on",
    "seen_at",
    "building",
    "head",
    "photo",
    "place",
    "county",
    "building.owner",
];

const DAYS: [&str; 7] = [
    "s.founded_on",
    "as_of",
    "today",
    "period.from",
    "period.until",
    "date('2021-05-01')",
    "(s.high_risk ? s.founded_on : date('2020-02-29'))",
];

const NUMBERS: [&str; 22] = [
    "s.headcount",
    "s.rank",
    "s.area",
    "s.cost",
    "s.building.floors",
    "s.building.height",
    "s.building.owner.grade",
    "v('committee.headcount').high_risk",
    "v('late')",
    "0",
    "-1",
    "3",
    "5",
    "0.1",
    "2.5",
    "1e15",
    "100.0",
    "-0.0",
    "9007199254740993",
    "9223372036854775807",
    "1e300",
    "19.99",
];

const COMPARED: [&str; 6] = ["==", "!=", "<", "<=", ">", ">="];

fn pick(from: &'static [&'static str]) -> BoxedStrategy<String> {
    select(from).prop_map(str::to_owned).boxed()
}

/// `inner`: the variable of the lookup around, or nothing. `lookups`: how many more may stand inside each other.
fn truth(subject: &'static str, inner: &'static str, depth: u32, lookups: u32) -> BoxedStrategy<String> {
    let mut leaves = vec![
        pick(&PLAIN),
        pick(&["true", "false"]),
        select(&FILLED[..]).prop_map(move |f| format!("has({subject}.{f})")).boxed(),
        (pick(&DAYS), pick(&COMPARED), pick(&DAYS)).prop_map(|(a, c, b)| format!("{a} {c} {b}")).boxed(),
        (pick(&COMPARED), pick(&DAYS[1..6])).prop_map(|(c, b)| format!("s.seen_at {c} {b}")).boxed(),
        (pick(&["==", "!="]), pick(&["'a'", "'b'", "(s.high_risk ? 'a' : 'ab')"]))
            .prop_map(|(c, b)| format!("s.letter {c} {b}"))
            .boxed(),
        (pick(&["==", "!="]), pick(&["'a'", "'A'", "'中\\'\"'", "s.building.name", "s.letter"]))
            .prop_map(|(c, b)| format!("s.name {c} {b}"))
            .boxed(),
        (number(inner, depth.min(2), lookups), pick(&COMPARED), number(inner, depth.min(2), lookups))
            .prop_map(|(a, c, b)| format!("{a} {c} {b}"))
            .boxed(),
        (number(inner, depth.min(2), lookups), pick(&COMPARED), number(inner, depth.min(2), lookups))
            .prop_map(|(a, c, b)| format!("{a} {c} {b}"))
            .boxed(),
    ];
    if !inner.is_empty() {
        leaves.push(row_truth(inner));
        leaves.push(row_truth(inner));
    }
    if lookups > 0 {
        leaves.push(lookup(inner, depth, lookups - 1).prop_map(|l| format!("exists({l})")).boxed());
    }
    let leaf = proptest::strategy::Union::new(leaves).boxed();
    if depth == 0 {
        return leaf;
    }
    let below = truth(subject, inner, depth - 1, lookups);
    prop_oneof![
        3 => leaf,
        2 => (below.clone(), below.clone()).prop_map(|(a, b)| format!("({a} && {b})")),
        2 => (below.clone(), below.clone()).prop_map(|(a, b)| format!("({a} || {b})")),
        1 => below.clone().prop_map(|a| format!("!({a})")),
        1 => (below.clone(), below.clone(), below.clone()).prop_map(|(a, b, c)| format!("({a} ? {b} : {c})")),
        1 => (below.clone(), pick(&["==", "!="]), below).prop_map(|(a, c, b)| format!("(({a}) {c} ({b}))")),
    ]
    .boxed()
}

/// A condition on the row of a lookup.
fn row_truth(row: &'static str) -> BoxedStrategy<String> {
    let texts = [
        "t.held_on >= period.from",
        "t.passed",
        "t.hours > 2.5",
        "t.letter == 'a'",
        "t.letter == s.letter",
        "has(t.building)",
        "t.building.floors > t.people",
        "t.people != 0",
    ];
    select(texts.to_vec()).prop_map(move |text| text.replace("t.", &format!("{row}."))).boxed()
}

/// Register, variable and condition of a lookup.
fn lookup(around: &'static str, depth: u32, lookups: u32) -> BoxedStrategy<String> {
    let row = if around.is_empty() { "t" } else { "u" };
    let mut links = vec![
        format!("{row}.firm == s.id"),
        format!("s.building == {row}.building"),
        format!("{row}.letter == s.letter && {row}.firm == s"),
    ];
    // Only outside: rows of a county in rows of a county are many.
    if around.is_empty() {
        links.push(format!("{row}.county == s.county"));
    } else {
        links.push(format!("{row}.building == {around}.building"));
    }
    let alone = select(links.clone()).prop_map(move |link| format!("training, {row}, {link}"));
    let more = (select(links), truth("s", row, depth.min(1), lookups))
        .prop_map(move |(link, more)| format!("training, {row}, {link} && ({more})"));
    prop_oneof![1 => alone, 4 => more].boxed()
}

fn number(inner: &'static str, depth: u32, lookups: u32) -> BoxedStrategy<String> {
    let mut leaves = vec![pick(&NUMBERS), pick(&NUMBERS)];
    if !inner.is_empty() {
        leaves.push(
            select(vec!["hours", "people", "building.height"])
                .prop_map(move |f| format!("{inner}.{f}"))
                .boxed(),
        );
    }
    if lookups > 0 {
        leaves.push(lookup(inner, depth.min(1), lookups - 1).prop_map(|l| format!("count({l})")).boxed());
        let row = if inner.is_empty() { "t" } else { "u" };
        let summed = pick(&["hours", "people", "hours * 2.0", "building.height"]);
        leaves.push(
            (lookup(inner, depth.min(1), lookups - 1), summed)
                .prop_map(move |(l, summed)| {
                    let (head, condition) = l.split_once(&format!(", {row}, ")).unwrap();
                    format!("sum({head}, {row}, {row}.{summed}, {condition})")
                })
                .boxed(),
        );
    }
    let leaf = proptest::strategy::Union::new(leaves).boxed();
    if depth == 0 {
        return leaf;
    }
    let below = number(inner, depth - 1, lookups.min(1));
    prop_oneof![
        4 => leaf,
        2 => (below.clone(), pick(&["+", "-", "*", "/"]), below.clone()).prop_map(|(a, o, b)| format!("({a} {o} {b})")),
        1 => below.clone().prop_map(|a| format!("-({a})")),
        1 => (pick(&PLAIN), below.clone(), below).prop_map(|(c, a, b)| format!("({c} ? {a} : {b})")),
    ]
    .boxed()
}

fn wholes() -> BoxedStrategy<Fact> {
    select(vec![
        0,
        1,
        2,
        3,
        5,
        300,
        1000,
        -1,
        9_007_199_254_740_992,
        9_007_199_254_740_993,
        i64::MAX,
        i64::MIN + 1,
    ])
    .prop_map(Fact::Integer)
    .boxed()
}

fn decimals() -> BoxedStrategy<Fact> {
    let numbers = vec![
        0.0,
        -0.0,
        0.1,
        0.2,
        2.5,
        -3.75,
        100.0,
        19.99,
        1e15,
        1.1e15,
        1e12,
        -1e12,
        1e13,
        1e-15,
        1e-16,
        1e300,
        -1e308,
        5e-324,
        0.000_000_5,
        9_007_199_254_740_992.0,
    ];
    select(numbers).prop_map(Fact::Decimal).boxed()
}

fn texts() -> BoxedStrategy<Fact> {
    select(vec!["a", "ab", "A", "b", "中'\"", "\"x", "é", "[]"]).prop_map(Fact::from_text).boxed()
}

trait FromText {
    fn from_text(text: &str) -> Self;
}

impl FromText for Fact {
    fn from_text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

fn letters() -> BoxedStrategy<Fact> {
    let lists = vec![vec![], vec!["a"], vec!["ab"], vec!["a", "b"], vec!["ab", "b"]];
    select(lists).prop_map(|list| Fact::List(list.into_iter().map(str::to_owned).collect())).boxed()
}

fn letter() -> BoxedStrategy<Fact> {
    select(vec!["a", "b", "ab"]).prop_map(Fact::from_text).boxed()
}

fn days() -> BoxedStrategy<Fact> {
    let days = [
        "2020-02-29",
        "2021-03-31",
        "2021-04-01",
        "2021-05-01",
        "2021-06-15",
        "2021-07-01",
        "0001-01-01",
        "9999-12-31",
    ];
    select(days.to_vec()).prop_map(|day| Fact::Day(Day::parse(day).unwrap())).boxed()
}

fn instants() -> BoxedStrategy<Fact> {
    let day = Day::parse("2021-06-15").unwrap();
    let start = Instant::start_of(day).0;
    let end = Instant::end_of(day).0;
    let early = Instant::start_of(Day::parse("2021-04-01").unwrap()).0;
    select(vec![start - 1, start, end, end + 1, early, early - 1, 0, -1, i64::MAX])
        .prop_map(|at| Fact::Instant(Instant(at)))
        .boxed()
}

fn yes_no() -> BoxedStrategy<Fact> {
    any::<bool>().prop_map(Fact::YesNo).boxed()
}

/// One of these records, or one that is nowhere.
fn references(to: &[Id]) -> BoxedStrategy<Fact> {
    let mut ids = to.to_vec();
    ids.push(Id::from_u128(0xdead));
    select(ids).prop_map(Fact::Reference).boxed()
}

/// Records with these fields, each missing now and then, and removed now and then.
fn record(fields: Vec<(&'static str, BoxedStrategy<Fact>)>) -> BoxedStrategy<(bool, Facts)> {
    let fields: Vec<BoxedStrategy<(&'static str, Option<Fact>)>> = fields
        .into_iter()
        .map(|(name, value)| proptest::option::weighted(0.8, value).prop_map(move |v| (name, v)).boxed())
        .collect();
    (proptest::bool::weighted(0.1), fields)
        .prop_map(|(removed, fields)| {
            let facts = fields.into_iter().filter_map(|(name, v)| Some((name.to_owned(), v?))).collect();
            (removed, facts)
        })
        .boxed()
}

pub(super) fn owner() -> BoxedStrategy<(bool, Facts)> {
    record(vec![("name", texts()), ("grade", wholes())])
}

pub(super) fn building(owners: &[Id]) -> BoxedStrategy<(bool, Facts)> {
    record(vec![
        ("name", texts()),
        ("floors", wholes()),
        ("height", decimals()),
        ("fit", yes_no()),
        ("letters", letters()),
        ("owner", references(owners)),
    ])
}

pub(super) fn firm(buildings: &[Id]) -> BoxedStrategy<(bool, Facts)> {
    let place = Just(Fact::Point { longitude: 114.3, latitude: 34.8, datum: "wgs84".into() }).boxed();
    record(vec![
        ("name", texts()),
        ("headcount", wholes()),
        ("rank", wholes()),
        ("area", decimals()),
        ("cost", select(vec![0, 1999, 250, 10_000, -5, i64::MAX]).prop_map(Fact::Integer).boxed()),
        ("high_risk", yes_no()),
        ("letter", letter()),
        ("letters", letters()),
        ("founded_on", days()),
        ("seen_at", instants()),
        ("building", references(buildings)),
        ("head", references(&[])),
        ("photo", letters()),
        ("place", place),
        ("county", select(vec!["410202", "410203"]).prop_map(Fact::from_text).boxed()),
    ])
}

pub(super) fn training(firms: &[Id], buildings: &[Id]) -> BoxedStrategy<(bool, Facts)> {
    record(vec![
        ("name", texts()),
        ("firm", references(firms)),
        ("building", references(buildings)),
        ("held_on", days()),
        ("hours", decimals()),
        ("people", wholes()),
        ("letter", letter()),
        ("passed", yes_no()),
        ("county", select(vec!["410202", "410203", "410204"]).prop_map(Fact::from_text).boxed()),
    ])
}
