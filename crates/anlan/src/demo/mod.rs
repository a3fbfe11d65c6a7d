//! `anlan demo`: a synthetic city, made through the same services as real data, repeatable by its seed.
//!
//! Names, firms and people are plainly invented and every record that can say so is marked synthetic.

mod accounts;
mod build;
mod codes;
mod course;
mod elements;
mod enterprise;
mod hazards;
mod later;
mod parties;
mod people;
mod persons;
mod photos;
mod progress;
mod proportions;
mod reassess;
mod reports;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use base::{Day, PlanClock, Stopwatch};
use serde_json::json;

use crate::arguments::{DemoOptions, Scale};
use crate::data::{self, City, Opening};
use crate::packs;
use crate::serve;
use crate::{say, say_error};

pub(crate) use accounts::{Listed, PASSWORD};

/// Number of enterprises.
fn enterprises(options: &DemoOptions) -> u64 {
    let usual = match options.scale {
        Scale::Town => 2_000,
        Scale::County => 20_000,
        Scale::City => 200_000,
    };
    options.enterprises.unwrap_or(usual)
}

fn folder(options: &DemoOptions) -> PathBuf {
    let name = match options.scale {
        Scale::Town => "demo-town",
        Scale::County => "demo-county",
        Scale::City => "demo-city",
    };
    options.data.clone().unwrap_or_else(|| PathBuf::from("data").join(name))
}

/// What the folder holds, so that the same city is not made twice and another one is not mixed in.
fn mark(options: &DemoOptions) -> String {
    json!({
        "scale": format!("{:?}", options.scale).to_lowercase(),
        "date": options.date.to_string(),
        "seed": options.seed,
        "enterprises": enterprises(options),
        "elements": !options.core_only,
        "program": env!("CARGO_PKG_VERSION"),
    })
    .to_string()
}

/// Stands in the folder while a city is not complete.
const UNFINISHED: &str = "unfinished";
/// What it says.
const UNFINISHED_NOTE: &str = "This demo city is not complete: it is still being added to, or was stopped too soon; in that \
                               case remove the folder to have it made anew.";

pub(crate) async fn run(options: DemoOptions) -> Result<(), String> {
    let folder = folder(&options);
    let marked = folder.join("demo.json");
    let mark = mark(&options);
    let found = std::fs::read_to_string(&marked).ok();
    let complete = found.as_deref() == Some(mark.as_str());
    if !complete && folder.join("anlan.sqlite").exists() {
        return Err(format!(
            "{} holds another or an unfinished city; remove the folder or name another one with --data",
            folder.display()
        ));
    }
    if !complete {
        let note = if options.core_only { packs::leave_out_parts } else { packs::add_demo };
        note(&folder)?;
    }
    let city = open(&folder, options.database.as_deref(), options.date).await?;
    let failed = |path: &Path| {
        let path = path.display().to_string();
        move |error: std::io::Error| format!("{path} cannot be written: {error}")
    };
    let mut first = None;
    if !complete {
        refuse_if_used(&city).await?;
        let watch = Stopwatch::start();
        let rest = build::build(&city, &options, enterprises(&options)).await?;
        if options.build_only || options.core_only {
            rest.live(&city).await?;
        } else {
            let unfinished = folder.join(UNFINISHED);
            std::fs::write(&unfinished, UNFINISHED_NOTE).map_err(failed(&unfinished))?;
            say(
                "各项要素正在后台补充，可先登录 / people may sign in; what goes on in the city is still being added",
            );
            first = Some(live_on(city.clone(), rest, unfinished, watch));
        }
        std::fs::write(&marked, &mark).map_err(failed(&marked))?;
        say_error(&format!("made in {:.1} s", watch.elapsed().as_secs_f64()));
    } else if let Some(note) = unfinished(&folder) {
        say_error(note);
    }
    if options.build_only {
        say(&folder.display().to_string());
        return Ok(());
    }
    serve::announce_and_serve(city, &options.listen, &accounts::listed(), first).await
}

/// What to say of a demo city in `data` that is not complete.
pub(crate) fn unfinished(data: &Path) -> Option<&'static str> {
    data.join(UNFINISHED).exists().then_some(UNFINISHED_NOTE)
}

/// What goes on in the city, while people are signed in already.
async fn live_on(city: City, rest: build::Rest, unfinished: PathBuf, watch: Stopwatch) {
    match rest.live(&city).await {
        Ok(()) => {
            say_error(&format!(
                "演示城市已补充完整 / the demo city is complete after {:.1} s",
                watch.elapsed().as_secs_f64()
            ));
            // A file that cannot be removed says again at the next start what is not true; nothing else follows.
            let _ = std::fs::remove_file(unfinished);
        }
        Err(error) => tracing::error!(error, "the demo city could not be completed"),
    }
}

async fn open(folder: &Path, database: Option<&str>, date: Day) -> Result<City, String> {
    let clock = Arc::new(PlanClock::showing(date));
    data::open(Opening { folder, database, packs: &[], clock }).await
}

/// A synthetic city is not mixed into a database that holds enterprises already.
async fn refuse_if_used(city: &City) -> Result<(), String> {
    let table = engine::tables::table_name("enterprise");
    let query = store::Query::of(table, store::Scope::system("demo: is there anything")).columns(&["id"]);
    match city.engine.database.first(&query).await.map_err(|error| error.to_string())? {
        None => Ok(()),
        Some(_) => Err("the database holds another or an unfinished city; name an empty one".to_owned()),
    }
}
