//! A private PostgreSQL for tests: made in a temporary directory, listening on a free port of the loopback address,
//! gone when its [`Cluster`] is dropped, and also when this process is killed.
//!
//! PostgreSQL refuses to run as root; then everything is done as the user `postgres` of the Debian package.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::{Outcome, command, install, say};

const USER: &str = "anlan";
/// Tests care for speed, not for surviving a power cut.
const SETTINGS: &str = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200 -c max_locks_per_transaction=1024 \
                        -c log_min_messages=warning";

/// A running cluster.
pub(crate) struct Cluster {
    folder: PathBuf,
    address: String,
    /// Certificate of the server, where it speaks TLS: its own authority.
    certificate: Option<PathBuf>,
    /// Stops the server and removes the folder as soon as its standard input closes, for whatever reason.
    guard: Child,
}

impl Cluster {
    /// Makes and starts one, installing PostgreSQL first where it is missing.
    ///
    /// # Errors
    /// When it cannot be installed or started; the server's own words are in the message.
    pub(crate) fn start() -> Outcome<Self> {
        let programs = find_or_install()?;
        let user = if install::is_root() { Some("postgres") } else { None };
        let folder = make_folder(user)?;
        let port = free_port()?;
        let guard = start_guard(&programs, &folder, user)?;
        let address = format!("postgres://{USER}@127.0.0.1:{port}/postgres");
        let certificate = make_certificate(&folder, user);
        let cluster = Self { folder, address, certificate, guard };
        cluster.launch(&programs, user, port)?;
        Ok(cluster)
    }

    /// The address for `ANLAN_TEST_POSTGRES`, with a user who may make databases and schemas.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Tells a command where the server is, and by which certificate it is known.
    pub(crate) fn tell(&self, command: &mut Command) {
        command.env("ANLAN_TEST_POSTGRES", self.address());
        if let Some(certificate) = &self.certificate {
            command.env("ANLAN_TEST_POSTGRES_CA", certificate);
        }
    }

    fn launch(&self, programs: &Path, user: Option<&str>, port: u16) -> Outcome {
        let data = self.folder.join("data");
        let log = self.folder.join("log");
        let mut init = as_user(user, &programs.join("initdb"));
        init.args(["--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--username", USER]);
        command::read(init.arg("--pgdata").arg(&data))?;
        let mut options = format!("-p {port} -h 127.0.0.1 -k {} {SETTINGS}", self.folder.display());
        if let Some(certificate) = &self.certificate {
            let key = self.folder.join("server.key");
            let (certificate, key) = (certificate.display(), key.display());
            options.push_str(&format!(" -c ssl=on -c ssl_cert_file={certificate} -c ssl_key_file={key}"));
        }
        let mut start = as_user(user, &programs.join("pg_ctl"));
        start.arg("--pgdata").arg(&data).arg("--log").arg(&log).args(["--wait", "--timeout=60"]);
        // The server inherits these streams, so they must not be pipes that we would wait for.
        start.args(["--options", &options, "start"]).stdout(Stdio::null()).stderr(Stdio::null());
        let started = start.status().is_ok_and(|status| status.success());
        if started {
            say::line(&format!("PostgreSQL listens on {}", self.address));
            return Ok(());
        }
        let said = std::fs::read_to_string(&log).unwrap_or_default();
        Err(format!("PostgreSQL did not start:\n{}", said.trim_end()))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
    }
}

/// `cargo xtask postgres COMMAND ARGS`: runs a command with the address of a fresh cluster in `ANLAN_TEST_POSTGRES`.
///
/// # Errors
/// When there is no command, PostgreSQL cannot be started, or the command fails.
pub(crate) fn with_cluster(args: &[String]) -> Outcome {
    let Some((name, rest)) = args.split_first() else {
        return Err("which command? For example: cargo xtask postgres cargo test -p store".to_owned());
    };
    let cluster = Cluster::start()?;
    let mut command = command::program(name, rest);
    cluster.tell(&mut command);
    command::run(&mut command)
}

