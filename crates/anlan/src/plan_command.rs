//! `anlan plan read` and `anlan plan check`.

use std::path::Path;

use plan::pack::Model;

use crate::arguments::PlanCommand;
use crate::say;

/// Largest document that is read, bytes.
const LARGEST_DOCUMENT: u64 = 64 * 1024 * 1024;

pub(crate) fn run(command: PlanCommand) -> Result<(), String> {
    match command {
        PlanCommand::Read { file, toml, json } => read(&file, toml.as_deref(), json),
        PlanCommand::Check { folders } => {
            let folders: Vec<&Path> = folders.iter().map(std::path::PathBuf::as_path).collect();
            let model =
                Model::load(&folders).map_err(|faults| format!("{faults}\n{} faults", faults.0.len()))?;
            say(&format!(
                "{} registers, {} procedures, {} roles, {} departments, {} clauses: no faults",
                model.registers.len(),
                model.procedures.len(),
                model.roles.len(),
                model.departments.len(),
                model.clauses.len()
            ));
            Ok(())
        }
    }
}

fn read(file: &Path, toml: Option<&Path>, json: bool) -> Result<(), String> {
    let name = file.display().to_string();
    let size = std::fs::metadata(file).map_err(|error| format!("{name} cannot be read: {error}"))?.len();
    if size > LARGEST_DOCUMENT {
        return Err(format!(
            "{name} has {size} bytes; a plan has at most {LARGEST_DOCUMENT}. Is it the right file?"
        ));
    }
    let bytes = std::fs::read(file).map_err(|error| format!("{name} cannot be read: {error}"))?;
    let document = plan::read::read(&bytes, &name).map_err(|error| error.to_string())?;
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
