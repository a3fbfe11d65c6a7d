//! Who is responsible for an enterprise on a day: one sector lead (行业主管), for each matter one special supervisor
//! (消防、特种设备、环保专项监管), one general supervisor (综合监管), each with its level and dates. Enterprises without
//! a lead or without any supervisor, and those that several claim, are listed, so that somebody rules on them. Pure:
//! works on rows of the register of responsible bodies, given as plain values.

use std::collections::BTreeMap;

use base::{Day, Id};

/// As what a body is responsible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Duty {
    /// 行业主管: leads the sector.
    SectorLead,
    /// 专项监管: supervises one matter, named in [`ResponsibleBody::matter`].
    Special,
    /// 综合监管: general supervision of work safety.
    General,
}

impl Duty {
    /// From the value stored in the register.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "sector_lead" => Some(Self::SectorLead),
            "special" => Some(Self::Special),
            "general" => Some(Self::General),
            _ => None,
        }
    }

    /// The value stored in the register.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SectorLead => "sector_lead",
            Self::Special => "special",
            Self::General => "general",
        }
    }
}

/// One row: this body is responsible for this enterprise from day to day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResponsibleBody {
    /// The row.
    pub record: Id,
    /// The enterprise.
    pub enterprise: Id,
    /// As what.
    pub duty: Duty,
    /// The matter of a special supervisor, for instance `fire`; empty for the others.
    pub matter: String,
    /// The department or unit.
    pub body: String,
    /// Level: province, city, county or township.
    pub level: String,
    /// First day.
    pub from: Day,
    /// Last day; None while it lasts.
    pub until: Option<Day>,
    /// The body says that it is not responsible, and nobody has ruled on it yet.
    pub contested: bool,
}

impl ResponsibleBody {
    /// True on the days on which it is responsible.
    #[must_use]
    pub fn holds_on(&self, day: Day) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }
}

/// What is wrong with the responsibility for an enterprise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gap {
    /// No body holds this duty; for [`Duty::General`] nobody supervises at all, neither generally nor one matter.
    Unowned(Duty),
    /// Several bodies hold one duty (or one matter of it), or the one that holds it contests it.
    Disputed {
        /// The duty.
        duty: Duty,
        /// The matter of a special supervision; empty for the others.
        matter: String,
        /// Body and level of everybody concerned, in order.
        bodies: Vec<(String, String)>,
    },
}

/// Who is responsible on a day: rows of one enterprise that hold, by duty and matter.
#[must_use]
pub fn responsible_on(rows: &[ResponsibleBody], enterprise: Id, day: Day) -> Vec<&ResponsibleBody> {
    let mut found: Vec<&ResponsibleBody> =
        rows.iter().filter(|row| row.enterprise == enterprise && row.holds_on(day)).collect();
    found.sort_by(|a, b| (a.duty, &a.matter, a.from, a.record).cmp(&(b.duty, &b.matter, b.from, b.record)));
    found
}

/// What is wrong for one enterprise on a day; nothing when it has one undisputed sector lead, somebody who supervises
/// it, and no other dispute.
///
/// Which special supervision there is follows from what the enterprise has, so no single matter must be held; but
/// somebody must supervise, in general or one matter.
#[must_use]
pub fn gaps(rows: &[ResponsibleBody], enterprise: Id, day: Day) -> Vec<Gap> {
    gaps_among(&responsible_on(rows, enterprise, day))
}

/// How an enterprise stands, in one word: what lists and counters are kept by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// Everything is held by one body each.
    Clear,
    /// Somebody is missing.
    Unowned,
    /// Something is claimed twice or denied.
    Disputed,
    /// Both.
    UnownedDisputed,
    /// The enterprise is gone and needs nobody.
    NotNeeded,
}

impl Standing {
    /// From what is wrong.
    #[must_use]
    pub fn of(gaps: &[Gap]) -> Self {
        let unowned = gaps.iter().any(|gap| matches!(gap, Gap::Unowned(_)));
        let disputed = gaps.iter().any(|gap| matches!(gap, Gap::Disputed { .. }));
        match (unowned, disputed) {
            (false, false) => Self::Clear,
            (true, false) => Self::Unowned,
            (false, true) => Self::Disputed,
            (true, true) => Self::UnownedDisputed,
        }
    }

    /// The value stored with the enterprise.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Clear => "clear",
            Self::Unowned => "unowned",
            Self::Disputed => "disputed",
            Self::UnownedDisputed => "unowned_disputed",
            Self::NotNeeded => "not_needed",
        }
    }
}

/// The next day after `day` on which a row begins, or no longer holds: until then the gaps of these rows stay as they
/// are.
#[must_use]
pub fn next_change(rows: &[ResponsibleBody], day: Day) -> Option<Day> {
    let begins = rows.iter().map(|row| row.from);
    let over = rows.iter().filter_map(|row| row.until).map(|until| until.plus_days(1));
    begins.chain(over).filter(|change| *change > day).min()
}

