//! The command line.

use std::path::PathBuf;

use base::Day;
use clap::{Args, Parser, Subcommand, ValueEnum};

/// A part of the measurements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum BenchPart {
    /// Lists, My work and counts, asked of the engine.
    Lists,
    /// Hazards created through the engine.
    Creation,
    /// A changed record whose duties are judged at once.
    Rejudged,
    /// All figures of the day.
    Figures,
    /// All duties judged for the two days after the one shown, while somebody writes. Moves the city on: not part of
    /// everything.
    Duties,
    /// Three duties beside the same question written by hand in SQL. Reads SQLite.
    ByHand,
    /// Pages over HTTP beside a bare handler.
    Pages,
    /// Hazards created over HTTP.
    Sending,
}

/// Makes a city's work-safety action plan run.
#[derive(Debug, Parser)]
#[command(name = "anlan", version, about, disable_help_subcommand = true)]
pub(crate) struct Arguments {
    /// Say more in the log.
    #[arg(long, global = true)]
    pub(crate) verbose: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// A synthetic city to look at and work in.
    Demo(DemoOptions),
    /// How fast this machine answers over a demo city.
    Bench {
        /// The demo city's data folder.
        #[arg(long, default_value = "data/demo-town")]
        data: PathBuf,
        /// The database; by default a file in the data folder.
        #[arg(long)]
        database: Option<String>,
        /// Instead: import a synthetic workbook of so many enterprises into a scratch database.
        #[arg(long)]
        import: Option<u32>,
        /// The day that the city shows.
        #[arg(long, default_value = "2021-06-15")]
        date: Day,
        /// What is measured; everything where it is not said.
        #[arg(long)]
        part: Vec<BenchPart>,
    },
    /// Serve a city.
    Serve(ServeOptions),
    /// Read plans and check packs.
    #[command(subcommand)]
    Plan(PlanCommand),
    /// Calculate by a method: JSON in, result and derivation out.
    Calc {
        /// The method, for instance lec; `list` names them all.
        method: String,
        /// The inputs as JSON; read from standard input when absent.
        input: Option<String>,
        /// The day whose tables count.
        #[arg(long)]
        on: Option<Day>,
    },
    /// Import records from Excel or CSV, row by row.
    Import(ImportOptions),
    /// Exchange with a partner's system as the packs say it.
    #[command(subcommand)]
    Connector(ConnectorCommand),
    /// The first accounts of a city, and a way back in. Passwords are read from standard input.
    #[command(subcommand)]
    Account(AccountCommand),
    /// The journal: seal, verify, anchor.
    #[command(subcommand)]
    Journal(JournalCommand),
    /// Save everything while the city is running.
    Backup {
        #[command(flatten)]
        at: Stored,
        /// The folder to write, which must not exist.
        to: PathBuf,
    },
    /// Bring a backup into an empty place.
    Restore {
        /// The backup.
        from: PathBuf,
        #[command(flatten)]
        at: Stored,
    },
}

/// How large the demo city is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Scale {
    /// 2,000 enterprises.
    Town,
    /// 20,000 enterprises.
    County,
    /// 200,000 enterprises.
    City,
}

