//! The plan as its readers see it: progress in exact numbers, the page of a clause, the timetable, and the city's own
//! document read in by the office.

use crate::city::City;

/// A short document of the same form: six clauses, the last of which the packs do not have.
const OWN: &str = "某市安全生产委员会文件\n\n某安委〔2020〕9号\n\n某市安全生产专项整治行动方案\n\n一、总体要求\n\n落实责任。\n\n\
    二、组织领导\n\n成立指挥部。\n\n三、主要任务\n\n每季度按照《安全生产法》开展检查，建立问题清单。\n\n四、进度安排\n\n\
    分期进行。\n\n五、保障措施\n\n加强领导。\n\n六、附则\n\n另有安排。\n";

#[tokio::test(flavor = "multi_thread")]
async fn the_plan_has_titled_parts_and_exact_numbers_within_the_readers_scope() {
    let city = City::new().await;
    city.hazard("worker.here", city.here).await;
    city.hazard("worker.here", city.here).await;
    city.hazard("worker.elsewhere", city.elsewhere).await;
    for (account, open) in [("office", 3), ("regulator.here", 2), ("head.here", 2), ("head.elsewhere", 1)] {
        let mut browser = city.browser_of(account).await;
        let page = browser.get("/plan?part=A2").await;
        let text = page.text();
        assert!(text.contains("汴安生委〔2020〕5号") && text.contains("附件2 企业主体责任专题"), "{account}");
        assert!(!text.contains("1000+"), "{account}");
        let cards = text.split("id=\"serving\"").nth(1).unwrap();
        let link =
            format!("<a href=\"/r/hazard?procedure=hazard.general&amp;view=open\"><strong>{open}</strong>");
        let plain = link.replace("&amp;", "&#38;");
        assert!(cards.contains(&link) || cards.contains(&plain), "{account} {cards}");
        let json = browser.get("/api/v1/plan").await.json();
        let part = json["parts"].as_array().unwrap().iter().find(|p| p["id"] == "A2").unwrap().clone();
        assert_eq!((&part["cases"]["open"], &part["cases"]["late"]), (&open.into(), &0.into()), "{account}");
        let list = browser.get("/r/hazard?procedure=hazard.general&view=open").await;
        assert_eq!(list.status, 200, "{account}: the number opens its rows");
    }
    // Administrators of the program see the plan, and of its cases nothing, not even that there are none.
    let json = city.browser_of("system.admin").await.get("/api/v1/plan").await.json();
    assert!(json["parts"].as_array().unwrap().iter().all(|p| p["cases"].is_null()), "{json}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clause_shows_where_it_stands_who_is_responsible_and_what_is_due() {
    let city = City::new().await;
    let mut browser = city.browser_of("office").await;
    let text = browser.get("/plan/clauses/A2.2.2.1").await.text();
    for wanted in [
        "/plan?part=A2",                // the part it stands in
        "/plan/clauses/A2.2.2\"",       // the clause above
        "2021-12-31",                   // its day
        "还有 199 天",                  // seen from the plan clock's today
        "每季度",                       // how often
        "≥15%",                         // a number it names
        "/plan?lead=safety_regulators", // who supports
        "/plan/clauses/A2.2.2.2",       // the clause after
        "anlan plan read",              // the words are not there, and how they come
    ] {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
    assert!(text.contains("href=\"/plan/read\""), "the office may read them in");
    let above = browser.get("/plan/clauses/A2.2.2").await.text();
    assert!(above.contains("/plan/clauses/A2.2.2.3") && above.contains("教育培训与持证"), "its children");
    let row = browser.get("/plan/clauses/A2.2.3.3i").await.text();
    assert!(row.contains("隐患排查治理闭环"), "a row carries its clause's title");
    assert_eq!(browser.get("/plan/clauses/A2.99").await.status, 404);
    let json = browser.get("/api/v1/clauses/A2.2.2.1").await.json();
    assert_eq!((&json["parent"], &json["every"][0]), (&"A2.2.2".into(), &"quarterly".into()));
    assert!(json["words"].is_null(), "{json}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clause_shows_its_rows_with_their_elements_and_how_they_stand_for_the_reader() {
    let city = City::new().await;
    city.hazard("worker.here", city.here).await;
    city.hazard("worker.here", city.here).await;
    city.hazard("worker.elsewhere", city.elsewhere).await;
    for (account, open) in [("office", 3), ("regulator.here", 2), ("head.elsewhere", 1)] {
        let text = city.browser_of(account).await.get("/plan/clauses/A2.2.3.3").await.text();
        let rows = text.split("class=\"plan-rows\"").nth(1).unwrap();
        let row = rows.split("<section").find(|s| s.contains("/plan/clauses/A2.2.3.3i\"")).unwrap();
        assert!(row.contains("href=\"/packs/procedure/hazard.general\""), "{account} {row}");
        assert!(row.contains(&format!("{open} 件在办，0 件办结")), "{account} {row}");
        assert!(row.contains("尚未用到") && row.contains("已落实"), "{account} {row}");
    }
    // The page of one row shows that row alone.
    let mut office = city.browser_of("office").await;
    let one = office.get("/plan/clauses/A2.2.3.3i").await.text();
    assert_eq!(one.matches("class=\"card pad plan-row\"").count(), 1);
    // What a later annex carries says so.
    let model = &city.engine.model;
    let found = plan::pack::coverage::coverage(&model.rows, model, None);
    let open = found.lines.iter().find(|l| l.state == plan::pack::coverage::RowState::Open).unwrap();
    let page = office.get(&format!("/plan/clauses/{}", open.row.id.get_ref())).await.text();
    assert!(page.contains("由后续专题承担") && page.contains("该专题启用后由"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_office_reads_the_document_in_and_everybody_reads_the_words() {
    let city = City::new().await;
    let mut office = city.browser_of("office").await;
    let wrong: [(&str, &[u8], &str); 3] = [
        ("plan.pdf", b"%PDF-1.4 nothing of the kind", "不是公文文本"),
        ("other.txt", "没有条款的说明。".as_bytes(), "没有一条与方案包相同"),
        ("empty.docx", b"PK\x03\x04 broken", "docx"),
    ];
    for (name, content, expected) in wrong {
        let answer = office.fill_with_files("/plan/read", &[], &[("document.file", name, content)]).await;
        assert!(answer.status == 200 && answer.text().contains(expected), "{name}: {}", answer.text());
    }
    assert!(office.get("/api/v1/plan").await.json()["read_from"].is_null(), "nothing was kept");
    let answer =
        office.fill_with_files("/plan/read", &[], &[("document.file", "own.txt", OWN.as_bytes())]).await;
    let text = answer.text();
    let all = city.engine.model.clauses.len();
    for wanted in [
        "<strong>5</strong>",
        &format!("<strong>{}</strong>", all - 5),
        "<strong>1</strong>",
        "M.6",
        "某安委〔2020〕9号",
    ] {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
    let mut worker = city.browser_of("worker.here").await;
    let page = worker.get("/plan/clauses/M.3").await.text();
    for wanted in ["三、主要任务", "建立问题清单", "《安全生产法》", "（某安委〔2020〕9号），2021-06-15 读入"]
    {
        assert!(page.contains(wanted), "{wanted}: {page}");
    }
    let missing = worker.get("/plan/clauses/A2.2").await.text();
    assert!(missing.contains("中没有这一条") && !missing.contains("href=\"/plan/read\""), "{missing}");
    let words = worker.get("/api/v1/clauses/M.3").await.json()["words"].clone();
    assert_eq!(
        (&words["heading"], &words["found"]["recurrences"][0]),
        (&"三、主要任务".into(), &"每季度".into())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_office_reads_in_and_only_by_its_own_form() {
    let city = City::new().await;
    for account in ["regulator.here", "head.here", "worker.here", "system.admin", "audit.admin"] {
        let mut browser = city.browser_of(account).await;
        assert_eq!(browser.get("/plan/read").await.status, 404, "{account}");
        let token = browser.get("/account").await.hidden("_csrf");
        let body = format!(
            "--X\r\nContent-Disposition: form-data; name=\"_csrf\"\r\n\r\n{token}\r\n--X\r\nContent-Disposition: form-data; \
             name=\"document.file\"; filename=\"own.txt\"\r\n\r\n{OWN}\r\n--X--\r\n"
        );
        let kind = "multipart/form-data; boundary=X";
        assert_eq!(browser.send("POST", "/plan/read", kind, body.as_bytes()).await.status, 404, "{account}");
        let forged = body.replace(&token, "0123456789abcdef0123456789abcdef");
        assert!(browser.send("POST", "/plan/read", kind, forged.as_bytes()).await.status >= 400, "{account}");
    }
    assert_eq!(city.engine.plan_source().await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_timetable_shows_bars_days_and_what_is_late_and_filters_by_its_address() {
    let city = City::new().await;
    let mut browser = city.browser_of("office").await;
    let page = browser.get("/plan/timetable").await;
    let text = page.text();
    assert!(!text.contains("style=\""), "no inline style passes the policy");
    for wanted in [
        "class=\"gantt-today\"",
        "附件5 道路运输",
        "/plan/clauses/A5.3.1",
        "已到期，无落实",
        "30 天内到期",
        "<details class=\"card\" open><summary>2021-06",
        "<details class=\"card\"><summary>2020-12",
    ] {
        assert!(text.contains(wanted), "{wanted}");
    }
    let narrow = browser.get("/plan/timetable?part=A2&year=2022").await.text();
    assert!(narrow.contains("A2.2.2.3") && !narrow.contains("/plan/clauses/A5."), "only annex 2");
    assert!(!narrow.contains("legend-today\"") || !narrow.contains("<summary>2021"), "only 2022");
    let nothing = browser.get("/plan/timetable?part=A77").await.text();
    assert!(nothing.contains("没有符合条件的条款"), "{nothing}");
    assert_eq!(browser.get("/plan/timetable?year=soon").await.status, 422);

    let json = browser.get("/api/v1/plan/timetable?part=A2&department=safety_regulators").await.json();
    assert_eq!(json["today"], "2021-06-15");
    let rows = json["rows"].as_array().unwrap();
    assert!(rows.iter().all(|r| r["clause"].as_str().unwrap().starts_with("A2.")), "{json}");
    let row = rows.iter().find(|r| r["clause"] == "A2.2.3.2").unwrap();
    assert_eq!((&row["from"], &row["until"]), (&"2020-06-04".into(), &"2022-12-31".into()));
    let days: Vec<String> = row["days"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| format!("{} {}", d["day"].as_str().unwrap(), d["state"].as_str().unwrap()))
        .collect();
    assert_eq!(days, ["2020-12-31 passed", "2022-12-31 ahead"]);
}
