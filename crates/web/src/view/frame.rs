//! The frame around every page: language, menu, breadcrumb, messages.

use base::Language;

use crate::text::{fill, say};
use crate::visitor::Visitor;

/// An entry of the menu.
#[derive(Debug, Clone)]
pub(crate) struct MenuItem {
    /// What people read.
    pub(crate) title: String,
    /// Where it leads.
    pub(crate) href: String,
    /// Icon of the sprite.
    pub(crate) icon: &'static str,
    /// The page shown lies below it.
    pub(crate) active: bool,
}

/// A step of the breadcrumb.
#[derive(Debug, Clone)]
pub(crate) struct Crumb {
    /// What people read.
    pub(crate) title: String,
    /// Where it leads.
    pub(crate) href: String,
}

/// How a message is meant. Colours that mean risk are not used for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Something was done.
    Done,
    /// Something to know.
    Note,
    /// Something is wrong.
    Wrong,
}

impl Tone {
    /// For the style sheet.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Note => "note",
            Self::Wrong => "wrong",
        }
    }

    /// Icon of the sprite.
    pub(crate) fn icon(self) -> &'static str {
        match self {
            Self::Done => "circle-check",
            Self::Note => "info-circle",
            Self::Wrong => "alert-circle",
        }
    }
}

/// A message at the top of a page.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    /// How it is meant.
    pub(crate) tone: Tone,
    /// The sentence.
    pub(crate) text: String,
}

/// The frame.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    /// Language of the page.
    pub(crate) language: Language,
    /// Title in the browser's tab.
    pub(crate) title: String,
    /// Path and query of the page, for coming back after switching the language.
    pub(crate) here: String,
    /// Token that forms carry.
    pub(crate) csrf: String,
    /// Id of the operation, for the support line of error pages.
    pub(crate) operation: String,
    /// Name of the account; empty when nobody is signed in.
    pub(crate) account: String,
    /// The domain's day, where it is not the real one (a city shown in 2021); empty otherwise.
    pub(crate) plan_day: String,
    /// Areas in which the account has something.
    pub(crate) menu: Vec<MenuItem>,
    /// Where the page stands.
    pub(crate) crumbs: Vec<Crumb>,
    /// Messages.
    pub(crate) messages: Vec<Message>,
    /// The page fetches parts of itself.
    pub(crate) live: bool,
}

/// Areas in the bar at the bottom of a phone, beside "more".
const BAR: usize = 3;

impl Frame {
    /// A frame without menu.
    pub(crate) fn bare(visitor: &Visitor, title: &str) -> Self {
        Self {
            language: visitor.language,
            title: title.to_owned(),
            here: visitor.here.clone(),
            csrf: visitor.csrf.clone(),
            operation: visitor.operation.clone(),
            account: visitor.member.as_ref().map(|m| m.actor.display.clone()).unwrap_or_default(),
            plan_day: String::new(),
            menu: Vec::new(),
            crumbs: Vec::new(),
            messages: Vec::new(),
            live: false,
        }
    }

    /// The sentence `key`.
    pub(crate) fn t(&self, key: &str) -> String {
        say(self.language, key)
    }

    /// The sentence `key` with one value.
    pub(crate) fn with(&self, key: &str, name: &str, value: impl std::fmt::Display) -> String {
        fill(self.language, key, &[(name, &value.to_string())])
    }

    /// Language tag of the page.
    pub(crate) fn tag(&self) -> &'static str {
        self.language.tag()
    }

    /// The other language: tag and name in itself.
    pub(crate) fn other_language(&self) -> (&'static str, &'static str) {
        match self.language {
            Language::Chinese => ("en", "English"),
            Language::English => ("zh-CN", "中文"),
        }
    }

    /// Address that switches the language and comes back here.
    pub(crate) fn switch(&self) -> String {
        let back = percent_encoding::utf8_percent_encode(&self.here, percent_encoding::NON_ALPHANUMERIC);
        format!("/language/{}?back={back}", self.other_language().0)
    }

    /// Address of an asset.
    pub(crate) fn asset(&self, name: &str) -> String {
        crate::assets::address(name)
    }

    /// Address of an icon in the sprite.
    pub(crate) fn icon(&self, name: &str) -> String {
        format!("{}#{name}", crate::assets::address("vendor/tabler-icons-3.52.0/sprite.svg"))
    }

    /// Areas in the bar at the bottom of a phone.
    pub(crate) fn bar(&self) -> &[MenuItem] {
        self.menu.get(..self.menu.len().min(BAR)).unwrap_or_default()
    }

    /// Everything that the bar has no room for.
    pub(crate) fn behind_more(&self) -> &[MenuItem] {
        self.menu.get(self.menu.len().min(BAR)..).unwrap_or_default()
    }
}
