//! `cargo xtask plan-score [--clauses DIR] [--seed FILE] [--differences]`: how well the plan reader reads the plan.
//!
//! Compares what [`plan::read`] finds in the official text with the hand-made map of its clauses (`clauses-*.tsv`) and
//! prints precision and recall for ids, leads, supports, days and targets. How the two are made comparable:
//!
//! - **ids**: the map splits a clause into lettered rows (`A2.2.3.3i`); the letter is dropped. A found id is right when it is
//!   in the map or above an id of the map (headings have no rows). Items that the text numbers within a clause that the map
//!   splits by letters (一是 below `4.`) are *finer than the map*: listed and counted apart, neither right nor wrong.
//! - **leads, supports**: names pass through the reader's table of aliases on both sides. Bodies that are responsible for
//!   everything that follows (以下均需…不再列出) are *standing*: the map repeats them on every clause in some annexes and
//!   writes one row in others, so they are scored apart, and only where the map repeats them.
//! - **days, targets**: the map also holds inferred ones. One counts as *stated* only when its words occur in the text of the
//!   clause (see [`day_is_stated`], [`target_is_stated`]); what the reader finds is always counted. `=` and `>=` are not
//!   distinguished, and times per period are brought to one year.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

use plan::document::{Clause, Document, Origin, Party};

/// Found, wanted and right.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Score {
    /// What the reader found.
    pub found: usize,
    /// What of it the map has.
    pub right: usize,
    /// What the map has.
    pub wanted: usize,
    /// What of that the reader found.
    pub met: usize,
}

impl Score {
    /// Share of what was found that is right; 1 when nothing was found.
    #[must_use]
    pub(crate) fn precision(self) -> f64 {
        share(self.right, self.found)
    }

    /// Share of what is wanted that was found; 1 when nothing is wanted.
    #[must_use]
    pub(crate) fn recall(self) -> f64 {
        share(self.met, self.wanted)
    }

    fn add<T: Ord>(&mut self, found: &BTreeSet<T>, wanted: &BTreeSet<T>) {
        let both = found.intersection(wanted).count();
        self.found += found.len();
        self.wanted += wanted.len();
        self.right += both;
        self.met += both;
    }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

/// All figures of one run.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scores {
    /// Clause ids.
    pub ids: Score,
    /// Departments that lead.
    pub leads: Score,
    /// Departments that support, without standing ones.
    pub supports: Score,
    /// Standing responsibility where the map repeats it.
    pub standing: Score,
    /// Days that the clause itself states.
    pub days: Score,
    /// Targets that the clause itself states.
    pub targets: Score,
    /// Ids that the text numbers and the map does not.
    pub finer: Vec<String>,
    /// Clauses stand in the order of the text and each within the one above it.
    pub in_order: bool,
    /// One line per difference.
    pub differences: Vec<String>,
    /// What was left out and why.
    pub notes: Vec<String>,
}

/// What the map says of one clause.
#[derive(Debug, Clone, Default)]
struct Wanted {
    leads: BTreeSet<String>,
    supports: BTreeSet<String>,
    days: BTreeSet<String>,
    targets: BTreeSet<String>,
}

/// Runs the command.
///
/// # Errors
/// When an argument is unknown or a file cannot be read.
pub(crate) fn run(args: &[String]) -> Result<(), String> {
    let (mut clauses, mut seed, mut differences) =
        (PathBuf::from("../shared/plan"), PathBuf::from("../shared/seed/kaifeng-2020.txt"), false);
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        let mut next =
            || rest.next().map(PathBuf::from).ok_or_else(|| format!("{arg} needs a path behind it"));
        match arg.as_str() {
            "--clauses" => clauses = next()?,
            "--seed" => seed = next()?,
            "--differences" => differences = true,
            other => {
                return Err(format!(
                    "unknown argument {other}; known are --clauses DIR, --seed FILE, --differences"
                ));
            }
        }
    }
    let scores = score(&clauses, &seed)?;
    write_out(&report(&scores, differences))
}

fn write_out(text: &str) -> Result<(), String> {
    use std::io::Write as _;
    std::io::stdout().lock().write_all(text.as_bytes()).map_err(|e| format!("cannot write: {e}"))
}

