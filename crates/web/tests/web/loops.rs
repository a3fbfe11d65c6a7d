//! The main loop through pages: a hazard reported with a photo, assigned, put right, accepted; records added and changed.

use crate::city::{City, photo};

on_both_engines! {
    a_hazard_goes_round_its_loop
    a_record_is_changed_and_nobody_overwrites_what_they_have_not_seen
    a_double_click_makes_one_record
    enterprises_come_in_by_csv_and_bad_rows_come_back
}

async fn a_hazard_goes_round_its_loop(city: City) {
    let mut worker = city.browser_of("worker.here").await;
    let plant = city.here.to_string();
    let missing =
        worker.fill("/r/hazard/new?procedure=hazard.general", &[("enterprise", plant.as_str())]).await;
    assert_eq!(missing.status, 422);
    assert!(
        missing.text().contains("id=\"field-description\"") && missing.text().contains("请填写"),
        "{}",
        missing.text()
    );
    let fields = [("enterprise", plant.as_str()), ("description", "2 号冲床防护罩缺失")];
    let photo = photo();
    let made = worker
        .fill_with_files(
            "/r/hazard/new?procedure=hazard.general",
            &fields,
            &[("photo_before.file", "冲床 左侧.jpg", &photo)],
        )
        .await;
    assert_eq!(made.status, 303, "{}", made.text());
    let case = made.header("location").to_owned();
    let page = worker.get(&case).await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(page.text().contains("2 号冲床防护罩缺失") && page.text().contains("已新增"));
    let picture = page
        .text()
        .split("href=\"")
        .find(|p| p.contains("/files/"))
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let answer = worker.get(&picture).await;
    assert_eq!(
        (answer.status, answer.header("content-type"), answer.body == photo),
        (200, "image/jpeg", true)
    );

    // The file keeps the name that the worker gave it, for reading and for saving.
    assert!(page.text().contains("冲床 左侧.jpg") && page.text().contains("photo-size"), "{}", page.text());
    assert_eq!(
        answer.header("content-disposition"),
        "inline; filename=\"__ __.jpg\"; filename*=UTF-8''%E5%86%B2%E5%BA%8A%20%E5%B7%A6%E4%BE%A7.jpg"
    );
    assert_eq!(answer.header("x-content-type-options"), "nosniff");

    let mut manager = city.browser_of("safety_manager.here").await;
    let work = manager.get("/").await;
    assert!(work.text().contains(&case), "the manager is waited for");
    let head = city.actor("head.here").await.account.to_string();
    let step = format!("{case}/step/assign");
    let assigned = manager.fill(&step, &[("responsible", head.as_str()), ("deadline", "2021-06-25")]).await;
    assert_eq!(assigned.status, 303, "{}", assigned.text());
    let seen = manager.get(&case).await;
    assert!(seen.text().contains("整改中") && seen.text().contains("head.here"), "{}", seen.text());
    let again = manager.get(&step).await;
    assert_eq!(again.status, 403, "the step is done");

    let mut head = city.browser_of("head.here").await;
    let done = head
        .fill_with_files(
            &format!("{case}/step/report_done"),
            &[("measures_taken", "已加装")],
            &[("photo_after.file", "b.jpg", &photo)],
        )
        .await;
    assert_eq!(done.status, 303, "{}", done.text());
    let list = head.get("/r/hazard?view=open").await;
    assert!(list.text().contains("2 号冲床防护罩缺失"));
    for page in [
        "/r/hazard?level=general&sort=deadline",
        "/r/hazard?q=%E5%86%B2%E5%BA%8A",
        "/r/hazard/options?q=%E5%86%B2",
        "/search?q=%E5%86%B2%E5%BA%8A",
    ] {
        let answer = head.get(page).await;
        assert_eq!(answer.status, 200, "{page}");
        assert!(answer.text().contains("冲床"), "{page}: {}", answer.text());
    }
    let workbook = head.get("/r/hazard/export.xlsx").await;
    assert_eq!((workbook.status, &workbook.body[..2]), (200, &b"PK"[..]));
}

