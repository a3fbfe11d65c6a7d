//! Reading good files however they are laid out.

use std::io::Cursor;

use base::Day;
use report::xlsx::column::Column;
use report::xlsx::read::{Cell, Limits, Options, ReadError, open};
use rust_xlsxwriter::{Format, Workbook};

use crate::common::{HEAD_ROW, columns, dated_workbook, rows_of, sheet_xml, text};

/// A workbook as an office would hand it in: title rows, columns in another order, merged counties, odd spellings.
fn office_workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("说明").unwrap().write(0, 0, "请勿删除").unwrap();
    let sheet = book.add_worksheet();
    sheet.set_name("企业台账").unwrap();
    let plain = Format::new();
    sheet.merge_range(0, 0, 0, 5, "开封市企业基础台账", &plain).unwrap();
    sheet.write(1, 0, "填报单位：单位名称").unwrap();
    for (column, title) in (0_u16..).zip([
        "序号",
        "成立日期",
        "* 统一社会信用代码",
        "单位名称\n（盖章）",
        "所属县区",
        "从业人员数",
    ]) {
        sheet.write(3, column, title).unwrap();
    }
    sheet.merge_range(4, 4, 5, 4, "祥符区", &plain).unwrap();
    sheet.write(4, 0, 1).unwrap();
    sheet.write_with_format(4, 1, 44_362, &Format::new().set_num_format("yyyy/m/d")).unwrap();
    sheet.write(4, 2, "91410200MA40000000").unwrap();
    sheet.write(4, 3, "  甲化工有限公司 ").unwrap();
    sheet.write(4, 5, "１２０").unwrap();
    sheet.write(5, 1, "2020年5月1日").unwrap();
    sheet.write(5, 2, 914_102_000_000_000_000_f64).unwrap();
    sheet.write(5, 3, "乙公司").unwrap();
    sheet.write(5, 5, 7).unwrap();
    sheet.write(8, 3, "丙公司").unwrap();
    sheet.write(20_000, 9, " ").unwrap();
    book.save_to_buffer().unwrap()
}

#[test]
fn an_office_workbook_is_read_in_the_callers_order() {
    let bytes = office_workbook();
    let mut table = open(Cursor::new(&bytes), &columns(), &Options::default()).unwrap();
    let head = table.head().clone();
    assert_eq!((head.sheet.as_str(), head.row), ("企业台账", 4));
    assert_eq!(head.columns, [Some(4), Some(3), Some(2), Some(5), Some(1)]);
    assert_eq!(head.unknown, [("A".to_owned(), "序号".to_owned())]);
    assert!(head.missing(&columns()).is_empty() && head.doubled.is_empty());
    let rows: Vec<_> = table.rows().unwrap().map(Result::unwrap).collect();
    assert_eq!(rows.iter().map(|r| r.number).collect::<Vec<_>>(), [5, 6, 9], "Excel's own row numbers");
    assert_eq!(rows[0].cells[1..3], [text("甲化工有限公司"), text("91410200MA40000000")]);
    assert_eq!(rows[0].cells[3].number(), Some(120.0));
    assert_eq!(rows[0].cells[4], Cell::Day(Day::new(2021, 6, 15).unwrap()));
    assert_eq!(rows[1].cells[0], text("祥符区"), "the merged county covers the second row");
    assert!(rows[1].cells[2].lost_digits());
    assert_eq!(rows[1].cells[4].day(), Day::new(2020, 5, 1));
    assert_eq!(rows[2].cells[0], Cell::Empty, "and ends where the merged cell ends");
    assert_eq!(table.rows().unwrap().count(), 3, "rows can be read again");
}

#[test]
fn a_cell_merged_downwards_counts_once_where_the_column_says_so() {
    let mut wanted = columns();
    wanted[0].merged_down = false;
    let bytes = office_workbook();
    let mut table = open(Cursor::new(&bytes), &wanted, &Options::default()).unwrap();
    let rows: Vec<_> = table.rows().unwrap().map(Result::unwrap).collect();
    assert_eq!((&rows[0].cells[0], &rows[1].cells[0]), (&text("祥符区"), &Cell::Empty));
}

#[test]
fn missing_and_doubled_columns_are_reported() {
    let csv = "单位名称,name,从业人员数\n甲,乙,3\n";
    let table = open(Cursor::new(csv.as_bytes()), &columns(), &Options::default()).unwrap();
    let head = table.head();
    assert_eq!(head.doubled, [("name".to_owned(), vec!["A".to_owned(), "B".to_owned()])]);
    let wanted = columns();
    let missing: Vec<&str> = head.missing(&wanted).iter().map(|c| c.id.as_str()).collect();
    assert_eq!(missing, ["county", "uscc", "founded_on"]);
    let required: Vec<&str> = head.missing_required(&wanted).iter().map(|c| c.id.as_str()).collect();
    assert_eq!(required, ["uscc"]);
}

