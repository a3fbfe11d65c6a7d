//! Measures the store and prints ratios of one run. SQLite in a temporary folder, or the database whose address is the
//! first argument (an empty one): `cargo run --release -p store --example measure [-- postgres://...]`.

use std::process::ExitCode;

use base::{Chance, Clock, Id, OsChance, SeededChance, Stopwatch, WallClock};
use store::{
    ChangeSet, ColumnDef, ColumnKind, Condition, Database, Delta, Direction, JournalEntry, Query, Scope,
    ScopeBranch, SearchEntry, StoreError, TableDef, Value,
};

const ROWS: u64 = 200_000;
const WRITERS: u64 = 16;
const SETS_PER_WRITER: u64 = 500;

type Answer<T> = Result<T, Box<dyn std::error::Error>>;

#[tokio::main]
async fn main() -> ExitCode {
    match measure().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("{error}"));
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stdout, reason = "this program exists to print")]
fn say(line: &str) {
    println!("{line}");
}

async fn measure() -> Answer<()> {
    let folder = std::env::temp_dir().join(format!("anlan-measure-{}", new_id()));
    let url = std::env::args().nth(1).unwrap_or_else(|| format!("sqlite:{}/anlan.db", folder.display()));
    let db = Database::open(&url).await?;
    say(&format!("engine {:?}", db.engine()));
    db.migrate().await?;
    db.ensure_tables(&[hazards()]).await?;
    bulk(&db).await?;
    pages(&db).await?;
    writers(&db).await?;
    let _ = std::fs::remove_dir_all(folder);
    Ok(())
}

fn new_id() -> Id {
    Id::new(WallClock.now(), &mut OsChance)
}

fn hazards() -> TableDef {
    TableDef::new("hazard", "a hazard")
        .scoped()
        .versioned()
        .column(ColumnDef::new("title", ColumnKind::Text, "").never_null())
        .column(ColumnDef::new("state", ColumnKind::Text, "").never_null())
        .column(ColumnDef::new("due_on", ColumnKind::Text, "").never_null())
        .column(ColumnDef::new("amount", ColumnKind::Int, ""))
        .sorted(&["due_on"])
}

fn hazard(chance: &mut SeededChance) -> ChangeSet {
    let id = new_id();
    let county = format!("4102{:02}", chance.below(10));
    let sector = format!("sector{}", chance.below(20));
    let state = if chance.one_in(1, 10) { "open" } else { "closed" };
    let organisation = Id::from_u128(u128::from(chance.below(20_000)) + 1);
    let title = format!("配电箱未接地 {}", chance.below(100_000));
    let due_on = format!("2021-{:02}-{:02}", chance.below(12) + 1, chance.below(28) + 1);
    let mut set = ChangeSet::new();
    let row = [
        ("county", Value::from(&county)),
        ("township", format!("{county}{:03}", chance.below(10)).into()),
        ("organisation", organisation.into()),
        ("sector", Value::from(&sector)),
        ("title", Value::from(&title)),
        ("state", state.into()),
        ("due_on", due_on.into()),
        ("amount", 1.into()),
    ];
    set.insert("hazard", id, row.into_iter().map(|(c, v)| (c.to_owned(), v)).collect());
    set
}

/// What a person's action stores beside the row itself.
fn with_all_beside(mut set: ChangeSet) -> ChangeSet {
    let (record, county) = (new_id(), "410202".to_owned());
    set.idempotency_key = Some(record.to_string());
    set.journal.push(JournalEntry {
        at: WallClock.now(),
        actor: Id::NIL,
        operation: "hazard.report".into(),
        table: "hazard".into(),
        record,
        county: county.clone(),
        payload: "{\"title\": \"配电箱未接地\"}".into(),
    });
    set.deltas.push(Delta {
        counter: "hazard.state".into(),
        county: county.clone(),
        township: String::new(),
        sector: "mining".into(),
        value: "open".into(),
        amount: 1,
    });
    set.search.push(SearchEntry {
        table: "hazard".into(),
        id: record,
        county,
        township: String::new(),
        organisation: Id::NIL,
        sector: String::new(),
        park: String::new(),
        text: "配电箱未接地 开封市某某化工有限公司".into(),
    });
    set
}

fn rate(count: u64, watch: Stopwatch) -> f64 {
    count as f64 / watch.elapsed().as_secs_f64().max(1e-9)
}

async fn bulk(db: &Database) -> Answer<()> {
    let mut chance = SeededChance::new(1);
    let watch = Stopwatch::start();
    let mut left = ROWS;
    while left > 0 {
        let some = left.min(10_000);
        let sets = (0..some).map(|_| hazard(&mut chance)).collect();
        for answer in db.apply_bulk(sets).await {
            answer?;
        }
        left -= some;
    }
    say(&format!("bulk insert of {ROWS} rows with 6 sort indexes: {:.0} rows/s", rate(ROWS, watch)));
    Ok(())
}

