//! Checks and assessments change what they should.

use base::Language;
use engine::check::TaskFilter;
use engine::record::list::ListRequest;

use super::world::World;
use crate::special::facts;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x08\0\0\0\x08\x08\x02\0\0\0\0\0\0\0";

async fn due(world: &World) -> usize {
    world.app.engine().tasks(&world.worker, TaskFilter::default()).await.unwrap().len()
}

async fn number(world: &World, register: &str) -> usize {
    world.app.engine().list(&world.manager, register, &ListRequest::default()).await.unwrap().records.len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scanned_post_opens_its_items_and_one_tap_writes_what_holds() {
    let world = World::new().await;
    let scanned = world.get(Some(&world.worker), &format!("/p/{}", world.unit_code), Language::Chinese).await;
    assert_eq!(scanned.to, format!("/checks?unit={}", world.unit));
    let page = world.get(Some(&world.worker), &scanned.to, Language::Chinese).await;
    assert!(page.body.contains("阀门无泄漏") && page.body.contains("不符合：压力正常"));
    let done = world
        .post(
            &world.worker,
            &format!("/checks/items/{}", world.item),
            &[("result", "pass"), ("_key", "k1")],
            &[],
        )
        .await;
    assert_eq!((done.status.as_u16(), done.body.as_str()), (200, r#"{"hazard":null}"#));
    assert_eq!(
        (due(&world).await, number(&world, "hazard").await, number(&world, "check_record").await),
        (0, 0, 1)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_item_is_a_hazard_with_its_photo() {
    let world = World::new().await;
    let address = format!("/checks/items/{}", world.item);
    let silent = world.post(&world.worker, &address, &[("result", "fail")], &[]).await;
    assert_eq!(silent.codes, ["note check.say_what_is_wrong"]);
    let script = world.post(&world.worker, &address, &[("result", "fail")], &[b"<svg onload='x'/>"]).await;
    assert_eq!(script.codes, ["photo file.dangerous"]);
    assert_eq!(number(&world, "hazard").await, 0);
    let failed =
        world.post(&world.worker, &address, &[("result", "fail"), ("note", "阀门渗漏")], &[PNG]).await;
    let json: serde_json::Value = serde_json::from_str(&failed.body).unwrap();
    let id = json["hazard"].as_str().unwrap().strip_prefix("/r/hazard/").unwrap().parse().unwrap();
    let hazard = world.app.engine().record(&world.manager, "hazard", id).await.unwrap();
    assert_eq!(hazard.title, "液氨阀门：阀门渗漏");
    assert_eq!(facts::reference(&hazard, "unit"), Some(world.unit));
    assert!(matches!(hazard.facts.get("photo_before"), Some(judge::Fact::List(photos)) if photos.len() == 1));
    assert_eq!(due(&world).await, 0);
    let glance = world.get(Some(&world.manager), "/hazards", Language::Chinese).await.body;
    let month =
        "<th scope=\"row\">2021-06</th><td class=\"right number\">1</td><td class=\"right number\">0</td>";
    assert!(glance.contains(month), "the month counts it");
    assert!(
        glance.contains("100.0 %") && glance.contains("procedure=hazard.general&#38;state=found"),
        "source and state count it"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_paper_sheet_is_entered_at_once_and_wrong_lines_are_told() {
    let world = World::new().await;
    let address = format!("/checks/enter?unit={}", world.unit);
    let result = format!("result.{}", world.item);
    let note = format!("note.{}", world.item);
    let unsigned = [(result.as_str(), "fail"), (note.as_str(), "压力偏高"), ("by", "李工")];
    let refused = world.post(&world.worker, &address, &unsigned, &[]).await;
    assert_eq!(refused.status, 422);
    assert!(
        refused.body.contains("代填须附本人签字的材料照片"),
        "an entry for somebody else needs the paper"
    );
    let wrong = world.post(&world.worker, &address, &[(&result, "fail")], &[]).await;
    assert_eq!(wrong.status, 422);
    assert_eq!(due(&world).await, 1);
    let right = world.post_with(&world.worker, &address, &unsigned, ("paper.file", &[PNG])).await;
    assert_eq!(right.status, 200);
    assert!(right.body.contains("已录入 1 项，形成隐患 1 项"));
    let records =
        world.app.engine().list(&world.manager, "check_record", &ListRequest::default()).await.unwrap();
    let record = &records.records[0];
    assert_eq!((facts::text(record, "note"), facts::text(record, "on_behalf")), ("压力偏高", "李工"));
    assert!(matches!(record.facts.get("paper"), Some(judge::Fact::List(papers)) if papers.len() == 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_assessment_grades_the_risk_and_keeps_the_first_grade() {
    let world = World::new().await;
    let address = format!("/risk/factors/new?risk_point={}", world.point);
    let missing = [("name", "法兰泄漏"), ("method", "lec"), ("in.lec.l", "1"), ("assessed_on", "2021-06-15")];
    let wrong = world.post(&world.manager, &address, &missing, &[]).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("法兰泄漏") && wrong.body.contains("in.lec.e"));
    assert_eq!(number(&world, "risk_factor").await, 1);
    let right = [
        ("name", "法兰泄漏"),
        ("method", "ls"),
        ("in.ls.l", "3"),
        ("in.ls.s", "5"),
        ("assessed_on", "2021-06-15"),
        ("measure.engineering", "装可燃气体报警\n\n加防护罩"),
        ("measure.emergency", "切断进料"),
    ];
    let made = world.post(&world.manager, &address, &right, &[]).await;
    assert_eq!(made.status, 303, "{:?} {}", made.codes, made.body.len());
    assert_eq!((number(&world, "risk_factor").await, number(&world, "measure").await), (2, 4));
    let again = format!("/risk/factors/{}/assess", world.factor);
    let factor = world.app.engine().record(&world.manager, "risk_factor", world.factor).await.unwrap();
    let version = factor.version.to_string();
    let better = [
        ("name", "阀门泄漏"),
        ("method", "lec"),
        ("in.lec.l", "0.5"),
        ("in.lec.e", "3"),
        ("in.lec.c", "3"),
        ("assessed_on", "2021-06-15"),
        ("_version", version.as_str()),
    ];
    assert_eq!(world.post(&world.manager, &again, &better, &[]).await.status, 303);
    let factor = world.app.engine().record(&world.manager, "risk_factor", world.factor).await.unwrap();
    assert_eq!((facts::text(&factor, "grade"), facts::text(&factor, "inherent_grade")), ("blue", "red"));
    let point = world.app.engine().record(&world.manager, "risk_point", world.point).await.unwrap();
    assert_eq!(facts::text(&point, "grade"), "orange");
    let stale = world.post(&world.manager, &again, &better, &[]).await;
    assert_eq!(stale.status, 409);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_measure_becomes_a_check_item_of_its_post() {
    let world = World::new().await;
    let address = format!("/risk/measures/{}/check-item", world.measure);
    let form = world.get(Some(&world.manager), &address, Language::Chinese).await;
    assert!(form.body.contains("每班巡检阀门，无泄漏") && form.body.contains("液氨罐区"));
    let unit = world.unit.to_string();
    let sent = [
        ("what", "巡检阀门"),
        ("standard", "无泄漏"),
        ("level", "team"),
        ("frequency", "shift"),
        ("unit", unit.as_str()),
        ("photo_needed", "yes"),
    ];
    let made = world.post(&world.manager, &address, &sent, &[]).await;
    assert_eq!(made.status, 303, "{:?}", made.codes);
    let id = made.to.strip_prefix("/r/check_item/").unwrap().parse().unwrap();
    let item = world.app.engine().record(&world.manager, "check_item", id).await.unwrap();
    assert_eq!(facts::reference(&item, "measure"), Some(world.measure));
    assert_eq!(facts::reference(&item, "risk_point"), Some(world.point));
    assert_eq!(due(&world).await, 2);
    let bare = world.post(&world.worker, &format!("/checks/items/{id}"), &[("result", "pass")], &[]).await;
    assert_eq!(bare.codes, ["photo field.required"]);
    let with_photo =
        world.post(&world.worker, &format!("/checks/items/{id}"), &[("result", "pass")], &[PNG]).await;
    assert_eq!(with_photo.status, 200);
}
