//! The answer to how an element stands, in numbers with their words.

use base::{Day, Language, Text};

use super::ENOUGH;

/// What is counted: in Chinese, in English.
pub(super) type What = (&'static str, &'static str);

pub(super) const RECORDS: What = ("条记录", "records");
pub(super) const RESULTS: What = ("个评估结果", "results");
pub(super) const RUNS: What = ("次交换", "runs");
pub(super) const OPEN: What = ("件在办", "open");
pub(super) const ENDED: What = ("件办结", "ended");
pub(super) const HANDED_ON: What = ("件转入其他流程", "gone on in another procedure");
pub(super) const BOUND: What = ("个对象", "bound");
pub(super) const FULFILLED: What = ("次已履行", "fulfilled");
pub(super) const OVERDUE: What = ("次逾期", "overdue");
pub(super) const REFUSED: What = ("次被拒绝", "refused");
pub(super) const WARNED: What = ("条被提醒", "warned");
pub(super) const OPENED: What = ("件已立案", "opened");
pub(super) const TOLD: What = ("次已告知", "told");
pub(super) const PROPOSED: What = ("件已提请", "proposed");
pub(super) const HOLDING: What = ("条符合", "that hold");
pub(super) const WATCHED: What = ("条受约束", "watched");
pub(super) const VALUES: What = ("个数值", "stored values");
pub(super) const SCORED: What = ("个对象已评分", "subjects scored");
pub(super) const MEMBERS: What = ("名成员", "members");
pub(super) const MADE: What = ("份应办", "owed");
pub(super) const DONE: What = ("份已办结", "done");
pub(super) const POINTS: What = ("个测点", "points");
pub(super) const TO_INSPECT: What = ("个检查对象", "to inspect");
pub(super) const FOUND: What = ("个由此发现的隐患", "hazards found by it");
pub(super) const OFFERED: What = ("条待决定公开", "offered");
pub(super) const PUBLISHED: What = ("条已公开", "published");

pub(super) const NO_REGISTER: What = ("没有相应台账", "no register for it");
pub(super) const NO_LIVE_DATA: What = ("等待接入实时数据", "awaits live data");
pub(super) const BY_EVENT: What = ("由事件引起，尚未发生", "begins with an event, none has happened");

/// A number with what it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    /// How many; beyond ten thousand it is not counted further.
    pub count: u64,
    /// What it counts.
    pub what: Text,
}

impl Number {
    pub(super) fn of((zh, en): What, count: u64) -> Self {
        Self { count, what: Text::new(zh, en) }
    }

    /// For people: `12 records`, `12 条记录`, `10000+ records`.
    #[must_use]
    pub fn words(&self, l: Language) -> String {
        let more = if self.count > ENOUGH { "+" } else { "" };
        format!("{}{more} {}", self.count.min(ENOUGH), self.what.in_language(l))
    }
}

/// How an element stands in the city.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exercised {
    /// It has been used as it is meant.
    pub yes: bool,
    /// It is not in force today: nothing is expected of it.
    pub idle: bool,
    /// In numbers.
    pub numbers: Vec<Number>,
    /// What stands in the way, or when it begins.
    pub note: Option<Text>,
}

impl Exercised {
    pub(super) fn of(yes: bool, numbers: Vec<Number>) -> Self {
        Self { yes, idle: false, numbers, note: None }
    }

    pub(super) fn noted((zh, en): What) -> Self {
        Self::of(false, Vec::new()).with((zh, en))
    }

    pub(super) fn with(self, (zh, en): What) -> Self {
        Self { note: Some(Text::new(zh, en)), ..self }
    }

    pub(super) fn first_due(self, day: Day) -> Self {
        let note = Text::new(format!("首次到期 {day}"), format!("first due on {day}"));
        Self { note: Some(note), ..self }
    }

    pub(super) fn not_yet(from: Day) -> Self {
        let note = Text::new(format!("{from} 起生效"), format!("in force from {from}"));
        Self { idle: true, note: Some(note), ..Self::of(false, Vec::new()) }
    }

    pub(super) fn no_more(until: Day) -> Self {
        let note = Text::new(format!("{until} 后失效"), format!("in force until {until}"));
        Self { idle: true, note: Some(note), ..Self::of(false, Vec::new()) }
    }

    /// Numbers and note in one line.
    #[must_use]
    pub fn words(&self, l: Language) -> String {
        let between = if l == Language::Chinese { "，" } else { ", " };
        let mut all: Vec<String> = self.numbers.iter().map(|n| n.words(l)).collect();
        all.extend(self.note.as_ref().map(|n| n.in_language(l).to_owned()));
        all.join(between)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_told_in_the_readers_language_and_not_beyond_what_was_counted() {
        let told =
            Exercised::of(true, vec![Number::of(RECORDS, 3), Number::of(OPEN, 10_001)]).with(NO_LIVE_DATA);
        assert_eq!(told.words(Language::English), "3 records, 10000+ open, awaits live data");
        assert_eq!(told.words(Language::Chinese), "3 条记录，10000+ 件在办，等待接入实时数据");
    }
}
