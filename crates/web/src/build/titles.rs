//! Titles of records that a page names without listing them: enterprises beside cases, values of filters.

use base::Id;
use engine::field::show::Titles;
use judge::{Fact, Facts};
use plan::pack::{FieldKind, Register};

use crate::app::App;
use crate::errors::Failure;

use super::address::Wanted;

/// Titles of records of `register`.
pub(crate) async fn of(
    app: &App,
    register: &str,
    ids: impl IntoIterator<Item = Id>,
) -> Result<Titles, Failure> {
    // The engine looks titles up by the fields that refer to them, so one such field lends its name.
    let refers = |r: &Register| {
        r.fields.iter().find(|f| f.kind == FieldKind::Reference && f.to.as_deref() == Some(register)).cloned()
    };
    let Some((referring, field)) = app.model().registers.values().find_map(|r| Some((r, refers(r)?))) else {
        return Ok(Titles::new());
    };
    let facts: Vec<Facts> =
        ids.into_iter().map(|id| Facts::from([(field.name().to_owned(), Fact::Reference(id))])).collect();
    Ok(app.engine().titles(referring, facts.iter()).await?)
}

/// Titles of what the filters of an address refer to.
pub(crate) async fn of_filters(app: &App, register: &Register, wanted: &Wanted) -> Result<Titles, Failure> {
    let refers = |f: &&plan::pack::Field| matches!(f.kind, FieldKind::Reference | FieldKind::Account);
    let mut facts: Vec<Facts> = Vec::new();
    for field in register.fields.iter().filter(refers) {
        let ids = wanted.all(field.name()).filter_map(|value| value.parse().ok());
        facts.extend(ids.map(|id| Facts::from([(field.name().to_owned(), Fact::Reference(id))])));
    }
    Ok(app.engine().titles(register, facts.iter()).await?)
}
