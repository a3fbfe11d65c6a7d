//! /system/accounts/{id}: one account, with its roles, sessions and keys.

use axum::extract::State;
use axum::response::Response;
use base::{Id, OsChance};
use city::{Account, By};
use plan::pack::RegionKind;

use super::{Small, account_frame, administrator};
use crate::app::App;
use crate::build::frame::{done, page};
use crate::errors::Failure;
use crate::path::Path;
use crate::routes::account::place_words;
use crate::sent::Sent;
use crate::text::say;
use crate::view::cell::Shown;
use crate::view::form::{Choice, Control, Form};
use crate::view::table::{Table, TablePage};
use crate::visitor::SignedIn;

/// GET /system/accounts/{id}.
pub(in crate::routes) async fn show(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<Id>,
) -> Result<Response, Failure> {
    administrator(&app, &who)?;
    account_page(&app, &who, id, None).await
}

/// The page; `once` is a sentence shown this once (a new key).
pub(super) async fn account_page(
    app: &App,
    who: &SignedIn,
    id: Id,
    once: Option<String>,
) -> Result<Response, Failure> {
    let l = who.visitor.language;
    let account = app.gate().account_for(&By::Person(who.actor()), id).await?;
    let tables = vec![
        head(&account, l),
        grants(app, who, &account).await?,
        sessions(app, who, &account).await?,
        keys(app, who, &account).await?,
    ];
    let mut f = account_frame(app, who, &account.display);
    let forms = forms(app, who, &account).await?;
    f.live = forms.iter().any(|(_, form)| form.is_live());
    let shown = TablePage {
        heading: account.display.clone(),
        about: once.unwrap_or_default(),
        actions: Vec::new(),
        bars: Vec::new(),
        tables,
        forms,
        f,
    };
    page(&shown)
}

fn head(account: &Account, l: base::Language) -> Table {
    let state = if account.is_active() { say(l, "system.active") } else { say(l, "system.closed") };
    let columns = ["system.name", "system.phone", "system.state", "system.created"];
    Table {
        title: say(l, "system.account"),
        columns: columns.iter().map(|key| say(l, key)).collect(),
        rows: vec![vec![
            Shown::Code(account.name.clone()),
            Shown::text(&account.phone),
            Shown::text(state),
            Shown::text(account.created_at.local()),
        ]],
        empty: String::new(),
        folded: false,
    }
}

async fn grants(app: &App, who: &SignedIn, account: &Account) -> Result<Table, Failure> {
    let l = who.visitor.language;
    let today = app.engine().today();
    let mut rows = Vec::new();
    for row in city::grants::of_account(&app.engine().database, account.id).await? {
        let role = app
            .roles()
            .get(&row.grant.role)
            .map_or_else(|| row.grant.role.clone(), |r| r.title.in_language(l).to_owned());
        let holds = row.counts() && row.grant.holds_on(today);
        let state = Shown::State {
            word: say(l, if holds { "system.active" } else { "system.closed" }),
            kind: if holds { "open" } else { "closed" },
        };
        let until = row.grant.until.map(|d| d.to_string()).unwrap_or_default();
        rows.push(vec![
            Shown::text(role),
            Shown::text(place_words(app, &row.grant.place, l).await?),
            Shown::text(row.grant.from.to_string()),
            Shown::text(until),
            state,
        ]);
    }
    let columns = ["system.role", "system.where", "system.from", "system.until", "system.state"];
    Ok(Table {
        title: say(l, "system.grants"),
        columns: columns.iter().map(|key| say(l, key)).collect(),
        rows,
        empty: say(l, "system.grants_none"),
        folded: false,
    })
}

async fn sessions(app: &App, who: &SignedIn, account: &Account) -> Result<Table, Failure> {
    let l = who.visitor.language;
    let sessions = app.gate().sessions_of(account.id, app.wall()).await?;
    let row = |s: &city::Session| {
        vec![Shown::text(s.created_at.local()), Shown::text(s.seen_at.local()), Shown::text(&s.address)]
    };
    let columns = ["account.session_since", "account.session_seen", "account.session_from"];
    Ok(Table {
        title: say(l, "system.sessions"),
        columns: columns.iter().map(|key| say(l, key)).collect(),
        rows: sessions.iter().map(row).collect(),
        empty: say(l, "system.sessions_none"),
        folded: false,
    })
}

async fn keys(app: &App, who: &SignedIn, account: &Account) -> Result<Table, Failure> {
    let l = who.visitor.language;
    let keys = app.gate().api_keys_of(account.id).await?;
    let row = |k: &city::api_keys::ApiKey| {
        let live = k.is_live(app.wall());
        let state = Shown::State {
            word: say(l, if live { "system.active" } else { "system.closed" }),
            kind: if live { "open" } else { "closed" },
        };
        vec![Shown::text(&k.title), Shown::text(k.expires_at.local()), state]
    };
    let columns = ["system.key_title", "system.key_until", "system.state"];
    Ok(Table {
        title: say(l, "system.keys"),
        columns: columns.iter().map(|key| say(l, key)).collect(),
        rows: keys.iter().map(row).collect(),
        empty: say(l, "system.nothing"),
        folded: false,
    })
}

/// A form that is only its button.
fn button(action: String, submit: String) -> Form {
    Form { action, submit, ..Form::default() }
}

