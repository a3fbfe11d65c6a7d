//! What the crates below say, as failures of a request.

use base::{Problem, Problems};
use city::CityError;
use engine::EngineError;
use store::{StoreError, WriteError};

use super::Failure;

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Invalid(problem.into())
    }
}

impl From<Problems> for Failure {
    fn from(problems: Problems) -> Self {
        Self::Invalid(problems)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) | StoreError::Full(_) => Self::Unavailable(error.to_string()),
            // Asking by a protected field tells as much as reading it, so it is not there for this person.
            StoreError::NotReadable { .. } => Self::NotFound,
            other => Self::Broken(other.to_string()),
        }
    }
}

impl From<WriteError> for Failure {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Conflict { .. } => Self::Conflict,
            WriteError::Duplicate { columns, .. } => {
                let field = columns.last().cloned().unwrap_or_default();
                Problem::of(field, "field.taken").with("value", "").into()
            }
            WriteError::Store(error) => error.into(),
        }
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::NotFound => Self::NotFound,
            EngineError::Refused(problem) => Self::Refused(problem),
            EngineError::Invalid(problems) => Self::Invalid(problems),
            EngineError::Conflict => Self::Conflict,
            EngineError::Store(error) => error.into(),
            EngineError::Write(error) => error.into(),
        }
    }
}

impl From<CityError> for Failure {
    fn from(error: CityError) -> Self {
        match error {
            CityError::NotFound => Self::NotFound,
            CityError::Refused(problem) => Self::Refused(problem),
            CityError::Invalid(problems) => Self::Invalid(problems),
            CityError::Conflict => Self::Conflict,
            CityError::Busy => Self::TooMany { seconds: 3 },
            CityError::Store(error) => error.into(),
            CityError::Write(error) => error.into(),
        }
    }
}

impl From<askama::Error> for Failure {
    fn from(error: askama::Error) -> Self {
        Self::Broken(format!("a template: {error}"))
    }
}
