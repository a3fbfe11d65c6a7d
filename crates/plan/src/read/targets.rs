//! Numbers to reach or keep: `达到100%`, `不少于10辆、6辆`, `30日内`, `每季度至少召开1次`, `达到D级`.

use std::ops::Range;

use super::normalise::Flow;
use super::numerals::chinese;
use super::recurrences::{PERIODS, Repeated, chinese_digit};

/// A number to reach or keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Number {
    /// `=100%`, `>=15%`, `>=10辆`, `<=30日`, `>=1/year`, `grade>=D`.
    pub(crate) value: String,
    /// Where it stands in the flow.
    pub(crate) at: Range<usize>,
}

/// All numbers to reach within the spans.
pub(crate) fn numbers(flow: &Flow, spans: &[Range<usize>], repeated: &[Repeated]) -> Vec<Number> {
    let mut found = Vec::new();
    for one in repeated {
        if let (Some(times), Some((_, _, unit))) =
            (one.times, PERIODS.iter().find(|(_, e, u)| *e == one.every && !u.is_empty()))
        {
            let words = flow.cut(one.at.clone());
            let before = tail(flow.cut(one.at.start.saturating_sub(12)..one.at.start), 2);
            let after = flow.from(one.at.end);
            let least = words.contains("至少")
                || words.contains("不少于")
                || before.ends_with("至少")
                || after.starts_with("以上");
            found.push(Number {
                value: format!("{}{times}/{unit}", if least { ">=" } else { "=" }),
                at: one.at.clone(),
            });
        }
    }
    for span in spans {
        let text = flow.cut(span.clone());
        let (mut until, mut previous, mut quoted) = (0, '。', 0_usize);
        for (at, c) in text.char_indices() {
            match c {
                '《' => quoted += 1,
                '》' => quoted = quoted.saturating_sub(1),
                _ => {}
            }
            if at >= until && quoted == 0 && !previous.is_ascii_digit() && previous != '.' {
                let number = match c {
                    '0'..='9' => digits(text, at),
                    '全' | '百' | '清' | '零' | '达' | '两' | '十' => words(text, at),
                    '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' => words(text, at),
                    _ => None,
                };
                if let Some((value, range)) = number {
                    until = range.end;
                    found.push(Number { value, at: span.start + range.start..span.start + range.end });
                    until = until.max(series(text, until, span.start, &mut found));
                }
            }
            previous = c;
        }
    }
    found.sort_by_key(|n| n.at.start);
    found.dedup_by(|a, b| a.value == b.value && a.at.start < b.at.end);
    found
}

/// The last `count` characters of a text.
fn tail(text: &str, count: usize) -> &str {
    let start = text.char_indices().rev().take(count).last().map_or(text.len(), |(i, _)| i);
    text.get(start..).unwrap_or("")
}

const AT_LEAST: [&str; 9] =
    ["不少于", "不低于", "至少", "不得少于", "不得低于", "大于", "高于", "≥", "达到不少于"];
const AT_MOST: [&str; 9] =
    ["不超过", "不得超过", "不高于", "不多于", "控制在", "小于", "低于", "≤", "不得高于"];
const REACH: [&str; 5] = ["达到", "达", "实现", "提高到", "提升至"];

/// A comparison before the number, with at most a verb and an object between (`至少建成1处`).
fn compared(before: &str) -> Option<&'static str> {
    let near = tail(before, 30).rsplit(['，', '。', '；', '：', '、']).next().unwrap_or("");
    let last = near.chars().next_back().unwrap_or(' ');
    if "过于在≤".contains(last)
        && let Some(word) = AT_MOST.iter().find(|w| near.ends_with(**w))
    {
        let least = AT_LEAST.iter().any(|l| near.ends_with(l) && l.len() > word.len());
        return Some(if least { ">=" } else { "<=" });
    }
    let close = tail(near, 9);
    let likely = close.contains(['不', '至', '大', '高', '≥']);
    (likely && AT_LEAST.iter().any(|w| close.contains(w))).then_some(">=")
}

/// A number in digits with a unit and a comparison, or a percentage.
fn digits(text: &str, at: usize) -> Option<(String, Range<usize>)> {
    let rest = text.get(at..)?;
    let length = rest.bytes().take_while(|b| b.is_ascii_digit() || matches!(b, b'.' | b',')).count();
    let number = rest.get(..length)?.trim_end_matches(['.', ',']).replace(',', "");
    let after = rest.get(length..)?;
    let before = text.get(..at)?;
    if let Some(more) = after.strip_prefix('%') {
        let end = at + length + 1;
        let operator = match compared(before) {
            Some(operator) => operator,
            None if more.starts_with("以上") || more.starts_with("及以上") => ">=",
            None if more.starts_with("以下") || more.starts_with("以内") => "<=",
            None if number != "100" && REACH.iter().any(|w| before.ends_with(w)) => ">=",
            None => "=",
        };
        return Some((format!("{operator}{number}%"), at..end));
    }
    measured(text, at, &number, length)
}

/// A number with a unit, in digits or words, that is compared with something.
fn measured(text: &str, at: usize, number: &str, length: usize) -> Option<(String, Range<usize>)> {
    let after = text.get(at + length..)?;
    let before = text.get(..at)?;
    let unit = unit(after)?;
    let end = at + length + unit.len();
    let more = text.get(end..)?;
    let limit = ["内", "以内", "之内"].iter().any(|w| more.starts_with(w));
    if limit && matches!(unit, "日" | "天" | "个工作日" | "小时" | "年" | "个月" | "分钟" | "公里" | "米")
    {
        return Some((format!("<={number}{unit}"), at..end));
    }
    if matches!(unit, "日" | "月") {
        return None;
    }
    let operator = match compared(before) {
        Some(operator) => operator,
        None if more.starts_with("以上") || more.starts_with("及以上") => ">=",
        None if more.starts_with("以下") || more.starts_with("及以下") => "<=",
        None => return None,
    };
    (unit != "次").then(|| (format!("{operator}{number}{unit}"), at..end))
}