/// The figures as a table.
#[must_use]
pub(crate) fn report(scores: &Scores, differences: bool) -> String {
    let mut out = String::from("                 found   wanted  precision  recall\n");
    let rows = [
        ("ids", scores.ids),
        ("leads", scores.leads),
        ("supports", scores.supports),
        ("standing", scores.standing),
        ("days (stated)", scores.days),
        ("targets (stated)", scores.targets),
    ];
    for (name, score) in rows {
        let _ = writeln!(
            out,
            "{name:<16} {:>5}   {:>6}     {:.4}  {:.4}",
            score.found,
            score.wanted,
            score.precision(),
            score.recall()
        );
    }
    let _ = writeln!(
        out,
        "finer than the map: {} items within clauses that the map splits by letters",
        scores.finer.len()
    );
    let _ = writeln!(
        out,
        "order and nesting of clauses: {}",
        if scores.in_order { "as in the text" } else { "BROKEN" }
    );
    for note in &scores.notes {
        let _ = writeln!(out, "{note}");
    }
    if differences {
        let _ = writeln!(out, "finer: {}", scores.finer.join(" "));
        for line in &scores.differences {
            let _ = writeln!(out, "{line}");
        }
    }
    out
}

/// Reads text and map and compares them.
///
/// # Errors
/// When a file is missing or not as expected.
pub(crate) fn score(clauses: &Path, seed: &Path) -> Result<Scores, String> {
    let bytes = std::fs::read(seed).map_err(|e| format!("cannot read {}: {e}", seed.display()))?;
    let document = plan::read::read(&bytes, &seed.display().to_string())
        .map_err(|e| format!("{}: {e}", seed.display()))?;
    let wanted = load_map(clauses)?;
    let mut scores = Scores { in_order: in_order(&document), ..Scores::default() };
    score_ids(&document, &wanted, &mut scores);
    score_parties(&document, &wanted, &mut scores);
    score_values(&document, &wanted, &mut scores);
    Ok(scores)
}

fn load_map(folder: &Path) -> Result<BTreeMap<String, Wanted>, String> {
    let mut map: BTreeMap<String, Wanted> = BTreeMap::new();
    let entries = std::fs::read_dir(folder).map_err(|e| format!("cannot read {}: {e}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
    files.retain(|f| {
        f.file_name()
            .and_then(|n| n.to_str())
            .is_some_and(|n| n.starts_with("clauses-") && n.ends_with(".tsv"))
    });
    files.sort();
    for file in &files {
        let text =
            std::fs::read_to_string(file).map_err(|e| format!("cannot read {}: {e}", file.display()))?;
        let mut lines = text.lines();
        let header: Vec<&str> = lines.next().unwrap_or("").split('\t').collect();
        let column = |name: &str| {
            header
                .iter()
                .position(|h| *h == name)
                .ok_or_else(|| format!("{}: no column {name}", file.display()))
        };
        let (id, lead, support, due, target) =
            (column("id")?, column("lead")?, column("support")?, column("due")?, column("target")?);
        for line in lines.filter(|l| !l.is_empty()) {
            let cells: Vec<&str> = line.split('\t').collect();
            let cell = |at: usize| cells.get(at).copied().unwrap_or("");
            let entry = map
                .entry(cell(id).trim_end_matches(|c: char| c.is_ascii_lowercase()).to_owned())
                .or_default();
            entry.leads.extend(names(cell(lead)));
            entry.supports.extend(names(cell(support)));
            if !cell(due).is_empty() {
                entry.days.insert(cell(due).to_owned());
            }
            entry.targets.extend(targets(cell(target)));
        }
    }
    if map.is_empty() { Err(format!("{} holds no clauses-*.tsv", folder.display())) } else { Ok(map) }
}

fn names(cell: &str) -> Vec<String> {
    cell.split(';')
        .filter(|n| !n.is_empty())
        .map(|n| plan::read::department_name(n).unwrap_or_else(|| n.to_owned()))
        .collect()
}

/// Starts rise, every clause lies within the one above it and within the text.
fn in_order(document: &Document) -> bool {
    let rising = document.clauses.windows(2).all(|w| matches!(w, [a, b] if a.range.start < b.range.start));
    let nested = document.clauses.iter().all(|c| {
        let above = c.parent.as_ref().and_then(|p| document.clause(p));
        above.is_none_or(|a| a.range.start <= c.range.start && c.range.end <= a.range.end)
    });
    rising && nested && document.clauses.iter().all(|c| c.range.end <= document.text.len())
}

/// The ids above an id, nearest first.
fn above(id: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(id.rsplit_once('.').map(|(a, _)| a), |a| a.rsplit_once('.').map(|(a, _)| a))
}

fn score_ids(document: &Document, wanted: &BTreeMap<String, Wanted>, scores: &mut Scores) {
    let headings: BTreeSet<&str> = wanted.keys().flat_map(|id| above(id)).collect();
    let found: BTreeSet<&str> = document.clauses.iter().map(|c| c.id.as_str()).collect();
    for id in &found {
        if wanted.contains_key(*id) || headings.contains(id) {
            scores.ids.found += 1;
            scores.ids.right += 1;
        } else if above(id).any(|a| wanted.contains_key(a)) {
            scores.finer.push((*id).to_owned());
        } else {
            scores.ids.found += 1;
            scores.differences.push(format!("id      + {id} is not in the map"));
        }
    }
    for id in wanted.keys() {
        scores.ids.wanted += 1;
        if found.contains(id.as_str()) {
            scores.ids.met += 1;
        } else {
            scores.differences.push(format!("id      - {id} was not found"));
        }
    }
}

fn score_parties(document: &Document, wanted: &BTreeMap<String, Wanted>, scores: &mut Scores) {
    let part_of = |id: &str| id.split('.').next().unwrap_or("").to_owned();
    let of = |clause: &Clause, standing: bool| -> BTreeSet<String> {
        clause
            .leads
            .iter()
            .chain(&clause.supports)
            .filter(|p| (p.origin == Origin::Standing) == standing)
            .map(|p| p.name.clone())
            .collect()
    };
    let mut repeated: BTreeMap<String, (Score, Vec<String>)> = BTreeMap::new();
    for (id, map) in wanted {
        let empty = Clause::default();
        let clause = document.clause(id).unwrap_or(&empty);
        let standing = of(clause, true);
        let here = |parties: &[Party]| -> BTreeSet<String> {
            parties.iter().filter(|p| p.origin != Origin::Standing).map(|p| p.name.clone()).collect()
        };
        let without =
            |names: &BTreeSet<String>| -> BTreeSet<String> { names.difference(&standing).cloned().collect() };
        let pairs = [
            ("lead", here(&clause.leads), without(&map.leads)),
            ("support", here(&clause.supports), without(&map.supports)),
        ];
        for (kind, found, want) in pairs {
            let score = if kind == "lead" { &mut scores.leads } else { &mut scores.supports };
            score.add(&found, &want);
            differ(kind, id, &found, &want, &mut scores.differences);
        }
        let all: BTreeSet<String> = map.leads.union(&map.supports).cloned().collect();
        let both: BTreeSet<String> = all.intersection(&standing).cloned().collect();
        let entry = repeated.entry(part_of(id)).or_default();
        entry.0.add(&standing, &both);
        differ("stands", id, &standing, &both, &mut entry.1);
    }
    for (part, (score, differences)) in repeated {
        if score.right > 0 {
            scores.standing.found += score.found;
            scores.standing.right += score.right;
            scores.standing.wanted += score.wanted;
            scores.standing.met += score.met;
            scores.differences.extend(differences);
        } else if score.found > 0 {
            scores.notes.push(format!(
                "standing in {part}: {} found; the map does not repeat them there",
                score.found
            ));
        }
    }
}

/// A clause of the map with what the text numbers within it.
fn with_finer<'a>(document: &'a Document, id: &str, wanted: &BTreeMap<String, Wanted>) -> Vec<&'a Clause> {
    let belongs = |c: &Clause| {
        c.id == id
            || (!wanted.contains_key(&c.id) && above(&c.id).find(|a| wanted.contains_key(*a)) == Some(id))
    };
    document.clauses.iter().filter(|c| belongs(c)).collect()
}

