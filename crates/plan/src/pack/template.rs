//! Templates: fields, columns and filters that many registers share (a meeting, a training session, a project). A register
//! that says `extend = "meeting"` takes them, adds its own fields and keeps what it writes itself.

use base::Text;
use serde::Deserialize;
use toml::Spanned;

use super::{Fault, Field, FieldKind, Register, ScopeFrom, Source};

/// A shape of records that registers are made from.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// Name used in `extend = "..."`.
    pub id: Spanned<String>,
    /// What such a record is.
    pub title: Text,
    /// What it is for.
    pub about: Text,
    /// Field whose value is the record's title.
    pub title_from: String,
    /// The fields.
    #[serde(rename = "field")]
    pub fields: Vec<Field>,
    /// Columns of the list.
    pub list: Vec<String>,
    /// Fields offered as filters.
    #[serde(default)]
    pub filters: Vec<String>,
    /// Fields by which the list can be sorted.
    #[serde(default)]
    pub sorts: Vec<String>,
    /// Fields whose words are searched.
    #[serde(default)]
    pub search: Vec<String>,
    /// Choice fields whose values are counted.
    #[serde(default)]
    pub counted: Vec<String>,
}

impl Template {
    /// The field of that name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|f| f.name() == name)
    }
}

/// The sources with every register written out, and the faults of those that cannot be.
pub(super) fn written_out(sources: &[Source]) -> (Vec<Source>, Vec<Fault>) {
    let templates: Vec<Template> = sources.iter().flat_map(|s| s.content.templates.iter().cloned()).collect();
    let mut written = sources.to_vec();
    let mut faults = Vec::new();
    for source in &mut written {
        let mut registers = std::mem::take(&mut source.content.registers);
        for register in &mut registers {
            write_out(register, &templates, source, &mut faults);
        }
        source.content.registers = registers;
        for template in &source.content.templates {
            check_template(template, source, &mut faults);
        }
    }
    (written, faults)
}

fn write_out(register: &mut Register, templates: &[Template], source: &Source, faults: &mut Vec<Fault>) {
    let mut fault = |at: usize, key: &str, message: String| {
        let key = format!("register.{}.{key}", register.id.get_ref());
        faults.push(Fault { file: source.file.clone(), line: source.line(at), key, message });
    };
    let Some(extend) = register.extend.clone() else {
        let at = register.id.span().start;
        if register.fields.is_empty() {
            fault(
                at,
                "field",
                "a register needs fields, its own or by extend = \"...\" those of a template".into(),
            );
        }
        if register.list.is_empty() {
            fault(at, "list", "names no column; a list needs at least one".into());
        }
        if register.title_from.is_empty() {
            fault(at, "title_from", "is missing; it names the field that is the record's title".into());
        }
        if let Some(without) = register.without.first() {
            let message = "leaves out fields of a template, but the register extends none".to_owned();
            fault(without.span().start, "without", message);
        }
        return;
    };
    let Some(template) = templates.iter().find(|t| t.id.get_ref() == extend.get_ref()) else {
        let known: Vec<&str> = templates.iter().map(|t| t.id.get_ref().as_str()).collect();
        let message = format!("\"{}\" is not a template; known are {}", extend.get_ref(), known.join(", "));
        fault(extend.span().start, "extend", message);
        return;
    };
    for name in &register.without {
        if template.field(name.get_ref()).is_none() {
            let known: Vec<&str> = template.fields.iter().map(Field::name).collect();
            let message = format!(
                "\"{}\" is not a field of the template \"{}\"; its fields are {}",
                name.get_ref(),
                extend.get_ref(),
                known.join(", ")
            );
            fault(name.span().start, "without", message);
        } else if *name.get_ref() == template.title_from && title_is_of_the_template(register) {
            let message = format!(
                "\"{}\" names the record; say title_from = \"...\" with another field",
                name.get_ref()
            );
            fault(name.span().start, "without", message);
        }
    }
    take(register, template, extend.span());
}

/// `title_from` left out, or the head column `title`, means the naming field of the template.
fn title_is_of_the_template(register: &Register) -> bool {
    register.title_from.is_empty() || register.title_from == "title"
}

