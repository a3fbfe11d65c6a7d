//! /system: accounts, grants, sessions and keys for administrators; packs and the journal.

pub(super) mod account;
pub(super) mod accounts;
pub(super) mod address;
pub(super) mod grants;
pub(super) mod jobs;
pub(super) mod journal;
pub(super) mod keys;
pub(super) mod packs;

use crate::app::App;
use crate::build::frame::frame;
use crate::errors::Failure;
use crate::view::form::{Choice, Control, Field, FieldGroup, Form};
use crate::view::frame::{Crumb, Frame};
use crate::visitor::SignedIn;
use base::Problem;
use plan::pack::Seat;

use crate::text::{problem, say};

/// Only who holds a role of administration sees these pages; others get the answer for what is not there.
fn administrator(app: &App, who: &SignedIn) -> Result<(), Failure> {
    let administration = |role: &str| app.roles().get(role).is_some_and(|r| r.seat == Seat::System);
    if who.actor().grants.iter().any(|g| administration(&g.role)) { Ok(()) } else { Err(Failure::NotFound) }
}

/// The frame of a page below /system.
fn system_frame(app: &App, who: &SignedIn, title: &str) -> Frame {
    let mut f = frame(app, who, title);
    let l = who.visitor.language;
    f.crumbs.push(Crumb { title: say(l, "system.title"), href: "/system".into() });
    f
}

/// The frame of a page about one account.
fn account_frame(app: &App, who: &SignedIn, title: &str) -> Frame {
    let mut f = system_frame(app, who, title);
    f.crumbs
        .push(Crumb { title: say(who.visitor.language, "system.accounts"), href: "/system/accounts".into() });
    f
}

/// A small form of plain fields.
struct Small<'a> {
    who: &'a SignedIn,
    problems: &'a [Problem],
    fields: Vec<Field>,
}

impl<'a> Small<'a> {
    fn new(who: &'a SignedIn, problems: &'a [Problem]) -> Self {
        Self { who, problems, fields: Vec::new() }
    }

    fn field(mut self, name: &str, key: &str, required: bool, control: Control) -> Self {
        let l = self.who.visitor.language;
        let errors = self.problems.iter().filter(|p| p.field == name).map(|p| problem(l, p)).collect();
        let label = say(l, key);
        self.fields.push(Field {
            name: name.into(),
            label,
            help: String::new(),
            required,
            unit: String::new(),
            errors,
            control,
        });
        self
    }

    fn line(self, name: &str, key: &str, required: bool, value: &str) -> Self {
        let control = Control::Line {
            value: value.into(),
            keyboard: "text",
            longest: 64,
            check: "",
            least: String::new(),
            most: String::new(),
            autocomplete: "off",
        };
        self.field(name, key, required, control)
    }

    fn select(self, name: &str, key: &str, required: bool, choices: Vec<Choice>) -> Self {
        self.field(name, key, required, Control::Select(choices))
    }

    fn into_form(self, action: String, submit: &str) -> Form {
        let l = self.who.visitor.language;
        let of_whole = |p: &&Problem| !self.fields.iter().any(|f| f.name == p.field);
        let problems = self.problems.iter().filter(of_whole).map(|p| problem(l, p)).collect();
        Form {
            action,
            submit: say(l, submit),
            problems,
            groups: vec![FieldGroup { title: String::new(), fields: self.fields }],
            ..Form::default()
        }
    }
}
