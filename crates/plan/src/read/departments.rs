//! Which body a name means: a table of municipal departments with their aliases, and rules for everything else.
//!
//! The table is data (`departments.toml`). A body that is not in it is recognised by what its name ends with, and keeps
//! its name.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// A department of the table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Known {
    /// The name that is handed on.
    pub(crate) name: String,
    /// Stored name in a draft pack.
    pub(crate) id: String,
    /// English name.
    pub(crate) en: String,
    /// Other names.
    #[serde(default)]
    also: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
struct Table {
    #[serde(rename = "department")]
    departments: Vec<Known>,
}

static TABLE: LazyLock<Table> =
    LazyLock::new(|| toml::from_str(include_str!("departments.toml")).unwrap_or_default());

static NAMES: LazyLock<HashMap<&'static str, &'static Known>> = LazyLock::new(|| {
    let all =
        TABLE.departments.iter().flat_map(|d| d.also.iter().chain([&d.name]).map(move |n| (n.as_str(), d)));
    all.collect()
});

/// Longest name in the table, in characters.
static LONGEST: LazyLock<usize> =
    LazyLock::new(|| NAMES.keys().map(|n| n.chars().count()).max().unwrap_or(0));

/// What the name of a body ends with.
const ENDINGS: [&str; 50] = [
    "局",
    "委",
    "办",
    "委员会",
    "支队",
    "大队",
    "总队",
    "政府",
    "管委会",
    "公司",
    "合作社",
    "联社",
    "办公室",
    "部门",
    "单位",
    "中心",
    "街道",
    "办事处",
    "乡镇",
    "指挥部",
    "协会",
    "集团",
    "银行",
    "学院",
    "医院",
    "服务站",
    "管理站",
    "管理所",
    "管理处",
    "研究院",
    "残联",
    "妇联",
    "工会",
    "法院",
    "检察院",
    "宣传部",
    "组织部",
    "党委",
    "党组",
    "企业",
    "派出所",
    "监管所",
    "厅",
    "总署",
    "部",
    "海事处",
    "铁路段",
    "电业局",
    "专班",
    "总站",
];

/// What cannot be part of a body's name: the piece is a sentence.
const NOT_IN_NAMES: [&str; 12] =
    ["，", "。", "；", "：", "“", "《", "要", "的安全生产", "进行", "开展", "加强", "对"];

/// Looks a name up in the table, as it stands.
pub(crate) fn known(name: &str) -> Option<&'static Known> {
    NAMES.get(name).copied()
}

/// The department of the table with this handed-on name.
pub(crate) fn by_name(name: &str) -> Option<&'static Known> {
    known(name).filter(|k| k.name == name)
}

/// The body that a piece of text names, under the name that is handed on; none when the piece is not a body.
pub(crate) fn body(piece: &str) -> Option<String> {
    let piece = piece.trim_start_matches("由");
    let local = local_form(piece);
    let bare = match local.find('（') {
        Some(at) if at > 0 && local.ends_with('）') && known(&local).is_none() => {
            local.get(..at).unwrap_or(&local)
        }
        _ => local.as_str(),
    };
    if let Some(found) = in_table(bare) {
        return Some(found.name.clone());
    }
    if bare.ends_with("各县区政府") {
        return Some("各县区政府".to_owned());
    }
    let count = bare.chars().count();
    if !(3..=24).contains(&count) || NOT_IN_NAMES.iter().any(|n| bare.contains(n)) {
        return None;
    }
    let ordinary = ["内部", "干部", "全部", "局部", "外部", "项目部"].iter().any(|w| bare.ends_with(w));
    if ordinary || !ENDINGS.iter().any(|e| bare.ends_with(e)) {
        return None;
    }
    for (level, name) in [("市直", "市直有关"), ("县直", "县直有关"), ("区直", "区直有关")]
    {
        if bare.starts_with(level) {
            return Some(format!("{name}{}", if bare.ends_with("单位") { "单位" } else { "部门" }));
        }
    }
    Some(without_level(bare).to_owned())
}

