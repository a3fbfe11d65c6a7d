//! Faults of the days from which a city asks for what recurs.

use super::{Report, unknown};
use crate::pack::duty::{Frequency, Rhythm};
use crate::pack::{Duty, Fault, Model, Source};

pub(super) fn check_go_live(source: &Source, model: &Model, faults: &mut Vec<Fault>) {
    for live in &source.content.go_live {
        let (line, live) = (source.line(live.span().start), live.get_ref());
        let mut report = Report { source, line, element: "go_live".to_owned(), faults };
        if live.every.is_empty() && live.duties.is_empty() {
            report.fault("every", "is missing; name how often in every, or the duties in duties".to_owned());
        }
        for every in live.every.iter().filter(|every| matches!(every.get_ref(), Frequency::Years(2..))) {
            let why = format!(
                "\"{}\" cannot move: its periods are counted from the duty's first day",
                every.get_ref()
            );
            report.at(every.span()).fault("every", why);
        }
        for name in &live.duties {
            let wrong = match model.duties.get(name.get_ref()).map(Duty::rhythm) {
                None => unknown("duty", name.get_ref(), model.duties.keys()),
                Some(Rhythm::Once(day)) => format!("\"{}\" is due once, on {day}", name.get_ref()),
                Some(_) => continue,
            };
            report.at(name.span()).fault("duties", wrong);
        }
    }
}
