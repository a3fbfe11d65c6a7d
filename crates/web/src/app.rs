//! What all handlers share: the engine, the gate, the attachments, the clocks.

use std::sync::{Arc, OnceLock};

use base::{Clock as _, Id, Instant, OsChance, WallClock};
use city::roles::Roles;
use city::{Gate, Regions};
use engine::Engine;
use plan::pack::{Model, RegionKind};
use store::blobs::Blobs;

use crate::build::rows::{REMEMBERED, Seen, Served, served};
use crate::config::Limits;
use crate::middleware::rate::Buckets;

/// Everything that pages and the JSON interface work with. Cheap to clone.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

struct Inner {
    engine: Engine,
    gate: Arc<Gate>,
    blobs: Blobs,
    roles: Roles,
    regions: Regions,
    job_called: tokio::sync::Notify,
    reading: tokio::sync::Semaphore,
    limits: OnceLock<(Limits, Buckets, Buckets)>,
    public_address: OnceLock<String>,
    rows_served: OnceLock<Vec<Served>>,
    seen: Seen,
}

impl App {
    /// An app over an engine whose tables exist, a gate over the same database, and a folder of attachments.
    #[must_use]
    pub fn new(engine: Engine, gate: Arc<Gate>, blobs: Blobs) -> Self {
        let roles = engine.model.roles.clone();
        let regions = Regions::new(&engine.model.regions);
        Self {
            inner: Arc::new(Inner {
                engine,
                gate,
                blobs,
                roles,
                regions,
                job_called: tokio::sync::Notify::new(),
                reading: tokio::sync::Semaphore::new(1),
                limits: OnceLock::new(),
                public_address: OnceLock::new(),
                rows_served: OnceLock::new(),
                seen: Seen::new(REMEMBERED),
            }),
        }
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.inner.engine
    }

    pub(crate) fn gate(&self) -> &Gate {
        &self.inner.gate
    }

    pub(crate) fn blobs(&self) -> &Blobs {
        &self.inner.blobs
    }

    pub(crate) fn model(&self) -> &Model {
        &self.inner.engine.model
    }

    pub(crate) fn roles(&self) -> &Roles {
        &self.inner.roles
    }

    pub(crate) fn regions(&self) -> &Regions {
        &self.inner.regions
    }

    /// Every row of the plan with what serves it; made when it is asked for first.
    pub(crate) fn rows_served(&self) -> &[Served] {
        self.inner.rows_served.get_or_init(|| served(self.model()))
    }

    /// How elements stood a moment ago.
    pub(crate) fn seen(&self) -> &Seen {
        &self.inner.seen
    }

    /// Takes over the address under which others reach the server.
    pub(crate) fn set_public_address(&self, address: &str) {
        // A second server of the same app keeps the address of the first.
        let _ = self.inner.public_address.set(address.to_owned());
    }

    /// The configured address under which others reach the server.
    pub(crate) fn configured_address(&self) -> Option<&str> {
        self.inner.public_address.get().map(String::as_str)
    }

    /// Takes over the limits of the server that serves this app.
    pub(crate) fn set_limits(&self, limits: &Limits) {
        if self.inner.limits.set(with_buckets(limits.clone())).is_err() {
            tracing::warn!("an app is served twice; the limits of the first server stay");
        }
    }

    fn limits(&self) -> &(Limits, Buckets, Buckets) {
        self.inner.limits.get_or_init(|| with_buckets(Limits::default()))
    }

    /// Requests of strangers, by network.
    pub(crate) fn strangers(&self) -> &Buckets {
        &self.limits().2
    }

    /// Attempts to sign in, by address and by name.
    pub(crate) fn sign_ins(&self) -> &Buckets {
        &self.limits().1
    }

    /// Largest single file of a form, bytes.
    pub(crate) fn largest_file(&self) -> usize {
        self.limits().0.file
    }

    /// Largest workbook to import, bytes.
    pub(crate) fn largest_workbook(&self) -> usize {
        self.limits().0.upload
    }

    /// Tells the worker that there is a job.
    pub(crate) fn call_job(&self) {
        self.inner.job_called.notify_one();
    }

    /// Waits until somebody has called.
    pub(crate) async fn job_called(&self) {
        self.inner.job_called.notified().await;
    }

    /// Documents of plans are read one after the other.
    pub(crate) fn reading(&self) -> &tokio::sync::Semaphore {
        &self.inner.reading
    }

    /// Real time: sessions and limits run on it, not on the domain's days.
    pub(crate) fn wall(&self) -> Instant {
        WallClock.now()
    }

    /// Name of the city, from the packs.
    pub(crate) fn city(&self, language: base::Language) -> String {
        let city = self.model().regions.iter().find(|r| r.kind == RegionKind::City);
        city.map(|c| c.title.in_language(language).to_owned()).unwrap_or_default()
    }

    /// The id of a new operation, and the key of a new form: both only have to differ from all others.
    pub(crate) fn new_operation(&self) -> String {
        Id::new(self.wall(), &mut OsChance).to_string()
    }
}

/// The limits with the buckets of sign-ins and of strangers.
fn with_buckets(limits: Limits) -> (Limits, Buckets, Buckets) {
    let (sign_ins, strangers) = (Buckets::new(limits.sign_in), Buckets::new(limits.public));
    (limits, sign_ins, strangers)
}
