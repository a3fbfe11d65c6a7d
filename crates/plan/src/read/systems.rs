//! Registers and systems that a clause wants kept or built: `危险废物清单台账`, `动态管理数据库`, `信息管理平台`.

use std::ops::Range;

use super::normalise::Flow;

/// What a name ends with, and whether it is a system (otherwise a register).
const ENDINGS: [(&str, bool); 17] = [
    ("清单台账", false),
    ("台账", false),
    ("清单”", false),
    ("清单", false),
    ("数据库", false),
    ("信息库", false),
    ("专家库", false),
    ("档案", false),
    ("名录", false),
    ("名单", false),
    ("目录", false),
    ("登记簿", false),
    ("一张图", false),
    ("管理系统", true),
    ("平台", true),
    ("系统", true),
    ("一张网", true),
];

/// Words behind `系统` and `平台` that show that no thing is meant.
const NOT_THINGS: [&str; 9] = ["性", "治理", "地", "谋划", "推进", "化", "管控", "抓", "学习"];

/// Words after which a name begins.
const VERBS: [&str; 64] = [
    "建立健全",
    "建立完善",
    "健全完善",
    "建立",
    "健全",
    "完善",
    "形成",
    "制定",
    "编制",
    "建设",
    "纳入",
    "列入",
    "更新",
    "公布",
    "公示",
    "利用",
    "运用",
    "依托",
    "使用",
    "推进",
    "加快",
    "实行",
    "推动",
    "积极",
    "升级",
    "推广",
    "通过",
    "加强",
    "督促",
    "制作",
    "组建",
    "梳理",
    "报送",
    "结合",
    "的",
    "和",
    "及",
    "与",
    "将",
    "对",
    "各",
    "并",
    "在",
    "按照",
    "以及",
    "所有",
    "统一",
    "全面",
    "实现",
    "安装",
    "有关",
    "记入",
    "设置",
    "应当",
    "必须",
    "配备",
    "接入",
    "开发",
    "填写",
    "完成",
    "底前",
    "月前",
    "日前",
    "年前",
];

/// A named register or system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    /// Name.
    pub(crate) name: String,
    /// A system or platform; otherwise a register.
    pub(crate) system: bool,
    /// Where it stands in the flow.
    pub(crate) at: Range<usize>,
}

/// Everything named within the spans, each name once.
pub(crate) fn named(flow: &Flow, spans: &[Range<usize>]) -> Vec<Named> {
    let mut found: Vec<Named> = Vec::new();
    for span in spans {
        let text = flow.cut(span.clone());
        let mut until = 0;
        for (at, c) in text.char_indices() {
            if at < until
                || !matches!(
                    c,
                    '台' | '清' | '数' | '信' | '专' | '档' | '名' | '目' | '登' | '一' | '管' | '平' | '系'
                )
            {
                continue;
            }
            let rest = text.get(at..).unwrap_or("");
            let Some((ending, system)) = ENDINGS.iter().find(|(e, _)| rest.starts_with(e)) else { continue };
            let end = at + ending.trim_end_matches('”').len();
            until = end;
            let after = text.get(end..).unwrap_or("");
            if *system && NOT_THINGS.iter().any(|n| after.starts_with(n)) {
                continue;
            }
            let start = begin(text, at);
            let name = text.get(start..end).unwrap_or("");
            let bare = name.trim_start_matches(['本', '各', '该']);
            if bare.len() <= ending.trim_end_matches('”').len() || found.iter().any(|f| f.name == bare) {
                continue;
            }
            let start = end - bare.len();
            found.push(Named {
                name: bare.to_owned(),
                system: *system,
                at: span.start + start..span.start + end,
            });
        }
    }
    found
}

/// Where the name that runs up to `at` begins: behind a mark of punctuation or a verb, at most 16 characters before.
fn begin(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or("");
    // `“九小场所”清单`: the quoted words are part of the name.
    if let Some(quoted) = before.strip_suffix('”').and_then(|t| t.rfind('“')).filter(|q| at - q < 60) {
        return quoted;
    }
    let mut start = at;
    for (count, (i, c)) in before.char_indices().rev().enumerate() {
        let stop =
            matches!(c, '.' | '，' | '。' | '；' | '：' | '、' | '（' | '）' | '”' | '“' | '《' | '》')
                || count >= 16;
        if stop {
            break;
        }
        start = i;
    }
    let piece = text.get(start..at).unwrap_or("");
    let mut cut = 0;
    for (i, _) in piece.char_indices() {
        let rest = piece.get(i..).unwrap_or("");
        if let Some(verb) = VERBS.iter().find(|v| rest.starts_with(**v)) {
            cut = cut.max(i + verb.len());
        }
    }
    start + cut.min(piece.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::normalise::normalise;

    #[test]
    fn names_begin_behind_the_verb() {
        let cases: [(&str, &[(&str, bool)]); 8] = [
            ("建立“九小场所”清单", &[("“九小场所”清单", false)]),
            ("形成制度措施“两个清单”", &[("两个清单", false)]),
            (
                "建立规范化的危险废物清单台账，形成动态管理数据库",
                &[("危险废物清单台账", false), ("动态管理数据库", false)],
            ),
            ("加快安全监管信息共享平台建设", &[("安全监管信息共享平台", true)]),
            ("深化系统治理，查找系统性风险", &[]),
            ("对本系统进行检查", &[]),
            ("编制重大风险清单和责任清单", &[("重大风险清单", false), ("责任清单", false)]),
            ("分类建立台账", &[]),
        ];
        for (text, names) in cases {
            let flow = normalise(text);
            let all = named(&flow, std::slice::from_ref(&(0..flow.len())));
            let all: Vec<(&str, bool)> = all.iter().map(|n| (n.name.as_str(), n.system)).collect();
            assert_eq!(all, names, "{text}");
        }
    }
}
