//! A city's data folder: the database (unless it stands elsewhere), attachments, packs as laid out, the key that seals
//! time-code secrets.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use base::{Clock, Day, FixedClock, Instant, OsChance, WallClock, WorkCalendar};
use city::seal::SealKey;
use city::{Actor, Gate, Settings};
use engine::Engine;
use store::Database;
use store::blobs::Blobs;

use crate::arguments::Stored;
use crate::packs;

/// Everything that a command works on.
#[derive(Clone)]
pub(crate) struct City {
    pub(crate) folder: PathBuf,
    pub(crate) engine: Engine,
    pub(crate) gate: Arc<Gate>,
    pub(crate) blobs: Blobs,
}

/// What a city is opened with.
pub(crate) struct Opening<'a> {
    pub(crate) folder: &'a Path,
    /// Address of the database; None for the file in the folder.
    pub(crate) database: Option<&'a str>,
    /// Folders of packs; empty for those inside the program.
    pub(crate) packs: &'a [PathBuf],
    pub(crate) clock: Arc<dyn Clock>,
}

/// Opens the city and brings its database up to the packs in force.
pub(crate) async fn open(opening: Opening<'_>) -> Result<City, String> {
    let folder = opening.folder;
    std::fs::create_dir_all(folder)
        .map_err(|error| format!("{} cannot be made: {error}", folder.display()))?;
    let model = packs::load(opening.packs, folder)?;
    let address = opening.database.map_or_else(|| own_database(folder), str::to_owned);
    let database = Database::open(&address).await.map_err(|error| error.to_string())?;
    let calendar = Arc::new(WorkCalendar::state_council());
    let engine = Engine::new(database.clone(), Arc::new(model), calendar, opening.clock);
    for change in engine.install().await.map_err(|error| error.to_string())?.tables {
        tracing::info!(change, "the database follows the packs");
    }
    let gate = Gate::new(database, Settings::default(), seal_key(folder)?, &mut OsChance)
        .map_err(|problem| problem.to_string())?;
    let blobs = Blobs::open(folder.join("blobs")).await.map_err(|error| error.to_string())?;
    Ok(City { folder: folder.to_owned(), engine, gate: Arc::new(gate), blobs })
}

/// The database file in the folder.
pub(crate) fn own_database(folder: &Path) -> String {
    format!("sqlite:{}", folder.join("anlan.sqlite").display())
}

/// The clock of a command about a city: the day asked for, the day that a demo city shows, or the present.
pub(crate) fn clock_of(folder: &Path, day: Option<Day>) -> Arc<dyn Clock> {
    let mark = std::fs::read_to_string(folder.join("demo.json")).ok();
    let shown = mark.and_then(|mark| serde_json::from_str::<serde_json::Value>(&mark).ok());
    let shown = shown.and_then(|mark| Day::parse(mark.get("date")?.as_str()?));
    match day.or(shown) {
        Some(day) => Arc::new(at_noon(day)),
        None => Arc::new(WallClock),
    }
}

/// The middle of a day.
pub(crate) fn at_noon(day: Day) -> FixedClock {
    FixedClock(Instant::start_of(day).plus_seconds(12 * 3600))
}

/// The address of the database of a command.
pub(crate) fn address(at: &Stored) -> String {
    at.database.clone().unwrap_or_else(|| own_database(&at.data))
}

/// The database of a city that exists.
pub(crate) async fn existing(at: &Stored) -> Result<Database, String> {
    if at.database.is_none() && !at.data.join("anlan.sqlite").exists() {
        return Err(format!("{} holds no city; name its data folder with --data", at.data.display()));
    }
    Database::open(&address(at)).await.map_err(|error| error.to_string())
}

/// The key of this installation, made at the first start. Without it time codes must be enrolled anew, so a backup of
/// the folder includes it.
fn seal_key(folder: &Path) -> Result<SealKey, String> {
    let path = folder.join("seal.key");
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    if let Ok(bytes) = std::fs::read(&path) {
        let bytes: [u8; 32] = bytes
            .try_into()
            .map_err(|_| format!("{} is not a key of 32 bytes; restore it from a backup", path.display()))?;
        return Ok(SealKey::new(bytes));
    }
    let key = SealKey::random(&mut OsChance);
    write_private(&path, &key.to_bytes()).map_err(failed)?;
    Ok(key)
}

#[cfg(unix)]
fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(not(unix))]
fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    std::fs::write(path, bytes)
}

/// The person behind an account, with what they hold today.
pub(crate) async fn actor(city: &City, account: &str) -> Result<Actor, String> {
    let database = &city.engine.database;
    let failed = |error: store::StoreError| error.to_string();
    let found = city::accounts::account_named(database, account).await.map_err(failed)?;
    let found = found.ok_or_else(|| format!("there is no account {account}"))?;
    let actor = city::grants::actor(database, &city.engine.model.roles, found.id, city.engine.today()).await;
    actor.map_err(failed)?.ok_or_else(|| format!("account {account} is closed"))
}
