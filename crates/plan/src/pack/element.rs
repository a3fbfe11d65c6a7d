//! What the elements of a pack have in common: name, title, the rows of the plan that they serve, from when to when they
//! are in force.

use base::{Day, Text};
use toml::Spanned;

/// The head of an element.
pub trait Element {
    /// The kind as packs write it, for instance `deliverable`.
    const KIND: &'static str;
    /// Name in the packs, with its place in the file.
    fn id(&self) -> &Spanned<String>;
    /// What people read.
    fn title(&self) -> &Text;
    /// What it is for and who does what.
    fn about(&self) -> Option<&Text>;
    /// Rows of the plan that it serves.
    fn clauses(&self) -> &[String];
    /// First day in force; the plan's day of issue where it is left out.
    fn from(&self) -> Option<Day>;
    /// Last day in force.
    fn until(&self) -> Option<Day>;
    /// What the plan leaves open, and what the pack chose.
    fn open_number(&self) -> Option<&Text>;

    /// Name in the packs.
    fn name(&self) -> &str {
        self.id().get_ref()
    }

    /// Whether it is in force on `day`; `issued` is the plan's day of issue.
    fn in_force(&self, day: Day, issued: Option<Day>) -> bool {
        self.from().or(issued).is_none_or(|from| from <= day) && self.until().is_none_or(|until| day <= until)
    }
}

/// Declares an element: its own keys, the common ones before them, and [`Element`] for it.
macro_rules! element {
    ($kind:literal, $(#[$meta:meta])* $name:ident { $($(#[$of_field:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            /// Name in the packs.
            pub id: toml::Spanned<String>,
            /// What people read.
            pub title: base::Text,
            /// What it is for and who does what.
            #[serde(default)]
            pub about: Option<base::Text>,
            /// Rows of the plan that it serves.
            #[serde(default)]
            pub clauses: Vec<String>,
            /// First day in force; the plan's day of issue where it is left out.
            #[serde(default, deserialize_with = "crate::pack::day::maybe")]
            pub from: Option<base::Day>,
            /// Last day in force.
            #[serde(default, deserialize_with = "crate::pack::day::maybe")]
            pub until: Option<base::Day>,
            /// What the plan leaves open, and what the pack chose.
            #[serde(default)]
            pub open_number: Option<base::Text>,
            $($(#[$of_field])* pub $field: $type,)*
        }

        impl $crate::pack::element::Element for $name {
            const KIND: &'static str = $kind;
            fn id(&self) -> &toml::Spanned<String> {
                &self.id
            }
            fn title(&self) -> &base::Text {
                &self.title
            }
            fn about(&self) -> Option<&base::Text> {
                self.about.as_ref()
            }
            fn clauses(&self) -> &[String] {
                &self.clauses
            }
            fn from(&self) -> Option<base::Day> {
                self.from
            }
            fn until(&self) -> Option<base::Day> {
                self.until
            }
            fn open_number(&self) -> Option<&base::Text> {
                self.open_number.as_ref()
            }
        }
    };
}
pub(crate) use element;
