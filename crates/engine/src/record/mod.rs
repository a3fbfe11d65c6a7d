//! Records of registers: how one is read, listed, created and changed.

pub(crate) mod beside;
pub mod change_set;
pub mod code;
pub mod find;
pub mod history;
pub mod list;
mod moved;
pub mod place;
pub mod read;
pub(crate) mod reader;
pub mod region;
pub mod titles;
pub mod together;
pub mod write;

use base::{Id, Instant};
use city::{Actor, Place};
use judge::Facts;
use plan::pack::Register;

/// A record with its head and fields.
#[derive(Debug, Clone)]
pub struct Record {
    /// Identity.
    pub id: Id,
    /// Register.
    pub register: String,
    /// Code that people use.
    pub code: String,
    /// What lists show.
    pub title: String,
    /// Scope.
    pub place: Place,
    /// Rises with each change; a form sends it back so that nobody overwrites what they have not seen.
    pub version: i64,
    /// When it was entered.
    pub created_at: Instant,
    /// Who entered it.
    pub created_by: Id,
    /// Last change.
    pub updated_at: Instant,
    /// Fields.
    pub facts: Facts,
    /// The head of the case, in registers of cases.
    pub case: Option<CaseHead>,
}

impl Record {
    /// A new record without a code, entered by `actor` at `now`.
    #[must_use]
    pub fn new(
        id: Id,
        register: &Register,
        title: String,
        place: Place,
        facts: Facts,
        actor: &Actor,
        now: Instant,
    ) -> Self {
        Self {
            id,
            register: register.name().to_owned(),
            code: String::new(),
            title,
            place,
            version: 1,
            created_at: now,
            created_by: actor.account,
            updated_at: now,
            facts,
            case: None,
        }
    }
}

/// Where a case stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseHead {
    /// Procedure it runs under.
    pub procedure: String,
    /// State.
    pub state: String,
    /// Somebody must still act.
    pub open: bool,
    /// When it was opened.
    pub opened_at: Instant,
    /// Who opened it.
    pub opened_by: Id,
    /// When it entered its state.
    pub entered_at: Instant,
    /// When the limit of the awaited step ends; [`Instant::NEVER`] without one.
    pub due_at: Instant,
    /// When it ended; 0 while open.
    pub closed_at: Instant,
}
