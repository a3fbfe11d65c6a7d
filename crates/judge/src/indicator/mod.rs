//! What becomes of counted rows: the number, what is missing for it, and whether a target is reached. Pure.
//!
//! Rows that cannot be judged stand apart: they are neither base nor hit. A target is met only when it would be met
//! whatever the missing rows turned out to be, and missed only when it would be missed in any case.

mod cases;
mod memory;

use plan::pack::{Indicator, indicator::Better};

pub use cases::{CasesRun, run_cases};
pub use memory::{Moments, count, in_period};

/// How an indicator makes its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Hits divided by the base.
    Share,
    /// A sum over the base.
    Sum,
    /// The number of rows of the base.
    Count,
}

impl Shape {
    /// The shape of an indicator.
    #[must_use]
    pub fn of(indicator: &Indicator) -> Self {
        if indicator.is_share() {
            Self::Share
        } else if indicator.sum.is_some() {
            Self::Sum
        } else {
            Self::Count
        }
    }
}

/// Rows of a group, counted.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Tally {
    /// Rows of the period.
    pub rows: i64,
    /// Rows that count and could be judged.
    pub base: i64,
    /// Of those, the ones that hit.
    pub hit: i64,
    /// Rows that could not be judged.
    pub unknown: i64,
    /// Rows that count as reported.
    pub reported: i64,
    /// The sum over the base.
    pub sum: f64,
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.rows += other.rows;
        self.base += other.base;
        self.hit += other.hit;
        self.unknown += other.unknown;
        self.reported += other.reported;
        self.sum += other.sum;
    }
}

impl std::iter::Sum for Tally {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |mut sum, one| {
            sum += one;
            sum
        })
    }
}

impl Tally {
    /// Nothing was counted and nothing is missing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// The number; None for a share of nothing.
    #[must_use]
    pub fn value(&self, shape: Shape) -> Option<f64> {
        match shape {
            Shape::Share => divided(self.hit, self.base),
            Shape::Sum => Some(self.sum),
            Shape::Count => Some(float(self.base)),
        }
    }

    /// The smallest and the largest number that it could be, whatever the rows are that could not be judged; None where
    /// there is nothing to count or no bound.
    #[must_use]
    pub fn bounds(&self, shape: Shape) -> Option<(f64, f64)> {
        match shape {
            Shape::Share => {
                let all = self.base + self.unknown;
                Some((divided(self.hit, all)?, divided(self.hit + self.unknown, all)?))
            }
            Shape::Sum if self.unknown == 0 => Some((self.sum, self.sum)),
            Shape::Sum => None,
            Shape::Count => Some((float(self.base), float(self.base + self.unknown))),
        }
    }

    /// How much of what should have been reported was; 0 to 1, None where there is nothing.
    #[must_use]
    pub fn completeness(&self, declared: bool) -> Option<f64> {
        if declared {
            divided(self.reported, self.rows)
        } else {
            divided(self.base, self.base + self.unknown)
        }
    }
}

/// Whether a target is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reached {
    /// It is.
    Met,
    /// It is not.
    Missed,
    /// It depends on rows that cannot be judged.
    CannotBeJudged,
    /// There is nothing to count, or the dated value of the target is not in force.
    Nothing,
}

impl Reached {
    /// As it is written in cases of packs and in the JSON interface.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Missed => "missed",
            Self::CannotBeJudged => "cannot",
            Self::Nothing => "nothing",
        }
    }
}

/// The bounds of a target in force.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Goal {
    /// At least.
    pub min: Option<f64>,
    /// At most.
    pub max: Option<f64>,
}

/// How far two numbers may differ and still be the same: shares are divided whole numbers.
const SAME: f64 = 1e-9;

impl Goal {
    /// Whether `tally` reaches it.
    #[must_use]
    pub fn reached(&self, tally: &Tally, shape: Shape) -> Reached {
        if self.min.is_none() && self.max.is_none() {
            return Reached::Nothing;
        }
        let Some((low, high)) = tally.bounds(shape) else {
            let nothing = tally.base == 0 && tally.unknown == 0;
            return if nothing { Reached::Nothing } else { Reached::CannotBeJudged };
        };
        let inside = |value: f64| {
            self.min.is_none_or(|min| value >= min - SAME) && self.max.is_none_or(|max| value <= max + SAME)
        };
        let outside =
            self.min.is_some_and(|min| high < min - SAME) || self.max.is_some_and(|max| low > max + SAME);
        if inside(low) && inside(high) {
            Reached::Met
        } else if outside {
            Reached::Missed
        } else {
            Reached::CannotBeJudged
        }
    }
}

/// Whether a change from `before` to `now` is for the better.
#[must_use]
pub fn improved(better: Better, before: f64, now: f64) -> Option<bool> {
    if (before - now).abs() < SAME {
        return None;
    }
    match better {
        Better::Higher => Some(now > before),
        Better::Lower => Some(now < before),
        Better::None => None,
    }
}

fn divided(part: i64, whole: i64) -> Option<f64> {
    (whole > 0).then(|| float(part) / float(whole))
}

#[expect(clippy::cast_precision_loss, reason = "counts lie far below 2^53")]
fn float(number: i64) -> f64 {
    number as f64
}