async fn a_record_is_changed_and_nobody_overwrites_what_they_have_not_seen(city: City) {
    let mut one = city.browser_of("head.here").await;
    let edit = format!("/r/enterprise/{}/edit", city.here);
    let (first, second) = (one.get(&edit).await, one.get(&edit).await);
    assert_eq!(first.status, 200, "{}", first.text());
    let uscc = first
        .text()
        .split("name=\"uscc\"")
        .nth(1)
        .unwrap()
        .split("value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let fields = |headcount: &'static str| {
        vec![
            ("name", "通许示例机械厂"),
            ("uscc", uscc.as_str()),
            ("address", "工业路1号"),
            ("county", "410222"),
            ("sector", "machinery"),
            ("operating_state", "normal"),
            ("headcount", headcount),
        ]
    };
    let saved = one.fill_from(&first, &edit, &fields("１20")).await;
    assert_eq!(saved.status, 303, "{}", saved.text());
    let late = one.fill_from(&second, &edit, &fields("7")).await;
    assert_eq!(late.status, 409);
    assert!(
        late.text().contains("刚被他人修改") && late.text().contains("value=\"7\""),
        "what was typed is kept"
    );
    let wrong = one.fill(&edit, &fields("-3")).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("不能小于 0"), "{}", wrong.text());
    let page = one.get(&format!("/r/enterprise/{}", city.here)).await;
    assert!(page.text().contains("120") && page.text().contains("变更记录"), "{}", page.text());
    let file = one.get(&format!("/enterprises/{}", city.here)).await;
    assert_eq!(file.status, 200, "{}", file.text());
}

async fn a_double_click_makes_one_record(city: City) {
    let mut worker = city.browser_of("worker.here").await;
    let path = "/r/hazard/new?procedure=hazard.general";
    let form = worker.get(path).await;
    let plant = city.here.to_string();
    let fields = [("enterprise", plant.as_str()), ("description", "双击")];
    let first = worker.fill_from(&form, path, &fields).await;
    let second = worker.fill_from(&form, path, &fields).await;
    assert_eq!((first.status, first.header("location")), (second.status, second.header("location")));
    assert!(worker.get("/r/hazard").await.text().contains("共 1 条"));
}

