//! Figures, bodies, measured points, checklists and publications: what is stored of them, or what they are about.

use plan::expression::{Context, Expression, Moment};
use plan::pack::{Register, Shape};
use store::{Condition, Judged, Scope, Wanted};

use super::{Exercised, Eye, Number, answer};
use crate::indicator::tables::INDICATOR_VALUE;
use crate::publication::{PUBLICATION_ENTRY, Standing};
use crate::scorecard::tables::SCORECARD_RESULT;
use crate::{Engine, EngineError};

impl Engine {
    pub(super) async fn shown_indicator(
        &self,
        eye: Eye<'_>,
        name: &str,
    ) -> Result<Option<Exercised>, EngineError> {
        let indicator = self.indicator(name)?;
        if let Eye::Of(actor) = eye
            && !self.sees_indicator(actor, indicator)
        {
            return Ok(None);
        }
        let which = vec![
            Condition::eq("indicator", name),
            Condition::eq("replaced", 0_i64),
            Condition::NotNull("value".into()),
        ];
        let count = self.count_rows(INDICATOR_VALUE, Self::sight_of_rows(eye), which).await?;
        Ok(Some(Exercised::of(count > 0, vec![Number::of(answer::VALUES, count)])))
    }

    pub(super) async fn shown_scorecard(
        &self,
        eye: Eye<'_>,
        name: &str,
    ) -> Result<Option<Exercised>, EngineError> {
        let card = self.scorecard(name)?;
        if let Eye::Of(actor) = eye
            && !self.sees_scorecard(actor, card)
        {
            return Ok(None);
        }
        let which = vec![Condition::eq("card", name), Condition::eq("replaced", 0_i64)];
        let count = self.count_rows(SCORECARD_RESULT, Self::sight_of_rows(eye), which).await?;
        Ok(Some(Exercised::of(count > 0, vec![Number::of(answer::SCORED, count)])))
    }

    /// Members who hold a post today.
    pub(super) async fn shown_body(
        &self,
        eye: Eye<'_>,
        name: &str,
    ) -> Result<Option<Exercised>, EngineError> {
        let Some(register) = self.model.shaped(Shape::BodyMember) else {
            return Ok(Some(Exercised::noted(answer::NO_REGISTER)));
        };
        let Some(scope) = self.sight(eye, register) else { return Ok(None) };
        let today = self.today().to_string();
        let open = |field: &str, meets: fn(String, store::Value) -> Condition| {
            Condition::Or(vec![
                Condition::IsNull(field.into()),
                Condition::eq(field, ""),
                meets(field.into(), today.as_str().into()),
            ])
        };
        let which = vec![
            Condition::eq("body", name),
            open("valid_from", Condition::LessOrEqual),
            open("valid_until", Condition::GreaterOrEqual),
        ];
        let count = self.count_records(register, &scope, which).await?;
        Ok(Some(Exercised::of(count > 0, vec![Number::of(answer::MEMBERS, count)])))
    }

    /// The points that it watches. Live values come with the gateways; a monitor without a point watches nothing.
    pub(super) async fn shown_monitor(
        &self,
        eye: Eye<'_>,
        name: &str,
    ) -> Result<Option<Exercised>, EngineError> {
        let monitor = self.model.elements.monitors.get(name).ok_or(EngineError::NotFound)?;
        let register = self.register(monitor.on.get_ref())?;
        let Some(scope) = self.sight(eye, register) else { return Ok(None) };
        let when = monitor.when.as_ref().map(|w| w.get_ref().as_str());
        let count = self.count_that(register, &scope, "r", when, eye).await?;
        let found = Exercised::of(count > 0, vec![Number::of(answer::POINTS, count)]);
        Ok(Some(found.with(answer::NO_LIVE_DATA)))
    }

    /// What it is for, and the hazards that were reported from one of its items: they carry the item's basis.
    pub(super) async fn shown_checklist(
        &self,
        eye: Eye<'_>,
        name: &str,
    ) -> Result<Option<Exercised>, EngineError> {
        let list = self.model.elements.checklists.get(name).ok_or(EngineError::NotFound)?;
        let mut numbers = Vec::new();
        if let Some(register) = self.model.register(list.of.get_ref()) {
            let Some(scope) = self.sight(eye, register) else { return Ok(None) };
            let when = list.when.as_ref().map(|w| w.get_ref().as_str());
            let count = self.count_that(register, &scope, "s", when, eye).await?;
            numbers.push(Number::of(answer::TO_INSPECT, count));
        } else if let Some(register) = self.model.shaped(Shape::Enterprise) {
            let Some(scope) = self.sight(eye, register) else { return Ok(None) };
            let which = vec![Condition::eq("sector", list.of.get_ref().as_str())];
            let count = self.count_records(register, &scope, which).await?;
            numbers.push(Number::of(answer::TO_INSPECT, count));
        }
        let hazards = self.model.shaped(Shape::Hazard).filter(|r| r.field("basis").is_some());
        let mut found = 0;
        if let Some(register) = hazards
            && let Some(scope) = self.sight(eye, register)
        {
            let basis = list.items.iter().map(|i| i.basis.zh.as_str().into()).collect();
            let which = vec![Condition::In("basis".into(), basis)];
            found = self.count_records(register, &scope, which).await?;
            numbers.push(Number::of(answer::FOUND, found));
        }
        Ok(Some(Exercised::of(found > 0, numbers)))
    }

    /// Entries that wait for a decision, and those that are or were public by somebody's decision.
    pub(super) async fn shown_publication(
        &self,
        eye: Eye<'_>,
        name: &str,
    ) -> Result<Option<Exercised>, EngineError> {
        self.publication(name)?;
        let standing = async |among: &[Standing]| {
            let among = among.iter().map(|s| s.name().into()).collect();
            let which = vec![Condition::eq("publication", name), Condition::In("standing".into(), among)];
            self.count_rows(PUBLICATION_ENTRY, Self::sight_of_rows(eye), which).await
        };
        let offered = standing(&[Standing::Offered]).await?;
        let decided = [Standing::Published, Standing::Withdrawn, Standing::Corrected, Standing::Ended];
        let published = standing(&decided).await?;
        let numbers = vec![Number::of(answer::OFFERED, offered), Number::of(answer::PUBLISHED, published)];
        Ok(Some(Exercised::of(published > 0, numbers)))
    }

    /// Records of a register for which a condition holds.
    async fn count_that(
        &self,
        register: &Register,
        scope: &Scope,
        variable: &str,
        when: Option<&str>,
        eye: Eye<'_>,
    ) -> Result<u64, EngineError> {
        let Some(when) = when else { return self.count_records(register, scope, Vec::new()).await };
        // The checker has refused what cannot be parsed.
        let context = Context::of(&self.model, variable, register.name());
        let Ok(expression) = Expression::check(when, &context) else { return Ok(0) };
        let folded = expression.fold(&Moment::today(self.today()), &self.model);
        let judged = Judged::new(folded.into(), crate::tables::layout().into());
        let which = vec![Condition::Judged(judged, Wanted::Holds)];
        match (self.count_records(register, scope, which).await, eye) {
            // A condition on what this reader may not read: they learn nothing of it.
            (Err(EngineError::Store(store::StoreError::NotReadable { .. })), Eye::Of(_)) => Ok(0),
            (result, _) => result,
        }
    }
}
