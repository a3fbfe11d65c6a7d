//! What a photograph says of itself (Exif, JEITA CP-3451): when and where it was taken, and with what.
//!
//! These are facts for whoever judges the evidence, not proof: a clock may be wrong and a position edited. Nothing is
//! removed from the picture.

use std::io::Cursor;

use base::{Day, Instant};
use exif::{Exif, Field, In, Rational, Reader, Tag, Value};

/// The facts of one photograph; each may be absent.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PhotoFacts {
    /// When the shutter was released. A camera without a time zone is taken to show Beijing time.
    pub taken_at: Option<Instant>,
    /// Where, WGS-84.
    pub place: Option<Place>,
    /// Maker and model of the camera or telephone.
    pub camera: Option<String>,
    /// The program that last wrote the picture: a picture editor here is worth a question.
    pub software: Option<String>,
    /// How the picture must be turned for showing, 1 to 8 as Exif counts.
    pub orientation: Option<u8>,
}

/// A position in degrees, WGS-84; north and east are positive.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// -90 to 90.
    pub latitude: f64,
    /// -180 to 180.
    pub longitude: f64,
}

impl PhotoFacts {
    /// True when the picture has no data of a camera: a screen shot, or passed on by a chat program.
    #[must_use]
    pub fn has_no_camera_data(&self) -> bool {
        self.taken_at.is_none() && self.place.is_none() && self.camera.is_none()
    }
}

/// Reads the facts of a JPEG, PNG, WebP or HEIC picture. What is absent or damaged is left out.
#[must_use]
pub fn of(bytes: &[u8]) -> PhotoFacts {
    let mut reader = Reader::new();
    reader.continue_on_error(true);
    let exif = match reader.read_from_container(&mut Cursor::new(bytes)) {
        Ok(exif) => exif,
        Err(error) => match error.distill_partial_result(|_| {}) {
            Ok(exif) => exif,
            Err(_) => return PhotoFacts::default(),
        },
    };
    PhotoFacts {
        taken_at: taken_at(&exif),
        place: place(&exif),
        camera: camera(&exif),
        software: text(&exif, Tag::Software),
        orientation: field(&exif, Tag::Orientation)
            .and_then(|f| f.value.get_uint(0))
            .and_then(|v| u8::try_from(v).ok())
            .filter(|v| (1..=8).contains(v)),
    }
}

fn field(exif: &Exif, tag: Tag) -> Option<&Field> {
    exif.get_field(tag, In::PRIMARY)
}

