//! Lists, records and cases.

use super::{clauses, due, frame, groups, photo, risk, sample_table, t};
use base::Language;

use crate::text::say;
use crate::view::cell::{Fact, Shown};
use crate::view::form::Choice;
use crate::view::list::{Chip, Column, Filter, FilterControl, ListPage, Row, View};
use crate::view::{Action, case, record, work};

pub(in crate::gallery) fn work(l: Language) -> work::WorkPage {
    let item = |title: String, verb: String, tone, left: String| work::Item {
        href: "/r/hazard/1".into(),
        verb,
        title,
        code: "YH-410222-2021-000123".into(),
        kind: t(l, "一般隐患治理", "General hazard"),
        whose: t(l, "示例化工有限公司", "Sample Chemicals Co."),
        due: "2021-06-15".into(),
        left,
        tone,
    };
    let card = |key: &str, count: &str, tone| work::Card {
        label: say(l, key),
        count: count.into(),
        href: "#late".into(),
        tone,
    };
    work::WorkPage {
        f: frame(l),
        day: t(l, "王某，2021年6月15日", "Wang, 2021-06-15"),
        cards: vec![
            card("work.late", "2", "late"),
            card("work.today", "1", "soon"),
            card("work.waiting", "14", "calm"),
            card("work.notices", "3", "calm"),
        ],
        actions: vec![Action {
            label: t(l, "上报隐患", "Report a hazard"),
            href: "/r/hazard/new".into(),
            icon: "camera",
            main: true,
        }],
        sections: vec![
            work::Section {
                anchor: "late",
                title: say(l, "work.late"),
                rest: Vec::new(),
                items: vec![
                    item(
                        t(
                            l,
                            "罐区可燃气体探测器失效两台，未及时更换，现场无替代监测措施",
                            "Two gas detectors of the tank yard do not work and nothing replaces them",
                        ),
                        t(l, "报告整改完成", "Report it done"),
                        "late",
                        t(l, "超期 3 天", "3 days late"),
                    ),
                    item(
                        t(l, "消防通道堆放杂物", "Fire lane blocked"),
                        t(l, "验收", "Accept"),
                        "late",
                        t(l, "超期 1 天", "1 day late"),
                    ),
                ],
            },
            work::Section {
                anchor: "today",
                title: say(l, "work.today"),
                rest: Vec::new(),
                items: vec![item(
                    t(l, "配电箱未上锁", "Switch box unlocked"),
                    t(l, "下达整改", "Assign"),
                    "soon",
                    t(l, "还剩 5 小时", "5 hours left"),
                )],
            },
            work::Section {
                anchor: "waiting",
                title: say(l, "work.waiting"),
                rest: Vec::new(),
                items: vec![item(
                    t(l, "作业人员未持证上岗", "Worker without certificate"),
                    t(l, "验收", "Accept"),
                    "calm",
                    t(l, "还剩 12 天", "12 days left"),
                )],
            },
        ],
        notices: vec![work::Notice {
            id: "1".into(),
            also: Vec::new(),
            text: t(l, "即将到期：配电箱未上锁", "Due soon: switch box unlocked"),
            href: "/r/hazard/1".into(),
            share: "/r/hazard/1/share".into(),
            at: "2021-06-15 08:00".into(),
        }],
        more: true,
    }
}

pub(in crate::gallery) fn work_empty(l: Language) -> work::WorkPage {
    work::WorkPage { cards: Vec::new(), sections: Vec::new(), notices: Vec::new(), more: false, ..work(l) }
}

