//! QR codes (GB/T 18284, ISO/IEC 18004) as SVG for pages and paper, and as PNG for people who paste them elsewhere.
//!
//! Error correction level M: a code on a workshop wall may lose 15 % to dirt and still be read.

use std::fmt::Write as _;
use std::io::Write as _;

use base::Problem;
use qrcode::{Color, EcLevel, QrCode};

/// White modules around a code, as the standard asks.
const QUIET: usize = 4;

/// A code: a square of dark and light modules.
#[derive(Debug, Clone)]
pub struct Code {
    side: usize,
    dark: Vec<bool>,
}

impl Code {
    /// The code of `content`, usually an address of this installation.
    ///
    /// # Errors
    /// `qr.too_long` when the content does not fit (about 2,300 bytes).
    pub fn new(content: &str) -> Result<Self, Problem> {
        let code = QrCode::with_error_correction_level(content, EcLevel::M)
            .map_err(|_| Problem::new("qr.too_long").with("bytes", content.len()).with("most", 2331))?;
        let dark = code.to_colors().into_iter().map(|c| c == Color::Dark).collect();
        Ok(Self { side: code.width(), dark })
    }

    /// Modules on a side, without the white border.
    #[must_use]
    pub fn side(&self) -> usize {
        self.side
    }

    /// True where the module is dark; false outside the code.
    #[must_use]
    pub fn is_dark(&self, x: usize, y: usize) -> bool {
        x < self.side && self.dark.get(y * self.side + x).copied().unwrap_or(false)
    }

    /// As an SVG element without a size of its own: the style sheet decides. `title` is read to those who do not see.
    #[must_use]
    pub fn svg(&self, title: &str) -> String {
        let size = self.side + 2 * QUIET;
        self.svg_of(title, size, size, "")
    }

    /// As [`Code::svg`], with a line of text below that is part of the picture.
    #[must_use]
    pub fn labelled_svg(&self, title: &str, label: &str) -> String {
        let size = self.side + 2 * QUIET;
        let units: usize = label.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
        // Half-width characters are about half as wide as they are high; the line must fit the code.
        let letters = (2.0 * self.side as f64 / units.max(1) as f64).min(size as f64 / 9.0);
        let mut text = String::new();
        let (x, y) = (size as f64 / 2.0, size as f64 + letters * 0.6);
        let _ = write!(
            text,
            r##"<text x="{x}" y="{y:.2}" font-size="{letters:.2}" text-anchor="middle" fill="#000">{}</text>"##,
            escaped(label)
        );
        self.svg_of(title, size, size + (letters * 1.2).ceil() as usize, &text)
    }

    fn svg_of(&self, title: &str, width: usize, height: usize, more: &str) -> String {
        let mut path = String::new();
        for y in 0..self.side {
            let mut x = 0;
            while x < self.side {
                let run = (x..self.side).take_while(|x| self.is_dark(*x, y)).count();
                if run > 0 {
                    let _ = write!(path, "M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET);
                }
                x += run.max(1);
            }
        }
        format!(
            concat!(
                r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" role="img" "#,
                r##"shape-rendering="crispEdges"><title>{title}</title><path fill="#fff" d="M0 0h{w}v{h}H0z"/>"##,
                r##"<path fill="#000" d="{path}"/>{more}</svg>"##
            ),
            w = width,
            h = height,
            title = escaped(title),
            path = path,
            more = more
        )
    }

    /// As a black-and-white PNG with `scale` pixels a module (1 to 40).
    #[must_use]
    pub fn png(&self, scale: u32) -> Vec<u8> {
        let scale = scale.clamp(1, 40) as usize;
        let size = (self.side + 2 * QUIET) * scale;
        let mut lines = Vec::with_capacity(size * (size / 8 + 2));
        for y in 0..size {
            // Filter type 0, then one bit a pixel, white is 1.
            lines.push(0);
            for byte in 0..size.div_ceil(8) {
                let bits = (0..8).map(|bit| byte * 8 + bit).map(|x| !self.pixel(x / scale, y / scale));
                lines.push(bits.fold(0_u8, |all, white| (all << 1) | u8::from(white)));
            }
        }
        let side = u32::try_from(size).unwrap_or(u32::MAX);
        let mut header = Vec::new();
        header.extend(side.to_be_bytes());
        header.extend(side.to_be_bytes());
        header.extend([1, 0, 0, 0, 0]);
        let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
        chunk(&mut png, b"IHDR", &header);
        chunk(&mut png, b"IDAT", &deflated(&lines));
        chunk(&mut png, b"IEND", &[]);
        png
    }

    fn pixel(&self, x: usize, y: usize) -> bool {
        match (x.checked_sub(QUIET), y.checked_sub(QUIET)) {
            (Some(x), Some(y)) => self.is_dark(x, y),
            _ => false,
        }
    }
}

/// Writing into memory does not fail; what was written so far is returned in any case.
fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    let written = encoder.write_all(bytes);
    written.and_then(|()| encoder.finish()).unwrap_or_default()
}

fn chunk(png: &mut Vec<u8>, name: &[u8; 4], content: &[u8]) {
    let mut crc = flate2::Crc::new();
    crc.update(name);
    crc.update(content);
    png.extend(u32::try_from(content.len()).unwrap_or(u32::MAX).to_be_bytes());
    png.extend(name);
    png.extend(content);
    png.extend(crc.sum().to_be_bytes());
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_three_corners_and_a_white_border() {
        let code = Code::new("https://example.org/e/91410200MA40000000").unwrap();
        let corner =
            |x0: usize, y0: usize| (0..7).all(|i| code.is_dark(x0 + i, y0) && code.is_dark(x0, y0 + i));
        assert!(corner(0, 0) && corner(code.side() - 7, 0) && corner(0, code.side() - 7));
        assert!(!code.pixel(0, 0) && !code.pixel(3, 3) && code.pixel(4, 4));
    }

    #[test]
    fn the_drawing_escapes_what_people_write() {
        let svg = Code::new("x").unwrap().labelled_svg("<b>", "A & B \"化工\"");
        assert!(svg.contains("<title>&lt;b&gt;</title>"));
        assert!(svg.contains("A &amp; B &quot;化工&quot;</text>"));
        assert!(!svg.contains("style"), "pages forbid inline styles");
    }

    #[test]
    fn the_png_has_the_size_asked_for() {
        let code = Code::new("安澜").unwrap();
        let png = code.png(8);
        let size = imagesize::blob_size(&png).unwrap();
        assert_eq!((size.width, size.height), ((code.side() + 8) * 8, (code.side() + 8) * 8));
        assert_eq!(crate::sniff::sniff(&png), crate::sniff::Kind::Png);
    }

    #[test]
    fn content_that_does_not_fit_is_refused() {
        assert_eq!(Code::new(&"x".repeat(3000)).unwrap_err().code, "qr.too_long");
    }
}
