//! From fields of a register to the fields of a form, filled with what was typed or with what the record holds.

use base::money::Fen;
use base::{Language, Problem};
use engine::field::show::Titles;
use engine::file::Attachments;
use judge::{Fact, Facts};
use plan::pack::{Choice as PackChoice, Field as PackField, FieldKind, Model, RegionKind, Register};

use super::files::attached;
use super::given::{as_typed, typed};
use crate::sent::Sent;
use crate::text::{problem, say};
use crate::view::cell::Attached;
use crate::view::form::{Choice, Control, Field, FieldGroup};

/// Choices that are all seen at once; more become a list that opens.
const SEEN: usize = 6;
/// Longest line and longest text where the pack names none; the engine has the same bounds.
const LINE: usize = 200;
const TEXT: usize = 4000;

/// What a form is filled with.
pub(crate) struct Filling<'a> {
    /// The packs.
    pub(crate) model: &'a Model,
    /// The present day: only regions that exist on it are offered.
    pub(crate) today: base::Day,
    /// The register of the fields.
    pub(crate) register: &'a Register,
    /// Language.
    pub(crate) language: Language,
    /// What the record holds, or what a new one starts with.
    pub(crate) facts: &'a Facts,
    /// What was typed, when the form is shown again.
    pub(crate) sent: Option<&'a Sent>,
    /// What was wrong with it.
    pub(crate) problems: &'a [Problem],
    /// Titles of what is referred to.
    pub(crate) titles: &'a Titles,
    /// Addresses of stored files by their hash.
    pub(crate) files: &'a dyn Fn(&str) -> String,
    /// What is known of these files.
    pub(crate) known: &'a Attachments,
}

