//! A document owed or a campaign tried: whom it binds, and how many cases would be made within the days ahead.

use plan::pack::bound::Bound;
use store::Condition;
use toml::Spanned;

use super::{EXAMPLES, Tried};
use crate::tables::table_name;
use crate::{Engine, EngineError};

impl Engine {
    pub(super) async fn try_owed(&self, kind: &str, id: &str) -> Result<Tried, EngineError> {
        let (who, also, days) = self.owed_by(kind, id).ok_or(EngineError::NotFound)?;
        let (mut subjects, mut examples) = (0_u64, Vec::new());
        let each = |subject: &Spanned<String>| Bound {
            subject: subject.clone(),
            when: None,
            departments: Vec::new(),
        };
        for bound in std::iter::once(who.clone()).chain(also.iter().map(each)) {
            let mut after = None;
            loop {
                let (some, next) = self.bound(&bound, self.today(), after).await?;
                subjects += some.len() as u64;
                let named = some.iter().map(|s| (s.id.clone(), s.title.clone()));
                examples.extend(named.take((EXAMPLES as usize).saturating_sub(examples.len())));
                after = next;
                if after.is_none() {
                    break;
                }
            }
        }
        let today = self.today();
        let past = days.iter().filter(|due| **due < today).count();
        let ahead = days.len() - past;
        let register = if kind == "campaign" {
            plan::pack::Shape::CampaignRun
        } else {
            plan::pack::Shape::DeliverableCopy
        };
        let mut made = 0;
        if let Some(register) = self.model.shaped(register) {
            let which = Condition::eq("element", id).and(Condition::eq("removed_at", 0_i64));
            made = self.count_all(&table_name(register.name()), which).await?;
        }
        let found = Tried { examples, ..Tried::default() };
        Ok(found
            .number("subjects bound", subjects)
            .number("cases due within the days ahead", subjects * ahead as u64)
            .number("cases whose day lies behind", subjects * past as u64)
            .number("cases made already", made))
    }
}
