//! POST /system/address: the address under which others reach this installation, for codes and texts that are passed on.

use axum::extract::State;
use axum::response::Response;
use base::Id;
use city::roles::SYSTEM_ADMIN;
use serde_json::json;
use store::{ChangeSet, JournalEntry};

use super::Small;
use super::packs::shown;
use crate::app::App;
use crate::build::frame::done;
use crate::build::public_address::{SETTING, read};
use crate::errors::Failure;
use crate::sent::Sent;
use crate::text::say;
use crate::view::form::Form;
use crate::visitor::SignedIn;

/// The form, for the system administrator alone; filled with what was sent where that was wrong.
pub(super) async fn form(
    app: &App,
    who: &SignedIn,
    sent: Option<&Sent>,
    problems: &[base::Problem],
) -> Result<Option<(String, Form)>, Failure> {
    if !who.actor().has_role(SYSTEM_ADMIN) {
        return Ok(None);
    }
    let l = who.visitor.language;
    let stored = store::setting::get(&app.engine().database, SETTING).await?.unwrap_or_default();
    let value = sent.map_or(stored.as_str(), |s| s.one("public_address"));
    let mut small = Small::new(who, problems).line("public_address", "system.address", false, value);
    if let Some(field) = small.fields.last_mut() {
        field.help = say(l, "system.address_help");
    }
    Ok(Some((say(l, "system.address_title"), small.into_form("/system/address".into(), "system.save"))))
}

/// Sets it, or takes it away when nothing is written; the journal keeps who did.
pub(in crate::routes) async fn save(
    State(app): State<App>,
    who: SignedIn,
    sent: Sent,
) -> Result<Response, Failure> {
    if !who.actor().has_role(SYSTEM_ADMIN) {
        return Err(Failure::NotFound);
    }
    let given = sent.one("public_address").trim();
    let address = if given.is_empty() { Ok(String::new()) } else { read(given) };
    let address = match address {
        Ok(address) => address,
        Err(problem) => return shown(&app, &who, Some(&sent), &[problem]).await,
    };
    let mut set = ChangeSet::new();
    set.journal.push(JournalEntry {
        at: app.engine().now(),
        actor: who.actor().account,
        operation: "setting.public_address".to_owned(),
        table: "setting".to_owned(),
        record: Id::NIL,
        county: String::new(),
        payload: json!({ "value": address }).to_string(),
    });
    app.engine().database.apply(set).await?;
    store::setting::set(&app.engine().database, SETTING, &address).await?;
    Ok(done(&who.visitor, "/system", "record.saved"))
}