async fn pages(db: &Database) -> Answer<()> {
    let county = |c: &str| ScopeBranch { county: Some(c.into()), ..Default::default() };
    let sector = |s: &str| ScopeBranch { sector: Some(s.into()), ..Default::default() };
    let organisation = |n: u128| ScopeBranch { organisation: Some(Id::from_u128(n)), ..Default::default() };
    let several = vec![county("410203"), sector("sector4"), organisation(77)];
    let many: Vec<ScopeBranch> = (1..=40).map(organisation).collect();
    let cases = [
        ("everything", Scope::system("measures")),
        ("one county", Scope::of(vec![county("410203")])),
        ("county, sector and enterprise", Scope::of(several)),
        ("40 enterprises", Scope::of(many)),
    ];
    let mut first = 0.0;
    for (name, scope) in cases {
        let query = Query::of("hazard", scope).sort("due_on", Direction::Descending);
        let open = query.clone().filter(Condition::eq("state", "open"));
        let deep = query.clone().after(vec!["2021-06-15".into(), Id::from_u128(u128::MAX).into()]);
        let (top, top_95) = timed(db, &query).await?;
        let (deep, deep_95) = timed(db, &deep).await?;
        let (open, open_95) = timed(db, &open).await?;
        let watch = Stopwatch::start();
        let count = db.count_up_to(&query, 1001).await?;
        let counted = watch.elapsed().as_secs_f64() * 1e3;
        first = if first == 0.0 { top } else { first };
        say(&format!(
            "50-row page, {name}: first {top:.2} ms (p95 {top_95:.2}), deep {deep:.2} ({deep_95:.2}), 1 in 10 by \
             filter {open:.2} ({open_95:.2}); {:.1} times the unscoped; {count} counted in {counted:.2} ms",
            top / first
        ));
    }
    Ok(())
}

/// Mean and 95th percentile in milliseconds.
async fn timed(db: &Database, query: &Query) -> Result<(f64, f64), StoreError> {
    let mut times = Vec::with_capacity(200);
    for _ in 0..200 {
        let watch = Stopwatch::start();
        db.select(query).await?;
        times.push(watch.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    let mean = times.iter().sum::<f64>() / times.len() as f64;
    Ok((mean, times.get(times.len() * 95 / 100).copied().unwrap_or_default()))
}

async fn writers(db: &Database) -> Answer<()> {
    let mut chance = SeededChance::new(2);
    // One after another: every set pays for a transaction and a commit of its own.
    let alone = 500_u64;
    let sets: Vec<ChangeSet> = (0..alone).map(|_| with_all_beside(hazard(&mut chance))).collect();
    let watch = Stopwatch::start();
    for set in sets {
        db.apply(set).await?;
    }
    let single = rate(alone, watch);
    say(&format!("sets of row, journal, delta, search, idempotency; one transaction each: {single:.0}/s"));
    let mut tasks = Vec::new();
    let watch = Stopwatch::start();
    for writer in 0..WRITERS {
        let db = db.clone();
        tasks.push(tokio::spawn(async move {
            let mut chance = SeededChance::new(100 + writer);
            for _ in 0..SETS_PER_WRITER {
                db.apply(with_all_beside(hazard(&mut chance))).await?;
            }
            Ok::<(), store::WriteError>(())
        }));
    }
    for task in tasks {
        task.await??;
    }
    let grouped = rate(WRITERS * SETS_PER_WRITER, watch);
    say(&format!("the same, {WRITERS} writers, group commit: {grouped:.0}/s, {:.1} times", grouped / single));
    let watch = Stopwatch::start();
    let sets: Vec<ChangeSet> = (0..10_000).map(|_| with_all_beside(hazard(&mut chance))).collect();
    for answer in db.apply_bulk(sets).await {
        answer?;
    }
    let bulk = rate(10_000, watch);
    say(&format!("the same in bulk: {bulk:.0}/s, {:.1} times", bulk / single));
    let watch = Stopwatch::start();
    let mut blocks = 0_u64;
    while store::journal::seal(db, &WallClock, "measure").await?.is_some() {
        blocks += 1;
    }
    let sealed = db.count_up_to(&Query::of("journal", Scope::system("measures")), 1_000_000).await?;
    say(&format!("sealing: {:.0} entries/s in {blocks} blocks", rate(sealed, watch)));
    let watch = Stopwatch::start();
    let report = store::journal::verify(db, &[]).await?;
    say(&format!("verifying: {:.0} entries/s, whole: {}", rate(report.entries, watch), report.is_whole()));
    let watch = Stopwatch::start();
    let found = store::search::find(db, "配电箱", &["hazard"], &Scope::system("measures"), 50).await?;
    say(&format!(
        "search in {sealed} entries: {} found in {:.2} ms",
        found.len(),
        watch.elapsed().as_secs_f64() * 1e3
    ));
    Ok(())
}
