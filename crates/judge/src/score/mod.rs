//! Points of a scorecard: from what the sources of the items say to points, a score and a grade. Pure.
//!
//! Points are kept in whole hundredths, so that the points of the items make the score exactly.

use base::Day;
use plan::pack::Scorecard;
use plan::pack::indicator::Better;
use plan::pack::scorecard::ScoreItem;

/// Points in hundredths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash)]
pub struct Hundredths(pub i64);

impl Hundredths {
    /// The nearest hundredth; not a number counts as nothing.
    #[must_use]
    pub fn of(points: f64) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "saturates; points lie within the full score")]
        Self((points * 100.0).round() as i64)
    }

    /// As points.
    #[must_use]
    pub fn points(self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "points lie within the full score")]
        let hundredths = self.0 as f64;
        hundredths / 100.0
    }
}

impl std::fmt::Display for Hundredths {
    /// Without needless zeros: `95`, `95.5`, `95.25`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (sign, all) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        match (all / 100, all % 100) {
            (whole, 0) => write!(f, "{sign}{whole}"),
            (whole, rest) if rest % 10 == 0 => write!(f, "{sign}{whole}.{}", rest / 10),
            (whole, rest) => write!(f, "{sign}{whole}.{rest:02}"),
        }
    }
}

/// What the source of an item says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reading {
    /// A share or another number.
    Value {
        /// The number; None where there was nothing to count.
        value: Option<f64>,
        /// Rows that could not be judged.
        unknown: i64,
        /// Which side is good.
        better: Better,
    },
    /// So many records.
    Count(i64),
    /// Points given by an assessor.
    Given(f64),
    /// An assessor has still to give them.
    NotGiven,
}

/// Why an item has its points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Why {
    /// There was nothing to count, so nothing is taken off.
    NothingToCount,
    /// In proportion to the share.
    Share,
    /// By a step.
    Step,
    /// No step applies: all points.
    Full,
    /// So much for each record.
    Each,
    /// Given by an assessor.
    Given,
    /// Not given yet.
    NotGiven,
    /// All that there was to count cannot be judged.
    CannotBeJudged,
}

impl Why {
    /// As it is stored and written in the JSON interface.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NothingToCount => "nothing_to_count",
            Self::Share => "share",
            Self::Step => "step",
            Self::Full => "full",
            Self::Each => "each",
            Self::Given => "given",
            Self::NotGiven => "not_given",
            Self::CannotBeJudged => "cannot_be_judged",
        }
    }

    /// The points are not final.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::NotGiven | Self::CannotBeJudged)
    }
}

/// An item with its points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemPoints {
    /// The item.
    pub item: String,
    /// Its points.
    pub points: Hundredths,
    /// Most points.
    pub weight: Hundredths,
    /// Why.
    pub why: Why,
}

/// A score.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// All points.
    pub score: Hundredths,
    /// The items in the order of the card.
    pub items: Vec<ItemPoints>,
    /// The grade that the points make.
    pub earned: Option<String>,
    /// The grade, vetoes considered.
    pub grade: Option<String>,
    /// Places of the vetoes that apply.
    pub vetoes: Vec<usize>,
    /// Items whose points are not final.
    pub open: usize,
}

/// The points of one item.
#[must_use]
pub fn points(item: &ScoreItem, reading: &Reading) -> (Hundredths, Why) {
    let (points, why) = match *reading {
        Reading::Given(points) => (points, Why::Given),
        Reading::NotGiven => (item.least, Why::NotGiven),
        Reading::Count(number) => counted(item, number),
        Reading::Value { value: None, unknown: 0, .. } => (item.weight, Why::NothingToCount),
        Reading::Value { value: None, .. } => (item.least, Why::CannotBeJudged),
        Reading::Value { value: Some(value), better, .. } => match (step(item, value), item.steps.is_empty())
        {
            (Some(points), _) => (points, Why::Step),
            (None, false) => (item.weight, Why::Full),
            (None, true) => {
                let share = value.clamp(0.0, 1.0);
                let good = if better == Better::Lower { 1.0 - share } else { share };
                (item.weight * good, Why::Share)
            }
        },
    };
    let least = Hundredths::of(item.least);
    let most = Hundredths::of(item.weight).max(least);
    (Hundredths::of(points).clamp(least, most), why)
}

/// Points for a number of records: taken off the weight, or added from nothing.
fn counted(item: &ScoreItem, number: i64) -> (f64, Why) {
    #[expect(clippy::cast_precision_loss, reason = "numbers of records lie far below 2^53")]
    let number_points = number as f64;
    if !item.steps.is_empty() {
        return step(item, number_points).map_or((item.weight, Why::Full), |points| (points, Why::Step));
    }
    let each = item.source.each.unwrap_or(0.0);
    let start = if each > 0.0 { 0.0 } else { item.weight };
    (start + each * number_points, Why::Each)
}

/// The step that applies: of those below the nearest above the value, otherwise of those above the nearest below it.
fn step(item: &ScoreItem, value: f64) -> Option<f64> {
    let below = item.steps.iter().filter_map(|s| Some((s.below.filter(|b| value < *b)?, s.points)));
    let above = item.steps.iter().filter_map(|s| Some((s.above.filter(|a| value > *a)?, s.points)));
    let nearest = below.min_by(|a, b| a.0.total_cmp(&b.0));
    nearest.or_else(|| above.max_by(|a, b| a.0.total_cmp(&b.0))).map(|(_, points)| points)
}

/// The score of a subject: `readings` in the order of the items, `vetoes` by their places, grades as of `day`.
#[must_use]
pub fn score(card: &Scorecard, readings: &[Reading], vetoes: &[usize], day: Day) -> Outcome {
    let missing = Reading::NotGiven;
    let mut items = Vec::with_capacity(card.items.len());
    for (i, item) in card.items.iter().enumerate() {
        let (points, why) = points(item, readings.get(i).unwrap_or(&missing));
        items.push(ItemPoints {
            item: item.id.get_ref().clone(),
            points,
            weight: Hundredths::of(item.weight),
            why,
        });
    }
    let score = Hundredths(items.iter().map(|i| i.points.0).sum());
    let cut_offs = card.grades.on(day);
    let place = |grade: &str| cut_offs.iter().position(|(known, _)| *known == grade);
    let earned = cut_offs.iter().position(|(_, least)| score >= Hundredths::of(*least));
    let capped = vetoes.iter().filter_map(|at| card.veto.get(*at)).filter_map(|v| place(&v.grade));
    let worst = earned.into_iter().chain(capped).max();
    let named = |at: Option<usize>| at.and_then(|at| cut_offs.get(at)).map(|(grade, _)| (*grade).to_owned());
    Outcome {
        score,
        earned: named(earned),
        grade: named(worst),
        vetoes: vetoes.to_vec(),
        open: items.iter().filter(|i| i.why.is_open()).count(),
        items,
    }
}
