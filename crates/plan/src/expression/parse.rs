//! From text to the syntax tree of CEL, with the place of every part.

use cel::common::ast::{Expr, IdedExpr, SourceInfo};
use cel::parser::Parser;

use super::{ExpressionFault, LONGEST};

/// Most brackets in brackets, and most choices by `?`.
const DEEPEST: usize = 24;

/// A parsed text. Only the syntax is CEL's; nothing of its interpreter is used.
pub(super) struct Parsed {
    pub(super) tree: IdedExpr,
    places: SourceInfo,
}

impl Parsed {
    /// Where a part stands: the byte at which its name or sign begins.
    pub(super) fn place(&self, part: &IdedExpr) -> usize {
        let start = self.places.offset_for(part.id).map_or(0, |(start, _)| start as usize);
        // A selection is placed at its dot, the name stands behind it.
        let behind = matches!(&part.expr, Expr::Select(select) if !select.test);
        start + usize::from(behind)
    }
}

pub(super) fn parse(text: &str) -> Result<Parsed, Vec<ExpressionFault>> {
    if text.len() > LONGEST {
        let message = format!("has {} bytes; an expression may have {LONGEST}, split it", text.len());
        return Err(vec![ExpressionFault { line: 1, column: 1, message }]);
    }
    if text.trim().is_empty() {
        let message = "is empty; write a condition, or \"true\" for always".to_owned();
        return Err(vec![ExpressionFault { line: 1, column: 1, message }]);
    }
    nested(text)?;
    match Parser::new().max_recursion_depth(48).error_recovery_limit(3).parse_with_source_info(text) {
        Ok((tree, places)) => Ok(Parsed { tree, places }),
        Err(errors) => Err(errors.errors.iter().take(3).map(|e| fault(text, e.pos, &e.msg)).collect()),
    }
}

/// Brackets in brackets, and choices by `?`, within what the parser can take.
fn nested(text: &str) -> Result<(), Vec<ExpressionFault>> {
    let (mut depth, mut choices, mut quote) = (0_usize, 0_usize, None);
    for (place, sign) in text.char_indices() {
        match (quote, sign) {
            (Some(open), sign) if open == sign => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(sign),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth = depth.saturating_sub(1),
            (None, '?') => choices += 1,
            _ => {}
        }
        if depth > DEEPEST || choices > DEEPEST {
            let message = format!("has more than {DEEPEST} brackets in brackets, or choices by ?; split it");
            return Err(vec![ExpressionFault::at(text, place, message)]);
        }
    }
    Ok(())
}

fn fault(text: &str, (line, column): (isize, isize), message: &str) -> ExpressionFault {
    let line = usize::try_from(line).unwrap_or(1).max(1);
    let column = usize::try_from(column).unwrap_or(1).max(1);
    // The parser counts bytes; people count characters.
    let written = text.lines().nth(line - 1).unwrap_or_default();
    let before = written.get(..(column - 1).min(written.len())).map(|part| part.chars().count() + 1);
    let said = message.strip_prefix("Syntax error: ").unwrap_or(message);
    let said: String = said.split(" expecting {").next().unwrap_or(said).chars().take(160).collect();
    let hint = if said.contains("token recognition error at: '=") { "; equality is written ==" } else { "" };
    let message = format!("cannot be read: {said}{hint}");
    ExpressionFault { line, column: before.unwrap_or(column), message }
}
