//! Periods: the month, quarter or year that a figure or a duty belongs to.

/// The kind of period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PeriodKind { Day, Week, Month, Quarter, HalfYear, Year }

/// One period (being written).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Period { pub kind: PeriodKind, pub year: i32, pub number: u32 }
