//! The registers of the whole plan, some 280 of them: whoever works in one county never learns of a record of another one,
//! neither by its address nor in a list, and whoever sees the whole city gets a page of each. On both engines, as each
//! register has tables, indexes and queries of its own.

use base::Id;
use plan::pack::{Register, ScopeFrom};
use store::{Change, ChangeSet, Value};

use crate::browser::{Answer, Browser};
use crate::city::{City, ELSEWHERE, HERE};

on_both_engines! { whole plan:
    records_of_another_county_are_not_there
    a_page_of_every_register_is_whole
}

/// The title of every record that stands elsewhere.
const SECRET: &str = "龙亭密件";

fn own_to_a_county(register: &Register) -> bool {
    register.scope != ScopeFrom::Shared
}

/// A row of a register as it lies in the database, without asking the rules of each.
fn row(city: &City, register: &Register, id: Id, county: &str, plant: Id, title: &str) -> Change {
    let text = |name: &str, text: &str| (name.to_owned(), Value::from(text));
    let now = Value::Int(city.engine.now().0);
    let mut values = vec![
        text("code", "DM-1"),
        text("title", title),
        ("created_at".into(), now.clone()),
        ("created_by".into(), Value::Id(Id::from_u128(1))),
        ("updated_at".into(), now.clone()),
        ("removed_at".into(), Value::Int(0)),
    ];
    if own_to_a_county(register) {
        values.extend([text("county", county), ("organisation".into(), Value::Id(plant))]);
    }
    if register.cases {
        let procedure = city.engine.model.procedures_of(register.name()).next().unwrap();
        values.extend([
            text("procedure", procedure.name()),
            text("state", &procedure.states[0].id),
            ("open".into(), Value::Bool(true)),
            ("opened_at".into(), now.clone()),
            ("opened_by".into(), Value::Id(Id::from_u128(1))),
            ("entered_at".into(), now),
            ("due_at".into(), Value::Int(0)),
            ("closed_at".into(), Value::Int(0)),
        ]);
    }
    Change::Insert { table: engine::tables::table_name(register.name()), id, values }
}

/// One record of each register in a county.
async fn one_of_each(city: &City, county: &str, plant: Id, title: &str) -> Vec<(String, Id)> {
    let mut made = Vec::new();
    for register in city.engine.model.registers.values() {
        let id = city.engine.new_id();
        let mut set = ChangeSet::new();
        set.changes.push(row(city, register, id, county, plant, title));
        city.engine.database.apply(set).await.unwrap_or_else(|e| panic!("{}: {e}", register.name()));
        made.push((register.name().to_owned(), id));
    }
    made
}

/// Sends what a page or a program would send to `path`.
async fn ask(browser: &mut Browser, method: &str, path: &str) -> Answer {
    let api = path.starts_with("/api/");
    let kind = if api { "application/json" } else { "application/x-www-form-urlencoded" };
    let body: &[u8] = match method {
        "get" => b"",
        _ if api => b"{\"version\":1,\"fields\":{}}",
        _ => b"version=1",
    };
    browser.send(&method.to_uppercase(), path, kind, body).await
}

async fn records_of_another_county_are_not_there(city: City) {
    let made = one_of_each(&city, ELSEWHERE, city.elsewhere, SECRET).await;
    let nothing = "0123456789abcdef0123456789abcdef";
    let by_record = |path: &str| path.contains("/r/{register}/{id}") && !path.contains("{hash}");
    let addresses: Vec<_> = web::addresses().into_iter().filter(|(_, path)| by_record(path)).collect();
    let mut asked = 0;
    for account in ["regulator.here", "safety_manager.here"] {
        let mut browser = city.browser_of(account).await;
        let token = browser.get("/account").await.hidden("_csrf");
        browser.headers.push(("X-CSRF-Token".into(), token));
        for (register, id) in &made {
            if !own_to_a_county(city.engine.model.register(register).unwrap()) {
                continue;
            }
            let step = city.engine.model.procedures_of(register).find_map(|p| p.steps.first());
            let step = step.map_or("none", |step| step.name());
            let id = id.to_string();
            for (method, path) in &addresses {
                let path = path.replace("{register}", register).replace("{step}", step);
                let theirs = ask(&mut browser, method, &path.replace("{id}", &id)).await;
                let none = ask(&mut browser, method, &path.replace("{id}", nothing)).await;
                let without = |answer: &Answer, id: &str| {
                    answer.text().replace(answer.header("x-operation"), "").replace(id, "")
                };
                assert!(theirs.status >= 400, "{account} {method} {path}: {}", theirs.status);
                assert_eq!(theirs.status, none.status, "{account} {method} {path}");
                assert_eq!(without(&theirs, &id), without(&none, nothing), "{account} {method} {path}");
                asked += 1;
            }
            for list in ["/r/REGISTER", "/r/REGISTER/options?q=%E9%BE%99", "/api/v1/r/REGISTER"] {
                let list = list.replace("REGISTER", register);
                let text = browser.get(&list).await.text();
                assert!(!text.contains(SECRET) && !text.contains(&id), "{account} {list}: {text}");
            }
        }
    }
    assert!(asked > 2000, "{asked}");
}

async fn a_page_of_every_register_is_whole(city: City) {
    let made = one_of_each(&city, HERE, city.here, "通许示例").await;
    let mut office = city.browser_of("office").await;
    let (mut read, mut refused) = (0, Vec::new());
    for (register, id) in &made {
        for path in [
            format!("/r/{register}"),
            format!("/r/{register}?q=%E9%80%9A%E8%AE%B8"),
            format!("/r/{register}/{id}"),
            format!("/api/v1/r/{register}"),
        ] {
            let answer = office.get(&path).await;
            let text = answer.text();
            assert!(answer.status < 500 && !text.contains('⟦'), "{path}: {} {text}", answer.status);
            match answer.status {
                200 => read += 1,
                _ => refused.push(path),
            }
        }
    }
    // What holds people's own data or secrets of state is not for the office.
    assert!(read > refused.len() * 10, "{read} read, refused {refused:?}");
}
