//! Signing in.

use askama::Template;

use super::form::Form;
use super::frame::Frame;

/// The page: name and password, or the second step with the code.
#[derive(Debug, Template)]
#[template(path = "sign_in.html")]
pub(crate) struct SignInPage {
    /// The frame.
    pub(crate) f: Frame,
    /// Name of the city.
    pub(crate) city: String,
    /// The form.
    pub(crate) form: Form,
}
