//! Addresses and connections of SQLite.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::run::store_error;
use crate::StoreError;

/// Where the file lies, and its limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) path: PathBuf,
    /// The file never grows above so many pages of 4 KiB.
    max_pages: Option<u32>,
}

/// Reads `sqlite:PATH` with an optional `?max_pages=N`.
pub(crate) fn address(url: &str) -> Result<Address, StoreError> {
    let bad = || StoreError::Address(url.to_owned());
    let rest = url.strip_prefix("sqlite:").ok_or_else(bad)?;
    let (path, options) = rest.split_once('?').unwrap_or((rest, ""));
    let mut address = Address { path: PathBuf::from(path), max_pages: None };
    if path.is_empty() {
        return Err(bad());
    }
    for option in options.split('&').filter(|o| !o.is_empty()) {
        match option.split_once('=') {
            Some(("max_pages", pages)) => address.max_pages = Some(pages.parse().map_err(|_| bad())?),
            _ => return Err(bad()),
        }
    }
    Ok(address)
}

/// The connection that writes. Every commit reaches the disk before it is answered (`synchronous=FULL`: with WAL the
/// lower settings lose commits on a power failure).
pub(super) fn writing(address: &Address) -> Result<Connection, StoreError> {
    if let Some(folder) = address.path.parent().filter(|f| !f.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|e| file(folder, &e))?;
    }
    let connection = Connection::open(&address.path).map_err(|e| store_error(&e))?;
    settings(&connection)?;
    let result = connection.execute_batch(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=16384;
         PRAGMA journal_size_limit=134217728; PRAGMA cache_size=-65536;",
    );
    result.map_err(|e| store_error(&e))?;
    if let Some(pages) = address.max_pages {
        connection.execute_batch(&format!("PRAGMA max_page_count={pages};")).map_err(|e| store_error(&e))?;
    }
    Ok(connection)
}

/// A connection that reads.
pub(super) fn reading(address: &Address) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(&address.path, flags).map_err(|e| store_error(&e))?;
    settings(&connection)?;
    let result = connection.execute_batch("PRAGMA query_only=ON; PRAGMA cache_size=-32768;");
    result.map_err(|e| store_error(&e))?;
    Ok(connection)
}

fn settings(connection: &Connection) -> Result<(), StoreError> {
    connection.busy_timeout(Duration::from_secs(10)).map_err(|e| store_error(&e))?;
    connection.set_prepared_statement_cache_capacity(256);
    // A plan is made once for a text and not anew for other values: making it costs as much as a small answer.
    let stable = connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true);
    stable.map_err(|e| store_error(&e))?;
    let result = connection.execute_batch("PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;");
    result.map_err(|e| store_error(&e))
}

fn file(path: &Path, error: &std::io::Error) -> StoreError {
    StoreError::File { path: path.display().to_string(), problem: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn an_address_is_a_path_and_perhaps_a_limit() {
        assert_eq!(address("sqlite:/a/b.db").unwrap().path.to_str(), Some("/a/b.db"));
        assert_eq!(address("sqlite:b.db?max_pages=7").unwrap().max_pages, Some(7));
        for bad in ["sqlite:", "b.db", "sqlite:b?max_pages=x", "sqlite:b?cache=1"] {
            assert!(address(bad).is_err(), "{bad}");
        }
    }
}
