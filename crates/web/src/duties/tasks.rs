//! Duties among other pages: in My work, in notices, on the pages of clauses.

use std::collections::{BTreeMap, BTreeSet};

use base::{Instant, Language};
use engine::duty::read::Standing;
use engine::duty::work::{DutyTask, Watched};
use engine::notice::Notice;
use judge::duty::State;

use super::form::fulfil;
use super::{period_title, rhythm};
use crate::app::App;
use crate::build::time;
use crate::errors::Failure;
use crate::text::{fill, say};
use crate::view::plan::Serving;
use crate::view::work::{Item, Section};
use crate::visitor::SignedIn;

/// What a person owes, late first, as sections of My work: one line for each duty, also where several subjects or periods
/// of it are open.
pub(crate) async fn sections(app: &App, who: &SignedIn) -> Result<Vec<Section>, Failure> {
    let l = who.visitor.language;
    let tasks = app.engine().duty_work(who.actor()).await?;
    let (late, due): (Vec<&DutyTask>, Vec<&DutyTask>) = tasks.iter().partition(|t| t.state == State::Overdue);
    let section = |anchor, key: &str, tasks: &[&DutyTask]| {
        let items = by_duty(tasks).iter().filter_map(|open| item(app, who, open, l)).collect();
        Section::folding(anchor, say(l, key), items)
    };
    let watched = app.engine().duty_watch(who.actor()).await?;
    let items = watched.iter().filter_map(|one| watched_item(app, one, l)).collect();
    let watched = Section::folding("duties-watched", say(l, "duty.my_watched"), items);
    let all =
        [section("duties-late", "duty.my_late", &late), section("duties", "duty.my_due", &due), watched];
    Ok(all.into_iter().filter(|s| !s.items.is_empty()).collect())
}

/// A duty that somebody watches, with how many are late.
fn watched_item(app: &App, one: &Watched, l: Language) -> Option<Item> {
    let duty = app.model().duties.get(&one.duty)?;
    Some(Item {
        href: format!("/duties/{}?state=overdue", one.duty),
        verb: say(l, "duty.open_rows"),
        title: duty.title.in_language(l).to_owned(),
        code: String::new(),
        kind: say(l, "duty.duty"),
        whose: fill(l, "duty.late_count", &[("n", &one.late.to_string())]),
        due: one.since.to_string(),
        left: time::left(app.engine().now(), Instant::end_of(one.since), l),
        tone: "late",
    })
}

/// The tasks of each duty, in the order in which the first of each falls due.
fn by_duty<'a>(tasks: &[&'a DutyTask]) -> Vec<Vec<&'a DutyTask>> {
    let mut groups: Vec<Vec<&DutyTask>> = Vec::new();
    for task in tasks {
        match groups.iter_mut().find(|g| g.first().is_some_and(|first| first.duty == task.duty)) {
            Some(group) => group.push(task),
            None => groups.push(vec![task]),
        }
    }
    groups
}

/// A line for the open tasks of one duty: a single one leads to its form, several to their list.
fn item(app: &App, who: &SignedIn, open: &[&DutyTask], l: Language) -> Option<Item> {
    let task = open.first()?;
    let duty = app.model().duties.get(&task.duty)?;
    let (now, end) = (app.engine().now(), Instant::end_of(task.due));
    let late = task.state == State::Overdue;
    let subjects: BTreeSet<_> = open.iter().map(|t| t.subject.id).collect();
    let (href, verb) = if open.len() == 1 {
        let enter = fulfil(app, who, duty, &task.subject, l);
        let page = format!("/duties/{}/{}/{}", task.duty, task.subject.id, task.period);
        (page, enter.map_or_else(|| say(l, "duty.hand_in"), |action| action.label))
    } else if subjects.len() == 1 {
        let verb = fill(l, "duty.open_periods", &[("n", &open.len().to_string())]);
        (format!("/duties/{}/{}", task.duty, task.subject.id), verb)
    } else {
        let verb = fill(l, "duty.open_subjects", &[("n", &subjects.len().to_string())]);
        (format!("/duties/{}?state={}", task.duty, if late { "overdue" } else { "due" }), verb)
    };
    Some(Item {
        href,
        verb,
        title: duty.title.in_language(l).to_owned(),
        code: period_title(&task.period, l),
        kind: rhythm(duty, l),
        whose: if subjects.len() == 1 { task.subject.title.clone() } else { String::new() },
        due: task.due.to_string(),
        left: time::left(now, end, l),
        tone: if late { "late" } else { time::tone(now, now, end) },
    })
}

/// What a notice about a duty opens.
pub(crate) fn address_of_notice(notice: &Notice) -> Option<String> {
    let of_duty = notice.register == "duty";
    let state = if notice.kind == "duty_late" { "&state=overdue" } else { "" };
    of_duty.then(|| format!("/duties/{}?period={}{state}", notice.step, notice.code))
}

/// A duty on the page of a clause that it serves, with its counts.
pub(crate) fn serving(
    app: &App,
    who: &SignedIn,
    name: &str,
    all: &BTreeMap<String, Standing>,
) -> Option<Serving> {
    let l = who.visitor.language;
    let duty = app.model().duties.get(name).filter(|_| super::in_domain(app, who.actor()))?;
    let standing = all.get(name).cloned().unwrap_or_default();
    let href = format!("/duties/{name}");
    let bound: i64 = standing.bound.values().sum();
    Some(Serving {
        kind: say(l, "duty.duty"),
        title: duty.title.in_language(l).to_owned(),
        counts: vec![
            (say(l, "duty.bound_now"), bound.to_string(), href.clone()),
            (say(l, "duty.overdue"), standing.overdue.to_string(), format!("{href}?state=overdue")),
        ],
        href,
    })
}
