//! Forms and what is made of them.

use super::{bare, clauses, field, frame, line, photo, sample_table, t};
use base::Language;

use crate::text::say;
use crate::view::form::{Choice, Control, FieldGroup, Form, FormPage};
use crate::view::{Action, account, import, sign_in};

pub(in crate::gallery) fn form(l: Language) -> FormPage {
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

pub(in crate::gallery) fn small_form(l: Language) -> Form {
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

pub(in crate::gallery) fn sign_in(l: Language) -> sign_in::SignInPage {
    sign_in::SignInPage { f: bare(l), city: t(l, "开封市", "Kaifeng"), form: small_form(l) }
}

pub(in crate::gallery) fn account(l: Language) -> account::AccountPage {
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

pub(in crate::gallery) fn import(l: Language) -> import::ImportPage {
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

pub(in crate::gallery) fn import_report(l: Language) -> import::ImportPage {
    let report = import::Report {
        counts: vec![(say(l, "import.added"), 120), (say(l, "import.refused"), 2)],
        refused: sample_table(l, ""),
        rows: sample_table(l, &say(l, "import.row_by_row")),
        bad_rows: "#".into(),
        more: true,
    };
    import::ImportPage { report: Some(report), ..import(l) }
}
