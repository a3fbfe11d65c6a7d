//! Checklists on one page and assessments of records: who fills, who sees, and that nobody elsewhere can.

use crate::city::{City, Packs, photo};

pub(crate) const PACK: &str = r#"
[[checklist]]
id = "small"
title = { zh = "小清单", en = "Small list" }
for = "enterprise"
item = [
  { id = "exits", look = { zh = "安全出口", en = "Exits" }, basis = { zh = "消防法第十六条", en = "Fire law art. 16" }, judge = { zh = "堵塞即不符合", en = "Blocked fails" }, level = "general" },
  { id = "permit", look = { zh = "许可证", en = "Permit" }, basis = { zh = "许可证条例第二条", en = "Permit rules art. 2" }, judge = { zh = "无证即不符合", en = "None fails" }, level = "major" },
]

[[assessment]]
id = "size"
title = { zh = "规模风险", en = "Risk by size" }
subject = "enterprise"
method = "lec"
inputs = { l = 6, e = "r.headcount", c = 15 }
valid_for = "12mo"
keeper = ["enterprise.safety_manager"]
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_checklist_is_filled_on_one_page_and_only_where_somebody_inspects() {
    let city = City::of(&Packs::Ground(PACK)).await;
    let (fitting, path) = (
        format!("/checklists/for/enterprise/{}", city.here),
        format!("/checklists/small/fill/{}", city.here),
    );
    let mut stranger = city.browser();
    assert_eq!(stranger.get(&path).await.status, 303);
    for account in ["regulator.elsewhere", "head.elsewhere", "system.admin"] {
        let mut other = city.browser_of(account).await;
        assert_eq!(other.get(&fitting).await.status, 404, "{account}");
        assert_eq!(other.get(&path).await.status, 404, "{account}");
        let page = other.get("/account").await;
        let sent = [("answer.exits", "meets"), ("answer.permit", "meets")];
        assert_eq!(other.fill_from(&page, &path, &sent).await.status, 404, "{account}");
    }
    let mut browser = city.browser_of("regulator.here").await;
    let record = browser.get(&format!("/r/enterprise/{}", city.here)).await.text();
    assert!(record.contains(&fitting), "{record}");
    assert!(browser.get(&fitting).await.text().contains(&path));
    let page = browser.get(&path).await.text();
    for wanted in
        ["安全出口", "堵塞即不符合", "疑似重大隐患", "answer.exits", "photo.permit.file", "name=\"deadline\""]
    {
        assert!(page.contains(wanted), "{wanted}: {page}");
    }
    // What is missing is named at its item; what was chosen and the photo stay.
    let fields = [("answer.exits", "fails"), ("remark.exits", "堆放纸箱")];
    let picture = photo();
    let files = [("photo.exits.file", "a.jpg", picture.as_slice())];
    let again = browser.fill_with_files(&path, &fields, &files).await;
    assert_eq!(again.status, 422);
    let text = again.text();
    assert!(text.contains("此项还没有选择结果") && text.contains("堆放纸箱"), "{text}");
    let hash = again.hidden("photo.exits");
    assert_eq!(hash.len(), 64, "{text}");
    let fields = [
        ("answer.exits", "fails"),
        ("remark.exits", "堆放纸箱"),
        ("photo.exits", hash.as_str()),
        ("answer.permit", "not_applicable"),
        ("deadline", "2021-07-01"),
    ];
    let answer = browser.fill_from(&again, &path, &fields).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let filled = answer.header("location").to_owned();
    assert!(filled.starts_with("/checklists/records/"), "{filled}");
    let page = browser.get(&filled).await.text();
    let hazard = page.split("href=\"/r/hazard/").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    assert!(page.contains("不符合") && page.contains("消防法第十六条"), "{page}");
    let case = browser.get(&format!("/r/hazard/{hazard}")).await.text();
    assert!(case.contains("堆放纸箱"), "{case}");
    let picture = format!("/r/checklist_record/{}/files/{hash}", filled.rsplit('/').next().unwrap());
    assert_eq!(browser.get(&picture).await.status, 200);
    // Somebody else's upload is no photo of mine.
    let mut manager = city.browser_of("safety_manager.here").await;
    let stolen = [("answer.exits", "fails"), ("photo.exits", hash.as_str()), ("answer.permit", "meets")];
    let page = manager.get(&path).await;
    assert!(!page.text().contains("name=\"deadline\""), "a plant sets its limits later");
    assert_eq!(manager.fill_from(&page, &path, &stolen).await.status, 422);
    let seen = manager.get(&filled).await;
    assert_eq!(seen.status, 200, "the plant sees what was found at it");
    for account in ["regulator.elsewhere", "head.elsewhere", "audit.admin"] {
        let mut other = city.browser_of(account).await;
        assert_eq!(other.get(&filled).await.status, 404, "{account}");
        assert_eq!(other.get(&picture).await.status, 404, "{account}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assessment_shows_its_inputs_its_steps_and_its_history_to_those_of_the_place() {
    let city = City::of(&Packs::Ground(PACK)).await;
    let path = format!("/assessments/size/{}", city.here);
    let mut stranger = city.browser();
    assert_eq!(stranger.get(&path).await.status, 303);
    for account in ["regulator.elsewhere", "safety_manager.elsewhere", "audit.admin"] {
        let mut other = city.browser_of(account).await;
        assert_eq!(other.get(&path).await.status, 404, "{account}");
        let page = other.get("/account").await;
        let sent = [("l", "6"), ("e", "6"), ("c", "15")];
        assert_eq!(other.fill_from(&page, &path, &sent).await.status, 404, "{account}");
    }
    let mut manager = city.browser_of("safety_manager.here").await;
    let record = manager.get(&format!("/r/enterprise/{}", city.here)).await.text();
    assert!(record.contains(&path) && record.contains("尚未评估"), "{record}");
    let page = manager.get(&path).await;
    assert!(page.text().contains("value=\"6\" selected"), "prefilled: {}", page.text());
    let wrong = manager.fill_from(&page, &path, &[("l", "6"), ("e", ""), ("c", "15")]).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("缺少此项"), "{}", wrong.text());
    let answer = manager.fill_from(&page, &path, &[("l", "6"), ("e", "6"), ("c", "15")]).await;
    assert_eq!((answer.status, answer.header("location")), (303, path.as_str()), "{}", answer.text());
    let page = manager.get(&path).await.text();
    for wanted in ["重大风险", "540", "2022-06-15", "/r/assessment_result/"] {
        assert!(page.contains(wanted), "{wanted}: {page}");
    }
    // A worker of the plant reads it and assesses nothing.
    let mut worker = city.browser_of("worker.here").await;
    let page = worker.get(&path).await;
    assert!(page.status == 200 && !page.text().contains("name=\"l\""), "{}", page.text());
    assert_eq!(worker.fill_from(&page, &path, &[("l", "6"), ("e", "6"), ("c", "15")]).await.status, 422);
    assert_eq!(worker.get("/assessments/moon/0").await.status, 404);
}
