//! `anlan account`: the first accounts of a city, and a way back in for an administrator. Everything else is done on
//! the pages.

use std::io::BufRead;
use std::sync::Arc;

use base::{Clock, OsChance, WallClock};
use city::accounts::NewAccount;
use city::{By, CityError, Grant, Place};

use crate::arguments::{AccountCommand, Where};
use crate::data::{self, City, Opening};
use crate::say;

pub(crate) async fn run(command: AccountCommand) -> Result<(), String> {
    match command {
        AccountCommand::Add { name, display, role, county, sector, at } => {
            let city = open(&at).await?;
            let grant = grant(&city, &role, county, sector)?;
            let password = read_password()?;
            add(&city, &name, &display, &grant, &password).await?;
            say(&format!("{name}: {role}"));
        }
        AccountCommand::Password { name, at } => {
            let city = open(&at).await?;
            set_password(&city, &name, &read_password()?).await?;
            say(&format!("{name}: password set, all sessions ended"));
        }
    }
    Ok(())
}

async fn open(at: &Where) -> Result<City, String> {
    let clock: Arc<dyn Clock> = Arc::new(WallClock);
    data::open(Opening { folder: &at.data, database: at.database.as_deref(), packs: &at.packs, clock }).await
}

fn grant(city: &City, role: &str, county: Option<String>, sector: Option<String>) -> Result<Grant, String> {
    let roles = &city.engine.model.roles;
    if !roles.contains_key(role) {
        let known: Vec<&str> = roles.keys().map(String::as_str).collect();
        return Err(format!("{role} is not a role of the packs; they have {}", known.join(", ")));
    }
    let place =
        Place { county: county.unwrap_or_default(), sector: sector.unwrap_or_default(), ..Place::default() };
    Ok(Grant { role: role.to_owned(), place, from: city.engine.today(), until: None })
}

/// One line of standard input: a password on the command line would stand in the history of the shell.
fn read_password() -> Result<String, String> {
    let mut line = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(|error| format!("no password could be read: {error}"))?;
    let password = line.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        return Err("the password is read from standard input, one line; nothing came".to_owned());
    }
    Ok(password.to_owned())
}

async fn add(city: &City, name: &str, display: &str, grant: &Grant, password: &str) -> Result<(), String> {
    let (gate, now) = (&city.gate, city.engine.now());
    let new = NewAccount { name: name.to_owned(), display: display.to_owned(), ..NewAccount::default() };
    let id = gate
        .create_account(&By::Program, &new, Some(password), now, &mut OsChance)
        .await
        .map_err(|error| said(&error))?;
    let roles = &city.engine.model.roles;
    gate.add_grant(&By::Program, id, grant, roles, now, &mut OsChance).await.map_err(|error| said(&error))?;
    Ok(())
}

async fn set_password(city: &City, name: &str, password: &str) -> Result<(), String> {
    let now = city.engine.now();
    city.gate.set_password_by_program(name, password, now, &mut OsChance).await.map_err(|error| said(&error))
}

/// A refusal as a sentence.
fn said(error: &CityError) -> String {
    match error {
        CityError::Refused(problem) => web::sentence(problem).zh,
        CityError::Invalid(problems) => {
            problems.0.iter().map(|problem| web::sentence(problem).zh).collect::<Vec<_>>().join("；")
        }
        _ => error.to_string(),
    }
}
