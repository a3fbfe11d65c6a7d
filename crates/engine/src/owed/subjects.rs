//! Whom an element binds on a day: records of a register by its condition, regions in force, departments.

use std::sync::Arc;

use base::{Day, Id};
use city::Place;
use judge::verdict::{Records, Subject as Judged1, judge};
use judge::{Fact, Facts};
use plan::expression::{Context, Expression, Moment};
use plan::pack::bound::Bound;
use plan::pack::{RegionDefinition, RegionKind};
use store::{Condition, Direction, Judged, Query, Scope, Value, Wanted};

use crate::record::read::records_of;
use crate::tables::{layout, table_name};
use crate::{Engine, EngineError};

/// Subjects read per question.
const CHUNK: u32 = 500;

/// Somebody who is bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// `enterprise` for records of registers, or the fixed kind.
    pub kind: &'static str,
    /// The record's id, a region's code, a department's id.
    pub id: String,
    /// What people read.
    pub title: String,
    /// Where its cases stand.
    pub place: Place,
}

impl Engine {
    /// The subjects of `who` on `day`, a chunk at a time: `after` is the last id of the chunk before. Fixed subjects come
    /// in one chunk.
    ///
    /// # Errors
    /// The database failed.
    pub(crate) async fn bound(
        &self,
        who: &Bound,
        day: Day,
        after: Option<Id>,
    ) -> Result<(Vec<Subject>, Option<Id>), EngineError> {
        if who.is_fixed() {
            return Ok((self.fixed(who, day), None));
        }
        let register = self.register(who.subject.get_ref())?;
        let mut query = Query::of(table_name(register.name()), Scope::system("subjects of what is owed"))
            .filter(Condition::eq("removed_at", 0_i64))
            .sort("id", Direction::Ascending)
            .limit(CHUNK);
        if let Some(after) = after {
            query = query.filter(Condition::Greater("id".into(), Value::Id(after)));
        }
        if let Some(when) = &who.when {
            let context = Context::of(&self.model, "s", register.name());
            // The checker has accepted it; a pack that was not checked binds nobody.
            let Ok(expression) = Expression::check(when.get_ref(), &context) else {
                return Ok((Vec::new(), None));
            };
            let folded = expression.fold(&self.moment(day), &self.model);
            let judged = Judged::new(Arc::new(folded), Arc::new(layout()));
            query = query.filter(Condition::Judged(judged, Wanted::Holds));
        }
        let rows = self.database.select(&query).await?;
        let mut found = Vec::with_capacity(rows.len());
        let mut last = None;
        let more = rows.len() == CHUNK as usize;
        for record in records_of(register, rows)? {
            last = Some(record.id);
            let (id, title) = (record.id.to_string(), record.title);
            found.push(Subject { kind: "enterprise", id, title, place: record.place });
        }
        Ok((found, last.filter(|_| more)))
    }

    /// The days that an expression may ask for.
    pub(crate) fn moment(&self, day: Day) -> Moment {
        Moment { as_of: day, today: self.today(), period: None }
    }

    /// Regions in force and departments that are bound on `day`.
    #[must_use]
    pub fn fixed(&self, who: &Bound, day: Day) -> Vec<Subject> {
        let all = self.fixed_of(who.subject.get_ref(), &who.departments, day);
        let Some(when) = &who.when else { return all.into_iter().map(|(subject, _)| subject).collect() };
        let fixed = plan::pack::elements::fixed_subjects(&self.model);
        let context = Context::of(&fixed, "s", "subject");
        let Ok(expression) = Expression::check(when.get_ref(), &context) else { return Vec::new() };
        let folded = expression.fold(&self.moment(day), &self.model);
        let holds = |subject: &Subject, word: &str| {
            let facts = Facts::from([
                ("name".to_owned(), Fact::Text(subject.title.clone())),
                ("title".to_owned(), Fact::Text(subject.title.clone())),
                ("code".to_owned(), Fact::Text(subject.id.clone())),
                ("kind".to_owned(), Fact::Text(word.to_owned())),
                ("county".to_owned(), Fact::Text(subject.place.county.clone())),
            ]);
            judge(&folded, &[Judged1 { id: Id::NIL, facts: &facts }], &Nothing).holds()
        };
        all.into_iter().filter(|(s, word)| holds(s, word)).map(|(subject, _)| subject).collect()
    }

    fn fixed_of(&self, kind: &str, departments: &[String], day: Day) -> Vec<(Subject, &'static str)> {
        let regions = self.model.regions.iter().filter(|r| r.from <= day && r.until.is_none_or(|u| day <= u));
        match kind {
            "county" => regions.filter_map(|r| county(r, self.city_code())).collect(),
            "township" => regions.filter(|r| r.kind == RegionKind::Township).map(township).collect(),
            "park" => regions
                .filter(|r| r.kind == RegionKind::Zone && r.parent.as_deref() != self.city_code())
                .map(|r| {
                    region("park", "zone", r, Place { park: r.code.get_ref().clone(), ..Place::default() })
                })
                .collect(),
            "city" => regions
                .filter(|r| r.kind == RegionKind::City)
                .take(1)
                .map(|r| region("city", "city", r, Place::default()))
                .collect(),
            _ => self
                .model
                .departments
                .iter()
                .filter(|d| departments.is_empty() || departments.contains(d.id.get_ref()))
                .filter(|d| d.from.is_none_or(|f| f <= day) && d.until.is_none_or(|u| day <= u))
                .map(|d| {
                    // A department stands in the first sector that it leads: there its own people see what it owes.
                    let sector = d.sectors.first().cloned().unwrap_or_default();
                    let place = Place { sector, ..Place::default() };
                    let title = d.title.zh.clone();
                    (Subject { kind: "department", id: d.id.get_ref().clone(), title, place }, "department")
                })
                .collect(),
        }
    }

    fn city_code(&self) -> Option<&str> {
        self.model.regions.iter().find(|r| r.kind == RegionKind::City).map(|r| r.code.get_ref().as_str())
    }
}

fn region(
    kind: &'static str,
    word: &'static str,
    of: &RegionDefinition,
    place: Place,
) -> (Subject, &'static str) {
    (Subject { kind, id: of.code.get_ref().clone(), title: of.title.zh.clone(), place }, word)
}

/// Districts, counties, and zones that stand beside them directly below the city.
fn county(of: &RegionDefinition, city: Option<&str>) -> Option<(Subject, &'static str)> {
    let code = of.code.get_ref();
    match of.kind {
        RegionKind::County => {
            // GB/T 2260: 01 to 20 are districts, 21 and above counties and cities of their rank.
            let number: u32 = code.get(4..6).and_then(|n| n.parse().ok()).unwrap_or(0);
            let word = if number <= 20 { "district" } else { "county" };
            Some(region("county", word, of, Place { county: code.clone(), ..Place::default() }))
        }
        RegionKind::Zone if of.parent.as_deref() == city => {
            Some(region("county", "zone", of, Place { park: code.clone(), ..Place::default() }))
        }
        _ => None,
    }
}

fn township(of: &RegionDefinition) -> (Subject, &'static str) {
    let county = of.parent.clone().unwrap_or_default();
    let place = Place { county, township: of.code.get_ref().clone(), ..Place::default() };
    region("township", "township", of, place)
}

/// Conditions on fixed subjects read nothing but the subject.
pub(super) struct Nothing;

impl Records for Nothing {
    fn facts(&self, _: &str, _: Id) -> Option<&Facts> {
        None
    }

    fn linked(&self, _: &str, _: &str, _: &Fact) -> Vec<(Id, &Facts)> {
        Vec::new()
    }
}
