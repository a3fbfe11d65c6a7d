//! Sample content of every page, invented and plainly so.

use base::Language;

use crate::text::say;
use crate::view::cell::{Attached, Fact, FactGroup, Shown};
use crate::view::form::{Choice, Control, Field, FieldGroup, Form, FormPage};
use crate::view::frame::{Crumb, Frame, MenuItem, Message, Tone};
use crate::view::list::{Chip, Column, Filter, FilterControl, ListPage, Row, View};
use crate::view::table::{Bar, Bars, Table, TablePage};
use crate::view::{
    Action, ClauseChip, account, area, case, error, import, plan, progress, record, search, sign_in, work,
};

/// One of two spellings.
fn t(l: Language, zh: &str, en: &str) -> String {
    base::Text::new(zh, en).in_language(l).to_owned()
}

pub(super) fn frame(l: Language) -> Frame {
    let item = |key: &str, href: &str, icon, active| MenuItem {
        title: say(l, key),
        href: href.into(),
        icon,
        active,
    };
    Frame {
        language: l,
        title: say(l, "work.title"),
        here: "/".into(),
        csrf: "0123456789abcdef".into(),
        operation: "019f00c0ffee7000800000000000beef".into(),
        account: t(l, "王某", "Wang"),
        plan_day: "2021-06-15".into(),
        menu: vec![
            item("area.work", "/", "home", false),
            item("area.hazards", "/hazards", "alert-triangle", true),
            item("area.enterprises", "/enterprises", "building-factory-2", false),
            item("area.risk", "/risk", "shield-check", false),
            item("area.plan", "/plan", "book", false),
            item("area.inspections", "/inspections", "clipboard-check", false),
            item("area.registers", "/registers", "table", false),
            item("area.system", "/system", "settings", false),
        ],
        crumbs: vec![
            Crumb { title: say(l, "area.hazards"), href: "/hazards".into() },
            Crumb { title: t(l, "隐患", "Hazard"), href: "/r/hazard".into() },
        ],
        messages: vec![Message { tone: Tone::Done, text: say(l, "record.saved") }],
        live: true,
    }
}

fn clauses() -> Vec<ClauseChip> {
    ["A2.2.3.3", "M.4.3"].map(|id| ClauseChip { id: id.into(), title: id.into() }).to_vec()
}

fn due(l: Language, tone: &'static str) -> Shown {
    let left = match tone {
        "late" => t(l, "超期 3 天", "3 days late"),
        "soon" => t(l, "还剩 5 小时", "5 hours left"),
        _ => t(l, "还剩 12 天", "12 days left"),
    };
    Shown::Due { when: "2021-06-15".into(), left, tone }
}

fn risk(l: Language, colour: &str) -> Shown {
    let word = match colour {
        "red" => t(l, "重大风险", "Major"),
        "orange" => t(l, "较大风险", "Larger"),
        "yellow" => t(l, "一般风险", "General"),
        _ => t(l, "低风险", "Low"),
    };
    Shown::Risk { colour: colour.into(), word }
}

pub(super) fn work(l: Language) -> work::WorkPage {
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
            text: t(l, "即将到期：配电箱未上锁", "Due soon: switch box unlocked"),
            href: "/r/hazard/1".into(),
            at: "2021-06-15 08:00".into(),
        }],
        more: true,
    }
}

pub(super) fn work_empty(l: Language) -> work::WorkPage {
    work::WorkPage { cards: Vec::new(), sections: Vec::new(), notices: Vec::new(), more: false, ..work(l) }
}

