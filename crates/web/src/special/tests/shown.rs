//! Every page is whole in both languages and says what it should, and nothing that it must not.

use base::Language;

use super::world::World;

fn faults(html: &str) -> Vec<&str> {
    ["{{", "{%", "⟦", " style=\"", "<script>", "javascript:", "onclick=", "{n}", "{name}"]
        .into_iter()
        .filter(|w| html.contains(w))
        .collect()
}

fn pages(world: &World) -> Vec<String> {
    let (firm, unit) = (world.firm, world.unit);
    vec![
        "/checks".to_owned(),
        format!("/checks?unit={unit}&level=post"),
        format!("/checks/sheet?unit={unit}"),
        format!("/checks/enter?unit={unit}"),
        "/risk".to_owned(),
        "/risk/map".to_owned(),
        "/risk/factors/new".to_owned(),
        format!("/risk/factors/new?risk_point={}", world.point),
        format!("/risk/factors/{}/assess", world.factor),
        format!("/risk/measures/{}/check-item", world.measure),
        "/hazards".to_owned(),
        format!("/enterprises/{firm}/print/risk-list"),
        format!("/enterprises/{firm}/print/notice-board"),
        format!("/enterprises/{firm}/print/code"),
        format!("/enterprises/{firm}/print/ledger"),
        format!("/units/{unit}/print/card"),
        format!("/e/{}", world.code),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_special_page_is_whole_in_both_languages() {
    let world = World::new().await;
    for language in [Language::Chinese, Language::English] {
        for page in pages(&world) {
            let answer = world.get(Some(&world.manager), &page, language).await;
            assert_eq!(answer.status, 200, "{page}: {:?}", answer.codes);
            assert!(answer.body.contains("</html>"), "{page} is whole");
            assert_eq!(faults(&answer.body), Vec::<&str>::new(), "{page} in {}", language.tag());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn papers_carry_what_they_are_for() {
    let world = World::new().await;
    let check = async |page: String, wanted: &[&str]| {
        let answer = world.get(Some(&world.manager), &page, Language::Chinese).await;
        for text in wanted {
            assert!(answer.body.contains(text), "{page} says {text}");
        }
    };
    check(
        format!("/enterprises/{}/print/risk-list", world.firm),
        &["阀门泄漏", "540", "重大风险", "每班巡检阀门"],
    )
    .await;
    check(format!("/enterprises/{}/print/notice-board", world.firm), &["液氨储罐", "中毒和窒息", "12350"])
        .await;
    check(format!("/units/{}/print/card", world.unit), &["先通风再进入", "阀门泄漏", "<svg"]).await;
    check(format!("/checks/sheet?unit={}", world.unit), &["液氨阀门", &world.unit_code, "<svg"]).await;
    check(format!("/risk/factors/{}/assess", world.factor), &["540", "risk-red", "/check-item"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strangers_see_of_an_enterprise_only_what_is_public() {
    let world = World::new().await;
    let page = world.get(None, &format!("/e/{}", world.code), Language::Chinese).await;
    assert_eq!(page.status, 200);
    for text in ["试验化工1", "机械", "工业路1号", "液氨储罐", "重大风险", "12350"] {
        assert!(page.body.contains(text), "{text} is public");
    }
    for text in ["王负责", "13800000001", "二十吨", "114.47", "阀门泄漏"] {
        assert!(!page.body.contains(text), "{text} is not public");
    }
    for code in ["QY-410222-999999", "x", "%E5%AE%89"] {
        assert_eq!(world.get(None, &format!("/e/{code}"), Language::Chinese).await.status, 404, "{code}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_an_explosive_zone_the_page_offers_paper_instead_of_buttons() {
    let world = World::new().await;
    let marked = judge::Facts::from([("explosive_zone".to_owned(), judge::Fact::YesNo(true))]);
    world.app.engine().update(&world.manager, "unit", world.unit, 1, &marked).await.unwrap();
    let page = world.get(Some(&world.worker), "/checks", Language::Chinese).await.body;
    assert!(page.contains("防爆区域，不得使用手机"));
    assert!(page.contains(&format!("/checks/sheet?unit={}", world.unit)));
    assert!(page.contains(&format!("/checks/enter?unit={}", world.unit)));
    assert!(!page.contains("/checks/items/"), "no button to tap in there");
}
