//! Elements of packs in words: their kinds, their keys, and what stands behind a key.

use base::Language;
use plan::pack::{Model, Register};
use toml::Value;

use super::clause::span;
use crate::text::say;

/// Kinds of elements: as packs write them, in Chinese, in English.
const KINDS: [(&str, &str, &str); 14] = [
    ("register", "台账", "Registers"),
    ("procedure", "闭环流程", "Procedures"),
    ("rule", "规则", "Rules"),
    ("duty", "职责", "Duties"),
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
    ("watched_by", "督促与查看", "Watched by"),
    ("excuse", "可豁免", "May excuse"),
    ("record", "记录台账", "Records"),
    ("cases", "按流程办理", "Runs as cases"),
    ("office", "办公室", "Office"),
    ("compare", "对比", "Compared with"),
    ("full", "满分", "Full marks"),
    ("points", "分值", "Points"),
    ("veto", "一票否决", "Veto"),
    ("post", "职务", "Posts"),
    ("role", "角色", "Role"),
    ("help", "说明", "Help"),
];

/// Keys that stand for how the program keeps an element, not for what it asks of people: the page shows them in the
/// definition as written, below.
const TECHNICAL: [&str; 4] = ["case", "extend", "key", "mapping"];

/// Kinds of fields.
const FIELD_KINDS: &[(&str, &str, &str)] = &[
    ("text", "文字", "text"),
    ("long_text", "长文字", "long text"),
    ("choice", "选项", "choice"),
    ("integer", "整数", "whole number"),
    ("decimal", "数值", "number"),
    ("money", "金额", "amount"),
    ("day", "日期", "day"),
    ("instant", "时间", "time"),
    ("yes_no", "是否", "yes or no"),
    ("reference", "关联记录", "record"),
    ("county", "县区", "county"),
    ("township", "乡镇（街道）", "township"),
    ("park", "园区", "park"),
    ("department", "部门", "department"),
    ("file", "附件", "file"),
    ("image", "照片", "photo"),
    ("point", "位置", "place"),
    ("phone", "电话", "telephone"),
    ("uscc", "统一社会信用代码", "social credit code"),
    ("account", "人员账号", "account"),
];

/// Values that packs write as words of their own.
const VALUES: &[(&str, &str, &str)] = &[
    ("shift", "每班", "every shift"),
    ("day", "每日", "every day"),
    ("week", "每周", "every week"),
    ("month", "每月", "every month"),
    ("quarter", "每季度", "every quarter"),
    ("half_year", "每半年", "every half-year"),
    ("year", "每年", "every year"),
    ("city", "全市", "the city"),
    ("county", "县区", "county"),
    ("township", "乡镇（街道）", "township"),
    ("park", "园区", "park"),
    ("department", "市级部门", "department of the city"),
    ("unit", "单位", "unit"),
    ("letter", "督办函", "letter"),
    ("interview", "约谈", "interview"),
    ("listing", "挂牌督办", "listed supervision"),
    ("created_at", "登记时间", "day of entry"),
    ("opened_at", "立案时间", "day of opening"),
    ("closed_at", "结案时间", "day of closing"),
    ("in", "接收", "received"),
    ("out", "发送", "sent"),
    ("file", "文件", "file"),
    ("folder", "文件夹", "folder"),
    ("http", "网络接口", "network interface"),
    ("general", "一般", "general"),
    ("major", "重大", "major"),
    ("shared", "全市共用", "shared by the whole city"),
    ("itself", "记录自身", "the record itself"),
    ("place", "记录所属区域", "the place of the record"),
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

/// A key in words; None for one that is not for the page.
pub(crate) fn key_word(key: &str, l: Language) -> Option<&'static str> {
    if TECHNICAL.contains(&key) { None } else { in_words(KEYS, key, l) }
}

/// What stands behind a key: titles in the reader's language, roles, departments and registers by their names, fields by
/// theirs. `register` is the one whose fields are meant.
pub(crate) fn worded(model: &Model, register: Option<&Register>, value: &Value, l: Language) -> String {
    Wording { model, register, l }.value(value)
}

/// Whether a text is written in the language of conditions.
fn is_expression(text: &str) -> bool {
    ["r.", "s.", "e.", "==", "!=", "&&", "||", "has(", "count(", "exists("]
        .iter()
        .any(|part| text.contains(part))
}

