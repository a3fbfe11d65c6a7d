//! Files of the wrong kind, locked, empty, cut off, or made to harm: each is refused with what to do.

use std::io::Cursor;

use report::xlsx::read::{Limits, Options, ReadError, open};

use crate::common::{HEAD_ROW, archive, columns, raw_workbook, rows_of, sheet_xml};

fn compound(name: &str) -> Vec<u8> {
    let mut bytes = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    bytes.extend([0; 600]);
    bytes.extend(name.encode_utf16().flat_map(u16::to_le_bytes));
    bytes
}

fn code(bytes: &[u8]) -> &'static str {
    match rows_of(bytes) {
        Ok(rows) => panic!("read {} rows", rows.len()),
        Err(error) => {
            let text = error.text();
            assert!(!text.zh.is_empty() && !text.en.is_empty() && !error.to_string().is_empty());
            assert_eq!(error.problem().code, error.code());
            error.code()
        }
    }
}

#[test]
fn wrong_files_are_named_and_answered() {
    let good = raw_workbook(sheet_xml(HEAD_ROW).as_bytes(), None);
    assert_eq!(rows_of(&good).unwrap().len(), 0);
    let docx = archive(&[("[Content_Types].xml", b"x"), ("word/document.xml", b"x")]);
    let ods =
        archive(&[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", b"x")]);
    let xlsb = archive(&[("xl/workbook.bin", b"x")]);
    let table: &[(&str, &[u8], &str)] = &[
        ("nothing", b"", "file.empty"),
        ("pdf", b"%PDF-1.7\n...", "file.other_kind"),
        ("png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "file.other_kind"),
        ("old xls", &compound("Workbook"), "file.other_kind"),
        ("locked", &compound("EncryptedPackage"), "file.locked"),
        ("docx", &docx, "file.other_kind"),
        ("ods", &ods, "file.other_kind"),
        ("xlsb", &xlsb, "file.other_kind"),
        ("zip", &archive(&[("a.txt", b"x")]), "file.other_kind"),
        ("html named xls", b"<html><table>", "file.other_kind"),
        ("cut off", &good[..good.len() / 2], "file.broken"),
        ("only a signature", b"PK\x03\x04", "file.broken"),
        ("text without the head", "姓名,电话\n张,1\n".as_bytes(), "file.no_head"),
        ("only blanks", b"  \n \n", "file.no_head"),
        (
            "xml cut off",
            &raw_workbook(b"<worksheet><sheetData><row r=\"1\"><c r=\"A1\"", None),
            "file.broken",
        ),
        ("no sheet data", &raw_workbook(b"<worksheet/>", None), "file.broken"),
        ("not xml", &raw_workbook(&[0xFF; 500], None), "file.broken"),
    ];
    for (name, bytes, wanted) in table {
        assert_eq!(code(bytes), *wanted, "{name}");
    }
}

#[test]
fn a_bomb_is_refused_without_unpacking_it_into_memory() {
    // 40 MB of blanks pack into 40 KB.
    let sheet = [b"<worksheet><sheetData>".to_vec(), vec![b' '; 40 << 20]].concat();
    let bytes = raw_workbook(&sheet, None);
    assert!(bytes.len() < 100 << 10);
    let limits = Limits { unpacked: 16 << 20, ..Limits::default() };
    let error = open(Cursor::new(&bytes), &columns(), &Options { sheet: None, limits }).err().unwrap();
    assert!(matches!(error, ReadError::Bomb { most } if most == 16 << 20));
}

#[test]
fn invented_numbers_inside_are_a_broken_file_not_a_broken_program() {
    let head = sheet_xml(HEAD_ROW);
    let texts = br#"<sst uniqueCount="99999999999999"><si><t>a</t></si></sst>"#;
    assert_eq!(code(&raw_workbook(head.as_bytes(), Some(texts))), "file.broken");
    let backwards = head.replace("<sheetData>", "<dimension ref=\"ZZ9:A1\"/><sheetData>");
    let reference = head.replace("r=\"B1\"", "r=\"ZZZZZZZZZZZZZZZZZZ99999999999999\"");
    let index = head.replace("t=\"inlineStr\"><is><t>单位名称</t></is>", "t=\"s\"><v>77</v>");
    let kind = head.replace("t=\"inlineStr\"><is><t>单位名称</t></is>", "t=\"q\"><v>77</v>");
    for (name, sheet) in
        [("backwards", backwards), ("reference", reference), ("index", index), ("kind", kind)]
    {
        let bytes = raw_workbook(sheet.as_bytes(), None);
        assert!(rows_of(&bytes).is_err(), "{name}");
    }
}

#[test]
fn every_prefix_and_every_damaged_byte_gives_an_answer() {
    let rows = format!(
        "{HEAD_ROW}<row r=\"2\"><c r=\"A2\"><v>1</v></c><c r=\"B2\" s=\"1\"><v>44362.5</v></c></row>"
    );
    let good = raw_workbook(sheet_xml(&rows).as_bytes(), None);
    assert_eq!(rows_of(&good).unwrap().len(), 1);
    for end in (0..good.len()).step_by(23) {
        let _ = rows_of(&good[..end]);
    }
    for place in (0..good.len()).step_by(9) {
        let mut damaged = good.clone();
        damaged[place] ^= 0x55;
        let _ = rows_of(&damaged);
    }
}

proptest::proptest! {
    #[test]
    fn no_cell_makes_the_reader_panic(value in "[ -~]{0,12}", kind in "(n|s|b|e|str|d|)", style in 0_u32..4) {
        let cell = format!("<row r=\"2\"><c r=\"A2\" s=\"{style}\" t=\"{kind}\"><v>{}</v></c></row>", value.replace(['<', '&'], ""));
        let bytes = raw_workbook(sheet_xml(&format!("{HEAD_ROW}{cell}")).as_bytes(), None);
        if let Ok(rows) = rows_of(&bytes) {
            for cell in rows.iter().flat_map(|r| &r.cells) {
                let _ = (cell.text(), cell.number(), cell.day(), cell.instant(), cell.yes_no());
            }
        }
    }
}