/// The department of the table that a name means, with or without a city's or county's name before it.
pub(crate) fn in_table(name: &str) -> Option<&'static Known> {
    if let Some(found) = known(name) {
        return Some(found);
    }
    let rest = name.strip_prefix('各').unwrap_or(name);
    for (at, c) in rest.char_indices().take(7) {
        if matches!(c, '市' | '县' | '区' | '旗' | '州') {
            let after = rest.get(at + c.len_utf8()..)?;
            // A county's own office is not the city's, unless the whole document is the county's: one name means one of them.
            if rest.len() == name.len()
                && let Some(found) = known(after)
            {
                return Some(found);
            }
        }
    }
    None
}

/// `住建`, `人防`, `文广旅（文物）`: a department without the last word of its name.
pub(crate) fn short_form(name: &str) -> Option<&'static Known> {
    let bare = match name.find('（') {
        Some(at) if at > 0 && name.ends_with('）') => name.get(..at)?,
        _ => name,
    };
    in_table(bare)
        .or_else(|| ["局", "委", "办", "社"].iter().find_map(|last| in_table(&format!("{bare}{last}"))))
}

/// The longest department of the table with which `text` begins, and the bytes that its name takes.
pub(crate) fn leading(text: &str) -> Option<(&'static Known, usize)> {
    let skip = text.chars().next().filter(|c| matches!(c, '市' | '县' | '区')).map_or(0, char::len_utf8);
    [0, skip].into_iter().find_map(|skip| {
        let rest = text.get(skip..)?;
        let ends: Vec<usize> = rest.char_indices().map(|(i, c)| i + c.len_utf8()).take(*LONGEST).collect();
        ends.iter().rev().find_map(|end| known(rest.get(..*end)?).map(|k| (k, skip + end)))
    })
}

/// `县（区）人民政府` and `县、区政府` are `县区政府`.
pub(crate) fn local_form(piece: &str) -> String {
    if !piece.contains(['县', '政', '镇', '（']) {
        return piece.to_owned();
    }
    piece
        .replace("县（市、区）", "县市区")
        .replace("县（市区）", "县市区")
        .replace("镇（街道）", "镇街道")
        .replace("县（区）", "县区")
        .replace("县、区", "县区")
        .replace("人民政府政府", "政府")
        .replace("人民政府", "政府")
}

fn without_level(name: &str) -> &str {
    let mut chars = name.chars();
    let level = chars.next().is_some_and(|c| matches!(c, '市' | '县' | '区'));
    let rest = chars.as_str();
    let belongs = rest.starts_with(['场', '政', '容', '委', '直', '级', '域', '民', '区', '府', '纪']);
    if level && !belongs && rest.chars().count() >= 3 { rest } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_names_mean_one_department() {
        let cases = [
            ("市应急局", "应急管理局"),
            ("应急管理局", "应急管理局"),
            ("市应急管理局", "应急管理局"),
            ("开封市应急管理局", "应急管理局"),
            ("清河县应急管理局", "应急管理局"),
            ("市场监督管理局", "市场监管局"),
            ("市市场监管局", "市场监管局"),
            ("县住建局", "住房和城乡建设局"),
            ("市发展和改革委员会", "发展改革委"),
            ("文化广电和旅游局（文物局）", "文化广电和旅游局"),
            ("各县（区）人民政府", "各县区政府"),
            ("园区所在各县、区政府", "各县区政府"),
            ("市直相关部门", "市直有关部门"),
            ("各县区交通运输局", "各县区交通运输局"),
            ("市殡葬管理所", "殡葬管理所"),
            ("各负有安全监管职责的部门", "各负有安全监管职责的部门"),
            ("各乡镇政府", "各乡镇政府"),
        ];
        for (piece, name) in cases {
            assert_eq!(body(piece).as_deref(), Some(name), "{piece}");
        }
    }

    #[test]
    fn sentences_are_not_bodies() {
        for piece in
            ["不再列出", "下同", "按编制序列排序", "以下简称园区", "对企业", "要加强本单位", "2020年"]
        {
            assert_eq!(body(piece), None, "{piece}");
        }
    }

    #[test]
    fn the_table_has_no_name_twice() {
        let count: usize = TABLE.departments.iter().map(|d| 1 + d.also.len()).sum();
        assert_eq!(count, NAMES.len());
    }
}