#[derive(Clone, Copy)]
struct Wording<'a> {
    model: &'a Model,
    register: Option<&'a Register>,
    l: Language,
}

impl Wording<'_> {
    fn value(self, value: &Value) -> String {
        match value {
            Value::String(text) => self.text(text),
            Value::Boolean(yes) => say(self.l, if *yes { "value.yes" } else { "value.no" }),
            Value::Array(all) if all.iter().any(Value::is_table) => {
                let lines: Vec<String> =
                    all.iter().map(|one| self.value(one)).filter(|line| !line.is_empty()).collect();
                lines.join("\n")
            }
            Value::Array(all) => {
                let between = if self.l == Language::Chinese { "、" } else { ", " };
                all.iter().map(|one| self.value(one)).collect::<Vec<_>>().join(between)
            }
            Value::Table(table) => self.table(table),
            other => other.to_string(),
        }
    }

    fn text(self, text: &str) -> String {
        if is_expression(text) {
            return say(self.l, "packs.by_condition");
        }
        let field = || self.register?.field(text).map(|f| f.title.in_language(self.l).to_owned());
        field()
            .or_else(|| name_of(self.model, text, self.l))
            .or_else(|| in_words(VALUES, text, self.l).map(str::to_owned))
            .or_else(|| text.parse().ok().map(|limit| span(limit, self.l)))
            .unwrap_or_else(|| text.to_owned())
    }

    /// The register that a table names, for its fields.
    fn within(self, table: &toml::Table) -> Self {
        let named = ["record", "register"].iter().find_map(|key| table.get(*key)?.as_str());
        Self { register: named.and_then(|name| self.model.register(name)).or(self.register), ..self }
    }

    fn table(self, table: &toml::Table) -> String {
        let spelling = if self.l == Language::Chinese { "zh" } else { "en" };
        if let (Some(text), true) = (table.get(spelling).and_then(Value::as_str), table.contains_key("zh")) {
            return text.to_owned();
        }
        let title = table.get("title").map(|title| self.value(title));
        let kind = table.get("kind").and_then(Value::as_str).and_then(|k| in_words(FIELD_KINDS, k, self.l));
        let inner = self.within(table);
        let shown = |key: &str| !(matches!(key, "title" | "id") || key == "kind" && kind.is_some());
        let said = |(key, value): (&String, &Value)| {
            let word = key_word(key, self.l)?;
            let text = inner.value(value).replace('\n', " / ");
            Some(format!("{word} {text}"))
        };
        let required = table.get("required").and_then(Value::as_bool) == Some(true);
        let rest: Vec<String> = kind
            .map(str::to_owned)
            .into_iter()
            .chain(required.then(|| say(self.l, "packs.required")))
            .chain(table.iter().filter(|(key, _)| shown(key)).filter_map(said))
            .collect();
        let rest = rest.join(if self.l == Language::Chinese { "；" } else { "; " });
        match (title, self.l) {
            (Some(title), _) if rest.is_empty() => title,
            (Some(title), Language::Chinese) => format!("{title}（{rest}）"),
            (Some(title), Language::English) => format!("{title} ({rest})"),
            (None, _) => rest,
        }
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
        let told = |key: &str, l| worded(&Model::default(), None, table.get(key).unwrap(), l);
        assert_eq!(told("parts", Language::Chinese), "目标\n分工");
        assert_eq!(told("parts", Language::English), "Aims\nWho");
        assert_eq!(told("who", Language::English), "Subject county; Condition by condition");
        assert_eq!(told("who", Language::Chinese), "对象 县区；条件 按条件");
        assert_eq!(told("sign", Language::Chinese), "是");
    }

    #[test]
    fn a_field_is_told_by_its_kind_and_spans_by_words() {
        let table: toml::Table = "field = [{ id = \"name\", title = { zh = \"片名\", en = \"Title\" }, kind = \"text\", required = true, max = 9 }]\nremind = [\"-30d\"]"
            .parse()
            .unwrap();
        let told = |key: &str, l| worded(&Model::default(), None, table.get(key).unwrap(), l);
        assert_eq!(told("field", Language::Chinese), "片名（文字；必填）");
        assert_eq!(told("field", Language::English), "Title (text; required)");
        assert_eq!(told("remind", Language::English), "30 days before");
    }
}