#[test]
fn csv_is_read_in_every_usual_encoding_and_separator() {
    let content = "企业台账,,\n单位名称,统一社会信用代码,从业人员数\n\"甲,乙\n公司\",\"=\"\"0914\"\"\",12\n,,\n丙𠮷,1,\n";
    let (gb, _, _) = encoding_rs::GB18030.encode(content);
    let utf16: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain(content.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let with_mark = [b"\xEF\xBB\xBF", content.as_bytes()].concat();
    let semicolons = content
        .replace(",,", ";;")
        .replace("称,", "称;")
        .replace("码,", "码;")
        .replace("\"\"\",12", "\"\"\";12")
        .replace("\",\"=", "\";\"=")
        .replace("丙𠮷,1,", "丙𠮷;1;");
    let tabs = semicolons.replace(';', "\t");
    for (name, bytes) in [
        ("utf-8", content.as_bytes().to_vec()),
        ("utf-8 with mark", with_mark),
        ("gb18030", gb.into_owned()),
        ("utf-16", utf16),
        ("semicolons", semicolons.into_bytes()),
        ("tabs", tabs.into_bytes()),
    ] {
        let rows = rows_of(&bytes).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(rows.len(), 2, "{name}");
        assert_eq!(rows[0].cells[1..4], [text("甲,乙\n公司"), text("0914"), text("12")], "{name}");
        assert_eq!((rows[1].number, &rows[1].cells[1]), (5, &text("丙𠮷")), "{name}");
    }
}

#[test]
fn long_text_files_are_decoded_across_every_boundary() {
    let mut content = "单位名称,统一社会信用代码\n".to_owned();
    for i in 0..20_000 {
        content += &format!("开封市第{i}化工厂,{i}\n");
    }
    let (gb, _, _) = encoding_rs::GB18030.encode(&content);
    for bytes in [content.as_bytes(), &gb] {
        let rows = rows_of(bytes).unwrap();
        assert_eq!(rows.len(), 20_000);
        assert!(rows.iter().enumerate().all(|(i, r)| r.cells[1] == text(&format!("开封市第{i}化工厂"))));
    }
}

#[test]
fn a_sheet_is_picked_by_name_and_a_wrong_name_lists_the_others() {
    let bytes = office_workbook();
    let by = |sheet| Options { sheet: Some(sheet), limits: Limits::default() };
    assert!(open(Cursor::new(&bytes), &columns(), &by(" 企业台账 ")).is_ok());
    let error = open(Cursor::new(&bytes), &columns(), &by("人员")).err().unwrap();
    assert!(matches!(&error, ReadError::NoSheet { present, .. } if present == &["说明", "企业台账"]));
    assert_eq!(open(Cursor::new(&bytes), &columns(), &by("说明")).err().unwrap().code(), "file.no_head");
}

#[test]
fn limits_stop_long_and_wide_files() {
    let bytes = office_workbook();
    let limits = Limits { rows: 2, ..Limits::default() };
    let mut table = open(Cursor::new(&bytes), &columns(), &Options { sheet: None, limits }).unwrap();
    let last = table.rows().unwrap().last().unwrap();
    assert_eq!(last.unwrap_err().code(), "file.too_many_rows");
    let limits = Limits { columns: 3, ..Limits::default() };
    let error = open(Cursor::new(&bytes), &columns(), &Options { sheet: None, limits }).err().unwrap();
    assert_eq!(error.code(), "file.too_many_columns");
    let limits = Limits { bytes: 100, ..Limits::default() };
    let error = open(Cursor::new(&bytes), &columns(), &Options { sheet: None, limits }).err().unwrap();
    assert_eq!(error.code(), "file.too_large");
}

#[test]
fn a_single_wanted_column_is_enough_for_a_head() {
    let wanted = [Column::new("code", "编码", "Code")];
    let mut table =
        open(Cursor::new(b"\xE7\xBC\x96\xE7\xA0\x81\nA1\n"), &wanted, &Options::default()).unwrap();
    assert_eq!(table.rows().unwrap().next().unwrap().unwrap().cells, [text("A1")]);
}

#[test]
fn workbooks_that_count_days_from_1904_mean_the_same_days() {
    let head = HEAD_ROW.replace("统一社会信用代码", "成立日期");
    for (from_1904, serial, day) in [(false, 44_362, "2021-06-15"), (true, 42_900, "2021-06-15")] {
        let row = format!(r#"<row r="2"><c r="B2" s="1"><v>{serial}</v></c></row>"#);
        let bytes = dated_workbook(sheet_xml(&format!("{head}{row}")).as_bytes(), from_1904);
        let rows = rows_of(&bytes).unwrap();
        assert_eq!(rows[0].cells[4], Cell::Day(Day::parse(day).unwrap()), "{from_1904}");
    }
}
