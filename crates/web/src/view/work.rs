//! My work: what needs this person, first what is late.

use askama::Template;

use super::Action;
use super::frame::Frame;

/// A number that opens its rows.
#[derive(Debug, Clone)]
pub(crate) struct Card {
    /// What is counted.
    pub(crate) label: String,
    /// How many.
    pub(crate) count: String,
    /// The rows.
    pub(crate) href: String,
    /// `late`, `soon` or `calm`.
    pub(crate) tone: &'static str,
}

/// Something that waits.
#[derive(Debug, Clone, Default)]
pub(crate) struct Item {
    /// Where it is done.
    pub(crate) href: String,
    /// The verb.
    pub(crate) verb: String,
    /// Title.
    pub(crate) title: String,
    /// Code.
    pub(crate) code: String,
    /// Register or procedure.
    pub(crate) kind: String,
    /// Enterprise, where there is one.
    pub(crate) whose: String,
    /// The limit.
    pub(crate) due: String,
    /// What is left, in words.
    pub(crate) left: String,
    /// `late`, `soon` or `calm`.
    pub(crate) tone: &'static str,
}

/// Items under a heading.
#[derive(Debug, Clone)]
pub(crate) struct Section {
    /// For links to it.
    pub(crate) anchor: &'static str,
    /// Heading.
    pub(crate) title: String,
    /// Items.
    pub(crate) items: Vec<Item>,
    /// Further items, folded.
    pub(crate) rest: Vec<Item>,
}

/// Items shown of a section at once.
const AT_ONCE: usize = 8;

impl Section {
    /// The first items at once, the others folded; a fold for one or two is not worth its line.
    pub(crate) fn folding(anchor: &'static str, title: String, mut items: Vec<Item>) -> Self {
        let rest = if items.len() > AT_ONCE + 2 { items.split_off(AT_ONCE) } else { Vec::new() };
        Self { anchor, title, items, rest }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.items.len() + self.rest.len()
    }
}

/// A notice.
#[derive(Debug, Clone)]
pub(crate) struct Notice {
    /// Identity.
    pub(crate) id: String,
    /// Others that say the same.
    pub(crate) also: Vec<String>,
    /// The sentence.
    pub(crate) text: String,
    /// What it is about.
    pub(crate) href: String,
    /// Where it is passed on.
    pub(crate) share: String,
    /// When.
    pub(crate) at: String,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "work.html")]
pub(crate) struct WorkPage {
    /// The frame.
    pub(crate) f: Frame,
    /// Greeting with name and day.
    pub(crate) day: String,
    /// Counts.
    pub(crate) cards: Vec<Card>,
    /// What this person opens most: report a hazard.
    pub(crate) actions: Vec<Action>,
    /// Sections with something in them.
    pub(crate) sections: Vec<Section>,
    /// Unread notices.
    pub(crate) notices: Vec<Notice>,
    /// There is more than is shown.
    pub(crate) more: bool,
}

/// Notices shown at once.
const NOTICES: usize = 8;

impl WorkPage {
    /// Notices shown at once, and those that are folded.
    fn notice_parts(&self) -> [&[Notice]; 2] {
        let (first, rest) = self.notices.split_at(self.notices.len().min(NOTICES));
        [first, rest]
    }
}
