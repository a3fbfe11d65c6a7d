//! Papers that an office prints, stamps and signs, as HTML with a style sheet of its own.
//!
//! Each paper is a plain struct whose texts are already in the reader's language; the titles and column heads are
//! here, in Chinese and English, as `forms.md` of the domain notes collected them (all of them are templates that an
//! office may adapt, none is a form laid down by law). Nothing here draws a seal or a signature: there is room for
//! them. Risk colours always stand beside their word, so that a black-and-white copy says the same.
//!
//! The pages need no script and no inline style. Serve [`STYLESHEET`] at the address given in [`Page::stylesheet`].

mod double_report;
mod enterprise_code;
mod hazard_ledger;
mod notice_board;
mod post_card;
mod risk_list;

use base::{Day, Language};

pub use double_report::DoubleReport;
pub use enterprise_code::EnterpriseCode;
pub use hazard_ledger::{HazardLedger, LedgerRow};
pub use notice_board::{BoardRow, NoticeBoard};
pub use post_card::{CardSize, PostCard, PostRisk};
pub use risk_list::{Measure, MeasureKind, Method, RiskList, RiskRow};

/// The style sheet of all papers.
pub const STYLESHEET: &str = include_str!("../assets/print.css");

/// Why a paper could not be made: only when memory runs out while writing it.
pub type PrintError = askama::Error;

/// In which language, and where the style sheet lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page<'a> {
    /// The language of titles and column heads.
    pub language: Language,
    /// The address under which [`STYLESHEET`] is served.
    pub stylesheet: &'a str,
    /// The address of the icon of the page, an SVG; empty for none.
    pub icon: &'a str,
}

impl Page<'_> {
    fn t<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        match self.language {
            Language::Chinese => zh,
            Language::English => en,
        }
    }

    // Templates pass by reference.
    fn word(&self, grade: &Grade) -> &'static str {
        grade.word(self.language)
    }

    fn colour(&self, grade: &Grade) -> &'static str {
        grade.colour(self.language)
    }

    /// The grade with its colour, for labels of one line.
    fn graded(&self, grade: &Grade) -> String {
        let (word, colour) = (self.word(grade), self.colour(grade));
        match self.language {
            Language::Chinese => format!("{word}（{colour}）"),
            Language::English => format!("{word} ({colour})"),
        }
    }

    fn kind(&self, kind: &MeasureKind) -> &'static str {
        kind.word(self.language)
    }

    fn day(&self, day: &Option<Day>) -> String {
        let blank = self.t("　　年　　月　　日", "");
        day.map_or_else(|| blank.to_owned(), |day| crate::xlsx::sheet_form::shown(day, self.language))
    }
}

/// The grade of a risk with its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    /// 低风险, blue.
    Low,
    /// 一般风险, yellow.
    General,
    /// 较大风险, orange.
    Larger,
    /// 重大风险, red.
    Major,
}

impl Grade {
    /// All four, the gravest first.
    pub const ALL: [Self; 4] = [Self::Major, Self::Larger, Self::General, Self::Low];

    /// The grade in words.
    #[must_use]
    pub fn word(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Major, Language::Chinese) => "重大风险",
            (Self::Larger, Language::Chinese) => "较大风险",
            (Self::General, Language::Chinese) => "一般风险",
            (Self::Low, Language::Chinese) => "低风险",
            (Self::Major, Language::English) => "Major",
            (Self::Larger, Language::English) => "Larger",
            (Self::General, Language::English) => "General",
            (Self::Low, Language::English) => "Low",
        }
    }

    /// The colour in words.
    #[must_use]
    pub fn colour(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Major, Language::Chinese) => "红",
            (Self::Larger, Language::Chinese) => "橙",
            (Self::General, Language::Chinese) => "黄",
            (Self::Low, Language::Chinese) => "蓝",
            (Self::Major, Language::English) => "red",
            (Self::Larger, Language::English) => "orange",
            (Self::General, Language::English) => "yellow",
            (Self::Low, Language::English) => "blue",
        }
    }

    /// The class in the style sheet.
    fn class(self) -> &'static str {
        match self {
            Self::Major => "grade-red",
            Self::Larger => "grade-orange",
            Self::General => "grade-yellow",
            Self::Low => "grade-blue",
        }
    }
}
