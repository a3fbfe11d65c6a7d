//! What a method is and what it wants to know, so that a form can be made from it.

use base::{Day, Text};
use serde::Serialize;

use crate::Number;

/// What the result of a method is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MethodKind {
    /// Grades a risk in four colours and names the level that controls it.
    Risk,
    /// Identifies and grades a major hazard source.
    MajorHazardSource,
    /// Gives an accident its class.
    Accident,
    /// Computes an amount or a mean.
    Figure,
    /// Gives a grade or a judgement of its own.
    Judgement,
}

/// A method and its inputs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MethodInfo {
    /// Id for [`crate::run`].
    pub id: String,
    /// Title.
    pub title: Text,
    /// What the result is good for.
    pub kind: MethodKind,
    /// The inputs in the order of the form.
    pub inputs: Vec<InputInfo>,
    /// Where method and table come from, and how far that is confirmed.
    pub source: Text,
    /// First day on which the table counts.
    pub valid_from: Day,
}

/// What may be entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum InputKind {
    /// One of the steps.
    Step,
    /// A whole number from 0.
    Whole,
    /// A decimal number from 0.
    Decimal,
    /// A decimal number, also below 0.
    Signed,
    /// Yes or no.
    YesNo,
    /// A word: a choice of the record, or a text.
    Word,
    /// Numbers by name, from a value of the packs: nobody types them.
    Numbers,
    /// A list of substances, each with its own keys: see [`crate::gb18218`].
    Substances,
}

/// One input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InputInfo {
    /// Its key in the input.
    pub key: String,
    /// Its letter in the formula; empty where there is none.
    pub symbol: String,
    /// Title.
    pub title: Text,
    /// What may be entered.
    pub kind: InputKind,
    /// The allowed values from the worst down, with their meaning; empty for other kinds than [`InputKind::Step`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<StepInfo>,
}

/// An allowed value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepInfo {
    /// The value.
    pub value: Number,
    /// What it means.
    pub meaning: Text,
}
