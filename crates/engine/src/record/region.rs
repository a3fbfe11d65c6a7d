//! A township lies in its county: what a form, an import or another program gives is checked against the regions.

use base::{Problem, Problems};
use judge::Facts;
use judge::fact::fact;
use plan::pack::{FieldKind, Model, RegionKind, Register};

/// What is wrong with the townships of a record: each must lie in the county of the same record. A functional area that
/// acts like a county has townships of several counties, so nothing is said there.
#[must_use]
pub fn check_regions(model: &Model, register: &Register, facts: &Facts) -> Problems {
    let value = |kind: FieldKind| {
        let of_kind = register.fields.iter().filter(move |f| f.kind == kind);
        of_kind.filter_map(|f| Some((f.name(), fact(facts, f.name()).as_text()?)))
    };
    let mut problems = Problems::default();
    let Some((_, county)) = value(FieldKind::County).next() else { return problems };
    let named = |code: &str| model.region(code);
    let Some(above) = named(county).filter(|r| r.kind == RegionKind::County) else { return problems };
    for (name, code) in value(FieldKind::Township) {
        let mut times = model.regions.iter().filter(|r| r.code.get_ref() == code);
        if times.any(|r| r.parent.as_deref() == Some(county)) {
            continue;
        }
        let township = named(code).map_or(code, |r| r.title.zh.as_str());
        problems.push(
            Problem::of(name, "field.township_elsewhere")
                .with("township", township)
                .with("county", &above.title.zh),
        );
    }
    problems
}
