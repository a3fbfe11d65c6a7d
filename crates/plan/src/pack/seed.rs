//! Records that come with the pack: criteria, templates, code lists.

use serde::Deserialize;
use toml::Spanned;

/// Rows of a CSV file that become records when the pack is installed (added or updated by the register's identity).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seed {
    /// The register.
    pub register: Spanned<String>,
    /// The CSV file beside the TOML file; its first line names fields of the register.
    pub file: String,
}

use super::model::SeedRows;
use super::{Fault, Source};

/// Reads the CSV files that the sources name.
pub(super) fn read_all(sources: &[Source]) -> Result<Vec<SeedRows>, Vec<Fault>> {
    let mut seeds = Vec::new();
    let mut faults = Vec::new();
    for source in sources {
        for seed in &source.content.seeds {
            match read_one(source, seed) {
                Ok(rows) => seeds.push(rows),
                Err((line, message)) => {
                    faults.push(Fault { file: seed.file.clone(), line, key: "seed".into(), message });
                }
            }
        }
    }
    if faults.is_empty() { Ok(seeds) } else { Err(faults) }
}

fn read_one(source: &Source, seed: &Seed) -> Result<SeedRows, (usize, String)> {
    let path = source.path.with_file_name(&seed.file);
    let mut reader = csv::Reader::from_path(&path).map_err(|e| (0, format!("cannot be read: {e}")))?;
    let columns: Vec<String> =
        reader.headers().map_err(|e| (1, e.to_string()))?.iter().map(|h| h.trim_start_matches('\u{feff}').to_owned()).collect();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|e| {
            let line = e.position().map_or(0, csv::Position::line);
            (usize::try_from(line).unwrap_or(0), e.to_string())
        })?;
        rows.push(record.iter().map(str::to_owned).collect());
    }
    Ok(SeedRows { register: seed.register.get_ref().clone(), columns, rows })
}
