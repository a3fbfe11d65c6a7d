//! The reader on documents that were written for these tests: notices, plans and rules of invented counties and towns.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail the test")]

use std::path::Path;

use plan::document::Document;
use plan::read::{LARGEST_FILE, ReadError, read};

fn document(name: &str) -> Document {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reader/texts").join(name);
    read(&std::fs::read(&file).unwrap(), name).unwrap()
}

fn expected(name: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reader/texts").join(name);
    std::fs::read_to_string(file).unwrap()
}

#[test]
fn every_document_gives_the_outline_that_a_person_would_write() {
    for name in [
        "county_notice",
        "plain_notice",
        "rules",
        "run_in",
        "annexed_plan",
        "street_plan",
        "timed_tasks",
        "web_page",
    ] {
        let outline = document(&format!("{name}.txt")).outline();
        let wanted = expected(&format!("{name}.outline"));
        let difference = outline.lines().zip(wanted.lines()).find(|(a, b)| a != b);
        assert_eq!(difference, None, "{name}");
        assert_eq!(outline.lines().count(), wanted.lines().count(), "{name}");
    }
}

#[test]
fn the_draft_is_the_expected_toml_and_loads_as_a_pack() {
    let draft = document("annexed_plan.txt").to_toml();
    assert_eq!(draft, expected("annexed_plan.toml"));
    for name in [
        "county_notice",
        "plain_notice",
        "rules",
        "run_in",
        "annexed_plan",
        "street_plan",
        "timed_tasks",
        "web_page",
    ] {
        let draft = document(&format!("{name}.txt")).to_toml();
        let file = (format!("{name}.toml"), Path::new(name).to_path_buf(), draft);
        let sources = plan::pack::load_sources(vec![file]).unwrap_or_else(|f| panic!("{name}: {f:?}"));
        let model = plan::pack::Model::from_sources(&sources).unwrap_or_else(|f| panic!("{name}: {f:?}"));
        assert_eq!(model.clauses.len(), document(&format!("{name}.txt")).clauses.len());
    }
}

#[test]
fn every_finding_stands_where_it_says() {
    let document = document("county_notice.txt");
    let clause = document.clause("M.2.1").unwrap();
    assert_eq!(clause.line, 21);
    assert!(document.text[clause.range.clone()].starts_with("(一)摸清底数"));
    let lead = clause.leads.first().unwrap();
    assert_eq!((lead.name.as_str(), document.words(&lead.place)), ("应急管理局", "县应急局"));
    let due = clause.dues.first().unwrap();
    assert_eq!((document.words(&due.place), due.place.line), ("2023年4月20日前", 21));
    let split = document.clause("M.2.2.1.1").unwrap();
    assert_eq!(split.text(), "（1）铝镁粉尘企业必须安装锁气卸灰装置；");
}

#[test]
fn the_same_document_in_gb18030_utf16_and_with_windows_line_ends_reads_the_same() {
    let plain = expected("county_notice.txt");
    let wanted = document("county_notice.txt").outline();
    let windows = format!("\u{FEFF}{}", plain.replace('\n', "\r\n"));
    assert_eq!(read(windows.as_bytes(), "a.txt").unwrap().outline(), wanted);
    let (gb, _, lost) = encoding_rs::GB18030.encode(&plain);
    assert!(!lost);
    assert_eq!(read(&gb, "a.txt").unwrap().outline(), wanted);
    let utf16: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain(plain.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    assert_eq!(read(&utf16, "a.txt").unwrap().outline(), wanted);
}

#[test]
fn wrong_files_are_named_with_what_to_do() {
    let zip = |entry: &str| zip_of(&[(entry, "x")]);
    let cases: [(&str, Vec<u8>, &str, &str); 12] = [
        ("a.pdf", b"%PDF-1.7 ...".to_vec(), "PDF", "plan.read.wrong_kind"),
        ("a.png", b"\x89PNG\r\n\x1a\n....".to_vec(), "PNG", "plan.read.wrong_kind"),
        ("a.jpg", b"\xff\xd8\xff\xe0....".to_vec(), "JPEG", "plan.read.wrong_kind"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), "doc", "plan.read.wrong_kind"),
        ("a.rtf", b"{\\rtf1\\ansi".to_vec(), "RTF", "plan.read.wrong_kind"),
        ("a.html", b"<!DOCTYPE html><html>".to_vec(), "web page", "plan.read.wrong_kind"),
        ("a.xlsx", zip("xl/workbook.xml"), "Excel", "plan.read.wrong_kind"),
        ("a.zip", zip("readme.txt"), "zip archive", "plan.read.wrong_kind"),
        ("cut.docx", zip_of(&[("word/document.xml", "<a/>")])[..60].to_vec(), "damaged", "plan.read.damaged"),
        ("empty.txt", b" \r\n\r\n".to_vec(), "empty", "plan.read.empty"),
        ("binary", b"abc\0\x01\x02\xff\xfe\xfd".to_vec(), "Line 1", "plan.read.not_text"),
        (
            "broken.txt",
            "一、甲\n二、\u{4e59}".bytes().chain([0xE4, 0xFF, 0x00]).collect(),
            "Line 2",
            "plan.read.not_text",
        ),
    ];
    for (name, bytes, words, code) in cases {
        let error = read(&bytes, name).expect_err(name);
        assert!(error.message().en.contains(words), "{name}: {error}");
        assert!(!error.message().zh.is_empty() && error.problem().code == code, "{name}: {error:?}");
    }
}

