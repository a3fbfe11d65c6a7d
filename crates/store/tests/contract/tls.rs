//! TLS to PostgreSQL: runs where `ANLAN_TEST_POSTGRES_CA` names the certificate of the server's authority.

use store::Database;

fn with(url: &str, more: &str) -> String {
    format!("{url}{}{more}", if url.contains('?') { '&' } else { '?' })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_is_spoken_to_as_the_address_asks() {
    let (Ok(url), Ok(authority)) =
        (std::env::var("ANLAN_TEST_POSTGRES"), std::env::var("ANLAN_TEST_POSTGRES_CA"))
    else {
        println!("left out, ANLAN_TEST_POSTGRES_CA is not set");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "").unwrap();
    // Another authority: a certificate that signed nothing of this server.
    let other = folder.path().join("other.pem");
    std::fs::write(&other, OTHER).unwrap();
    let file = |path: &std::path::Path| format!("sslmode=verify-full&sslrootcert={}", path.display());
    for good in ["sslmode=disable".to_owned(), "sslmode=require".to_owned(), file(authority.as_ref())] {
        let opened = Database::open(&with(&url, &good)).await;
        assert!(opened.is_ok(), "{good}: {:?}", opened.err());
    }
    for (bad, expected) in [
        (file(&other), "certificate"),
        (file(&empty), "no certificate"),
        (file(&folder.path().join("missing.pem")), "missing.pem"),
        ("sslmode=verify-full".to_owned(), "sslrootcert"),
    ] {
        let error = Database::open(&with(&url, &bad)).await.err().unwrap().to_string();
        assert!(error.contains(expected), "{bad}: {error}");
    }
}

const OTHER: &str = include_str!("other_authority.pem");
