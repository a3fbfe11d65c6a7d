//! Where days stand on the timetable's axis: shares of its width in percent, so that the drawing needs no script and no
//! style of its own.

use base::Day;

/// The axis: whole months.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Axis {
    from: Day,
    /// The day after the last.
    end: Day,
}

/// A line of the axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tick {
    /// Percent of the width.
    pub(crate) at: String,
    /// Year and month, `2021-04`.
    pub(crate) label: String,
    /// A year begins.
    pub(crate) year: bool,
}

/// Part of the width in percent with two digits.
fn percent(share: f64) -> String {
    format!("{:.2}", share * 100.0)
}

impl Axis {
    /// From the month of `from` to the month of `until`, both whole.
    pub(crate) fn new(from: Day, until: Day) -> Self {
        let first = |day: Day| Day::new(day.year(), day.month(), 1).unwrap_or(day);
        let from = first(from);
        Self { from, end: first(until.max(from)).plus_months(1) }
    }

    /// A whole year.
    pub(crate) fn year(year: i32) -> Option<Self> {
        Some(Self { from: Day::new(year, 1, 1)?, end: Day::new(year, 12, 1)?.plus_months(1) })
    }

    fn share(&self, day: Day) -> f64 {
        let whole = self.end.days_since(self.from).max(1) as f64;
        (day.days_since(self.from) as f64 / whole).clamp(0.0, 1.0)
    }

    /// Whether the axis has the day.
    pub(crate) fn has(&self, day: Day) -> bool {
        (self.from..self.end).contains(&day)
    }

    /// The middle of a day.
    pub(crate) fn at(&self, day: Day) -> String {
        let half = 0.5 / self.end.days_since(self.from).max(1) as f64;
        percent((self.share(day) + half).min(1.0))
    }

    /// Begin and width of a bar, cut to the axis; None where it lies outside.
    pub(crate) fn bar(&self, from: Day, until: Day) -> Option<(String, String)> {
        if until < self.from || from >= self.end || until < from {
            return None;
        }
        let (begin, end) = (self.share(from), self.share(until.plus_days(1)));
        Some((percent(begin), percent(end - begin)))
    }

    /// A tick at each beginning of a quarter, or of a month where the axis has no more than a year and a half.
    pub(crate) fn ticks(&self) -> Vec<Tick> {
        let step = if self.end.days_since(self.from) > 550 { 3 } else { 1 };
        let mut ticks = Vec::new();
        let mut month = self.from;
        while month < self.end {
            if (month.month() - 1).is_multiple_of(step) {
                ticks.push(Tick {
                    at: percent(self.share(month)),
                    label: format!("{}-{:02}", month.year(), month.month()),
                    year: month.month() == 1,
                });
            }
            month = month.plus_months(1);
        }
        ticks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn days_and_bars_lie_within_the_axis() {
        let axis = Axis::year(2021).unwrap();
        assert_eq!(axis.at(day("2021-01-01")), "0.14");
        assert_eq!(axis.at(day("2021-12-31")), "99.86");
        assert!(axis.has(day("2021-12-31")) && !axis.has(day("2022-01-01")) && !axis.has(day("2020-12-31")));
        for (from, until, expected) in [
            ("2021-01-01", "2021-12-31", Some(("0.00", "100.00"))),
            ("2020-06-04", "2022-12-31", Some(("0.00", "100.00"))),
            ("2021-07-01", "2021-12-31", Some(("49.59", "50.41"))),
            ("2020-01-01", "2020-12-31", None),
            ("2022-01-01", "2022-12-31", None),
            ("2021-05-02", "2021-05-01", None),
        ] {
            let bar = axis.bar(day(from), day(until));
            let expected = expected.map(|(a, b): (&str, &str)| (a.to_owned(), b.to_owned()));
            assert_eq!(bar, expected, "{from} {until}");
        }
    }

    #[test]
    fn a_long_axis_has_quarters_and_a_short_one_months() {
        let long = Axis::new(day("2020-04-15"), day("2022-12-31")).ticks();
        assert_eq!((long.len(), long[0].label.as_str(), long[3].year), (11, "2020-04", true));
        let short = Axis::year(2021).unwrap().ticks();
        assert_eq!((short.len(), short[0].at.as_str()), (12, "0.00"));
        let one = Axis::new(day("2021-05-20"), day("2021-05-01"));
        assert_eq!(one.ticks().len(), 1);
    }
}