#[test]
fn a_huge_file_and_a_zip_bomb_are_refused_without_being_unpacked() {
    let huge = vec![b'a'; LARGEST_FILE + 1];
    assert!(matches!(read(&huge, "huge.txt"), Err(ReadError::TooLarge { .. })));
    let bomb = zip_of(&[("word/document.xml", &"<w:t>一</w:t>".repeat(6_000_000))]);
    assert!(bomb.len() < 2_000_000);
    assert!(matches!(read(&bomb, "bomb.docx"), Err(ReadError::TooLargeInside { .. })));
}

#[test]
fn a_docx_gives_paragraphs_list_numbers_and_table_cells() {
    let paragraph = |properties: &str, text: &str| {
        format!("<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>")
    };
    let listed = |level: u8, text: &str| {
        paragraph(&format!("<w:numPr><w:ilvl w:val=\"{level}\"/><w:numId w:val=\"7\"/></w:numPr>"), text)
    };
    let body = [
        paragraph("", "石桥县电动自行车安全整治方案"),
        paragraph("<w:pStyle w:val=\"Heading1\"/>", "工作目标"),
        paragraph("", "到2025年底，集中充电率达到90%以上。"),
        paragraph("<w:pStyle w:val=\"Heading1\"/>", "重点任务"),
        listed(1, "生产&amp;销售。查处违规改装。（县市场监管局负责）"),
        listed(1, "停放充电。<!-- c --></w:t></w:r><w:del><w:r><w:delText>删去的</w:delText></w:r></w:del><w:r><w:t>2025年6月底前完成。（县住建局牵头，县消防救援大队配合）"),
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>单位</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>每月检查一次</w:t></w:r></w:p></w:tc></w:tr></w:tbl>".to_owned(),
        paragraph("<w:pStyle w:val=\"Heading1\"/>", "保障措施"),
    ];
    let main = format!("<w:document xmlns:w=\"w\"><w:body>{}</w:body></w:document>", body.concat());
    let level = |index: u8, format: &str, text: &str| {
        format!(
            "<w:lvl w:ilvl=\"{index}\"><w:start w:val=\"1\"/><w:numFmt w:val=\"{format}\"/><w:lvlText w:val=\"{text}\"/></w:lvl>"
        )
    };
    let numbering = format!(
        "<w:numbering xmlns:w=\"w\"><w:abstractNum w:abstractNumId=\"3\">{}{}</w:abstractNum><w:num w:numId=\"7\"><w:abstractNumId w:val=\"3\"/></w:num></w:numbering>",
        level(0, "chineseCounting", "%1、"),
        level(1, "chineseCounting", "（%2）"),
    );
    let styles = "<w:styles xmlns:w=\"w\"><w:style w:styleId=\"Heading1\"><w:pPr><w:numPr><w:numId w:val=\"7\"/></w:numPr></w:pPr></w:style></w:styles>";
    let bytes = zip_of(&[
        ("word/document.xml", &main),
        ("word/numbering.xml", &numbering),
        ("word/styles.xml", styles),
    ]);
    let document = read(&bytes, "a.docx").unwrap();
    let found: Vec<String> =
        document.clauses.iter().map(|c| format!("{} {}{}", c.id, c.number_label, c.title)).collect();
    assert_eq!(
        found,
        [
            "M.1 一、工作目标",
            "M.2 二、重点任务",
            "M.2.1 （一）生产&销售",
            "M.2.2 （二）停放充电",
            "M.3 三、保障措施"
        ]
    );
    let charging = document.clause("M.2.2").unwrap();
    assert_eq!(charging.leads.first().map(|p| p.name.as_str()), Some("住房和城乡建设局"));
    // The table stands behind both items, so it belongs to what they stand under.
    let section = document.clause("M.2").unwrap();
    assert_eq!(section.recurrences.first().map(|r| r.every.as_str()), Some("monthly"));
    assert!(!document.text.contains("删去的"));
}

fn zip_of(entries: &[(&str, &str)]) -> Vec<u8> {
    use std::io::Write;
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in entries {
        let options =
            zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
        writer.start_file(*name, options).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}
