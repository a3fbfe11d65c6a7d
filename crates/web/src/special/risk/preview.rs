//! POST /risk/preview: what the chosen inputs come to, while the form is being filled in. Stores nothing.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use base::Day;

use super::{METHODS, inputs_of};
use crate::app::App;
use crate::build::frame::page as answer;
use crate::errors::Failure;
use crate::sent::Sent;
use crate::special::text::Words;
use crate::visitor::SignedIn;

/// The result as the form shows it.
#[derive(Template, Default)]
#[template(path = "special/result.html")]
pub(super) struct ResultPart {
    /// Value of the product.
    pub(super) value: String,
    /// `red`, `orange`, `yellow`, `blue`; empty while something is missing.
    pub(super) grade: String,
    /// The grade with its colour in words.
    pub(super) word: String,
    /// The steps of the calculation.
    pub(super) lines: Vec<String>,
    /// What is said instead while something is missing.
    pub(super) hint: String,
    /// Where the table comes from.
    pub(super) source: String,
    /// That the chosen level of control lies below what the grade demands; empty where it does not.
    pub(super) too_low: String,
}

/// Answers the part of the page.
pub(in crate::special) async fn part(
    State(app): State<App>,
    who: SignedIn,
    sent: Sent,
) -> Result<Response, Failure> {
    let on = Day::parse(sent.one("assessed_on")).unwrap_or_else(|| app.engine().today());
    answer(&result(Words(who.visitor.language), sent.one("method"), &sent, on))
}

/// The result of what is chosen so far.
pub(super) fn result(w: Words, method: &str, sent: &Sent, on: Day) -> ResultPart {
    let hint = |key: String| ResultPart { hint: key, ..ResultPart::default() };
    if !METHODS.contains(&method) {
        return hint(w.t("risks.choose_method"));
    }
    let info = match calc::method_on(method, on) {
        Ok(info) => info,
        Err(problem) => return hint(crate::text::problem(w.0, &problem)),
    };
    let missing = info.inputs.iter().filter(|i| sent.one(&format!("in.{method}.{}", i.key)).is_empty());
    let missing: Vec<String> =
        missing.map(|i| format!("{} {}", i.symbol, i.title.in_language(w.0))).collect();
    if !missing.is_empty() {
        let separator = if w.0 == base::Language::Chinese { "、" } else { ", " };
        return hint(w.with("risks.still_missing", "names", missing.join(separator)));
    }
    let inputs = inputs_of(method, sent, info.inputs.iter().map(|i| i.key.clone()));
    match calc::run(method, &inputs, on) {
        Ok(outcome) => ResultPart {
            too_low: too_low(w, &outcome.grade, &outcome.control_level, sent.one("control_level")),
            value: outcome.value.to_string(),
            word: match (&outcome.colour, w.0) {
                (Some(colour), base::Language::Chinese) => {
                    format!("{}（{}）", outcome.grade_name.zh, colour.zh)
                }
                (Some(colour), base::Language::English) => {
                    format!("{} ({})", outcome.grade_name.en, colour.en)
                }
                (None, l) => outcome.grade_name.in_language(l).to_owned(),
            },
            grade: outcome.grade,
            lines: outcome.derivation.iter().map(|t| t.in_language(w.0).to_owned()).collect(),
            hint: String::new(),
            source: outcome.source.in_language(w.0).to_owned(),
        },
        Err(problems) => {
            hint(problems.0.iter().map(|p| crate::text::problem(w.0, p)).collect::<Vec<_>>().join(" "))
        }
    }
}

/// The refusal that sending the form would meet.
fn too_low(w: Words, grade: &str, demanded: &str, chosen: &str) -> String {
    const LEVELS: [&str; 4] = ["enterprise", "workshop", "team", "post"];
    let rank = |level: &str| LEVELS.iter().position(|l| *l == level);
    if rank(chosen).is_none_or(|chosen| rank(demanded).is_none_or(|demanded| chosen <= demanded)) {
        return String::new();
    }
    let problem = base::Problem::new("risk.level_too_low")
        .with("grade", grade)
        .with("lowest", demanded)
        .with("chosen", chosen);
    crate::text::problem(w.0, &problem)
}

#[cfg(test)]
mod tests {
    use base::Language;

    use super::*;

    fn sent(pairs: &[(&str, &str)]) -> Sent {
        let mut sent = Sent::default();
        for (name, value) in pairs {
            sent.add(name, *value);
        }
        sent
    }

    #[test]
    fn the_result_follows_what_is_chosen() {
        let on = Day::parse("2021-06-15").unwrap();
        let check = |method: &str, pairs: &[(&str, &str)], grade: &str, value: &str| {
            let part = result(Words(Language::Chinese), method, &sent(pairs), on);
            assert_eq!(
                (part.grade.as_str(), part.value.as_str()),
                (grade, value),
                "{method} {pairs:?}: {}",
                part.hint
            );
            assert_eq!(part.hint.is_empty(), !grade.is_empty());
        };
        check("lec", &[("in.lec.l", "6"), ("in.lec.e", "6"), ("in.lec.c", "15")], "red", "540");
        check("lec", &[("in.lec.l", "0.5"), ("in.lec.e", "3"), ("in.lec.c", "3")], "blue", "4.5");
        check("ls", &[("in.ls.l", "5"), ("in.ls.s", "5")], "red", "25");
        check("lec", &[("in.lec.l", "6"), ("in.lec.e", "6")], "", "");
        check("lec", &[("in.lec.l", "7"), ("in.lec.e", "6"), ("in.lec.c", "15")], "", "");
        check("guess", &[], "", "");
    }
}