async fn enterprises_come_in_by_csv_and_bad_rows_come_back(city: City) {
    let mut regulator = city.browser_of("regulator.here").await;
    let template = regulator.get("/r/enterprise/import/template.xlsx").await;
    assert_eq!((template.status, &template.body[..2]), (200, &b"PK"[..]));
    let good = base::code::Uscc::synthesise(base::code::Adcode::parse("410222").unwrap(), 77);
    let csv = format!(
        "企业名称,统一社会信用代码,生产经营地址,县区,行业领域,生产经营状态\n新厂,{},路1号,通许县,机械,正常生产经营\n坏厂,91410222MA00000000,路2号,通许县,机械,正常生产经营\n",
        good.as_str()
    );
    let answer = regulator
        .fill_with_files("/r/enterprise/import", &[], &[("workbook.file", "a.csv", csv.as_bytes())])
        .await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let page = answer.header("location").to_owned();
    let text = crate::jobs::ended(&mut regulator, &page).await;
    assert!(
        text.contains("有错未导入") && text.contains("bad-rows.xlsx") && text.contains("逐行结果"),
        "{text}"
    );
    assert_eq!(&regulator.get(&format!("{page}/bad-rows.xlsx")).await.body[..2], b"PK");
    assert!(regulator.get("/r/enterprise").await.text().contains("新厂"));
    let broken = regulator
        .fill_with_files("/r/enterprise/import", &[], &[("workbook.file", "a.xlsx", b"PK\x03\x04nonsense")])
        .await;
    assert_eq!(broken.status, 200);
    assert!(broken.text().contains("class=\"error\""), "{}", broken.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_passed_on_as_text_and_picture_without_telephones() {
    let city = City::new().await;
    let hazard = city.hazard("worker.here", city.here).await;
    let mut manager = city.browser_of("safety_manager.here").await;
    let responsible = city.actor("head.here").await.account.to_string();
    let step = format!("/r/hazard/{hazard}/step/assign");
    let fields = [
        ("responsible", responsible.as_str()),
        ("deadline", "2021-06-25"),
        ("responsible_phone", "13800000001"),
    ];
    assert_eq!(manager.fill(&step, &fields).await.status, 303);
    let mut admin = city.browser_of("system.admin").await;
    let form = admin.get("/system").await;
    let wrong = admin.fill_from(&form, "/system/address", &[("public_address", "javascript:alert(1)")]).await;
    assert_eq!(wrong.status, 422, "{}", wrong.text());
    assert!(wrong.text().contains("不是网址"));
    let set = admin
        .fill_from(&form, "/system/address", &[("public_address", "https://anlan.example.gov.cn/")])
        .await;
    assert_eq!(set.status, 303, "{}", set.text());
    let page = manager.get(&format!("/r/hazard/{hazard}")).await;
    for part in [
        "2 号冲床防护罩缺失",
        "通许示例机械厂",
        "head.here",
        "2021年6月25日",
        &format!("https://anlan.example.gov.cn/r/hazard/{hazard}"),
        "data-copy=\"share-text\"",
    ] {
        assert!(page.text().contains(part), "{part}: {}", page.text());
    }
    let share = manager.get(&format!("/r/hazard/{hazard}/share")).await;
    assert_eq!(share.status, 200, "{}", share.text());
    assert!(!share.text().contains("13800000001"), "a chat has many readers");
    let picture = manager.get(&format!("/r/hazard/{hazard}/picture.svg")).await;
    assert_eq!((picture.status, picture.header("content-type")), (200, "image/svg+xml; charset=utf-8"));
    let drawn = picture.text();
    assert!(
        drawn.contains("2 号冲床防护罩缺失") && !drawn.contains("13800000001") && !drawn.contains("<script")
    );
    let plain = manager.get(&format!("/r/enterprise/{}/share", city.here)).await;
    assert_eq!(plain.status, 404, "only cases are passed on");
    let mut other = city.browser_of("security.admin").await;
    assert!(!other.get("/system").await.text().contains("public_address"), "the system administrator alone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_double_report_is_counted_printed_signed_received_and_told() {
    let city = City::new().await;
    city.hazard("worker.here", city.here).await;
    let photo = photo();
    let mut manager = city.browser_of("safety_manager.here").await;
    let form = manager.get("/r/double_report/new?period=2021Q2").await;
    let text = form.text();
    for part in ["value=\"2021年第2季度\"", "value=\"2021-06-15\"", "2021年第1季度"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let counted = |name: &str| {
        let input = text.split(&format!("name=\"{name}\"")).nth(1).unwrap();
        input.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    assert_eq!([counted("found_count"), counted("fixed_count"), counted("unfixed_count")], ["1", "0", "1"]);
    let plant = city.here.to_string();
    let fields = [
        ("enterprise", plant.as_str()),
        ("period_kind", "quarter"),
        ("period", "2021年第2季度"),
        ("as_of", "2021-06-15"),
        ("found_count", "1"),
        ("fixed_count", "0"),
        ("major_count", "0"),
        ("unfixed_count", "1"),
    ];
    let made = manager.fill_from(&form, "/r/double_report/new", &fields).await;
    assert_eq!(made.status, 303, "{}", made.text());
    let report = made.header("location").to_owned();
    let id = report.rsplit('/').next().unwrap().to_owned();
    assert!(manager.get(&report).await.text().contains(&format!("/double-reports/{id}/print")));
    let sheet = manager.get(&format!("/double-reports/{id}/print")).await;
    assert_eq!(sheet.status, 200, "{}", sheet.text());
    assert!(sheet.text().contains("主要负责人（签字）") && sheet.text().contains("签收回执"));
    assert_eq!(manager.get(&format!("{report}/step/sign")).await.status, 403, "the head signs");
    let mut head = city.browser_of("head.here").await;
    let signed = head
        .fill_with_files(
            &format!("{report}/step/sign"),
            &[
                ("found_count", "1"),
                ("fixed_count", "0"),
                ("major_count", "0"),
                ("unfixed_count", "1"),
                ("signed_by", "王厂长"),
                ("signed_on", "2021-06-15"),
            ],
            &[("signed_scan.file", "统计表.jpg", &photo)],
        )
        .await;
    assert_eq!(signed.status, 303, "{}", signed.text());
    let mut stranger = city.browser_of("regulator.elsewhere").await;
    assert_eq!(stranger.get(&report).await.status, 404);
    assert_eq!(stranger.get(&format!("/double-reports/{id}/print")).await.status, 404);
    let mut regulator = city.browser_of("regulator.here").await;
    assert!(regulator.get("/").await.text().contains(&report), "the regulator is waited for");
    let page = regulator.get(&report).await.text();
    assert!(page.contains("统计表.jpg"), "{page}");
    let received = regulator
        .fill(
            &format!("{report}/step/receive"),
            &[("receipt_number", "通应急收〔2021〕1号"), ("received_on", "2021-06-16")],
        )
        .await;
    assert_eq!(received.status, 303, "{}", received.text());
    let files: Vec<(&str, &str, &[u8])> = vec![
        ("agenda.file", "议程.jpg", &photo),
        ("sign_in.file", "签到.jpg", &photo),
        ("board_photo.file", "公示栏.jpg", &photo),
    ];
    let told = manager
        .fill_with_files(
            &format!("{report}/step/tell_workers"),
            &[("workers_body", "notice_board"), ("told_on", "2021-06-18")],
            &files,
        )
        .await;
    assert_eq!(told.status, 303, "{}", told.text());
    assert!(manager.get(&report).await.text().contains("已完成"));
}
