//! A case as it is passed on: the text to copy, the long picture to save.

use askama::Template;

use super::frame::Frame;

/// The page.
#[derive(Debug, Template)]
#[template(path = "share.html")]
pub(crate) struct SharePage {
    /// The frame.
    pub(crate) f: Frame,
    /// Title of the case.
    pub(crate) heading: String,
    /// Its code, also the name of the saved picture.
    pub(crate) code: String,
    /// The text.
    pub(crate) text: String,
    /// Address of the drawing.
    pub(crate) picture: String,
    /// Photos that are drawn below it.
    pub(crate) photos: Vec<String>,
}
