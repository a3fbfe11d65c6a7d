//! Lists as workbooks, and registers as import templates.

use base::Language;
use engine::Engine;
use engine::field::show::Titles;
use engine::record::Record;
use judge::Fact;
use judge::fact::fact;
use plan::pack::{FieldKind, Register};
use report::xlsx::column::ColumnKind;
use report::xlsx::write::{Design, ExportColumn, Value, Workbook};

use super::list::{cell, label};
use super::value::Shower;
use crate::errors::Failure;
use crate::view::cell::Shown;

/// A workbook under way: rows are added page by page.
pub(crate) struct Export<'a> {
    /// The engine.
    pub(crate) engine: &'a Engine,
    /// The register.
    pub(crate) register: &'a Register,
    /// Language of titles and values.
    pub(crate) language: Language,
}

/// What a row of the workbook holds.
enum Owned {
    Empty,
    Text(String),
    Number(f64),
    Day(base::Day),
    Instant(base::Instant),
}

impl Export<'_> {
    /// The columns: code, then those of the list.
    fn columns(&self) -> Vec<String> {
        let listed = super::list::names(self.register).into_iter().filter(|name| name != "code");
        std::iter::once("code".to_owned()).chain(listed).collect()
    }

    /// The finished workbook with these records.
    pub(crate) fn write(&self, records: &[(Vec<Record>, Titles)]) -> Result<Vec<u8>, Failure> {
        let failed = |e: report::xlsx::write::WriteError| Failure::Broken(format!("a workbook: {e}"));
        let names = self.columns();
        let title = self.register.title.in_language(self.language).to_owned();
        let columns = names
            .iter()
            .map(|n| ExportColumn::new(label(self.register, n, self.language), kind(self.register, n)))
            .collect();
        let mut workbook = Workbook::new(self.language);
        let mut sheet =
            workbook.sheet(&Design { name: title, columns, ..Design::default() }).map_err(failed)?;
        for (page, titles) in records {
            let shower = Shower {
                model: &self.engine.model,
                language: self.language,
                titles,
                links: false,
                files: None,
            };
            for record in page {
                let cells: Vec<Owned> = names.iter().map(|name| self.value(record, name, &shower)).collect();
                let row: Vec<Value<'_>> = cells.iter().map(Owned::lend).collect();
                sheet.row(&row).map_err(failed)?;
            }
        }
        sheet.finish().map_err(failed)?;
        workbook.bytes().map_err(failed)
    }

    fn value(&self, record: &Record, name: &str, shower: &Shower<'_>) -> Owned {
        #[expect(clippy::cast_precision_loss, reason = "Excel knows no other numbers")]
        match (self.register.field(name).map(|f| f.kind), fact(&record.facts, name)) {
            (Some(FieldKind::Money), Fact::Integer(fen)) => Owned::Number(*fen as f64 / 100.0),
            (Some(_), Fact::Integer(number)) => Owned::Number(*number as f64),
            (Some(_), Fact::Decimal(number)) => Owned::Number(*number),
            (Some(_), Fact::Day(day)) => Owned::Day(*day),
            (Some(_), Fact::Instant(at)) => Owned::Instant(*at),
            _ => match cell(self.engine, self.register, record, name, shower) {
                Shown::Nothing => Owned::Empty,
                Shown::Text(text)
                | Shown::Whole(text)
                | Shown::Long(text)
                | Shown::Number(text)
                | Shown::Source(text)
                | Shown::Code(text) => Owned::Text(text),
                Shown::Clauses(chips, _) => {
                    Owned::Text(chips.into_iter().map(|c| c.id).collect::<Vec<_>>().join(" "))
                }
                Shown::Risk { word, .. } | Shown::State { word, .. } => Owned::Text(word),
                Shown::Due { when, .. } => Owned::Text(when),
                Shown::Link { text, .. } => Owned::Text(text),
                Shown::Point { longitude, latitude, datum } => {
                    Owned::Text(format!("{longitude}, {latitude} {datum}"))
                }
                Shown::Images(list) | Shown::Files(list) => Owned::Text(list.len().to_string()),
            },
        }
    }
}

impl Owned {
    fn lend(&self) -> Value<'_> {
        match self {
            Self::Empty => Value::Empty,
            Self::Text(text) => Value::Text(text),
            Self::Number(number) => Value::Number(*number),
            Self::Day(day) => Value::Day(*day),
            Self::Instant(at) => Value::Instant(*at),
        }
    }
}

fn kind(register: &Register, name: &str) -> ColumnKind {
    match register.field(name).map(|f| f.kind) {
        Some(FieldKind::Integer) => ColumnKind::Whole,
        // Money stands in yuan, as it is typed into forms.
        Some(FieldKind::Decimal | FieldKind::Money) => ColumnKind::Number,
        Some(
            FieldKind::Uscc | FieldKind::Phone | FieldKind::County | FieldKind::Township | FieldKind::Park,
        ) => ColumnKind::Code,
        Some(FieldKind::Day) => ColumnKind::Day,
        Some(FieldKind::Instant) => ColumnKind::Instant,
        _ => ColumnKind::Text,
    }
}
