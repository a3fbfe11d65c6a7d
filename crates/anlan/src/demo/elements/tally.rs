//! What of the packs is in use after the demo was made, told in a few lines; what is not, by name.

use std::collections::BTreeMap;

use engine::exercised::Eye;

use crate::say;

use super::maker::Maker;

/// Names told of each kind at most.
const TOLD: usize = 8;

impl Maker<'_> {
    /// Says how much of each kind of element is in use, and what is not.
    pub(super) async fn tell(&self) -> Result<(), String> {
        let mut kinds: BTreeMap<&str, (usize, usize, Vec<&str>)> = BTreeMap::new();
        for binding in &self.model.bindings {
            let engine = &self.city.engine;
            let exercised = engine.exercised(binding, Eye::City).await.map_err(|error| error.to_string())?;
            // Nothing is expected of what is not in force on the day that the city shows.
            let Some(exercised) = exercised.filter(|exercised| !exercised.idle) else { continue };
            let kind = kinds.entry(binding.kind).or_default();
            kind.1 += 1;
            if exercised.yes {
                kind.0 += 1;
            } else {
                kind.2.push(&binding.id);
            }
        }
        for (kind, (used, all, without)) in &kinds {
            let mut rest: Vec<String> = without.iter().take(TOLD).map(|id| (*id).to_owned()).collect();
            if without.len() > TOLD {
                rest.push(format!("+{}", without.len() - TOLD));
            }
            let rest = if rest.is_empty() {
                String::new()
            } else {
                format!("；尚无 / without: {}", rest.join(", "))
            };
            say(&format!("{} / {kind}: {used} / {all}{rest}", named(kind)));
        }
        for (element, why) in &self.without {
            tracing::debug!(element, why, "the demo could not make something");
        }
        Ok(())
    }
}

/// What people call a kind of element.
fn named(kind: &str) -> &'static str {
    match kind {
        "register" => "台账",
        "procedure" => "流程",
        "duty" => "职责",
        "rule" => "规则",
        "indicator" => "指标",
        "scorecard" => "考核表",
        "body" => "机构",
        "deliverable" => "应交材料",
        "campaign" => "专项活动",
        "assessment" => "评估",
        "connector" => "数据交换",
        "monitor" => "监测",
        "checklist" => "检查清单",
        "publication" => "公示",
        _ => "要素",
    }
}
