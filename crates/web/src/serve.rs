//! Listening, accepting, serving and stopping. One connection is one task; a stop lets running requests finish.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;

use crate::app::App;
use crate::config::ServerConfig;
use crate::visitor::Peer;
use crate::{jobs, routes, tls};

/// Headers must arrive within this time, so that slow senders do not hold connections.
const HEADERS_WITHIN: Duration = Duration::from_secs(20);
/// The TLS handshake must be done within this time.
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(10);
/// Running requests may take this long to finish when the server stops.
const FINISH_WITHIN: Duration = Duration::from_secs(20);

/// Why the server did not start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address cannot be used.
    #[error("cannot listen at {address}: {problem}; choose another port or stop what uses it")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the operating system said.
        problem: io::Error,
    },
    /// The certificate or its key cannot be used.
    #[error("TLS cannot be used: {0}")]
    Tls(io::Error),
}

/// A running server. Dropping it does not stop it; [`Running::stop`] does.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    fingerprint: Option<String>,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
    worker: JoinHandle<()>,
}

impl Running {
    /// Where it listens, with the port that was chosen.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address for people: `https://127.0.0.1:8443`.
    #[must_use]
    pub fn url(&self) -> String {
        let scheme = if self.fingerprint.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// SHA-256 fingerprint of the certificate, as browsers show it; None without TLS.
    #[must_use]
    pub fn fingerprint(&self) -> Option<&str> {
        self.fingerprint.as_deref()
    }

    /// Stops accepting, lets running requests finish (20 s at most) and the job under way come to the end of
    /// its part, and returns.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        let _ = self.task.await;
        let _ = self.worker.await;
    }
}

/// Starts the server; it runs until [`Running::stop`].
///
/// # Errors
/// The address is taken, or the certificate cannot be read.
pub async fn serve(config: ServerConfig, app: App) -> Result<Running, ServeError> {
    let (acceptor, fingerprint) = match &config.tls {
        Some(tls) => tls::acceptor(tls).map(|(a, f)| (Some(a), Some(f))).map_err(ServeError::Tls)?,
        None => (None, None),
    };
    let listen = |problem| ServeError::Listen { address: config.address, problem };
    let listener = TcpListener::bind(config.address).await.map_err(listen)?;
    let address = listener.local_addr().map_err(listen)?;
    let (stop, stopped) = watch::channel(false);
    let worker = tokio::spawn(jobs::work(app.clone(), stopped.clone()));
    let router = routes::router(app, &config);
    let task = tokio::spawn(accept(listener, acceptor, router, stopped));
    Ok(Running { address, fingerprint, stop, task, worker })
}

async fn accept(
    listener: TcpListener,
    acceptor: Option<TlsAcceptor>,
    router: Router,
    mut stopped: watch::Receiver<bool>,
) {
    let graceful = GracefulShutdown::new();
    let acceptor = acceptor.map(Arc::new);
    loop {
        let (stream, peer) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(problem) => {
                    // Out of file handles, most likely: wait until some connection ends.
                    tracing::warn!(%problem, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            },
            _ = stopped.changed() => break,
        };
        let _ = stream.set_nodelay(true);
        let (router, acceptor, watcher) = (router.clone(), acceptor.clone(), graceful.watcher());
        tokio::spawn(async move { connection(stream, peer, acceptor, router, watcher).await });
    }
    drop(listener);
    if tokio::time::timeout(FINISH_WITHIN, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not finish in time and were cut off");
    }
}

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    acceptor: Option<Arc<TlsAcceptor>>,
    router: Router,
    watcher: Watcher,
) {
    match acceptor {
        None => requests(stream, Peer { address: peer.ip(), secure: false }, router, watcher).await,
        Some(acceptor) => match tokio::time::timeout(HANDSHAKE_WITHIN, acceptor.accept(stream)).await {
            Ok(Ok(stream)) => {
                requests(stream, Peer { address: peer.ip(), secure: true }, router, watcher).await;
            }
            Ok(Err(problem)) => tracing::debug!(%peer, %problem, "no TLS handshake"),
            Err(_) => tracing::debug!(%peer, "the TLS handshake took too long"),
        },
    }
}

async fn requests<S>(stream: S, peer: Peer, router: Router, watcher: Watcher)
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer);
        router.clone().oneshot(request.map(Body::new))
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_WITHIN)
        .serve_connection(TokioIo::new(stream), service);
    if let Err(problem) = watcher.watch(connection).await {
        tracing::debug!(address = %peer.address, %problem, "a connection ended early");
    }
}
