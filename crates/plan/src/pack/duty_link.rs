//! How a record says which subject it belongs to: by a reference, or by the code of a region or department.

use super::duty::Fulfilled;
use super::{FieldKind, Register, ScopeFrom};

/// The way from a record to its subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SubjectLink {
    /// A reference field holds the subject's id.
    Reference(String),
    /// A field or scope column holds the subject's code.
    Code(String),
    /// The record is the subject.
    Itself,
    /// There is one subject only, the city.
    Whole,
}

/// Whether a field of the register can name a subject of this kind.
#[must_use]
pub fn suits(register: &Register, field: &str, kind: &str) -> bool {
    of_field(register, field, kind).is_some()
}

fn of_field(register: &Register, name: &str, kind: &str) -> Option<SubjectLink> {
    let scoped = register.scope != ScopeFrom::Shared;
    if scoped && name == kind && ["county", "township", "park"].contains(&kind) {
        return Some(SubjectLink::Code(name.to_owned()));
    }
    let field = register.field(name).filter(|f| !f.is_list())?;
    let code = match field.kind {
        FieldKind::Reference if field.to.as_deref() == Some(kind) => {
            return Some(SubjectLink::Reference(name.to_owned()));
        }
        FieldKind::County => "county",
        FieldKind::Township => "township",
        FieldKind::Park => "park",
        FieldKind::Department => "department",
        _ => return None,
    };
    (code == kind).then(|| SubjectLink::Code(name.to_owned()))
}

/// How records of `register` name a subject of `kind`; None when they cannot.
#[must_use]
pub fn link(register: &Register, proof: &Fulfilled, kind: &str) -> Option<SubjectLink> {
    if let Some(found) = proof.subject.as_ref().and_then(|field| of_field(register, field.get_ref(), kind)) {
        return Some(found);
    }
    if register.name() == kind {
        return Some(SubjectLink::Itself);
    }
    if kind == "city" {
        return Some(SubjectLink::Whole);
    }
    let scope = ["county", "township", "park"].into_iter().filter(|name| *name == kind);
    let own = register.fields.iter().map(super::Field::name);
    scope.chain(own).find_map(|name| of_field(register, name, kind))
}