#[derive(Debug, Args)]
pub(crate) struct DemoOptions {
    /// How large.
    #[arg(long, value_enum, default_value = "town")]
    pub(crate) scale: Scale,
    /// Another number of enterprises than the scale has, for tests.
    #[arg(long, hide = true)]
    pub(crate) enterprises: Option<u64>,
    /// The main loop alone, without the elements of the plan's parts: quicker to make.
    #[arg(long)]
    pub(crate) core_only: bool,
    /// The day that the city shows.
    #[arg(long, default_value = "2021-06-15")]
    pub(crate) date: Day,
    /// The same seed makes the same city.
    #[arg(long, default_value_t = 2020)]
    pub(crate) seed: u64,
    #[command(flatten)]
    pub(crate) listen: Listen,
    /// Build the city and stop.
    #[arg(long)]
    pub(crate) build_only: bool,
    /// The data folder; by default one per scale below `data`.
    #[arg(long)]
    pub(crate) data: Option<PathBuf>,
    /// The database; by default a file in the data folder.
    #[arg(long)]
    pub(crate) database: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ServeOptions {
    #[command(flatten)]
    pub(crate) at: Where,
    #[command(flatten)]
    pub(crate) listen: Listen,
}

/// Where and how the pages are served.
#[derive(Debug, Clone, Args)]
pub(crate) struct Listen {
    /// The address.
    #[arg(long, default_value = "127.0.0.1")]
    pub(crate) host: String,
    /// The port; 0 takes a free one.
    #[arg(long, default_value_t = 8443)]
    pub(crate) port: u16,
    /// Serve plain HTTP, behind a proxy or on this machine only.
    #[arg(long)]
    pub(crate) no_tls: bool,
    /// The address under which others reach the server, such as <https://anlan.example.gov.cn>: for QR codes and texts
    /// that are passed on. The setting of the System page comes before it.
    #[arg(long)]
    pub(crate) public_address: Option<String>,
    /// Print address and accounts as one line of JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PlanCommand {
    /// Read an official document (text or docx) and draft a pack.
    Read {
        /// The document.
        file: PathBuf,
        /// Write the draft pack here instead of printing the outline.
        #[arg(long)]
        toml: Option<PathBuf>,
        /// Print everything that was found as JSON.
        #[arg(long)]
        json: bool,
        /// Keep the words of the clauses in the city of this data folder, so that its pages show them.
        #[arg(long, conflicts_with_all = ["toml", "json"])]
        into: Option<PathBuf>,
        /// The city's database; by default a file in the data folder.
        #[arg(long, requires = "into")]
        database: Option<String>,
        /// Folders of packs, core first; by default those inside the program.
        #[arg(long, requires = "into")]
        packs: Vec<PathBuf>,
    },
    /// List each row of the plan with the elements that serve it; fails while one is unserved.
    Coverage(CoverageOptions),
    /// What a new version of a pack changes, and whom that affects.
    Diff {
        /// The folder of the version before.
        before: PathBuf,
        /// The folder of the version after.
        after: PathBuf,
    },
    /// What a pack would bring about on the present data, compared with the packs in force; writes nothing.
    Try(TryOptions),
    /// Check folders of packs, core first: every fault with file, line and key.
    Check {
        /// The folders.
        #[arg(required = true)]
        folders: Vec<PathBuf>,
    },
}

/// Which rows are looked at, and in which city.
#[derive(Debug, Args)]
pub(crate) struct CoverageOptions {
    /// Folder of the `.tsv` files with the rows; by default the rows of the packs.
    #[arg(long)]
    pub(crate) clauses: Option<PathBuf>,
    /// Only this part, for instance a2, or m for the main text.
    #[arg(long)]
    pub(crate) part: Option<String>,
    /// Folders of packs, core first; by default those inside the program.
    #[arg(long)]
    pub(crate) packs: Vec<PathBuf>,
    /// Data folder of a city: says also whether it exercises each element.
    #[arg(long)]
    pub(crate) data: Option<PathBuf>,
    /// The city's database; by default a file in the data folder.
    #[arg(long, requires = "data")]
    pub(crate) database: Option<String>,
    /// The day on which the city is looked at; by default today, or the day that a demo city shows.
    #[arg(long, requires = "data")]
    pub(crate) on: Option<Day>,
    /// List only the unserved rows.
    #[arg(long)]
    pub(crate) unserved: bool,
}

/// Which pack is tried, on which day, on whose data.
#[derive(Debug, Args)]
pub(crate) struct TryOptions {
    /// The folder of the pack: it takes the place of the pack in force with the same id, or is added.
    pub(crate) folder: PathBuf,
    /// The day on which it is judged.
    #[arg(long)]
    pub(crate) as_of: Day,
    /// Data folder of the city.
    #[arg(long, default_value = "data")]
    pub(crate) data: PathBuf,
    /// The city's database; by default a file in the data folder.
    #[arg(long)]
    pub(crate) database: Option<String>,
    /// Folders of the packs in force, core first; by default those inside the program.
    #[arg(long)]
    pub(crate) packs: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ImportOptions {
    /// The register, for instance enterprise.
    pub(crate) register: String,
    /// The Excel or CSV file.
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) at: Stored,
    /// The account in whose name and within whose scope it is done.
    #[arg(long)]
    pub(crate) account: String,
    /// Write the bad rows here, with the reasons.
    #[arg(long)]
    pub(crate) bad_rows: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConnectorCommand {
    /// Takes a partner's file in (CSV or JSON), or writes one for them; prints the receipt as JSON.
    Run {
        /// The connector, by its id in the packs.
        id: String,
        /// The partner's file to take in, or with `--out` the file to write.
        #[arg(long)]
        file: PathBuf,
        /// Write records for the partner instead of taking a file in.
        #[arg(long)]
        out: bool,
        /// The account in whose name and within whose scope it is done.
        #[arg(long)]
        account: String,
        #[command(flatten)]
        at: Where,
    },
}

/// Where a city is stored.
#[derive(Debug, Clone, Args)]
pub(crate) struct Stored {
    /// The data folder.
    #[arg(long, default_value = "data")]
    pub(crate) data: PathBuf,
    /// The database, for instance postgres://anlan@db.example/anlan?sslmode=verify-full&sslrootcert=ca.pem; by default a
    /// file in the data folder.
    #[arg(long)]
    pub(crate) database: Option<String>,
}

/// Which city.
#[derive(Debug, Clone, Args)]
pub(crate) struct Where {
    /// The data folder.
    #[arg(long, default_value = "data")]
    pub(crate) data: PathBuf,
    /// The database; by default a file in the data folder.
    #[arg(long)]
    pub(crate) database: Option<String>,
    /// Folders of packs, core first; by default those inside the program.
    #[arg(long)]
    pub(crate) packs: Vec<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AccountCommand {
    /// Makes an account with one role.
    Add {
        /// The name to sign in with.
        name: String,
        /// The name that others read.
        #[arg(long)]
        display: String,
        /// The role, for instance system.admin, security.admin, audit.admin, city.office.
        #[arg(long)]
        role: String,
        /// Only for this county (adcode).
        #[arg(long)]
        county: Option<String>,
        /// Only for this sector.
        #[arg(long)]
        sector: Option<String>,
        #[command(flatten)]
        at: Where,
    },
    /// Sets a new password and ends all sessions of the account.
    Password {
        /// The name to sign in with.
        name: String,
        #[command(flatten)]
        at: Where,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum JournalCommand {
    /// Recompute every hash from the first entry on and compare.
    Verify {
        #[command(flatten)]
        at: Stored,
        /// A file of anchors kept outside, one a line.
        #[arg(long)]
        anchors: Option<PathBuf>,
    },
    /// Print the head of the chain, to be kept outside.
    Anchor {
        #[command(flatten)]
        at: Stored,
    },
}
