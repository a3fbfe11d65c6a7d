//! When an element serves a row: the table of kinds, the demands on each, rows that demand the same, rows left open.

use std::path::{Path, PathBuf};

use plan::pack::coverage::{Coverage, RowState, coverage, read_rows};
use plan::pack::{ClauseRow, Model, Source, load_folder, load_sources, parent_of};

fn packs(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs").join(name)
}

fn load(text: &str) -> Model {
    let mut sources: Vec<Source> = load_folder(&packs("core")).unwrap();
    let own = vec![("own.toml".to_owned(), PathBuf::from("own.toml"), text.to_owned())];
    sources.extend(load_sources(own).unwrap_or_else(|faults| panic!("{faults}")));
    Model::from_sources(&sources).unwrap_or_else(|faults| panic!("{faults}"))
}

fn rows(lines: &[(&str, &str, &str)]) -> Vec<ClauseRow> {
    let folder = tempfile::tempdir().unwrap();
    let mut text = "id\tkind\ttitle_zh\ttitle_en\tsame_as\n".to_owned();
    for (id, kind, same) in lines {
        text.push_str(&format!("{id}\t{kind}\t甲\tA\t{same}\n"));
    }
    std::fs::write(folder.path().join("rows.tsv"), text).unwrap();
    read_rows(folder.path()).unwrap()
}

fn state(coverage: &Coverage<'_>, id: &str) -> RowState {
    coverage.lines.iter().find(|l| l.row.id.get_ref() == id).unwrap().state
}

const DELIVERABLE: &str = r#"
[[deliverable]]
id = "county-programme"
title = { zh = "甲", en = "A" }
clauses = ["X.1a", "X.1b", "X.1c"]
kind = "programme"
who = { subject = "county" }
by = 2020-06-30
to = ["city.office"]
remind = ["-10d"]
"#;

#[test]
fn an_element_serves_rows_of_its_kinds_and_no_others() {
    let model = load(DELIVERABLE);
    let rows = rows(&[
        ("X.1a", "duty", ""),
        ("X.1b", "evidence", ""),
        ("X.1c", "workflow", ""),
        ("X.1d", "duty", ""),
    ]);
    let found = coverage(&rows, &model, None);
    assert_eq!(state(&found, "X.1a"), RowState::Served);
    assert_eq!(state(&found, "X.1b"), RowState::Served);
    assert_eq!(state(&found, "X.1c"), RowState::Unserved);
    assert_eq!(state(&found, "X.1d"), RowState::Unserved);
    let line = found.lines.iter().find(|l| l.row.id.get_ref() == "X.1c").unwrap();
    assert_eq!(line.elements[0].element.line, 3);
    assert!(line.elements[0].wanting[0].contains("a workflow row is served by procedure"));
}

#[test]
fn an_element_that_lacks_what_makes_it_run_serves_nothing() {
    let model = load(&DELIVERABLE.replace("remind = [\"-10d\"]\n", ""));
    let rows = rows(&[("X.1a", "duty", "")]);
    let found = coverage(&rows, &model, None);
    assert_eq!(found.count(RowState::Unserved), 1);
    assert!(found.lines[0].elements[0].wanting[0].contains("nothing reminds"));
}

#[test]
fn rows_that_demand_the_same_share_an_element_and_rows_of_later_annexes_stay_open() {
    let model = load(DELIVERABLE);
    let rows = rows(&[
        ("X.1a", "duty", "Y.1a"),
        ("Y.1a", "campaign", ""),
        ("X.9a", "monitor", "Z.7b"),
        ("X.9b", "monitor", "Y.1a"),
    ]);
    let found = coverage(&rows, &model, None);
    assert_eq!(
        state(&found, "Y.1a"),
        RowState::Served,
        "it serves the row that demands the same by that row's kind"
    );
    assert_eq!(state(&found, "X.9a"), RowState::Open);
    assert_eq!(state(&found, "X.9b"), RowState::Unserved);
    assert_eq!(coverage(&rows, &model, Some("y")).lines.len(), 1, "a part alone");
}

