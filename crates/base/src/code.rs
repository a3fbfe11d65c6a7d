//! Codes of organisations and of places.
//!
//! - [`Uscc`]: unified social credit code, GB 32100-2015, with the check digit of its organisation code, GB 11714.
//! - [`Adcode`]: administrative division, GB/T 2260 (six digits) and GB/T 10114 (nine digits for townships).

mod adcode;
mod uscc;

pub use adcode::{Adcode, Level};
pub use uscc::Uscc;
