//! The list of enterprises that nobody leads or supervises, or that several bodies claim. One indexed page per state,
//! put together by id: no page ever looks at enterprises that are clear.

use std::collections::HashMap;

use base::Id;
use city::Actor;
use city::responsible::{Gap, Standing};
use judge::Fact;
use plan::pack::Shape;

use super::{STATE, gaps_of};
use crate::record::Record;
use crate::record::list::{Filter, ListRequest, PAGE};
use crate::{Engine, EngineError};

/// Which of the listed enterprises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GapList {
    /// All of them.
    #[default]
    All,
    /// Those where somebody is missing.
    Unowned,
    /// Those with a dispute.
    Disputed,
}

impl GapList {
    /// From its name in addresses.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "" => Some(Self::All),
            "unowned" => Some(Self::Unowned),
            "disputed" => Some(Self::Disputed),
            _ => None,
        }
    }

    /// The states that it holds.
    #[must_use]
    pub fn standings(self) -> &'static [Standing] {
        match self {
            Self::All => &[Standing::Unowned, Standing::Disputed, Standing::UnownedDisputed],
            Self::Unowned => &[Standing::Unowned, Standing::UnownedDisputed],
            Self::Disputed => &[Standing::Disputed, Standing::UnownedDisputed],
        }
    }
}

/// One page of the list.
#[derive(Debug, Clone, Default)]
pub struct GapPage {
    /// Enterprises, newest first, each with what is wrong today.
    pub enterprises: Vec<(Record, Vec<Gap>)>,
    /// The key of the next page; None on the last one.
    pub next: Option<String>,
}

impl Engine {
    /// One page of the listed enterprises that `actor` may see; `request` narrows it further.
    ///
    /// # Errors
    /// The packs do not keep responsibility, a wrong filter or key, or the database failed.
    pub async fn unowned_and_disputed(
        &self,
        actor: &Actor,
        list: GapList,
        request: &ListRequest,
    ) -> Result<GapPage, EngineError> {
        let register = self.model.shaped(Shape::Enterprise).ok_or(EngineError::NotFound)?;
        let mut found: Vec<Record> = Vec::new();
        let mut more = false;
        for standing in list.standings() {
            let mut asked = request.clone();
            asked.filters.push(Filter::In(STATE.to_owned(), vec![Fact::Text(standing.name().to_owned())]));
            let page = self.list(actor, register.name(), &asked).await?;
            more |= page.next.is_some();
            found.extend(page.records);
        }
        found.sort_by_key(|record| std::cmp::Reverse(record.id));
        let limit = if request.limit == 0 { PAGE } else { request.limit } as usize;
        more |= found.len() > limit;
        found.truncate(limit);
        let next = if more { found.last().map(|record| record.id.to_string()) } else { None };
        Ok(GapPage { enterprises: self.with_gaps(found).await?, next })
    }

    async fn with_gaps(&self, records: Vec<Record>) -> Result<Vec<(Record, Vec<Gap>)>, EngineError> {
        let ids: Vec<Id> = records.iter().map(|r| r.id).collect();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut bodies: HashMap<Id, Vec<_>> = HashMap::new();
        for body in self.bodies(&ids).await? {
            bodies.entry(body.enterprise).or_default().push(body);
        }
        let today = self.today();
        let one = |record: Record| {
            let own = bodies.remove(&record.id).unwrap_or_default();
            let gaps = gaps_of(record.id, &record.facts, &own, today);
            (record, gaps)
        };
        Ok(records.into_iter().map(one).collect())
    }
}
