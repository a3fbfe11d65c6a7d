//! What stands around the rows of a sheet: its name, the lines of the offices' print form, the set-up of the page.

use base::{Day, Language};
use rust_xlsxwriter::{Format, FormatAlign, Worksheet, XlsxError};

use super::look;
use super::write::PrintForm;

/// Excel allows 31 characters on a tab and none of `[ ] : * ? / \`, nor an apostrophe at either end.
pub(crate) fn sheet_name(name: &str) -> String {
    let allowed = |c: char| if "[]:*?/\\".contains(c) || c.is_control() { ' ' } else { c };
    let name: String = name.trim_matches('\'').chars().map(allowed).take(31).collect();
    let name = name.trim().trim_matches('\'');
    if name.is_empty() { "Sheet1".to_owned() } else { name.to_owned() }
}

pub(crate) fn last_column(count: usize) -> u16 {
    u16::try_from(count.saturating_sub(1)).unwrap_or(u16::MAX)
}

/// Writes over the columns `from..=to`; Excel does not merge a single cell.
pub(crate) fn wide(
    sheet: &mut Worksheet,
    row: u32,
    from: u16,
    to: u16,
    text: &str,
    format: &Format,
) -> Result<(), XlsxError> {
    if to > from {
        sheet.merge_range(row, from, row, to, &look::fitting(text), format)?;
    } else {
        sheet.write_string_with_format(row, from, look::fitting(text), format)?;
    }
    Ok(())
}

pub(crate) fn form_line(
    sheet: &mut Worksheet,
    row: u32,
    last: u16,
    form: &PrintForm,
    language: Language,
) -> Result<(), XlsxError> {
    let on = |blank: &str| form.on.map_or_else(|| blank.to_owned(), |d| shown(d, language));
    let (left, right) = match language {
        Language::Chinese => (
            format!("填报单位（盖章）：{}", form.unit),
            format!("填报日期：{}{}", on("    年  月  日"), if form.money { "    单位：万元" } else { "" }),
        ),
        Language::English => (
            format!("Reporting unit (seal): {}", form.unit),
            format!("Date: {}{}", on("            "), if form.money { "    Unit: 10,000 yuan" } else { "" }),
        ),
    };
    let middle = last / 2;
    wide(sheet, row, 0, middle, &left, &look::plain())?;
    if last > middle {
        wide(sheet, row, middle + 1, last, &right, &look::plain().set_align(FormatAlign::Right))?;
    }
    Ok(())
}

pub(crate) fn foot_line(
    sheet: &mut Worksheet,
    row: u32,
    last: u16,
    language: Language,
) -> Result<(), XlsxError> {
    let words = match language {
        Language::Chinese => {
            "单位负责人：                审核人：                填报人：                联系电话："
        }
        Language::English => {
            "Head of unit:                Checked by:                Filled in by:                Telephone:"
        }
    };
    wide(sheet, row, 0, last, words, &look::plain())
}

/// The day as a document of the language writes it.
pub(crate) fn shown(day: Day, language: Language) -> String {
    match language {
        Language::Chinese => day.zh(),
        Language::English => day.to_string(),
    }
}

/// A4 landscape, one page wide, head repeated on each page and kept in sight on the screen.
pub(crate) fn page(sheet: &mut Worksheet, head_row: u32, language: Language) -> Result<(), XlsxError> {
    const A4: u8 = 9;
    sheet.set_paper_size(A4).set_landscape().set_print_fit_to_pages(1, 0);
    sheet.set_margins(0.4, 0.4, 0.6, 0.6, 0.3, 0.3);
    sheet.set_footer(match language {
        Language::Chinese => "&C第 &P 页，共 &N 页",
        Language::English => "&CPage &P of &N",
    });
    sheet.set_repeat_rows(0, head_row)?;
    sheet.set_freeze_panes(head_row + 1, 0)?;
    Ok(())
}
