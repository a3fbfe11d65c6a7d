//! Faults of the days from which duties are asked for.

use super::{Report, unknown};
use crate::pack::duty::{Frequency, Rhythm};
use crate::pack::{Duty, Fault, Model, Source};

pub(super) fn check_go_live(source: &Source, model: &Model, faults: &mut Vec<Fault>) {
    for live in &source.content.go_live {
        let first = live.every.iter().chain(&live.duties).map(|name| name.span().start).next();
        let line = source.line(first.unwrap_or(0));
        let mut report = Report { source, line, element: format!("go_live.{}", live.from), faults };
        if first.is_none() {
            report.fault("every", "is missing; name how often in every, or the duties in duties".to_owned());
        }
        for every in &live.every {
            let wrong = match every.get_ref().parse::<Frequency>() {
                Err(why) => Some(why),
                Ok(Frequency::Years(2..)) => Some(format!(
                    "\"{}\" cannot move: its periods are counted from the duty's first day",
                    every.get_ref()
                )),
                Ok(_) => None,
            };
            if let Some(why) = wrong {
                report.at(every.span()).fault("every", why);
            }
        }
        for name in &live.duties {
            let wrong = match model.duties.get(name.get_ref()).map(Duty::rhythm) {
                None => Some(unknown("duty", name.get_ref(), model.duties.keys())),
                Some(Rhythm::Once(day)) => Some(format!("\"{}\" is due once, on {day}", name.get_ref())),
                Some(_) => None,
            };
            if let Some(why) = wrong {
                report.at(name.span()).fault("duties", why);
            }
        }
    }
}
