//! `anlan bench --import N`: writes a synthetic workbook of N enterprises, reads it, and imports it into a scratch
//! database, all in one run, so that the figures can be compared between machines.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use base::code::{Adcode, Uscc};
use base::{Clock, Id, Language, OsChance, PlanClock, Stopwatch};
use city::{Actor, Grant, Place};
use engine::task::Counts;
use plan::pack::FieldClass;
use report::register::{Import, columns};
use report::xlsx::read::{Options, open};
use report::xlsx::write::{Design, ExportColumn, Value, Workbook};

use crate::data::{self, City, Opening};
use crate::say;

/// Counties over which the enterprises are spread, and the sectors they work in.
const COUNTIES: [&str; 9] =
    ["410202", "410203", "410204", "410205", "410212", "410221", "410222", "410223", "410225"];
const SECTORS: [&str; 5] = ["机械", "轻工", "建材", "纺织", "冶金"];
const TITLES: [&str; 10] = [
    "企业名称",
    "统一社会信用代码",
    "生产经营地址",
    "县区",
    "行业领域",
    "生产经营状态",
    "成立日期",
    "从业人数",
    "主要负责人",
    "主要产品或业务",
];

/// A folder that goes with its owner.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub(crate) async fn run(enterprises: u32, database: Option<&str>, date: base::Day) -> Result<(), String> {
    let clock: Arc<dyn Clock> = Arc::new(PlanClock::showing(date));
    let name = format!("anlan-bench-{}", Id::new(base::WallClock.now(), &mut OsChance));
    let scratch = Scratch(std::env::temp_dir().join(name));
    let folder = scratch.0.as_path();
    let city = data::open(Opening { folder, database, packs: &[], clock }).await?;
    let file = folder.join("enterprises.xlsx");
    let watch = Stopwatch::start();
    write(&file, enterprises)?;
    say(&format!(
        "{enterprises} enterprises written to a workbook in {:.1} s",
        watch.elapsed().as_secs_f64()
    ));
    let watch = Stopwatch::start();
    let rows = read_only(&city, &file)?;
    let reading = watch.elapsed().as_secs_f64();
    say(&format!("only read: {rows} rows in {reading:.2} s, {:.0} rows/s", f64::from(rows) / reading));
    import("first import", &city, &file, rows, reading).await?;
    import("the same file again", &city, &file, rows, reading).await
}

async fn import(what: &str, city: &City, file: &Path, rows: u32, reading: f64) -> Result<(), String> {
    let engine = &city.engine;
    let failed = |error: report::register::ImportError| error.to_string();
    let (before, statements) = (memory("VmRSS:"), engine.database.statements());
    forget_peak();
    let watch = Stopwatch::start();
    let mut import =
        Import::begin(engine, &office(engine.today()), "enterprise", file, 0, web::sentence, |_| None)
            .await
            .map_err(failed)?;
    let mut counts = Counts::default();
    while let Some(part) = import.next().await.map_err(failed)? {
        counts = counts.and(part.counts);
    }
    import.finish().await.map_err(failed)?;
    let took = watch.elapsed().as_secs_f64();
    let growth = memory("VmHWM:").zip(before).map_or_else(
        || "unknown".to_owned(),
        |(peak, before)| format!("{} MB", peak.saturating_sub(before) / 1024),
    );
    say(&format!(
        "{what}: {:.0} rows/s ({took:.2} s, {:.1} x only reading), peak memory growth {growth}, {} statements, \
         added {}, updated {}, unchanged {}, refused {}",
        f64::from(rows) / took,
        took / reading.max(f64::MIN_POSITIVE),
        engine.database.statements() - statements,
        counts.added,
        counts.updated,
        counts.unchanged,
        counts.refused,
    ));
    Ok(())
}

fn office(today: base::Day) -> Actor {
    let grant = Grant { role: "city.office".into(), place: Place::default(), from: today, until: None };
    Actor {
        account: Id::NIL,
        display: "测速".into(),
        grants: vec![grant],
        reads: FieldClass::Internal,
        unit: None,
    }
}

fn write(file: &Path, enterprises: u32) -> Result<(), String> {
    let failed = |error: report::xlsx::write::WriteError| error.to_string();
    let kind = |title: &&str| match *title {
        "从业人数" => report::xlsx::column::ColumnKind::Whole,
        _ => report::xlsx::column::ColumnKind::Text,
    };
    let columns = TITLES.iter().map(|title| ExportColumn::new(*title, kind(title))).collect();
    let mut book = Workbook::new(Language::Chinese);
    let design = Design { name: "企业".into(), columns, ..Design::default() };
    let mut sheet = book.sheet(&design).map_err(failed)?;
    for number in 0..enterprises {
        let at = number as usize;
        let county = COUNTIES.get(at % COUNTIES.len()).copied().unwrap_or("410222");
        let adcode = Adcode::parse(county).map_err(|problem| problem.to_string())?;
        let code = Uscc::synthesise(adcode, u64::from(number) + 1);
        let (name, address) = (
            format!("测速示例{number}号机械有限公司（模拟）"),
            format!("示例路{}号{number}院", number % 400),
        );
        let sector = SECTORS.get(at % SECTORS.len()).copied().unwrap_or("机械");
        let founded = format!("{}-05-{:02}", 1990 + number % 30, 1 + number % 28);
        sheet
            .row(&[
                Value::Text(&name),
                Value::Text(code.as_str()),
                Value::Text(&address),
                Value::Text(county),
                Value::Text(sector),
                Value::Text("正常生产经营"),
                Value::Text(&founded),
                Value::Number(f64::from(2 + number % 300)),
                Value::Text("王工"),
                Value::Text("机械零部件加工与销售"),
            ])
            .map_err(failed)?;
    }
    sheet.finish().map_err(failed)?;
    let target = std::fs::File::create(file).map_err(|error| format!("{}: {error}", file.display()))?;
    book.save(target).map_err(failed)
}

fn read_only(city: &City, file: &Path) -> Result<u32, String> {
    let model = &city.engine.model;
    let register = city.engine.register("enterprise").map_err(|error| error.to_string())?;
    let opened = std::fs::File::open(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let columns = columns(register, model);
    let words = |error: report::xlsx::read::ReadError| error.text().en.clone();
    let mut table = open(std::io::BufReader::new(opened), &columns, &Options::default()).map_err(words)?;
    let mut rows = 0;
    for row in table.rows().map_err(words)? {
        row.map_err(words)?;
        rows += 1;
    }
    Ok(rows)
}

/// A line of `/proc/self/status` in kilobytes, where there is one.
fn memory(line: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with(line))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// Lets the peak begin anew at the present size, where the system can.
fn forget_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}
