//! What an expression may speak of: records by name, their fields, days and dated values.

use super::{Kind, Plain, Root};
use crate::pack::duty::is_fixed_subject;
use crate::pack::{FieldKind, Model, ScopeFrom, Shape};

/// Names that are no variables of records.
pub const RESERVED: [&str; 4] = ["as_of", "today", "period", "v"];

/// What an expression may speak of.
#[derive(Debug, Clone)]
pub struct Context<'a> {
    model: &'a Model,
    roots: Vec<Root>,
    period: bool,
}

impl<'a> Context<'a> {
    /// An expression about one record: `variable` is its name in the text, for instance `s` or `r`.
    #[must_use]
    pub fn of(model: &'a Model, variable: &str, register: &str) -> Self {
        let root = Root { name: variable.to_owned(), register: register.to_owned() };
        Self { model, roots: vec![root], period: false }
    }

    /// About one more record (`old` and `new` of a change). Such an expression is judged in memory only: SQL knows one
    /// record at a time.
    #[must_use]
    pub fn and(mut self, variable: &str, register: &str) -> Self {
        self.roots.push(Root { name: variable.to_owned(), register: register.to_owned() });
        self
    }

    /// It is judged for a period: `period.from` and `period.until` are known.
    #[must_use]
    pub fn with_period(mut self) -> Self {
        self.period = true;
        self
    }

    /// The records it is about.
    #[must_use]
    pub fn roots(&self) -> &[Root] {
        &self.roots
    }

    pub(super) fn model(&self) -> &'a Model {
        self.model
    }

    /// True for a register of the packs.
    #[must_use]
    pub fn knows(&self, register: &str) -> bool {
        self.model.register(register).is_some()
    }

    pub(super) fn has_period(&self) -> bool {
        self.period
    }

    /// The kind of a field of a register; None when there is no such field.
    pub(super) fn field(&self, register: &str, name: &str) -> Option<Plain> {
        if let Some(field) = self.model.register(register).and_then(|of| of.field(name)) {
            let mut plain = Plain::of(Kind::of(field.kind, field.is_list()));
            match field.kind {
                FieldKind::Reference => plain.to.clone_from(&field.to),
                FieldKind::Account => plain.to = Some("account".to_owned()),
                FieldKind::Choice => {
                    plain.allowed = Some(self.model.choices_of(field).iter().map(|c| c.id.clone()).collect());
                }
                FieldKind::Department => {
                    plain.allowed =
                        Some(self.model.departments.iter().map(|d| d.id.get_ref().clone()).collect());
                }
                _ => {}
            }
            return Some(plain);
        }
        self.head_fields(register).into_iter().find(|(head, _)| *head == name).map(|(_, plain)| plain)
    }

    /// The fields of a register by name, those that every record has last.
    pub(super) fn fields(&self, register: &str) -> Vec<String> {
        let own = self.model.register(register).into_iter().flat_map(|r| &r.fields);
        let heads = self.head_fields(register);
        own.map(|f| f.name().to_owned()).chain(heads.into_iter().map(|(n, _)| n.to_owned())).collect()
    }

    /// What every record has beside its own fields.
    fn head_fields(&self, register: &str) -> Vec<(&'static str, Plain)> {
        let Some(of) = self.model.register(register) else { return fixed_fields(register) };
        let to = |register: &str| Plain { to: Some(register.to_owned()), ..Plain::of(Kind::Id) };
        let plain = Plain::of;
        let mut heads = vec![
            ("id", to(register)),
            ("code", plain(Kind::Text)),
            ("title", plain(Kind::Text)),
            ("created_at", plain(Kind::Instant)),
            ("created_by", to("account")),
            ("updated_at", plain(Kind::Instant)),
        ];
        if of.scope != ScopeFrom::Shared {
            heads.extend(["county", "township", "sector", "park"].map(|name| (name, plain(Kind::Text))));
            if let Some(enterprise) = self.model.shaped(Shape::Enterprise) {
                heads.push(("organisation", to(enterprise.name())));
            }
        }
        if of.cases {
            let procedures: Vec<_> = self.model.procedures_of(register).collect();
            let mut states: Vec<String> =
                procedures.iter().flat_map(|p| &p.states).map(|s| s.id.clone()).collect();
            states.sort_unstable();
            states.dedup();
            let names = procedures.iter().map(|p| p.name().to_owned()).collect();
            heads.push(("procedure", Plain { allowed: Some(names), ..plain(Kind::Text) }));
            heads.push(("state", Plain { allowed: Some(states), ..plain(Kind::Text) }));
            heads.push(("open", plain(Kind::YesNo)));
            heads.extend(
                ["opened_at", "entered_at", "due_at", "closed_at"].map(|n| (n, plain(Kind::Instant))),
            );
            heads.push(("opened_by", to("account")));
        }
        heads
    }
}

/// What is known of a subject that is no record: a region, a department, the city.
fn fixed_fields(subject: &str) -> Vec<(&'static str, Plain)> {
    if !is_fixed_subject(subject) {
        return Vec::new();
    }
    let mut fields = vec![("id", Plain { to: Some(subject.to_owned()), ..Plain::of(Kind::Id) })];
    fields.extend(["code", "title", "kind", "county"].map(|name| (name, Plain::of(Kind::Text))));
    fields
}