fn score_values(document: &Document, wanted: &BTreeMap<String, Wanted>, scores: &mut Scores) {
    let (mut inferred_days, mut inferred_targets) = (0, 0);
    for (id, map) in wanted {
        let clauses = with_finer(document, id, wanted);
        let text: String = clauses.iter().map(|c| c.text()).collect();
        let days: BTreeSet<String> =
            clauses.iter().flat_map(|c| &c.dues).filter_map(|d| d.date).map(|d| d.to_string()).collect();
        let stated: BTreeSet<String> = map.days.iter().filter(|d| day_is_stated(d, &text)).cloned().collect();
        inferred_days += map.days.len() - stated.len();
        scores.days.add(&days, &stated);
        differ("day", id, &days, &stated, &mut scores.differences);
        let found: BTreeSet<String> =
            clauses.iter().flat_map(|c| &c.targets).flat_map(|t| targets(&t.value)).collect();
        let stated: BTreeSet<String> =
            map.targets.iter().filter(|t| target_is_stated(t, &text)).cloned().collect();
        inferred_targets += map.targets.len() - stated.len();
        scores.targets.add(&found, &stated);
        differ("target", id, &found, &stated, &mut scores.differences);
    }
    scores
        .notes
        .push(format!("left out as inferred by the map: {inferred_days} days, {inferred_targets} targets"));
}

fn differ(kind: &str, id: &str, found: &BTreeSet<String>, wanted: &BTreeSet<String>, out: &mut Vec<String>) {
    let list =
        |set: std::collections::btree_set::Difference<'_, String>| set.cloned().collect::<Vec<_>>().join(" ");
    if found != wanted {
        out.push(format!(
            "{kind:<7} ~ {id}: only found [{}], only in the map [{}]",
            list(found.difference(wanted)),
            list(wanted.difference(found))
        ));
    }
}

