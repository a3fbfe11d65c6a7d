//! Small workbooks and archives made by hand.

use std::io::{Cursor, Read, Write};

use report::xlsx::column::{Column, ColumnKind};
use report::xlsx::read::{Cell, ImportedRow, Options, ReadError, open};
use zip::write::SimpleFileOptions;

/// The columns of a small list of enterprises.
pub(crate) fn columns() -> Vec<Column> {
    vec![
        Column::new("county", "所属县区", "County").merged_down(),
        Column::new("name", "单位名称", "Name").required(),
        Column::new("uscc", "统一社会信用代码", "Credit code").required().of_kind(ColumnKind::Code),
        Column::new("headcount", "从业人员数（人）", "Headcount").of_kind(ColumnKind::Whole),
        Column::new("founded_on", "成立日期", "Founded on").of_kind(ColumnKind::Day),
    ]
}

/// All rows of a file.
pub(crate) fn rows_of(bytes: &[u8]) -> Result<Vec<ImportedRow>, ReadError> {
    let mut table = open(Cursor::new(bytes), &columns(), &Options::default())?;
    table.rows()?.collect()
}

/// A text cell.
pub(crate) fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

/// One part of an archive as text.
pub(crate) fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

/// An archive of the given parts.
pub(crate) fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

const TYPES: &str =
    r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#;
const RELS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK: &str = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const BOOK_RELS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;

/// A workbook around the XML of one sheet and, if given, of the shared texts.
pub(crate) fn raw_workbook(sheet: &[u8], texts: Option<&[u8]>) -> Vec<u8> {
    let mut parts: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("_rels/.rels", RELS.as_bytes()),
        ("xl/workbook.xml", BOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", BOOK_RELS.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet),
    ];
    if let Some(texts) = texts {
        parts.push(("xl/sharedStrings.xml", texts));
    }
    archive(&parts)
}

/// The XML of a sheet around its rows.
pub(crate) fn sheet_xml(rows: &str) -> String {
    format!(
        r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
    )
}

/// A head row and one row of inline texts.
pub(crate) const HEAD_ROW: &str = r#"<row r="1"><c r="A1" t="inlineStr"><is><t>单位名称</t></is></c><c r="B1" t="inlineStr"><is><t>统一社会信用代码</t></is></c></row>"#;

/// A workbook whose style 1 is a day, counted from 1900 or 1904.
pub(crate) fn dated_workbook(sheet: &[u8], from_1904: bool) -> Vec<u8> {
    let book = BOOK.replace("<sheets>", &format!(r#"<workbookPr date1904="{from_1904}"/><sheets>"#));
    let styles = br#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#;
    archive(&[
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("_rels/.rels", RELS.as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", BOOK_RELS.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet),
        ("xl/styles.xml", styles),
    ])
}

/// Keeps a file for looking at, in the folder that `ANLAN_PAPERS` names, if it does.
pub(crate) fn keep(name: &str, bytes: &[u8]) {
    if let Ok(folder) = std::env::var("ANLAN_PAPERS") {
        std::fs::write(format!("{folder}/{name}"), bytes).unwrap();
    }
}