/// Fields of the template first (one that the register writes itself stands in its place), then the register's own.
fn take(register: &mut Register, template: &Template, at: std::ops::Range<usize>) {
    let without: Vec<String> = register.without.iter().map(|w| w.get_ref().clone()).collect();
    let left_out = |name: &str| without.iter().any(|w| w == name);
    let mut own = std::mem::take(&mut register.fields);
    let scope_field = match &register.scope {
        ScopeFrom::Reference(field) => Some(field.clone()),
        ScopeFrom::Place => Some("county".to_owned()),
        ScopeFrom::Itself | ScopeFrom::Shared => None,
    };
    // Where a record belongs is asked first.
    let leading: Vec<usize> = own
        .iter()
        .enumerate()
        .filter(|(_, f)| {
            scope_field.as_deref() == Some(f.name())
                || matches!(f.kind, FieldKind::County | FieldKind::Township | FieldKind::Park)
        })
        .filter(|(_, f)| template.field(f.name()).is_none())
        .map(|(i, _)| i)
        .collect();
    let mut fields: Vec<Field> = Vec::new();
    for index in leading.iter().rev() {
        fields.insert(0, own.remove(*index));
    }
    for field in &template.fields {
        if left_out(field.name()) {
            continue;
        }
        if let Some(index) = own.iter().position(|o| o.name() == field.name()) {
            fields.push(own.remove(index));
            continue;
        }
        let mut taken = field.clone();
        taken.id = Spanned::new(at.clone(), field.shared_name());
        // In a register of cases the steps say what they need.
        taken.required = taken.required && !register.cases;
        fields.push(taken);
    }
    fields.append(&mut own);
    register.fields = fields;
    if title_is_of_the_template(register) {
        register.title_from.clone_from(&template.title_from);
    }
    let kept = |names: &[String]| names.iter().filter(|n| !left_out(n)).cloned().collect::<Vec<_>>();
    let with_scope = |names: Vec<String>, position: usize| {
        let mut names = names;
        if let Some(field) = scope_field.as_ref().filter(|f| !names.contains(f)) {
            names.insert(position.min(names.len()), field.clone());
        }
        names
    };
    if register.list.is_empty() {
        register.list = with_scope(kept(&template.list), 1);
        if register.cases {
            register.list.push("state".into());
        }
    }
    if register.filters.is_empty() {
        register.filters = with_scope(kept(&template.filters), 0);
        for name in ["county", "sector"] {
            let scoped = register.scope != ScopeFrom::Shared
                && (name == "county" || scope_field.as_deref() != Some("county"));
            if scoped && !register.filters.iter().any(|f| f == name) {
                register.filters.insert(1.min(register.filters.len()), name.into());
            }
        }
        if register.cases {
            register.filters.push("state".into());
        }
    }
    if register.sorts.is_empty() {
        register.sorts = kept(&template.sorts);
    }
    if register.search.is_empty() {
        register.search = kept(&template.search);
    }
    if register.counted.is_empty() {
        register.counted = kept(&template.counted);
    }
}

/// Lists of a template name its own fields, or what every record has.
fn check_template(template: &Template, source: &Source, faults: &mut Vec<Fault>) {
    let mut names: Vec<&str> = template.fields.iter().map(Field::name).collect();
    let mut fault = |key: &str, message: String| {
        let key = format!("template.{}.{key}", template.id.get_ref());
        let line = source.line(template.id.span().start);
        faults.push(Fault { file: source.file.clone(), line, key, message });
    };
    if let Some(twice) = names.iter().enumerate().find(|(i, name)| names.iter().take(*i).any(|n| n == *name))
    {
        fault("field", format!("\"{}\" is defined twice in this template", twice.1));
    }
    if !names.contains(&template.title_from.as_str()) {
        fault(
            "title_from",
            format!("\"{}\" is not one of its fields: {}", template.title_from, names.join(", ")),
        );
    }
    names.extend(["code", "title", "created_at", "updated_at"]);
    let lists = [
        ("list", &template.list),
        ("filters", &template.filters),
        ("sorts", &template.sorts),
        ("search", &template.search),
        ("counted", &template.counted),
    ];
    for (key, list) in lists {
        for name in list.iter().filter(|name| !names.contains(&name.as_str())) {
            fault(key, format!("\"{name}\" is not one of its fields: {}", names.join(", ")));
        }
    }
}
