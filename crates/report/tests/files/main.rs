//! Files made and read by the tests themselves: workbooks, templates, bad rows, broken files.

#[cfg(test)]
mod broken;
#[cfg(test)]
mod common;
#[cfg(test)]
mod handed_back;
#[cfg(test)]
mod import;
#[cfg(test)]
mod papers;
#[cfg(test)]
mod workbook;
