//! The JSON interface: by key, the same calls as pages, errors with codes and fields.

use base::{Clock, OsChance, WallClock};
use city::By;
use serde_json::json;

use crate::city::City;

#[tokio::test(flavor = "multi_thread")]
async fn another_program_works_with_a_key() {
    let city = City::new().await;
    let manager = city.actor("safety_manager.here").await;
    let until = WallClock.now().plus_hours(24 * 30);
    let by = By::Person(&manager);
    let (_, key) = city
        .gate
        .create_api_key(&by, manager.account, "测试", until, WallClock.now(), &mut OsChance)
        .await
        .unwrap();
    let mut program = city.browser();
    let stranger = program.get("/api/v1/me").await;
    assert_eq!((stranger.status, stranger.json()["error"]["code"].as_str()), (401, Some("sign_in_needed")));
    program.headers.push(("Authorization".into(), format!("Bearer {}", key.reveal())));
    assert_eq!(program.get("/api/v1/me").await.json()["name"], "safety_manager.here");

    let wrong = json!({ "procedure": "hazard.general", "fields": { "enterprise": city.here, "found_at": "yesterday", "colour": 1 } });
    let refused = program.json("POST", "/api/v1/r/hazard", &wrong).await;
    assert_eq!(refused.status, 422);
    let fields: Vec<_> =
        refused.json()["error"]["problems"].as_array().unwrap().iter().map(|p| p["field"].clone()).collect();
    assert_eq!(fields, ["colour", "found_at"]);

    let good = json!({ "procedure": "hazard.general", "key": "once", "fields": { "enterprise": city.here, "description": "接口上报" } });
    let made = program.json("POST", "/api/v1/r/hazard", &good).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let id = made.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(program.json("POST", "/api/v1/r/hazard", &good).await.json()["id"], id.as_str());
    let seen = program.get(&format!("/api/v1/r/hazard/{id}")).await.json();
    assert_eq!(seen["fields"]["description"], "接口上报");
    let step = json!({ "version": seen["version"], "fields": { "responsible": manager.account, "deadline": "2021-06-25" } });
    let moved = program.json("POST", &format!("/api/v1/r/hazard/{id}/steps/assign"), &step).await;
    assert_eq!(
        (moved.status, moved.json()["case"]["state"].as_str()),
        (200, Some("rectifying")),
        "{}",
        moved.text()
    );
    let stale = program.json("POST", &format!("/api/v1/r/hazard/{id}/steps/assign"), &step).await;
    assert_eq!((stale.status, stale.json()["error"]["code"].as_str()), (409, Some("conflict")));
    let timeline = program.get(&format!("/api/v1/r/hazard/{id}/timeline")).await.json();
    assert_eq!(timeline["events"].as_array().unwrap().len(), 2);
    let list = program.get("/api/v1/r/hazard?limit=1&count=yes&view=open").await.json();
    assert_eq!((list["records"].as_array().unwrap().len(), &list["count"]["exactly"]), (1, &json!(1)));
    assert_eq!(program.json("POST", "/api/v1/r/hazard", &json!([])).await.status, 422);
    let document = program.get("/api/openapi.json").await.json();
    assert!(document["components"]["schemas"]["hazard"]["properties"]["description"].is_object());
}
