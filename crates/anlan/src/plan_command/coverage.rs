//! `anlan plan coverage`: row, elements, and whether the demo city exercises them. Ends with failure while a row is unserved.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use base::Language;
use engine::Engine;
use engine::exercised::{Exercised, Eye};
use plan::pack::coverage::{Coverage, Line, RowState, coverage, read_rows};
use plan::pack::{Binding, ClauseRow, Model, part_of};

use crate::arguments::CoverageOptions;
use crate::data::{self, Opening};
use crate::{packs, say, say_error};

pub(super) fn run(options: &CoverageOptions) -> Result<(), String> {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    runtime.block_on(tell(options))
}

async fn tell(options: &CoverageOptions) -> Result<(), String> {
    let city = match &options.data {
        Some(data) if !data.join("anlan.sqlite").exists() && options.database.is_none() => {
            return Err(format!("{} holds no city; name its data folder with --data", data.display()));
        }
        Some(data) => {
            let opening = Opening {
                folder: data,
                database: options.database.as_deref(),
                packs: &options.packs,
                clock: data::clock_of(data, options.on),
            };
            Some(data::open(opening).await?)
        }
        None => None,
    };
    let own;
    let model: &Model = match &city {
        Some(city) => &city.engine.model,
        None => {
            own = model_of(&options.packs)?;
            &own
        }
    };
    let read;
    let rows = match &options.clauses {
        Some(folder) => {
            read = read_rows(folder)?;
            read.as_slice()
        }
        None => &model.rows,
    };
    let (rows, left) = carried(rows, model, options.part.as_deref());
    let found = coverage(&rows, model, options.part.as_deref());
    let states = match &city {
        Some(city) => Some(States::ask(&city.engine, &found, options.part.is_none()).await?),
        None => None,
    };
    if let Some(note) = city.as_ref().and_then(|city| crate::demo::unfinished(&city.folder)) {
        say_error(note);
    }
    say(told(&found, states.as_ref(), left, options.unserved).trim_end());
    match found.count(RowState::Unserved) {
        0 => Ok(()),
        count => Err(format!("{count} rows are unserved")),
    }
}

/// Everything that is said: rows with their elements, ids that are no rows, sums, elements that are not exercised.
fn told(found: &Coverage<'_>, states: Option<&States<'_>>, left: usize, only_unserved: bool) -> String {
    let mut text = String::new();
    for line in &found.lines {
        if !only_unserved || line.state == RowState::Unserved {
            text.push_str(&written(line, states));
        }
    }
    for (element, id) in &found.strays {
        let _ = writeln!(
            text,
            "? {} {} ({}:{}) names {id}, which is no row",
            element.kind, element.id, element.file, element.line
        );
    }
    if left > 0 {
        let _ = writeln!(
            text,
            "{left} rows of parts that the packs do not carry yet are left out; name one with --part"
        );
    }
    if let Some(states) = states {
        text.push_str(&states.idle());
    }
    text.push_str(&sums(found));
    if let Some(states) = states {
        let waiting = |l: &&Line<'_>| l.state == RowState::Served && !states.work(l);
        let idle = found.lines.iter().filter(waiting).count();
        let _ = write!(text, ", {idle} served but not exercised\n{}", states.sum());
    }
    text
}

/// How each element stands in the city, asked once however many rows name it.
struct States<'a> {
    found: Vec<(&'a Binding, Exercised)>,
}

impl<'a> States<'a> {
    /// Of the elements that name one of the rows, and with `all` of every other element of the packs too.
    async fn ask(engine: &'a Engine, coverage: &Coverage<'a>, all: bool) -> Result<Self, String> {
        let named = coverage.lines.iter().flat_map(|l| l.elements.iter().map(|n| n.element));
        let others = engine.model.bindings.iter().filter(|_| all);
        let mut asked = BTreeSet::new();
        let mut found = Vec::new();
        for element in named.chain(others) {
            if !asked.insert((element.kind, element.id.as_str())) {
                continue;
            }
            let state = engine.exercised(element, Eye::City).await;
            let state = state.map_err(|error| format!("{} {}: {error}", element.kind, element.id))?;
            found.extend(state.map(|state| (element, state)));
        }
        Ok(Self { found })
    }

