//! The template, filled in and imported; the bad rows, handed back and imported again.

use std::io::Cursor;

use base::{Language, Text};
use report::xlsx::bad_rows::{BadRows, Fault};
use report::xlsx::column::{Column, ColumnKind};
use report::xlsx::read::{Cell, ImportedRow, Options, open};
use report::xlsx::template::template;

use crate::common::{columns, keep, part, rows_of, text};

fn with_choices() -> Vec<Column> {
    let mut all = columns();
    all.push(
        Column::new("state", "状态", "State")
            .one_of(vec![Text::new("正常生产", "normal"), Text::new("停产", "stopped")]),
    );
    let sectors = (0..80).map(|i| Text::new(format!("行业领域第{i}类"), format!("sector {i}"))).collect();
    all.push(
        Column::new("sector", "行业领域", "Sector")
            .required()
            .one_of(sectors)
            .explained(Text::new("按方案分工填写", "As the plan divides"), "危险化学品"),
    );
    all.push(Column::new("found_at", "发现时间", "Found at").of_kind(ColumnKind::Instant));
    all.push(Column::new("dust", "涉爆粉尘", "Dust").of_kind(ColumnKind::YesNo));
    all
}

#[test]
fn the_template_guides_whoever_fills_it_in() {
    let name = Text::new("企业导入", "Enterprises");
    let about = Text::new("企业基础信息。", "Basic data of enterprises.");
    let bytes = template(&name, &about, &with_choices(), Language::Chinese).unwrap();
    keep("template.xlsx", &bytes);
    let texts = part(&bytes, "xl/sharedStrings.xml");
    for words in [
        "*单位名称",
        "填写说明 / How to fill",
        "企业基础信息。",
        "Basic data of enterprises.",
        "行业领域第79类",
    ] {
        assert!(texts.contains(words), "{words}");
    }
    let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
    assert!(sheet.contains("\"正常生产,停产\""), "a short list stands in the check");
    assert!(sheet.contains("选项_lists'!$G$1:$G$80"), "a long one on the hidden sheet");
    assert!(sheet.contains("\"是,否\""));
    let book = part(&bytes, "xl/workbook.xml");
    assert!(book.contains(r#"name="选项_lists" sheetId="3" state="hidden""#), "{book}");
    assert!(part(&bytes, "xl/styles.xml").contains("numFmtId=\"49\""), "codes are text");
    assert!(part(&bytes, "xl/comments1.xml").contains("必填。编码（文本格式）"));
    let mut table = open(Cursor::new(&bytes), &with_choices(), &Options::default()).unwrap();
    assert!(table.head().missing(&with_choices()).is_empty());
    assert_eq!(table.rows().unwrap().count(), 0, "an empty template has no rows");
    let english = template(&name, &about, &with_choices(), Language::English).unwrap();
    assert!(open(Cursor::new(&english), &with_choices(), &Options::default()).is_ok());
}

#[test]
fn bad_rows_come_back_as_they_were_and_can_be_imported_again() {
    let columns = columns();
    let row = ImportedRow {
        number: 17,
        cells: vec![text("祥符区"), text("=cmd()"), text("0914"), Cell::Number(3.5), Cell::Empty],
    };
    for language in [Language::Chinese, Language::English] {
        let mut bad = BadRows::new(&columns, language).unwrap();
        let faults = [
            Fault {
                column: Some(2),
                reason: Text::new("校验位错误，应为 18 位", "wrong check digit; 18 characters"),
            },
            Fault { column: None, reason: Text::new("与第 3 行重复", "the same as row 3") },
        ];
        bad.row(&row, &faults).unwrap();
        assert_eq!(bad.count(), 1);
        let bytes = bad.bytes().unwrap();
        keep(&format!("bad_rows_{}.xlsx", language.tag()), &bytes);
        let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
        assert!(!sheet.contains("<f>"));
        let reason = match language {
            Language::Chinese => "【统一社会信用代码】校验位错误，应为 18 位\n与第 3 行重复",
            Language::English => "Credit code: wrong check digit; 18 characters\nthe same as row 3",
        };
        assert!(sheet.contains(reason), "{sheet}");
        assert!(part(&bytes, "xl/styles.xml").contains("FFFFC7CE"), "bad cells are coloured");
        let again = rows_of(&bytes).unwrap();
        assert_eq!(again[0].cells, row.cells, "the cells are as they were");
        let table = open(Cursor::new(&bytes), &columns, &Options::default()).unwrap();
        assert!(
            table.head().unknown.is_empty(),
            "its own columns are passed over: {:?}",
            table.head().unknown
        );
    }
}
