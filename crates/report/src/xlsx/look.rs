//! How cells look, in one place: fonts, borders, number formats. Plain enough for a black-and-white printer.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

use super::column::ColumnKind;

/// The font that Chinese offices have on every machine; others fall back to their own.
const FONT: &str = "宋体";

/// Light red behind a bad cell.
pub(crate) const BAD: Color = Color::RGB(0x00FF_C7CE);
const HEAD: Color = Color::RGB(0x00E7_EDF3);
const HEAD_REQUIRED: Color = Color::RGB(0x00FF_F2CC);

pub(crate) fn plain() -> Format {
    Format::new().set_font_name(FONT).set_font_size(11).set_align(FormatAlign::VerticalCenter)
}

pub(crate) fn title() -> Format {
    plain().set_font_size(16).set_bold().set_align(FormatAlign::Center)
}

pub(crate) fn head(required: bool) -> Format {
    let colour = if required { HEAD_REQUIRED } else { HEAD };
    plain()
        .set_bold()
        .set_text_wrap()
        .set_border(FormatBorder::Thin)
        .set_align(FormatAlign::Center)
        .set_background_color(colour)
}

/// Excel's number format of a kind; None where the general one will do.
pub(crate) fn number_format(kind: ColumnKind) -> Option<&'static str> {
    match kind {
        ColumnKind::Text | ColumnKind::YesNo | ColumnKind::Number => None,
        ColumnKind::Code => Some("@"),
        ColumnKind::Whole => Some("0"),
        ColumnKind::MoneyWan => Some("#,##0.00"),
        ColumnKind::Day => Some("yyyy-mm-dd"),
        ColumnKind::Instant => Some("yyyy-mm-dd hh:mm"),
    }
}

pub(crate) fn cell(kind: ColumnKind) -> Format {
    let format = plain().set_border(FormatBorder::Thin);
    let format = match kind {
        ColumnKind::Text => format.set_text_wrap(),
        ColumnKind::Day | ColumnKind::Instant | ColumnKind::YesNo => format.set_align(FormatAlign::Center),
        _ => format,
    };
    numbered(format, kind)
}

/// The format with the number format of a kind. Text has Excel's own number, so that old programs know it too.
pub(crate) fn numbered(format: Format, kind: ColumnKind) -> Format {
    const TEXT: u8 = 49;
    match number_format(kind) {
        _ if kind == ColumnKind::Code => format.set_num_format_index(TEXT),
        Some(number) => format.set_num_format_index(0).set_num_format(number),
        None => format,
    }
}

/// True when Excel would take the text for a formula as soon as somebody edits the cell.
pub(crate) fn looks_like_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

/// The longest text of a cell is 32,767 UTF-16 units; longer text is cut with an ellipsis.
pub(crate) fn fitting(text: &str) -> std::borrow::Cow<'_, str> {
    const MOST: usize = 32_767;
    if text.len() <= MOST || text.encode_utf16().count() <= MOST {
        return text.into();
    }
    let mut units = 0;
    let kept = text.chars().take_while(|c| {
        units += c.len_utf16();
        units < MOST
    });
    kept.chain(std::iter::once('…')).collect::<String>().into()
}

/// The number under which Excel keeps a day; None before March 1900, where Excel's calendar is wrong.
pub(crate) fn serial(day: base::Day) -> Option<f64> {
    let days = day.days_since_1970() + 25_569;
    (61..=2_958_465).contains(&days).then_some(days as f64)
}

/// The number under which Excel keeps an instant, in Beijing time to the second.
pub(crate) fn serial_instant(at: base::Instant) -> Option<f64> {
    let day = at.day();
    let seconds = (at.0 - base::Instant::start_of(day).0).div_euclid(1_000_000);
    serial(day).map(|days| days + seconds as f64 / 86_400.0)
}
