//! The one error type of this crate's services. Pages turn it into an answer in a single place.

use base::{Problem, Problems};
use store::{StoreError, WriteError};

/// Why a service did nothing.
#[derive(Debug, thiserror::Error)]
pub enum CityError {
    /// There is no such thing, or none that this person may see: the same answer for both.
    #[error("there is no such record")]
    NotFound,
    /// The person may see it but not do this.
    #[error("not allowed: {0}")]
    Refused(Problem),
    /// What was given is wrong; each problem names its field.
    #[error("{0}")]
    Invalid(#[from] Problems),
    /// Somebody else changed it in the meantime: read it again and repeat.
    #[error("it was changed by somebody else in the meantime")]
    Conflict,
    /// Too many passwords are being checked at this moment: repeat in a few seconds.
    #[error("too many passwords are being checked at this moment; repeat in a few seconds")]
    Busy,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The write failed.
    #[error(transparent)]
    Write(WriteError),
}

impl From<Problem> for CityError {
    fn from(problem: Problem) -> Self {
        Self::Invalid(problem.into())
    }
}

impl From<WriteError> for CityError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Conflict { .. } => Self::Conflict,
            other => Self::Write(other),
        }
    }
}

/// Nothing when `allowed`, otherwise a refusal with that code.
pub(crate) fn require(allowed: bool, code: &'static str) -> Result<(), CityError> {
    if allowed { Ok(()) } else { Err(CityError::Refused(Problem::new(code))) }
}
