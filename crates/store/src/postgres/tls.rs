//! TLS to PostgreSQL, as the address asks for it: `sslmode=disable`, `require` (encrypted, whoever answers) or
//! `verify-full` (encrypted, and the certificate must be of the authority in the file `sslrootcert` and name the host).
//! Without `sslmode` a server on this machine is spoken to in plain, any other one encrypted where it offers that.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use tokio_postgres::{Config, Socket};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream as Encrypted;
use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

use crate::StoreError;

/// How the server is spoken to.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Mode {
    Usual,
    Disable,
    Require,
    VerifyFull { authority: String },
}

/// The address without what only this module understands, as settings of a connection and what encrypts it.
pub(super) fn settings(url: &str) -> Result<(Config, Tls), StoreError> {
    let (plain, mode) = read(url)?;
    let bad =
        |e: tokio_postgres::Error| StoreError::Address(format!("{} ({e})", super::without_password(url)));
    let mut config: Config = plain.parse().map_err(bad)?;
    let tls = match &mode {
        Mode::Disable => {
            config.ssl_mode(SslMode::Disable);
            Tls::anybody()
        }
        Mode::Usual => {
            let here = config.get_hosts().iter().all(is_this_machine);
            config.ssl_mode(if here { SslMode::Disable } else { SslMode::Prefer });
            Tls::anybody()
        }
        Mode::Require => {
            config.ssl_mode(SslMode::Require);
            Tls::anybody()
        }
        Mode::VerifyFull { authority } => {
            config.ssl_mode(SslMode::Require);
            Tls::of_authority(authority)
        }
    };
    Ok((config, tls?))
}

fn is_this_machine(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => {
            name == "localhost" || name.parse().is_ok_and(|a: std::net::IpAddr| a.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    }
}

fn read(url: &str) -> Result<(String, Mode), StoreError> {
    let refused = |problem: &str| StoreError::Address(format!("{}: {problem}", super::without_password(url)));
    let Some((before, query)) = url.split_once('?') else { return Ok((url.to_owned(), Mode::Usual)) };
    let (mut mode, mut authority, mut kept) = ("", None, Vec::new());
    for pair in query.split('&') {
        match pair.split_once('=') {
            Some(("sslmode", value)) => mode = value,
            Some(("sslrootcert", value)) => authority = Some(unescape(value)),
            _ => kept.push(pair),
        }
    }
    let plain = if kept.is_empty() { before.to_owned() } else { format!("{before}?{}", kept.join("&")) };
    let mode = match (mode, authority) {
        ("", None) => Mode::Usual,
        ("disable", _) => Mode::Disable,
        ("require", None) => Mode::Require,
        ("verify-full", Some(authority)) => Mode::VerifyFull { authority },
        ("verify-full", None) => {
            return Err(refused(
                "sslmode=verify-full needs sslrootcert=FILE with the certificate of the authority",
            ));
        }
        ("" | "require", Some(_)) => return Err(refused("sslrootcert goes with sslmode=verify-full")),
        _ => return Err(refused("sslmode must be disable, require or verify-full")),
    };
    Ok((plain, mode))
}

/// `%2F` and the like in the name of a file.
fn unescape(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = match (first, tail) {
            (b'%', [high, low, ..]) => {
                let digits = [*high, *low];
                std::str::from_utf8(&digits).ok().and_then(|d| u8::from_str_radix(d, 16).ok())
            }
            _ => None,
        };
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { tail.get(2..).unwrap_or_default() } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Makes encrypted connections.
#[derive(Clone)]
pub(super) struct Tls(Arc<ClientConfig>);

impl Tls {
    fn anybody() -> Result<Self, StoreError> {
        let provider = Arc::new(ring::default_provider());
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider));
        let builder = builder.with_safe_default_protocol_versions().map_err(|e| unusable(&e))?;
        let config = builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Anybody(provider)))
            .with_no_client_auth();
        Ok(Self(Arc::new(config)))
    }

    fn of_authority(file: &str) -> Result<Self, StoreError> {
        let problem = |problem: &dyn std::fmt::Display| StoreError::File {
            path: file.to_owned(),
            problem: format!("it holds no certificate of an authority in PEM ({problem})"),
        };
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_file_iter(file).map_err(|e| problem(&e))? {
            let certificate = certificate.map_err(|e| problem(&e))?;
            roots.add(certificate).map_err(|e| problem(&e))?;
        }
        if roots.is_empty() {
            return Err(problem(&"no certificate is in it"));
        }
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let builder = builder.with_safe_default_protocol_versions().map_err(|e| unusable(&e))?;
        Ok(Self(Arc::new(builder.with_root_certificates(roots).with_no_client_auth())))
    }
}

fn unusable(error: &Error) -> StoreError {
    StoreError::Unavailable(format!("TLS cannot be used: {error}"))
}

impl MakeTlsConnect<Socket> for Tls {
    type Stream = Stream;
    type TlsConnect = Connect;
    type Error = io::Error;

    fn make_tls_connect(&mut self, host: &str) -> io::Result<Connect> {
        // A connection through a socket file has no name and is never encrypted.
        let name = if host.is_empty() { "localhost" } else { host };
        let name = ServerName::try_from(name.to_owned()).map_err(io::Error::other)?;
        Ok(Connect { config: Arc::clone(&self.0), name })
    }
}

/// One connection about to be encrypted.
pub(super) struct Connect {
    config: Arc<ClientConfig>,
    name: ServerName<'static>,
}

impl TlsConnect<Socket> for Connect {
    type Stream = Stream;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Stream>> + Send>>;

    fn connect(self, socket: Socket) -> Self::Future {
        Box::pin(async move {
            TlsConnector::from(self.config).connect(self.name, socket).await.map(|s| Stream(Box::new(s)))
        })
    }
}

/// An encrypted connection.
pub(super) struct Stream(Box<Encrypted<Socket>>);

impl TlsStream for Stream {
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(self.0.as_mut()).poll_read(context, buffer)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(self.0.as_mut()).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(self.0.as_mut()).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(self.0.as_mut()).poll_shutdown(context)
    }
}

/// Takes any certificate, as `sslmode=require` says: nobody can listen, but nobody says who answers.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mode_is_read_from_the_address_and_taken_out_of_it() {
        let file = Mode::VerifyFull { authority: "/etc/ca.pem".to_owned() };
        for (query, plain, mode) in [
            ("", "", Mode::Usual),
            ("?connect_timeout=3", "?connect_timeout=3", Mode::Usual),
            ("?sslmode=disable", "", Mode::Disable),
            ("?sslmode=require&connect_timeout=3", "?connect_timeout=3", Mode::Require),
            ("?sslmode=verify-full&sslrootcert=%2Fetc%2Fca.pem", "", file.clone()),
            ("?sslrootcert=/etc/ca.pem&sslmode=verify-full", "", file),
        ] {
            let read = read(&format!("postgres://a@h/d{query}")).unwrap();
            assert_eq!(read, (format!("postgres://a@h/d{plain}"), mode), "{query}");
        }
        for wrong in
            ["sslmode=verify-full", "sslmode=prefer", "sslrootcert=x", "sslmode=require&sslrootcert=x"]
        {
            let error = read(&format!("postgres://a:secret@h/d?{wrong}")).unwrap_err().to_string();
            assert!(error.contains("sslmode") && !error.contains("secret"), "{error}");
        }
    }
}
