//! Who is scored, and for whom a condition holds. Enterprises are asked in the database; counties, departments and the
//! like are few and judged in memory, with the rows that their conditions look up.

use std::collections::HashSet;
use std::sync::Arc;

use base::{Id, Language};
use city::Place;
use judge::verdict::judge;
use judge::{Fact, Facts, Rows};
use plan::expression::{Context, Expression, Moment};
use plan::pack::subject::{SubjectFacts, with_fixed_subjects};
use plan::pack::{FixedSubject, Scorecard};
use store::{Condition, Query, Scope, Value, Wanted};

use super::Subject;
use crate::record::Record;
use crate::record::read::{place_of, records_of};
use crate::tables::{layout, table_name};
use crate::{Engine, EngineError};

/// Subjects of one card at most.
const MOST_SUBJECTS: u32 = 5_000_000;
/// Rows that conditions about regions and departments may look up; more are counted by items, not looked up by vetoes.
const MOST_LOOKED_UP: u32 = 50_000;

impl Engine {
    /// All subjects of a card.
    pub(super) async fn card_subjects(
        &self,
        card: &Scorecard,
        moment: &Moment,
    ) -> Result<Vec<Subject>, EngineError> {
        let Some(fixed) = FixedSubject::read(card.subject.get_ref()) else {
            return self.card_enterprises(card, moment).await;
        };
        let all = fixed.all(&self.model, moment.as_of);
        let subject = |facts: SubjectFacts| Subject {
            place: place(fixed, &facts),
            key: facts.code,
            title: facts.title,
        };
        let mut subjects: Vec<Subject> = all.into_iter().map(subject).collect();
        if let Some(when) = &card.when {
            let kept = self.those_for_whom(card, when.get_ref(), moment, &subjects).await?;
            subjects.retain(|s| kept.contains(&s.key));
        }
        Ok(subjects)
    }

    async fn card_enterprises(&self, card: &Scorecard, moment: &Moment) -> Result<Vec<Subject>, EngineError> {
        let name = card.subject.get_ref();
        let mut query = Query::of(table_name(name), Scope::system("subjects of a scorecard"))
            .columns(&["id", "title", "county", "township", "organisation", "sector", "park"])
            .filter(Condition::Eq("removed_at".into(), Value::Int(0)))
            .limit(MOST_SUBJECTS);
        if let Some(when) = &card.when {
            query = query.filter(self.card_condition(card, when.get_ref(), moment)?);
        }
        let mut subjects = Vec::new();
        for row in self.database.select(&query).await? {
            let title = row.text("title")?;
            subjects.push(Subject {
                key: row.id("id")?.to_string(),
                title: base::Text::new(title, title),
                place: place_of(&row)?,
            });
        }
        Ok(subjects)
    }

    fn card_condition(
        &self,
        card: &Scorecard,
        text: &str,
        moment: &Moment,
    ) -> Result<Condition, EngineError> {
        let context = Context::of(&self.model, "s", card.subject.get_ref()).with_period();
        // The packs were checked when they were loaded.
        let expression = Expression::check(text, &context).map_err(|_| EngineError::NotFound)?;
        Ok(Condition::Judged(self.pack_condition(&expression, moment, &Arc::new(layout())), Wanted::Holds))
    }

