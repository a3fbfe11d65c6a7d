//! Lists the files under `assets/` so that the program carries all of them without naming each.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let top = PathBuf::from(env::var("CARGO_MANIFEST_DIR").unwrap_or_default()).join("assets");
    println!("cargo:rerun-if-changed={}", top.display());
    let mut files = Vec::new();
    collect(&top, &mut files)?;
    files.sort();
    let mut list = String::from("&[\n");
    for file in &files {
        let name = file.strip_prefix(&top).unwrap_or(file).to_string_lossy().replace('\\', "/");
        let _ = writeln!(list, "    ({name:?}, include_bytes!({:?})),", file.to_string_lossy());
    }
    list.push_str("]\n");
    let out = PathBuf::from(env::var("OUT_DIR").unwrap_or_default());
    fs::write(out.join("assets.rs"), list)
}

/// Everything that pages load. Single icons are in the sprite; licences and notes stay in the repository.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            println!("cargo:rerun-if-changed={}", path.display());
            collect(&path, files)?;
            continue;
        }
        let kind = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
        let single_icon =
            kind == "svg" && path.to_string_lossy().contains("tabler-icons") && !path.ends_with("sprite.svg");
        if matches!(kind, "css" | "js" | "mjs" | "svg" | "png" | "ico" | "webmanifest") && !single_icon {
            println!("cargo:rerun-if-changed={}", path.display());
            files.push(path);
        }
    }
    Ok(())
}
