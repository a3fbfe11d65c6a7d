//! The workbook that people fill in for an import: a head that says what is required, lists to choose from, dates as
//! dates, codes as text (so that Excel keeps every digit of a credit code), and a sheet that explains each column in
//! both languages.

use base::{Language, Text};
use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, DataValidationRule, ExcelDateTime, Formula, Note, Workbook,
    Worksheet, XlsxError,
};

use super::column::{Column, ColumnKind, usual_width};
use super::look;
use super::sheet_form::sheet_name;
use super::write::WriteError;

/// How many rows under the head are prepared with lists and checks.
const PREPARED_ROWS: u32 = 20_000;
/// The hidden sheet with the long lists.
const LISTS: &str = "选项_lists";

/// Makes the template. `name` is the tab of the sheet to fill in, `about` says in a sentence what the list is for.
///
/// # Errors
/// When the workbook cannot be made; with sensible columns that does not happen.
pub fn template(
    name: &Text,
    about: &Text,
    columns: &[Column],
    language: Language,
) -> Result<Vec<u8>, WriteError> {
    let mut workbook = Workbook::new();
    let data = workbook.add_worksheet();
    data.set_name(sheet_name(name.in_language(language)))?;
    head_and_checks(data, columns, language)?;
    explain(workbook.add_worksheet(), about, columns)?;
    lists(workbook.add_worksheet(), columns, language)?;
    Ok(workbook.save_to_buffer()?)
}

/// Head row, notes, formats and checks of the sheet to fill in. The workbook of bad rows has the same.
pub(crate) fn head_and_checks(
    sheet: &mut Worksheet,
    columns: &[Column],
    language: Language,
) -> Result<(), XlsxError> {
    sheet.set_row_height(0, 32)?;
    sheet.set_freeze_panes(1, 0)?;
    for (number, column) in (0_u16..).zip(columns) {
        let head = column.head(language);
        sheet.set_column_width(number, usual_width(&head, column.kind))?;
        if look::number_format(column.kind).is_some() {
            sheet.set_column_format(number, &look::numbered(look::plain(), column.kind))?;
        }
        sheet.write_string_with_format(0, number, look::fitting(&head), &look::head(column.required))?;
        let note = Note::new(note(column, language)).add_author_prefix(false).set_width(260).set_height(120);
        sheet.insert_note(0, number, &note)?;
        if let Some(check) = check(number, column, language)? {
            sheet.add_data_validation(1, number, PREPARED_ROWS, number, &check)?;
        }
    }
    Ok(())
}

/// What the note on a head cell says.
fn note(column: &Column, language: Language) -> String {
    let mut lines =
        vec![required_word(column.required, language).to_owned() + kind_word(column.kind, language)];
    if !column.choices.is_empty() {
        let words: Vec<&str> = column.choices.iter().take(12).map(|c| c.in_language(language)).collect();
        let more = if column.choices.len() > 12 { " …" } else { "" };
        lines.push(match language {
            Language::Chinese => format!("可选：{}{more}", words.join("、")),
            Language::English => format!("One of: {}{more}", words.join(", ")),
        });
    }
    let help = column.help.in_language(language);
    if !help.is_empty() {
        lines.push(help.to_owned());
    }
    if !column.example.is_empty() {
        lines.push(match language {
            Language::Chinese => format!("例：{}", column.example),
            Language::English => format!("Example: {}", column.example),
        });
    }
    lines.join("\n").chars().take(2000).collect()
}

fn required_word(required: bool, language: Language) -> &'static str {
    match (language, required) {
        (Language::Chinese, true) => "必填。",
        (Language::Chinese, false) => "选填。",
        (Language::English, true) => "Required. ",
        (Language::English, false) => "Optional. ",
    }
}

fn kind_word(kind: ColumnKind, language: Language) -> &'static str {
    let (zh, en) = match kind {
        ColumnKind::Text => ("文本", "Text"),
        ColumnKind::Code => ("编码（文本格式）", "Code, kept as text"),
        ColumnKind::Whole => ("整数", "Whole number"),
        ColumnKind::Number => ("数字", "Number"),
        ColumnKind::MoneyWan => ("金额（万元）", "Money in 10,000 yuan"),
        ColumnKind::Day => ("日期，如 2021-06-15", "Day, such as 2021-06-15"),
        ColumnKind::Instant => ("日期时间，如 2021-06-15 09:30", "Day and time, such as 2021-06-15 09:30"),
        ColumnKind::YesNo => ("是 / 否", "Yes / No"),
    };
    match language {
        Language::Chinese => zh,
        Language::English => en,
    }
}

/// The words that may be chosen, in one language.
fn words(column: &Column, language: Language) -> Vec<String> {
    if column.kind == ColumnKind::YesNo && column.choices.is_empty() {
        return [true, false].map(|yes| super::write::yes_no(yes, language).to_owned()).to_vec();
    }
    column.choices.iter().map(|c| c.in_language(language).to_owned()).collect()
}

/// A list fits into the check itself up to 255 characters and without commas; longer ones need the hidden sheet.
fn is_long(words: &[String]) -> bool {
    let length: usize = words.iter().map(|w| w.encode_utf16().count() + 1).sum();
    length > 250 || words.iter().any(|w| w.contains(',') || w.contains('"'))
}

