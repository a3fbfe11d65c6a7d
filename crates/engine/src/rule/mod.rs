//! Rules of packs: judged in memory before something is written ([`written`]), and for all records by sweeps
//! ([`sweep`]). What people must decide is proposed ([`crate::proposal`]), never done.
//!
//! What a rule has brought about stands in one row per rule and record ([`effect`]), so that nothing is opened,
//! proposed or told twice.

pub(crate) mod act;
pub(crate) mod book;
pub mod effect;
pub(crate) mod fetch;
pub(crate) mod heal;
pub(crate) mod runs;
pub mod standing;
pub mod sweep;
pub(crate) mod touched;
pub(crate) mod written;

pub use book::RuleBook;

use judge::{Fact, Facts};

use crate::field::reader::head_name;
use crate::record::Record;

/// The facts of a record with those that every record has, as expressions read them.
pub(crate) fn whole(record: &Record) -> Facts {
    let mut facts = record.facts.clone();
    let mut put = |name: &str, fact: Fact| {
        if !fact.is_empty() && !facts.contains_key(name) {
            facts.insert(head_name(name), fact);
        }
    };
    let id = |id: base::Id| if id.is_nil() { Fact::Empty } else { Fact::Reference(id) };
    put("id", id(record.id));
    put("code", Fact::Text(record.code.clone()));
    put("title", Fact::Text(record.title.clone()));
    put("created_at", Fact::Instant(record.created_at));
    put("created_by", id(record.created_by));
    put("updated_at", Fact::Instant(record.updated_at));
    let place = &record.place;
    put("county", Fact::Text(place.county.clone()));
    put("township", Fact::Text(place.township.clone()));
    put("sector", Fact::Text(place.sector.clone()));
    put("park", Fact::Text(place.park.clone()));
    put("organisation", id(place.organisation));
    if let Some(case) = &record.case {
        put("procedure", Fact::Text(case.procedure.clone()));
        put("state", Fact::Text(case.state.clone()));
        put("open", Fact::YesNo(case.open));
        put("opened_at", Fact::Instant(case.opened_at));
        put("opened_by", id(case.opened_by));
        put("entered_at", Fact::Instant(case.entered_at));
        put("due_at", Fact::Instant(case.due_at));
        if case.closed_at.0 != 0 {
            put("closed_at", Fact::Instant(case.closed_at));
        }
    }
    facts
}
