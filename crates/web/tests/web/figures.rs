//! Indicators and scorecards as offices, counties and plants meet them, and as programs read them.

use base::Period;
use engine::indicator::job::Figures;
use serde_json::json;

use crate::city::{City, ELSEWHERE, HERE};

async fn counted(city: &City, code: &str) {
    let period = Period::parse(code).unwrap();
    for name in ["hazard-self-found", "responsibility-complete", "hazard-fixed-in-time"] {
        city.engine.compute_figures(&Figures::Indicator(name.into(), period)).await.unwrap();
    }
    city.engine.compute_figures(&Figures::Scorecard("county-month".into(), period)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_opens_its_rows_and_a_county_sees_its_own() {
    let city = City::new().await;
    city.hazard("worker.here", city.here).await;
    city.hazard("worker.elsewhere", city.elsewhere).await;
    counted(&city, "2021-06").await;
    let mut office = city.browser_of("office").await;
    let list = office.get("/indicators").await;
    assert_eq!(list.status, 200, "{}", list.text());
    for words in ["监管责任明确率", "企业自查隐患占比", "目标", "附件2"] {
        assert!(list.text().contains(words), "{words}: {}", list.text());
    }
    let address = "/indicators/responsibility-complete?period=2021-06";
    let page = office.get(address).await.text();
    assert!(page.contains("0 %") || page.contains("0.0 %"), "{page}");
    assert!(
        page.contains("未达标") && page.contains("s.responsibility == &#39;clear&#39;")
            || page.contains("clear"),
        "{page}"
    );
    let rows = "/indicators/responsibility-complete/rows?period=2021-06&which=miss";
    let all = office.get(rows).await.text();
    assert!(all.contains("通许示例机械厂") && all.contains("龙亭示例机械厂"), "{all}");
    let own = city.browser_of("regulator.here").await.get(rows).await.text();
    assert!(own.contains("通许示例机械厂") && !own.contains("龙亭示例机械厂"), "{own}");
    for (path, status) in [
        ("/indicators/no-such", 404),
        ("/indicators/responsibility-complete?period=2021Q1", 404),
        ("/indicators/responsibility-complete/rows?which=nonsense", 404),
        ("/indicators/responsibility-complete/rows?in.nonsense=1", 404),
        ("/indicators/responsibility-complete/table.xlsx?period=2021-06", 200),
        ("/scorecards/county-month/table.xlsx?period=2021-06", 200),
        ("/scorecards/county-month?period=2021-06", 200),
        ("/scorecards/no-such", 404),
    ] {
        assert_eq!(office.get(path).await.status, status, "{path}");
    }
    let mut head = city.browser_of("head.here").await;
    let seen = head.get("/indicators/hazard-self-found").await;
    assert!(seen.status == 200 && seen.text().contains("按您的范围即时统计"), "{}", seen.text());
    let mut admin = city.browser_of("system.admin").await;
    assert_eq!(admin.get(address).await.status, 404);
    assert!(!admin.get("/indicators").await.text().contains("监管责任明确率"));
    // The clause that asks for it shows it with its present state.
    let clause = office.get("/plan/clauses/M.3").await.text();
    assert!(
        clause.contains("监管责任明确率") && clause.contains("/indicators/responsibility-complete"),
        "{clause}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_office_releases_a_period_and_takes_it_back() {
    let city = City::new().await;
    counted(&city, "2021-05").await;
    let mut office = city.browser_of("office").await;
    let address = "/indicators/hazard-self-found?period=2021-05";
    let page = office.get(address).await;
    let lock = [("period", "2021-05"), ("note", "第5期通报")];
    let sent = office.fill_from(&page, "/indicators/hazard-self-found/lock", &lock).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    let page = office.get(address).await;
    assert!(page.text().contains("第5期通报") && page.text().contains("已发布并锁定"), "{}", page.text());
    let early = [("period", "2021-06"), ("note", "")];
    let refused = office.fill_from(&page, "/indicators/hazard-self-found/lock", &early).await;
    assert_eq!(refused.status, 403);
    let reason = [("period", "2021-05"), ("reason", "")];
    assert_eq!(office.fill_from(&page, "/indicators/hazard-self-found/unlock", &reason).await.status, 422);
    let mut county = city.browser_of("regulator.here").await;
    let theirs = county.get(address).await;
    assert!(!theirs.text().contains("/unlock"), "{}", theirs.text());
    let unlock = [("period", "2021-05"), ("reason", "x")];
    let token = county.get("/account").await;
    assert_eq!(county.fill_from(&token, "/indicators/hazard-self-found/unlock", &unlock).await.status, 403);
    let asked = [("period", "2021-05")];
    assert_eq!(office.fill_from(&page, "/indicators/hazard-self-found/compute", &asked).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_score_is_traced_and_points_are_given_with_evidence() {
    let city = City::new().await;
    counted(&city, "2021-06").await;
    let mut office = city.browser_of("office").await;
    let card = office.get("/scorecards/county-month?period=2021-06").await.text();
    let own = format!("/scorecards/county-month/subjects/{HERE}?period=2021-06");
    assert!(card.contains(&own.replace('&', "&amp;")) || card.contains(&own), "{card}");
    let page = office.get(&own).await;
    assert!(page.text().contains("尚未评分") && page.text().contains("现场督导评价"), "{}", page.text());
    let path = format!("/scorecards/county-month/subjects/{HERE}");
    let given = [("period", "2021-06"), ("item", "on_site"), ("points", "17.5"), ("evidence", "督导记录")];
    assert_eq!(office.fill_from(&page, &path, &given).await.status, 303);
    let page = office.get(&own).await;
    assert!(page.text().contains("17.5") && page.text().contains("督导记录"), "{}", page.text());
    let without = [("period", "2021-06"), ("item", "on_site"), ("points", "17.5"), ("evidence", "")];
    assert_eq!(office.fill_from(&page, &path, &without).await.status, 422);
    let mut county = city.browser_of("regulator.here").await;
    assert_eq!(county.get(&own).await.status, 200);
    let other = format!("/scorecards/county-month/subjects/{ELSEWHERE}?period=2021-06");
    assert_eq!(county.get(&other).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_read_and_release_the_same_numbers() {
    let city = City::new().await;
    counted(&city, "2021-05").await;
    let mut office = city.browser_of("office").await;
    let token = office.get("/account").await.hidden("_csrf");
    office.headers.push(("X-CSRF-Token".into(), token));
    let one = office.get("/api/v1/indicators/responsibility-complete?period=2021-05").await.json();
    assert_eq!(one["figure"]["target"]["min"], json!(1.0), "{one}");
    assert_eq!(one["figure"]["version"], json!(1));
    let body = json!({ "period": "2021-05", "note": "通报" });
    let locked = office.json("POST", "/api/v1/indicators/responsibility-complete/lock", &body).await;
    assert_eq!(locked.status, 200, "{}", locked.text());
    let mut county = city.browser_of("regulator.here").await;
    let seen = county.get("/api/v1/indicators/responsibility-complete?period=2021-05").await.json();
    assert!(seen["released_city"].is_object(), "{seen}");
    let rows = county.get("/api/v1/indicators/hazard-self-found/rows?period=2021-05").await.json();
    assert_eq!(rows["count"], json!(0));
    let cards = county.get("/api/v1/scorecards/county-month?period=2021-05").await.json();
    assert_eq!(cards["subjects"].as_array().map(Vec::len), Some(1), "{cards}");
    let items = cards["subjects"][0]["items"].as_array().unwrap();
    let sum: f64 = items.iter().map(|i| i["points"].as_f64().unwrap()).sum();
    assert!((sum - cards["subjects"][0]["score"].as_f64().unwrap()).abs() < 1e-9, "{cards}");
    let all = county.get("/api/v1/indicators").await.json();
    assert!(all["indicators"].as_array().unwrap().len() >= 9, "{all}");
}