/// Whether one of the usual wordings of a day occurs in a text: `2020-12-31` as 2020年底, 2020年年底, 2020年末, 2020年12月, 至12月
/// or the bare year; other month ends as N月底, N月, before the next month, or the end of a half-year or quarter; other
/// days as N月N日 or N月中旬.
#[must_use]
pub(crate) fn day_is_stated(day: &str, text: &str) -> bool {
    let mut parts = day.split('-').map(|p| p.parse::<u32>().unwrap_or(0));
    let (year, month, date) =
        (parts.next().unwrap_or(0), parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    let mut words = vec![format!("{month}月{date}日")];
    let month_ends = date >= 28;
    if month_ends {
        words.extend([
            format!("{year}年{month}月"),
            format!("{month}月底"),
            format!("至{month}月"),
            format!("{year}年{}月前", month + 1),
        ]);
    }
    match (month, date) {
        (12, 31) => words.push(format!("{year}年")),
        (6, 30) => words.push(format!("{year}年上半年")),
        (_, 10) => words.push(format!("{month}月上旬")),
        (_, 20) => words.push(format!("{month}月中旬")),
        _ => {}
    }
    words.iter().any(|w| text.contains(w.as_str()))
}

/// Brings the spellings of targets together: `=100%` and `>=100%` are `100%`, `>=1/quarter` is `4/year`, `>=10辆` is `>=10`.
/// What has no number to compare (`>baseline`, `=5/5`) gives nothing.
fn targets(cell: &str) -> Vec<String> {
    cell.split([';']).flat_map(|t| t.split(" or ")).filter_map(target).collect()
}

fn target(text: &str) -> Option<String> {
    let text = text.trim();
    if text.starts_with("grade") {
        return Some(text.to_owned());
    }
    let at = text.find(['=', '<', '>'])?;
    let (operator, rest) =
        ["<=", ">=", "="].iter().find_map(|o| text.get(at..)?.strip_prefix(o).map(|r| (*o, r)))?;
    let digits = rest.chars().take_while(|c| c.is_ascii_digit() || *c == '.').count();
    let (number, unit) = (rest.get(..digits)?, rest.get(digits..)?.trim());
    let count: u32 = number.parse().ok()?;
    let per_year = |times: u32| Some(format!("{}/year", count * times));
    let most = operator == "<=";
    match unit {
        "%" => Some(format!("{number}%")),
        "/year" => per_year(1),
        "/half-year" => per_year(2),
        "/quarter" => per_year(4),
        "/month" => per_year(12),
        "d" | "日" | "天" if most => Some(format!("<={number}d")),
        "y" | "年" if most => Some(format!("<={number}y")),
        _ if unit.starts_with('/') => None,
        "" if count == 0 => Some("0".to_owned()),
        "" if operator == "=" => None,
        _ => Some(format!("{}{number}", if most { "<=" } else { ">=" })),
    }
}

/// Whether the number of a target, with the words that make it one, occurs in a text.
#[must_use]
pub(crate) fn target_is_stated(target: &str, text: &str) -> bool {
    let has = |words: &[&str]| words.iter().any(|w| text.contains(w));
    if let Some(number) = target.strip_suffix('%') {
        return text.contains(target) || (number == "100" && has(&["全覆盖", "百分之百"]));
    }
    if let Some(grade) = target.strip_prefix("grade>=") {
        return text.contains(&format!("达到{grade}级"));
    }
    if target.ends_with("/year") {
        let periods = ["每年", "每季", "每半年", "每月"];
        return text
            .split(['，', '。', '；', '：', '（'])
            .any(|p| p.contains('次') && periods.iter().any(|w| p.contains(w)));
    }
    if target == "0" {
        return has(&["清零", "零发生", "零事故"]);
    }
    let compared = has(&["不少于", "不低于", "至少", "以上", "不得超过", "不超过", "以内", "日内", "年内"]);
    match target.strip_prefix("<=").or_else(|| target.strip_prefix(">=")) {
        Some("1y") => compared && has(&["一年", "1年"]),
        Some(number) => {
            let digits = number.trim_end_matches(['d', 'y']);
            let standing_alone = text.match_indices(digits).any(|(at, _)| {
                let before = text.get(..at).and_then(|t| t.chars().next_back());
                let after = text.get(at + digits.len()..).and_then(|t| t.chars().next());
                !before.is_some_and(|c| c.is_ascii_digit())
                    && !after.is_some_and(|c| c.is_ascii_digit() || matches!(c, '年' | '月' | '.'))
            });
            compared && standing_alone
        }
        None => false,
    }
}
