//! Duties: who owes what until when, derived from spans and evidence.
//!
//! A span says that a duty binds a subject from a day on. Periods are computed (`judge::duty`), fulfilment is derived from
//! the records that prove it, or from what was handed in. Stored are only the spans, and the instances about which there
//! is something to say: late, fulfilled late, excused, owed after an event. A sweep asks the database for differences
//! alone, county by county at low priority; one changed record is judged again at once.

pub(crate) mod catalogue;
mod consequences;
mod counts;
pub(crate) mod event;
pub(crate) mod exercised;
mod hand_in;
mod heal;
pub(crate) mod instances;
mod late;
mod open_case;
mod propose;
pub(crate) mod question;
pub mod read;
mod rejudge;
pub mod rows;
mod settle;
mod spans;
mod subjects;
mod sweep;
pub(crate) mod tables;
mod telling;
mod touched;
pub mod undone;
pub mod work;

pub use catalogue::Catalogue;
pub use hand_in::Handed;
pub(crate) use open_case::Lateness;
pub(crate) use propose::reason;
pub use sweep::DutySwept;
