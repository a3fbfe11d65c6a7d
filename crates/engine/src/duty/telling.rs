//! Who is told of duties, late or to be reminded of: everybody once of a duty for all that was found together, with the
//! number.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use base::{Day, Id, Instant};
use city::Place;
use plan::pack::{Duty, Seat};
use store::{Change, Value};

use super::rows::Bound;
use crate::tables::NOTICE;
use crate::{Engine, EngineError};

/// Somebody to be told of one instance.
pub(super) struct Telling<'a> {
    pub(super) duty: &'a Duty,
    pub(super) period: &'a str,
    pub(super) due: Day,
    pub(super) subject: &'a Bound,
    pub(super) roles: &'a [String],
}

impl Engine {
    /// The notices of these tellings, one for each account and duty.
    pub(super) async fn notices_for(
        &self,
        kind: &str,
        told: &[Telling<'_>],
    ) -> Result<Vec<Change>, EngineError> {
        let today = self.today();
        let inside = |role: &str| self.model.roles.get(role).is_some_and(|r| r.seat == Seat::Enterprise);
        let own = told.iter().flat_map(|t| t.roles).filter(|r| inside(r)).cloned().collect::<BTreeSet<_>>();
        let firms: BTreeSet<Id> = told.iter().map(|t| t.subject.place.organisation).collect();
        let mut within: HashMap<(String, Id), Vec<Id>> = HashMap::new();
        if !own.is_empty() {
            for (role, firm, account) in
                city::grants::holders_within(&self.database, &own, &firms, today).await?
            {
                within.entry((role, firm)).or_default().push(account);
            }
        }
        let outside: BTreeSet<String> =
            told.iter().flat_map(|t| t.roles).filter(|role| !inside(role)).cloned().collect();
        let officers = match outside.is_empty() {
            true => Vec::new(),
            false => city::grants::officers(&self.database, &outside, today).await?,
        };
        let mut over: HashMap<(&str, &Place), Vec<Id>> = HashMap::new();
        // Account and duty, with the first due day and its period, how many, and the title of one subject.
        let mut notices: BTreeMap<(Id, &str), (Day, &str, usize, &str)> = BTreeMap::new();
        for telling in told {
            let mut accounts: BTreeSet<Id> = BTreeSet::new();
            for role in telling.roles {
                if inside(role) {
                    let key = (role.clone(), telling.subject.place.organisation);
                    accounts.extend(within.get(&key).into_iter().flatten());
                    continue;
                }
                let key = (role.as_str(), &telling.subject.place);
                accounts
                    .extend(over.entry(key).or_insert_with(|| looking_after(&officers, role, key.1)).iter());
            }
            for account in accounts {
                let first = (telling.due, telling.period, 0, telling.subject.title.as_str());
                let entry = notices.entry((account, telling.duty.name())).or_insert(first);
                entry.2 += 1;
                if telling.due < entry.0 {
                    (entry.0, entry.1) = (telling.due, telling.period);
                }
            }
        }
        let row = |((account, duty), (due, period, count, title))| {
            let name = self.model.duties.get(duty).map_or("", |d| d.title.zh.as_str());
            let title = match count {
                1 => format!("{name} · {title}"),
                many => format!("{name} · {many}"),
            };
            self.duty_notice(account, kind, duty, period, due, &title)
        };
        Ok(notices.into_iter().map(row).collect())
    }

    fn duty_notice(
        &self,
        account: Id,
        kind: &str,
        duty: &str,
        period: &str,
        due: Day,
        title: &str,
    ) -> Change {
        let now = self.now();
        let text = |text: &str| Value::Text(text.to_owned());
        Change::Insert {
            table: NOTICE.into(),
            id: self.new_id_at(now),
            values: vec![
                ("account".into(), Value::Id(account)),
                ("kind".into(), text(kind)),
                ("register".into(), text("duty")),
                ("record".into(), Value::Id(Id::NIL)),
                ("code".into(), text(period)),
                ("title".into(), text(title)),
                ("step".into(), text(duty)),
                ("due_at".into(), Value::Int(Instant::end_of(due).0)),
                ("at".into(), Value::Int(now.0)),
                ("read_at".into(), Value::Int(0)),
            ],
        }
    }
}

/// The officers whose place holds `place`: each part of theirs is the same or empty.
fn looking_after(officers: &[(String, Place, Id)], role: &str, place: &Place) -> Vec<Id> {
    let within = |own: &str, of: &str| own.is_empty() || own == of;
    let over = |own: &Place| {
        within(&own.county, &place.county)
            && within(&own.township, &place.township)
            && within(&own.sector, &place.sector)
            && within(&own.park, &place.park)
    };
    officers.iter().filter(|(of, own, _)| of == role && over(own)).map(|(.., account)| *account).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_officer_looks_after_what_lies_within_the_place() {
        let place = |county: &str, sector: &str| Place {
            county: county.into(),
            sector: sector.into(),
            ..Place::default()
        };
        let (city, county, chemical) = (Id::from_u128(1), Id::from_u128(2), Id::from_u128(3));
        let officers = [
            ("head".to_owned(), place("", ""), city),
            ("head".to_owned(), place("410223", ""), county),
            ("head".to_owned(), place("", "chemical"), chemical),
            ("other".to_owned(), place("", ""), Id::from_u128(4)),
        ];
        let found = |county: &str, sector: &str| looking_after(&officers, "head", &place(county, sector));
        assert_eq!(found("410223", "chemical"), [city, county, chemical]);
        assert_eq!(found("410223", "trade"), [city, county]);
        assert_eq!(found("410225", ""), [city]);
    }
}
