//! What everybody may know of an enterprise: the page behind its code (一企一码). Only columns of the class `public`
//! are read, so that a field which a pack protects cannot slip out by a mistake of a page.

use judge::fact::fact;
use plan::pack::{FieldClass, Shape};
use store::{ColumnClass, Condition, Query, Scope, ScopeBranch, Value};

use crate::record::Record;
use crate::record::read::record_of;
use crate::tables::table_name;
use crate::{Engine, EngineError};

/// Grades that are made public.
const SHOWN_GRADES: [&str; 2] = ["red", "orange"];
/// Risks that one page shows.
const MOST_RISKS: u32 = 100;

/// An enterprise as strangers see it.
#[derive(Debug, Clone)]
pub struct PublicEnterprise {
    /// The enterprise with its public fields alone.
    pub record: Record,
    /// Its red and orange risk points, red ones first, with their public fields alone.
    pub risks: Vec<Record>,
    /// Bodies that are responsible for it today: duty (a choice of the pack) and name.
    pub bodies: Vec<(String, String)>,
}

impl Engine {
    /// The enterprise of that code, for anybody.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] when there is none.
    pub async fn public_enterprise(&self, code: &str) -> Result<PublicEnterprise, EngineError> {
        let register = self.model.shaped(Shape::Enterprise).ok_or(EngineError::NotFound)?;
        let query = Query::of(table_name(register.name()), public(ScopeBranch::default()))
            .filter(Condition::Eq("code".into(), Value::Text(code.to_owned())))
            .filter(Condition::Eq("removed_at".into(), Value::Int(0)))
            .limit(1);
        let row = self.database.first(&query).await?.ok_or(EngineError::NotFound)?;
        let record = record_of(register, row)?;
        let of_it = ScopeBranch { organisation: Some(record.id), ..ScopeBranch::default() };
        let risks = self.public_risks(of_it.clone()).await?;
        let bodies = self.public_bodies(of_it).await?;
        Ok(PublicEnterprise { record, risks, bodies })
    }

    async fn public_risks(&self, of_it: ScopeBranch) -> Result<Vec<Record>, EngineError> {
        let Some(points) = self.model.shaped(Shape::RiskPoint) else { return Ok(Vec::new()) };
        // A pack that protects the grade shows no risks.
        if points.field("grade").is_none_or(|f| f.class != FieldClass::Public) {
            return Ok(Vec::new());
        }
        let mut found = Vec::new();
        for grade in SHOWN_GRADES {
            let query = Query::of(table_name(points.name()), public(of_it.clone()))
                .filter(Condition::eq("grade", grade))
                .filter(Condition::Eq("removed_at".into(), Value::Int(0)))
                .limit(MOST_RISKS);
            for row in self.database.select(&query).await? {
                found.push(record_of(points, row)?);
            }
        }
        found.truncate(MOST_RISKS as usize);
        Ok(found)
    }

    /// The responsibilities are judged with all their fields; only the duty and the public name leave this function.
    async fn public_bodies(&self, of_it: ScopeBranch) -> Result<Vec<(String, String)>, EngineError> {
        let Some(register) = self.model.register("responsible_body") else { return Ok(Vec::new()) };
        if register.field("body").is_none_or(|f| f.class != FieldClass::Public) {
            return Ok(Vec::new());
        }
        let query =
            Query::of(table_name(register.name()), Scope::of(vec![of_it]).reading(ColumnClass::Internal))
                .filter(Condition::Eq("removed_at".into(), Value::Int(0)))
                .limit(50);
        let today = self.today();
        let mut bodies = Vec::new();
        for row in self.database.select(&query).await? {
            let record = record_of(register, row)?;
            let day = |name: &str| fact(&record.facts, name).as_day();
            let holds =
                day("valid_from").is_none_or(|d| d <= today) && day("valid_until").is_none_or(|d| today <= d);
            let disputed = fact(&record.facts, "claim").as_text() == Some("disputed");
            if holds && !disputed {
                let text = |name: &str| fact(&record.facts, name).as_text().unwrap_or_default().to_owned();
                bodies.push((text("duty"), text("body")));
            }
        }
        Ok(bodies)
    }
}

fn public(branch: ScopeBranch) -> Scope {
    Scope::of(vec![branch]).reading(ColumnClass::Public)
}
