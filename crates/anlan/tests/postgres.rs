//! The commands on PostgreSQL, where `ANLAN_TEST_POSTGRES` names a server: a city moves there from its file, is verified,
//! takes an import and an account, and is saved again.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use base::{Chance, OsChance};

fn anlan(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_anlan")).args(arguments).output().unwrap()
}

fn done(arguments: &[&str]) -> String {
    let output = anlan(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

async fn batch(url: &str, sql: &str) {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute(sql).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_city_moves_from_its_file_to_postgresql_and_every_command_works_on_it() {
    let Ok(server) = std::env::var("ANLAN_TEST_POSTGRES") else {
        println!("left out, ANLAN_TEST_POSTGRES is not set");
        return;
    };
    let schema = format!("commands_{:016x}", OsChance.next_u64());
    batch(&server, &format!("CREATE SCHEMA {schema}")).await;
    let joiner = if server.contains('?') { '&' } else { '?' };
    let url = format!("{server}{joiner}options=-csearch_path%3D{schema}");
    let database = url.as_str();
    let folder = tempfile::tempdir().unwrap();
    let [city, backup, moved, again] =
        ["city", "backup", "moved", "again"].map(|name| folder.path().join(name));
    done(&["demo", "--build-only", "--enterprises", "12", "--seed", "7", "--data", path(&city)]);
    done(&["journal", "anchor", "--data", path(&city)]);
    done(&["backup", "--data", path(&city), path(&backup)]);
    done(&["restore", path(&backup), "--data", path(&moved), "--database", database]);
    let at = ["--data", path(&moved), "--database", database];
    let with = |first: &[&'static str]| first.iter().copied().chain(at).collect::<Vec<&str>>();
    assert!(done(&with(&["journal", "anchor"])).starts_with("anlan-journal "));
    assert!(done(&with(&["journal", "verify"])).contains("the journal is whole"));
    let code = base::code::Uscc::synthesise(base::code::Adcode::parse("410222").unwrap(), 9_000_001);
    let file = folder.path().join("new.csv");
    let head = "企业名称,统一社会信用代码,生产经营地址,县区,行业领域,生产经营状态";
    let row = format!("新迁入厂,{},路1号,通许县,机械,正常生产经营", code.as_str());
    std::fs::write(&file, format!("{head}\n{row}\n")).unwrap();
    let mut import = vec!["import", "enterprise", path(&file), "--account", "office"];
    import.extend(at);
    assert!(done(&import).contains("added 1"));
    assert!(done(&import).contains("unchanged 1"));
    let mut adding = Command::new(env!("CARGO_BIN_EXE_anlan"))
        .args(["account", "add", "late", "--display", "后来的人", "--role", "city.office"])
        .args(at)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    adding.stdin.take().unwrap().write_all(b"a-long-enough-one\n").unwrap();
    assert!(adding.wait().unwrap().success());
    let mut save = with(&["backup"]);
    save.push(path(&again));
    done(&save);
    let full =
        anlan(&["restore", path(&again), "--data", path(&folder.path().join("x")), "--database", database]);
    assert!(String::from_utf8_lossy(&full.stderr).contains("not empty"));
    batch(&server, &format!("DROP SCHEMA {schema} CASCADE")).await;
}
