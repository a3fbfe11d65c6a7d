//! What the operator decides about the server: where it listens, TLS, and how much one caller may ask of it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Settings of the server.
#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// Where to listen; port 0 lets the system choose, [`crate::Running::address`] says which.
    pub address: SocketAddr,
    /// TLS; None for plain HTTP (behind a proxy that adds TLS, or on the machine itself).
    pub tls: Option<Tls>,
    /// A proxy stands before the server: the caller's address is the last one in `X-Forwarded-For`, and the
    /// connection counts as secure when `X-Forwarded-Proto` says so.
    pub behind_proxy: bool,
    /// What one caller may ask.
    pub limits: Limits,
    /// The address under which others reach the server, for codes and texts that are passed on; None: that by which a
    /// page was asked for. A setting of the System page comes before it.
    pub public_address: Option<String>,
}

impl ServerConfig {
    /// Plain HTTP at `address` with the usual limits.
    #[must_use]
    pub fn plain(address: SocketAddr) -> Self {
        Self { address, tls: None, behind_proxy: false, limits: Limits::default(), public_address: None }
    }
}

/// TLS with a certificate from a folder; one of our own is made there when the folder holds none.
#[derive(Debug, Clone)]
pub struct Tls {
    /// Holds `certificate.pem` and `key.pem`.
    pub folder: PathBuf,
    /// Names and addresses for a certificate of our own, beside `localhost`.
    pub names: Vec<String>,
}

/// Requests per second in the long run, and how many may come at once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// Requests per second in the long run.
    pub per_second: f64,
    /// Requests at once.
    pub burst: f64,
}

/// What one caller may ask of the server.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Per network address (a whole office may share one); None for no limit.
    pub per_address: Option<Rate>,
    /// Per account; None for no limit.
    pub per_account: Option<Rate>,
    /// Attempts to sign in, per address and per account name; None for no limit.
    pub sign_in: Option<Rate>,
    /// Pages that need no sign-in, per network address; None for no limit beside that of all requests.
    pub public: Option<Rate>,
    /// Longest form without files, bytes.
    pub form: usize,
    /// Largest single file of a form, bytes.
    pub file: usize,
    /// Largest form with files, bytes.
    pub upload: usize,
    /// How long one request may take, upload included.
    pub request: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            per_address: Some(Rate { per_second: 200.0, burst: 1000.0 }),
            per_account: Some(Rate { per_second: 50.0, burst: 300.0 }),
            sign_in: Some(Rate { per_second: 0.2, burst: 20.0 }),
            public: Some(Rate { per_second: 5.0, burst: 120.0 }),
            form: 256 * 1024,
            file: 10 * 1024 * 1024,
            upload: 64 * 1024 * 1024,
            request: Duration::from_secs(120),
        }
    }
}
