//! Why a file cannot be read, said so that the person who handed it in knows what to do.

use base::{Problem, Text};

use crate::sniff::Kind;

/// Why a file cannot be read as a list.
#[derive(Debug)]
pub enum ReadError {
    /// A file of another kind.
    OtherKind {
        /// What it is.
        kind: Kind,
    },
    /// A workbook locked with a password.
    Locked,
    /// No bytes, or no content at all.
    Empty,
    /// The file is damaged or cut off.
    Broken {
        /// What the parser stumbled over, for the log and for support.
        detail: String,
    },
    /// The file is too large.
    TooLarge {
        /// Its size in bytes.
        bytes: u64,
        /// The most that is accepted, in bytes.
        most: u64,
    },
    /// The file unpacks to more than is accepted.
    Bomb {
        /// The most that is accepted unpacked, in bytes.
        most: u64,
    },
    /// Too many rows.
    TooManyRows {
        /// The most that is accepted.
        most: u32,
    },
    /// Too many columns.
    TooManyColumns {
        /// The most that is accepted.
        most: u32,
    },
    /// The named sheet is not there.
    NoSheet {
        /// The name asked for.
        wanted: String,
        /// The sheets that are there.
        present: Vec<String>,
    },
    /// No row holds the titles.
    NoHead {
        /// Rows that were looked through.
        within: u32,
        /// Some of the titles that were looked for.
        titles: Vec<Text>,
    },
    /// The file could not be read from the disk.
    Io(std::io::Error),
}

impl ReadError {
    /// The stable code, for instance `file.other_kind`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::OtherKind { .. } => "file.other_kind",
            Self::Locked => "file.locked",
            Self::Empty => "file.empty",
            Self::Broken { .. } => "file.broken",
            Self::TooLarge { .. } => "file.too_large",
            Self::Bomb { .. } => "file.bomb",
            Self::TooManyRows { .. } => "file.too_many_rows",
            Self::TooManyColumns { .. } => "file.too_many_columns",
            Self::NoSheet { .. } => "file.no_sheet",
            Self::NoHead { .. } => "file.no_head",
            Self::Io(_) => "file.unreadable",
        }
    }

    /// The same as a problem with arguments.
    #[must_use]
    pub fn problem(&self) -> Problem {
        let problem = Problem::new(self.code());
        match self {
            Self::OtherKind { kind } => problem.with("kind", kind.name()),
            Self::Broken { detail } => problem.with("detail", detail),
            Self::TooLarge { bytes, most } => {
                problem.with("megabytes", megabytes(*bytes)).with("most", megabytes(*most))
            }
            Self::Bomb { most } => problem.with("most", megabytes(*most)),
            Self::TooManyRows { most } | Self::TooManyColumns { most } => problem.with("most", most),
            Self::NoSheet { wanted, present } => {
                problem.with("wanted", wanted).with("present", present.join("、"))
            }
            Self::NoHead { within, titles } => {
                let titles: Vec<&str> = titles.iter().map(|t| t.zh.as_str()).collect();
                problem.with("within", within).with("titles", titles.join("、"))
            }
            Self::Io(error) => problem.with("detail", error),
            Self::Locked | Self::Empty => problem,
        }
    }

    /// What it is and what to do, in both languages.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::OtherKind { kind } => other_kind(*kind),
            Self::Locked => Text::new(
                "工作簿设有打开密码，无法读取。请在 Excel 中取消密码（文件→信息→保护工作簿）后重新上传。",
                "The workbook is locked with a password. Remove it in Excel (File, Info, Protect Workbook) and \
                 upload again.",
            ),
            Self::Empty => Text::new(
                "文件是空的。请确认已保存内容后重新上传。",
                "The file is empty. Make sure that it was saved and upload it again.",
            ),
            Self::Broken { detail } => Text::new(
                format!(
                    "文件已损坏或不完整，无法读取（{detail}）。请用 Excel 或 WPS 打开并另存为 .xlsx 后重新上传。"
                ),
                format!(
                    "The file is damaged or cut off ({detail}). Open it in Excel or WPS, save it as .xlsx and upload \
                     it again."
                ),
            ),
            Self::TooLarge { bytes, most } => Text::new(
                format!(
                    "文件有 {} MB，超过上限 {} MB。请删除图片或分成几个文件上传。",
                    megabytes(*bytes),
                    megabytes(*most)
                ),
                format!(
                    "The file has {} MB, more than the limit of {} MB. Remove pictures or upload it in parts.",
                    megabytes(*bytes),
                    megabytes(*most)
                ),
            ),
            Self::Bomb { most } => Text::new(
                format!(
                    "文件解压后超过 {} MB，已停止读取。请把数据复制到新的工作簿后重新上传。",
                    megabytes(*most)
                ),
                format!(
                    "The file unpacks to more than {} MB and was not read. Copy the data into a new workbook and \
                     upload that.",
                    megabytes(*most)
                ),
            ),
            Self::TooManyRows { most } => Text::new(
                format!("数据超过 {most} 行。请分成几个文件上传。"),
                format!("There are more than {most} rows. Upload the list in parts."),
            ),
            Self::TooManyColumns { most } => Text::new(
                format!("数据超过 {most} 列。请使用导入模板，只保留需要的列。"),
                format!(
                    "There are more than {most} columns. Use the import template and keep only its columns."
                ),
            ),
            Self::NoSheet { wanted, present } => Text::new(
                format!("没有名为“{wanted}”的工作表；文件中有：{}。", present.join("、")),
                format!("There is no sheet named \"{wanted}\"; the file has: {}.", present.join(", ")),
            ),
            Self::NoHead { within, titles } => no_head(*within, titles),
            Self::Io(error) => Text::new(
                format!("读取文件失败（{error}）。请稍后重试。"),
                format!("The file could not be read ({error}). Try again later."),
            ),
        }
    }
}

