//! What a method answers: the result, the row of the dated table that it came from, and how it was reached.

use base::{Day, Text};
use serde::Serialize;

use crate::Number;

/// The answer of a method.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// The method's id, such as `lec`.
    pub method: String,
    /// The table that was used.
    pub table: TableUsed,
    /// The inputs as they were understood.
    pub inputs: Vec<InputUsed>,
    /// The number that the grade follows from: the product of a risk method; R of a major hazard source, or Σq/Q when it is
    /// none; the class number (1 to 4) of an accident.
    pub value: Number,
    /// Code of the grade: `red` `orange` `yellow` `blue` for risks; `1` to `4` or `none` for a major hazard source;
    /// `extraordinary` `major` `larger` `general` for an accident.
    pub grade: String,
    /// Official name of the grade, such as 重大风险.
    pub grade_name: Text,
    /// Colour of a risk grade.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub colour: Option<Text>,
    /// Code of the level that controls a risk: `enterprise` `workshop` `team` `post`; empty for other methods.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub control_level: String,
    /// Name of that level.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub control_level_name: Option<Text>,
    /// Numbers on the way, such as Σq/Q and α.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub figures: Vec<Figure>,
    /// The steps of the calculation, for the reader.
    pub derivation: Vec<Text>,
    /// Where the method and its table come from, and how far that is confirmed.
    pub source: Text,
}

/// The dated table, and its row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TableUsed {
    /// Id of the table.
    pub id: String,
    /// First day on which it counts.
    pub valid_from: Day,
    /// Last day on which it counts; None while it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Day>,
    /// The row, from 1.
    pub row: usize,
    /// The row in words, such as `160 ≤ D < 320`.
    pub row_text: String,
}

/// One input as it was understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InputUsed {
    /// Its key in the input.
    pub key: String,
    /// Its title.
    pub title: Text,
    /// Its value.
    pub value: Number,
    /// What the value means.
    pub meaning: Text,
}

/// A number on the way to the result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Figure {
    /// Stable key, such as `sum`.
    pub key: &'static str,
    /// Its title.
    pub title: Text,
    /// The number.
    pub value: Number,
}
