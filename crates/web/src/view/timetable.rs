//! The timetable of the plan: bars and days on a wide screen, a list by month on a narrow one.

use askama::Template;

use super::frame::Frame;

/// Something to choose in a filter.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    /// What is sent.
    pub(crate) id: String,
    /// What people read.
    pub(crate) title: String,
    /// It is chosen.
    pub(crate) chosen: bool,
}

/// A filter.
#[derive(Debug, Clone)]
pub(crate) struct Filter {
    /// Name in the address.
    pub(crate) name: &'static str,
    /// What people read.
    pub(crate) label: String,
    /// Everything that can be chosen beside "all".
    pub(crate) options: Vec<Choice>,
}

/// A line of the axis.
#[derive(Debug, Clone)]
pub(crate) struct Tick {
    /// Percent of the width.
    pub(crate) at: String,
    /// The word; empty where there is no room.
    pub(crate) label: String,
    /// A year begins.
    pub(crate) year: bool,
}

/// A day on a lane.
#[derive(Debug, Clone)]
pub(crate) struct Dot {
    /// Percent of the width.
    pub(crate) at: String,
    /// `ahead`, `passed`, `near`, `late_cases`, `unserved`.
    pub(crate) mark: &'static str,
    /// A period ends; otherwise a day that the clause names.
    pub(crate) period: bool,
    /// What it is, in words.
    pub(crate) words: String,
}

/// A clause.
#[derive(Debug, Clone)]
pub(crate) struct Lane {
    /// Its id.
    pub(crate) id: String,
    /// Its title.
    pub(crate) title: String,
    /// Who leads.
    pub(crate) lead: String,
    /// Begin and width of its bar, percent.
    pub(crate) bar: Option<(String, String)>,
    /// It is a phase of the plan.
    pub(crate) phase: bool,
    /// Its days.
    pub(crate) dots: Vec<Dot>,
    /// Everything on the lane in words.
    pub(crate) words: String,
    /// How often, in words.
    pub(crate) every: String,
    /// The next day; empty when none is left.
    pub(crate) next: String,
    /// How it stands: mark and words.
    pub(crate) state: (&'static str, String),
}

/// The clauses of a part.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    /// The part.
    pub(crate) title: String,
    /// Its clauses.
    pub(crate) lanes: Vec<Lane>,
}

/// A day in the list by month.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// The day.
    pub(crate) day: String,
    /// The clause.
    pub(crate) id: String,
    /// Its title.
    pub(crate) title: String,
    /// What falls on the day.
    pub(crate) what: String,
    /// How it stands: mark and words.
    pub(crate) state: (&'static str, String),
}

/// A month.
#[derive(Debug, Clone)]
pub(crate) struct Month {
    /// `2021-06`.
    pub(crate) label: String,
    /// It lies behind: folded.
    pub(crate) past: bool,
    /// Late days in it.
    pub(crate) late: usize,
    /// Its days.
    pub(crate) entries: Vec<Entry>,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "timetable.html")]
pub(crate) struct TimetablePage {
    /// The frame.
    pub(crate) f: Frame,
    /// What it is.
    pub(crate) heading: String,
    /// How many clauses, what is late, what is near.
    pub(crate) summary: String,
    /// Part, department, year.
    pub(crate) filters: Vec<Filter>,
    /// Something is filtered.
    pub(crate) filtered: bool,
    /// Lines of the axis.
    pub(crate) ticks: Vec<Tick>,
    /// Today's line, where the axis has today.
    pub(crate) today: Option<String>,
    /// Today.
    pub(crate) today_is: String,
    /// What the shapes mean: mark and words.
    pub(crate) legend: Vec<(&'static str, String)>,
    /// Clauses by part.
    pub(crate) groups: Vec<Group>,
    /// The same by month.
    pub(crate) months: Vec<Month>,
}
