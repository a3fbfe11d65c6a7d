//! A case as it is passed on in a group chat (`users.md` point 27): a short text and a long picture, with number, place,
//! what is wrong, until when, who, and the way to the case. A chat has many readers, so telephone numbers and other
//! protected fields never stand in it.

use base::{Instant, Language};
use engine::Engine;
use engine::field::show::{Titles, show};
use engine::record::Record;
use judge::fact::fact;
use plan::pack::{FieldClass, FieldKind, Register, Shape};
use report::picture::LongPicture;
use report::qr::Code;

use super::list::label;
use crate::errors::Failure;
use crate::text::{fill, say};

/// Fields of a hazard that people in the field need, in order; the first of several places counts.
const HAZARD: [&str; 7] = ["enterprise", "place", "unit", "level", "basis", "responsible", "deadline"];

/// What is passed on of one case.
pub(crate) struct Share {
    kind: String,
    code: String,
    heading: String,
    lines: Vec<(String, String)>,
    link: String,
}

impl Share {
    /// What `record` says in this language to somebody who may read up to `reads`; `base` is the public address.
    pub(crate) fn of(
        engine: &Engine,
        register: &Register,
        record: &Record,
        titles: &Titles,
        (language, reads): (Language, FieldClass),
        base: &str,
    ) -> Self {
        let names: Vec<&str> = if register.shape == Some(Shape::Hazard) {
            HAZARD.to_vec()
        } else {
            register.list.iter().map(String::as_str).collect()
        };
        let mut lines = Vec::new();
        for name in names.into_iter().filter(|n| *n != register.title_from) {
            let Some(field) = register.field(name) else { continue };
            let open = field.class <= reads.min(FieldClass::Internal) && !field.hidden;
            let place_known = name == "unit" && !fact(&record.facts, "place").is_empty();
            if !open || place_known || matches!(field.kind, FieldKind::Image | FieldKind::File) {
                continue;
            }
            let value = show(field, fact(&record.facts, name), &engine.model, language, titles);
            if !value.is_empty() {
                lines.push((label(register, name, language), value));
            }
        }
        lines.extend(standing(engine, record, language));
        Self {
            kind: register.title.in_language(language).to_owned(),
            code: record.code.clone(),
            heading: heading(register, record, &engine.model, language, titles),
            lines,
            link: format!("{base}/r/{}/{}", register.name(), record.id),
        }
    }

    /// The text, ready to be pasted.
    pub(crate) fn text(&self, language: Language) -> String {
        let colon = if language == Language::Chinese { "：" } else { ": " };
        let mut text = match language {
            Language::Chinese => format!("【{}】{}\n{}\n", self.kind, self.code, self.heading),
            Language::English => format!("[{}] {}\n{}\n", self.kind, self.code, self.heading),
        };
        for (label, value) in &self.lines {
            text.push_str(&format!("{label}{colon}{value}\n"));
        }
        text + &format!("{}{colon}{}", say(language, "share.link"), self.link)
    }

    /// The long picture.
    pub(crate) fn picture(&self, language: Language, foot: String) -> Result<String, Failure> {
        let picture = LongPicture {
            kind: self.kind.clone(),
            code: self.code.clone(),
            heading: self.heading.clone(),
            lines: self.lines.clone(),
            link: Some(Code::new(&self.link)?),
            how: say(language, "share.scan"),
            foot,
        };
        Ok(picture.svg())
    }
}

/// What it is about: the whole text of the title's field, which lists cut short.
fn heading(
    register: &Register,
    record: &Record,
    model: &plan::pack::Model,
    language: Language,
    titles: &Titles,
) -> String {
    let whole = register
        .field(&register.title_from)
        .map(|f| show(f, fact(&record.facts, f.name()), model, language, titles))
        .unwrap_or_default();
    if whole.is_empty() { record.title.clone() } else { whole }
}

/// Where the case stands, what is awaited and until when.
fn standing(engine: &Engine, record: &Record, language: Language) -> Vec<(String, String)> {
    let Some(head) = &record.case else { return Vec::new() };
    let Some(procedure) = engine.model.procedure(&head.procedure) else { return Vec::new() };
    let state = procedure.state(&head.state).map(|s| s.title.in_language(language).to_owned());
    let mut lines = vec![(say(language, "list.state"), state.unwrap_or_default())];
    let awaited = procedure.steps_from(&head.state).find(|s| !s.side).filter(|_| head.open);
    if let Some(step) = awaited {
        let verb = step.title.in_language(language);
        let next = if head.due_at == Instant::NEVER {
            verb.to_owned()
        } else {
            fill(language, "share.until", &[("step", verb), ("day", &head.due_at.day().to_string())])
        };
        lines.push((say(language, "case.next"), next));
    }
    lines
}
