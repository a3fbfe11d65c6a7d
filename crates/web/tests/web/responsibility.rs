//! Unowned and disputed enterprises as offices meet them, the officer of one township, and grants for an enterprise.

use city::Place;
use serde_json::json;

use crate::city::{City, ELSEWHERE, HERE};

/// Two townships of the county of the plant.
const TOWN: &str = "410222101";
const OTHER_TOWN: &str = "410222102";

#[tokio::test(flavor = "multi_thread")]
async fn an_office_finds_an_unowned_enterprise_and_names_its_bodies() {
    let city = City::new().await;
    city.person("office.here", &[("county.office", Place { county: HERE.into(), ..Place::default() })]).await;
    let mut browser = city.browser_of("office.here").await;
    let list = browser.get("/enterprises/responsibility?kind=unowned").await;
    assert_eq!(list.status, 200, "{}", list.text());
    assert!(list.text().contains("通许示例机械厂") && !list.text().contains("龙亭示例"), "{}", list.text());
    assert!(list.text().contains("没有行业主管部门") && list.text().contains("无主管 1"), "{}", list.text());
    let address = format!("/enterprises/{}/responsibility", city.here);
    assert!(list.text().contains(&address));
    let page = browser.get(&address).await;
    let bad =
        [("duty", "special"), ("body", "县消防大队"), ("level", "county"), ("valid_from", "2021-06-15")];
    let refused = browser.fill_from(&page, &address, &bad).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("专项监管须选择监管事项"), "{}", refused.text());
    for (duty, body) in [("sector_lead", "通许县工信局"), ("general", "通许县应急管理局")] {
        let page = browser.get(&address).await;
        let fields = [("duty", duty), ("body", body), ("level", "county"), ("valid_from", "2021-06-15")];
        let sent = browser.fill_from(&page, &address, &fields).await;
        assert_eq!(sent.status, 303, "{}", sent.text());
    }
    let settled = browser.get(&address).await.text();
    assert!(settled.contains("责任明确") && settled.contains("通许县工信局"), "{settled}");
    let empty = browser.get("/enterprises/responsibility").await.text();
    assert!(!empty.contains("通许示例机械厂"), "{empty}");
    let bad = browser.get("/enterprises/responsibility?kind=nonsense").await.status;
    assert_eq!((bad, browser.get("/enterprises/responsibility?head=x").await.status), (422, 422));
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_list_and_settle_the_same() {
    let city = City::new().await;
    let mut browser = city.browser_of("regulator.here").await;
    let token = browser.get("/account").await.hidden("_csrf");
    browser.headers.push(("X-CSRF-Token".into(), token));
    let list = browser.get("/api/v1/responsibility?kind=unowned&limit=10").await;
    let list: serde_json::Value = serde_json::from_str(&list.text()).unwrap();
    assert_eq!((&list["counts"]["unowned"], &list["next"]), (&json!(1), &json!(null)));
    assert_eq!(list["enterprises"][0]["gaps"][0]["duty"], "sector_lead");
    let address = format!("/api/v1/enterprises/{}/responsibility", city.here);
    let fields =
        json!({ "duty": "sector_lead", "body": "甲局", "level": "county", "valid_from": "2021-06-01" });
    let made = browser.json("POST", &address, &json!({ "fields": fields })).await;
    assert_eq!(made.status, 200, "{}", made.text());
    let made: serde_json::Value = serde_json::from_str(&made.text()).unwrap();
    let end = format!("{address}/{}/end", made["id"].as_str().unwrap());
    let until = json!({ "version": 1, "valid_until": "2021-06-10" });
    assert_eq!(browser.json("POST", &end, &until).await.status, 200);
    let shown: serde_json::Value = serde_json::from_str(&browser.get(&address).await.text()).unwrap();
    assert_eq!(shown["bodies"][0]["fields"]["valid_until"], "2021-06-10");
    assert_eq!(shown["gaps"].as_array().map(Vec::len), Some(2));
    let theirs = format!("/api/v1/enterprises/{}/responsibility", city.elsewhere);
    assert_eq!(browser.get(&theirs).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_officer_of_a_township_sees_that_township_alone() {
    let city = City::new().await;
    let town = Place { county: HERE.into(), township: TOWN.into(), ..Place::default() };
    city.person("officer", &[("township.officer", town)]).await;
    let mut office = city.browser_of("office").await;
    let form = office.get(&format!("/r/enterprise/{}/edit", city.here)).await;
    assert!(form.text().contains("data-within=\"410222\""), "{}", form.text());
    let token = office.get("/account").await.hidden("_csrf");
    office.headers.push(("X-CSRF-Token".into(), token));
    let put =
        |township: &str, version: i64| json!({ "version": version, "fields": { "township": township } });
    let here = format!("/api/v1/r/enterprise/{}", city.here);
    let wrong = office.json("PUT", &here, &put("410202001", 1)).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("北书店街道不在通许县"), "{}", wrong.text());
    let hazard = city.hazard("worker.here", city.here).await;
    let mut officer = city.browser_of("officer").await;
    let pages = [
        format!("/enterprises/{}", city.here),
        format!("/enterprises/{}/responsibility", city.here),
        format!("/r/hazard/{hazard}"),
    ];
    for (township, seen, version) in [(OTHER_TOWN, false, 1), (TOWN, true, 2)] {
        let changed = office.json("PUT", &here, &put(township, version)).await;
        assert_eq!(changed.status, 200, "{}", changed.text());
        for list in ["/r/enterprise", "/r/hazard", "/enterprises/responsibility", "/api/v1/responsibility"] {
            let text = officer.get(list).await.text();
            assert_eq!(text.contains("通许示例机械厂"), seen, "{list} in {township}");
            assert!(!text.contains("龙亭示例机械厂"), "{list}");
        }
        for page in &pages {
            let expected = if seen { 200 } else { 404 };
            assert_eq!(officer.get(page).await.status, expected, "{page} in {township}");
        }
    }
    // A new enterprise begins in the officer's township.
    let new = officer.get("/r/enterprise/new").await.text();
    assert!(new.contains(&format!("<option value=\"{TOWN}\" selected")), "{new}");
}

#[tokio::test(flavor = "multi_thread")]
async fn grants_name_an_enterprise_found_by_name_and_a_township_with_its_county() {
    let city = City::new().await;
    city.person("new.comer", &[]).await;
    let account =
        city::accounts::account_named(&city.engine.database, "new.comer").await.unwrap().unwrap().id;
    let mut browser = city.browser_of("security.admin").await;
    let address = format!("/system/accounts/{account}");
    let page = browser.get(&address).await;
    assert!(page.text().contains("/system/enterprises/options"), "{}", page.text());
    let found = browser.get("/system/enterprises/options?q=%E9%80%9A%E8%AE%B8").await.text();
    assert!(found.contains("通许示例机械厂") && found.contains(&city.here.to_string()), "{found}");
    let grants = format!("{address}/grants");
    let here = city.here.to_string();
    let given = [("role", "enterprise.worker"), ("organisation", here.as_str()), ("from", "2021-06-01")];
    let sent = browser.fill_from(&page, &grants, &given).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    let wrong =
        [("role", "township.officer"), ("county", ELSEWHERE), ("township", TOWN), ("from", "2021-06-01")];
    let refused = browser.fill_from(&page, &grants, &wrong).await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    let town = [("role", "township.officer"), ("township", TOWN), ("from", "2021-06-01")];
    assert_eq!(browser.fill_from(&page, &grants, &town).await.status, 303);
    let rows = city::grants::of_account(&city.engine.database, account).await.unwrap();
    let officer = rows.iter().find(|row| row.grant.role == "township.officer").unwrap();
    assert_eq!((officer.grant.place.county.as_str(), officer.grant.place.township.as_str()), (HERE, TOWN));
    // Nobody else searches through enterprises this way.
    for other in ["system.admin", "office", "head.here"] {
        let mut browser = city.browser_of(other).await;
        assert_eq!(
            browser.get("/system/enterprises/options?q=%E9%80%9A%E8%AE%B8").await.status,
            404,
            "{other}"
        );
    }
}
