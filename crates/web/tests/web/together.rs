//! Several cases of a list at once: each is a decision of its own. And the search that finds them by kind.

use serde_json::json;

use crate::city::City;

on_both_engines! {
    several_hazards_are_assigned_at_once_and_each_row_says_what_was_done
    a_reminder_tells_those_who_are_waited_for_once_a_day
    one_box_searches_everything_that_one_may_see
}

async fn several_hazards_are_assigned_at_once_and_each_row_says_what_was_done(city: City) {
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(city.hazard("worker.here", city.here).await.to_string());
    }
    let theirs = city.hazard("worker.elsewhere", city.elsewhere).await.to_string();
    let manager = city.actor("safety_manager.here").await.account.to_string();
    let mut browser = city.browser_of("safety_manager.here").await;
    let list = browser.get("/r/hazard").await;
    assert!(list.text().contains("/r/hazard/together/assign"), "{}", list.text());
    let path = "/r/hazard/together/assign";
    let rows: Vec<(&str, &str)> = ids.iter().chain([&theirs]).map(|id| ("id", id.as_str())).collect();
    let form = browser.fill_from(&list, path, &rows).await;
    assert!(form.status == 200 && form.text().contains("已选 4 条"), "{}", form.text());
    let text = form.text();
    let versions: Vec<String> = text
        .split("name=\"id\" value=\"")
        .skip(1)
        .map(|part| part.split('"').next().unwrap().to_owned())
        .collect();
    assert_eq!(versions.len(), 4);
    // One of them is moved by somebody else while the form is open.
    let step = json!({ "version": 1, "fields": { "responsible": manager, "deadline": "2021-06-20" } });
    let mut head = city.browser_of("head.here").await;
    let token = head.get("/account").await.hidden("_csrf");
    head.headers.push(("X-CSRF-Token".into(), token));
    let moved = head.json("POST", &format!("/api/v1/r/hazard/{}/steps/assign", ids[0]), &step).await;
    assert_eq!(moved.status, 200, "{}", moved.text());
    let sent = |more: &[(&'static str, &'static str)]| {
        let mut fields: Vec<(&str, String)> = versions.iter().map(|v| ("id", v.clone())).collect();
        fields.push(("_go", "1".into()));
        fields.push(("responsible", manager.clone()));
        fields.extend(more.iter().map(|(n, v)| (*n, (*v).to_owned())));
        fields
    };
    let wrong = sent(&[("deadline", "tomorrow")]);
    let wrong: Vec<(&str, &str)> = wrong.iter().map(|(n, v)| (*n, v.as_str())).collect();
    assert_eq!(browser.fill_from(&form, path, &wrong).await.status, 422);
    let good = sent(&[("deadline", "2021-06-25")]);
    let good: Vec<(&str, &str)> = good.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let answer = browser.fill_from(&form, path, &good).await;
    assert!(answer.text().contains("已办理 2 条，共 4 条"), "{}", answer.text());
    assert!(answer.text().contains("没有这条记录"), "{}", answer.text());
    let again = browser.fill_from(&form, path, &good).await;
    assert_eq!(again.status, 200, "a second click does nothing twice");
    for (id, day) in [(&ids[0], "2021-06-20"), (&ids[1], "2021-06-25"), (&ids[2], "2021-06-25")] {
        let case = browser.get(&format!("/api/v1/r/hazard/{id}")).await.json();
        assert_eq!(
            (&case["case"]["state"], &case["fields"]["deadline"]),
            (&json!("rectifying"), &json!(day))
        );
        let timeline = browser.get(&format!("/api/v1/r/hazard/{id}/timeline")).await.json();
        assert_eq!(timeline["events"].as_array().unwrap().len(), 2);
    }
    let other =
        city.browser_of("safety_manager.elsewhere").await.get(&format!("/api/v1/r/hazard/{theirs}")).await;
    assert_eq!(other.json()["case"]["state"], "found");
    // A worker is offered nothing that is not theirs, and gets nothing by asking for it.
    let mut worker = city.browser_of("worker.here").await;
    let token = worker.get("/account").await.hidden("_csrf");
    worker.headers.push(("X-CSRF-Token".into(), token));
    let case = city.hazard("worker.here", city.here).await;
    let wish = json!({ "records": [{ "id": case, "version": 1 }],
        "fields": { "responsible": manager, "deadline": "2021-06-25" } });
    let refused = worker.json("POST", "/api/v1/r/hazard/together/assign", &wish).await.json();
    assert_eq!(refused["records"][0]["done"], false, "{refused}");
}

async fn a_reminder_tells_those_who_are_waited_for_once_a_day(city: City) {
    let id = city.hazard("worker.here", city.here).await.to_string();
    let mut regulator = city.browser_of("regulator.here").await;
    let list = regulator.get("/r/hazard").await;
    let path = "/r/hazard/together/remind";
    let first = regulator.fill_from(&list, path, &[("id", &id)]).await;
    assert!(first.text().contains("已办理 1 条"), "{}", first.text());
    let second = regulator.fill_from(&list, path, &[("id", &id)]).await;
    assert!(second.text().contains("今天已经催办过"), "{}", second.text());
    let mut manager = city.browser_of("safety_manager.here").await;
    let notices = manager.get("/api/v1/notices").await.json();
    assert!(notices.to_string().contains(&id), "{notices}");
    let mut stranger = city.browser_of("regulator.elsewhere").await;
    let page = stranger.get("/r/hazard").await;
    let none = stranger.fill_from(&page, path, &[("id", &id)]).await;
    assert!(none.text().contains("没有这条记录"), "{}", none.text());
}

async fn one_box_searches_everything_that_one_may_see(city: City) {
    city.hazard("worker.here", city.here).await;
    let mut head = city.browser_of("head.here").await;
    let found = head.get("/api/v1/search?q=%E5%86%B2%E5%BA%8A").await.json();
    assert_eq!(found["groups"][0]["register"], "hazard", "{found}");
    let found = head.get("/api/v1/search?q=%E9%80%9A%E8%AE%B8").await.json();
    assert!(found["groups"].to_string().contains("通许示例机械厂"), "{found}");
    let clauses = head.get("/api/v1/search?q=A2.2.3.3").await.json();
    assert!(clauses.to_string().contains("/plan/clauses/A2.2.3.3"), "{clauses}");
    let page = head.get("/search?q=%E5%86%B2%E5%BA%8A").await;
    assert!(page.text().contains("2 号冲床防护罩缺失"), "{}", page.text());
    let stranger = city.browser_of("head.elsewhere").await.get("/search?q=%E5%86%B2%E5%BA%8A").await;
    assert!(!stranger.text().contains("冲床防护罩"), "{}", stranger.text());
}
