//! Elements of packs in words: their kinds, their keys, and what stands behind a key.

use base::Language;
use plan::pack::Model;
use toml::Value;

/// Kinds of elements: as packs write them, in Chinese, in English.
const KINDS: [(&str, &str, &str); 14] = [
    ("register", "台账", "Registers"),
    ("procedure", "闭环流程", "Procedures"),
    ("rule", "规则", "Rules"),
    ("duty", "责任事项", "Duties"),
    ("indicator", "指标", "Indicators"),
    ("scorecard", "评分表", "Scorecards"),
    ("assessment", "评估", "Assessments"),
    ("monitor", "监测", "Monitors"),
    ("body", "机构", "Bodies"),
    ("campaign", "专项活动", "Campaigns"),
    ("deliverable", "应交材料", "Documents owed"),
    ("checklist", "检查表", "Checklists"),
    ("publication", "公示", "Publications"),
    ("connector", "数据交换", "Exchange with partners"),
];

/// Keys of elements.
const KEYS: &[(&str, &str, &str)] = &[
    ("also", "同时适用", "Also binds"),
    ("who", "适用对象", "Who"),
    ("subject", "对象", "Subject"),
    ("when", "条件", "Condition"),
    ("departments", "部门", "Departments"),
    ("by", "期限或办理人", "By"),
    ("every", "周期", "How often"),
    ("configurable", "（计划未定，可调整）", "(not set by the plan, may be changed)"),
    ("due", "到期", "Due"),
    ("to", "报送对象", "Recipients"),
    ("parts", "应含内容", "Parts"),
    ("number", "编文号", "Carries a number"),
    ("sign", "须签发", "Signed"),
    ("lead", "牵头部门", "Lead"),
    ("support", "配合部门", "Support"),
    ("remind", "提前提醒", "Reminders"),
    ("late", "逾期后", "When late"),
    ("after", "之后", "After"),
    ("notify", "告知", "Tells"),
    ("escalate", "上交", "Hands up to"),
    ("open", "立案", "Opens"),
    ("propose", "提请", "Proposes"),
    ("kind", "类别", "Kind"),
    ("field", "字段", "Fields"),
    ("list", "列表栏", "Columns"),
    ("filters", "筛选", "Filters"),
    ("keeper", "维护人", "Keepers"),
    ("readers", "可查看", "Readers"),
    ("scope", "归属", "Belongs to"),
    ("area", "栏目", "Area"),
    ("register", "台账", "Register"),
    ("state", "状态", "States"),
    ("step", "步骤", "Steps"),
    ("opening", "发起", "How it begins"),
    ("needs", "必填", "Needs"),
    ("within", "时限", "Within"),
    ("not_by", "不得由", "Not by"),
    ("on", "对象台账", "On"),
    ("must", "应当", "Must hold"),
    ("change", "变更条件", "May change"),
    ("else", "不符时", "Otherwise"),
    ("fulfilled", "完成依据", "Fulfilled by"),
    ("holds", "持续符合", "Holds all the time"),
    ("of", "取数来源", "Of"),
    ("at", "计时字段", "Taken at"),
    ("base", "基数", "Base"),
    ("hit", "分子", "Hit"),
    ("sum", "合计", "Sum"),
    ("target", "目标", "Target"),
    ("item", "条目", "Items"),
    ("weight", "权重", "Weight"),
    ("method", "方法", "Method"),
    ("inputs", "输入", "Inputs"),
    ("valid_for", "有效期", "Valid for"),
    ("again_when", "何时重评", "Again when"),
    ("levels", "报警级别", "Levels"),
    ("respond", "处置", "Response"),
    ("missing", "断线", "Silence"),
    ("frozen", "死值", "Frozen value"),
    ("opens", "转案件", "Opens a case"),
    ("members", "组成", "Members"),
    ("chair", "负责人", "Chair"),
    ("count", "计数", "Count"),
    ("unit", "单位", "Unit"),
    ("proof", "证明", "Proof"),
    ("look", "查什么", "Look at"),
    ("basis", "依据", "Basis"),
    ("judge", "怎么判", "How to judge"),
    ("level", "级别", "Level"),
    ("criterion", "判定标准", "Criterion"),
    ("for", "适用于", "For"),
    ("fields", "字段", "Fields"),
    ("decided_by", "决定人", "Decided by"),
    ("withdrawn", "撤下后", "When withdrawn"),
    ("mapping", "字段对照", "Mapping"),
    ("partner", "对方", "Partner"),
    ("direction", "方向", "Direction"),
    ("transport", "方式", "Transport"),
    ("receipt", "回执", "Receipt"),
    ("refused", "被拒后", "When refused"),
    ("extend", "模板", "Template"),
    ("held_from", "开展起", "Held from"),
    ("held_until", "开展止", "Held until"),
    ("plan_due", "计划期限", "Plan due"),
    ("case", "示例", "Cases"),
    ("grades", "等级", "Grades"),
    ("assessor", "评分人", "Assessors"),
];