fn find_or_install() -> Outcome<PathBuf> {
    if let Some(folder) = find() {
        return Ok(folder);
    }
    install::debian(&["postgresql"], "The storage tests on PostgreSQL")?;
    find().ok_or_else(|| "PostgreSQL is installed, but `initdb` and `pg_ctl` cannot be found".to_owned())
}

/// The folder of `initdb` and `pg_ctl`: the newest of Debian's, or one in `PATH`.
fn find() -> Option<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_string_lossy().parse().ok()?;
            let folder = entry.path().join("bin");
            folder.join("initdb").is_file().then_some((version, folder))
        })
        .collect();
    versions.sort();
    versions
        .pop()
        .map(|(_, folder)| folder)
        .or_else(|| Some(command::find("initdb")?.parent()?.to_path_buf()))
}

fn make_folder(user: Option<&str>) -> Outcome<PathBuf> {
    let folder = std::env::temp_dir().join(format!("anlan-postgres-{}", std::process::id()));
    let mut make = command::program("install", ["--directory", "--mode=700"]);
    if let Some(user) = user {
        make.arg(format!("--owner={user}"));
    }
    command::read(make.arg(&folder))?;
    Ok(folder)
}

/// A certificate for the loopback address, signed by itself. None where there is no openssl: then the tests of TLS are
/// left out.
fn make_certificate(folder: &Path, user: Option<&str>) -> Option<PathBuf> {
    const SETTINGS: &str = "[req]\nprompt=no\ndistinguished_name=name\nx509_extensions=more\n[name]\nCN=localhost\n\
                            [more]\nbasicConstraints=critical,CA:FALSE\nsubjectAltName=IP:127.0.0.1,DNS:localhost\n";
    let openssl = command::find("openssl")?;
    let (settings, key, certificate) =
        (folder.join("openssl.cnf"), folder.join("server.key"), folder.join("server.pem"));
    std::fs::write(&settings, SETTINGS).ok()?;
    let mut make =
        command::program(openssl.to_str()?, ["req", "-x509", "-nodes", "-days", "30", "-newkey", "ec"]);
    make.args(["-pkeyopt", "ec_paramgen_curve:prime256v1", "-config"]).arg(&settings);
    make.arg("-keyout").arg(&key).arg("-out").arg(&certificate).stderr(Stdio::null());
    command::read(&mut make).ok()?;
    if let Some(user) = user {
        command::read(command::program("chown", [user]).arg(&key)).ok()?;
    }
    command::read(command::program("chmod", ["600"]).arg(&key)).ok()?;
    Some(certificate)
}

fn free_port() -> Outcome<u16> {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| format!("no free port on the loopback address: {error}"))
}

fn start_guard(programs: &Path, folder: &Path, user: Option<&str>) -> Outcome<Child> {
    const SCRIPT: &str = "trap '' INT TERM HUP; folder=$1; shift; cat >/dev/null; \
                          \"$@\" --pgdata \"$folder/data\" --mode=immediate --wait stop >/dev/null 2>&1; \
                          rm -rf \"$folder\"";
    let stop = as_user(user, &programs.join("pg_ctl"));
    let mut guard = command::program("sh", ["-c", SCRIPT, "guard"]);
    guard.arg(folder).arg(stop.get_program()).args(stop.get_args()).stdin(Stdio::piped());
    guard.current_dir("/").spawn().map_err(|error| format!("`sh` cannot be started: {error}"))
}

fn as_user(user: Option<&str>, program: &Path) -> Command {
    let mut command = match user {
        Some(user) => {
            let mut command = command::program("runuser", ["-u", user, "--"]);
            command.arg(program);
            command
        }
        None => command::program::<&str>(program, []),
    };
    // The user `postgres` may not enter our folder.
    command.current_dir("/");
    command
}
