//! The recipients of a document in their order: whose turn it is, and what each receipt adds.

use judge::fact::fact;
use judge::{Fact, Facts};
use plan::pack::{Model, Register, Seat, Shape};

/// What people read of a recipient: a department or a role.
pub(super) fn title_of_party(model: &Model, party: &str) -> String {
    model
        .departments
        .iter()
        .find(|d| d.id.get_ref() == party)
        .map(|d| d.title.zh.clone())
        .or_else(|| model.roles.get(party).map(|r| r.title.zh.clone()))
        .unwrap_or_else(|| party.to_owned())
}

/// The key of the agency that signs; empty where several could.
fn agency(model: &Model, party: &str) -> String {
    if let Some(role) = model.roles.get(party) {
        // Regulators of a county or the city differ by sector; offices and leaders do not.
        return match role.seat {
            Seat::City => format!("{party}::"),
            Seat::Township => "township".to_owned(),
            _ => String::new(),
        };
    }
    let sectors = model.departments.iter().find(|d| d.id.get_ref() == party).map(|d| d.sectors.as_slice());
    match sectors {
        Some([sector]) => format!("city.regulator:{sector}:"),
        _ => String::new(),
    }
}

/// Sets whose turn it is after `done` receipts.
pub(super) fn set_next(model: &Model, to: &[String], done: usize, facts: &mut Facts) {
    let next = to.get(done).map(String::as_str).unwrap_or_default();
    let text = |value: String| if value.is_empty() { Fact::Empty } else { Fact::Text(value) };
    let title = if next.is_empty() { String::new() } else { title_of_party(model, next) };
    facts.insert("next_recipient", text(title));
    facts.insert("recipient_agency", text(agency(model, next)));
    facts.insert("more_recipients", Fact::YesNo(done + 1 < to.len()));
}

/// What a step adds to a document that is owed: a receipt, and whose turn it is then.
pub(crate) fn after_step(model: &Model, register: &Register, step: &str, facts: &mut Facts) {
    if register.shape != Some(Shape::DeliverableCopy) {
        return;
    }
    let element = fact(facts, super::ELEMENT).as_text().unwrap_or_default();
    let to = model.elements.deliverables.get(element).map(|e| e.to.clone()).unwrap_or_default();
    match step {
        "pass_on" | "receive" => {
            let done = match fact(facts, "received_count") {
                Fact::Integer(count) => usize::try_from(*count).unwrap_or(0),
                _ => 0,
            };
            let who = fact(facts, "next_recipient").as_text().unwrap_or_default().to_owned();
            let on = fact(facts, "received_on").as_day().map(base::Day::zh).unwrap_or_default();
            let number = fact(facts, "receipt_number").as_text().unwrap_or_default().to_owned();
            let known = fact(facts, "receipts").as_text().unwrap_or_default();
            let line = format!("{known}\n{}. {who} {on} {number}", done + 1);
            facts.insert("receipts", Fact::Text(line.trim().to_owned()));
            facts.insert("received_count", Fact::Integer(i64::try_from(done + 1).unwrap_or(0)));
            set_next(model, &to, done + 1, facts);
            // The next recipient writes their own.
            for field in ["received_on", "receipt_number", "receipt_note"] {
                if step == "pass_on" {
                    facts.insert(field, Fact::Empty);
                }
            }
        }
        "return_it" => {
            facts.insert("received_count", Fact::Integer(0));
            set_next(model, &to, 0, facts);
        }
        _ => {}
    }
}
