//! The packs as their readers see them: what is in force, an element in words, what units owe within the reader's scope.

use crate::city::City;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_force_is_told_by_kind_and_each_element_in_words() {
    let city = City::new().await;
    let mut browser = city.browser_of("office").await;
    let kinds = browser.get("/packs").await.text();
    assert!(kinds.contains("/packs?kind=procedure") && kinds.contains("闭环流程"), "{kinds}");
    let list = browser.get("/packs?kind=procedure").await.text();
    assert!(list.contains("/packs/procedure/hazard.general"), "{list}");
    assert!(list.contains("2020-06-04"), "since when: the plan's day of issue");
    let one = browser.get("/packs/procedure/hazard.general").await.text();
    for wanted in
        ["一般隐患限期整改", "A2.2.3.3a", "企业安全管理员", "/r/hazard?procedure=hazard.general", "不得由"]
    {
        assert!(one.contains(wanted), "{wanted}: {one}");
    }
    assert_eq!(browser.get("/packs/procedure/hazard.moon").await.status, 404);
    assert_eq!(browser.get("/packs?kind=moon").await.status, 404);
    let json = browser.get("/api/v1/packs/elements?kind=register").await.json();
    assert!(json["elements"].as_array().unwrap().iter().any(|e| e["id"] == "enterprise"), "{json}");
    let json = browser.get("/api/v1/packs/elements/register/enterprise").await.json();
    assert_eq!(json["says"]["title_from"], "name");
    browser.get("/language/en").await;
    assert!(browser.get("/packs/procedure/hazard.general").await.text().contains("Not by"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_units_owe_opens_its_rows_within_the_readers_scope() {
    let city = City::new().await;
    let made = city.engine.sweep_owed().await.unwrap();
    for account in ["office", "regulator.here", "head.here"] {
        let mut browser = city.browser_of(account).await;
        for path in ["/deliverables", "/campaigns", "/checklists"] {
            let page = browser.get(path).await;
            assert_eq!(page.status, 200, "{account} {path}");
            for link in links(&page.text(), "/r/") {
                assert_eq!(browser.get(&link).await.status, 200, "{account}: {link} opens");
            }
        }
        let json = browser.get("/api/v1/deliverables").await.json();
        let all: i64 = json["elements"].as_array().unwrap().iter().map(|e| e["all"].as_i64().unwrap()).sum();
        assert!(all <= i64::try_from(made).unwrap());
    }
    let mut administrator = city.browser_of("system.admin").await;
    for path in ["/deliverables", "/campaigns", "/api/v1/deliverables"] {
        assert_eq!(
            administrator.get(path).await.status,
            404,
            "administrators hold no rows of the domain: {path}"
        );
    }
}

/// Addresses on a page that begin so.
fn links(page: &str, begin: &str) -> Vec<String> {
    let found = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    found
        .filter(|href| href.starts_with(begin))
        .map(|href| href.replace("&amp;", "&").replace("&#38;", "&"))
        .collect()
}
