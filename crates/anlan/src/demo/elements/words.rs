//! Words for synthetic records: readable, plainly invented, chosen by what a field is called.

use base::{Chance, Day};
use plan::pack::{Field, FieldKind, Register};

const TOPICS: [&str; 12] = [
    "安全生产月启动",
    "双重预防体系建设",
    "危险化学品储存",
    "有限空间作业",
    "消防通道畅通",
    "特种设备检验",
    "汛期防汛备汛",
    "动火作业审批",
    "粉尘防爆",
    "燃气使用安全",
    "重大风险管控",
    "事故案例警示教育",
];
const PROBLEMS: [&str; 8] = [
    "疏散通道堆放杂物",
    "配电箱未接地",
    "可燃气体报警器未按期检定",
    "作业票审批不全",
    "应急预案未及时修订",
    "灭火器压力不足",
    "外包人员未经培训上岗",
    "安全出口标志损坏",
];
const MEASURES: [&str; 8] = [
    "清理通道并划线，落实专人每日巡查",
    "更换老化线路并重新接地",
    "完成检定并建立到期提醒",
    "修订制度并组织全员培训",
    "增设隔离设施和警示标志",
    "整改完成后由安全管理部门复查",
    "列入清单，按月通报进展",
    "加密检查频次至每周一次",
];
const RESULTS: [&str; 6] = [
    "符合要求",
    "基本符合要求，个别问题已当场整改",
    "效果良好，全员掌握要点",
    "按期完成，资料齐全",
    "问题已闭环，未再发现同类问题",
    "达到预期目标",
];
const SURNAMES: [&str; 12] = ["王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙"];

fn one<'a>(of: &[&'a str], chance: &mut dyn Chance) -> &'a str {
    let at = usize::try_from(chance.below(of.len() as u64)).unwrap_or(0);
    of.get(at).copied().unwrap_or_default()
}

fn any(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

/// The text of a field.
pub(super) fn text(
    register: &Register,
    field: &Field,
    number: usize,
    day: Day,
    chance: &mut dyn Chance,
) -> String {
    let (title, id) = (field.title.zh.as_str(), field.name());
    let written = if let Some(words) = by_form(title, id, number, day, chance) {
        words
    } else if id == register.title_from {
        format!("{}{number}：{}", register.title.zh, one(&TOPICS, chance))
    } else if field.kind == FieldKind::LongText {
        format!("{}（演示）", sentence(title, chance))
    } else {
        format!("{}{}", one(&TOPICS, chance), title)
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "lengths in packs are small")]
    let longest = field.max.map_or(200, |max| max as usize);
    written.chars().take(longest).collect()
}

/// Names, numbers, addresses and the like have a form of their own.
fn by_form(title: &str, id: &str, number: usize, day: Day, chance: &mut dyn Chance) -> Option<String> {
    let person = any(
        title,
        &[
            "姓名",
            "签发人",
            "主持人",
            "授课人",
            "检查人",
            "联系人",
            "责任人",
            "负责人",
            "经办人",
            "审批人",
            "承诺人",
        ],
    ) || (title.ends_with('人') && !any(title, &["法人"]));
    if title.contains("证件号码") || title.contains("身份证") {
        return Some(format!("MN{:010}", 4_102_000_000_u64 + number as u64));
    }
    if person {
        return Some(format!("{}某（演示）", one(&SURNAMES, chance)));
    }
    if any(title, &["文号", "文书号", "决定书"]) {
        return Some(format!("汴模〔{}〕{}号", day.year(), number + 1));
    }
    if any(title, &["编号", "号码", "证号", "回执", "单号", "案号", "工号"]) || id.ends_with("number")
    {
        return Some(format!("MN-{}-{:04}", day.year(), number + 1));
    }
    if any(title, &["网址", "链接"]) {
        return Some(format!("https://example.invalid/{}", number + 1));
    }
    if any(title, &["期间", "统计期", "季度"]) {
        return Some(format!("{}年第{}季度", day.year(), (day.month() - 1) / 3 + 1));
    }
    if any(title, &["地址", "地点", "部位", "位置", "所在地", "起点", "终点"]) {
        return Some(format!("朱曲镇模拟路{}号", number % 90 + 1));
    }
    if any(title, &["单位", "机构", "公司", "对方", "业主", "制造", "承保", "机关"]) {
        return Some(format!("开封模拟{}服务有限公司", one(&SURNAMES, chance)));
    }
    None
}

fn sentence(title: &str, chance: &mut dyn Chance) -> String {
    if any(title, &["问题", "隐患", "不足", "困难", "违法", "事实", "原因", "差距"]) {
        return format!("{}：{}", title, one(&PROBLEMS, chance));
    }
    if any(title, &["措施", "整改", "要求", "方案", "处置", "责任", "决定", "任务", "保障", "改进"])
    {
        return format!("{}：{}", title, one(&MEASURES, chance));
    }
    if any(title, &["结果", "评估", "意见", "效果", "结论", "成效", "评价", "反馈"]) {
        return format!("{}：{}", title, one(&RESULTS, chance));
    }
    format!("{}：{}，{}", title, one(&TOPICS, chance), one(&RESULTS, chance))
}

/// A remark where a step demands one.
pub(super) fn remark(chance: &mut dyn Chance) -> String {
    format!("{}，{}（演示）", one(&PROBLEMS, chance), one(&MEASURES, chance))
}