pub(in crate::gallery) fn list(l: Language) -> ListPage {
    let column = |zh: &str, en: &str, sort: &str, sorted| Column {
        label: t(l, zh, en),
        sort: sort.into(),
        sorted,
        lead: zh.contains("描述"),
    };
    let row = |i: usize| {
        let (grade, tone) =
            [("red", "late"), ("orange", "soon"), ("yellow", "calm"), ("blue", "calm")][i % 4];
        Row {
            id: i.to_string(),
            href: format!("/r/hazard/{i}"),
            cells: vec![
                Shown::Code(format!("YH-410222-2021-{:06}", 123 + i)),
                Shown::Text(
                    [
                        t(
                            l,
                            "罐区可燃气体探测器失效两台，未及时更换",
                            "Two gas detectors of the tank yard do not work",
                        ),
                        t(l, "消防通道堆放杂物", "Fire lane blocked"),
                    ][i % 2]
                        .clone(),
                ),
                Shown::Text(t(l, "示例化工有限公司", "Sample Chemicals Co.")),
                risk(l, grade),
                Shown::State {
                    word: t(l, "整改中", "Being put right"),
                    kind: if i % 5 == 4 { "closed" } else { "open" },
                },
                if i % 5 == 4 { Shown::Nothing } else { due(l, tone) },
                Shown::Text(t(l, "李某", "Li")),
            ],
        }
    };
    let choice = |id: &str, zh: &str, en: &str, chosen| Choice {
        id: id.into(),
        title: t(l, zh, en),
        chosen,
        ..Choice::default()
    };
    ListPage {
        f: frame(l),
        heading: t(l, "隐患", "Hazards"),
        about: t(l, "排查发现的隐患，从发现到销号全程留痕。", "Every hazard from finding to striking off."),
        begin: say(l, "list.begin_new"),
        clauses: clauses(),
        address: "/r/hazard".into(),
        search: String::new(),
        views: vec![
            View { label: say(l, "list.all"), href: "#".into(), active: false },
            View { label: say(l, "list.open"), href: "#".into(), active: true },
            View { label: say(l, "list.late"), href: "#".into(), active: false },
        ],
        filters: vec![
            Filter {
                name: "county".into(),
                label: say(l, "list.county"),
                control: FilterControl::Choices(vec![
                    choice("410222", "通许县", "Tongxu", true),
                    choice("410221", "杞县", "Qixian", false),
                ]),
            },
            Filter {
                name: "deadline".into(),
                label: say(l, "list.due"),
                control: FilterControl::Between {
                    from: "2021-06-01".into(),
                    to: String::new(),
                    input: "date",
                },
            },
        ],
        chips: vec![Chip { text: t(l, "县区：通许县", "County: Tongxu"), without: "/r/hazard".into() }],
        kept: vec![("sort".into(), "deadline".into())],
        columns: vec![
            column("编码", "Code", "", ""),
            column("隐患描述", "Description", "", ""),
            column("企业", "Enterprise", "", ""),
            column("风险等级", "Grade", "", ""),
            column("状态", "State", "", ""),
            column("时限", "Due", "/r/hazard?sort=deadline", "ascending"),
            column("责任人", "Responsible", "", ""),
        ],
        rows: (0..18).map(row).collect(),
        count: t(l, "1000 条以上", "1,000+ records"),
        next: "/r/hazard?after=x".into(),
        first: String::new(),
        actions: vec![Action {
            label: t(l, "上报隐患", "Report a hazard"),
            href: "/r/hazard/new".into(),
            icon: "plus",
            main: true,
        }],
        export: "/r/hazard/export.xlsx".into(),
        bulk: vec![Action {
            label: say(l, "list.export"),
            href: "/r/hazard/export.xlsx".into(),
            icon: "",
            main: false,
        }],
    }
}

pub(in crate::gallery) fn list_empty(l: Language) -> ListPage {
    ListPage { rows: Vec::new(), chips: Vec::new(), count: String::new(), next: String::new(), ..list(l) }
}

pub(in crate::gallery) fn record(l: Language) -> record::RecordPage {
    record::RecordPage {
        notes: Vec::new(),
        f: frame(l),
        register: t(l, "企业", "Enterprise"),
        heading: t(l, "示例化工有限公司", "Sample Chemicals Co."),
        code: "QY-410222-000001".into(),
        marks: vec![risk(l, "red"), Shown::State { word: t(l, "正常", "Normal"), kind: "open" }],
        clauses: clauses(),
        actions: vec![Action { label: t(l, "修改", "Edit"), href: "#".into(), icon: "edit", main: true }],
        groups: groups(l),
        related: vec![record::Related {
            title: t(l, "人员", "People"),
            href: "#".into(),
            add: "#".into(),
            count: "12".into(),
            table: sample_table(l, ""),
        }],
        history: vec![record::Change {
            at: "2021-06-15 09:30".into(),
            by: t(l, "王某", "Wang"),
            what: say(l, "record.updated"),
            facts: vec![Fact {
                label: t(l, "从业人数", "Headcount"), value: Shown::Number("320".into())
            }],
        }],
    }
}

