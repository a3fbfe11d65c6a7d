//! Where the packs come from: folders that are named, or those inside the program, laid out beside the data so that
//! people can read them and CSV files can stand next to TOML.

use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};
use plan::pack::{Model, Source};

static CORE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../packs/core");
static KAIFENG: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../packs/kaifeng-2020");
static DEMO: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../packs/demo");

/// Stands in the data folder of a demo city that was made without the elements of the plan's parts, and of the demo pack
/// without what belongs to them.
const WITHOUT: &str = "without-parts";

/// Stands in the data folder of a demo city that runs the whole plan: its packs are those of the program and one that
/// no real city has.
const SYNTHETIC: &str = "synthetic";

/// Notes that the city in `data` does without the elements of the plan's parts.
pub(crate) fn leave_out_parts(data: &Path) -> Result<(), String> {
    let note =
        "This demo city runs the core pack alone; make one without `--core-only` to see the whole plan.\n";
    note_in(data, WITHOUT, note)
}

/// Notes that the city in `data` is a synthetic one.
pub(crate) fn add_demo(data: &Path) -> Result<(), String> {
    note_in(data, SYNTHETIC, "All people, firms and records of this city are made up.\n")
}

fn note_in(data: &Path, name: &str, note: &str) -> Result<(), String> {
    std::fs::create_dir_all(data)
        .and_then(|()| std::fs::write(data.join(name), note))
        .map_err(|error| format!("{} cannot be written: {error}", data.display()))
}

/// Loads the packs in `folders`, or those inside the program when none is named.
pub(crate) fn load(folders: &[PathBuf], data: &Path) -> Result<Model, String> {
    let told = |faults: plan::pack::Faults| format!("the packs have faults:\n{faults}");
    if !folders.is_empty() {
        let folders: Vec<&Path> = folders.iter().map(PathBuf::as_path).collect();
        return Model::load(&folders).map_err(told);
    }
    let read = if data.join(WITHOUT).exists() { plan::pack::load_ground } else { plan::pack::load_folder };
    let mut sources = Vec::new();
    for folder in lay_out(data)? {
        sources.extend(read(&folder).map_err(told)?);
    }
    Model::from_sources(&sources).map_err(told)
}

/// The files of the packs in `folders`, pack by pack, or of those inside the program, laid out below `data`, when none is
/// named.
pub(crate) fn sources(folders: &[PathBuf], data: &Path) -> Result<Vec<Vec<Source>>, String> {
    let read = |folder: &PathBuf| {
        plan::pack::load_folder(folder).map_err(|faults| format!("the packs have faults:\n{faults}"))
    };
    if folders.is_empty() {
        lay_out(data)?.iter().map(read).collect()
    } else {
        folders.iter().map(read).collect()
    }
}

fn lay_out(data: &Path) -> Result<Vec<PathBuf>, String> {
    let mut folders = Vec::new();
    let synthetic = [SYNTHETIC, WITHOUT].iter().any(|note| data.join(note).exists());
    let demo = synthetic.then_some(("demo", &DEMO));
    for (name, dir) in [("core", &CORE), ("kaifeng-2020", &KAIFENG)].into_iter().chain(demo) {
        let folder = data.join("packs").join(name);
        std::fs::create_dir_all(&folder)
            .and_then(|()| dir.extract(&folder))
            .map_err(|error| format!("{} cannot be written: {error}", folder.display()))?;
        folders.push(folder);
    }
    Ok(folders)
}
