//! What is wrong with an expression, and where.

use std::fmt;

use toml::Spanned;

use super::{Context, Expression};
use crate::pack::{Fault, Source};

/// One fault in the text of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpressionFault {
    /// The line within the expression, counted from 1.
    pub line: usize,
    /// The character within the line, counted from 1.
    pub column: usize,
    /// What is wrong and what would be allowed.
    pub message: String,
}

impl fmt::Display for ExpressionFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 1 {
            write!(f, "line {}, ", self.line)?;
        }
        write!(f, "character {}: {}", self.column, self.message)
    }
}

impl ExpressionFault {
    /// A fault at a byte position of `text`.
    pub(super) fn at(text: &str, position: usize, message: String) -> Self {
        let before = text.get(..position.min(text.len())).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Self { line, column, message }
    }
}

/// Checks the expression in a pack file; `key` names element and key, such as `rule.fire-lane.must`.
///
/// # Errors
/// Each fault with file, line, key and the place within the expression.
pub fn faults_in(
    source: &Source,
    key: &str,
    text: &Spanned<String>,
    context: &Context<'_>,
) -> Result<Expression, Vec<Fault>> {
    Expression::check(text.get_ref(), context).map_err(|faults| {
        let start = source.line(text.span().start);
        // The text of a multi-line string begins on the line after its opening quotes.
        let quoted = source.text.get(text.span()).unwrap_or_default();
        let block = ["\"\"\"", "'''"].iter().any(|q| {
            quoted.strip_prefix(q).is_some_and(|rest| rest.starts_with('\n') || rest.starts_with("\r\n"))
        });
        let start = start + usize::from(block);
        let fault = |fault: ExpressionFault| Fault {
            file: source.file.clone(),
            line: start + fault.line - 1,
            key: key.to_owned(),
            message: format!("{fault} (in: {})", shortened(text.get_ref())),
        };
        faults.into_iter().map(fault).collect()
    })
}

fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = line.chars().take(100).collect();
    if short.len() < line.len() { format!("{short} ...") } else { short }
}
