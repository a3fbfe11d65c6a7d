//! What the assessment form begins with: the factor as it is, assessed anew today, and what asks for it.

use engine::record::Record;
use judge::fact::fact;
use judge::{Fact, Facts};
use plan::pack::Shape;

use super::assess_form::Subject;
use crate::app::App;
use crate::errors::Failure;
use crate::sent::Sent;
use crate::special::facts;
use crate::visitor::SignedIn;

/// What the form begins with: the factor as it is, assessed anew today.
pub(super) fn starting(app: &App, who: &SignedIn, subject: &Subject, asked: Option<&Record>) -> Facts {
    let mut start = subject.factor.as_ref().map(|r| r.facts.clone()).unwrap_or_default();
    let put = |facts: &mut Facts, name: &str, value: Fact| drop(facts.insert(name.to_owned(), value));
    put(&mut start, "assessed_on", Fact::Day(app.engine().today()));
    put(&mut start, "assessed_by", Fact::Text(who.actor().display.clone()));
    let plain = if subject.factor.is_some() { "periodic" } else { "first" };
    let reason = asked.map_or(plain, |case| facts::text(case, "reason"));
    put(&mut start, "reason", Fact::Text(reason.to_owned()));
    if let (None, Some(point)) = (&subject.factor, &subject.point) {
        for same in ["accident_types", "consequence", "responsible_person"] {
            if let Some(fact) = point.facts.get(same) {
                put(&mut start, same, fact.clone());
            }
        }
    }
    start
}

/// The open case that asks for this assessment.
pub(super) async fn asked(app: &App, who: &SignedIn, subject: &Subject) -> Result<Option<Record>, Failure> {
    let case = subject.factor.as_ref().and_then(|factor| facts::reference(factor, "reassessment"));
    let (Some(register), Some(id)) = (app.model().shaped(Shape::Reassessment), case) else { return Ok(None) };
    match app.engine().record(who.actor(), register.name(), id).await {
        Ok(case) => Ok(Some(case)),
        Err(engine::EngineError::NotFound) => Ok(None),
        Err(other) => Err(other.into()),
    }
}

/// The inputs of a factor as if they had been sent.
pub(super) fn as_sent(facts: &Facts) -> Sent {
    let mut sent = Sent::default();
    let method = fact(facts, "method").as_text().unwrap_or("lec");
    sent.add("method", method);
    if let Fact::Structure(serde_json::Value::Object(inputs)) = fact(facts, "inputs") {
        for (key, value) in inputs {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            sent.add(&format!("in.{method}.{key}"), value);
        }
    }
    sent
}
