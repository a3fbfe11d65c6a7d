//! A condition on when a step or an opening is offered: named fields have one of the values given.

use std::collections::BTreeMap;

use serde::Deserialize;

/// For instance `when = { source = ["self_check"], "enterprise.small_unit" = ["true"] }`: all must hold. A key is a
/// field of the case, or a field of the record that a reference field of the case points to. Values are choices, or
/// `true` and `false`; `""` stands for a field that is not filled. Without entries it always holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct When(BTreeMap<String, Vec<String>>);

impl When {
    /// True when every named field has one of its values. `value_of` gives the text of a field (a choice, `true`,
    /// `false`), and an empty text for one that is not filled.
    #[must_use]
    pub fn holds(&self, value_of: impl Fn(&str) -> String) -> bool {
        self.0.iter().all(|(field, values)| values.contains(&value_of(field)))
    }

    /// Fields with the values wanted, in the order of their names.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.0.iter().map(|(field, values)| (field.as_str(), values.as_slice()))
    }

    /// True when nothing is asked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_fields_must_have_one_of_their_values() {
        #[derive(Deserialize)]
        struct Holder {
            #[serde(default)]
            when: When,
        }
        let check = |toml: &str, source: &str, small: &str, expected: bool| {
            let when = toml::from_str::<Holder>(toml).unwrap().when;
            let value = |field: &str| if field == "source" { source.to_owned() } else { small.to_owned() };
            assert_eq!(when.holds(value), expected, "{toml} with {source:?}, {small:?}");
        };
        check("", "", "", true);
        check("when = { source = [\"self_check\", \"\"] }", "", "", true);
        check("when = { source = [\"self_check\"] }", "", "", false);
        check("when = { source = [\"self_check\", \"complaint\"] }", "complaint", "", true);
        check("when = { source = [\"a\"], \"enterprise.small_unit\" = [\"true\"] }", "a", "false", false);
        check("when = { source = [\"a\"], \"enterprise.small_unit\" = [\"true\"] }", "a", "true", true);
        check("when = { source = [] }", "", "", false);
    }
}