async fn forms(app: &App, who: &SignedIn, account: &Account) -> Result<Vec<(String, Form)>, Failure> {
    let l = who.visitor.language;
    let actor = who.actor();
    let here = format!("/system/accounts/{}", account.id);
    let mut forms = Vec::new();
    if actor.has_role(city::roles::SECURITY_ADMIN) && account.is_active() {
        forms.push((say(l, "system.grant"), grant_form(app, who, &here)));
        for row in city::grants::of_account(&app.engine().database, account.id)
            .await?
            .into_iter()
            .filter(city::grants::GrantRow::counts)
        {
            let role = app
                .roles()
                .get(&row.grant.role)
                .map_or_else(|| row.grant.role.clone(), |r| r.title.in_language(l).to_owned());
            let place = place_words(app, &row.grant.place, l).await?;
            forms.push((
                format!("{role} · {place}"),
                button(format!("{here}/grants/{}/remove", row.id), say(l, "system.revoke")),
            ));
        }
    }
    if actor.has_role(city::roles::SYSTEM_ADMIN) && account.is_active() {
        let mut save = Small::new(who, &[])
            .line("display", "system.display", true, &account.display)
            .line("phone", "system.phone", false, &account.phone)
            .into_form(here.clone(), "system.save");
        save.version = account.version.to_string();
        forms.push((say(l, "system.account"), save));
        let password = Small::new(who, &[]).field(
            "password",
            "system.password_first",
            true,
            Control::Password { autocomplete: "new-password" },
        );
        forms.push((say(l, "system.reset"), password.into_form(format!("{here}/password"), "system.reset")));
        let key = Small::new(who, &[]).line("title", "system.key_title", true, "").field(
            "until",
            "system.key_until",
            true,
            Control::Day { value: app.wall().day().plus_days(90).to_string() },
        );
        forms.push((say(l, "system.keys"), key.into_form(format!("{here}/keys"), "system.key_new")));
        for key in app.gate().api_keys_of(account.id).await?.into_iter().filter(|k| k.is_live(app.wall())) {
            forms.push((
                key.title.clone(),
                button(format!("{here}/keys/{}/revoke", key.id), say(l, "system.key_revoke")),
            ));
        }
        forms.push((
            say(l, "system.sessions"),
            button(format!("{here}/sessions/end"), say(l, "system.sessions_end")),
        ));
        forms.push((say(l, "system.close"), button(format!("{here}/close"), say(l, "system.close"))));
    }
    Ok(forms)
}

/// An enterprise, found by its name, code or credit code.
fn reference() -> Control {
    Control::Reference { source: "/system/enterprises/options".into(), chosen: Vec::new(), many: false }
}

fn grant_form(app: &App, who: &SignedIn, here: &str) -> Form {
    let l = who.visitor.language;
    let roles = app.roles().values().map(|r| Choice {
        id: r.id.get_ref().clone(),
        title: r.title.in_language(l).to_owned(),
        ..Choice::default()
    });
    let regions = |kind: RegionKind| {
        let on = app.regions().on(app.engine().today());
        let one = |r: &&city::regions::Region| Choice {
            id: r.code.clone(),
            title: r.title.in_language(l).to_owned(),
            within: if kind == RegionKind::County {
                String::new()
            } else {
                r.parent.clone().unwrap_or_default()
            },
            ..Choice::default()
        };
        on.of_kind(kind).iter().map(one).collect::<Vec<_>>()
    };
    let enterprise = app.model().shaped(plan::pack::Shape::Enterprise);
    let sectors =
        enterprise.and_then(|r| r.field("sector")).map(|f| app.model().choices_of(f)).unwrap_or_default();
    let sectors = sectors.iter().map(|c| Choice {
        id: c.id.clone(),
        title: c.title.in_language(l).to_owned(),
        ..Choice::default()
    });
    let mut small = Small::new(who, &[])
        .select("role", "system.role", true, roles.collect())
        .select("county", "system.county", false, regions(RegionKind::County))
        .select("township", "system.township", false, regions(RegionKind::Township))
        .select("sector", "system.sector", false, sectors.collect());
    small = small.field("organisation", "system.organisation", false, reference());
    small
        .field("from", "system.from", true, Control::Day { value: app.engine().today().to_string() })
        .field("until", "system.until", false, Control::Day { value: String::new() })
        .into_form(format!("{here}/grants"), "system.grant")
}

/// POST /system/accounts/{id}.
pub(in crate::routes) async fn save(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<Id>,
    sent: Sent,
) -> Result<Response, Failure> {
    administrator(&app, &who)?;
    let version = sent.one("_version").parse().map_err(|_| Failure::Conflict)?;
    let by = By::Person(who.actor());
    app.gate().rename_account(&by, id, version, sent.one("display"), sent.one("phone"), app.wall()).await?;
    Ok(done(&who.visitor, &format!("/system/accounts/{id}"), "record.saved"))
}

/// POST /system/accounts/{id}/close.
pub(in crate::routes) async fn close(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<Id>,
) -> Result<Response, Failure> {
    administrator(&app, &who)?;
    app.gate().close_account(&By::Person(who.actor()), id, app.wall()).await?;
    Ok(done(&who.visitor, &format!("/system/accounts/{id}"), "system.closed_done"))
}

/// POST /system/accounts/{id}/password.
pub(in crate::routes) async fn reset(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<Id>,
    sent: Sent,
) -> Result<Response, Failure> {
    administrator(&app, &who)?;
    app.gate()
        .reset_password(
            &By::Person(who.actor()),
            id,
            sent.one("password"),
            app.roles(),
            app.wall(),
            &mut OsChance,
        )
        .await?;
    Ok(done(&who.visitor, &format!("/system/accounts/{id}"), "system.reset_done"))
}

/// POST /system/accounts/{id}/sessions/end.
pub(in crate::routes) async fn end_sessions(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<Id>,
) -> Result<Response, Failure> {
    administrator(&app, &who)?;
    app.gate().end_all_sessions(&By::Person(who.actor()), id, None, app.wall()).await?;
    Ok(done(&who.visitor, &format!("/system/accounts/{id}"), "system.sessions_ended"))
}
