//! The elements of all packs by kind and id.

use std::collections::BTreeMap;

use base::{Day, Text};

use super::element::Element;
use super::{
    Assessment, Campaign, Checklist, Connector, Deliverable, Late, Monitor, Procedure, Publication, Source,
    Step,
};

/// The field of what is owed that carries the day due.
pub const DUE_ON: &str = "due_on";

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
    /// Steps of the procedures of what is owed, with the reminders and stages that an element says itself.
    own_steps: BTreeMap<(String, String), BTreeMap<String, Step>>,
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

    /// The step as the element has it: with its own reminders and what follows lateness.
    #[must_use]
    pub fn own_step(&self, element: &str, procedure: &str, step: &str) -> Option<&Step> {
        self.own_steps.get(&(element.to_owned(), procedure.to_owned()))?.get(step)
    }

    /// Writes out those steps that wait until the day due.
    pub(super) fn write_own_steps(&mut self, procedures: &BTreeMap<String, Procedure>) {
        let owed = self.deliverables.values().map(|e| ("deliverable", e.name(), &e.remind, &e.late));
        let all = owed.chain(self.campaigns.values().map(|e| ("campaign", e.name(), &e.remind, &e.late)));
        let mut found: BTreeMap<(String, String), BTreeMap<String, Step>> = BTreeMap::new();
        for (kind, element, remind, late) in all {
            if remind.is_empty() && late.is_empty() {
                continue;
            }
            let of_kind = procedures.values().filter(|p| p.name().split('.').next() == Some(kind));
            for procedure in of_kind {
                let steps = procedure.steps.iter().filter(|s| s.until.as_deref() == Some(DUE_ON));
                let own = steps.map(|step| {
                    let mut own = step.clone();
                    own.remind.clone_from(remind);
                    own.late = late
                        .iter()
                        .map(|l| Late {
                            after: l.after,
                            notify: l.notify.clone(),
                            escalate: None,
                            open: l.open.clone(),
                            propose: l.propose.clone(),
                            to: l.to.clone(),
                            with: l.with.clone(),
                        })
                        .collect();
                    (step.name().to_owned(), own)
                });
                found.insert((element.to_owned(), procedure.name().to_owned()), own.collect());
            }
        }
        self.own_steps = found;
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

pub use super::check::fixed_subjects;
