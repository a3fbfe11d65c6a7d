//! Faults of bodies: unknown departments and roles, posts that occur twice, dates that end before they begin.

use super::{Report, check_roles, unknown};
use crate::pack::{Body, Fault, Model, Source};

pub(super) fn check_bodies(source: &Source, model: &Model, faults: &mut Vec<Fault>) {
    for body in &source.content.bodies {
        let element = format!("body.{}", body.name());
        let line = source.line(body.id.span().start);
        check_body(body, model, &mut Report { source, line, element, faults });
    }
}

fn check_body(body: &Body, model: &Model, report: &mut Report<'_>) {
    let known: Vec<String> = model.departments.iter().map(|d| d.id.get_ref().clone()).collect();
    let mut department = |key: &str, name: &Option<String>| {
        if let Some(name) = name.as_ref().filter(|name| !known.contains(name)) {
            report.fault(key, unknown("department", name, known.iter()));
        }
    };
    department("office", &body.office);
    for post in &body.members {
        department("members.department", &post.department);
    }
    for (at, post) in body.members.iter().enumerate() {
        if let Some(role) = &post.role {
            check_roles("members.role", std::slice::from_ref(role), model, report);
        }
        if post.count == 0 {
            report.fault("members.count", format!("\"{}\" is held by nobody; at least 1", post.post.zh));
        }
        if body.members.iter().take(at).any(|earlier| earlier.post.zh == post.post.zh) {
            let message = format!("the post \"{}\" occurs twice; give it a count", post.post.zh);
            report.fault("members.post", message);
        }
    }
    if let (Some(from), Some(until)) = (body.from, body.until)
        && until < from
    {
        report.fault("until", format!("{until} lies before from {from}"));
    }
}
