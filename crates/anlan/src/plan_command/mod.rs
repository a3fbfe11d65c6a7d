//! `anlan plan read`, `check`, `coverage`, `diff` and `try`.

mod coverage;
mod difference;
mod trial;

use std::path::Path;
use std::sync::Arc;

use base::{Clock, WallClock, WorkCalendar};
use engine::EngineError;
use engine::install::program;
use engine::plan_words::{Comparison, Match};
use plan::document::Document;
use plan::pack::{Faults, Model, load_folder};

use crate::arguments::{PlanCommand, Where};
use crate::data::{self, Opening};
use crate::say;

/// Largest document that is read, bytes.
const LARGEST_DOCUMENT: u64 = 64 * 1024 * 1024;

pub(crate) fn run(command: PlanCommand) -> Result<(), String> {
    match command {
        PlanCommand::Read { file, into: Some(data), database, packs, .. } => {
            let document = document(&file)?;
            let at = Where { data, database, packs };
            tokio::runtime::Runtime::new().map_err(|error| error.to_string())?.block_on(keep(&document, &at))
        }
        PlanCommand::Read { file, toml, json, .. } => read(&file, toml.as_deref(), json),
        PlanCommand::Coverage(options) => coverage::run(&options),
        PlanCommand::Try(options) => trial::run(&options),
        PlanCommand::Diff { before, after } => difference::run(&before, &after),
        PlanCommand::Check { folders } => {
            let told = |faults: Faults| format!("{faults}\n{} faults", faults.0.len());
            let mut sources = Vec::new();
            for folder in &folders {
                sources.extend(load_folder(folder).map_err(told)?);
            }
            let model = Model::from_sources(&sources).map_err(told)?;
            let cases = judge::indicator::run_cases(&model);
            let mut failed = judge::rule_case::run(&sources, &model);
            failed.extend(cases.faults);
            failed.extend(judge::duty::cases::run(&sources, &model, &WorkCalendar::state_council()));
            if !failed.is_empty() {
                return Err(told(Faults(failed)));
            }
            say(&format!(
                "{} registers, {} procedures, {} duties, {} rules, {} bodies, {} indicators, {} scorecards, {} cases run, {} roles, {} departments, {} clauses: no faults",
                model.registers.len(),
                model.procedures.len(),
                model.duties.len(),
                model.rules.len(),
                model.bodies.len(),
                model.indicators.len(),
                model.scorecards.len(),
                cases.run + judge::rule_case::count(&sources) + judge::duty::cases::count(&model),
                model.roles.len(),
                model.departments.len(),
                model.clauses.len()
            ));
            Ok(())
        }
    }
}

fn document(file: &Path) -> Result<Document, String> {
    let name = file.display().to_string();
    let size = std::fs::metadata(file).map_err(|error| format!("{name} cannot be read: {error}"))?.len();
    if size > LARGEST_DOCUMENT {
        return Err(format!(
            "{name} has {size} bytes; a plan has at most {LARGEST_DOCUMENT}. Is it the right file?"
        ));
    }
    let bytes = std::fs::read(file).map_err(|error| format!("{name} cannot be read: {error}"))?;
    let short = file.file_name().map_or(name, |n| n.to_string_lossy().into_owned());
    plan::read::read(&bytes, &short).map_err(|error| error.to_string())
}

/// Keeps the words in the city and tells clause by clause what was found.
async fn keep(document: &Document, at: &Where) -> Result<(), String> {
    if at.database.is_none() && !at.data.join("anlan.sqlite").exists() {
        return Err(format!("{} holds no city; name its data folder with --into", at.data.display()));
    }
    let clock: Arc<dyn Clock> = Arc::new(WallClock);
    let opening = Opening { folder: &at.data, database: at.database.as_deref(), packs: &at.packs, clock };
    let city = data::open(opening).await?;
    match city.engine.keep_plan_words(&program(), document).await {
        Ok(comparison) => {
            say(&told(&comparison));
            Ok(())
        }
        Err(EngineError::Refused(problem)) => Err(web::sentence(&problem).en),
        Err(error) => Err(error.to_string()),
    }
}

/// One line for each clause, then the sums.
fn told(comparison: &Comparison) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in &comparison.lines {
        let (found, at) = match line.found {
            Match::Both => ("matched", format!("line {}", line.line)),
            Match::OnlyDocument => ("ONLY IN THE DOCUMENT", format!("line {}", line.line)),
            Match::OnlyPack => ("ONLY IN THE PACKS", "-".to_owned()),
        };
        lines.push(format!("{:<14} {found:<20} {at:<10} {}", line.clause, line.title));
    }
    lines.push(format!(
        "{} clauses match, {} are only in the packs, {} only in the document",
        comparison.count(Match::Both),
        comparison.count(Match::OnlyPack),
        comparison.count(Match::OnlyDocument)
    ));
    lines.join("\n")
}

fn read(file: &Path, toml: Option<&Path>, json: bool) -> Result<(), String> {
    let document = document(file)?;
    if json {
        say(&serde_json::to_string_pretty(&document).map_err(|error| error.to_string())?);
        return Ok(());
    }
    match toml {
        None => say(&document.outline()),
        Some(path) => {
            std::fs::write(path, document.to_toml())
                .map_err(|error| format!("{} cannot be written: {error}", path.display()))?;
            say(&format!("{} clauses written to {}", document.clauses.len(), path.display()));
        }
    }
    Ok(())
}
