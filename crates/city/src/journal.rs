//! Who acts, and what the journal says of it. The payloads here never hold a password, a token, a PIN, a key or a
//! telephone number.

use base::{Id, Instant};
use serde_json::Value as Json;
use store::JournalEntry;

use crate::Actor;

/// On whose authority something is done.
#[derive(Debug, Clone, Copy)]
pub enum By<'a> {
    /// The program itself: the command line on the server, the demo city, an installation's first accounts.
    Program,
    /// Somebody signed in.
    Person(&'a Actor),
}

impl By<'_> {
    /// The account; nil for the program.
    #[must_use]
    pub fn account(&self) -> Id {
        match self {
            Self::Program => Id::NIL,
            Self::Person(actor) => actor.account,
        }
    }

    /// True for the program and for a person with the role.
    #[must_use]
    pub fn has_role(&self, role: &str) -> bool {
        match self {
            Self::Program => true,
            Self::Person(actor) => actor.has_role(role),
        }
    }
}

/// One entry about a row of this crate.
pub(crate) fn entry(
    by: &By<'_>,
    at: Instant,
    operation: &str,
    table: &str,
    record: Id,
    mut payload: Json,
) -> JournalEntry {
    if let (By::Person(Actor { unit: Some(unit), display, .. }), Json::Object(fields)) = (by, &mut payload) {
        fields.insert("by_unit".into(), Json::String(unit.to_string()));
        fields.insert("by_name".into(), Json::String(display.clone()));
    }
    JournalEntry {
        at,
        actor: by.account(),
        operation: operation.to_owned(),
        table: table.to_owned(),
        record,
        county: String::new(),
        payload: payload.to_string(),
    }
}