#[test]
fn ids_that_are_no_rows_are_told() {
    let model = load(&DELIVERABLE.replace("\"X.1c\"", "\"X.1z\""));
    let rows = rows(&[("X.1a", "duty", ""), ("X.1b", "evidence", "")]);
    let found = coverage(&rows, &model, None);
    assert!(found.strays.iter().any(|(element, id)| element.id == "county-programme" && *id == "X.1z"));
}

#[test]
fn files_that_are_no_rows_are_refused_with_file_and_line() {
    let folder = tempfile::tempdir().unwrap();
    assert!(read_rows(folder.path()).unwrap_err().contains("holds no rows"));
    let file = folder.path().join("rows.tsv");
    std::fs::write(&file, "id\tkind\ttitle_zh\n").unwrap();
    assert!(read_rows(folder.path()).unwrap_err().contains("has no column \"title_en\""));
    std::fs::write(&file, "id\tkind\ttitle_zh\ttitle_en\tsame_as\nX.1a\tpoem\t甲\tA\t\n").unwrap();
    let wrong = read_rows(folder.path()).unwrap_err();
    assert!(wrong.contains("rows.tsv:2") && wrong.contains("known are register, duty"), "{wrong}");
}

#[test]
fn kaifeng_carries_the_rows_of_the_main_text_and_of_annexes_1_to_3() {
    let model = Model::load(&[&packs("core"), &packs("kaifeng-2020")]).unwrap();
    let count =
        |part: &str| model.rows.iter().filter(|r| plan::pack::part_of(r.id.get_ref()) == part).count();
    assert_eq!((count("M"), count("A1"), count("A2"), count("A3")), (348, 84, 176, 172));
    for row in &model.rows {
        let id = row.id.get_ref();
        let clause = parent_of(id).unwrap_or_default();
        assert!(model.clause(clause).is_some(), "{id} lies in no clause of the pack");
        assert!(!row.title.zh.is_empty() && !row.title.en.is_empty(), "{id}");
    }
}

#[test]
fn every_core_element_that_names_a_row_of_these_parts_names_one_that_exists() {
    let model = Model::load(&[&packs("core"), &packs("kaifeng-2020")]).unwrap();
    let found = coverage(&model.rows, &model, None);
    let strays: Vec<String> =
        found.strays.iter().map(|(e, id)| format!("{} {}: {id}", e.kind, e.id)).collect();
    assert!(strays.is_empty(), "{strays:#?}");
}

#[test]
fn no_row_of_the_main_text_and_annexes_1_to_3_loses_its_element() {
    let model = Model::load(&[&packs("core"), &packs("kaifeng-2020")]).unwrap();
    let found = coverage(&model.rows, &model, None);
    let unserved = found.lines.iter().filter(|l| l.state == RowState::Unserved);
    let lost: Vec<String> = unserved
        .map(|l| {
            let wanting = l
                .elements
                .iter()
                .map(|n| format!("{} {}: {}", n.element.kind, n.element.id, n.wanting.join("; ")));
            format!(
                "{} {} {}: {:?}",
                l.row.id.get_ref(),
                l.row.kind.word(),
                l.row.title.zh,
                wanting.collect::<Vec<_>>()
            )
        })
        .collect();
    assert!(lost.is_empty(), "{} rows are unserved:\n{}", lost.len(), lost.join("\n"));
}

#[test]
fn a_row_whose_only_element_is_taken_away_is_unserved() {
    let model = Model::load(&[&packs("core"), &packs("kaifeng-2020")]).unwrap();
    let found = coverage(&model.rows, &model, None);
    let line = found.lines.iter().find(|l| {
        let mut serving = l.elements.iter().filter(|n| n.wanting.is_empty());
        serving.next().is_some() && serving.next().is_none() && l.state == RowState::Served
    });
    let line = line.expect("some row is served by a single element");
    let only = line.elements.iter().find(|n| n.wanting.is_empty()).unwrap().element;
    let mut poorer = model.clone();
    poorer.bindings.retain(|b| (b.kind, &b.id) != (only.kind, &only.id));
    let without = coverage(&model.rows, &poorer, None);
    assert_ne!(state(&without, line.row.id.get_ref()), RowState::Served, "{} {}", only.kind, only.id);
}