fn in_words(
    words: &[(&'static str, &'static str, &'static str)],
    key: &str,
    l: Language,
) -> Option<&'static str> {
    let (_, zh, en) = words.iter().find(|(written, ..)| *written == key)?;
    Some(if l == Language::Chinese { zh } else { en })
}

/// A kind of element in words.
pub(crate) fn kind_word(kind: &str, l: Language) -> &'static str {
    in_words(&KINDS, kind, l).unwrap_or_default()
}

/// A key in words; as written where there are none.
pub(crate) fn key_word(key: &str, l: Language) -> String {
    in_words(KEYS, key, l).map_or_else(|| key.to_owned(), str::to_owned)
}

/// What stands behind a key: titles in the reader's language, roles, departments and registers by their names.
pub(crate) fn worded(model: &Model, value: &Value, l: Language) -> String {
    match value {
        Value::String(text) => name_of(model, text, l).unwrap_or_else(|| text.clone()),
        Value::Boolean(yes) => match (l, yes) {
            (Language::Chinese, true) => "是".into(),
            (Language::Chinese, false) => "否".into(),
            (Language::English, true) => "yes".into(),
            (Language::English, false) => "no".into(),
        },
        Value::Array(all) if all.iter().any(Value::is_table) => {
            all.iter().map(|one| worded(model, one, l)).collect::<Vec<_>>().join("\n")
        }
        Value::Array(all) => {
            let between = if l == Language::Chinese { "、" } else { ", " };
            all.iter().map(|one| worded(model, one, l)).collect::<Vec<_>>().join(between)
        }
        Value::Table(table) => of_table(model, table, l),
        other => other.to_string(),
    }
}

fn of_table(model: &Model, table: &toml::Table, l: Language) -> String {
    let spelling = if l == Language::Chinese { "zh" } else { "en" };
    if let (Some(text), true) = (table.get(spelling).and_then(Value::as_str), table.contains_key("zh")) {
        return text.to_owned();
    }
    let title = table.get("title").map(|title| worded(model, title, l));
    let shown = |key: &str| !(matches!(key, "title" | "id") && title.is_some());
    let rest: Vec<String> = table
        .iter()
        .filter(|(key, _)| shown(key))
        .map(|(key, value)| format!("{} {}", key_word(key, l), worded(model, value, l).replace('\n', " / ")))
        .collect();
    let rest = rest.join(if l == Language::Chinese { "；" } else { "; " });
    match title {
        Some(title) if rest.is_empty() => title,
        Some(title) => format!("{title} ({rest})"),
        None => rest,
    }
}

fn name_of(model: &Model, id: &str, l: Language) -> Option<String> {
    let role = model.roles.get(id).map(|r| &r.title);
    let department = || model.departments.iter().find(|d| d.id.get_ref() == id).map(|d| &d.title);
    let register = || model.register(id).map(|r| &r.title);
    let procedure = || model.procedure(id).map(|p| &p.title);
    let found = role.or_else(department).or_else(register).or_else(procedure)?;
    Some(found.in_language(l).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_element_has_words() {
        for kind in plan::pack::binding::KINDS {
            assert!(
                !kind_word(kind, Language::Chinese).is_empty()
                    && !kind_word(kind, Language::English).is_empty()
            );
        }
    }

    #[test]
    fn what_an_element_says_is_told_in_the_readers_language() {
        let table: toml::Table = "who = { subject = \"county\", when = \"s.kind == 'zone'\" }\nparts = [{ zh = \"目标\", en = \"Aims\" }, { zh = \"分工\", en = \"Who\" }]\nsign = true"
            .parse()
            .unwrap();
        let told = |key: &str, l| worded(&Model::default(), table.get(key).unwrap(), l);
        assert_eq!(told("parts", Language::Chinese), "目标\n分工");
        assert_eq!(told("parts", Language::English), "Aims\nWho");
        assert_eq!(told("who", Language::English), "Subject county; Condition s.kind == 'zone'");
        assert_eq!(told("sign", Language::Chinese), "是");
    }
}
