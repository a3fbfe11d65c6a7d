//! In which state an instance is.

use base::Day;

use super::Instance;

/// The state of one instance for one subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// Its period has not begun.
    NotDue,
    /// It can be fulfilled, and there is still time.
    Due,
    /// Fulfilled in time.
    Fulfilled,
    /// Fulfilled after its due day.
    FulfilledLate,
    /// The due day has passed.
    Overdue,
    /// Somebody excused the subject, with a reason.
    Excused,
    /// The duty does not bind the subject in this period.
    NotApplicable,
}

/// Every state, in the order in which lists show them.
pub const STATES: [State; 7] = [
    State::Overdue,
    State::Due,
    State::FulfilledLate,
    State::Fulfilled,
    State::Excused,
    State::NotDue,
    State::NotApplicable,
];

impl State {
    /// The stored word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::NotDue => "not_due",
            Self::Due => "due",
            Self::Fulfilled => "fulfilled",
            Self::FulfilledLate => "fulfilled_late",
            Self::Overdue => "overdue",
            Self::Excused => "excused",
            Self::NotApplicable => "not_applicable",
        }
    }

    /// The state of a stored word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        STATES.into_iter().find(|state| state.word() == word)
    }
}

/// What is known of a subject for one instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// The duty binds it for this instance.
    pub bound: bool,
    /// It was excused.
    pub excused: bool,
    /// The day of the evidence that completes it.
    pub done: Option<Day>,
}

/// The state on `today`.
#[must_use]
pub fn state(instance: &Instance, known: Known, today: Day) -> State {
    match known {
        Known { bound: false, .. } => State::NotApplicable,
        Known { done: Some(done), .. } if done <= instance.due => State::Fulfilled,
        Known { excused: true, .. } => State::Excused,
        Known { done: Some(_), .. } => State::FulfilledLate,
        _ if today > instance.due => State::Overdue,
        _ if today < instance.first => State::NotDue,
        _ => State::Due,
    }
}