fn no_head(within: u32, titles: &[Text]) -> Text {
    let zh: Vec<&str> = titles.iter().map(|t| t.zh.as_str()).collect();
    let en: Vec<&str> = titles.iter().map(|t| t.en.as_str()).collect();
    Text::new(
        format!(
            "前 {within} 行中没有找到表头（例如：{}）。请使用导入模板，不要改动表头文字。",
            zh.join("、")
        ),
        format!(
            "No head row was found in the first {within} rows (for instance: {}). Use the import template and leave \
             its head as it is.",
            en.join(", ")
        ),
    )
}

fn other_kind(kind: Kind) -> Text {
    let (zh, en) = match kind {
        Kind::OldOffice => (
            "这是旧版 Office 文件（.xls 等）。请用 Excel 或 WPS 打开，另存为 .xlsx 后重新上传。".to_owned(),
            "This is a file of old Office (.xls and the like). Open it in Excel or WPS, save it as .xlsx and upload \
             that."
                .to_owned(),
        ),
        Kind::Xlsb | Kind::OpenDocument => (
            format!("这是 {} 格式的表格。请另存为 .xlsx 后重新上传。", kind.name()),
            format!("This is a spreadsheet in the {} format. Save it as .xlsx and upload that.", kind.name()),
        ),
        Kind::Unknown => (
            "无法识别文件内容。请上传 .xlsx 或 .csv 文件。".to_owned(),
            "The content of the file is not known. Upload an .xlsx or .csv file.".to_owned(),
        ),
        kind => (
            format!("这不是表格，而是 {} 文件。请上传 .xlsx 或 .csv 文件。", kind.name()),
            format!("This is not a spreadsheet but a file of the kind {}. Upload an .xlsx or .csv file.", kind.name()),
        ),
    };
    Text::new(zh, en)
}

fn megabytes(bytes: u64) -> u64 {
    bytes.div_ceil(1 << 20)
}

impl std::fmt::Display for ReadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text().en)
    }
}

impl std::error::Error for ReadError {}

impl From<std::io::Error> for ReadError {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}
