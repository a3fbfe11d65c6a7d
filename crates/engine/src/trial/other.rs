//! Figures are counted without being stored; of every other element it is said what is there.

use base::{Language, Period};
use judge::indicator::Tally;
use plan::pack::Binding;
use plan::pack::indicator::Of;
use store::Scope;

use super::Tried;
use crate::exercised::Eye;
use crate::indicator::count::Grouping;
use crate::{Engine, EngineError};

impl Engine {
    /// The numbers of the period that is running.
    pub(super) async fn try_indicator(&self, name: &str) -> Result<Tried, EngineError> {
        let indicator = self.indicator(name)?;
        if let Ok(Of::Duty(duty)) = Of::read(indicator.of.get_ref(), &self.model) {
            return Ok(Tried::noted(format!("counts what duty {duty} counts")));
        }
        let counting = self.counting(indicator)?;
        let period = Period::containing(*indicator.every.get_ref(), self.today());
        let scope = Scope::system("a pack is tried");
        let whole = Grouping::by(None);
        let cells = self.count_cells(&counting, indicator.at.get_ref(), period, &whole, scope).await?;
        let tally = cells.first().map_or_else(Tally::default, |cell| cell.tally);
        let count = |number: i64| number.max(0).unsigned_abs();
        let mut found = Tried::default()
            .number("rows of the period", count(tally.rows))
            .number("rows that count", count(tally.base));
        if counting.hit.is_some() {
            found = found.number("of these, rows that hit", count(tally.hit));
        }
        found.notes.push(format!("period {}", period.code()));
        Ok(found.number("rows that cannot be judged", count(tally.unknown)))
    }

    /// What stands in the city for elements that bind nobody by themselves.
    pub(super) async fn try_other(&self, element: &Binding) -> Result<Tried, EngineError> {
        let mut found = Tried::default();
        match self.exercised(element, Eye::City).await? {
            Some(state) => found.notes.push(format!("at present {}", state.words(Language::English))),
            None => found.notes.push("nothing is counted for it".into()),
        }
        Ok(found)
    }
}
