//! The papers: what must stand on them does, what must not does not. With `ANLAN_PAPERS=FOLDER` they are also written
//! there, to be looked at in a browser.

use base::{Day, Language};
use report::print::*;
use report::qr::Code;

fn page(language: Language) -> Page<'static> {
    Page { language, stylesheet: "print.css", icon: "" }
}

fn keep(name: &str, html: &str) {
    crate::common::keep(&format!("{name}.html"), html.as_bytes());
    crate::common::keep("print.css", STYLESHEET.as_bytes());
}

/// What holds for every paper: no inline style or script, markup of strangers escaped, one style sheet.
fn well_formed(html: &str) {
    for forbidden in [" style=", "<style", "<script", "onload", "<b>x</b>", "javascript:"] {
        assert!(!html.contains(forbidden), "{forbidden} in {html}");
    }
    assert!(html.contains(r#"<link rel="stylesheet" href="print.css">"#));
    for (open, close) in
        [("<table", "</table>"), ("<tr", "</tr>"), ("<td", "</td>"), ("<p", "</p>"), ("<dl", "</dl>")]
    {
        let count = |tag: &str| html.matches(tag).count();
        let opened = count(open) - if open == "<p" { count("<path") } else { 0 };
        assert_eq!(opened, count(close), "{open}");
    }
}

fn measure(kind: MeasureKind, text: &str) -> Measure {
    Measure { kind, text: text.into() }
}

fn risk(i: usize) -> RiskRow {
    let grades = [Grade::Major, Grade::Larger, Grade::General, Grade::Low];
    RiskRow {
        point: ["液氨储罐区", "粉碎车间除尘系统", "配电室", "成品仓库装卸"][i % 4].into(),
        place: ["厂区西北侧 V-101", "二车间一层", "办公楼一层", "3号库"][i % 4].into(),
        factors: [
            "液氨泄漏，阀门法兰密封失效，超压；人员中毒",
            "铝镁粉尘积聚，遇点火源爆炸",
            "电气线路老化、绝缘损坏，小动物进入",
            "叉车超速，人员进入作业半径",
        ][i % 4]
            .into(),
        accidents: ["中毒和窒息、其他爆炸、火灾", "其他爆炸", "触电、火灾", "车辆伤害"][i % 4].into(),
        figures: ["3", "6", "40", "720"].map(String::from).to_vec(),
        inherent: Some(grades[i % 4]),
        present: grades[(i + i / 4) % 4],
        measures: vec![
            measure(MeasureKind::Emergency, "设正压式空气呼吸器2套，每半年演练1次"),
            measure(MeasureKind::Engineering, "设紧急切断阀、可燃有毒气体检测报警，喷淋系统完好"),
            measure(MeasureKind::Management, "每班巡检2次并记录，特殊作业审批"),
            measure(MeasureKind::Training, "上岗前培训考核，持证上岗"),
            measure(MeasureKind::Protection, "防毒面具、防静电工作服"),
        ],
        level: ["企业级", "车间级", "班组级", "岗位级"][i % 4].into(),
        department: ["生产部", "二车间", "设备部", "仓储部"][i % 4].into(),
        person: "王某某 0371-0000000".into(),
        frequency: "每班".into(),
        graded_on: Day::new(2021, 6, 1),
    }
}

fn risk_list(public: bool) -> RiskList {
    RiskList {
        unit: "示例化工有限公司 <b>x</b>".into(),
        zone: "储运区".into(),
        zone_head: "李某某".into(),
        zone_telephone: "0371-1111111".into(),
        on: Day::new(2021, 6, 15),
        method: Method::Lec,
        public,
        rows: (0..9).map(risk).collect(),
    }
}

#[test]
fn the_risk_list_names_grades_in_words_and_leaves_persons_out_in_public() {
    let html = risk_list(false).html(page(Language::Chinese)).unwrap();
    keep("risk_list", &html);
    well_formed(&html);
    for words in [
        "安全风险分级管控清单",
        "填报单位（盖章）：示例化工",
        "2021年6月15日",
        "重大风险",
        "<i>红</i>",
        "<b>工程</b>设紧急切断阀",
        "固有",
        "王某某",
        "单位负责人：",
    ] {
        assert!(html.contains(words), "{words}");
    }
    let engineering = html.find("设紧急切断阀").unwrap();
    assert!(engineering < html.find("设正压式").unwrap(), "measures in the order of the five kinds");
    let public = risk_list(true).html(page(Language::Chinese)).unwrap();
    assert!(!public.contains("王某某") && !public.contains("0371"));
    let english = risk_list(false).html(page(Language::English)).unwrap();
    keep("risk_list_en", &english);
    assert!(english.contains("Risk control list") && english.contains("Larger"));
}

#[test]
fn the_notice_board_says_risk_place_measures_emergency_and_whom_to_call() {
    let rows = (0..6).map(risk).map(|r| BoardRow {
        risk: r.factors,
        place: format!("{}（{}）", r.point, r.place),
        grade: r.present,
        accidents: r.accidents,
        measures: "设紧急切断阀、气体检测报警；每班巡检2次；特殊作业审批；持证上岗".into(),
        emergency: "立即撤离至上风向，佩戴空气呼吸器后关闭切断阀，拨打119、120".into(),
        person: "王某某".into(),
    });
    let board = NoticeBoard {
        unit: "示例化工有限公司 <b>x</b>".into(),
        area: "储运区".into(),
        rows: rows.collect(),
        head: "赵某某".into(),
        emergency_telephone: "0371-2222222".into(),
        report_telephone: "12350".into(),
        on: Day::new(2021, 6, 15),
        code: Code::new("https://example.org/e/7f3a").ok(),
    };
    let html = board.html(page(Language::Chinese)).unwrap();
    keep("notice_board", &html);
    well_formed(&html);
    for words in ["安全风险公告栏", "应急措施", "12350", "<svg", "较大风险"] {
        assert!(html.contains(words), "{words}");
    }
}

#[test]
fn the_post_card_fits_its_size_and_shows_the_gravest_grade() {
    let risks = (1..4).map(risk).map(|r| PostRisk {
        risk: r.factors,
        grade: r.present,
        accidents: r.accidents,
        result: "人员伤亡、设备损坏".into(),
    });
    let lines = |lines: &[&str]| lines.iter().map(|l| (*l).to_owned()).collect::<Vec<_>>();
    let mut card = PostCard {
        unit: "示例化工有限公司 <b>x</b>".into(),
        workshop: "二车间".into(),
        post: "除尘器操作岗".into(),
        place: "二车间一层北侧".into(),
        work: "除尘系统启停、清灰、巡检".into(),
        risks: risks.collect(),
        key_points: lines(&[
            "开机前检查风机、锁气卸灰装置、泄爆片完好",
            "清灰时停机断电，使用防爆工具，禁止使用压缩空气吹扫",
            "发现异响、超温、火花立即停机报告",
        ]),
        measures: lines(&[
            "每班清扫积尘，厚度不超过规定",
            "动火作业审批并设监护人",
            "穿防静电服，戴防尘口罩",
        ]),
        emergency: lines(&[
            "按下急停按钮，通知车间人员撤离",
            "初期火情用D类灭火器，禁止用水",
            "拨打应急电话，在门口引导救援",
        ]),
        person: "周某某（班组长）".into(),
        emergency_telephone: "0371-2222222　119　120".into(),
        report: "当面或电话报告班组长；扫码上报；12350".into(),
        on: Day::new(2021, 6, 15),
        code: Code::new("https://example.org/p/19c2").ok(),
        size: CardSize::A4,
    };
    let html = card.html(page(Language::Chinese)).unwrap();
    keep("post_card_a4", &html);
    well_formed(&html);
    assert!(html.contains("岗位安全风险告知卡") && html.contains("class=\"card card-a4\""));
    assert!(html.contains("较大风险（橙）"), "the gravest of the post");
    card.size = CardSize::A5;
    let html = card.html(page(Language::Chinese)).unwrap();
    keep("post_card_a5", &html);
    assert!(html.contains("class=\"card card-a5\""));
}

#[test]
fn the_enterprise_code_shows_public_facts_only() {
    let poster = EnterpriseCode {
        name: "开封市示例化工有限公司".into(),
        uscc: "91410200MA40000000".into(),
        sector: "危险化学品生产".into(),
        address: "河南省开封市祥符区示例路1号".into(),
        regulator: "祥符区应急管理局 0371-3333333".into(),
        report_telephone: "12350".into(),
        code: Code::new("https://example.org/e/7f3a9c").unwrap(),
        on: Day::new(2021, 6, 15),
    };
    for language in [Language::Chinese, Language::English] {
        let html = poster.html(page(language)).unwrap();
        keep(&format!("enterprise_code_{}", language.tag()), &html);
        well_formed(&html);
        assert!(html.contains("91410200MA40000000") && html.contains("12350"));
    }
}

#[test]
fn the_hazard_ledger_has_room_for_signatures_and_counts_the_major_ones() {
    let row = |i: usize| LedgerRow {
        number: format!("YH-2021-{:04}", i + 1),
        found: "2021-06-03 09:20".into(),
        place: "二车间一层除尘器".into(),
        description: "除尘系统未设置锁气卸灰装置；违反 AQ 4273-2016 第 6 条".into(),
        major: i == 1,
        found_by: "周某某".into(),
        measures: "停用该系统，加装锁气卸灰装置；期间人工清灰并设专人监护".into(),
        money: "3.50".into(),
        due: "2021-06-20".into(),
        person: "吴某某（车间主任）".into(),
        accepted: if i.is_multiple_of(2) { "2021-06-18 15:00" } else { "" }.into(),
        result: if i.is_multiple_of(2) { "合格，予以销号" } else { "" }.into(),
        accepted_by: if i.is_multiple_of(2) { "郑某某" } else { "" }.into(),
    };
    let ledger = HazardLedger {
        unit: "示例化工有限公司 <b>x</b>".into(),
        period: "2021年6月".into(),
        on: Day::new(2021, 6, 30),
        rows: (0..12).map(row).collect(),
    };
    let html = ledger.html(page(Language::Chinese)).unwrap();
    keep("hazard_ledger", &html);
    well_formed(&html);
    for words in ["共12项，其中重大事故隐患1项", "复查人员（签字）", "资金单位：万元", "审核人："]
    {
        assert!(html.contains(words), "{words}");
    }
    let empty = HazardLedger::default().html(page(Language::Chinese)).unwrap();
    assert!(empty.contains("　　年　　月　　日"), "an empty date is a place to write one");
}

#[test]
fn the_sheet_of_the_double_report_has_room_for_signature_and_receipt() {
    let sheet = DoubleReport {
        unit: "示例化工有限公司<b>x</b>".into(),
        number: "SB-410223-2021-000001".into(),
        period: "2021年第1季度".into(),
        as_of: "2021年3月31日".into(),
        figures: vec![("本期排查隐患".into(), "12项".into()), ("未整改".into(), "1项".into())],
        texts: vec![("未整改原因".into(), "备件未到".into()), ("重大隐患现状".into(), String::new())],
        regulator: String::new(),
        code: Code::new("https://anlan.example/r/double_report/1").unwrap(),
        on: Day::new(2021, 4, 6),
    };
    for language in [Language::Chinese, Language::English] {
        let html = sheet.html(page(language)).unwrap();
        keep(&format!("double_report-{}", language.tag()), &html);
        well_formed(&html);
        assert!(html.contains("12项") && html.contains("备件未到"));
    }
    let html = sheet.html(page(Language::Chinese)).unwrap();
    for wanted in ["主要负责人（签字）", "签收回执", "回执编号", "SB-410223-2021-000001"] {
        assert!(html.contains(wanted), "{wanted}");
    }
}
