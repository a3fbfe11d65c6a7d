//! Accounts: the own one, and those that administrators look after.

use base::{Clock, WallClock};

use crate::city::{City, PASSWORD};

fn from_base32(text: &str) -> Vec<u8> {
    let (mut bits, mut count, mut bytes) = (0_u32, 0, Vec::new());
    for letter in text.chars().filter(|c| *c != ' ') {
        let value = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(letter).unwrap();
        bits = (bits << 5) | u32::try_from(value).unwrap();
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((bits >> count) & 0xFF).unwrap());
        }
    }
    bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_is_enrolled_and_then_asked_for() {
    let city = City::new().await;
    let mut browser = city.browser_of("head.here").await;
    let page = browser.get("/account").await;
    let begun = browser.fill_from(&page, "/account/second-factor", &[("password", PASSWORD)]).await;
    assert_eq!(begun.status, 200, "{}", begun.text());
    let text = begun.text();
    assert!(text.contains("<svg"));
    let secret = from_base32(text.split("<p class=\"code\">").nth(1).unwrap().split('<').next().unwrap());
    let code = |steps: i64| city::totp::code_at(&secret, WallClock.now().plus_seconds(steps * 30));
    let confirmed = browser.fill_from(&begun, "/account/second-factor/confirm", &[("code", &code(-1))]).await;
    assert_eq!(confirmed.status, 303, "{}", confirmed.text());

    let mut other = city.browser();
    let asked = other.fill("/sign-in", &[("account", "head.here"), ("password", PASSWORD)]).await;
    assert_eq!(asked.status, 200);
    assert!(
        asked.text().contains("name=\"code\"") && !asked.text().contains("class=\"error\""),
        "{}",
        asked.text()
    );
    let with = |code: &str| {
        vec![
            ("account".to_owned(), "head.here".to_owned()),
            ("password".to_owned(), PASSWORD.to_owned()),
            ("code".to_owned(), code.to_owned()),
        ]
    };
    for (code, status) in [("000000".to_owned(), 401), (code(0), 303)] {
        let fields = with(&code);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        assert_eq!(other.fill_from(&asked, "/sign-in", &fields).await.status, status, "{code}");
    }
    assert_eq!(other.get("/").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_changed_and_other_devices_are_signed_out() {
    let city = City::new().await;
    let (mut one, mut other) = (city.browser_of("head.here").await, city.browser_of("head.here").await);
    let page = one.get("/account").await;
    assert_eq!(page.text().matches("/account/sessions/").count(), 1, "the other device can be signed out");
    let new = "Another-one-2021";
    let check = |password: &'static str, repeat: &'static str| {
        vec![("old_password", PASSWORD), ("password", password), ("repeat", repeat)]
    };
    for (fields, said) in [(check("short", "short"), "至少"), (check(new, "else"), "两次输入不一致")]
    {
        let answer = one.fill_from(&page, "/account/password", &fields).await;
        assert_eq!(answer.status, 422);
        assert!(answer.text().contains(said), "{said}: {}", answer.text());
    }
    assert_eq!(one.fill_from(&page, "/account/password", &check(new, new)).await.status, 303);
    assert_eq!((one.get("/").await.status, other.get("/").await.status), (200, 303));
}

#[tokio::test(flavor = "multi_thread")]
async fn administrators_make_an_account_give_it_a_role_and_a_key() {
    let city = City::new().await;
    let mut system = city.browser_of("system.admin").await;
    let fields = [("display", "新人"), ("name", "newcomer"), ("phone", ""), ("password", PASSWORD)];
    let taken = system
        .fill("/system/accounts/new", &[("display", "新人"), ("name", "head.here"), ("password", PASSWORD)])
        .await;
    assert_eq!(taken.status, 422);
    assert!(taken.text().contains("已被使用"), "{}", taken.text());
    let made = system.fill("/system/accounts/new", &fields).await;
    assert_eq!(made.status, 303, "{}", made.text());
    let account = made.header("location").to_owned();
    let page = system.get(&account).await;
    assert!(page.text().contains("newcomer") && page.text().contains("账号已建立"), "{}", page.text());
    let key = system
        .fill_from(
            &page,
            &format!("{account}/keys"),
            &[("title", "对接"), ("until", &WallClock.now().day().plus_days(30).to_string())],
        )
        .await;
    assert!(key.text().contains("密钥只显示这一次"), "{}", key.text());

    let grant = [("role", "county.regulator"), ("county", "410222"), ("from", "2021-01-01")];
    assert_eq!(
        system.fill_from(&page, &format!("{account}/grants"), &grant).await.status,
        403,
        "a system administrator gives no roles"
    );
    let mut security = city.browser_of("security.admin").await;
    let page = security.get(&account).await;
    let given = security.fill_from(&page, &format!("{account}/grants"), &grant).await;
    assert_eq!(given.status, 303, "{}", given.text());

    let mut newcomer = city.browser();
    let first = newcomer.fill("/sign-in", &[("account", "newcomer"), ("password", PASSWORD)]).await;
    assert_eq!(first.header("location"), "/account", "the first password must be changed");
    assert_eq!(newcomer.get("/r/hazard").await.header("location"), "/account");
    let page = newcomer.get("/account").await;
    let new = "Another-one-2021";
    let changed = newcomer
        .fill_from(
            &page,
            "/account/password",
            &[("old_password", PASSWORD), ("password", new), ("repeat", new)],
        )
        .await;
    assert_eq!(changed.status, 303, "{}", changed.text());
    assert_eq!(newcomer.get("/r/hazard").await.status, 200);
}
