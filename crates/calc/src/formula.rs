//! What methods without a table of their own have in common: how they are described, and the answer's empty frame.

use base::{Day, Text};

use crate::{InputInfo, InputKind, InputUsed, MethodInfo, MethodKind, Number, Outcome, TableUsed};

/// An input: key, what may be entered, title.
pub(crate) type Asked = (&'static str, InputKind, &'static str, &'static str);

/// A method by its parts. `from` is year, month, day.
pub(crate) fn describe(
    id: &str,
    kind: MethodKind,
    title: (&str, &str),
    source: (&str, &str),
    from: (i32, u32, u32),
    asked: &[Asked],
) -> MethodInfo {
    let input = |(key, kind, zh, en): &Asked| InputInfo {
        key: (*key).to_owned(),
        symbol: String::new(),
        title: Text::new(*zh, *en),
        kind: *kind,
        steps: Vec::new(),
    };
    MethodInfo {
        id: id.to_owned(),
        title: Text::new(title.0, title.1),
        kind,
        inputs: asked.iter().map(input).collect(),
        source: Text::new(source.0, source.1),
        valid_from: Day::new(from.0, from.1, from.2).unwrap_or_else(|| Day::from_days_since_1970(1)),
    }
}

/// The keys of a method's inputs.
pub(crate) fn keys(asked: &[Asked]) -> Vec<&'static str> {
    asked.iter().map(|(key, ..)| *key).collect()
}

/// An answer with this value and grade and everything else empty.
pub(crate) fn answer(
    info: &MethodInfo,
    value: Number,
    grade: (&str, Text),
    derivation: Vec<Text>,
) -> Outcome {
    let grade_name = grade.1;
    Outcome {
        method: info.id.clone(),
        table: TableUsed {
            id: info.id.clone(),
            valid_from: info.valid_from,
            valid_to: None,
            row: 1,
            row_text: grade_name.zh.clone(),
        },
        inputs: Vec::new(),
        value,
        grade: grade.0.to_owned(),
        grade_name,
        colour: None,
        control_level: String::new(),
        control_level_name: None,
        figures: Vec::new(),
        derivation,
        source: info.source.clone(),
    }
}

/// A number as it was understood.
pub(crate) fn used(info: &MethodInfo, key: &str, value: Number) -> Option<InputUsed> {
    let input = info.inputs.iter().find(|input| input.key == key)?;
    let (key, title) = (input.key.clone(), input.title.clone());
    Some(InputUsed { key, title, value, meaning: Text::default() })
}

/// The problem of a number that leaves the range of exact numbers.
pub(crate) fn out_of_range(key: &str) -> base::Problem {
    base::Problem::of(key, "calc.out_of_range")
}