/// The enterprises with gaps on a day, in the order given, each with its gaps. One pass over the rows.
#[must_use]
pub fn unowned_and_disputed(enterprises: &[Id], rows: &[ResponsibleBody], day: Day) -> Vec<(Id, Vec<Gap>)> {
    let mut by_enterprise: BTreeMap<Id, Vec<&ResponsibleBody>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.holds_on(day)) {
        by_enterprise.entry(row.enterprise).or_default().push(row);
    }
    let found = enterprises.iter().map(|enterprise| {
        let own = by_enterprise.get(enterprise).map_or(&[] as &[&ResponsibleBody], Vec::as_slice);
        (*enterprise, gaps_among(own))
    });
    found.filter(|(_, gaps)| !gaps.is_empty()).collect()
}

fn gaps_among(rows: &[&ResponsibleBody]) -> Vec<Gap> {
    let mut gaps = Vec::new();
    if !rows.iter().any(|row| row.duty == Duty::SectorLead) {
        gaps.push(Gap::Unowned(Duty::SectorLead));
    }
    if rows.iter().all(|row| row.duty == Duty::SectorLead) {
        gaps.push(Gap::Unowned(Duty::General));
    }
    let mut groups: BTreeMap<(Duty, &str), Vec<&ResponsibleBody>> = BTreeMap::new();
    for row in rows {
        groups.entry((row.duty, row.matter.as_str())).or_default().push(row);
    }
    for ((duty, matter), group) in groups {
        let mut bodies: Vec<(String, String)> =
            group.iter().map(|r| (r.body.clone(), r.level.clone())).collect();
        bodies.sort();
        bodies.dedup();
        if bodies.len() > 1 || group.iter().any(|row| row.contested) {
            gaps.push(Gap::Disputed { duty, matter: matter.to_owned(), bodies });
        }
    }
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn row(duty: Duty, matter: &str, body: &str, from: &str, until: Option<&str>) -> ResponsibleBody {
        ResponsibleBody {
            record: Id::NIL,
            enterprise: Id::from_u128(1),
            duty,
            matter: matter.into(),
            body: body.into(),
            level: "county".into(),
            from: day(from),
            until: until.map(day),
            contested: false,
        }
    }

    #[test]
    fn a_lead_that_is_handed_over_is_neither_unowned_nor_disputed() {
        let rows = [
            row(Duty::SectorLead, "", "industry", "2020-01-01", Some("2020-12-31")),
            row(Duty::SectorLead, "", "emergency", "2021-01-01", None),
            row(Duty::Special, "fire", "fire_rescue", "2020-01-01", None),
            row(Duty::Special, "special_equipment", "market", "2020-01-01", None),
        ];
        let plant = Id::from_u128(1);
        assert!(gaps(&rows, plant, day("2020-12-31")).is_empty());
        assert!(gaps(&rows, plant, day("2021-01-01")).is_empty());
        assert_eq!(responsible_on(&rows, plant, day("2021-01-01"))[0].body, "emergency");
        let nobody = [Gap::Unowned(Duty::SectorLead), Gap::Unowned(Duty::General)];
        assert_eq!(gaps(&rows, plant, day("2019-12-31")), nobody);
        assert_eq!(next_change(&rows, day("2020-12-30")), Some(day("2021-01-01")));
        assert_eq!(next_change(&rows, day("2021-01-01")), None);
    }

    #[test]
    fn two_claims_and_a_denial_are_both_disputes() {
        let mut rows = vec![
            row(Duty::SectorLead, "", "industry", "2020-01-01", None),
            row(Duty::SectorLead, "", "commerce", "2020-06-01", None),
            row(Duty::General, "", "emergency", "2020-01-01", None),
        ];
        let plant = Id::from_u128(1);
        let bodies =
            vec![("commerce".to_owned(), "county".to_owned()), ("industry".to_owned(), "county".to_owned())];
        let dispute = Gap::Disputed { duty: Duty::SectorLead, matter: String::new(), bodies };
        assert_eq!(gaps(&rows, plant, day("2020-06-01")), [dispute]);
        rows.remove(1);
        assert!(gaps(&rows, plant, day("2020-06-01")).is_empty());
        rows[0].contested = true;
        assert_eq!(gaps(&rows, plant, day("2020-06-01")).len(), 1);
    }

    #[test]
    fn the_list_names_only_enterprises_with_gaps() {
        let rows = [
            row(Duty::SectorLead, "", "industry", "2020-01-01", None),
            row(Duty::Special, "fire", "fire_rescue", "2020-01-01", None),
        ];
        let enterprises = [Id::from_u128(1), Id::from_u128(2)];
        let listed = unowned_and_disputed(&enterprises, &rows, day("2020-06-04"));
        let nobody = vec![Gap::Unowned(Duty::SectorLead), Gap::Unowned(Duty::General)];
        assert_eq!(listed, [(Id::from_u128(2), nobody)]);
    }

    #[test]
    fn one_word_says_how_an_enterprise_stands() {
        let disputed = Gap::Disputed { duty: Duty::General, matter: String::new(), bodies: Vec::new() };
        let unowned = Gap::Unowned(Duty::SectorLead);
        assert_eq!(Standing::of(&[]), Standing::Clear);
        assert_eq!(Standing::of(std::slice::from_ref(&unowned)), Standing::Unowned);
        assert_eq!(Standing::of(std::slice::from_ref(&disputed)), Standing::Disputed);
        assert_eq!(Standing::of(&[disputed, unowned]).name(), "unowned_disputed");
    }
}