fn check(number: u16, column: &Column, language: Language) -> Result<Option<DataValidation>, XlsxError> {
    let words = words(column, language);
    let validation = DataValidation::new();
    let validation = if is_long(&words) {
        let letter = super::read::letter(u32::from(number));
        let last = words.len();
        let area = format!("='{LISTS}'!${letter}$1:${letter}${last}");
        validation.allow_list_formula(Formula::new(area))
    } else if !words.is_empty() {
        validation.allow_list_strings(&words)?
    } else {
        match column.kind {
            ColumnKind::Whole => {
                validation.allow_whole_number(DataValidationRule::Between(i32::MIN, i32::MAX))
            }
            ColumnKind::Number | ColumnKind::MoneyWan => {
                validation.allow_decimal_number(DataValidationRule::Between(-1e15, 1e15))
            }
            ColumnKind::Day => {
                let (from, to) =
                    (ExcelDateTime::from_ymd(1900, 3, 1)?, ExcelDateTime::from_ymd(2999, 12, 31)?);
                validation.allow_date(DataValidationRule::Between(from, to))
            }
            _ => return Ok(None),
        }
    };
    let (title, message) = match language {
        Language::Chinese => ("填写有误", "请按表头批注填写；有下拉列表的，请从列表中选择。"),
        Language::English => {
            ("Not a fitting value", "See the note on the head; where there is a list, choose from it.")
        }
    };
    // A stop for lists; dates and numbers only warn, because the import understands more spellings than Excel.
    let style =
        if words.is_empty() { DataValidationErrorStyle::Warning } else { DataValidationErrorStyle::Stop };
    Ok(Some(validation.set_error_title(title)?.set_error_message(message)?.set_error_style(style)))
}

/// The hidden sheet with the long lists, each under the letter of its column.
pub(crate) fn lists(sheet: &mut Worksheet, columns: &[Column], language: Language) -> Result<(), XlsxError> {
    sheet.set_name(LISTS)?;
    sheet.set_hidden(true);
    let long: Vec<(u16, Vec<String>)> =
        (0_u16..).zip(columns).map(|(n, c)| (n, words(c, language))).filter(|(_, w)| is_long(w)).collect();
    let rows = long.iter().map(|(_, words)| words.len()).max().unwrap_or(0);
    // Row by row, so that the sheet can also be written in constant memory.
    for (row, index) in (0_u32..).zip(0..rows) {
        for (column, words) in &long {
            if let Some(word) = words.get(index) {
                sheet.write_string(row, *column, look::fitting(word))?;
            }
        }
    }
    Ok(())
}

/// The sheet that explains how to fill in, Chinese and English side by side.
fn explain(sheet: &mut Worksheet, about: &Text, columns: &[Column]) -> Result<(), XlsxError> {
    sheet.set_name("填写说明 How to fill")?;
    let (wrapped, head) = (look::cell(ColumnKind::Text), look::head(false));
    for (column, width) in (0_u16..).zip([20.0, 24.0, 14.0, 30.0, 44.0, 54.0, 22.0]) {
        sheet.set_column_width(column, width)?;
    }
    sheet.merge_range(0, 0, 0, 6, "填写说明 / How to fill", &look::title())?;
    let mut row = 1;
    for line in [(about.zh.as_str(), about.en.as_str())].iter().chain(HOW_TO) {
        for text in [line.0, line.1] {
            sheet.merge_range(row, 0, row, 6, &look::fitting(text), &look::plain().set_text_wrap())?;
            row += 1;
        }
    }
    row += 1;
    let titles = [
        "列名（中文）",
        "Column (English)",
        "必填 Required",
        "类型 Kind",
        "说明 Help（中文）",
        "Help (English)",
        "示例 Example",
    ];
    for (column, title) in (0_u16..).zip(titles) {
        sheet.write_string_with_format(row, column, title, &head)?;
    }
    let choices_row = |sheet: &mut Worksheet, row: u32, column: &Column| -> Result<(), XlsxError> {
        let list = |language| {
            let words: Vec<&str> = column.choices.iter().take(40).map(|c| c.in_language(language)).collect();
            let joint = if language == Language::Chinese { "、" } else { ", " };
            let more = if column.choices.len() > 40 { " …" } else { "" };
            if words.is_empty() { String::new() } else { format!(" [{}{more}]", words.join(joint)) }
        };
        let (zh, en) = (Language::Chinese, Language::English);
        let cells = [
            column.title.zh.clone(),
            column.title.en.clone(),
            if column.required { "必填 yes" } else { "选填 no" }.to_owned(),
            format!("{} / {}", kind_word(column.kind, zh), kind_word(column.kind, en)),
            format!("{}{}", column.help.zh, list(zh)).trim().to_owned(),
            format!("{}{}", column.help.en, list(en)).trim().to_owned(),
            column.example.clone(),
        ];
        for (place, cell) in (0_u16..).zip(&cells) {
            sheet.write_string_with_format(row, place, look::fitting(cell), &wrapped)?;
        }
        Ok(())
    };
    for column in columns {
        row += 1;
        choices_row(sheet, row, column)?;
    }
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    Ok(())
}

const HOW_TO: &[(&str, &str)] = &[
    (
        "1. 请在第一张工作表中填写，每行一条记录；表头带 * 的列必填。列的顺序可以调整，不用的列可以删除，表头文字请勿改动。",
        "1. Fill in the first sheet, one record a row; columns with * are required. Columns may be moved and unused \
         ones deleted; leave the words of the head as they are.",
    ),
    (
        "2. 统一社会信用代码、电话等编码列已设为文本格式，请勿改为数字格式，否则 Excel 会改变位数。",
        "2. Columns of codes and telephone numbers are formatted as text; leave them so, or Excel changes digits.",
    ),
    (
        "3. 导入时逐行检查：已有记录更新，没有的新增；有错误的行不导入，并退回只含错误行的工作簿，改正后可直接再次导入。",
        "3. Each row is checked: known records are updated, new ones added; rows with faults are not taken and come \
         back in a workbook of only these rows, which can be imported again once mended.",
    ),
];
