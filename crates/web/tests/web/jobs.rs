//! Imports as jobs: once for two clicks, only for who asked, taken up again behind the last part, looked after by the
//! system administrator.

use base::code::{Adcode, Uscc};
use engine::record::write::Sending;
use engine::task::{Counts, Part, Stand};
use serde_json::json;

use crate::browser::Browser;
use crate::city::{City, HERE};

on_both_engines! {
    two_clicks_import_once_and_only_who_asked_sees_what_came_of_it
    an_import_goes_on_behind_the_last_part_after_a_stop
    a_job_that_cannot_succeed_says_why_and_gets_another_try_by_the_administrator
}

/// The page of an import once it has ended.
pub(crate) async fn ended(browser: &mut Browser, page: &str) -> String {
    for _ in 0..400 {
        let answer = browser.get(page).await;
        assert_eq!(answer.status, 200, "{page}: {}", answer.text());
        if !answer.text().contains("data-again") {
            return answer.text();
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("{page} does not end");
}

fn csv(rows: std::ops::Range<u64>) -> String {
    let mut text = "企业名称,统一社会信用代码,生产经营地址,县区,行业领域,生产经营状态\n".to_owned();
    for number in rows {
        let code = Uscc::synthesise(Adcode::parse(HERE).unwrap(), number + 1000);
        text.push_str(&format!("批量{number}厂,{},路{number}号,通许县,机械,正常生产经营\n", code.as_str()));
    }
    text
}

async fn upload(browser: &mut Browser, form: &crate::browser::Answer, csv: &str) -> String {
    let fields = [("_csrf", form.hidden("_csrf")), ("_key", form.hidden("_key"))];
    let mut body = String::new();
    for (name, value) in fields {
        body.push_str(&format!("--X\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"));
    }
    body.push_str(
        "--X\r\nContent-Disposition: form-data; name=\"workbook.file\"; filename=\"a.csv\"\r\n\r\n",
    );
    body.push_str(&format!("{csv}\r\n--X--\r\n"));
    let kind = "multipart/form-data; boundary=X";
    let answer = browser.send("POST", "/r/enterprise/import", kind, body.as_bytes()).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    answer.header("location").to_owned()
}

async fn two_clicks_import_once_and_only_who_asked_sees_what_came_of_it(city: City) {
    let mut regulator = city.browser_of("regulator.here").await;
    let form = regulator.get("/r/enterprise/import").await;
    let file = csv(0..30);
    let first = upload(&mut regulator, &form, &file).await;
    assert_eq!(first, upload(&mut regulator, &form, &file).await);
    let text = ended(&mut regulator, &first).await;
    assert!(text.contains("<strong>30</strong>"), "{text}");
    let id = first.rsplit('/').next().unwrap().to_owned();
    let job = regulator.get(&format!("/api/v1/jobs/{id}")).await.json();
    assert_eq!((&job["job"]["added"], &job["job"]["state"]), (&json!(30), &json!("done")), "{job}");
    assert_eq!(job["parts"][0]["rows"], json!([[2, 31, "added"]]));
    // The same file handed in anew adds nothing.
    let again = regulator.get("/r/enterprise/import").await;
    let second = upload(&mut regulator, &again, &file).await;
    assert_ne!(first, second);
    ended(&mut regulator, &second).await;
    let id2 = second.rsplit('/').next().unwrap();
    assert_eq!(regulator.get(&format!("/api/v1/jobs/{id2}")).await.json()["job"]["unchanged"], 30);
    // For everybody else it is as if there were none.
    let none = "0123456789abcdef0123456789abcdef";
    for account in ["office", "regulator.elsewhere", "head.here", "system.admin"] {
        let mut other = city.browser_of(account).await;
        for path in ["/imports/ID", "/imports/ID/bad-rows.xlsx", "/api/v1/jobs/ID"] {
            let (theirs, nothing) =
                (other.get(&path.replace("ID", &id)).await, other.get(&path.replace("ID", none)).await);
            assert_eq!((theirs.status, nothing.status), (404, 404), "{account} {path}");
        }
    }
    let own = city.browser_of("regulator.elsewhere").await.get("/api/v1/jobs").await.json();
    assert_eq!(own["jobs"], json!([]));
    let mut admin = city.browser_of("system.admin").await;
    assert_eq!(admin.get("/api/v1/jobs").await.json()["jobs"].as_array().unwrap().len(), 2);
    let page = admin.get("/system/jobs").await;
    assert!(page.status == 200 && page.text().contains("regulator.here"), "{}", page.text());
    assert!(!page.text().contains("批量"), "an administrator sees no rows");
    for account in ["security.admin", "audit.admin", "office", "worker.here"] {
        assert_eq!(city.browser_of(account).await.get("/system/jobs").await.status, 404, "{account}");
    }
}

async fn an_import_goes_on_behind_the_last_part_after_a_stop(city: City) {
    let actor = city.actor("regulator.here").await;
    let file = csv(0..40);
    let blob = city.blobs.put(file.as_bytes(), 1 << 20).await.unwrap();
    // As a process leaves it that was killed behind row 21: half of the rows and their part are stored. The worker has
    // not been called, and looks at the table by itself a little later.
    let half = csv(0..20);
    let path = city
        .blobs
        .path(&city.blobs.put(half.as_bytes(), 1 << 20).await.unwrap().hash)
        .await
        .unwrap()
        .unwrap();
    let mut begun =
        report::register::Import::begin(&city.engine, &actor, "enterprise", &path, 0, web::sentence, |_| {
            None
        })
        .await
        .unwrap();
    while begun.next().await.unwrap().is_some() {}
    let language = base::Language::Chinese;
    let id = city
        .engine
        .ask_for_import(&actor, "enterprise", &blob.hash, language, &Sending::default())
        .await
        .unwrap();
    let done = Part {
        from: 2,
        to: 21,
        counts: Counts { added: 20, ..Counts::default() },
        runs: json!([[2, 21, "added"]]),
        refused: Vec::new(),
    };
    city.engine.database.apply(city.engine.part_kept(id, &done)).await.unwrap();
    for _ in 0..400 {
        if city.engine.own_task(&actor, id).await.unwrap().stand == Stand::Done {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    let task = city.engine.own_task(&actor, id).await.unwrap();
    assert_eq!((task.stand, task.resumed), (Stand::Done, 1), "{}", task.error);
    assert_eq!(task.counts, Counts { added: 40, ..Counts::default() });
}

async fn a_job_that_cannot_succeed_says_why_and_gets_another_try_by_the_administrator(city: City) {
    let actor = city.actor("regulator.here").await;
    let language = base::Language::Chinese;
    let lost = "ab".repeat(32);
    let id =
        city.engine.ask_for_import(&actor, "enterprise", &lost, language, &Sending::default()).await.unwrap();
    let mut admin = city.browser_of("system.admin").await;
    let mut page = admin.get("/system/jobs").await;
    for _ in 0..400 {
        if page.text().contains("上传的文件已不存在") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        page = admin.get("/system/jobs").await;
    }
    assert!(page.text().contains("失败") && page.text().contains("重试"), "{}", page.text());
    let mut regulator = city.browser_of("regulator.here").await;
    assert!(regulator.get(&format!("/imports/{id}")).await.text().contains("上传的文件已不存在"));
    let retry = format!("/system/jobs/{id}/retry");
    let own = regulator.get("/account").await;
    assert_eq!(regulator.fill_from(&own, &retry, &[]).await.status, 404, "not for who asked");
    assert_eq!(admin.fill_from(&page, &retry, &[]).await.status, 303);
}
