//! One cell as it stood in the file, and the ways to understand it: numbers written as text, days written as serial
//! numbers or words, yes and no in the offices' spellings.

use base::{Day, Instant};

/// The content of a cell.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Cell {
    /// Nothing, or only blanks.
    #[default]
    Empty,
    /// Text, without blanks at its ends.
    Text(String),
    /// A number.
    Number(f64),
    /// True or false of the spreadsheet program.
    YesNo(bool),
    /// A cell formatted as a day.
    Day(Day),
    /// A cell formatted as a day with time, taken as Beijing time.
    Instant(Instant),
    /// A formula that failed, for instance `#N/A`.
    Fault(String),
}

impl Cell {
    /// Text without blanks at its ends; empty text is no content.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\u{200b}');
        if text.is_empty() { Self::Empty } else { Self::Text(text.to_owned()) }
    }

    /// True when there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::Empty
    }

    /// The content as the person saw it: whole numbers without a decimal point, days as `2021-06-15`.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) | Self::Fault(text) => text.clone(),
            Self::Number(n) if n.fract() == 0.0 && n.abs() < 1e17 => format!("{n:.0}"),
            Self::Number(n) => n.to_string(),
            Self::YesNo(yes) => if *yes { "TRUE" } else { "FALSE" }.to_owned(),
            Self::Day(day) => day.to_string(),
            Self::Instant(at) => at.local(),
        }
    }

    /// True for a number of more than 15 digits: the spreadsheet program has already rounded it, so a credit code or
    /// card number read from it would be wrong. The person has to enter it again in a cell formatted as text.
    #[must_use]
    pub fn lost_digits(&self) -> bool {
        matches!(self, Self::Number(n) if n.abs() >= 1e15)
    }

    /// The content as a number; text such as `1,200`, `１２`, `85%` counts. None when it is none.
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Number(n) => Some(*n),
            Self::Text(text) => {
                let plain: String = text.chars().map(half_width).filter(|c| !c.is_whitespace()).collect();
                let (plain, scale) = match plain.strip_suffix('%') {
                    Some(percent) => (percent.to_owned(), 0.01),
                    None => (plain, 1.0),
                };
                let number = ungrouped(&plain)?.parse::<f64>().ok()?;
                number.is_finite().then_some(number * scale)
            }
            _ => None,
        }
    }

    /// The content as a day: a day cell, a serial number of Excel, or a usual spelling such as `2021年6月5日`.
    #[must_use]
    pub fn day(&self) -> Option<Day> {
        match self {
            Self::Day(day) => Some(*day),
            Self::Instant(at) => Some(at.day()),
            Self::Number(n) => day_of_number(*n),
            Self::Text(text) => {
                let plain: String = text.chars().map(half_width).collect();
                Day::parse(&plain)
                    .or_else(|| Instant::parse(&plain.replace('/', "-")).map(Instant::day))
                    .or_else(|| plain.split_whitespace().next().and_then(Day::parse))
            }
            _ => None,
        }
    }

    /// The content as an instant; a day alone is its beginning in Beijing.
    #[must_use]
    pub fn instant(&self) -> Option<Instant> {
        match self {
            Self::Instant(at) => Some(*at),
            Self::Number(n) if n.fract() != 0.0 => instant_of_serial(*n),
            Self::Text(text) => {
                let plain: String = text.chars().map(half_width).collect();
                Instant::parse(&plain.replace(['/', '.'], "-"))
                    .or_else(|| Day::parse(&plain).map(Instant::start_of))
            }
            _ => self.day().map(Instant::start_of),
        }
    }

    /// The content as yes or no: 是 / 否, 有 / 无, √ / ×, yes / no, true / false, 1 / 0.
    #[must_use]
    pub fn yes_no(&self) -> Option<bool> {
        match self {
            Self::YesNo(yes) => Some(*yes),
            Self::Number(n) if *n == 1.0 => Some(true),
            Self::Number(n) if *n == 0.0 => Some(false),
            Self::Text(text) => match text.to_lowercase().as_str() {
                "是" | "有" | "√" | "✓" | "yes" | "y" | "true" | "1" => Some(true),
                "否" | "无" | "×" | "✗" | "no" | "n" | "false" | "0" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }
}

/// Full-width letters, digits, signs and blanks as their half-width forms.
pub(crate) fn half_width(c: char) -> char {
    match c {
        '\u{3000}' | '\u{a0}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

/// `1,234,567.8` without its commas; None when a comma stands where none belongs (`1,5` could mean 1.5).
fn ungrouped(text: &str) -> Option<String> {
    if !text.contains(',') {
        return Some(text.to_owned());
    }
    let whole = text.split('.').next().unwrap_or(text);
    let mut groups = whole.trim_start_matches(['-', '+']).split(',');
    let first = groups.next()?;
    let fits = (1..=3).contains(&first.len()) && groups.all(|g| g.len() == 3);
    fits.then(|| text.replace(',', ""))
}

/// Excel's day serials from March 1900 (61) to the end of 9999, and days written as the number 20210615.
fn day_of_number(n: f64) -> Option<Day> {
    if n.fract() == 0.0 && (19_000_101.0..=99_991_231.0).contains(&n) {
        return Day::parse(&format!("{n:.0}"));
    }
    (61.0..2_958_466.0).contains(&n).then(|| Day::from_days_since_1970(n.floor() as i64 - 25_569))
}

/// Excel's serial with a fraction, to the second, as Beijing time.
pub(crate) fn instant_of_serial(n: f64) -> Option<Instant> {
    let day =
        (61.0..2_958_466.0).contains(&n).then(|| Day::from_days_since_1970(n.floor() as i64 - 25_569))?;
    let seconds = (n.fract() * 86_400.0).round() as i64;
    Some(Instant::start_of(day).plus_seconds(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(t: &str) -> Cell {
        Cell::from_text(t)
    }

    #[test]
    fn numbers_are_understood_however_they_are_written() {
        let table = [
            (text("1,200"), Some(1200.0)),
            (text("１２．５"), Some(12.5)),
            (text("85%"), Some(0.85)),
            (text("-3"), Some(-3.0)),
            (text("1,5"), None),
            (text("约30"), None),
            (text("nan"), None),
            (text("inf"), None),
            (Cell::Number(7.0), Some(7.0)),
            (Cell::Empty, None),
        ];
        for (cell, number) in table {
            assert_eq!(cell.number(), number, "{cell:?}");
        }
    }

    #[test]
    fn days_are_understood_as_serials_numbers_and_words() {
        let day = Day::new(2021, 6, 15);
        let spellings = [
            "2021-06-15",
            "2021/6/15",
            "2021年6月15日",
            "２０２１．６．１５",
            "2021-06-15 08:30",
            "20210615",
        ];
        for spelling in spellings {
            assert_eq!(text(spelling).day(), day, "{spelling}");
        }
        for n in [44_362.0, 44_362.75, 20_210_615.0] {
            assert_eq!(Cell::Number(n).day(), day, "{n}");
        }
        for cell in [text("2021-02-30"), text("明天"), Cell::Number(-1.0), Cell::Number(f64::NAN)] {
            assert_eq!(cell.day(), None, "{cell:?}");
        }
        assert_eq!(Cell::Number(44_362.5).instant().unwrap().local(), "2021-06-15 12:00");
        assert_eq!(text("2021/06/15 08:30").instant().unwrap().local(), "2021-06-15 08:30");
    }

    #[test]
    fn whole_numbers_lose_their_point_and_long_ones_are_marked() {
        assert_eq!(Cell::Number(13_800_138_000.0).text(), "13800138000");
        assert_eq!(Cell::Number(0.5).text(), "0.5");
        assert!(Cell::Number(914_102_000_000_000_000.0).lost_digits());
        assert!(!text("914102000000000000").lost_digits());
    }
}
