//! Whatever the text, the reader gives an answer, and every answer lies within the text.

use plan::document::{Document, Place};
use plan::read::read;
use proptest::prelude::*;

/// Pieces of official documents, so that random texts come near real ones.
fn piece() -> impl Strategy<Value = String> {
    let words = [
        "一、",
        "二、",
        "（一）",
        "（二）",
        "(三)",
        "1.",
        "2．",
        "3、",
        "（1）",
        "2）",
        "①",
        "②",
        "一是",
        "二是",
        "第一章",
        "第二条",
        "附件",
        "附件1",
        "附件：1.",
        "\n",
        "\n\n",
        "\r\n",
        " ",
        "\u{3000}",
        "。",
        "，",
        "；",
        "：",
        "、",
        "（",
        "）",
        "《",
        "》",
        "〔2020〕5号",
        "[2021]3号",
        "2020年",
        "12月",
        "底前",
        "每年",
        "至",
        "20日前",
        "100%",
        "不少于",
        "10人",
        "一次",
        "市应急管理局",
        "县公安局",
        "牵头",
        "负责",
        "按职责分工负责",
        "配合",
        "以下均需",
        "责任单位：",
        "不再列出",
        "各县区政府",
        "台账",
        "平台",
        "GB/T 1-2016",
        "关于印发",
        "方案",
        "通知",
        "加强检查",
        "“",
        "”",
        "- 3 -",
        "到2022年",
        "\u{FEFF}",
        "０",
        "ａ",
    ];
    prop_oneof![8 => proptest::sample::select(words.to_vec()).prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)]
}

fn places(document: &Document) -> Vec<&Place> {
    let mut all: Vec<&Place> = document.parts.iter().map(|p| &p.place).collect();
    for clause in &document.clauses {
        all.extend(clause.leads.iter().chain(&clause.supports).map(|p| &p.place));
        all.extend(clause.dues.iter().map(|d| &d.place));
        all.extend(clause.recurrences.iter().map(|r| &r.place));
        all.extend(clause.targets.iter().map(|t| &t.place));
        all.extend(clause.citations.iter().map(|c| &c.place));
        all.extend(clause.systems.iter().map(|s| &s.place));
    }
    all
}

fn check(document: &Document) -> Result<(), TestCaseError> {
    let text = &document.text;
    for place in places(document) {
        prop_assert!(text.get(place.range.clone()).is_some(), "{place:?} is not a piece of the text");
        let breaks = text.matches(['\n', '\u{0C}', '\u{85}', '\u{2028}', '\u{2029}']).count();
        prop_assert!((1..=breaks + 1).contains(&place.line), "line {} of {}", place.line, breaks + 1);
    }
    let mut ids = std::collections::HashSet::new();
    let mut last = 0;
    for clause in &document.clauses {
        prop_assert!(text.get(clause.range.clone()).is_some());
        prop_assert!(ids.insert(&clause.id), "{} occurs twice", clause.id);
        prop_assert!(clause.range.start >= last, "{} stands before its elder", clause.id);
        last = clause.range.start;
        if let Some(above) = clause.parent.as_ref() {
            let above =
                document.clause(above).ok_or_else(|| TestCaseError::fail("the clause above is missing"))?;
            prop_assert!(above.range.start <= clause.range.start && clause.range.end <= above.range.end);
            prop_assert_eq!(above.level + 1, clause.level);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_pieces_of_documents_are_read(pieces in proptest::collection::vec(piece(), 0..120)) {
        if let Ok(document) = read(pieces.concat().as_bytes(), "any.txt") {
            check(&document)?;
            let sources = plan::pack::load_sources(vec![("any.toml".into(), "any.toml".into(), document.to_toml())]);
            prop_assert!(sources.is_ok(), "the draft does not load: {:?}", sources.err());
            prop_assert!(!document.outline().is_empty());
        }
    }

    #[test]
    fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..600), zip in any::<bool>()) {
        let bytes: Vec<u8> = if zip { b"PK\x03\x04".iter().copied().chain(bytes).collect() } else { bytes };
        match read(&bytes, "any") {
            Ok(document) => check(&document)?,
            Err(error) => prop_assert!(!error.message().zh.is_empty() && !error.to_string().is_empty()),
        }
    }
}

#[test]
fn a_text_of_nothing_but_numbers_is_read_in_time_that_grows_with_its_length() {
    for piece in [
        "（一）",
        "1.",
        "一是",
        "（",
        "《",
        "一、甲。\n",
        "（一）甲负责。\n",
        "附件1\n",
        "2020年",
        "责任单位：",
        "“清单",
        "一",
    ] {
        let text = piece.repeat(60_000 / piece.len());
        let document = read(text.as_bytes(), "long.txt").unwrap();
        check(&document).unwrap();
    }
}
