//! The way in: sign-in, tokens of forms, limits, headers, languages.

use crate::city::{City, PASSWORD};

#[tokio::test(flavor = "multi_thread")]
async fn people_sign_in_come_where_they_wanted_and_sign_out() {
    let city = City::new().await;
    let mut browser = city.browser();
    let sent_away = browser.get("/r/hazard?view=open").await;
    assert_eq!(
        (sent_away.status, sent_away.header("location")),
        (303, "/sign-in?next=%2Fr%2Fhazard%3Fview%3Dopen")
    );
    let wrong = browser.fill("/sign-in", &[("account", "head.here"), ("password", "wrong")]).await;
    assert_eq!(wrong.status, 401);
    assert!(wrong.text().contains("登录名或密码不正确"), "{}", wrong.text());
    let answer = browser
        .fill(
            "/sign-in",
            &[("account", "head.here"), ("password", PASSWORD), ("next", "/r/hazard?view=open")],
        )
        .await;
    assert_eq!((answer.status, answer.header("location")), (303, "/r/hazard?view=open"));
    assert!(answer.header("set-cookie").contains("HttpOnly; SameSite=Lax"));
    let page = browser.get("/").await;
    assert_eq!(page.status, 200, "{}", page.text());
    // Nothing waits but the check of this month, which every enterprise owes.
    assert!(page.text().contains("企业每月隐患自查") && !page.text().contains("hazard.general"));
    let out = browser.fill_from(&page, "/sign-out", &[]).await;
    assert_eq!((out.status, browser.get("/").await.status), (303, 303));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_without_its_token_or_from_another_site_does_nothing() {
    let city = City::new().await;
    let mut browser = city.browser_of("head.here").await;
    let form = "application/x-www-form-urlencoded";
    let refused = browser.send("POST", "/sign-out", form, b"").await;
    assert_eq!(refused.status, 403);
    assert_eq!(browser.get("/").await.status, 200, "still signed in");
    browser.headers.push(("Sec-Fetch-Site".into(), "cross-site".into()));
    let page = browser.get("/").await;
    assert_eq!(browser.fill_from(&page, "/sign-out", &[]).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_huge_upload_is_refused_before_it_is_sent() {
    let city = City::new().await;
    let mut browser = city.browser_of("head.here").await;
    browser.headers.push(("X-Huge".into(), "1\r\nContent-Length: 1073741824".into()));
    // The length is told twice by the test's browser, so the server must refuse it as malformed or as too large.
    let answer = browser.send("POST", "/r/hazard/new", "multipart/form-data; boundary=X", b"").await;
    assert!(matches!(answer.status, 400 | 413), "{}", answer.status);
    browser.headers.clear();
    let large = vec![b'x'; 300 * 1024];
    let answer = browser.send("POST", "/r/hazard/new", "application/x-www-form-urlencoded", &large).await;
    assert_eq!(answer.status, 413);
    assert!(answer.text().contains("256 KB"), "{}", answer.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_carries_its_policy_and_both_languages_work() {
    let city = City::new().await;
    let mut browser = city.browser();
    let page = browser.get("/sign-in").await;
    assert!(page.header("content-security-policy").contains("frame-ancestors 'none'"));
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(page.text().contains("lang=\"zh-CN\""));
    let switched = browser.get("/language/en?back=%2Fsign-in").await;
    assert_eq!((switched.status, switched.header("location")), (303, "/sign-in"));
    assert!(browser.get("/sign-in").await.text().contains("lang=\"en\""));
    let asset = page
        .text()
        .split("href=\"")
        .find(|p| p.contains("anlan.css"))
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    browser.headers.push(("Accept-Encoding".into(), "gzip".into()));
    let style = browser.get(&asset).await;
    assert_eq!((style.status, style.header("content-encoding")), (200, "gzip"));
    assert!(style.header("cache-control").contains("immutable"));
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_attempts_are_slowed_down() {
    let rate = Some(web::Rate { per_second: 0.01, burst: 3.0 });
    let city = City::with(web::Limits { sign_in: rate, ..web::Limits::default() }).await;
    let mut browser = city.browser();
    let mut last = 0;
    for _ in 0..5 {
        last = browser.fill("/sign-in", &[("account", "nobody"), ("password", "x")]).await.status;
    }
    assert_eq!(last, 429);
}
