//! The elements of all packs by kind and id.

use std::collections::BTreeMap;

use base::{Day, Text};

use super::element::Element;
use super::{Assessment, Campaign, Checklist, Connector, Deliverable, Monitor, Publication, Source};

/// The elements of all packs, beside registers and procedures.
#[derive(Debug, Clone, Default)]
pub struct Elements {
    /// Documents owed.
    pub deliverables: BTreeMap<String, Deliverable>,
    /// Activities with count and proof.
    pub campaigns: BTreeMap<String, Campaign>,
    /// Lists by which somebody inspects.
    pub checklists: BTreeMap<String, Checklist>,
    /// What the public may read.
    pub publications: BTreeMap<String, Publication>,
    /// Exchange with partners.
    pub connectors: BTreeMap<String, Connector>,
    /// Measured points that are watched.
    pub monitors: BTreeMap<String, Monitor>,
    /// Methods bound to records.
    pub assessments: BTreeMap<String, Assessment>,
}

/// What all elements have in common, whatever their kind.
#[derive(Debug, Clone, Copy)]
pub struct Head<'a> {
    /// Kind as packs write it.
    pub kind: &'static str,
    /// Name in the packs.
    pub id: &'a str,
    /// What people read.
    pub title: &'a Text,
    /// What it is for.
    pub about: Option<&'a Text>,
    /// Rows of the plan that it serves.
    pub clauses: &'a [String],
    /// First day in force, where the element says one.
    pub from: Option<Day>,
    /// Last day in force.
    pub until: Option<Day>,
    /// What the plan leaves open.
    pub open_number: Option<&'a Text>,
}

fn heads<E: Element>(of: &BTreeMap<String, E>) -> impl Iterator<Item = Head<'_>> {
    of.values().map(|e| Head {
        kind: E::KIND,
        id: e.name(),
        title: e.title(),
        about: e.about(),
        clauses: e.clauses(),
        from: e.from(),
        until: e.until(),
        open_number: e.open_number(),
    })
}

fn take<E: Element + Clone>(into: &mut BTreeMap<String, E>, from: &[E]) {
    into.extend(from.iter().map(|e| (e.name().to_owned(), e.clone())));
}

impl Elements {
    /// Heads of all elements, by kind and id.
    #[must_use]
    pub fn all(&self) -> Vec<Head<'_>> {
        heads(&self.deliverables)
            .chain(heads(&self.campaigns))
            .chain(heads(&self.checklists))
            .chain(heads(&self.publications))
            .chain(heads(&self.connectors))
            .chain(heads(&self.monitors))
            .chain(heads(&self.assessments))
            .collect()
    }

    /// The element of that kind and id.
    #[must_use]
    pub fn find(&self, kind: &str, id: &str) -> Option<Head<'_>> {
        self.all().into_iter().find(|head| head.kind == kind && head.id == id)
    }

    /// Adds what a file holds.
    pub(super) fn take(&mut self, source: &Source) {
        let content = &source.content;
        take(&mut self.deliverables, &content.deliverables);
        take(&mut self.campaigns, &content.campaigns);
        take(&mut self.checklists, &content.checklists);
        take(&mut self.publications, &content.publications);
        take(&mut self.connectors, &content.connectors);
        take(&mut self.monitors, &content.monitors);
        take(&mut self.assessments, &content.assessments);
    }
}
