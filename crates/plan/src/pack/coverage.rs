//! Coverage: row, the elements that name it, and whether one of them does what the row says.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use base::Text;
use toml::Spanned;

use super::row::{ClauseRow, RowKind};
use super::{Binding, Model, parent_of, part_of, serve};

/// An element that names a row, and what it lacks to serve it.
#[derive(Debug, Clone)]
pub struct Named<'a> {
    /// The element.
    pub element: &'a Binding,
    /// Why it does not serve the row; empty when it does.
    pub wanting: Vec<String>,
}

/// What becomes of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowState {
    /// An element does what it says.
    Served,
    /// A row of a part that was not asked for carries it.
    Open,
    /// Nothing serves it.
    Unserved,
}

/// One row with what serves it.
#[derive(Debug, Clone)]
pub struct Line<'a> {
    /// The row.
    pub row: &'a ClauseRow,
    /// Served, open or not.
    pub state: RowState,
    /// The elements that name it, or a row that demands the same.
    pub elements: Vec<Named<'a>>,
}

/// How the rows of a plan are served.
#[derive(Debug, Clone)]
pub struct Coverage<'a> {
    /// The rows in the order of the plan.
    pub lines: Vec<Line<'a>>,
    /// Elements that name rows or clauses which do not exist: (element, id).
    pub strays: Vec<(&'a Binding, &'a str)>,
}

impl Coverage<'_> {
    /// How many rows are in that state.
    #[must_use]
    pub fn count(&self, state: RowState) -> usize {
        self.lines.iter().filter(|l| l.state == state).count()
    }
}

/// Looks at `rows` (of `part`, `M` or `A2`, where one is named) with the elements of `model`.
#[must_use]
pub fn coverage<'a>(rows: &'a [ClauseRow], model: &'a Model, part: Option<&str>) -> Coverage<'a> {
    let groups = groups(rows);
    let kinds: BTreeMap<&str, RowKind> = rows.iter().map(|r| (r.id.get_ref().as_str(), r.kind)).collect();
    let mut naming: BTreeMap<&str, Vec<&Binding>> = BTreeMap::new();
    for element in &model.bindings {
        for clause in &element.clauses {
            naming.entry(clause).or_default().push(element);
        }
    }
    let parts: BTreeSet<&str> = rows.iter().map(|r| part_of(r.id.get_ref())).collect();
    let wanted = rows.iter().filter(|r| part.is_none_or(|p| part_of(r.id.get_ref()).eq_ignore_ascii_case(p)));
    let lines = wanted
        .map(|row| {
            let group = groups.get(row.id.get_ref().as_str());
            let mut elements: Vec<Named<'_>> = Vec::new();
            for id in group.into_iter().flatten() {
                for element in naming.get(id).into_iter().flatten() {
                    if elements.iter().any(|n| n.element.kind == element.kind && n.element.id == element.id) {
                        continue;
                    }
                    elements.push(named(element, row.kind, kinds.get(id).copied(), model));
                }
            }
            let served = elements.iter().any(|n| n.wanting.is_empty());
            let carried = row.same_as.iter().chain(&row.carried_by).any(|id| !parts.contains(part_of(id)));
            let state = match (served, carried) {
                (true, _) => RowState::Served,
                (false, true) => RowState::Open,
                (false, false) => RowState::Unserved,
            };
            Line { row, state, elements }
        })
        .collect();
    Coverage { lines, strays: strays(rows, model, &parts) }
}

/// A row that demands the same may be of another kind: the element then serves by either.
fn named<'a>(element: &'a Binding, row: RowKind, same: Option<RowKind>, model: &Model) -> Named<'a> {
    let wanting = serve::wanting(element, row, model);
    let by_same = same.filter(|kind| *kind != row && !wanting.is_empty());
    let served = by_same.is_some_and(|kind| serve::wanting(element, kind, model).is_empty());
    Named { element, wanting: if served { Vec::new() } else { wanting } }
}

