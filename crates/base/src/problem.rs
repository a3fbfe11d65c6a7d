//! An error that a person can act on: what is wrong, where, and what to do.
//!
//! A [`Problem`] is a stable code with named arguments. Pages, import reports and the JSON interface turn it into a
//! sentence in the reader's language; logs keep the code. The code can be read over the telephone and found by grep.

use std::fmt;

/// One thing that is wrong with what somebody gave us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Stable code, for instance `field.required` or `uscc.check_digit`.
    pub code: &'static str,
    /// The field (or column, or key) that it is about; empty when it is about the whole.
    pub field: String,
    /// Named values for the sentence: the offending value, the limit, the allowed values.
    pub arguments: Vec<(&'static str, String)>,
}

impl Problem {
    /// A problem of the whole, not of one field.
    #[must_use]
    pub fn new(code: &'static str) -> Self {
        Self { code, field: String::new(), arguments: Vec::new() }
    }

    /// A problem of one field.
    #[must_use]
    pub fn of(field: impl Into<String>, code: &'static str) -> Self {
        Self { code, field: field.into(), arguments: Vec::new() }
    }

    /// Adds a named value for the sentence.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.arguments.push((name, value.to_string()));
        self
    }

    /// The value of the argument `name`, if there is one.
    #[must_use]
    pub fn argument(&self, name: &str) -> Option<&str> {
        self.arguments.iter().find(|(n, _)| *n == name).map(|(_, v)| v.as_str())
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.field.is_empty() {
            write!(f, "{}: ", self.field)?;
        }
        f.write_str(self.code)?;
        for (name, value) in &self.arguments {
            write!(f, " {name}={value}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}

/// Everything that is wrong, so that people mend it in one go.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// `Ok(value)` when nothing is wrong, otherwise all that is.
    ///
    /// # Errors
    /// The problems themselves, when there are any.
    pub fn or<T>(self, value: T) -> Result<T, Self> {
        if self.0.is_empty() { Ok(value) } else { Err(self) }
    }

    /// Adds one.
    pub fn push(&mut self, problem: Problem) {
        self.0.push(problem);
    }

    /// True when nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, problem) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str("; ")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}
