//! Expressions of packs as conditions, columns and measures of questions.

use std::sync::Arc;

use plan::expression::{Folded, FoldedNumber};

/// How records of registers lie in tables: the names, and what stands for nothing.
///
/// Empty text, [`base::Id::NIL`], the smallest whole number, and the lists `[]` and `null` stand for nothing in every
/// table, beside NULL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// Stands before the name of a register in the name of its table.
    pub prefix: String,
    /// The column that is 0 while a record counts; a record that is removed is not there for references and lookups.
    pub removed: String,
    /// Whole-number columns in which 0 stands for nothing.
    pub zero_is_nothing: Vec<String>,
}

impl Layout {
    /// The table of a register.
    #[must_use]
    pub fn table(&self, register: &str) -> String {
        format!("{}{register}", self.prefix)
    }
}

/// A folded expression of one record with the layout of its tables. Cheap to clone.
///
/// In a question with somebody's scope it narrows nothing and widens nothing: the scope decides which rows are asked
/// about. The records that references and lookups reach are read whatever the scope, so that the verdict on a row is the
/// same for everybody who sees the row; but an expression that reads a column of a class that the scope may not read is
/// refused.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    pub(crate) expression: Arc<Folded>,
    pub(crate) layout: Arc<Layout>,
}

impl Judged {
    /// This expression in tables of this layout.
    #[must_use]
    pub fn new(expression: Arc<Folded>, layout: Arc<Layout>) -> Self {
        Self { expression, layout }
    }

    /// The tables that it reads.
    pub(crate) fn tables(&self, names: &mut Vec<String>) {
        for register in self.expression.registers() {
            let table = self.layout.table(&register);
            if !names.contains(&table) {
                names.push(table);
            }
        }
    }
}

/// A folded number of one record that is added over the rows for which a condition holds.
///
/// Numbers are added as whole millionths, so that neither their order nor their grouping changes the result; one that is
/// missing or beyond [`plan::expression::LARGEST_ADDEND`] is not added.
#[derive(Debug, Clone, PartialEq)]
pub struct Added {
    pub(crate) number: Arc<FoldedNumber>,
    pub(crate) when: Judged,
}

impl Added {
    /// This number over the rows for which `when` holds; both are about the same record.
    #[must_use]
    pub fn new(number: Arc<FoldedNumber>, when: Judged) -> Self {
        Self { number, when }
    }

    /// The tables that it reads.
    pub(crate) fn tables(&self, names: &mut Vec<String>) {
        self.when.tables(names);
        for register in self.number.registers() {
            let table = self.when.layout.table(&register);
            if !names.contains(&table) {
                names.push(table);
            }
        }
    }
}

/// The verdict asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Wanted {
    /// It holds.
    Holds,
    /// It fails.
    Fails,
    /// It cannot be judged.
    CannotBeJudged,
}
