//! What the general page of a record offers beside its own actions: papers of an enterprise or unit, a new assessment
//! of a factor, a check item made of a measure.

use engine::record::Record;
use plan::pack::{Register, Shape};

use super::text::Words;
use crate::view::Action;
use crate::visitor::SignedIn;

/// Further actions for the page of `record`.
pub(crate) fn offers(who: &SignedIn, register: &Register, record: &Record) -> Vec<Action> {
    let (w, id) = (Words(who.visitor.language), record.id);
    let keeps = || who.actor().roles_over(&record.place).iter().any(|role| register.keeper.contains(role));
    let action = |label: String, href: String, icon| Action { label, href, icon, main: false };
    match register.shape {
        Some(Shape::Enterprise) => vec![
            action(w.t("risks.print_list"), format!("/enterprises/{id}/print/risk-list"), "printer"),
            action(w.t("risks.print_board"), format!("/enterprises/{id}/print/notice-board"), "printer"),
            action(w.t("papers.code"), format!("/enterprises/{id}/print/code"), "qrcode"),
            action(w.t("glance.print_ledger"), format!("/enterprises/{id}/print/ledger"), "printer"),
        ],
        Some(Shape::HazardReport) => {
            vec![action(w.t("papers.double_report"), format!("/double-reports/{id}/print"), "printer")]
        }
        Some(Shape::Unit) => vec![
            action(w.t("papers.card"), format!("/units/{id}/print/card"), "qrcode"),
            action(w.t("checks.print_sheet"), format!("/checks/sheet?unit={id}"), "printer"),
            action(w.t("checks.title"), format!("/checks?unit={id}"), "checklist"),
        ],
        Some(Shape::RiskPoint) if keeps() => {
            vec![action(w.t("risks.assess_new"), format!("/risk/factors/new?risk_point={id}"), "scale")]
        }
        Some(Shape::RiskFactor) if keeps() => {
            vec![action(w.t("risks.assess"), format!("/risk/factors/{id}/assess"), "scale")]
        }
        Some(Shape::Measure) if keeps() => {
            vec![action(w.t("risks.make_item"), format!("/risk/measures/{id}/check-item"), "list-check")]
        }
        _ => Vec::new(),
    }
}
