//! The long picture (长图): a notice as one tall drawing for a group chat, with a code that leads to the case.
//!
//! It is an SVG of plain shapes and texts in the fonts of whoever looks at it, so no font travels with the program; the
//! browser turns it into a photograph. No script, no style, nothing from elsewhere is in it.

use std::fmt::Write as _;

use crate::qr::Code;

/// Width in units; a telephone shows one unit as about half a point.
const WIDTH: f64 = 720.0;
const MARGIN: f64 = 44.0;
/// Side of the code.
const CODE: f64 = 190.0;
/// Lines of one text at most: what is longer stands behind the code.
const MOST_LINES: usize = 14;

/// What stands on it; all texts in the reader's language.
#[derive(Debug, Clone)]
pub struct LongPicture {
    /// What it is, for instance 隐患整改.
    pub kind: String,
    /// The number of the case.
    pub code: String,
    /// What it is about.
    pub heading: String,
    /// Label and text, in order.
    pub lines: Vec<(String, String)>,
    /// Leads to the case.
    pub link: Option<Code>,
    /// Beside the code: how to open it.
    pub how: String,
    /// At the foot: from whom and when.
    pub foot: String,
}

impl LongPicture {
    /// The drawing.
    #[must_use]
    pub fn svg(&self) -> String {
        let mut body = String::new();
        let mut y = 58.0;
        text(&mut body, MARGIN, y, 26.0, "#e8eef5", &format!("{}　{}", self.kind, self.code));
        let band = 92.0;
        y = band + 62.0;
        for line in wrapped(&self.heading, WIDTH - 2.0 * MARGIN, 38.0) {
            bold(&mut body, y, 38.0, &line);
            y += 52.0;
        }
        for (label, value) in self.lines.iter().filter(|(_, value)| !value.trim().is_empty()) {
            y += 16.0;
            text(&mut body, MARGIN, y, 24.0, "#5c6673", label);
            y += 42.0;
            for line in wrapped(value, WIDTH - 2.0 * MARGIN, 32.0) {
                text(&mut body, MARGIN, y, 32.0, "#1d2733", &line);
                y += 44.0;
            }
        }
        if let Some(code) = &self.link {
            y += 8.0;
            let _ = write!(
                body,
                r##"<path d="M{MARGIN} {y}h{}" stroke="#dde1e6" stroke-width="2"/>"##,
                WIDTH - 2.0 * MARGIN
            );
            y += 24.0;
            let placed = format!(r#"<svg x="{}" y="{y}" width="{CODE}" height="{CODE}" "#, MARGIN - 12.0);
            body.push_str(&code.svg(&self.code).replacen("<svg ", &placed, 1));
            let mut beside = y + 72.0;
            for line in wrapped(&self.how, WIDTH - 2.0 * MARGIN - CODE - 12.0, 28.0) {
                text(&mut body, MARGIN + CODE + 12.0, beside, 28.0, "#1d2733", &line);
                beside += 40.0;
            }
            y += CODE;
        }
        y += 44.0;
        text(&mut body, MARGIN, y, 22.0, "#5c6673", &self.foot);
        let height = y + 40.0;
        format!(
            concat!(
                r#"<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}" "#,
                r#"font-family="Noto Sans SC, Noto Sans CJK SC, PingFang SC, Microsoft YaHei, sans-serif">"#,
                r##"<path fill="#fff" d="M0 0h{w}v{h}H0z"/><path fill="#22405f" d="M0 0h{w}v{band}H0z"/>{body}</svg>"##
            ),
            w = WIDTH,
            h = height.ceil(),
            band = band,
            body = body
        )
    }
}

fn text(body: &mut String, x: f64, y: f64, size: f64, colour: &str, line: &str) {
    let _ =
        write!(body, r#"<text x="{x}" y="{y}" font-size="{size}" fill="{colour}">{}</text>"#, escaped(line));
}

fn bold(body: &mut String, y: f64, size: f64, line: &str) {
    let _ = write!(
        body,
        r##"<text x="{MARGIN}" y="{y}" font-size="{size}" font-weight="600" fill="#1d2733">{}</text>"##,
        escaped(line)
    );
}

/// The lines of a text of this size within a width. Chinese breaks anywhere, except before a closing mark; Latin words
/// and numbers stay whole where they fit.
fn wrapped(text: &str, width: f64, size: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for paragraph in text.lines().map(str::trim).filter(|p| !p.is_empty()) {
        let (mut line, mut used) = (String::new(), 0.0);
        for piece in pieces(paragraph) {
            let long: f64 = piece.chars().map(|c| advance(c) * size).sum();
            let closing = piece.chars().all(|c| "，。；：、！？）》」』”’,.;:!?)".contains(c));
            if used + long > width && !line.is_empty() && !closing {
                lines.push(std::mem::take(&mut line).trim_end().to_owned());
                used = 0.0;
                if piece.trim().is_empty() {
                    continue;
                }
            }
            if long > width {
                // A word longer than the line, such as an address, is cut where the line ends.
                for c in piece.chars() {
                    if used + advance(c) * size > width {
                        lines.push(std::mem::take(&mut line));
                        used = 0.0;
                    }
                    line.push(c);
                    used += advance(c) * size;
                }
                continue;
            }
            line.push_str(piece);
            used += long;
        }
        lines.push(line.trim_end().to_owned());
    }
    if lines.len() > MOST_LINES {
        lines.truncate(MOST_LINES);
        if let Some(last) = lines.last_mut() {
            last.push('…');
        }
    }
    lines
}

/// A text in pieces that stay together: each wide character by itself, Latin words whole.
fn pieces(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut from = 0;
    let mut before: Option<char> = None;
    for (at, c) in text.char_indices() {
        let together = before.is_some_and(|b| is_word(b) && is_word(c));
        if at > from && !together {
            found.extend(text.get(from..at));
            from = at;
        }
        before = Some(c);
    }
    found.extend(text.get(from..));
    found
}

fn is_word(c: char) -> bool {
    c.is_ascii_graphic()
}

/// How far a character moves the pen, in parts of its size.
fn advance(c: char) -> f64 {
    match c {
        ' ' => 0.3,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 0.9,
        c if c.is_ascii() => 0.58,
        _ => 1.0,
    }
}

/// As content of an element; characters that XML cannot hold are left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().filter(|c| !c.is_control()) {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_wide_characters_and_between_words() {
        let check =
            |text: &str, expected: &[&str]| assert_eq!(wrapped(text, 100.0, 20.0), expected, "{text}");
        check("东罐区护栏松动", &["东罐区护栏", "松动"]);
        check("东罐区护栏，松动", &["东罐区护栏，", "松动"]);
        check("valve leaks on", &["valve", "leaks on"]);
        check("一\n\n二", &["一", "二"]);
        check("https://a.example/r/x", &["https://", "a.exampl", "e/r/x"]);
        check("", &[]);
    }

    #[test]
    fn the_drawing_holds_every_text_and_no_markup_of_strangers() {
        let picture = LongPicture {
            kind: "隐患".into(),
            code: "YH-1".into(),
            heading: "<script>甲</script>".into(),
            lines: vec![("部位".into(), "东罐区".into()), ("空".into(), " ".into())],
            link: Code::new("https://a.example/r/hazard/1").ok(),
            how: "扫码".into(),
            foot: "2021-06-15".into(),
        };
        let svg = picture.svg();
        assert!(svg.contains("&lt;script&gt;") && !svg.contains("<script") && !svg.contains("style="));
        assert!(svg.contains("东罐区") && !svg.contains("空"), "empty lines are left out");
        assert_eq!(svg.matches("<svg ").count(), svg.matches("</svg>").count());
        let longer = LongPicture { lines: vec![("说明".into(), "长".repeat(200))], ..picture };
        let height = |svg: &str| {
            svg.split("height=\"").nth(1).unwrap().split('"').next().unwrap().parse::<f64>().unwrap()
        };
        assert!(height(&longer.svg()) > height(&svg));
    }
}
