//! The one error type of the engine. Pages turn it into an answer in a single place.

use base::{Problem, Problems};
use store::{StoreError, WriteError};

/// Why a service did nothing.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// There is no such thing, or none that this person may see: the same answer for both.
    #[error("there is no such record")]
    NotFound,
    /// The person may see it but not do this.
    #[error("not allowed: {0}")]
    Refused(Problem),
    /// What was given is wrong; each problem names its field.
    #[error("{0}")]
    Invalid(#[from] Problems),
    /// Somebody changed the record in the meantime.
    #[error("the record was changed by somebody else")]
    Conflict,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The write failed.
    #[error(transparent)]
    Write(WriteError),
}

impl From<Problem> for EngineError {
    fn from(problem: Problem) -> Self {
        Self::Invalid(problem.into())
    }
}

impl From<WriteError> for EngineError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Conflict { .. } => Self::Conflict,
            other => Self::Write(other),
        }
    }
}
