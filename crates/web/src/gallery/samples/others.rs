//! The plan, areas, search, tables, long work, errors.

use super::forms::small_form;
use super::{bare, clauses, frame, sample_table, t};
use base::Language;

use crate::text::{fill, say};
use crate::view::cell::Shown;
use crate::view::table::{Bar, Bars, TablePage};
use crate::view::{area, error, plan, progress, search};

pub(in crate::gallery) fn error(l: Language) -> error::ErrorPage {
    error::ErrorPage {
        f: bare(l),
        title: say(l, "error.not_found.title"),
        lines: vec![say(l, "error.not_found.what_to_do")],
    }
}

pub(in crate::gallery) fn bars(l: Language, key: &str) -> Bars {
    let bar = |label: String, value, of| Bar { label, value, of, share: true, href: "#".into() };
    Bars {
        title: say(l, key),
        bars: vec![
            bar(t(l, "附件2 危险化学品", "Annex 2 Hazardous chemicals"), 31, 58),
            bar(t(l, "附件5 道路运输", "Annex 5 Road transport"), 12, 77),
            bar(t(l, "正文", "Main text"), 20, 20),
        ],
    }
}

pub(in crate::gallery) fn plan(l: Language) -> plan::PlanPage {
    let part = |title: String, clauses, served, cases: &[i64]| plan::PartLine {
        title,
        href: "#".into(),
        clauses,
        served,
        served_href: "#".into(),
        cases: cases.iter().map(|n| (*n, "#".to_owned())).collect(),
        chosen: false,
    };
    plan::PlanPage {
        f: frame(l),
        heading: say(l, "plan.title"),
        head: vec![(say(l, "plan.number"), "某安委〔2020〕1号".into())],
        summary: t(l, "共 612 条，188 条已由台账或流程落实", "612 clauses, 188 served"),
        actions: Vec::new(),
        parts: vec![
            part(t(l, "附件2 危险化学品", "Annex 2 Hazardous chemicals"), 58, 31, &[1204, 31, 8810]),
            part(t(l, "附件5 道路运输", "Annex 5 Road transport"), 77, 12, &[]),
        ],
        bars: vec![bars(l, "plan.by_department")],
        serving: vec![serving(l)],
        chips: vec![(t(l, "附件2", "Annex 2"), "#".into())],
        kept: Vec::new(),
        search: String::new(),
        clauses: sample_table(l, ""),
    }
}

fn serving(l: Language) -> plan::Serving {
    plan::Serving {
        kind: say(l, "clause.register"),
        title: t(l, "隐患", "Hazard"),
        href: "#".into(),
        counts: vec![(t(l, "整改中", "open"), "31".into(), "#".into())],
    }
}

pub(in crate::gallery) fn clause(l: Language) -> plan::ClausePage {
    plan::ClausePage {
        rows: Vec::new(),
        f: frame(l),
        id: "A2.2.3.3".into(),
        heading: t(l, "隐患排查治理闭环", "The loop of hazards"),
        words: None,
        unread: say(l, "clause.unread"),
        read_in: "#".into(),
        departments: vec![(
            say(l, "clause.lead"),
            vec![plan::Named {
                title: t(l, "市应急管理局", "Emergency management bureau"),
                href: "#".into(),
                from: Some(crate::view::ClauseChip { id: "A2.2".into(), title: t(l, "任务", "Tasks") }),
            }],
        )],
        facts: vec![(say(l, "clause.due"), vec![Shown::text("2021-12-31"), Shown::text("2022-12-31")])],
        serving: vec![serving(l)],
        below: sample_table(l, ""),
        before: Some(("A2.2.3.2".into(), t(l, "风险警示", "Risk notices"))),
        after: None,
    }
}

pub(in crate::gallery) fn area(l: Language) -> area::AreaPage {
    area::AreaPage {
        f: frame(l),
        heading: say(l, "area.hazards"),
        summary: fill(l, "shelf.summary", &[("all", "2"), ("filled", "1")]),
        actions: Vec::new(),
        views: Vec::new(),
        address: "#".into(),
        kept: Vec::new(),
        search: String::new(),
        groups: vec![area::CardGroup {
            anchor: "part-A2".into(),
            title: t(l, "附件2 企业主体责任", "Annex 2 Duties of enterprises"),
            open: false,
            rest: vec![area::RegisterCard {
                title: t(l, "事故隐患报告奖励", "Rewards for reported hazards"),
                about: t(l, "职工和群众举报隐患的奖励。", "Rewards for what workers and others report."),
                href: "#".into(),
                counts: Vec::new(),
                clauses: clauses(),
            }],
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

pub(in crate::gallery) fn search(l: Language) -> search::SearchPage {
    search::SearchPage {
        f: frame(l),
        words: t(l, "化工", "chemical"),
        groups: vec![search::Group {
            name: "enterprise".into(),
            title: t(l, "企业", "Enterprise"),
            all: "#".into(),
            found: vec![search::Found {
                title: t(l, "示例化工有限公司", "Sample Chemicals Co."),
                code: "QY-410222-000001".into(),
                href: "#".into(),
            }],
        }],
        asked: true,
    }
}

pub(in crate::gallery) fn progress(l: Language) -> progress::ProgressPage {
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

pub(in crate::gallery) fn table(l: Language) -> TablePage {
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
