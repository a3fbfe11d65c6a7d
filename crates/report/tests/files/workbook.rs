//! Exports: what is written can be read back, looks like the offices' form, and never runs.

use std::io::Cursor;

use base::{Day, Instant, Language};
use report::xlsx::column::{Column, ColumnKind};
use report::xlsx::read::{Cell, Options, open};
use report::xlsx::write::{Definition, Design, ExportColumn, PrintForm, Value, Workbook, WriteError};

use crate::common::{keep, part, text};

fn design() -> Design {
    let kinds = [
        ("单位名称", ColumnKind::Text),
        ("人数", ColumnKind::Whole),
        ("资金", ColumnKind::MoneyWan),
        ("期限", ColumnKind::Day),
        ("上报时间", ColumnKind::Instant),
        ("重大", ColumnKind::YesNo),
    ];
    Design {
        name: "隐患/台账:2021".into(),
        title: "事故隐患排查治理台账".into(),
        form: Some(PrintForm {
            unit: "祥符区应急管理局".into(), on: Day::new(2021, 6, 15), money: true
        }),
        columns: kinds.map(|(title, kind)| ExportColumn::new(title, kind)).to_vec(),
    }
}

fn written(language: Language) -> Vec<u8> {
    let mut book = Workbook::new(language);
    let mut sheet = book.sheet(&design()).unwrap();
    let day = Day::new(2021, 6, 30).unwrap();
    let at = Instant::parse("2021-06-15T09:30").unwrap();
    let values = [
        Value::Text("某某化工有限公司"),
        Value::Number(48.0),
        Value::Number(12.5),
        Value::Day(day),
        Value::Instant(at),
        Value::YesNo(true),
    ];
    sheet.row(&values).unwrap();
    for risky in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1"] {
        sheet
            .row(&[
                Value::Text(risky),
                Value::Empty,
                Value::Number(f64::NAN),
                Value::Empty,
                Value::Empty,
                Value::YesNo(false),
            ])
            .unwrap();
    }
    assert!(matches!(sheet.row(&[Value::Empty]), Err(WriteError::Uneven { row: 11, cells: 1, columns: 6 })));
    sheet.finish().unwrap();
    book.definitions(&[Definition {
        word: "重大".into(),
        meaning: "按判定标准".into(),
        source: "国家标准".into(),
    }])
    .unwrap();
    book.bytes().unwrap()
}

#[test]
fn what_is_written_is_read_back_cell_by_cell() {
    let bytes = written(Language::Chinese);
    keep("export.xlsx", &bytes);
    let wanted: Vec<Column> = design()
        .columns
        .iter()
        .enumerate()
        .map(|(i, c)| Column::new(format!("c{i}"), &c.title, ""))
        .collect();
    let mut table = open(Cursor::new(&bytes), &wanted, &Options::default()).unwrap();
    assert_eq!((table.head().row, table.head().sheet.as_str()), (3, "隐患 台账 2021"));
    let rows: Vec<_> = table.rows().unwrap().map(Result::unwrap).collect();
    assert_eq!(
        rows[0].cells,
        [
            text("某某化工有限公司"),
            Cell::Number(48.0),
            Cell::Number(12.5),
            Cell::Day(Day::new(2021, 6, 30).unwrap()),
            Cell::Instant(Instant::parse("2021-06-15T09:30").unwrap()),
            text("是"),
        ]
    );
    assert_eq!(rows[1].cells[0], text("=1+1"));
    assert_eq!(rows[1].cells[2], Cell::Empty, "not a number is an empty cell");
}

#[test]
fn text_never_becomes_a_formula() {
    let sheet = part(&written(Language::Chinese), "xl/worksheets/sheet1.xml");
    assert!(!sheet.contains("<f>"));
    assert!(sheet.contains("<t>=1+1</t>"));
    let styles = part(&written(Language::Chinese), "xl/styles.xml");
    assert!(styles.contains("quotePrefix"), "an edited cell stays text");
}

#[test]
fn the_print_form_has_what_an_office_stamps_and_signs() {
    let bytes = written(Language::Chinese);
    let texts = part(&bytes, "xl/worksheets/sheet1.xml");
    for words in [
        "填报单位（盖章）：祥符区应急管理局",
        "填报日期：2021年6月15日    单位：万元",
        "单位负责人：",
        "审核人：",
        "联系电话：",
        "第 &amp;P 页",
    ] {
        assert!(texts.contains(words), "{words}");
    }
    let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
    for setting in [
        r#"paperSize="9""#,
        r#"orientation="landscape""#,
        "fitToWidth",
        "<autoFilter ref=\"A3:F10\"",
        "ySplit=\"3\"",
    ] {
        let present =
            sheet.contains(setting) || (setting == "fitToWidth" && sheet.contains("fitToHeight=\"0\""));
        assert!(present, "{setting}");
    }
    let book = part(&bytes, "xl/workbook.xml");
    assert!(book.contains("_xlnm.Print_Titles"));
    assert!(part(&written(Language::English), "xl/worksheets/sheet1.xml").contains("Reporting unit (seal)"));
}

#[test]
fn very_long_text_is_cut_and_very_old_days_are_written_as_text() {
    let mut book = Workbook::new(Language::English);
    let columns = vec![ExportColumn::new("a", ColumnKind::Text), ExportColumn::new("b", ColumnKind::Day)];
    let mut sheet = book.sheet(&Design { name: String::new(), columns, ..Design::default() }).unwrap();
    let long = "隐".repeat(40_000);
    sheet.row(&[Value::Text(&long), Value::Day(Day::new(1899, 1, 1).unwrap())]).unwrap();
    sheet.finish().unwrap();
    let wanted = [Column::new("a", "", ""), Column::new("b", "", "")];
    let bytes = book.bytes().unwrap();
    let mut table = open(Cursor::new(&bytes), &wanted, &Options::default()).unwrap();
    let row = table.rows().unwrap().next().unwrap().unwrap();
    assert_eq!(row.cells[0].text().chars().count(), 32_767);
    assert!(row.cells[0].text().ends_with('…'));
    assert_eq!(row.cells[1].text(), "1899-01-01");
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(60))]
    #[test]
    fn any_text_comes_back_as_it_was_written(texts in proptest::collection::vec("\\PC{0,12}|[=+@_x0-9A-F\r\n\t&<>\"'-]{0,12}", 1..20)) {
        let mut book = Workbook::new(Language::Chinese);
        let columns = vec![ExportColumn::new("a", ColumnKind::Text), ExportColumn::new("b", ColumnKind::Whole)];
        let mut sheet = book.sheet(&Design { name: "x".into(), columns, ..Design::default() }).unwrap();
        for text in &texts {
            sheet.row(&[Value::Text(text), Value::Number(1.0)]).unwrap();
        }
        sheet.finish().unwrap();
        let bytes = book.bytes().unwrap();
        let wanted = [Column::new("a", "", ""), Column::new("b", "", "")];
        let mut table = open(Cursor::new(&bytes), &wanted, &Options::default()).unwrap();
        let back: Vec<Cell> = table.rows().unwrap().map(|row| row.unwrap().cells[0].clone()).collect();
        let meant: Vec<Cell> = texts.iter().map(|text| Cell::from_text(text)).collect();
        assert_eq!(back, meant);
    }
}
