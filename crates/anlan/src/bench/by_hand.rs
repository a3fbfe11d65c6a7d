//! Three duties of the plan beside the same question written by hand in SQL: whom does the duty bind on the day of the
//! city, and who of them has not done what it asks? Both sides must count the same. The statements know the names of
//! tables and columns, as somebody who reads the packs would write them; nothing of the product runs such text.

use std::path::Path;
use std::time::Duration;

use base::{Day, Stopwatch};
use rusqlite::{Connection, OpenFlags};

use super::median;
use crate::data::City;
use crate::say;

/// How often each side is asked.
const ASKED: usize = 5;

/// Firms of the given attributes that are at work.
const AT_WORK: &str = "e.removed_at = 0 AND e.operating_state IN ('normal', 'seasonal')";

/// A duty with its question by hand; `:first` and `:last` are the bounds of its period.
struct Pair {
    duty: &'static str,
    bound: &'static str,
    done: &'static str,
    period: fn(Day) -> (Day, Day),
}

const PAIRS: [Pair; 3] = [
    Pair {
        duty: "hazchem-daily-pledge",
        bound: "(e.attributes LIKE '%\"hazchem_production\"%' OR e.attributes LIKE '%\"hazchem_storage\"%')",
        done: "SELECT 1 FROM r_hazchem_pledge d WHERE d.enterprise = e.id AND d.removed_at = 0 \
               AND d.pledged_on BETWEEN :first AND :last",
        period: |day| (day, day),
    },
    Pair {
        duty: "hazchem-insurance-kept",
        bound: HAZCHEM,
        done: "SELECT 1 FROM r_insurance_policy d WHERE d.enterprise = e.id AND d.removed_at = 0 \
               AND d.from_day <= :first AND d.until_day >= :last",
        period: |day| (day, day),
    },
    Pair {
        duty: "hazchem-drills-held",
        bound: HAZCHEM,
        done: "SELECT 1 FROM r_hazchem_drill d WHERE d.enterprise = e.id AND d.removed_at = 0 \
               AND d.held_on BETWEEN :first AND :last AND d.evaluation <> '' AND d.photos <> ''",
        period: half_year,
    },
];

/// Firms that deal with hazardous chemicals.
const HAZCHEM: &str = "(e.sector = 'hazchem' OR e.attributes LIKE '%\"hazchem_production\"%' \
                       OR e.attributes LIKE '%\"hazchem_storage\"%' OR e.attributes LIKE '%\"hazchem_use\"%' \
                       OR e.attributes LIKE '%\"hazchem_trade\"%')";

fn half_year(day: Day) -> (Day, Day) {
    let first = if day.month() <= 6 { 1 } else { 7 };
    let first = Day::new(day.year(), first, 1).unwrap_or(day);
    (first, first.plus_months(6).plus_days(-1))
}

/// Asks both and says how long each took.
pub(super) async fn run(city: &City, folder: &Path) -> Result<(), String> {
    let file = folder.join("anlan.sqlite");
    if !file.exists() {
        return Err("the comparison with SQL by hand reads SQLite; this city has another database".into());
    }
    let failed = |error: rusqlite::Error| error.to_string();
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags).map_err(failed)?;
    // As much memory as each reader of the store has.
    connection.execute_batch("PRAGMA cache_size = -32768; PRAGMA mmap_size = 268435456;").map_err(failed)?;
    let day = city.engine.today();
    say(&format!("{:44} {:>9} {:>9} {:>8}", "who has not done a duty", "ms", "by hand", "x"));
    for pair in PAIRS {
        let (first, last) = (pair.period)(day);
        let sql = format!(
            "SELECT COUNT(*) FROM r_enterprise e WHERE {AT_WORK} AND {} AND NOT EXISTS ({})",
            pair.bound, pair.done
        );
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        // One after the other in turn, so that both find the same pages in memory.
        for _ in 0..ASKED {
            let watch = Stopwatch::start();
            let counted = city.engine.duty_undone(pair.duty, day).await.map_err(|error| error.to_string())?;
            ours.push(watch.elapsed());
            let watch = Stopwatch::start();
            let parameters = [(":first", first.to_string()), (":last", last.to_string())];
            let parameters = parameters.each_ref().map(|(name, day)| (*name, day as &dyn rusqlite::ToSql));
            let by_hand: i64 =
                connection.query_row(&sql, &parameters[..], |row| row.get(0)).map_err(failed)?;
            theirs.push(watch.elapsed());
            if counted != by_hand {
                return Err(format!("{}: {counted} counted, {by_hand} by hand", pair.duty));
            }
        }
        let ms = |times: &mut [Duration]| median(times).as_secs_f64() * 1000.0;
        let (ours, theirs) = (ms(&mut ours), ms(&mut theirs));
        say(&format!("{:44} {ours:9.1} {theirs:9.1} {:8.2}", pair.duty, ours / theirs));
    }
    Ok(())
}
