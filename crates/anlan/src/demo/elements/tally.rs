//! What of the packs is in use after the demo was made, told in a few lines; what is not, by name.

use std::collections::BTreeMap;

use engine::exercised::Eye;

use crate::say;

use super::maker::Maker;

/// Names told of each kind at most.
const TOLD: usize = 40;

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
            let names: Vec<&str> = without.iter().take(TOLD).copied().collect();
            let rest =
                if names.is_empty() { String::new() } else { format!("; without: {}", names.join(", ")) };
            say(&format!("{kind}: {used} / {all}{rest}"));
        }
        self.tell_missed();
        Ok(())
    }

    pub(super) fn tell_missed(&self) {
        for (element, why) in &self.without {
            crate::say_error(&format!("{element}: {why}"));
        }
    }
}
