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

use std::path::PathBuf;
use std::sync::Arc;

use base::{Day, PlanClock, Stopwatch};
use serde_json::json;

use crate::arguments::{DemoOptions, Scale};
use crate::data::{self, City, Opening};
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
        "elements": options.elements,
        "program": env!("CARGO_PKG_VERSION"),
    })
    .to_string()
}

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
    if !complete && !options.elements {
        crate::packs::leave_out_parts(&folder)?;
    }
    let city = open(&folder, options.database.as_deref(), options.date).await?;
    if !complete {
        refuse_if_used(&city).await?;
        let watch = Stopwatch::start();
        build::build(&city, &options, enterprises(&options)).await?;
        std::fs::write(&marked, &mark)
            .map_err(|error| format!("{} cannot be written: {error}", marked.display()))?;
        say_error(&format!("made in {:.1} s", watch.elapsed().as_secs_f64()));
    }
    if options.build_only {
        say(&folder.display().to_string());
        return Ok(());
    }
    serve::announce_and_serve(city, &options.listen, &accounts::listed()).await
}

async fn open(folder: &std::path::Path, database: Option<&str>, date: Day) -> Result<City, String> {
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