    /// The keys of the subjects for which a condition holds.
    pub(super) async fn those_for_whom(
        &self,
        card: &Scorecard,
        text: &str,
        moment: &Moment,
        subjects: &[Subject],
    ) -> Result<HashSet<String>, EngineError> {
        let name = card.subject.get_ref();
        let Some(fixed) = FixedSubject::read(name) else {
            let query = Query::of(table_name(name), Scope::system("condition of a scorecard"))
                .columns(&["id"])
                .filter(Condition::Eq("removed_at".into(), Value::Int(0)))
                .filter(self.card_condition(card, text, moment)?)
                .limit(MOST_SUBJECTS);
            let rows = self.database.select(&query).await?;
            return Ok(rows.iter().map(|r| r.id("id").map(|id| id.to_string())).collect::<Result<_, _>>()?);
        };
        let wider = with_fixed_subjects(&self.model);
        let context = Context::of(&wider, "s", name).with_period();
        let expression = Expression::check(text, &context).map_err(|_| EngineError::NotFound)?;
        let folded = expression.fold(moment, &wider);
        let mut rows = Rows::default();
        for register in folded.registers() {
            if FixedSubject::read(&register).is_none() {
                self.card_look_up(&register, &mut rows).await?;
            }
        }
        let facts = fixed.all(&self.model, moment.as_of);
        let mut held = HashSet::new();
        for one in facts.iter().filter(|f| subjects.iter().any(|s| s.key == f.code)) {
            let facts = subject_facts(one);
            let subject = [judge::Subject { id: Id::NIL, facts: &facts }];
            if judge(&folded, &subject, &rows).holds() {
                held.insert(one.code.clone());
            }
        }
        Ok(held)
    }

    async fn card_look_up(&self, register: &str, rows: &mut Rows) -> Result<(), EngineError> {
        let definition = self.register(register)?;
        let query = Query::of(table_name(register), Scope::system("condition of a scorecard"))
            .filter(Condition::Eq("removed_at".into(), Value::Int(0)))
            .limit(MOST_LOOKED_UP + 1);
        let found = self.database.select(&query).await?;
        if found.len() > MOST_LOOKED_UP as usize {
            let problem = base::Problem::new("scorecard.too_many_rows")
                .with("register", definition.title.in_language(Language::Chinese))
                .with("most", MOST_LOOKED_UP);
            return Err(EngineError::Refused(problem));
        }
        for record in records_of(definition, found)? {
            rows.put(register, record.id, whole_facts(&record));
        }
        Ok(())
    }
}

fn subject_facts(subject: &SubjectFacts) -> Facts {
    let text = |text: &str| Fact::Text(text.to_owned());
    [
        ("code", text(&subject.code)),
        ("title", text(&subject.title.zh)),
        ("kind", text(subject.kind)),
        ("county", text(&subject.county)),
    ]
    .into_iter()
    .map(|(name, fact)| (name.to_owned(), fact))
    .collect()
}

/// Fields with those that every record has.
fn whole_facts(record: &Record) -> Facts {
    let text = |text: &str| Fact::Text(text.to_owned());
    let mut facts = record.facts.clone();
    let mut put = |name: &str, fact: Fact| {
        facts.insert_missing(name, || fact);
    };
    put("code", text(&record.code));
    put("title", text(&record.title));
    put("county", text(&record.place.county));
    put("township", text(&record.place.township));
    put("sector", text(&record.place.sector));
    put("park", text(&record.place.park));
    put("organisation", Fact::Reference(record.place.organisation));
    put("created_at", Fact::Instant(record.created_at));
    put("created_by", Fact::Reference(record.created_by));
    put("updated_at", Fact::Instant(record.updated_at));
    if let Some(case) = &record.case {
        put("procedure", text(&case.procedure));
        put("state", text(&case.state));
        put("open", Fact::YesNo(case.open));
        put("opened_at", Fact::Instant(case.opened_at));
        put("opened_by", Fact::Reference(case.opened_by));
        put("entered_at", Fact::Instant(case.entered_at));
        put("due_at", Fact::Instant(case.due_at));
        if case.closed_at.0 != 0 {
            put("closed_at", Fact::Instant(case.closed_at));
        }
    }
    facts
}

fn place(fixed: FixedSubject, facts: &SubjectFacts) -> Place {
    let own = |subject| if fixed == subject { facts.code.clone() } else { String::new() };
    Place {
        county: facts.county.clone(),
        township: own(FixedSubject::Township),
        park: own(FixedSubject::Park),
        ..Place::default()
    }
}
