//! Where a record stands: the five columns by which everything is scoped.

use base::Id;

/// County, township, organisation, sector and park of a record. Empty text and [`Id::NIL`] mean "none": a city-wide
/// record has no county, a record of a department has no organisation.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Place {
    /// Adcode of the district or county, six digits.
    pub county: String,
    /// Code of the township, nine digits.
    pub township: String,
    /// The enterprise.
    pub organisation: Id,
    /// Sector by the pack's list.
    pub sector: String,
    /// Functional area: zone or chemical park.
    pub park: String,
}

impl Default for Place {
    fn default() -> Self {
        Self {
            county: String::new(),
            township: String::new(),
            organisation: Id::NIL,
            sector: String::new(),
            park: String::new(),
        }
    }
}