pub(super) fn list(l: Language) -> ListPage {
    let column =
        |zh: &str, en: &str, sort: &str, sorted| Column { label: t(l, zh, en), sort: sort.into(), sorted };
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

pub(super) fn list_empty(l: Language) -> ListPage {
    ListPage { rows: Vec::new(), chips: Vec::new(), count: String::new(), next: String::new(), ..list(l) }
}

fn photo() -> Attached {
    Attached { href: "assets/mark.svg".into(), hash: "0".repeat(64), name: "1.jpg".into() }
}

fn groups(l: Language) -> Vec<FactGroup> {
    let fact = |zh: &str, en: &str, value| Fact { label: t(l, zh, en), value };
    vec![
        FactGroup {
            title: String::new(),
            facts: vec![
                fact(
                    "企业",
                    "Enterprise",
                    Shown::Link {
                        href: "/enterprises/1".into(),
                        text: t(l, "示例化工有限公司", "Sample Chemicals Co."),
                    },
                ),
                fact("部位", "Place", Shown::text(t(l, "东罐区", "East tank yard"))),
                fact("风险等级", "Grade", risk(l, "orange")),
                fact("整改资金", "Funds", Shown::Number(t(l, "12000.00元", "12000.00 yuan"))),
                fact(
                    "位置",
                    "Position",
                    Shown::Point {
                        longitude: "114.350000".into(),
                        latitude: "34.790000".into(),
                        datum: "WGS-84".into(),
                    },
                ),
                fact("复查日期", "Re-checked on", Shown::Nothing),
                fact(
                    "隐患描述",
                    "Description",
                    Shown::Long(t(
                        l,
                        "罐区可燃气体探测器失效两台，未及时更换，现场无替代监测措施，值班人员不清楚处置办法。",
                        "Two gas detectors of the tank yard do not work, were not replaced, and the people on duty do not know what to do.",
                    )),
                ),
            ],
        },
        FactGroup {
            title: t(l, "照片", "Photos"),
            facts: vec![
                fact("整改前照片", "Photo before", Shown::Images(vec![photo(), photo()])),
                fact("佐证材料", "Evidence", Shown::Files(vec![photo()])),
            ],
        },
    ]
}

pub(super) fn record(l: Language) -> record::RecordPage {
    record::RecordPage {
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

pub(super) fn case(l: Language) -> case::CasePage {
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

fn field(name: &str, label: String, required: bool, control: Control) -> Field {
    Field {
        name: name.into(),
        label,
        help: String::new(),
        required,
        unit: String::new(),
        errors: Vec::new(),
        control,
    }
}

fn line(value: &str, check: &'static str, keyboard: &'static str) -> Control {
    Control::Line {
        value: value.into(),
        keyboard,
        longest: 200,
        check,
        least: String::new(),
        most: String::new(),
        autocomplete: "off",
    }
}

pub(super) fn form(l: Language) -> FormPage {
    let choice = |id: &str, zh: &str, en: &str, chosen, colour: &str| Choice {
        id: id.into(),
        title: t(l, zh, en),
        chosen,
        colour: colour.into(),
        ..Choice::default()
    };
    let mut wrong = field("headcount", t(l, "从业人数", "Headcount"), true, line("-5", "integer", "numeric"));
    wrong.errors = vec![t(l, "不能小于 0。", "At least 0.")];
    let mut money = field("funds", t(l, "整改资金", "Funds"), false, line("12000", "money", "decimal"));
    money.unit = t(l, "元", "yuan");
    money.help = t(l, "不需要资金填 0", "Write 0 when no money is needed");
    let fields = vec![
        field(
            "description",
            t(l, "隐患描述", "Description"),
            true,
            Control::Area { value: t(l, "探测器失效", "Detectors do not work"), longest: 1000 },
        ),
        field(
            "enterprise",
            t(l, "企业", "Enterprise"),
            true,
            Control::Reference {
                source: "/r/enterprise/options".into(),
                chosen: vec![("1".into(), t(l, "示例化工有限公司", "Sample Chemicals Co."))],
                many: false,
            },
        ),
        field(
            "checkers",
            t(l, "排查人员", "Checkers"),
            false,
            Control::Reference { source: "/accounts/options".into(), chosen: Vec::new(), many: true },
        ),
        wrong,
        money,
        field(
            "fixed",
            t(l, "已当场整改", "Fixed at once"),
            true,
            Control::Radios(vec![choice("yes", "是", "Yes", true, ""), choice("no", "否", "No", false, "")]),
        ),
        field(
            "grade",
            t(l, "风险等级", "Grade"),
            false,
            Control::Radios(vec![
                choice("red", "重大", "Major", false, "red"),
                choice("orange", "较大", "Larger", true, "orange"),
                choice("yellow", "一般", "General", false, "yellow"),
                choice("blue", "低", "Low", false, "blue"),
            ]),
        ),
        field(
            "kind",
            t(l, "隐患类别", "Kind"),
            false,
            Control::Select(vec![
                choice("a", "设备设施", "Equipment", true, ""),
                choice("b", "人员行为", "Behaviour", false, ""),
            ]),
        ),
        field(
            "types",
            t(l, "可能导致的事故类型", "Possible accidents"),
            false,
            Control::Checks(vec![
                choice("fire", "火灾", "Fire", true, ""),
                choice("blast", "爆炸", "Explosion", true, ""),
                choice("fall", "高处坠落", "Fall", false, ""),
            ]),
        ),
        field("deadline", t(l, "整改时限", "Time limit"), true, Control::Day { value: "2021-06-20".into() }),
        field(
            "found_at",
            t(l, "发现时间", "Found at"),
            false,
            Control::Instant { value: "2021-06-15T09:30".into() },
        ),
        field("photo", t(l, "整改前照片", "Photo before"), true, Control::Image { kept: vec![photo()] }),
        field(
            "file",
            t(l, "佐证材料", "Evidence"),
            false,
            Control::File { kept: vec![photo()], accept: "", many: true },
        ),
        field(
            "position",
            t(l, "位置", "Position"),
            false,
            Control::Point { longitude: "114.35".into(), latitude: "34.79".into(), datum: "wgs84".into() },
        ),
    ];
    FormPage {
        f: frame(l),
        heading: t(l, "上报隐患", "Report a hazard"),
        about: t(
            l,
            "发现隐患，现场能改的拍照上报，不能改的交由本单位治理。",
            "Report what you found with a photo.",
        ),
        clauses: clauses(),
        others: vec![
            Action { label: t(l, "当场整改", "Fixed at once"), href: "#".into(), icon: "", main: true },
            Action { label: t(l, "需要时间", "Takes time"), href: "#".into(), icon: "", main: false },
        ],
        form: Form {
            action: "/r/hazard/new".into(),
            submit: t(l, "上报", "Report"),
            cancel: "/r/hazard".into(),
            key: "k".into(),
            version: "1".into(),
            draft: "hazard.new".into(),
            hidden: vec![("procedure".into(), "hazard.general".into())],
            problems: Vec::new(),
            groups: vec![FieldGroup { title: t(l, "发现", "Found"), fields }],
            more: vec![FieldGroup {
                title: String::new(),
                fields: vec![field(
                    "cause",
                    t(l, "产生原因", "Cause"),
                    false,
                    Control::Area { value: String::new(), longest: 1000 },
                )],
            }],
            largest_file: 10 * 1024 * 1024,
        },
    }
}

fn small_form(l: Language) -> Form {
    let fields = vec![
        field(
            "account",
            say(l, "sign_in.account"),
            true,
            Control::Line {
                value: "wang".into(),
                keyboard: "text",
                longest: 64,
                check: "",
                least: String::new(),
                most: String::new(),
                autocomplete: "username",
            },
        ),
        field(
            "password",
            say(l, "sign_in.password"),
            true,
            Control::Password { autocomplete: "current-password" },
        ),
    ];
    Form {
        action: "/sign-in".into(),
        submit: say(l, "sign_in.submit"),
        problems: vec![t(l, "登录名或密码不正确。", "Name or password is wrong.")],
        groups: vec![FieldGroup { title: String::new(), fields }],
        ..Form::default()
    }
}

fn bare(l: Language) -> Frame {
    Frame { menu: Vec::new(), crumbs: Vec::new(), messages: Vec::new(), account: String::new(), ..frame(l) }
}

pub(super) fn sign_in(l: Language) -> sign_in::SignInPage {
    sign_in::SignInPage { f: bare(l), city: t(l, "开封市", "Kaifeng"), form: small_form(l) }
}

pub(super) fn account(l: Language) -> account::AccountPage {
    let named = |name: &str| {
        let mut form = small_form(l);
        form.groups[0].fields = vec![field(
            name,
            say(l, "account.new_password"),
            true,
            Control::Password { autocomplete: "new-password" },
        )];
        form.problems.clear();
        form
    };
    account::AccountPage {
        f: frame(l),
        name: t(l, "王某", "Wang"),
        roles: vec![(
            t(l, "企业安全管理员", "Safety manager"),
            t(l, "示例化工有限公司", "Sample Chemicals Co."),
        )],
        password: named("new_password"),
        sessions: vec![
            account::Session {
                id: "1".into(),
                since: "2021-06-15 08:00".into(),
                seen: "2021-06-15 09:30".into(),
                from: "127.0.0.1".into(),
                own: false,
            },
            account::Session {
                id: "2".into(),
                since: "2021-06-15 08:00".into(),
                seen: "2021-06-15 09:30".into(),
                from: "127.0.0.1".into(),
                own: true,
            },
        ],
        second_factor: false,
        enrolment: Some(account::Enrolment {
            qr: report::qr::Code::new("otpauth://totp/x").unwrap().svg("QR"),
            secret: "ABCD EFGH".into(),
            form: named("code"),
        }),
    }
}

pub(super) fn error(l: Language) -> error::ErrorPage {
    error::ErrorPage {
        f: bare(l),
        title: say(l, "error.not_found.title"),
        lines: vec![say(l, "error.not_found.what_to_do")],
    }
}

fn bars(l: Language, key: &str) -> Bars {
    let bar = |label: String, value, of| Bar { label, value, of, href: "#".into() };
    Bars {
        title: say(l, key),
        bars: vec![
            bar(t(l, "附件2 危险化学品", "Annex 2 Hazardous chemicals"), 31, 58),
            bar(t(l, "附件5 道路运输", "Annex 5 Road transport"), 12, 77),
            bar(t(l, "正文", "Main text"), 20, 20),
        ],
    }
}

fn sample_table(l: Language, title: &str) -> Table {
    Table {
        title: title.into(),
        columns: vec![t(l, "姓名", "Name"), t(l, "职务", "Post"), t(l, "证书到期", "Certificate until")],
        rows: vec![
            vec![
                Shown::Link { href: "#".into(), text: t(l, "李某", "Li") },
                Shown::text(t(l, "班组长", "Team leader")),
                due(l, "soon"),
            ],
            vec![
                Shown::Link { href: "#".into(), text: t(l, "张某", "Zhang") },
                Shown::text(t(l, "安全员", "Safety officer")),
                Shown::Nothing,
            ],
        ],
        empty: say(l, "list.empty"),
    }
}

pub(super) fn plan(l: Language) -> plan::PlanPage {
    plan::PlanPage {
        f: frame(l),
        heading: say(l, "plan.title"),
        summary: t(l, "共 612 条，188 条已由台账或流程落实", "612 clauses, 188 served"),
        bars: vec![bars(l, "plan.by_annex"), bars(l, "plan.by_department")],
        search: String::new(),
        clauses: sample_table(l, ""),
    }
}

pub(super) fn clause(l: Language) -> plan::ClausePage {
    plan::ClausePage {
        f: frame(l),
        id: "A2.2.3.3".into(),
        heading: t(l, "隐患排查治理闭环", "The loop of hazards"),
        facts: vec![(
            say(l, "clause.lead"),
            Shown::text(t(l, "市应急管理局", "Emergency management bureau")),
        )],
        serving: vec![plan::Serving {
            kind: say(l, "clause.register"),
            title: t(l, "隐患", "Hazard"),
            href: "#".into(),
            counts: vec![(t(l, "整改中", "open"), "31".into(), "#".into())],
        }],
        below: vec![("A2.2.3.3a".into(), t(l, "制定清单", "Write the list"))],
    }
}

pub(super) fn area(l: Language) -> area::AreaPage {
    area::AreaPage {
        f: frame(l),
        heading: say(l, "area.hazards"),
        actions: Vec::new(),
        groups: vec![area::CardGroup {
            title: String::new(),
            cards: vec![area::RegisterCard {
                title: t(l, "隐患", "Hazard"),
                about: t(l, "排查发现的隐患，从发现到销号全程留痕。", "From finding to striking off."),
                href: "#".into(),
                counts: vec![(say(l, "list.open"), "31".into(), "#".into())],
                clauses: clauses(),
            }],
        }],
    }
}

pub(super) fn search(l: Language) -> search::SearchPage {
    search::SearchPage {
        f: frame(l),
        words: t(l, "化工", "chemical"),
        found: vec![search::Found {
            kind: t(l, "企业", "Enterprise"),
            title: t(l, "示例化工有限公司", "Sample Chemicals Co."),
            code: "QY-410222-000001".into(),
            href: "#".into(),
        }],
        asked: true,
    }
}

pub(super) fn import(l: Language) -> import::ImportPage {
    let mut form = small_form(l);
    form.groups[0].fields = vec![field(
        "workbook",
        say(l, "import.file"),
        true,
        Control::File { kept: Vec::new(), accept: ".xlsx", many: false },
    )];
    form.problems.clear();
    import::ImportPage {
        f: frame(l),
        heading: t(l, "企业", "Enterprise"),
        identity: t(l, "统一社会信用代码", "Social credit code"),
        template: "#".into(),
        form,
        report: None,
        list: "#".into(),
    }
}

pub(super) fn import_report(l: Language) -> import::ImportPage {
    let report = import::Report {
        counts: vec![(say(l, "import.added"), 120), (say(l, "import.refused"), 2)],
        refused: sample_table(l, ""),
        bad_rows: "#".into(),
        more: true,
    };
    import::ImportPage { report: Some(report), ..import(l) }
}

pub(super) fn progress(l: Language) -> progress::ProgressPage {
    progress::ProgressPage {
        f: frame(l),
        heading: t(l, "导入企业", "Importing enterprises"),
        now: say(l, "progress.running"),
        done: 420,
        of: 2000,
        ended: false,
        source: "#".into(),
        actions: Vec::new(),
    }
}

pub(super) fn table(l: Language) -> TablePage {
    TablePage {
        f: frame(l),
        heading: say(l, "system.accounts"),
        about: say(l, "system.accounts_about"),
        actions: Vec::new(),
        bars: vec![bars(l, "plan.by_annex")],
        tables: vec![sample_table(l, &say(l, "system.grants"))],
        forms: vec![(say(l, "system.account_new"), small_form(l))],
    }
}
