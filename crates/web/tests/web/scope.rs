//! Every route asked by somebody of another county: the same answer as for what does not exist. And every page of
//! every kind of person is whole.

use crate::city::City;

/// A path with its parts filled in; None where a part has no meaning for this register.
fn filled(path: &str, register: &str, id: &str) -> String {
    path.replace("{register}", register)
        .replace("{id}", id)
        .replace("{step}", "assign")
        .replace("{hash}", &"ab".repeat(32))
        .replace("{item}", id)
        .replace("{code}", id)
        .replace("{kind}", "register")
        .replace("{grant}", id)
        .replace("{row}", id)
        .replace("{subject}", id)
        .replace("{key}", id)
        .replace("{duty}", "enterprise-self-check")
        .replace("{period}", "2021-06")
        .replace("{tag}", "en")
        .replace("{version}", "x")
        .replace("{*name}", "anlan.css")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_yours_is_answered_like_what_is_not_there() {
    let city = City::new().await;
    let hazard = city.hazard("worker.elsewhere", city.elsewhere).await.to_string();
    let enterprise = city.elsewhere.to_string();
    let report = city.double_report("safety_manager.elsewhere", city.elsewhere).await.to_string();
    let nothing = "0123456789abcdef0123456789abcdef";
    let mut asked = 0;
    for account in ["regulator.here", "head.here", "worker.here", "system.admin", "audit.admin"] {
        let mut browser = city.browser_of(account).await;
        let token = browser.get("/account").await.hidden("_csrf");
        browser.headers.push(("X-CSRF-Token".into(), token));
        for (method, path) in web::addresses().iter().filter(|(_, path)| path.contains("{id}")) {
            for (register, id) in
                [("hazard", &hazard), ("enterprise", &enterprise), ("double_report", &report)]
            {
                let kind = if path.starts_with("/api/") {
                    "application/json"
                } else {
                    "application/x-www-form-urlencoded"
                };
                let body: &[u8] = if *method == "get" {
                    b""
                } else if path.starts_with("/api/") {
                    b"{\"version\":1,\"fields\":{}}"
                } else {
                    b"version=1"
                };
                let theirs =
                    browser.send(&method.to_uppercase(), &filled(path, register, id), kind, body).await;
                let none =
                    browser.send(&method.to_uppercase(), &filled(path, register, nothing), kind, body).await;
                let without = |answer: &crate::browser::Answer, id: &str| {
                    let operation = answer.header("x-operation").to_owned();
                    answer.text().replace(&operation, "").replace(id, "")
                };
                assert_eq!(theirs.status, none.status, "{account} {method} {path} {register}");
                assert_eq!(
                    without(&theirs, id),
                    without(&none, nothing),
                    "{account} {method} {path} {register}"
                );
                assert!(theirs.status >= 400, "{account} {method} {path} {register}: {}", theirs.status);
                asked += 1;
            }
        }
    }
    assert!(asked > 100, "{asked}");
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_and_counts_hold_nothing_of_another_county() {
    let city = City::new().await;
    city.hazard("worker.elsewhere", city.elsewhere).await;
    let mut browser = city.browser_of("regulator.here").await;
    for path in [
        "/r/enterprise",
        "/r/hazard",
        "/search?q=%E9%BE%99%E4%BA%AD",
        "/r/enterprise/options?q=%E9%BE%99%E4%BA%AD",
        "/api/v1/r/enterprise",
        "/api/v1/r/hazard",
        "/api/v1/search?q=%E5%86%B2%E5%BA%8A",
    ] {
        let text = browser.get(path).await.text();
        assert!(!text.contains("龙亭示例") && !text.contains("冲床"), "{path}: {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_finds_out_a_protected_field_by_filtering() {
    let city = City::new().await;
    let mut worker = city.browser_of("worker.here").await;
    for filter in [
        "dangerous_stock=x",
        "head_phone=13800000001",
        "no_such_field=1",
        "county.from=1",
        "headcount.from=many",
    ] {
        let status = worker.get(&format!("/r/enterprise?{filter}")).await.status;
        assert!([404, 422].contains(&status), "{filter}: {status}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_everybody_is_whole_in_both_languages() {
    let city = City::new().await;
    let hazard = city.hazard("worker.here", city.here).await.to_string();
    let mut seen = std::collections::BTreeMap::<&str, u32>::new();
    for account in [
        "office",
        "regulator.here",
        "head.here",
        "safety_manager.here",
        "worker.here",
        "system.admin",
        "security.admin",
        "audit.admin",
    ] {
        for language in ["zh-CN", "en"] {
            let mut browser = city.browser_of(account).await;
            browser.get(&format!("/language/{language}")).await;
            for (method, path) in web::addresses().iter().filter(|(method, path)| {
                *method == "get"
                    && !path.contains("{hash}")
                    && !path.contains("{tag}")
                    && !path.contains("{*")
            }) {
                let own = city.actor(account).await.account.to_string();
                for (register, id) in [("hazard", hazard.clone()), ("enterprise", city.here.to_string())] {
                    let id = if path.starts_with("/system") { own.clone() } else { id };
                    let path_now = filled(path, register, &id);
                    let answer = browser.get(&path_now).await;
                    assert!(answer.status < 500, "{account} {path_now}: {}", answer.text());
                    assert!(
                        [200, 303, 403, 404, 422].contains(&answer.status),
                        "{account} {method} {path_now}: {}",
                        answer.status
                    );
                    let text = if path_now.ends_with(".xlsx") { String::new() } else { answer.text() };
                    assert!(!text.contains('⟦') && !text.contains("{{"), "{account} {path_now}: {text}");
                    if answer.status == 200 {
                        *seen.entry(path).or_default() += 1;
                    }
                }
            }
        }
    }
    let expected = [
        "/",
        "/r/{register}",
        "/r/{register}/{id}",
        "/r/{register}/{id}/edit",
        "/r/{register}/new",
        "/r/{register}/import",
        "/r/{register}/{id}/step/{step}",
        "/enterprises/{id}",
        "/plan",
        "/plan/timetable",
        "/plan/read",
        "/system",
        "/system/accounts",
        "/system/accounts/{id}",
        "/account",
        "/search",
        "/hazards/registers",
        "/registers",
    ];
    for path in expected {
        assert!(seen.contains_key(path), "nobody sees {path}: {seen:?}");
    }
}
