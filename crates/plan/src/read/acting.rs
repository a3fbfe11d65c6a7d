//! Bodies that a clause without a bracket names in its own sentences.

use std::ops::Range;

use super::departments::{Known, in_table, leading, local_form, short_form};
use super::normalise::{Flow, NO_GAP};
use super::responsibility::{Assignment, Found};
use super::roles::{offset_in, split};

/// Bodies that a clause without a bracket names as acting: `市安委会办公室负责…`, `分别由市教育局、…制定`, `设在市应急管理局`.
pub(crate) fn acting(flow: &Flow, spans: &[Range<usize>]) -> Assignment {
    let mut result = Assignment::default();
    for span in spans {
        let text = flow.cut(span.clone());
        let mut start = 0;
        for (at, c) in text.char_indices().chain([(text.len(), '。')]) {
            let next = text.get(at + c.len_utf8()..).unwrap_or("");
            let ends = matches!(c, '，' | '。' | '；' | '：') || (c == '）' && !next.starts_with('、'));
            // A heading without punctuation ends with its line; a sentence that a page breaks apart does not.
            let so_far = text.get(start..at).unwrap_or("");
            let paragraph = at > start && flow.gap(span.start + at) != NO_GAP && is_heading(so_far);
            if ends || paragraph {
                actor(so_far, span.start + start, &mut result);
                members(so_far, span.start + start, &mut result);
                start = if ends { (at + c.len_utf8()).min(text.len()) } else { at };
            }
        }
    }
    result
}

fn is_heading(text: &str) -> bool {
    text.starts_with(['一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '（', '第'])
        && text.len() < 90
        && !text.contains('、')
        || text.starts_with(['一', '二', '三', '四', '五', '六', '七', '八', '九', '十'])
            && text.matches('、').count() == 1
            && text.len() < 60
}

/// Verbs and adverbs after a body that show it is the one who acts.
const ACTS: [&str; 20] = [
    "要", "将", "对", "负责", "定期", "成立", "会同", "牵头", "应", "组织", "建立", "统筹", "不定", "每",
    "具体", "联合", "制定", "开展", "指导", "督促",
];

fn actor(part: &str, base: usize, result: &mut Assignment) {
    for (marker, ends) in [("由", &["制定", "牵头", "负责", "组织实施", "承担"][..]), ("设在", &[""][..])]
    {
        if part.contains(['由', '设'])
            && let Some((before, list)) = part.split_once(marker)
            && let Some(end) =
                ends.iter().filter_map(|e| if e.is_empty() { Some(list.len()) } else { list.find(e) }).min()
            && let Some(list) = list.get(..end).filter(|l| l.chars().count() < 120)
        {
            let from = base + before.len() + marker.len();
            let count = result.leads.len();
            for piece in split(list) {
                let text = list.get(piece.clone()).unwrap_or("");
                if let Some(found) = in_table(&local_form(text)) {
                    push(&mut result.leads, &found.name, from + piece.start..from + piece.end);
                }
            }
            if result.leads.len() > count {
                return;
            }
        }
    }
    if !part.starts_with(['市', '县', '区', '安', '各']) {
        return;
    }
    let skip = if part.starts_with("各级") { "各级".len() } else { 0 };
    let Some((found, length)) = part.get(skip..).and_then(leading) else { return };
    let rest = part.get(skip + length..).unwrap_or("");
    // `公安、住建等部门` and `公安机关` are not one department of the city; a level before the name or an office of the commission is.
    let level = part.starts_with(['市', '县', '区']) && !found.id.starts_with("county_");
    let certain = level || found.id.starts_with("safety_");
    if certain && ["配合", "协助", "参与"].iter().any(|w| rest.starts_with(w)) {
        push(&mut result.supports, &found.name, base + skip..base + skip + length);
    }
    if !certain || !ACTS.iter().any(|a| rest.starts_with(a)) {
        return;
    }
    push(&mut result.leads, &found.name, base + skip..base + skip + length);
    if let Some(with) = rest.strip_prefix("会同")
        && with.starts_with("有关部门")
    {
        let at = base + skip + length + "会同".len();
        push(&mut result.supports, "有关部门", at..at + "有关部门".len());
    }
}

/// `发展改革、科技、交通运输等部门要…`: at least three departments that a clause names as taking part.
fn members(part: &str, base: usize, result: &mut Assignment) {
    if !part.contains('等') {
        return;
    }
    let Some((list, _)) = part.split_once("等部门") else { return };
    let pieces: Vec<(&str, Option<&Known>)> = list.split('、').map(|p| (p, short_form(p))).collect();
    if pieces.len() < 3 || pieces.iter().skip(1).any(|(_, known)| known.is_none()) {
        return;
    }
    for (piece, known) in pieces {
        if let Some(known) = known {
            let at = base + offset_in(part, piece);
            push(&mut result.supports, &known.name, at..at + piece.len());
        }
    }
}

fn push(list: &mut Vec<Found>, name: &str, at: Range<usize>) {
    if !list.iter().any(|f| f.name == name) {
        list.push(Found { name: name.to_owned(), at });
    }
}