/// `、6辆、4辆` behind `不少于10辆`.
fn series(text: &str, mut at: usize, base: usize, found: &mut Vec<Number>) -> usize {
    let Some(operator) =
        found.last().and_then(|n| n.value.get(..2)).filter(|o| matches!(*o, ">=" | "<=")).map(str::to_owned)
    else {
        return at;
    };
    while let Some(rest) = text.get(at..).and_then(|t| t.strip_prefix('、')) {
        let length = rest.bytes().take_while(u8::is_ascii_digit).count();
        let Some(unit) = rest.get(length..).and_then(unit).filter(|_| length > 0) else { break };
        let start = at + '、'.len_utf8();
        let end = start + length + unit.len();
        found.push(Number {
            value: format!("{operator}{}{unit}", rest.get(..length).unwrap_or("")),
            at: base + start..base + end,
        });
        at = end;
    }
    at
}

fn unit(after: &str) -> Option<&'static str> {
    const UNITS: [&str; 44] = [
        "个工作日",
        "个月",
        "小时",
        "分钟",
        "公里",
        "平方米",
        "万元",
        "亿元",
        "学时",
        "课时",
        "家次",
        "人次",
        "人",
        "名",
        "家",
        "次",
        "处",
        "座",
        "套",
        "辆",
        "台",
        "支",
        "个",
        "户",
        "项",
        "起",
        "场次",
        "场",
        "期",
        "条",
        "份",
        "吨",
        "米",
        "层",
        "天",
        "日",
        "月",
        "年",
        "倍",
        "元",
        "艘次",
        "艘",
        "篇",
        "所",
    ];
    UNITS.iter().find(|u| after.starts_with(**u)).copied()
}

/// Numbers in words: `不得超过一年`, `达到D级`, `全覆盖`, `清零`.
fn words(text: &str, at: usize) -> Option<(String, Range<usize>)> {
    let rest = text.get(at..)?;
    for (word, value) in [
        ("全覆盖", "=100%"),
        ("百分之百", "=100%"),
        ("清零", "=0"),
        ("零发生", "=0"),
        ("零事故", "=0"),
        ("零死亡", "=0"),
    ] {
        if rest.starts_with(word) {
            return Some((value.to_owned(), at..at + word.len()));
        }
    }
    if rest.starts_with("达到") {
        let mut chars = rest.get("达到".len()..)?.chars();
        let grade = chars.next().filter(char::is_ascii_uppercase)?;
        return (chars.next() == Some('级'))
            .then(|| (format!("grade>={grade}"), at..at + "达到".len() + 1 + "级".len()));
    }
    if !chinese_digit(rest.chars().next()?) || text.get(..at)?.chars().next_back().is_some_and(chinese_digit)
    {
        return None;
    }
    let (number, length) = chinese(rest)?;
    measured(text, at, &number.to_string(), length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::normalise::normalise;
    use crate::read::recurrences::repeated;

    fn read(text: &str) -> (Vec<String>, Vec<String>) {
        let flow = normalise(text);
        let whole = 0..flow.len();
        let spans = std::slice::from_ref(&whole);
        let often = repeated(&flow, spans);
        let numbers = numbers(&flow, spans, &often).into_iter().map(|n| n.value).collect();
        (
            often
                .iter()
                .map(|r| format!("{}{}", r.every, r.times.map_or(String::new(), |t| format!("*{t}"))))
                .collect(),
            numbers,
        )
    }

    #[test]
    fn how_often_and_how_much() {
        let cases: [(&str, &[&str], &[&str]); 17] = [
            ("安委会每季度至少召开 1 次会议", &["quarterly*1"], &[">=1/quarter"]),
            ("每年安排一至两次学习", &["yearly*1"], &["=1/year"]),
            ("每年组织2次以上综合应急演练", &["yearly*2"], &[">=2/year"]),
            ("每5年至少组织一次评估", &["every-5-years*1"], &[]),
            ("至少每半年接受一次培训", &["half-yearly*1"], &[">=1/half-year"]),
            ("定期开展，每日承诺", &["regular", "daily"], &[]),
            ("使用率达到 100%。", &[], &["=100%"]),
            ("比例应达到 15%左右", &[], &[">=15%"]),
            ("75%以上人员", &[], &[">=75%"]),
            ("不低于10%的比例", &[], &[">=10%"]),
            ("分别不少于10辆、6辆、4辆、2辆，", &[], &[">=10辆", ">=6辆", ">=4辆", ">=2辆"]),
            ("至少建成1处水源", &[], &[">=1处"]),
            ("留宿人员不得超过2人", &[], &["<=2人"]),
            ("变更后的 30 日内报告", &[], &["<=30日"]),
            ("贮存不得超过一年", &[], &["<=1年"]),
            ("至少达到C级", &[], &["grade>=C"]),
            ("2020年12月完成，三年行动", &[], &[]),
        ];
        for (text, often, amounts) in cases {
            assert_eq!(
                read(text),
                (
                    often.iter().map(ToString::to_string).collect(),
                    amounts.iter().map(ToString::to_string).collect()
                ),
                "{text}"
            );
        }
    }
}
