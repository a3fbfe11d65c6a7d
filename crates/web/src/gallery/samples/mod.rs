//! Sample content of every page, invented and plainly so.

mod forms;
mod lists;
mod others;

pub(super) use forms::{account, form, import, import_report, sign_in};
pub(super) use lists::{case, list, list_empty, record, work, work_empty};
pub(super) use others::{area, clause, error, plan, progress, search, table};

use base::Language;

use crate::text::say;
use crate::view::ClauseChip;
use crate::view::cell::{Attached, Fact, FactGroup, Shown};
use crate::view::form::{Control, Field};
use crate::view::frame::{Crumb, Frame, MenuItem, Message, Tone};
use crate::view::table::Table;

/// One of two spellings.
pub(in crate::gallery) fn t(l: Language, zh: &str, en: &str) -> String {
    base::Text::new(zh, en).in_language(l).to_owned()
}

pub(in crate::gallery) fn frame(l: Language) -> Frame {
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

pub(in crate::gallery) fn clauses() -> Vec<ClauseChip> {
    ["A2.2.3.3", "M.4.3"].map(|id| ClauseChip { id: id.into(), title: id.into() }).to_vec()
}

pub(in crate::gallery) fn due(l: Language, tone: &'static str) -> Shown {
    let left = match tone {
        "late" => t(l, "超期 3 天", "3 days late"),
        "soon" => t(l, "还剩 5 小时", "5 hours left"),
        _ => t(l, "还剩 12 天", "12 days left"),
    };
    Shown::Due { when: "2021-06-15".into(), left, tone }
}

pub(in crate::gallery) fn risk(l: Language, colour: &str) -> Shown {
    let word = match colour {
        "red" => t(l, "重大风险", "Major"),
        "orange" => t(l, "较大风险", "Larger"),
        "yellow" => t(l, "一般风险", "General"),
        _ => t(l, "低风险", "Low"),
    };
    Shown::Risk { colour: colour.into(), word }
}

pub(in crate::gallery) fn photo() -> Attached {
    Attached {
        href: "assets/mark.svg".into(),
        hash: "0".repeat(64),
        name: "1.jpg".into(),
        size: "240 KB".into(),
        sent: "李工 · 2021-06-15 09:30".into(),
    }
}

pub(in crate::gallery) fn groups(l: Language) -> Vec<FactGroup> {
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

pub(in crate::gallery) fn field(name: &str, label: String, required: bool, control: Control) -> Field {
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

pub(in crate::gallery) fn line(value: &str, check: &'static str, keyboard: &'static str) -> Control {
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

pub(in crate::gallery) fn bare(l: Language) -> Frame {
    Frame { menu: Vec::new(), crumbs: Vec::new(), messages: Vec::new(), account: String::new(), ..frame(l) }
}

pub(in crate::gallery) fn sample_table(l: Language, title: &str) -> Table {
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
        folded: false,
    }
}
