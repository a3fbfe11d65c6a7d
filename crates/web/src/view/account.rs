//! The own account: password, sessions, second factor.

use askama::Template;

use super::form::Form;
use super::frame::Frame;

/// A session of the account.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    /// Identity.
    pub(crate) id: String,
    /// Since when.
    pub(crate) since: String,
    /// Last seen.
    pub(crate) seen: String,
    /// From where.
    pub(crate) from: String,
    /// The one that shows this page.
    pub(crate) own: bool,
}

/// Enrolling a second factor.
#[derive(Debug, Clone)]
pub(crate) struct Enrolment {
    /// QR code for the app, as SVG.
    pub(crate) qr: String,
    /// The secret for typing.
    pub(crate) secret: String,
    /// The form that confirms it with a code.
    pub(crate) form: Form,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "account.html")]
pub(crate) struct AccountPage {
    /// The frame.
    pub(crate) f: Frame,
    /// Name.
    pub(crate) name: String,
    /// Roles and where they hold.
    pub(crate) roles: Vec<(String, String)>,
    /// Changes the password.
    pub(crate) password: Form,
    /// Sessions.
    pub(crate) sessions: Vec<Session>,
    /// The second factor is on.
    pub(crate) second_factor: bool,
    /// Enrolling one.
    pub(crate) enrolment: Option<Enrolment>,
}
