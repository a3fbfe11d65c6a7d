//! The pages of duties: each number opens its rows, one's own is handed in and excused, another county's is not there.

use crate::city::City;

on_both_engines! {
    a_duty_is_read_handed_in_and_excused
}

async fn a_duty_is_read_handed_in_and_excused(city: City) {
    city.engine.sweep_duties().await.unwrap();
    let mut head = city.browser_of("head.here").await;
    let mut regulator = city.browser_of("regulator.here").await;
    let check = format!("/duties/enterprise-self-check/{}", city.here);
    for browser in [&mut head, &mut regulator] {
        for path in
            ["/duties", "/duties?part=A2", "/duties/enterprise-self-check", "/duties/major-risk-report"]
        {
            let page = browser.get(path).await;
            assert!(page.status == 200 && !page.text().contains('⟦'), "{path}: {}", page.text());
        }
        assert_eq!(browser.get(&check).await.status, 200);
        assert_eq!(
            browser.get(&format!("/duties/enterprise-self-check/{}", city.elsewhere)).await.status,
            404
        );
        assert_eq!(browser.get("/duties/no-such-duty").await.status, 404);
        assert_eq!(browser.get("/duties?month=never").await.status, 422);
        assert_eq!(browser.get("/api/v1/duties").await.status, 200);
        assert_eq!(browser.get("/api/v1/duties/enterprise-self-check/subjects").await.status, 200);
    }
    let period = &city.engine.today().to_string()[..7];
    let own = head.get(&format!("{check}/{period}")).await;
    assert!(
        own.status == 200 && own.text().contains("填写") && !own.text().contains("免除本期"),
        "{}",
        own.text()
    );
    let theirs = regulator.get(&format!("{check}/{period}")).await;
    assert!(theirs.text().contains("免除本期"), "{}", theirs.text());
    let address = format!("{check}/{period}/excuse");
    assert_eq!(regulator.fill_from(&theirs, &address, &[("reason", " ")]).await.status, 422);
    let answer = regulator.fill_from(&theirs, &address, &[("reason", "停产检修")]).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let seen = head.get(&check).await.text();
    assert!(seen.contains("已免除") && seen.contains("停产检修"), "{seen}");
    let mut administrator = city.browser_of("system.admin").await;
    assert_eq!(administrator.get("/duties").await.status, 404);
}
