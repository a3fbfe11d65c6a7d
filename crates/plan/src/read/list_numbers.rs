//! Numbers that Word adds to paragraphs of a list (`w:numPr`), from `numbering.xml` and `styles.xml`.
//!
//! ISO/IEC 29500-1, 17.9. Decimal, Chinese and circled formats are written as text; bullets and others give no number.

use std::collections::HashMap;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::docx::value;
use super::numerals::to_chinese;

/// One level of a list definition.
#[derive(Debug, Clone, Default)]
struct Level {
    format: String,
    text: String,
    start: u32,
}

/// All lists of a document with their running numbers.
#[derive(Debug, Default)]
pub(super) struct Lists {
    /// Levels by abstract definition.
    definitions: HashMap<String, Vec<Level>>,
    /// Abstract definition by list.
    lists: HashMap<String, String>,
    /// List and level that a paragraph style brings.
    styles: HashMap<String, (String, usize)>,
    /// Running numbers by abstract definition.
    running: HashMap<String, Vec<Option<u32>>>,
}

/// Word has nine levels.
const LEVELS: usize = 9;

impl Lists {
    /// Reads the two parts; a part that is missing or damaged gives no numbers.
    pub(super) fn new(numbering: &str, styles: &str) -> Self {
        let mut lists = Self::default();
        lists.read_numbering(numbering);
        lists.read_styles(styles);
        lists
    }

    fn read_numbering(&mut self, xml: &str) {
        let (mut definition, mut level, mut list) = (String::new(), 0_usize, String::new());
        each_start(xml, |e| match e.local_name().into_inner() {
            "abstractNum" => definition = value(e, "abstractNumId").unwrap_or_default(),
            "lvl" => level = value(e, "ilvl").and_then(|v| v.parse().ok()).unwrap_or(0).min(LEVELS - 1),
            "num" => list = value(e, "numId").unwrap_or_default(),
            "abstractNumId" => {
                self.lists.insert(list.clone(), value(e, "val").unwrap_or_default());
            }
            name @ ("numFmt" | "lvlText" | "start") => {
                let levels = self
                    .definitions
                    .entry(definition.clone())
                    .or_insert_with(|| vec![Level { start: 1, ..Level::default() }; LEVELS]);
                if let (Some(level), Some(value)) = (levels.get_mut(level), value(e, "val")) {
                    match name {
                        "numFmt" => level.format = value,
                        "lvlText" => level.text = value,
                        _ => level.start = value.parse().unwrap_or(1),
                    }
                }
            }
            _ => {}
        });
    }

    fn read_styles(&mut self, xml: &str) {
        let (mut style, mut level) = (String::new(), 0_usize);
        each_start(xml, |e| match e.local_name().into_inner() {
            "style" => (style, level) = (value(e, "styleId").unwrap_or_default(), 0),
            "ilvl" => level = value(e, "val").and_then(|v| v.parse().ok()).unwrap_or(0),
            "numId" => {
                if let Some(id) = value(e, "val") {
                    self.styles.insert(style.clone(), (id, level));
                }
            }
            _ => {}
        });
    }

    /// The number before the next paragraph, counted on; none for paragraphs outside lists.
    pub(super) fn label(
        &mut self,
        own: Option<(String, usize)>,
        style: Option<&str>,
        empty: bool,
    ) -> Option<String> {
        let styled = style.and_then(|s| self.styles.get(s).cloned());
        let (id, level) = match (own, styled) {
            (Some((id, level)), Some((from_style, _))) if id.is_empty() => (from_style, level),
            (Some(own), _) => own,
            (None, styled) => styled?,
        };
        if id == "0" || empty {
            return None;
        }
        let definition = self.lists.get(&id)?.clone();
        let levels = self.definitions.get(&definition)?;
        let shown = levels.get(level)?;
        if shown.format == "bullet" || shown.format == "none" || shown.text.is_empty() {
            return None;
        }
        let running = self.running.entry(definition).or_insert_with(|| vec![None; LEVELS]);
        let next = running.get(level).copied().flatten().map_or(shown.start, |n| n + 1);
        for (index, slot) in running.iter_mut().enumerate() {
            if index == level {
                *slot = Some(next);
            } else if index > level {
                *slot = None;
            }
        }
        let mut label = shown.text.clone();
        for (index, definition) in levels.iter().enumerate() {
            let number = running.get(index).copied().flatten().unwrap_or(definition.start);
            label = label.replace(&format!("%{}", index + 1), &write_number(number, &definition.format));
        }
        Some(label)
    }
}

fn each_start(xml: &str, mut act: impl FnMut(&BytesStart<'_>)) {
    let mut reader = Reader::from_str(xml);
    loop {
        match reader.read_event() {
            Ok(Event::Start(e) | Event::Empty(e)) => act(&e),
            Ok(Event::Eof) | Err(_) => return,
            Ok(_) => {}
        }
    }
}

fn write_number(number: u32, format: &str) -> String {
    match format {
        "chineseCounting"
        | "chineseCountingThousand"
        | "ideographDigital"
        | "japaneseCounting"
        | "chineseLegalSimplified"
        | "taiwaneseCountingThousand" => to_chinese(number),
        "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" if (1..=20).contains(&number) => {
            char::from_u32(u32::from('①') + number - 1).map_or_else(String::new, String::from)
        }
        "decimalZero" => format!("{number:02}"),
        _ => number.to_string(),
    }
}
