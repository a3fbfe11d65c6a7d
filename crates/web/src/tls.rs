//! TLS by rustls. A city without a certificate gets one of its own, kept in the data folder, so that its fingerprint
//! stays the same and can be compared by people.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use base::{Clock, WallClock};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::config::Tls;

/// An acceptor, and the SHA-256 fingerprint of the certificate (`AB:CD:...`) as browsers show it.
pub(crate) fn acceptor(tls: &Tls) -> Result<(TlsAcceptor, String), io::Error> {
    let certificate = tls.folder.join("certificate.pem");
    let key = tls.folder.join("key.pem");
    if !certificate.exists() && !key.exists() {
        make(&certificate, &key, &tls.names)?;
    }
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(&certificate)
        .map_err(|e| named(&certificate, &e))?
        .collect::<Result<_, _>>()
        .map_err(|e| named(&certificate, &e))?;
    let fingerprint =
        chain.first().map(fingerprint).ok_or_else(|| named(&certificate, &"holds no certificate"))?;
    let key = PrivateKeyDer::from_pem_file(&key).map_err(|e| named(&key, &e))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|e| named(&certificate, &e))?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|e| named(&certificate, &e))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok((TlsAcceptor::from(Arc::new(config)), fingerprint))
}

fn named(path: &Path, problem: &dyn std::fmt::Display) -> io::Error {
    io::Error::other(format!("{}: {problem}", path.display()))
}

/// Ten years: nobody renews a certificate of an office computer, and people trust it by its fingerprint.
const YEARS: i32 = 10;

fn make(certificate: &Path, key: &Path, names: &[String]) -> Result<(), io::Error> {
    let mut all = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    all.extend(names.iter().filter(|n| !n.is_empty()).cloned());
    let mut parameters = rcgen::CertificateParams::new(all).map_err(|e| named(certificate, &e))?;
    let year = WallClock.today().year();
    parameters.not_before = rcgen::date_time_ymd(year - 1, 1, 1);
    parameters.not_after = rcgen::date_time_ymd(year + YEARS, 1, 1);
    parameters.distinguished_name = rcgen::DistinguishedName::new();
    parameters.distinguished_name.push(rcgen::DnType::CommonName, "Anlan");
    let pair = rcgen::KeyPair::generate().map_err(|e| named(key, &e))?;
    let made = parameters.self_signed(&pair).map_err(|e| named(certificate, &e))?;
    if let Some(folder) = certificate.parent() {
        fs::create_dir_all(folder)?;
    }
    write_private(key, &pair.serialize_pem())?;
    fs::write(certificate, made.pem())
}

#[cfg(unix)]
fn write_private(path: &Path, text: &str) -> Result<(), io::Error> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())
}

#[cfg(not(unix))]
fn write_private(path: &Path, text: &str) -> Result<(), io::Error> {
    fs::write(path, text)
}

/// SHA-256, since that is what browsers and `openssl x509 -fingerprint -sha256` show.
fn fingerprint(certificate: &CertificateDer<'_>) -> String {
    let digest = sha256(certificate.as_ref());
    let mut text = String::with_capacity(95);
    for (i, byte) in digest.iter().enumerate() {
        let _ = write!(text, "{}{byte:02X}", if i > 0 { ":" } else { "" });
    }
    text
}

fn sha256(bytes: &[u8]) -> Vec<u8> {
    use sha2::Digest as _;
    sha2::Sha256::digest(bytes).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_made_once_and_keeps_its_fingerprint() {
        let folder = tempfile::tempdir().unwrap();
        let tls = Tls { folder: folder.path().join("tls"), names: vec!["anlan.example".into()] };
        let (_, first) = acceptor(&tls).unwrap();
        let (_, second) = acceptor(&tls).unwrap();
        assert_eq!(first, second);
        assert_eq!(first.len(), 95);
    }

    #[test]
    fn a_broken_certificate_is_named() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("certificate.pem"), "nonsense").unwrap();
        fs::write(folder.path().join("key.pem"), "nonsense").unwrap();
        let error = acceptor(&Tls { folder: folder.path().into(), names: Vec::new() }).err().unwrap();
        assert!(error.to_string().contains("certificate.pem"), "{error}");
    }
}
