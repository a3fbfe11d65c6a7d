//! The fields that exact methods in Rust need by name. A register that claims a shape must have them.

use super::Report;
use crate::pack::{FieldKind, Register, Shape};

/// Field names and kinds of a shape.
#[must_use]
pub(super) fn shape_fields(shape: Shape) -> &'static [(&'static str, FieldKind)] {
    use FieldKind::{
        Account, Choice, Day, File, Image, Instant, Integer, Reference, Structure, Text, Uscc, YesNo,
    };
    match shape {
        Shape::Enterprise => &[
            ("name", Text),
            ("uscc", Uscc),
            ("sector", Choice),
            ("operating_state", Choice),
            ("headcount", Integer),
        ],
        Shape::Person => &[("enterprise", Reference), ("name", Text), ("unit", Reference)],
        Shape::Unit => &[("enterprise", Reference), ("name", Text), ("kind", Choice), ("parent", Reference)],
        Shape::RiskPoint => {
            &[("enterprise", Reference), ("unit", Reference), ("name", Text), ("grade", Choice)]
        }
        Shape::RiskFactor => &[
            ("enterprise", Reference),
            ("risk_point", Reference),
            ("method", Choice),
            ("inputs", Structure),
            ("value", Text),
            ("grade", Choice),
            ("inherent_grade", Choice),
            ("control_level", Choice),
            ("assessed_on", Day),
            ("assess_again_on", Day),
        ],
        Shape::Measure => &[
            ("enterprise", Reference),
            ("factor", Reference),
            ("kind", Choice),
            ("content", FieldKind::LongText),
        ],
        Shape::CheckItem => &[
            ("enterprise", Reference),
            ("measure", Reference),
            ("risk_point", Reference),
            ("unit", Reference),
            ("what", Text),
            ("standard", FieldKind::LongText),
            ("level", Choice),
            ("frequency", Choice),
            ("active", YesNo),
        ],
        Shape::CheckRecord => &[
            ("enterprise", Reference),
            ("item", Reference),
            ("result", Choice),
            ("checked_at", Instant),
            ("checked_by", Account),
            ("hazard", Reference),
        ],
        Shape::Hazard => &[
            ("enterprise", Reference),
            ("description", FieldKind::LongText),
            ("level", Choice),
            ("source", Choice),
            ("criterion", Reference),
            ("check_item", Reference),
            ("risk_point", Reference),
            ("found_at", Instant),
            ("found_by", Account),
            ("photo_before", Image),
            ("photo_after", Image),
            ("responsible", Account),
            ("deadline", Day),
            ("evidence", File),
        ],
        Shape::Assessment => &[
            ("enterprise", Reference),
            ("factor", Reference),
            ("method", Choice),
            ("inputs", Structure),
            ("value", Text),
            ("grade", Choice),
            ("assessed_on", Day),
        ],
        Shape::Reassessment => &[
            ("enterprise", Reference),
            ("factor", Reference),
            ("name", Text),
            ("reason", Choice),
            ("what", FieldKind::LongText),
            ("asked_on", Day),
            ("responsible", Account),
        ],
        Shape::HazardReport => &[
            ("enterprise", Reference),
            ("period_kind", Choice),
            ("period", Text),
            ("as_of", Day),
            ("found_count", Integer),
            ("fixed_count", Integer),
            ("major_count", Integer),
            ("major_fixed_count", Integer),
            ("unfixed_count", Integer),
            ("five_in_place_count", Integer),
            ("funds", FieldKind::Money),
        ],
        Shape::DeliverableCopy => &[
            ("element", Text),
            ("name", Text),
            ("subject_kind", Choice),
            ("subject_id", Text),
            ("subject_title", Text),
            ("enterprise", Reference),
            ("county", FieldKind::County),
            ("period", Text),
            ("due_on", Day),
            ("number", Text),
            ("scan", File),
            ("sent_on", Day),
            ("recipients", Text),
            ("next_recipient", Text),
            ("recipient_agency", Text),
            ("more_recipients", YesNo),
            ("receipts", FieldKind::LongText),
            ("parts_ticked", FieldKind::LongText),
        ],
        Shape::CampaignRun => &[
            ("element", Text),
            ("name", Text),
            ("subject_kind", Choice),
            ("subject_id", Text),
            ("subject_title", Text),
            ("enterprise", Reference),
            ("county", FieldKind::County),
            ("period", Text),
            ("due_on", Day),
            ("planned_on", Day),
            ("held_on", Day),
            ("counted", Integer),
            ("target", Integer),
            ("proof", File),
        ],
        Shape::AssessmentResult => &[
            ("element", Text),
            ("name", Text),
            ("register", Text),
            ("record", Text),
            ("method", Text),
            ("inputs", Structure),
            ("result", Text),
            ("derivation", Structure),
            ("assessed_on", Day),
            ("again_on", Day),
        ],
        Shape::ConnectorRun => &[
            ("element", Text),
            ("name", Text),
            ("ran_at", Instant),
            ("taken", Integer),
            ("refused", Integer),
            ("receipt", FieldKind::LongText),
        ],
        Shape::Proposal => &[
            ("kind", Choice),
            ("subject_register", Text),
            ("subject_id", Text),
            ("subject_code", Text),
            ("subject", Text),
            ("reason", FieldKind::LongText),
            ("reason_en", FieldKind::LongText),
            ("seen", FieldKind::LongText),
            ("evidence", Structure),
            ("rule", Text),
            ("proposed_by", Text),
            ("to_role", Text),
            ("to", Text),
            ("about", Reference),
            ("decided_by", Account),
            ("decided_on", Day),
            ("in_force", YesNo),
            ("lifted_on", Day),
            ("lifted_by", Reference),
        ],
        Shape::BodyMember => &[
            ("body", Choice),
            ("county", FieldKind::County),
            ("township", FieldKind::Township),
            ("post", Text),
            ("department", FieldKind::Department),
            ("name", Text),
            ("phone", FieldKind::Phone),
            ("valid_from", Day),
            ("valid_until", Day),
            ("deputy", Text),
        ],
        Shape::Criterion => &[("sector", Text), ("item", Text), ("source", Text)],
        Shape::ResponsibleBody => &[
            ("enterprise", Reference),
            ("duty", Choice),
            ("matter", Choice),
            ("body", Text),
            ("level", Choice),
            ("valid_from", Day),
            ("valid_until", Day),
            ("claim", Choice),
            ("basis", Text),
        ],
    }
}

pub(super) fn check_shape(register: &Register, report: &mut Report<'_>) {
    let Some(shape) = register.shape else { return };
    for (name, kind) in shape_fields(shape) {
        match register.field(name) {
            None => report.fault("shape", format!("{shape:?} needs a field \"{name}\" of kind {kind:?}")),
            Some(field) if field.kind != *kind => {
                report.fault(
                    "shape",
                    format!("{shape:?} needs \"{name}\" as {kind:?}, here it is {:?}", field.kind),
                );
            }
            Some(_) => {}
        }
    }
}