fn text(exif: &Exif, tag: Tag) -> Option<String> {
    let Value::Ascii(parts) = &field(exif, tag)?.value else { return None };
    let text: String =
        String::from_utf8_lossy(parts.first()?).chars().filter(|c| !c.is_control()).take(100).collect();
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn camera(exif: &Exif) -> Option<String> {
    let (make, model) = (text(exif, Tag::Make), text(exif, Tag::Model));
    match (make, model) {
        (Some(make), Some(model)) if model.starts_with(&make) => Some(model),
        (Some(make), Some(model)) => Some(format!("{make} {model}")),
        (make, model) => make.or(model),
    }
}

fn taken_at(exif: &Exif) -> Option<Instant> {
    let written = text(exif, Tag::DateTimeOriginal).or_else(|| text(exif, Tag::DateTime))?;
    let zone = text(exif, Tag::OffsetTimeOriginal).unwrap_or_else(|| "+08:00".to_owned());
    let (day, time) = written.split_once(' ')?;
    let day: Day = Day::parse(&day.replace(':', "-"))?;
    Instant::parse(&format!("{day}T{time}{zone}")).or_else(|| Instant::parse(&format!("{day}T{time}+08:00")))
}

fn place(exif: &Exif) -> Option<Place> {
    let latitude = degrees(exif, Tag::GPSLatitude, Tag::GPSLatitudeRef, "S")?;
    let longitude = degrees(exif, Tag::GPSLongitude, Tag::GPSLongitudeRef, "W")?;
    let possible = latitude.abs() <= 90.0 && longitude.abs() <= 180.0 && (latitude, longitude) != (0.0, 0.0);
    possible.then_some(Place { latitude, longitude })
}

fn degrees(exif: &Exif, tag: Tag, side: Tag, negative: &str) -> Option<f64> {
    let Value::Rational(parts) = &field(exif, tag)?.value else { return None };
    let number = |r: &Rational| if r.denom == 0 { None } else { Some(r.to_f64()) };
    let degrees = number(parts.first()?)?;
    let minutes = parts.get(1).and_then(number).unwrap_or(0.0);
    let seconds = parts.get(2).and_then(number).unwrap_or(0.0);
    let value = degrees + minutes / 60.0 + seconds / 3600.0;
    let turned = text(exif, side).is_some_and(|s| s.eq_ignore_ascii_case(negative));
    Some(if turned { -value } else { value })
}

#[cfg(test)]
mod tests {
    use exif::experimental::Writer;

    use super::*;

    fn ascii(tag: Tag, text: &str) -> Field {
        Field { tag, ifd_num: In::PRIMARY, value: Value::Ascii(vec![text.as_bytes().to_vec()]) }
    }

    fn angle(tag: Tag, parts: [(u32, u32); 3]) -> Field {
        let parts = parts.map(|(num, denom)| Rational { num, denom });
        Field { tag, ifd_num: In::PRIMARY, value: Value::Rational(parts.to_vec()) }
    }

    fn jpeg_with(fields: &[Field]) -> Vec<u8> {
        let mut writer = Writer::new();
        for field in fields {
            writer.push_field(field);
        }
        let mut block = Cursor::new(b"Exif\0\0".to_vec());
        let mut tiff = Cursor::new(Vec::new());
        writer.write(&mut tiff, false).unwrap();
        block.get_mut().extend(tiff.into_inner());
        let block = block.into_inner();
        let mut jpeg = vec![0xFF, 0xD8, 0xFF, 0xE1];
        jpeg.extend(u16::try_from(block.len() + 2).unwrap().to_be_bytes());
        jpeg.extend(block);
        jpeg.extend([0xFF, 0xD9]);
        jpeg
    }

    #[test]
    fn time_place_and_camera_are_read_from_a_photograph() {
        let photo = jpeg_with(&[
            ascii(Tag::Make, "HUAWEI"),
            ascii(Tag::Model, "HUAWEI P40"),
            ascii(Tag::Software, "Editor 3"),
            ascii(Tag::DateTimeOriginal, "2021:06:15 09:30:05"),
            angle(Tag::GPSLatitude, [(34, 1), (48, 1), (0, 1)]),
            ascii(Tag::GPSLatitudeRef, "N"),
            angle(Tag::GPSLongitude, [(114, 1), (18, 1), (36, 1)]),
            ascii(Tag::GPSLongitudeRef, "E"),
        ]);
        let facts = of(&photo);
        assert_eq!(facts.taken_at.unwrap().rfc3339(), "2021-06-15T09:30:05+08:00");
        let place = facts.place.unwrap();
        assert!((place.latitude - 34.8).abs() < 1e-9 && (place.longitude - 114.31).abs() < 1e-9);
        assert_eq!(facts.camera.as_deref(), Some("HUAWEI P40"));
        assert_eq!(facts.software.as_deref(), Some("Editor 3"));
        assert!(!facts.has_no_camera_data());
    }

    #[test]
    fn a_zone_is_respected_and_impossible_values_are_left_out() {
        let photo = jpeg_with(&[
            ascii(Tag::DateTimeOriginal, "2021:06:15 01:30:05"),
            ascii(Tag::OffsetTimeOriginal, "+00:00"),
            angle(Tag::GPSLatitude, [(34, 0), (48, 1), (0, 1)]),
            angle(Tag::GPSLongitude, [(114, 1), (18, 1), (36, 1)]),
        ]);
        let facts = of(&photo);
        assert_eq!(facts.taken_at.unwrap().local(), "2021-06-15 09:30");
        assert_eq!(facts.place, None);
        assert!(of(b"\xFF\xD8\xFF\xD9").has_no_camera_data());
        let never = jpeg_with(&[ascii(Tag::DateTimeOriginal, "0000:00:00 00:00:00")]);
        assert_eq!(of(&never).taken_at, None);
    }
}
