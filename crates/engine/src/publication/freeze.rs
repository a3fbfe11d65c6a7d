//! The copy of a record that strangers read: only the named fields, masked, in both languages, as words. What is secret
//! never enters it, and a person's data never without a mask, whatever a pack says.

use base::{Day, Instant, Language, Text};
use judge::Fact;
use judge::fact::fact;
use plan::pack::publication::{Mask, Standing as Stands};
use plan::pack::{FieldClass, FieldKind, Publication, Register, Unit};

use super::{Entry, Line};
use crate::field::show::{Titles, show};
use crate::record::Record;
use crate::{Engine, EngineError};

/// What every record and case has beside its fields.
const HEAD: [(&str, &str, &str); 12] = [
    ("code", "编号", "Code"),
    ("title", "名称", "Title"),
    ("county", "县区", "County"),
    ("township", "乡镇（街道）", "Township"),
    ("sector", "行业领域", "Sector"),
    ("park", "园区", "Park"),
    ("created_at", "登记日期", "Entered on"),
    ("updated_at", "更新日期", "Changed on"),
    ("state", "状态", "State"),
    ("opened_at", "立案日期", "Opened on"),
    ("due_at", "时限", "Due on"),
    ("closed_at", "办结日期", "Closed on"),
];

impl Engine {
    /// What strangers would read of these records, one after the other.
    pub(super) async fn frozen(
        &self,
        publication: &Publication,
        register: &Register,
        records: &[Record],
    ) -> Result<Vec<Vec<Line>>, EngineError> {
        let titles = self.titles(register, records.iter().map(|r| &r.facts)).await?;
        Ok(records.iter().map(|record| self.lines(publication, register, record, &titles)).collect())
    }

    fn lines(
        &self,
        publication: &Publication,
        register: &Register,
        record: &Record,
        titles: &Titles,
    ) -> Vec<Line> {
        let mut lines = Vec::new();
        for published in &publication.fields {
            let Some(field) = register.field(published.id.get_ref()) else {
                let head = self.head_words(record, published.id.get_ref());
                lines.extend(head.filter(|(_, value)| !value.zh.is_empty()).map(|(title, value)| Line {
                    id: published.id.get_ref().clone(),
                    title,
                    value: Text::new(published.mask.apply(&value.zh), published.mask.apply(&value.en)),
                }));
                continue;
            };
            let wordless = matches!(
                field.kind,
                FieldKind::Point | FieldKind::Structure | FieldKind::Image | FieldKind::File
            );
            let open = match field.class {
                FieldClass::Public | FieldClass::Internal => true,
                FieldClass::Personal => published.mask != Mask::None,
                FieldClass::Secret => false,
            };
            let value = fact(&record.facts, field.name());
            if wordless || !open || value.is_empty() {
                continue;
            }
            // An account is a person by its nature.
            let mask = match (field.kind, published.mask) {
                (FieldKind::Account, Mask::None) => Mask::Name,
                (_, mask) => mask,
            };
            let said = |l: Language| mask.apply(&show(field, value, &self.model, l, titles));
            lines.push(Line {
                id: field.name().to_owned(),
                title: field.title.clone(),
                value: Text::new(said(Language::Chinese), said(Language::English)),
            });
        }
        lines
    }

    /// What every record has beside its fields, in words: title and value. None for another name.
    #[must_use]
    pub fn head_words(&self, record: &Record, name: &str) -> Option<(Text, Text)> {
        let (_, zh, en) = HEAD.iter().find(|(id, ..)| *id == name)?;
        let same = |text: String| Text::new(text.clone(), text);
        let region = |code: &str| {
            let region = self.model.region(code);
            region.map_or_else(|| same(code.to_owned()), |r| r.title.clone())
        };
        let day = |at: Instant| {
            let known = at.0 != 0 && at != Instant::NEVER;
            if known { Text::new(at.day().zh(), at.day().to_string()) } else { Text::default() }
        };
        let place = &record.place;
        let case = record.case.as_ref();
        let value = match name {
            "code" => same(record.code.clone()),
            "title" => same(record.title.clone()),
            "county" => region(&place.county),
            "township" => region(&place.township),
            "park" => region(&place.park),
            "sector" => {
                let sectors = self.model.choices.get("sectors").map(|c| c.of.as_slice()).unwrap_or_default();
                let sector = sectors.iter().find(|c| c.id == place.sector);
                sector.map_or_else(|| same(place.sector.clone()), |c| c.title.clone())
            }
            "state" => {
                let procedure = case.and_then(|head| self.model.procedure(&head.procedure));
                let state = procedure.and_then(|p| p.state(&case?.state));
                state.map(|state| state.title.clone()).unwrap_or_default()
            }
            "created_at" => day(record.created_at),
            "updated_at" => day(record.updated_at),
            "opened_at" => day(case?.opened_at),
            "due_at" => day(case?.due_at),
            _ => day(case?.closed_at),
        };
        Some((Text::new(*zh, *en), value))
    }

    /// First and last day of an entry decided on today: the field's day where it lies ahead, as nothing was public before
    /// somebody decided.
    pub(super) fn span(&self, publication: &Publication, record: &Record) -> (Day, Option<Day>) {
        let today = self.today();
        let own = publication.starts_at().and_then(|field| fact(&record.facts, field).as_day());
        let first = own.map_or(today, |day| day.max(today));
        let last = match publication.stands {
            Some(Stands::Span(limit)) => Some(match limit.unit {
                Unit::Months => first.plus_months(limit.count).plus_days(-1),
                Unit::Years => first.plus_months(limit.count.saturating_mul(12)).plus_days(-1),
                Unit::WorkingDays => self.working_days_after(first, limit.count),
                _ => first.plus_days(i64::from(limit.count) - 1),
            }),
            Some(Stands::UntilClosed) | None => None,
        };
        (first, last)
    }
}

/// By what the list is sorted: the named field, so written that texts sort as the values do; otherwise the first day.
pub(super) fn order_key(publication: &Publication, record: &Record, first: Day) -> String {
    let value = publication.order.as_ref().map(|field| fact(&record.facts, field.get_ref()));
    match value {
        Some(Fact::Integer(number)) => format!("{number:020}"),
        Some(Fact::Decimal(number)) => format!("{number:020.6}"),
        Some(Fact::Day(day)) => day.to_string(),
        Some(Fact::Instant(at)) => at.rfc3339(),
        Some(Fact::Text(text)) => text.chars().take(80).collect(),
        _ => first.to_string(),
    }
}

/// An offer of the record.
pub(super) fn offer(
    publication: &Publication,
    record: &Record,
    proposal: base::Id,
    shown: Vec<Line>,
    engine: &Engine,
) -> Entry {
    use plan::pack::Element as _;
    let now = engine.now();
    Entry {
        id: engine.new_id_at(now),
        version: 0,
        publication: publication.name().to_owned(),
        register: record.register.clone(),
        record: record.id,
        code: record.code.clone(),
        title: record.title.clone(),
        proposal,
        standing: super::Standing::Offered,
        shown,
        first: None,
        last: None,
        order: String::new(),
        offered_at: now,
        decided_at: Instant(0),
        decided_by: String::new(),
        ended_at: Instant(0),
        ended_by: String::new(),
        reason: String::new(),
        replaced_by: base::Id::NIL,
        place: record.place.clone(),
    }
}
