//! The text of hand-written files: size, module comment, notes left behind.

use std::path::Path;

use crate::Outcome;

/// No hand-written source file is longer (in lines); most are under half of it.
const LONGEST: usize = 600;
/// Folders with nothing hand-written in them.
const PASSED_OVER: [&str; 6] = [".git", "target", "node_modules", "vendor", "data", "out"];
/// Kinds of file that are looked at.
const KINDS: [&str; 9] = ["rs", "mjs", "js", "css", "html", "toml", "sql", "sh", "xml"];
/// Written in two pieces so that this file does not find itself.
const NOTES: [&str; 3] = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];

/// A file and its text.
pub(super) struct File {
    /// From the top of the repository, with `/`.
    pub(super) name: String,
    /// All of it.
    pub(super) text: String,
}

impl File {
    fn is_rust(&self) -> bool {
        Path::new(&self.name).extension().is_some_and(|kind| kind == "rs")
    }

    fn lines(&self) -> usize {
        self.text.lines().count()
    }
}

/// All hand-written files below `root`, in order of name.
///
/// # Errors
/// When a folder or file cannot be read.
pub(super) fn gather(root: &Path) -> Outcome<Vec<File>> {
    let mut files = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).map_err(|error| cannot_read(&folder, &error))?;
        for entry in entries.flatten() {
            let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
            if path.is_dir() {
                if !PASSED_OVER.contains(&name.as_str()) {
                    folders.push(path);
                }
            } else if is_looked_at(&path) {
                files.push(open(root, &path)?);
            }
        }
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
}

fn is_looked_at(path: &Path) -> bool {
    path.extension().is_some_and(|kind| KINDS.contains(&kind.to_string_lossy().as_ref()))
}

fn open(root: &Path, path: &Path) -> Outcome<File> {
    let bytes = std::fs::read(path).map_err(|error| cannot_read(path, &error))?;
    let name = path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/");
    Ok(File { name, text: String::from_utf8_lossy(&bytes).into_owned() })
}

fn cannot_read(path: &Path, error: &std::io::Error) -> String {
    format!("{} cannot be read: {error}", path.display())
}

/// The ten longest source files, for the reader to wonder about.
pub(super) fn largest(files: &[File]) -> String {
    let mut sizes: Vec<(usize, &str)> =
        files.iter().filter(|file| file.is_rust()).map(|file| (file.lines(), file.name.as_str())).collect();
    sizes.sort_unstable_by(|a, b| b.cmp(a));
    let rows: Vec<String> =
        sizes.iter().take(10).map(|(lines, name)| format!("{lines:>6}  {name}")).collect();
    format!("Longest source files (lines, at most {LONGEST}):\n{}", rows.join("\n"))
}

/// All findings in these files.
pub(super) fn check(files: &[File]) -> Vec<String> {
    files.iter().flat_map(check_one).collect()
}

fn check_one(file: &File) -> Vec<String> {
    let mut findings = notes(file);
    if file.is_rust() {
        if file.lines() > LONGEST {
            findings.push(format!(
                "{}: {} lines, at most {LONGEST}: split it by reason",
                file.name,
                file.lines()
            ));
        }
        if !file.text.starts_with("//!") {
            findings.push(format!("{}:1: begins without `//!`: say what the module is for", file.name));
        }
    }
    if file.name.ends_with("/Cargo.toml") && !file.text.contains("[lints]\nworkspace = true") {
        findings.push(format!("{}: lacks `[lints]` with `workspace = true`", file.name));
    }
    findings
}

fn notes(file: &File) -> Vec<String> {
    let mut findings = Vec::new();
    for (index, line) in file.text.lines().enumerate() {
        for word in line.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_') {
            if NOTES.contains(&word) {
                findings.push(format!("{}:{}: `{word}`: do it or file an issue", file.name, index + 1));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(name: &str, text: &str) -> Vec<String> {
        check(&[File { name: name.to_owned(), text: text.to_owned() }])
    }

    #[test]
    fn a_short_commented_module_is_fine() {
        assert!(findings("crates/a/src/b.rs", "//! What it is for.\n\nfn main() {}\n").is_empty());
    }

    #[test]
    fn a_module_without_comment_is_found() {
        assert_eq!(
            findings("a.rs", "use x;\n"),
            ["a.rs:1: begins without `//!`: say what the module is for"]
        );
    }

    #[test]
    fn a_long_file_is_found_one_line_past_the_limit() {
        let text = format!("//! Long.\n{}", "\n".repeat(LONGEST - 1));
        assert!(findings("a.rs", &text).is_empty());
        assert!(findings("a.rs", &format!("{text}\n")).iter().any(|finding| finding.contains("601 lines")));
    }

    #[test]
    fn a_note_left_behind_is_found_as_a_word_only() {
        let note = concat!("TO", "DO");
        assert_eq!(findings("a.mjs", &format!("x\n// {note}: y\n")).len(), 1);
        assert!(findings("a.mjs", &format!("// {note}LIST my{note}\n")).is_empty());
    }

    #[test]
    fn a_crate_outside_the_workspace_lints_is_found() {
        assert_eq!(findings("crates/a/Cargo.toml", "[package]\n").len(), 1);
        assert!(findings("crates/a/Cargo.toml", "[lints]\nworkspace = true\n").is_empty());
    }

    #[test]
    fn folders_of_others_are_passed_over() {
        let top = tempfile::tempdir().unwrap();
        for name in ["src/a.rs", "target/b.rs", "assets/vendor/c.js", "notes.txt"] {
            let path = top.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "x").unwrap();
        }
        let names: Vec<String> = gather(top.path()).unwrap().into_iter().map(|file| file.name).collect();
        assert_eq!(names, ["src/a.rs"]);
    }
}
