//! Publications: strangers read without sign-in what a person has decided, and nothing else; each decides at home only.

use engine::publication::Standing;

use crate::city::{City, Packs};

pub(crate) const PACK: &str = r#"
[[publication]]
id = "firms-here"
title = { zh = "企业公示", en = "Firms" }
of = "enterprise"
when = "has(r.address)"
fields = [{ id = "name" }, { id = "address" }, { id = "uscc", mask = "middle" }]
for = "1y"
withdrawn = "removed"
decided_by = ["county.regulator"]
"#;

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_decided_is_public_until_it_is_withdrawn_and_another_county_cannot_touch_it() {
    let city = City::of(&Packs::Ground(PACK)).await;
    city.engine.sweep_publications().await.unwrap();
    let regulator = city.actor("regulator.here").await;
    let offers = city.engine.entries(&regulator, "firms-here", Standing::Offered, "").await.unwrap().entries;
    assert_eq!(offers.len(), 1, "of the own county alone");
    let path = format!("/publications/firms-here/{}", offers[0].id);
    let public = format!("/public/p/firms-here/{}", offers[0].id);
    // A stranger gets no page of those who decide, and nothing that was not decided.
    let mut stranger = city.browser();
    assert_eq!(stranger.get("/publications").await.status, 303);
    assert_eq!(stranger.get(&path).await.status, 303);
    assert_eq!(stranger.get(&public).await.status, 404);
    let list = stranger.get("/public/p/firms-here").await;
    assert_eq!(list.status, 200);
    assert!(list.text().contains("目前没有公开的内容"), "{}", list.text());
    // Another county, a worker and an administrator.
    for account in ["regulator.elsewhere", "worker.here", "system.admin"] {
        let mut other = city.browser_of(account).await;
        assert_eq!(other.get(&path).await.status, 404, "{account}");
        let page = other.get("/account").await;
        let sent = [("_version", "1")];
        let publish = format!("{path}/publish");
        assert_eq!(other.fill_from(&page, &publish, &sent).await.status, 404, "{account}");
    }
    let mut worker = city.browser_of("worker.here").await;
    assert_eq!(worker.get("/publications").await.status, 404);
    assert_eq!(worker.get("/publications/firms-here").await.status, 404);
    let page = worker.get("/account").await;
    assert_eq!(worker.fill_from(&page, "/publications/firms-here/look", &[]).await.status, 404);
    // The regulator of the county sees original and preview, and publishes.
    let mut browser = city.browser_of("regulator.here").await;
    assert!(browser.get("/registers").await.text().contains("href=\"/publications\""));
    assert!(browser.get("/publications").await.text().contains("/publications/firms-here?standing=offered"));
    assert!(browser.get("/publications/firms-here").await.text().contains(&path));
    let proposal = browser.get(&format!("/r/proposal/{}", offers[0].proposal)).await;
    assert!(proposal.text().contains(&path), "{}", proposal.text());
    let page = browser.get(&path).await;
    let masked = "91**************";
    assert!(page.text().contains("原记录") && page.text().contains(masked), "{}", page.text());
    let answer = browser.fill_from(&page, &format!("{path}/publish"), &[]).await;
    assert_eq!((answer.status, answer.header("location")), (303, path.as_str()), "{}", answer.text());
    let one = stranger.get(&public).await;
    assert_eq!(one.status, 200);
    assert!(one.text().contains("通许示例机械厂") && one.text().contains(masked));
    assert_eq!(one.header("x-frame-options"), "DENY");
    assert_eq!(one.header("cache-control"), "no-store");
    assert!(one.header("content-security-policy").contains("frame-ancestors 'none'"));
    assert!(stranger.get("/public/p/firms-here").await.text().contains(&public));
    assert!(stranger.get("/public").await.text().contains("/public/p/firms-here"));
    // Without a reason nothing is withdrawn; afterwards the page is gone.
    let page = browser.get(&path).await;
    let refused = browser.fill_from(&page, &format!("{path}/withdraw"), &[("reason", " ")]).await;
    assert_eq!(refused.status, 422);
    let answer = browser.fill_from(&page, &format!("{path}/withdraw"), &[("reason", "企业已迁出")]).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let gone = stranger.get(&public).await;
    assert_eq!(gone.status, 410);
    assert!(!gone.text().contains("通许示例机械厂") && !gone.text().contains("企业已迁出"));
    assert!(!stranger.get("/public/p/firms-here").await.text().contains("通许示例机械厂"));
    assert_eq!(stranger.get("/public/p/moon").await.status, 404);
    assert_eq!(stranger.get("/public/p/firms-here?after=x").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_share_a_rate_of_their_own() {
    let rate = web::Rate { per_second: 0.01, burst: 3.0 };
    let limits = web::Limits {
        per_address: None,
        per_account: None,
        sign_in: None,
        public: Some(rate),
        ..web::Limits::default()
    };
    let city = City::with(limits).await;
    let mut stranger = city.browser();
    for _ in 0..3 {
        assert_eq!(stranger.get("/public").await.status, 200);
    }
    let answer = stranger.get("/public/p/credit-list").await;
    assert_eq!(answer.status, 429);
    assert!(!answer.header("retry-after").is_empty());
    assert_eq!(stranger.get("/sign-in").await.status, 200, "the other pages are not concerned");
}