/// For each row all rows that demand the same, itself first.
fn groups(rows: &[ClauseRow]) -> BTreeMap<&str, Vec<&str>> {
    let mut beside: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for row in rows {
        let id = row.id.get_ref().as_str();
        beside.entry(id).or_default();
        for other in row.same_as.iter().chain(&row.carried_by) {
            beside.entry(id).or_default().insert(other);
            beside.entry(other).or_default().insert(id);
        }
    }
    let mut found = BTreeMap::new();
    for row in rows {
        let id = row.id.get_ref().as_str();
        let mut reached = vec![id];
        // One further step: rows of several parts that point to one annex row do not all demand the same.
        reached.extend(beside.get(id).into_iter().flatten().filter(|other| **other != id));
        found.insert(id, reached);
    }
    found
}

/// Ids that elements name and that are neither rows nor clauses, of the parts whose rows are known.
fn strays<'a>(rows: &[ClauseRow], model: &'a Model, parts: &BTreeSet<&str>) -> Vec<(&'a Binding, &'a str)> {
    let known: BTreeSet<&str> = rows
        .iter()
        .map(|r| r.id.get_ref().as_str())
        .chain(model.clauses.iter().map(|c| c.id.get_ref().as_str()))
        .collect();
    let named = model.bindings.iter().flat_map(|e| e.clauses.iter().map(move |c| (e, c.as_str())));
    named
        .filter(|(_, id)| {
            let clause_known = parent_of(id).is_some_and(|above| known.contains(above));
            !known.contains(id) && (parts.contains(part_of(id)) || !clause_known)
        })
        .collect()
}

/// Reads rows from the `.tsv` files of a folder: a head line with at least `id`, `kind`, `title_zh`, `title_en`, and
/// `same_as` with ids separated by `;`.
///
/// # Errors
/// A file cannot be read, a column is missing, a row has an unknown kind; with file and line.
pub fn read_rows(folder: &Path) -> Result<Vec<ClauseRow>, String> {
    let entries =
        std::fs::read_dir(folder).map_err(|e| format!("{} cannot be read: {e}", folder.display()))?;
    let mut files: Vec<_> = entries.flatten().map(|e| e.path()).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "tsv"));
    files.sort();
    let mut rows = Vec::new();
    for file in &files {
        read_file(file, &mut rows)?;
    }
    if rows.is_empty() {
        return Err(format!("{} holds no rows; name the folder with the .tsv files", folder.display()));
    }
    Ok(rows)
}

fn read_file(file: &Path, rows: &mut Vec<ClauseRow>) -> Result<(), String> {
    let name = file.display();
    let text = std::fs::read_to_string(file).map_err(|e| format!("{name} cannot be read: {e}"))?;
    let mut lines = text.lines().enumerate();
    let head: Vec<&str> = lines.next().map(|(_, line)| line.split('\t').collect()).unwrap_or_default();
    let column = |wanted: &str| {
        head.iter().position(|h| *h == wanted).ok_or_else(|| format!("{name}:1: has no column \"{wanted}\""))
    };
    let (id, kind) = (column("id")?, column("kind")?);
    let (zh, en, same) = (column("title_zh")?, column("title_en")?, column("same_as")?);
    for (at, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
        let cells: Vec<&str> = line.split('\t').collect();
        let cell = |column: usize| cells.get(column).map_or("", |c| c.trim());
        let known = RowKind::WRITTEN.map(|(written, _)| written).join(", ");
        let kind = RowKind::parse(cell(kind)).ok_or_else(|| {
            format!("{name}:{}: \"{}\" is not a kind of row; known are {known}", at + 1, cell(kind))
        })?;
        let same_as = cell(same).split(';').map(str::trim).filter(|s| !s.is_empty());
        rows.push(ClauseRow {
            id: Spanned::new(0..0, cell(id).to_owned()),
            kind,
            title: Text::new(cell(zh), cell(en)),
            same_as: same_as.map(str::to_owned).collect(),
            carried_by: Vec::new(),
        });
    }
    Ok(())
}
