//! Which rows and columns somebody may see. Upper crates only state it; this crate compiles it into every select,
//! count, aggregate and search of a scoped table.

use base::Id;

use crate::table::ColumnClass;
use crate::{Condition, Value};

/// One branch: all parts that are given must be equal. A branch without any part covers everything.
#[derive(Debug, Clone, PartialEq, Eq, Default, Hash)]
pub struct ScopeBranch {
    /// Adcode of the district or county.
    pub county: Option<String>,
    /// Code of the township.
    pub township: Option<String>,
    /// The enterprise.
    pub organisation: Option<Id>,
    /// Sector.
    pub sector: Option<String>,
    /// Zone or chemical park.
    pub park: Option<String>,
}

/// The rows and columns that a question may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    pub(crate) sight: Sight,
    pub(crate) reads: ColumnClass,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Sight {
    All,
    Branches(Vec<ScopeBranch>),
}

impl Scope {
    /// Everything, for the program's own judging, sweeps and checks. `reason` is written to the log.
    #[must_use]
    pub fn system(reason: &'static str) -> Self {
        tracing::trace!(reason, "reads with the system's scope");
        Self { sight: Sight::All, reads: ColumnClass::Secret }
    }

    /// What lies in one of the branches; nothing when there is none. Reads public and internal columns until
    /// [`Scope::reading`] says otherwise.
    #[must_use]
    pub fn of(branches: Vec<ScopeBranch>) -> Self {
        Self { sight: Sight::Branches(widest(branches)), reads: ColumnClass::Internal }
    }

    /// The most protected class of columns that may be read.
    #[must_use]
    pub fn reading(mut self, class: ColumnClass) -> Self {
        self.reads = class;
        self
    }

    /// True when a record that stands there is seen.
    #[must_use]
    pub fn sees(&self, county: &str, township: &str, organisation: Id, sector: &str, park: &str) -> bool {
        let text = |part: &Option<String>, own: &str| part.as_deref().is_none_or(|p| p == own);
        match &self.sight {
            Sight::All => true,
            Sight::Branches(branches) => branches.iter().any(|b| {
                text(&b.county, county)
                    && text(&b.township, township)
                    && b.organisation.is_none_or(|o| o == organisation)
                    && text(&b.sector, sector)
                    && text(&b.park, park)
            }),
        }
    }
}

impl ScopeBranch {
    /// The parts that are given, as column and value.
    pub(crate) fn parts(&self) -> Vec<(&'static str, Value)> {
        let texts = [
            ("county", &self.county),
            ("township", &self.township),
            ("sector", &self.sector),
            ("park", &self.park),
        ];
        let mut parts: Vec<(&'static str, Value)> =
            texts.into_iter().filter_map(|(c, v)| v.as_ref().map(|v| (c, Value::from(v)))).collect();
        if let Some(organisation) = self.organisation {
            parts.push(("organisation", Value::Id(organisation)));
        }
        parts
    }

    /// The condition that this branch is.
    pub(crate) fn condition(&self) -> Condition {
        Condition::And(self.parts().into_iter().map(|(c, v)| Condition::Eq(c.to_owned(), v)).collect())
    }

    fn covers(&self, other: &Self) -> bool {
        let theirs = other.parts();
        self.parts().iter().all(|part| theirs.contains(part))
    }
}

/// Leaves out every branch that another one covers.
fn widest(branches: Vec<ScopeBranch>) -> Vec<ScopeBranch> {
    let mut kept: Vec<ScopeBranch> = Vec::new();
    for branch in branches {
        if kept.iter().any(|k| k.covers(&branch)) {
            continue;
        }
        kept.retain(|k| !branch.covers(k));
        kept.push(branch);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_branch_inside_another_is_left_out() {
        let county = ScopeBranch { county: Some("410202".into()), ..Default::default() };
        let township = ScopeBranch { township: Some("410202001".into()), ..county.clone() };
        let other = ScopeBranch { sector: Some("mining".into()), ..Default::default() };
        let scope = Scope::of(vec![township, other.clone(), county.clone(), county.clone()]);
        assert_eq!(scope.sight, Sight::Branches(vec![other, county]));
        assert!(scope.sees("410202", "x", Id::NIL, "", ""));
        assert!(!scope.sees("410203", "x", Id::NIL, "", ""));
        assert!(!Scope::of(vec![]).sees("410202", "", Id::NIL, "", ""));
    }
}