pub(in crate::gallery) fn case(l: Language) -> case::CasePage {
    let event = |zh: &str, en: &str, at: &str, reason: String| case::Event {
        at: at.into(),
        by: t(l, "李某", "Li"),
        what: t(l, zh, en),
        state: t(l, "整改中", "Being put right"),
        reason,
        facts: vec![
            Fact { label: t(l, "整改时限", "Time limit"), value: Shown::text("2021-06-20") },
            Fact { label: t(l, "照片", "Photos"), value: Shown::Images(vec![photo()]) },
        ],
    };
    let five = |zh: &str, en: &str, value| case::InPlace { label: t(l, zh, en), value };
    case::CasePage {
        notes: vec![record::Note {
            text: t(l, "挂牌督办中", "Under listed supervision"),
            href: "#".into(),
            label: "JY-410222-2021-1".into(),
        }],
        leads: vec![Action {
            label: t(l, "对象", "Subject"), href: "#".into(), icon: "scale", main: false
        }],
        f: frame(l),
        heading: t(
            l,
            "罐区可燃气体探测器失效两台，未及时更换",
            "Two gas detectors of the tank yard do not work",
        ),
        code: "YH-410222-2021-000123".into(),
        procedure: t(l, "重大隐患治理", "Major hazard"),
        marks: vec![risk(l, "red"), Shown::State { word: t(l, "整改中", "Being put right"), kind: "open" }],
        clauses: clauses(),
        states: [
            ("已判定", "Judged", "done"),
            ("已制定方案", "Planned", "done"),
            ("整改中", "Being put right", "now"),
            ("待企业验收", "Acceptance", "ahead"),
            ("待部门核查", "Verification", "ahead"),
            ("已销号", "Struck off", "ahead"),
        ]
        .map(|(zh, en, how)| (t(l, zh, en), how))
        .to_vec(),
        limit: Some(case::Limit {
            step: t(l, "报告整改完成", "Report it done"),
            due: "2021-06-20".into(),
            left: t(l, "还剩 2 天", "2 days left"),
            tone: "soon",
            passed: 78,
        }),
        steps: vec![
            case::Step {
                label: t(l, "报告整改完成", "Report it done"),
                href: "#".into(),
                main: true,
                refusal: String::new(),
            },
            case::Step {
                label: t(l, "申请延期", "Ask for an extension"),
                href: "#".into(),
                main: false,
                refusal: String::new(),
            },
            case::Step {
                label: t(l, "验收", "Accept"),
                href: "#".into(),
                main: false,
                refusal: say(l, "problem.case.own_work"),
            },
        ],
        waiting_for: t(l, "等待：企业主要负责人", "Waiting for the head of the enterprise"),
        papers: Vec::new(),
        text: t(l, "【隐患】YH-1\n配电箱未上锁", "[Hazard] YH-1\nSwitch box unlocked"),
        five: vec![
            five("责任", "Responsibility", Shown::text(t(l, "李某", "Li"))),
            five(
                "措施",
                "Measures",
                Shown::text(t(
                    l,
                    "更换探测器，恢复前人工巡检每小时一次",
                    "Replace the detectors; patrol every hour until then",
                )),
            ),
            five("资金", "Funds", Shown::text(t(l, "12000元", "12000 yuan"))),
            five("时限", "Time limit", Shown::text("2021-06-20")),
            five("预案", "Contingency plan", Shown::Nothing),
        ],
        groups: groups(l),
        events: vec![
            event("上报", "Reported", "2021-06-10 08:12", String::new()),
            event(
                "退回",
                "Sent back",
                "2021-06-11 17:40",
                t(l, "照片看不清，请重拍。", "The photo is blurred; take it again."),
            ),
        ],
    }
}
