//! Forms: fields of every kind, with what was typed, what is wrong with it, and what comes along unseen.

use askama::Template;

use super::cell::Attached;
use super::frame::Frame;
use super::{Action, ClauseChip};

/// One thing to choose.
#[derive(Debug, Clone, Default)]
pub(crate) struct Choice {
    /// What is sent.
    pub(crate) id: String,
    /// What people read.
    pub(crate) title: String,
    /// When to choose it.
    pub(crate) help: String,
    /// It is chosen.
    pub(crate) chosen: bool,
    /// `red`, `orange`, `yellow`, `blue`, or empty.
    pub(crate) colour: String,
    /// The choice of another field to which it belongs (a township's county); empty for none.
    pub(crate) within: String,
}

/// How a field is entered.
#[derive(Debug, Clone)]
pub(crate) enum Control {
    /// One line.
    Line {
        /// What was typed.
        value: String,
        /// Which keyboard a phone shows: `text`, `tel`, `decimal`, `numeric`, `email`, `search`.
        keyboard: &'static str,
        /// Longest text, in characters; 0 for no limit.
        longest: usize,
        /// What the page checks while typing: `integer`, `decimal`, `money`, `uscc`, `phone`, or nothing.
        check: &'static str,
        /// Smallest number, as written; empty for none.
        least: String,
        /// Largest number, as written; empty for none.
        most: String,
        /// What `autocomplete` says.
        autocomplete: &'static str,
    },
    /// A password.
    Password {
        /// What `autocomplete` says: `current-password` or `new-password`.
        autocomplete: &'static str,
    },
    /// Several lines.
    Area {
        /// What was typed.
        value: String,
        /// Longest text, in characters.
        longest: usize,
    },
    /// A day.
    Day {
        /// `2021-06-15`.
        value: String,
    },
    /// A day with a time.
    Instant {
        /// `2021-06-15T09:30`.
        value: String,
    },
    /// One of few: all are seen.
    Radios(Vec<Choice>),
    /// One of many.
    Select(Vec<Choice>),
    /// Several.
    Checks(Vec<Choice>),
    /// Another record or an account, found by typing.
    Reference {
        /// Where matching records come from; `?q=` is added.
        source: String,
        /// What is chosen: id and title.
        chosen: Vec<(String, String)>,
        /// Several may be chosen.
        many: bool,
    },
    /// Photos, from the camera or from files.
    Image {
        /// Those stored already.
        kept: Vec<Attached>,
    },
    /// Files.
    File {
        /// Those stored already.
        kept: Vec<Attached>,
        /// Endings that are taken, for the dialog; empty for all.
        accept: &'static str,
        /// Several may be chosen.
        many: bool,
    },
    /// A place.
    Point {
        /// Degrees east.
        longitude: String,
        /// Degrees north.
        latitude: String,
        /// `wgs84`, `gcj02`, `cgcs2000`.
        datum: String,
    },
}

/// One field.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    /// Name under which it is sent.
    pub(crate) name: String,
    /// What people read.
    pub(crate) label: String,
    /// How to fill it.
    pub(crate) help: String,
    /// Must be filled.
    pub(crate) required: bool,
    /// Unit behind the number.
    pub(crate) unit: String,
    /// What is wrong.
    pub(crate) errors: Vec<String>,
    /// How it is entered.
    pub(crate) control: Control,
}

impl Field {
    /// Fields that are a set of controls stand in a fieldset with a legend instead of a label.
    pub(crate) fn is_set(&self) -> bool {
        matches!(self.control, Control::Radios(_) | Control::Checks(_) | Control::Point { .. })
    }

    /// Needs the whole width.
    pub(crate) fn is_wide(&self) -> bool {
        matches!(
            self.control,
            Control::Area { .. }
                | Control::Image { .. }
                | Control::File { .. }
                | Control::Point { .. }
                | Control::Checks(_)
        )
    }
}

/// Fields under a heading.
#[derive(Debug, Clone, Default)]
pub(crate) struct FieldGroup {
    /// The heading; empty for none.
    pub(crate) title: String,
    /// The fields.
    pub(crate) fields: Vec<Field>,
}

/// A form.
#[derive(Debug, Clone, Default)]
pub(crate) struct Form {
    /// Where it is sent.
    pub(crate) action: String,
    /// The verb on the button.
    pub(crate) submit: String,
    /// Where "cancel" leads; empty for no such link.
    pub(crate) cancel: String,
    /// Key of this sending, so that a double click makes one record; empty where repeating does no harm.
    pub(crate) key: String,
    /// The version that was seen; empty for a new record.
    pub(crate) version: String,
    /// Name under which the browser keeps what was typed; empty for no draft.
    pub(crate) draft: String,
    /// Further values that come along unseen.
    pub(crate) hidden: Vec<(String, String)>,
    /// What is wrong with the whole.
    pub(crate) problems: Vec<String>,
    /// The fields.
    pub(crate) groups: Vec<FieldGroup>,
    /// Further fields that need not be filled, folded away.
    pub(crate) more: Vec<FieldGroup>,
    /// Largest file, bytes.
    pub(crate) largest_file: usize,
}

impl Form {
    fn all_groups(&self) -> impl Iterator<Item = &FieldGroup> {
        self.groups.iter().chain(&self.more)
    }

    /// Something among the folded fields is wrong, so they are shown.
    pub(crate) fn wrong_in_more(&self) -> bool {
        self.more.iter().any(|g| g.fields.iter().any(|f| !f.errors.is_empty()))
    }

    /// Fields with something wrong, and what: for the summary at the top.
    pub(crate) fn wrong(&self) -> Vec<&Field> {
        self.all_groups().flat_map(|g| &g.fields).filter(|f| !f.errors.is_empty()).collect()
    }

    /// Whether files may be among what is sent.
    pub(crate) fn has_files(&self) -> bool {
        let files = |f: &Field| matches!(f.control, Control::Image { .. } | Control::File { .. });
        self.all_groups().any(|g| g.fields.iter().any(files))
    }

    /// Whether parts of the form are fetched while typing.
    pub(crate) fn is_live(&self) -> bool {
        let live = |f: &Field| matches!(f.control, Control::Reference { .. });
        self.all_groups().any(|g| g.fields.iter().any(live))
    }
}

/// A page that is a form.
#[derive(Debug, Template)]
#[template(path = "form.html")]
pub(crate) struct FormPage {
    /// The frame.
    pub(crate) f: Frame,
    /// What is entered.
    pub(crate) heading: String,
    /// One sentence about it.
    pub(crate) about: String,
    /// Clauses that ask for it.
    pub(crate) clauses: Vec<ClauseChip>,
    /// Other ways to do it (another route of the same register).
    pub(crate) others: Vec<Action>,
    /// The form.
    pub(crate) form: Form,
}

/// Matches while typing a reference.
#[derive(Debug, Template)]
#[template(path = "parts/options.html")]
pub(crate) struct Options {
    /// Id, title, and a second line that tells alike ones apart.
    pub(crate) found: Vec<(String, String, String)>,
    /// Said when nothing matches.
    pub(crate) nothing: String,
}
