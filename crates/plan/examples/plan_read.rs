//! Prints the outline (or with `--toml` the draft pack) of a document: `cargo run -p plan --example plan_read -- FILE`.

use std::io::Write;

fn main() -> Result<(), String> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let file = args.iter().find(|a| !a.starts_with("--")).ok_or("which file?")?;
    let bytes = std::fs::read(file).map_err(|e| format!("{file}: {e}"))?;
    let started = base::clock::Stopwatch::start();
    let document = plan::read::read(&bytes, file).map_err(|e| e.message().zh)?;
    let first = started.elapsed();
    let mut out = std::io::stdout().lock();
    let text = if args.iter().any(|a| a == "--toml") { document.to_toml() } else { document.outline() };
    if args.iter().any(|a| a == "--time") {
        let mut times: Vec<std::time::Duration> = Vec::new();
        for _ in 0..50 {
            let one = base::clock::Stopwatch::start();
            plan::read::read(&bytes, file).map_err(|e| e.to_string())?;
            times.push(one.elapsed());
        }
        times.sort();
        let median = times.get(times.len() / 2).copied().unwrap_or_default();
        return writeln!(out, "first read {first:?}, median of 50 more {median:?}")
            .map_err(|e| e.to_string());
    }
    out.write_all(text.as_bytes()).map_err(|e| e.to_string())
}
