//! The plan at work: all duties judged for a day while people go on writing, one changed record judged at once, all figures
//! of the day. Days after the one that the city shows are swept: a city that is measured so has moved on.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use base::{FixedClock, Id, Instant, OsChance, Stopwatch};
use city::Actor;
use engine::Engine;
use judge::{Fact, Facts};

use super::{bare_write, create, line, measure, rows};
use crate::data::{self, City};
use crate::say;

/// Days that are swept, the first while somebody writes.
const DAYS: i64 = 2;
/// Figures named that took longest.
const SLOWEST: usize = 3;

/// Sweeps the duties of the days after the city's.
pub(super) async fn duties(city: &City) -> Result<(), String> {
    let engine = &city.engine;
    let failed = |error: engine::EngineError| error.to_string();
    say(&format!(
        "{} duties, {} spans, {} instances that were late or excused",
        engine.model.duties.len(),
        rows(engine, "duty_span").await?,
        rows(engine, "duty_state").await?
    ));
    let actor = data::actor(city, "plant-worker").await?;
    let enterprise = actor.enterprise().ok_or("the worker belongs to no enterprise")?;
    for days in 1..=DAYS {
        let day = engine.today().plus_days(days);
        let clock = Arc::new(FixedClock(Instant::start_of(day)));
        let then = engine.at(clock, Box::new(OsChance));
        let done = Arc::new(AtomicBool::new(days > 1));
        let writer = tokio::spawn(write_until(engine.clone(), actor.clone(), enterprise, Arc::clone(&done)));
        let watch = Stopwatch::start();
        let swept = then.sweep_duties_of_today().await.map_err(failed)?.unwrap_or_default();
        let took = watch.elapsed();
        done.store(true, Ordering::Relaxed);
        let mut times = writer.await.map_err(|error| error.to_string())?.map_err(failed)?;
        say(&format!(
            "duties of {day} judged in {:.1} s: {} begin, {} end, {} late, {} put right, {} told",
            took.as_secs_f64(),
            swept.begun,
            swept.ended,
            swept.late,
            swept.healed,
            swept.notices
        ));
        if !times.is_empty() {
            times.sort_unstable();
            let at = times.get(times.len() * 99 / 100).or(times.last()).copied().unwrap_or_default();
            say(&format!(
                "meanwhile {} hazards created one after the other, p99 {:.1} ms",
                times.len(),
                at.as_secs_f64() * 1000.0
            ));
        }
        let watch = Stopwatch::start();
        let missed = then.sweep_duties().await.map_err(failed)?;
        say(&format!(
            "everything asked once more in {:.1} s: {} begin, {} end, {} late, {} put right",
            watch.elapsed().as_secs_f64(),
            missed.begun,
            missed.ended,
            missed.late,
            missed.healed
        ));
    }
    Ok(())
}

async fn write_until(
    engine: Engine,
    actor: Actor,
    enterprise: Id,
    done: Arc<AtomicBool>,
) -> Result<Vec<Duration>, engine::EngineError> {
    let mut times = Vec::new();
    while !done.load(Ordering::Relaxed) {
        let watch = Stopwatch::start();
        create(&engine, &actor, enterprise).await?;
        times.push(watch.elapsed());
    }
    Ok(times)
}

/// Changes a firm's number of people to and fro: with the duties that this touches judged at once, and without.
pub(super) async fn rejudged(city: &City) -> Result<(), String> {
    let bare = bare_write(&city.engine).await?;
    let actor = data::actor(city, "plant-safety").await?;
    let enterprise = actor.enterprise().ok_or("the safety manager belongs to no enterprise")?;
    line("a bare durable write", &bare, &bare);
    for (what, engine) in [
        ("a firm changed, its duties judged at once", city.engine.clone()),
        ("a firm changed, its duties left to the sweep", city.engine.clone().resting()),
    ] {
        let times = measure(|| change(&engine, &actor, enterprise)).await?;
        line(what, &times, &bare);
    }
    Ok(())
}

async fn change(engine: &Engine, actor: &Actor, enterprise: Id) -> Result<(), engine::EngineError> {
    let record = engine.any_record("enterprise", enterprise).await?.ok_or(engine::EngineError::NotFound)?;
    // Across the thresholds of 100 and 300 people, on which many duties rest.
    let many = matches!(judge::fact::fact(&record.facts, "headcount"), Fact::Integer(301..));
    let next = if many { 99 } else { 320 };
    let facts = Facts::from([("headcount".to_owned(), Fact::Integer(next))]);
    engine.update(actor, "enterprise", enterprise, record.version, &facts).await.map(drop)
}

/// Counts everything of the day: the current period of all indicators and scorecards.
pub(super) async fn figures(city: &City) -> Result<(), String> {
    let mut each = Vec::new();
    let watch = Stopwatch::start();
    for figures in city.engine.figures_of_day(city.engine.today()) {
        let one = Stopwatch::start();
        city.engine.compute_figures(&figures).await.map_err(|error| error.to_string())?;
        each.push((one.elapsed(), figures));
    }
    say(&format!("{} figures of the day counted in {:.1} s", each.len(), watch.elapsed().as_secs_f64()));
    each.sort_by_key(|(took, _)| std::cmp::Reverse(*took));
    for (took, figures) in each.iter().take(SLOWEST) {
        say(&format!("  {:.2} s {figures:?}", took.as_secs_f64()));
    }
    Ok(())
}
