//! Rules, proposals and bodies as browsers and programs meet them.

use base::Id;
use serde_json::json;

use crate::city::{City, ELSEWHERE, Packs};

const RULES: &str = r#"
[[rule]]
id = "not-too-many"
title = { zh = "人数上限", en = "Most people" }
clauses = ["A2.2.3.3"]
on = "enterprise"
must = "r.headcount <= 9000"
else = { refuse = { zh = "从业人数不得超过九千人", en = "No more than nine thousand people" } }

[[rule]]
id = "headcount-known"
title = { zh = "应填从业人数", en = "Headcount is known" }
clauses = ["A2.2.3.3"]
on = "enterprise"
must = "has(r.headcount)"
else = { propose = "letter", to = "county.regulator", text = { zh = "企业未填报从业人数", en = "The headcount is not stated" } }
heals = true
"#;

/// A browser that also calls the interface.
async fn caller(city: &City, account: &str) -> crate::browser::Browser {
    let mut browser = city.browser_of(account).await;
    let token = browser.get("/account").await.hidden("_csrf");
    browser.headers.push(("X-CSRF-Token".into(), token));
    browser
}

async fn id_of_proposal(city: &City, account: &str) -> String {
    let mut browser = city.browser_of(account).await;
    let answer = browser.get("/api/v1/proposals").await.json();
    answer.pointer("/proposals/0/id").unwrap().as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_speaks_the_words_of_the_rule_in_both_languages() {
    let city = City::of(&Packs::Ground(RULES)).await;
    let mut office = caller(&city, "office").await;
    let record = office.get(&format!("/api/v1/r/enterprise/{}", city.here)).await.json();
    let of = |name: &str| record.pointer(&format!("/fields/{name}")).unwrap().as_str().unwrap().to_owned();
    let (uscc, address, county) = (of("uscc"), of("address"), of("county"));
    let fields = [
        ("headcount", "12000"),
        ("name", "通许示例机械厂"),
        ("uscc", uscc.as_str()),
        ("address", address.as_str()),
        ("county", county.as_str()),
        ("sector", "machinery"),
        ("operating_state", "normal"),
    ];
    let form = office.get(&format!("/r/enterprise/{}/edit", city.here)).await;
    for (tag, words) in [("zh-CN", "从业人数不得超过九千人"), ("en", "No more than nine thousand people")]
    {
        office.get(&format!("/language/{tag}")).await;
        let path = format!("/r/enterprise/{}/edit", city.here);
        let answer = office.fill_from(&form, &path, &fields).await;
        assert_eq!(answer.status, 422);
        assert!(answer.text().contains(words), "{tag}: {}", answer.text());
    }
    let version = office.get(&format!("/api/v1/r/enterprise/{}", city.here)).await.json();
    let version = version.pointer("/version").unwrap().as_i64().unwrap();
    let body = json!({ "version": version, "fields": { "headcount": 12000 } });
    let answer = office.json("PUT", &format!("/api/v1/r/enterprise/{}", city.here), &body).await;
    assert_eq!(answer.status, 422);
    let problem = answer.json();
    assert_eq!(problem.pointer("/error/problems/0/field").unwrap(), "headcount");
    assert_eq!(problem.pointer("/error/problems/0/code").unwrap(), "rule.refused");
    let page = office.get("/rules/not-too-many").await.text();
    assert!(page.contains("r.headcount &#60;= 9000") || page.contains("r.headcount &lt;= 9000"), "{page}");
    let rules = office.get("/api/v1/rules").await.json();
    let rules = rules.pointer("/rules").unwrap().as_array().unwrap();
    let own = rules.iter().find(|r| r.pointer("/id").unwrap() == "not-too-many").unwrap();
    assert!(own.pointer("/counts/refused").unwrap().as_i64().unwrap() >= 3, "{own}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proposal_waits_is_decided_and_stands_on_the_page_of_its_subject() {
    let city = City::of(&Packs::Ground(RULES)).await;
    let proposal = id_of_proposal(&city, "regulator.here").await;
    let mut regulator = city.browser_of("regulator.here").await;
    regulator.get("/language/en").await;
    assert!(regulator.get("/").await.text().contains(&format!("/r/proposal/{proposal}")));
    let page = regulator.get("/proposals").await.text();
    assert!(page.contains("通许示例") && !page.contains("龙亭示例"), "{page}");
    // The case leads to the subject and the rule, and shows why.
    let page = regulator.get(&format!("/r/proposal/{proposal}")).await.text();
    for expected in [
        format!("/r/enterprise/{}", city.here),
        "/rules/headcount-known".to_owned(),
        "The headcount is not stated".to_owned(),
        format!("/r/proposal/{proposal}/step/accept"),
    ] {
        assert!(page.contains(&expected), "{expected}: {page}");
    }
    let subject = regulator.get(&format!("/r/enterprise/{}", city.here)).await.text();
    assert!(
        subject.contains("The headcount is not stated (Employees: (empty))")
            || subject.contains("The headcount is not stated ("),
        "{subject}"
    );
    // Somebody proposes more: listed supervision, to themselves they may not decide.
    let path = format!("/proposals/new?register=enterprise&id={}", city.here);
    let form = regulator.get(&path).await;
    assert_eq!(form.status, 200);
    let here = city.here.to_string();
    let empty = [
        ("register", "enterprise"),
        ("id", here.as_str()),
        ("kind", "listed_supervision"),
        ("to", "city.office"),
        ("reason", ""),
    ];
    assert_eq!(regulator.fill_from(&form, "/proposals/new", &empty).await.status, 422);
    let mut full = empty;
    full[4] = ("reason", "重大隐患逾期未整改");
    let made = regulator.fill_from(&form, "/proposals/new", &full).await;
    assert_eq!(made.status, 303);
    let at = made.header("location").to_owned();
    assert!(!regulator.get(&at).await.text().contains("step/accept"));
    let mut office = city.browser_of("office").await;
    office.get("/language/en").await;
    let step = format!("{at}/step/accept");
    let form = office.get(&step).await;
    assert_eq!(
        office.fill_from(&form, &step, &[("document_number", "汴安委办〔2021〕1号")]).await.status,
        303
    );
    let in_force = office.get("/api/v1/proposals?which=in_force").await.json();
    assert_eq!(in_force.pointer("/proposals/0/fields/document_number").unwrap(), "汴安委办〔2021〕1号");
    // Somebody else proposes to lift it; the decision that it is about comes along.
    let page = regulator.get(&at).await.text();
    let lift = format!("/proposals/new?register=enterprise&#38;id={}&#38;about=", city.here);
    assert!(page.contains(&lift) || page.contains(&lift.replace("&#38;", "&amp;")), "{page}");
    let about = at.rsplit('/').next().unwrap().to_owned();
    let form = regulator.get(&format!("{path}&about={about}")).await;
    let fields = [
        ("register", "enterprise"),
        ("id", here.as_str()),
        ("about", about.as_str()),
        ("kind", "delisting"),
        ("to", "city.office"),
        ("reason", "已整改"),
    ];
    let lifting = regulator.fill_from(&form, "/proposals/new", &fields).await;
    let lifting = lifting.header("location").to_owned();
    assert!(regulator.get(&lifting).await.text().contains(&about));
    // The plant sees that it is supervised, not the proposals.
    let mut head = city.browser_of("head.here").await;
    head.get("/language/en").await;
    let page = head.get(&format!("/r/enterprise/{}", city.here)).await.text();
    assert!(page.contains("Listed supervision: in force since 2021-06-15"), "{page}");
    assert!(!page.contains("The headcount is not stated"), "{page}");
    for path in ["/proposals", "/api/v1/proposals", &at, "/bodies", "/api/v1/bodies"] {
        assert_eq!(head.get(path).await.status, 404, "{path}");
    }
    let rules = head.get(&format!("/api/v1/r/enterprise/{}/rules", city.here)).await.json();
    assert_eq!(rules.pointer("/decisions/0/kind").unwrap(), "listed_supervision");
    let step = format!("{lifting}/step/accept");
    let form = office.get(&step).await;
    assert_eq!(office.fill_from(&form, &step, &[]).await.status, 303);
    let rules = head.get(&format!("/api/v1/r/enterprise/{}/rules", city.here)).await.json();
    assert_eq!(rules.pointer("/decisions").unwrap(), &json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_neither_see_nor_propose() {
    let city = City::of(&Packs::Ground(RULES)).await;
    city.engine.sweep_rules().await.unwrap();
    let theirs = city.elsewhere.to_string();
    let nothing = Id::NIL.to_string();
    let mut regulator = caller(&city, "regulator.here").await;
    for (method, path) in
        [("GET", "/api/v1/r/enterprise/{id}/rules"), ("GET", "/proposals/new?register=enterprise&id={id}")]
    {
        let answers = [&theirs, &nothing].map(|id| path.replace("{id}", id));
        for path in answers {
            assert_eq!(regulator.send(method, &path, "text/plain", b"").await.status, 404, "{path}");
        }
    }
    for id in [&theirs, &nothing] {
        let body = json!({ "register": "enterprise", "id": id, "kind": "letter", "to": "city.office", "reason": "x" });
        assert_eq!(regulator.json("POST", "/api/v1/proposals", &body).await.status, 404);
    }
    let rule = regulator.get("/api/v1/rules/headcount-known").await.json();
    let text = rule.to_string();
    assert!(text.contains("通许示例") && !text.contains("龙亭示例"), "{text}");
    let counts = regulator.get("/api/v1/rules").await.json();
    let failing = counts.pointer("/rules/0/counts/failing").unwrap();
    assert_eq!(failing, 1);
    for account in ["system.admin", "audit.admin"] {
        let mut admin = city.browser_of(account).await;
        assert_eq!(admin.get("/rules/headcount-known").await.status, 404);
        assert!(!admin.get("/rules").await.text().contains("headcount-known"));
    }
    let mut worker = caller(&city, "worker.here").await;
    let body = json!({ "register": "enterprise", "id": city.here, "kind": "letter", "to": "city.office", "reason": "x" });
    assert_eq!(worker.json("POST", "/api/v1/proposals", &body).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_offer_what_is_vacant_to_those_who_keep_them() {
    let city = City::of(&Packs::Ground(RULES)).await;
    let mut office = caller(&city, "office").await;
    for (tag, words) in [("zh-CN", "县区安全生产委员会"), ("en", "County work safety commission")] {
        office.get(&format!("/language/{tag}")).await;
        let page = office.get("/bodies").await.text();
        assert!(page.contains(words) && page.contains("/r/body_member/new?body=county_commission"), "{page}");
    }
    let body = json!({ "fields": { "body": "county_commission", "county": ELSEWHERE, "post": "主任", "name": "甲", "valid_from": "2021-01-01" } });
    assert_eq!(office.json("POST", "/api/v1/r/body_member", &body).await.status, 201);
    let bodies = office.get("/api/v1/bodies").await.json().to_string();
    assert!(bodies.contains("甲"), "{bodies}");
    let mut regulator = city.browser_of("regulator.here").await;
    let page = regulator.get("/bodies").await.text();
    assert!(!page.contains("甲") && !page.contains("/r/body_member/new"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clause_names_the_rules_that_serve_it() {
    let city = City::of(&Packs::Ground(RULES)).await;
    let mut office = city.browser_of("office").await;
    let page = office.get("/plan/clauses/A2.2.3.3").await.text();
    assert!(page.contains("/rules/headcount-known"), "{page}");
}
