//! Duties among other pages: in My work, in notices, on the pages of clauses.

use base::{Instant, Language};
use engine::duty::work::{DutyTask, Watched};
use engine::notice::Notice;
use judge::duty::State;

use super::form::fulfil;
use super::period_title;
use crate::app::App;
use crate::build::time;
use crate::errors::Failure;
use crate::text::{fill, say};
use crate::view::plan::Serving;
use crate::view::work::{Item, Section};
use crate::visitor::SignedIn;

/// Items shown of each section; the page of duties has them all.
const SHOWN: usize = 100;

/// What a person owes, late first, as sections of My work.
pub(crate) async fn sections(app: &App, who: &SignedIn) -> Result<Vec<Section>, Failure> {
    let l = who.visitor.language;
    let tasks = app.engine().duty_work(who.actor()).await?;
    let (late, due): (Vec<&DutyTask>, Vec<&DutyTask>) = tasks.iter().partition(|t| t.state == State::Overdue);
    let section = |anchor, key: &str, tasks: &[&DutyTask]| Section {
        anchor,
        title: say(l, key),
        items: tasks.iter().take(SHOWN).filter_map(|task| item(app, who, task, l)).collect(),
    };
    let watched = app.engine().duty_watch(who.actor()).await?;
    let watched = Section {
        anchor: "duties-watched",
        title: say(l, "duty.my_watched"),
        items: watched.iter().take(SHOWN).filter_map(|one| watched_item(app, one, l)).collect(),
    };
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

fn item(app: &App, who: &SignedIn, task: &DutyTask, l: Language) -> Option<Item> {
    let duty = app.model().duties.get(&task.duty)?;
    let (now, end) = (app.engine().now(), Instant::end_of(task.due));
    let page = format!("/duties/{}/{}/{}", task.duty, task.subject.id, task.period);
    let enter = fulfil(app, who, duty, &task.subject, l);
    Some(Item {
        href: page,
        verb: enter.map_or_else(|| say(l, "duty.hand_in"), |action| action.label),
        title: duty.title.in_language(l).to_owned(),
        code: period_title(&task.period, l),
        kind: say(l, "duty.duty"),
        whose: task.subject.title.clone(),
        due: task.due.to_string(),
        left: time::left(now, end, l),
        tone: if task.state == State::Overdue { "late" } else { time::tone(now, now, end) },
    })
}

/// What a notice about a duty opens.
pub(crate) fn address_of_notice(notice: &Notice) -> Option<String> {
    let of_duty = notice.register == "duty";
    let state = if notice.kind == "duty_late" { "&state=overdue" } else { "" };
    of_duty.then(|| format!("/duties/{}?period={}{state}", notice.step, notice.code))
}

/// A duty on the page of a clause that it serves, with its counts.
pub(crate) async fn serving(app: &App, who: &SignedIn, name: &str) -> Result<Option<Serving>, Failure> {
    let l = who.visitor.language;
    let Some(duty) = app.model().duties.get(name) else { return Ok(None) };
    if super::domain(app, who).is_err() {
        return Ok(None);
    }
    let standing = app.engine().duties_standing(who.actor()).await?.remove(name).unwrap_or_default();
    let href = format!("/duties/{name}");
    let bound: i64 = standing.bound.values().sum();
    Ok(Some(Serving {
        kind: say(l, "duty.duty"),
        title: duty.title.in_language(l).to_owned(),
        counts: vec![
            (say(l, "duty.bound_now"), bound.to_string(), href.clone()),
            (say(l, "duty.overdue"), standing.overdue.to_string(), format!("{href}?state=overdue")),
        ],
        href,
    }))
}
