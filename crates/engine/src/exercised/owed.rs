//! What is owed: duties by their spans and instances, documents and campaigns by their cases.

use plan::pack::Shape;
use plan::pack::duty::Rhythm;
use store::{Condition, Value};

use super::{Exercised, Eye, Number, answer};
use crate::{Engine, EngineError};

impl Engine {
    /// A duty is exercised when somebody fulfilled it and somebody was late with it; nobody can be late before it has
    /// fallen due for the first time.
    pub(super) async fn shown_duty(
        &self,
        eye: Eye<'_>,
        name: &str,
    ) -> Result<Option<Exercised>, EngineError> {
        let duty = self.model.duties.get(name).ok_or(EngineError::NotFound)?;
        let counts = self.duty_counts(duty, eye).await?;
        let (in_time, after, late) = (counts.fulfilled, counts.fulfilled_late, counts.overdue);
        // What must always hold is fulfilled by whoever it holds for, also by those who were late once.
        let fulfilled = match duty.rhythm() {
            Rhythm::Always => in_time.max(after),
            _ => in_time + after,
        };
        let numbers = vec![
            Number::of(answer::BOUND, counts.bound),
            Number::of(answer::FULFILLED, fulfilled),
            Number::of(answer::OVERDUE, late),
        ];
        let yes = fulfilled > 0 && (late + after > 0 || counts.first_due.is_some());
        let found = Exercised::of(yes, numbers);
        Ok(Some(match (counts.first_due, counts.by_event) {
            (Some(day), _) => found.first_due(day),
            (None, true) if fulfilled + late + counts.due == 0 => found.with(answer::BY_EVENT),
            _ => found,
        }))
    }

    /// A document or a campaign is exercised when it was made and some of it is done.
    pub(super) async fn shown_owed(
        &self,
        eye: Eye<'_>,
        owed: (&str, Shape),
        element: &str,
    ) -> Result<Option<Exercised>, EngineError> {
        let (kind, shape) = owed;
        let Some(register) = self.model.shaped(shape) else {
            return Ok(Some(Exercised::noted(answer::NO_REGISTER)));
        };
        let Some(scope) = self.sight(eye, register) else { return Ok(None) };
        let of = |more: Vec<Condition>| {
            let mut which = vec![Condition::eq("element", element)];
            which.extend(more);
            which
        };
        let open = |open: bool| Condition::Eq("open".into(), Value::Bool(open));
        let past = Condition::Less("due_on".into(), self.today().to_string().into());
        let made = self.count_records(register, &scope, of(Vec::new())).await?;
        let late = self.count_records(register, &scope, of(vec![open(true), past])).await?;
        let done = self.count_records(register, &scope, of(vec![open(false)])).await?;
        let numbers = vec![
            Number::of(answer::MADE, made),
            Number::of(answer::OVERDUE, late),
            Number::of(answer::DONE, done),
        ];
        if made == 0
            && let Some(day) = self.first_owed(kind, element)
        {
            return Ok(Some(Exercised { idle: true, ..Exercised::of(false, numbers).first_due(day) }));
        }
        Ok(Some(Exercised::of(done > 0, numbers)))
    }
}
