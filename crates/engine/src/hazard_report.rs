//! The statistics of hazards that an enterprise reports for a period (隐患双报告): counted from its own ledger, so that the
//! figure on the signed sheet is the figure of the ledger. People may correct them before the head signs.

use base::{Day, Id, Instant, Period};
use city::Actor;
use judge::fact::fact;
use judge::{Fact, Facts};
use plan::pack::{Model, Shape, StateKind};

use crate::record::Record;
use crate::record::list::{Filter, ListRequest};
use crate::{Engine, EngineError};

/// Hazards read at once.
const STEP: u32 = 500;
/// What must be in place before a major hazard is put right (五落实).
const FIVE: [&str; 5] = ["responsible", "measures", "funds", "deadline", "contingency_plan"];

/// Hazards of an enterprise in a period, as order 16 of the former safety administration asks for them. Levels are those
/// of today: a hazard that was judged later counts as what it was judged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Found in the period.
    pub found: i64,
    /// Ended in the period, whenever they were found.
    pub fixed: i64,
    /// Of those found, major.
    pub major: i64,
    /// Of those ended, major.
    pub major_fixed: i64,
    /// Not ended on the last day.
    pub unfixed: i64,
    /// Of these, major with the five in place.
    pub five_in_place: i64,
    /// Spent on those that ended, in fen.
    pub funds: i64,
}

impl Engine {
    /// Counts the hazards of an enterprise that `actor` may see.
    ///
    /// # Errors
    /// The packs have no hazards, or the database failed.
    pub async fn hazard_statistics(
        &self,
        actor: &Actor,
        enterprise: Id,
        period: Period,
    ) -> Result<Statistics, EngineError> {
        let hazards = self.model.shaped(Shape::Hazard).ok_or(EngineError::NotFound)?.name();
        let until = Some(Fact::Instant(Instant::end_of(period.last())));
        let mut request = ListRequest {
            filters: vec![
                Filter::In("enterprise".to_owned(), vec![Fact::Reference(enterprise)]),
                Filter::Between("found_at".to_owned(), None, until),
            ],
            limit: STEP,
            ..ListRequest::default()
        };
        let mut statistics = Statistics::default();
        loop {
            let page = self.list(actor, hazards, &request).await?;
            for record in &page.records {
                statistics.add(&self.model, record, (period.first(), period.last()));
            }
            match page.next {
                Some(next) => request.after = next,
                None => return Ok(statistics),
            }
        }
    }
}

impl Statistics {
    /// Counts one hazard; what was found not to be one counts nowhere.
    fn add(&mut self, model: &Model, hazard: &Record, (first, last): (Day, Day)) {
        let Some(head) = &hazard.case else { return };
        let state = model.procedure(&head.procedure).and_then(|p| p.state(&head.state));
        if state.is_some_and(|s| s.kind == StateKind::Void) {
            return;
        }
        let within = |day: Day| first <= day && day <= last;
        let found = fact(&hazard.facts, "found_at").as_day().unwrap_or(head.opened_at.day());
        let ended = (!head.open).then(|| head.closed_at.day());
        let major = fact(&hazard.facts, "level").as_text() == Some("major");
        if within(found) {
            self.found += 1;
            self.major += i64::from(major);
        }
        if ended.is_some_and(within) {
            self.fixed += 1;
            self.major_fixed += i64::from(major);
            if let Fact::Integer(fen) = fact(&hazard.facts, "actual_funds") {
                self.funds += fen;
            }
        }
        if found <= last && ended.is_none_or(|day| day > last) {
            self.unfixed += 1;
            let five = FIVE.iter().all(|name| !fact(&hazard.facts, name).is_empty());
            self.five_in_place += i64::from(major && five);
        }
    }

    /// As fields of the report.
    #[must_use]
    pub fn facts(&self) -> Facts {
        let pairs = [
            ("found_count", self.found),
            ("fixed_count", self.fixed),
            ("major_count", self.major),
            ("major_fixed_count", self.major_fixed),
            ("unfixed_count", self.unfixed),
            ("five_in_place_count", self.five_in_place),
            ("funds", self.funds),
        ];
        pairs.into_iter().map(|(name, count)| (name.to_owned(), Fact::Integer(count))).collect()
    }
}
