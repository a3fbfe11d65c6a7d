//! Why a file cannot be read, in words that say what to do.

use std::fmt;

use base::{Problem, Text};

/// A file that is not a document we can read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadError {
    /// Nothing in it.
    Empty,
    /// The file itself is too large.
    TooLarge {
        /// Its size, bytes.
        size: usize,
        /// The limit, bytes.
        limit: usize,
    },
    /// What is packed inside is too large (a damaged file, or one made to do harm).
    TooLargeInside {
        /// The limit, bytes.
        limit: usize,
    },
    /// Another kind of file.
    WrongKind {
        /// What it is, in both languages.
        what: Text,
        /// What to do.
        advice: Text,
    },
    /// A docx that cannot be opened.
    Damaged {
        /// What failed.
        detail: String,
    },
    /// Neither UTF-8 nor GB18030 text.
    NotText {
        /// The first line that is not text, from 1.
        line: usize,
    },
}

impl ReadError {
    /// The sentence for the reader.
    #[must_use]
    pub fn message(&self) -> Text {
        let mib = |bytes: &usize| bytes.div_ceil(1024 * 1024);
        match self {
            Self::Empty => Text::new(
                "文件是空的。请选择方案的正文文件。",
                "The file is empty. Choose the file with the plan's text.",
            ),
            Self::TooLarge { size, limit } => Text::new(
                format!(
                    "文件有 {} MiB，上限为 {} MiB。请只保留正文和附件文字，去掉图片后再读。",
                    mib(size),
                    mib(limit)
                ),
                format!(
                    "The file has {} MiB, the limit is {} MiB. Keep the text of plan and annexes, drop the pictures.",
                    mib(size),
                    mib(limit)
                ),
            ),
            Self::TooLargeInside { limit } => Text::new(
                format!(
                    "文件展开后超过 {} MiB，不像公文。请在文字处理软件中打开并另存为 docx 或纯文本。",
                    mib(limit)
                ),
                format!(
                    "Unpacked, the file has more than {} MiB, which no official document has. Open it in a word processor and save it as docx or plain text.",
                    mib(limit)
                ),
            ),
            Self::WrongKind { what, advice } => Text::new(
                format!("这是{}，不是公文文本。{}", what.zh, advice.zh),
                format!("This is {}, not the text of a document. {}", what.en, advice.en),
            ),
            Self::Damaged { detail } => Text::new(
                format!("docx 文件已损坏（{detail}）。请在文字处理软件中打开并另存，再读。"),
                format!(
                    "The docx file is damaged ({detail}). Open it in a word processor, save it again, and retry."
                ),
            ),
            Self::NotText { line } => Text::new(
                format!("第 {line} 行不是 UTF-8 或 GB18030 文字。请另存为 UTF-8 纯文本或 docx。"),
                format!(
                    "Line {line} is neither UTF-8 nor GB18030 text. Save the document as UTF-8 text or docx."
                ),
            ),
        }
    }

    /// The same as a code with arguments.
    #[must_use]
    pub fn problem(&self) -> Problem {
        match self {
            Self::Empty => Problem::new("plan.read.empty"),
            Self::TooLarge { size, limit } => {
                Problem::new("plan.read.too_large").with("size", size).with("limit", limit)
            }
            Self::TooLargeInside { limit } => Problem::new("plan.read.too_large_inside").with("limit", limit),
            Self::WrongKind { what, .. } => Problem::new("plan.read.wrong_kind").with("what", &what.en),
            Self::Damaged { detail } => Problem::new("plan.read.damaged").with("detail", detail),
            Self::NotText { line } => Problem::new("plan.read.not_text").with("line", line),
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message().en)
    }
}

impl std::error::Error for ReadError {}
