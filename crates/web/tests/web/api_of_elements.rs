//! Publications, checklists and assessments in JSON: by those who may, and by nobody else.

use serde_json::json;

use crate::city::{City, Packs};
use crate::{inspections, publications};

#[tokio::test(flavor = "multi_thread")]
async fn a_program_publishes_what_its_account_decides_and_strangers_read_it() {
    let city = City::of(&Packs::Ground(publications::PACK)).await;
    let mut regulator = city.program_of("regulator.here").await;
    let mut stranger = city.browser();
    for path in ["/api/v1/publications", "/api/v1/publications/firms-here"] {
        assert_eq!(stranger.get(path).await.status, 401, "{path}");
    }
    let look = regulator.json("POST", "/api/v1/publications/firms-here/look", &json!({})).await;
    assert_eq!((look.status, look.json()["offered"].as_u64()), (200, Some(1)), "{}", look.text());
    let all = regulator.get("/api/v1/publications").await.json();
    assert_eq!(all["publications"][0]["entries"]["offered"], 1, "{all}");
    let offered = regulator.get("/api/v1/publications/firms-here").await.json();
    let id = offered["entries"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/publications/firms-here/{id}");
    let entry = regulator.get(&path).await.json();
    assert_eq!(entry["record_fits"], true, "{entry}");
    assert_eq!(entry["shown"][2]["value"]["zh"].as_str().unwrap().chars().filter(|c| *c == '*').count(), 14);
    let publish = json!({ "version": entry["version"] });
    for account in ["regulator.elsewhere", "worker.here", "system.admin"] {
        let mut other = city.program_of(account).await;
        assert_eq!(other.get(&path).await.status, 404, "{account}");
        assert_eq!(other.json("POST", &format!("{path}/publish"), &publish).await.status, 404, "{account}");
        let look = other.json("POST", "/api/v1/publications/firms-here/look", &json!({})).await;
        let offered = look.json()["offered"].as_u64();
        assert!(look.status == 404 || account == "regulator.elsewhere" && offered == Some(1), "{account}");
    }
    assert_eq!(stranger.get(&format!("/api/public/firms-here/{id}")).await.status, 404, "not decided yet");
    assert_eq!(regulator.json("POST", &format!("{path}/burn"), &publish).await.status, 404);
    assert_eq!(regulator.json("POST", &format!("{path}/publish"), &json!({})).await.status, 422);
    let done = regulator.json("POST", &format!("{path}/publish"), &publish).await;
    assert_eq!((done.status, done.json()["id"].as_str()), (200, Some(id.as_str())), "{}", done.text());
    assert_eq!(stranger.get("/api/public").await.json()["publications"][0]["id"], "firms-here");
    let list = stranger.get("/api/public/firms-here").await.json();
    assert_eq!(list["entries"][0]["shown"][0]["value"]["zh"], "通许示例机械厂", "{list}");
    let one = stranger.get(&format!("/api/public/firms-here/{id}")).await;
    assert!(!one.text().contains("decided_by") && !one.text().contains("\"record\""), "{}", one.text());
    let version = regulator.get(&path).await.json()["version"].clone();
    let withdraw = |reason: &str| json!({ "version": version.clone(), "reason": reason });
    assert_eq!(regulator.json("POST", &format!("{path}/withdraw"), &withdraw(" ")).await.status, 422);
    let gone = regulator.json("POST", &format!("{path}/withdraw"), &withdraw("企业已迁出")).await;
    assert_eq!(gone.status, 200, "{}", gone.text());
    assert_eq!(stranger.get(&format!("/api/public/firms-here/{id}")).await.status, 404);
    assert_eq!(stranger.get("/api/public/moon").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_fills_a_list_where_its_account_inspects() {
    let city = City::of(&Packs::Ground(inspections::PACK)).await;
    let path = format!("/api/v1/checklists/small/fill/{}", city.here);
    let fitting = format!("/api/v1/checklists/for/enterprise/{}", city.here);
    let good = json!({
        "answers": { "exits": { "answer": "fails", "remark": "堆放纸箱" }, "permit": "meets" },
        "deadline": "2021-07-01",
        "key": "once",
    });
    let mut stranger = city.browser();
    assert_eq!(stranger.json("POST", &path, &good).await.status, 403, "neither key nor form token");
    for account in ["regulator.elsewhere", "head.elsewhere", "system.admin"] {
        let mut other = city.program_of(account).await;
        assert_eq!(other.get(&fitting).await.status, 404, "{account}");
        assert_eq!(other.json("POST", &path, &good).await.status, 404, "{account}");
    }
    let mut regulator = city.program_of("regulator.here").await;
    assert_eq!(regulator.get("/api/v1/checklists").await.json()["checklists"][0]["items"], 2);
    assert_eq!(regulator.get(&fitting).await.json()["checklists"][0]["id"], "small");
    let wrong = json!({ "answers": { "exits": "perhaps", "roof": "meets" }, "deadline": "soon" });
    let refused = regulator.json("POST", &path, &wrong).await;
    let problems = refused.json()["error"]["problems"].clone();
    let mut fields: Vec<&str> =
        problems.as_array().unwrap().iter().filter_map(|p| p["field"].as_str()).collect();
    fields.sort_unstable();
    assert_eq!((refused.status, fields), (422, vec!["deadline", "exits", "roof"]), "{}", refused.text());
    let many = json!({ "answers": { "exits": { "answer": "fails", "photos": vec!["ab".repeat(32); 7] } } });
    let refused = regulator.json("POST", &path, &many).await.json();
    assert_eq!(refused["error"]["problems"][0]["code"], "field.too_large", "{refused}");
    let stolen = json!({ "answers": { "exits": { "answer": "fails", "photos": ["ab".repeat(32)] } } });
    assert_eq!(regulator.json("POST", &path, &stolen).await.status, 422);
    let filled = regulator.json("POST", &path, &good).await;
    assert_eq!(filled.status, 201, "{}", filled.text());
    let hazard = filled.json()["hazards"][0].as_str().unwrap().to_owned();
    let case = regulator.get(&format!("/api/v1/r/hazard/{hazard}")).await.json();
    assert!(case["fields"]["description"].as_str().unwrap().contains("堆放纸箱"), "{case}");
    assert_eq!(regulator.json("POST", &path, &good).await.json()["record"], filled.json()["record"], "once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_assesses_what_its_account_keeps() {
    let city = City::of(&Packs::Ground(inspections::PACK)).await;
    let path = format!("/api/v1/assessments/size/{}", city.here);
    let inputs = json!({ "inputs": { "l": "6", "e": "6", "c": "15" } });
    let mut stranger = city.browser();
    assert_eq!(stranger.get(&path).await.status, 401);
    for account in ["regulator.elsewhere", "safety_manager.elsewhere", "audit.admin"] {
        let mut other = city.program_of(account).await;
        assert_eq!(other.get(&path).await.status, 404, "{account}");
        assert_eq!(other.json("POST", &path, &inputs).await.status, 404, "{account}");
    }
    let mut worker = city.program_of("worker.here").await;
    assert_eq!(worker.get(&path).await.json()["may"], false);
    assert_eq!(worker.json("POST", &path, &inputs).await.status, 403, "reads, and assesses nothing");
    let mut manager = city.program_of("safety_manager.here").await;
    let all = manager.get(&format!("/api/v1/r/enterprise/{}/assessments", city.here)).await.json();
    assert_eq!(
        (all["assessments"][0]["id"].as_str(), all["assessments"][0]["due"].as_str()),
        (Some("size"), Some("never"))
    );
    let asked = manager.get(&path).await.json();
    assert_eq!(
        (asked["may"].as_bool(), asked["filled"]["l"].to_string()),
        (Some(true), "6".to_owned()),
        "{asked}"
    );
    let without = json!({ "inputs": { "l": "6", "e": null, "c": "15" } });
    assert_eq!(manager.json("POST", &path, &without).await.status, 422);
    let made = manager.json("POST", &path, &inputs).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let now = manager.get(&path).await.json();
    assert_eq!(
        (now["due"].clone(), now["results"].as_array().map(Vec::len)),
        (json!(null), Some(1)),
        "{now}"
    );
}