    fn of(&self, element: &Binding) -> Option<&Exercised> {
        let same = |other: &Binding| other.kind == element.kind && other.id == element.id;
        self.found.iter().find(|(other, _)| same(other)).map(|(_, state)| state)
    }

    /// One of the elements that serve the row is exercised.
    fn work(&self, line: &Line<'_>) -> bool {
        let mut serving = line.elements.iter().filter(|named| named.wanting.is_empty());
        serving.any(|named| self.of(named.element).is_some_and(|s| s.yes))
    }

    /// The elements in force that are not exercised, each on a line of its own.
    fn idle(&self) -> String {
        let idle = self.found.iter().filter(|(_, state)| !state.yes && !state.idle);
        idle.fold(String::new(), |mut text, (element, state)| {
            let how = state.words(Language::English);
            let _ = writeln!(text, "not exercised: {} {} - {how}", element.kind, element.id);
            text
        })
    }

    fn sum(&self) -> String {
        let count = |which: fn(&Exercised) -> bool| self.found.iter().filter(|(_, s)| which(s)).count();
        let later = count(|s| s.idle);
        let (yes, all) = (count(|s| s.yes && !s.idle), self.found.len() - later);
        let mut text = format!("{yes} of {all} elements exercised");
        if later > 0 {
            let _ = write!(text, ", {later} more are not in force today");
        }
        text
    }
}

/// The rows of parts of which the packs have rows, or of the part asked for; and how many others there are.
fn carried(rows: &[ClauseRow], model: &Model, part: Option<&str>) -> (Vec<ClauseRow>, usize) {
    let parts: BTreeSet<&str> = model.rows.iter().map(|r| part_of(r.id.get_ref())).collect();
    let kept = |row: &&ClauseRow| {
        let own = part_of(row.id.get_ref());
        parts.is_empty() || parts.contains(own) || part.is_some_and(|p| own.eq_ignore_ascii_case(p))
    };
    let mut found: Vec<ClauseRow> = rows.iter().filter(kept).cloned().collect();
    // What a later part will carry stands in the packs alone.
    for row in &mut found {
        if let Some(own) = model.rows.iter().find(|own| own.id.get_ref() == row.id.get_ref()) {
            row.carried_by.clone_from(&own.carried_by);
        }
    }
    let left = rows.len() - found.len();
    (found, left)
}

/// Packs that are named, or those inside the program, read without a city.
fn model_of(folders: &[PathBuf]) -> Result<Model, String> {
    if folders.is_empty() {
        let folder = std::env::temp_dir().join(format!("anlan-packs-{}", std::process::id()));
        let model = packs::load(&[], &folder);
        // What was laid out for reading is not needed after it.
        let _ = std::fs::remove_dir_all(&folder);
        return model;
    }
    packs::load(folders, Path::new("."))
}

fn written(line: &Line<'_>, states: Option<&States<'_>>) -> String {
    let state = match line.state {
        RowState::Served => "served",
        RowState::Open => "open (a later part carries it)",
        RowState::Unserved => "UNSERVED",
    };
    let mut text = format!(
        "{:<12} {:<11} {state:<9} {}\n",
        line.row.id.get_ref(),
        line.row.kind.word(),
        line.row.title.zh
    );
    for named in &line.elements {
        let element = named.element;
        let _ = write!(text, "    {} {} ({}:{})", element.kind, element.id, element.file, element.line);
        if !named.wanting.is_empty() {
            let _ = write!(text, " - does not serve it: {}", named.wanting.join("; "));
        }
        if let Some(state) = states.and_then(|states| states.of(element)) {
            let word = if state.yes || state.idle { "" } else { "NOT EXERCISED: " };
            let _ = write!(text, " - {word}{}", state.words(Language::English));
        }
        text.push('\n');
    }
    text
}

fn sums(found: &Coverage<'_>) -> String {
    format!(
        "{} rows: {} served, {} open, {} unserved",
        found.lines.len(),
        found.count(RowState::Served),
        found.count(RowState::Open),
        found.count(RowState::Unserved)
    )
}
