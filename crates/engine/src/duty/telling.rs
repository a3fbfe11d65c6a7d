//! Who is told of duties, late or to be reminded of: everybody once of a duty for all that was found together, with the
//! number.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use base::{Day, Id, Instant};
use city::Place;
use plan::pack::{Duty, Seat};
use store::Change;

use super::rows::Bound;
use crate::notice::NewNotice;
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
                let found = over.entry(key).or_insert_with(|| {
                    let over = officers.iter().filter(|o| o.grant.role == key.0 && o.grant.covers(key.1));
                    over.map(|officer| officer.account).collect()
                });
                accounts.extend(found.iter());
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
            self.notice_of(&NewNotice {
                account,
                kind,
                register: "duty",
                record: Id::NIL,
                code: period,
                title: &title,
                step: duty,
                due_at: Instant::end_of(due),
            })
        };
        Ok(notices.into_iter().map(row).collect())
    }
}
