//! Which fields of a register stand in its template and in its export, and how.

use base::{Language, Text};
use plan::pack::{Field, FieldClass, FieldKind, Model, Register};

use crate::xlsx::column::{Column, ColumnKind};
use crate::xlsx::write::ExportColumn;

/// The fields that an import may fill: everything that is typed and fits into a cell.
pub fn import_fields(register: &Register) -> impl Iterator<Item = &Field> {
    register.fields.iter().filter(|f| !f.computed && fits(f))
}

fn fits(field: &Field) -> bool {
    !matches!(field.kind, FieldKind::Image | FieldKind::File | FieldKind::Account | FieldKind::Structure)
}

/// The columns of the import template.
#[must_use]
pub fn columns(register: &Register, model: &Model) -> Vec<Column> {
    import_fields(register).map(|field| column(register, field, model)).collect()
}

fn column(register: &Register, field: &Field, model: &Model) -> Column {
    let choices = match field.kind {
        // A cell holds several choices as words with commas between; a list to choose one from would be in the way.
        FieldKind::Choice if !field.is_list() => {
            model.choices_of(field).iter().map(|c| c.title.clone()).collect()
        }
        FieldKind::Department => model.departments.iter().map(|d| d.title.clone()).collect(),
        FieldKind::YesNo => vec![Text::new("是", "Yes"), Text::new("否", "No")],
        _ => Vec::new(),
    };
    let mut column = Column::new(field.name(), field.title.zh.as_str(), field.title.en.as_str())
        .of_kind(kind_of(field))
        .one_of(choices)
        .explained(field.help.clone().unwrap_or_default(), "");
    if field.required || register.identity.iter().any(|name| name == field.name()) {
        column = column.required();
    }
    if matches!(field.kind, FieldKind::Reference | FieldKind::County | FieldKind::Township | FieldKind::Park)
    {
        column = column.merged_down();
    }
    column
}

fn kind_of(field: &Field) -> ColumnKind {
    if field.is_list() {
        return ColumnKind::Text;
    }
    match field.kind {
        FieldKind::Integer => ColumnKind::Whole,
        FieldKind::Decimal | FieldKind::Money => ColumnKind::Number,
        FieldKind::Day => ColumnKind::Day,
        FieldKind::Instant => ColumnKind::Instant,
        FieldKind::YesNo => ColumnKind::YesNo,
        FieldKind::Uscc | FieldKind::Phone | FieldKind::Reference => ColumnKind::Code,
        _ => ColumnKind::Text,
    }
}

/// The columns of an export: code, every field that the reader may see, and the state of cases.
#[must_use]
pub fn export_columns(
    register: &Register,
    reads: FieldClass,
    language: Language,
) -> (Vec<&Field>, Vec<ExportColumn>) {
    let fields: Vec<&Field> = register
        .fields
        .iter()
        .filter(|f| f.class <= reads && !matches!(f.kind, FieldKind::Structure))
        .collect();
    let word = |zh: &str, en: &str| Text::new(zh, en).in_language(language).to_owned();
    let mut columns = vec![ExportColumn::new(word("编号", "Code"), ColumnKind::Code)];
    if register.cases {
        columns.push(ExportColumn::new(word("流程", "Procedure"), ColumnKind::Text));
        columns.push(ExportColumn::new(word("状态", "State"), ColumnKind::Text));
        columns.push(ExportColumn::new(word("当前时限", "Limit"), ColumnKind::Instant));
    }
    let kind = |field: &&Field| match kind_of(field) {
        ColumnKind::YesNo => ColumnKind::YesNo,
        other => other,
    };
    columns.extend(fields.iter().map(|f| ExportColumn::new(f.title.in_language(language), kind(f))));
    (fields, columns)
}