impl Filling<'_> {
    /// Groups of fields in the order given; `true` marks the required ones.
    pub(crate) fn groups<'a>(&self, fields: impl Iterator<Item = (&'a PackField, bool)>) -> Vec<FieldGroup> {
        let mut groups: Vec<FieldGroup> = Vec::new();
        for (field, required) in fields {
            let title = super::heading_of(self.register, field.name(), self.language);
            let built = self.field(field, required);
            match groups.iter_mut().find(|g| g.title == title) {
                Some(group) => group.fields.push(built),
                None => groups.push(FieldGroup { title: title.to_owned(), fields: vec![built] }),
            }
        }
        groups
    }

    /// The groups of a form that people fill in on the spot: what is required, what a rule may refuse it for, and the
    /// photos first, the rest folded away when it is much.
    pub(crate) fn essential_and_more<'a>(
        &self,
        fields: &[(&'a PackField, bool)],
    ) -> (Vec<FieldGroup>, Vec<FieldGroup>) {
        let refusing = self
            .model
            .rules
            .values()
            .filter(|rule| rule.on.get_ref() == self.register.name() && rule.otherwise.refuse.is_some());
        let demanded: Vec<&str> = refusing.filter_map(|rule| rule.field.as_deref()).collect();
        let first = |(field, required): &(&'a PackField, bool)| {
            *required || field.kind == FieldKind::Image || demanded.contains(&field.name())
        };
        let (essential, rest): (Vec<_>, Vec<_>) = fields.iter().copied().partition(first);
        if rest.len() <= SEEN || essential.is_empty() {
            return (self.groups(fields.iter().copied()), Vec::new());
        }
        (self.groups(essential.into_iter()), self.groups(rest.into_iter()))
    }

    fn field(&self, field: &PackField, required: bool) -> Field {
        let text = |t: &Option<base::Text>| {
            t.as_ref().map(|t| t.in_language(self.language).to_owned()).unwrap_or_default()
        };
        let own = self.problems.iter().filter(|p| p.field == field.name());
        Field {
            name: field.name().to_owned(),
            label: field.title.in_language(self.language).to_owned(),
            help: text(&field.help),
            required,
            unit: text(&field.unit),
            errors: own.map(|p| problem(self.language, p)).collect(),
            control: self.control(field),
        }
    }

    fn values(&self, field: &PackField) -> Vec<String> {
        match self.sent {
            Some(sent) => typed(field, sent),
            None => match self.facts.get(field.name()) {
                // Money is kept in fen and typed in yuan.
                Some(Fact::Integer(fen)) if field.kind == FieldKind::Money => vec![Fen(*fen).to_string()],
                Some(fact) => as_typed(fact),
                None => Vec::new(),
            },
        }
    }

    fn control(&self, field: &PackField) -> Control {
        let values = self.values(field);
        let first = || values.first().cloned().unwrap_or_default();
        match field.kind {
            FieldKind::Text => line(field, first(), "text", "", longest(field, LINE)),
            FieldKind::LongText | FieldKind::Structure => {
                Control::Area { value: first(), longest: longest(field, TEXT) }
            }
            FieldKind::Integer => line(field, first(), "numeric", "integer", 20),
            FieldKind::Decimal => line(field, first(), "decimal", "decimal", 24),
            FieldKind::Money => line(field, first(), "decimal", "money", 20),
            FieldKind::Phone => line(field, first(), "tel", "phone", 24),
            FieldKind::Uscc => line(field, first(), "text", "uscc", 18),
            FieldKind::YesNo => Control::Radios(vec![
                self.yes_no("yes", "value.yes", &first()),
                self.yes_no("no", "value.no", &first()),
            ]),
            FieldKind::Day => Control::Day { value: first() },
            FieldKind::Instant => Control::Instant { value: first() },
            FieldKind::Choice => self.choices(field, &values),
            FieldKind::Reference => self.reference(
                field,
                &values,
                format!("/r/{}/options", field.to.as_deref().unwrap_or_default()),
            ),
            FieldKind::Account => self.reference(field, &values, "/accounts/options".into()),
            FieldKind::Department => Control::Select(self.departments(&values)),
            FieldKind::County => Control::Select(self.regions(&values, &[RegionKind::County])),
            FieldKind::Township => Control::Select(self.regions(&values, &[RegionKind::Township])),
            FieldKind::Park => Control::Select(self.regions(&values, &[RegionKind::Zone])),
            FieldKind::Image => Control::Image { kept: self.kept(field, &values) },
            FieldKind::File => Control::File { kept: self.kept(field, &values), accept: "", many: true },
            FieldKind::Point => {
                let part = |i: usize| values.get(i).cloned().unwrap_or_default();
                let datum = if part(2).is_empty() { "wgs84".to_owned() } else { part(2) };
                Control::Point { longitude: part(0), latitude: part(1), datum }
            }
        }
    }

    fn yes_no(&self, id: &str, key: &str, chosen: &str) -> Choice {
        Choice { id: id.into(), title: say(self.language, key), chosen: chosen == id, ..Choice::default() }
    }

    fn choices(&self, field: &PackField, values: &[String]) -> Control {
        let choices: Vec<Choice> =
            self.model.choices_of(field).iter().map(|c| choice(c, self.language, values)).collect();
        if field.is_list() {
            Control::Checks(choices)
        } else if choices.len() <= SEEN {
            Control::Radios(choices)
        } else {
            Control::Select(choices)
        }
    }

    fn departments(&self, values: &[String]) -> Vec<Choice> {
        let one = |d: &plan::pack::Department| Choice {
            id: d.id.get_ref().clone(),
            title: d.title.in_language(self.language).to_owned(),
            chosen: values.contains(d.id.get_ref()),
            ..Choice::default()
        };
        self.model.departments.iter().map(one).collect()
    }

    fn regions(&self, values: &[String], kinds: &[RegionKind]) -> Vec<Choice> {
        let one = |r: &plan::pack::RegionDefinition| Choice {
            id: r.code.get_ref().clone(),
            title: r.title.in_language(self.language).to_owned(),
            chosen: values.contains(r.code.get_ref()),
            within: if kinds.contains(&RegionKind::Township) {
                r.parent.clone().unwrap_or_default()
            } else {
                String::new()
            },
            ..Choice::default()
        };
        let today = |r: &plan::pack::RegionDefinition| {
            r.from <= self.today && r.until.is_none_or(|until| self.today <= until)
        };
        // A region that ended stays choosable only where the record holds it.
        let held = |r: &plan::pack::RegionDefinition| {
            let now = self.model.regions.iter().any(|other| other.code == r.code && today(other));
            values.contains(r.code.get_ref()) && !now
        };
        let fitting = self.model.regions.iter().filter(|r| kinds.contains(&r.kind));
        let mut choices: Vec<Choice> = Vec::new();
        for region in fitting.filter(|r| today(r) || held(r)).map(one) {
            if choices.iter().all(|c| c.id != region.id) {
                choices.push(region);
            }
        }
        choices
    }

    fn reference(&self, field: &PackField, values: &[String], source: String) -> Control {
        let title = |id: &String| id.parse().ok().and_then(|id| self.titles.get(&id).cloned());
        let chosen = values
            .iter()
            .map(|id| (id.clone(), title(id).unwrap_or_else(|| id.chars().take(8).collect())))
            .collect();
        Control::Reference { source, chosen, many: field.is_list() }
    }

    fn kept(&self, field: &PackField, hashes: &[String]) -> Vec<Attached> {
        let title = field.title.in_language(self.language);
        let one = |(i, hash): (usize, &String)| attached(self.known, hash, (self.files)(hash), title, i + 1);
        hashes.iter().filter(|h| !h.is_empty()).enumerate().map(one).collect()
    }
}

/// A choice of the pack.
pub(crate) fn choice(choice: &PackChoice, language: Language, chosen: &[String]) -> Choice {
    Choice {
        id: choice.id.clone(),
        title: choice.title.in_language(language).to_owned(),
        help: choice.help.as_ref().map(|h| h.in_language(language).to_owned()).unwrap_or_default(),
        chosen: chosen.contains(&choice.id),
        colour: choice.colour.clone().unwrap_or_default(),
        within: String::new(),
    }
}

fn line(
    field: &PackField,
    value: String,
    keyboard: &'static str,
    check: &'static str,
    longest: usize,
) -> Control {
    let bound =
        |bound: Option<f64>| bound.filter(|_| !check.is_empty()).map(|b| b.to_string()).unwrap_or_default();
    Control::Line {
        value,
        keyboard,
        longest,
        check,
        least: bound(field.min),
        most: bound(field.max),
        autocomplete: "off",
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "lengths in packs are small and positive"
)]
fn longest(field: &PackField, usual: usize) -> usize {
    field.max.map_or(usual, |max| max as usize)
}
