//! Builds the synthetic city: offices, enterprises with their people and risks, and ten hazards each over a year.
//!
//! One thread makes change sets, the store's writer applies them; a bounded channel keeps memory flat.

use std::sync::Arc;

use base::{Chance, Clock, Day, FixedClock, Id, Instant, SeededChance};
use city::Place;
use engine::Engine;
use plan::pack::RegionKind;
use store::ChangeSet;
use tokio::sync::mpsc;

use super::accounts;
use super::codes::Codes;
use super::elements::Elements;
use super::enterprise::{Firm, MadePoint, Maker};
use super::hazards::{Offices, Scene, hazard};
use super::later::Later;
use super::people::{Staff, actor, hire};
use super::persons::persons;
use super::photos::{self, Photos};
use super::progress::Progress;
use super::proportions::{COUNTIES, TRADES, Trade, pick};
use super::reports::Life;
use crate::arguments::DemoOptions;
use crate::data::City;
use crate::say;

/// Enterprises whose change sets are applied together.
const TOGETHER: u64 = 200;
/// Duties were judged so many days before too: what must always hold has a time in which it may be put right, and some
/// have let it pass.
const BEFORE_DAYS: i64 = 45;
/// The first enterprises, one of each trade.
const FIRST: u64 = TRADES.len() as u64;
/// Months of figures behind the city's date: the present one and the year before it.
const MONTHS: i32 = 12;
/// Hazards are found over this many days before the city's date.
const DAYS: u64 = 370;

/// Makes what there must be before anybody signs in; what then goes on in the city is told by [`Rest::live`].
pub(super) async fn build(city: &City, options: &DemoOptions, enterprises: u64) -> Result<Rest, String> {
    let (today, seed) = (options.date, options.seed);
    let began = today.plus_days(-400);
    accounts::make_offices(city, began).await?;
    // Regions and departments owe from the first day of the city on.
    let first =
        city.engine.at(Arc::new(FixedClock(Instant::start_of(began))), Box::new(SeededChance::new(seed)));
    first.sweep_duties().await.map_err(|error| error.to_string())?;
    let photos = photos::make(&city.blobs, &city.engine.database, Instant::start_of(began)).await?;
    let tables = city.engine.database.table_names().await.map_err(|error| error.to_string())?;
    let tables: Vec<&str> = tables.iter().map(String::as_str).chain(["journal"]).collect();
    let (send, mut receive) = mpsc::channel(2);
    let work = Work {
        engine: city.engine.clone(),
        photos: photos.clone(),
        today,
        began,
        chance: SeededChance::new(seed),
        codes: Codes::default(),
        criterion: criterion(city).await?,
        elements: !options.core_only,
    };
    let maker = std::thread::spawn(move || work.run(enterprises, &send));
    let mut progress = Progress::new("企业与隐患 / enterprises and hazards", enterprises);
    while let Some((done, sets)) = receive.recv().await {
        for result in city.engine.database.apply_bulk(sets).await {
            result.map_err(|error| format!("the demo city cannot be stored: {error}"))?;
        }
        if done == FIRST.min(enterprises) {
            if !options.core_only {
                bind_first(city, began, seed).await?;
            }
            let aside = store::indexes::set_aside(&city.engine.database, &tables).await;
            aside.map_err(|error| error.to_string())?;
        }
        progress.at(done);
    }
    let made = maker.join().map_err(|_| "the demo city could not be made".to_owned())?;
    let (codes, plant) = made?;
    say("正在建立索引 / building the indexes");
    store::indexes::bring_back(&city.engine.database).await.map_err(|error| error.to_string())?;
    codes.take(&city.engine.database).await?;
    if let Some(plant) = plant {
        accounts::make_plant(city, plant, began).await?;
        super::reassess::assess_again(city, &crate::data::actor(city, "plant-safety").await?).await?;
    }
    while store::rollup::fold(&city.engine.database, 50_000).await.map_err(|error| error.to_string())? > 0 {}
    Ok(Rest { photos, began, today, seed, elements: !options.core_only })
}

/// What is still to come when enterprises, people and hazards stand.
pub(super) struct Rest {
    photos: Photos,
    began: Day,
    today: Day,
    seed: u64,
    elements: bool,
}

impl Rest {
    /// What goes on in the city: deadlines, duties and rules are swept, figures counted; and unless the city does without
    /// them, the elements of the plan's parts are used before and after.
    pub(super) async fn live(self, city: &City) -> Result<(), String> {
        if !self.elements {
            return swept(city).await;
        }
        live(city, &self.photos, self.began, self.today, self.seed).await
    }
}

/// What happens in a city that does without the elements of the plan's parts.
async fn swept(city: &City) -> Result<(), String> {
    let failed = |error: engine::EngineError| error.to_string();
    city.engine.sweep().await.map_err(failed)?;
    city.engine.sweep_owed().await.map_err(failed)?;
    say("正在判定职责 / judging the duties");
    city.engine.sweep_duties().await.map_err(failed)?;
    say("正在统计指标 / counting indicators");
    for figures in city.engine.figures_of_months(MONTHS) {
        city.engine.compute_figures(&figures).await.map_err(failed)?;
    }
    Ok(())
}

/// Binds the enterprises that are there already by their duties from the plan's day of issue on.
async fn bind_first(city: &City, began: Day, seed: u64) -> Result<(), String> {
    let issued = city.engine.model.plan.as_ref().map_or(began, |plan| plan.issued);
    sweep_duties_on(city, issued.max(began).plus_days(1), seed).await
}

async fn sweep_duties_on(city: &City, day: Day, seed: u64) -> Result<(), String> {
    let clock = Arc::new(FixedClock(Instant::start_of(day)));
    let engine =
        city.engine.at(clock, Box::new(SeededChance::new(seed ^ day.days_since_1970().unsigned_abs())));
    engine.sweep_duties().await.map(drop).map_err(|error| error.to_string())
}

/// What happens in the city of itself: the elements of the packs are used, the day is swept, figures are counted.
async fn live(city: &City, photos: &Photos, began: Day, today: Day, seed: u64) -> Result<(), String> {
    let failed = |error: engine::EngineError| error.to_string();
    say("正在使用各项要素 / using the elements of the packs");
    let mut elements = Elements::lived(city, photos, began, today, seed).await?;
    say("正在巡检期限与规则 / sweeping limits and rules");
    city.engine.sweep().await.map_err(failed)?;
    city.engine.sweep_owed().await.map_err(failed)?;
    super::reassess::assess_due(city, &crate::data::actor(city, "plant-safety").await?).await?;
    say("正在判定职责 / judging the duties");
    // Whoever is bound in the first half of a year owes what that year asks for.
    let first_half = Day::new(today.year() - 1, 6, 28).unwrap_or(began).max(began.plus_days(2));
    for day in [first_half, today.plus_days(-BEFORE_DAYS), today] {
        sweep_duties_on(city, day, seed).await?;
    }
    elements.answered().await?;
    say("正在统计指标 / counting indicators");
    for figures in city.engine.figures_of_months(MONTHS) {
        city.engine.compute_figures(&figures).await.map_err(failed)?;
    }
    elements.counted().await
}

/// A criterion of major hazards that suspected cases refer to.
async fn criterion(city: &City) -> Result<Option<Id>, String> {
    let seeds =
        city.engine.model.shaped(plan::pack::Shape::Criterion).map(|r| engine::tables::table_name(r.name()));
    let Some(table) = seeds else { return Ok(None) };
    let query = store::Query::of(table, store::Scope::system("demo: a criterion")).columns(&["id"]).limit(1);
    let row = city.engine.database.first(&query).await.map_err(|error| error.to_string())?;
    row.map(|row| row.id("id")).transpose().map_err(|error| error.to_string())
}

struct Work {
    engine: Engine,
    photos: Photos,
    today: Day,
    began: Day,
    chance: SeededChance,
    codes: Codes,
    criterion: Option<Id>,
    /// The elements of the plan's parts are used.
    elements: bool,
}

type Batch = (u64, Vec<ChangeSet>);

impl Work {
    /// Makes everything and sends it on in batches; gives back the codes that were used and the plant that is shown
    /// from inside.
    fn run(mut self, enterprises: u64, send: &mpsc::Sender<Batch>) -> Result<(Codes, Option<Id>), String> {
        let mut plant = None;
        let mut batch = Vec::new();
        for number in 1..=enterprises {
            let id = self.enterprise(number, &mut batch)?;
            plant = plant.or(Some(id));
            if number % TOGETHER == 0 || number == FIRST || number == enterprises {
                let sets = std::mem::take(&mut batch);
                if send.blocking_send((number, sets)).is_err() {
                    break;
                }
            }
        }
        Ok((self.codes, plant))
    }

    fn enterprise(&mut self, number: u64, batch: &mut Vec<ChangeSet>) -> Result<Id, String> {
        let first = number == 1;
        let picked = pick(&TRADES, |t| t.share, &mut self.chance);
        let trade = usize::try_from(number - 1).ok().and_then(|at| TRADES.get(at)).or(picked);
        let trade = trade.ok_or("there are no trades")?;
        let county = if first {
            "410223"
        } else {
            pick(&COUNTIES, |c| c.1, &mut self.chance).map_or("410223", |c| c.0)
        };
        let entered = Instant::start_of(self.began).plus_seconds(i64::try_from(number % 86_400).unwrap_or(0));
        let clock: Arc<dyn Clock> = Arc::new(FixedClock(entered));
        let engine = self.engine.at(clock, Box::new(SeededChance::new(self.chance.next_u64())));
        let mut chance = SeededChance::new(self.chance.next_u64());
        let mut maker = Maker {
            engine: &engine,
            codes: &mut self.codes,
            actor: actor(Id::NIL, "演示".into(), "city.office", Place::default(), self.began),
            place: Place::default(),
            sets: Vec::new(),
            worse: first && self.elements,
        };
        let firm = firm(&engine, number, trade, county, first, &mut chance, self.today);
        let mut record = maker.enterprise(&firm, &mut chance)?;
        let id = record.id;
        let units = units(&mut maker, id, &firm)?;
        let due = Instant::start_of(self.today);
        let mut points: Vec<MadePoint<'_>> = Vec::new();
        for (i, point) in trade.points.iter().enumerate() {
            let due_from = if i % 2 == 0 { due } else { due.plus_seconds(86_400) };
            points.push(maker.risk_point(id, units.last().copied(), point, due_from, &mut chance)?);
        }
        super::parties::bodies(&mut maker, &mut record, &firm, self.today, &mut chance)?;
        maker.keep_enterprise(record, &points)?;
        let (place, sets) = (maker.place.clone(), std::mem::take(&mut maker.sets));
        batch.extend(sets);
        let (staff, hired) = hire(&engine, id, number, first, entered)?;
        batch.extend(hired);
        self.hazards(&firm, id, &place, &staff, &points, &mut chance, batch)?;
        batch.extend(self.life(&firm, id, &place, &staff, &units, &points, entered, &mut chance)?);
        Ok(id)
    }

    #[expect(clippy::too_many_arguments, reason = "one call, everything that one enterprise's records need")]
    fn life(
        &mut self,
        firm: &Firm<'_>,
        enterprise: Id,
        place: &Place,
        staff: &Staff,
        units: &[Id],
        points: &[MadePoint<'_>],
        entered: Instant,
        chance: &mut SeededChance,
    ) -> Result<Vec<ChangeSet>, String> {
        let regulator = "监管人员（演示）".to_owned();
        let regulator = actor(Id::from_u128(1), regulator, "county.regulator", Place::default(), self.began);
        let (today, photos) = (self.today, &self.photos);
        let mut later =
            Later { engine: &self.engine, codes: &mut self.codes, place, chance, sets: Vec::new() };
        let persons = &persons(&mut later, firm, enterprise, staff, units, entered, today)?;
        let regulator = &regulator;
        let life = Life { firm, enterprise, place, staff, persons, regulator, points, photos, today };
        life.lived(&mut later)?;
        Ok(later.sets)
    }

    #[expect(clippy::too_many_arguments, reason = "one call, everything that one enterprise's cases need")]
    fn hazards(
        &mut self,
        firm: &Firm<'_>,
        enterprise: Id,
        place: &Place,
        staff: &Staff,
        points: &[MadePoint<'_>],
        chance: &mut SeededChance,
        batch: &mut Vec<ChangeSet>,
    ) -> Result<(), String> {
        let everywhere = Place::default();
        let regulator = actor(
            Id::from_u128(1),
            "监管人员（演示）".into(),
            "county.regulator",
            everywhere.clone(),
            self.began,
        );
        let office =
            actor(Id::from_u128(2), "安委办（演示）".into(), "county.office", everywhere, self.began);
        let scene = Scene {
            engine: &self.engine,
            enterprise,
            small: firm.headcount < 10,
            place,
            staff,
            offices: Offices { regulator: &regulator, office: &office },
            points,
            photos: &self.photos,
            criterion: self.criterion,
            today: self.today,
        };
        // The plant that is shown from inside has a busy month behind it.
        let shown = firm.number == 1;
        let count = if shown { 60 } else { 4 + chance.below(13) };
        for _ in 0..count {
            // More of them lately: a quarter within the last month.
            let recent = chance.one_in(if shown { 3 } else { 1 }, 4);
            let days = 1 + chance.below(if recent && shown {
                10
            } else if recent {
                30
            } else {
                DAYS
            });
            batch.push(hazard(&scene, &mut self.codes, i64::try_from(days).unwrap_or(1), chance)?);
        }
        Ok(())
    }
}

fn firm<'a>(
    engine: &'a Engine,
    number: u64,
    trade: &'a Trade,
    county: &'a str,
    first: bool,
    chance: &mut SeededChance,
    today: Day,
) -> Firm<'a> {
    let here = engine.model.regions.iter().filter(|r| {
        r.kind == RegionKind::Township
            && r.parent.as_deref() == Some(county)
            && r.from <= today
            && r.until.is_none_or(|until| today <= until)
    });
    let here: Vec<_> = here.filter(|r| !first || r.code.get_ref() == accounts::TOWNSHIP).collect();
    let township = here.get(usize::try_from(chance.below(here.len().max(1) as u64)).unwrap_or(0));
    let region =
        engine.model.regions.iter().find(|r| r.code.get_ref() == county && r.kind == RegionKind::County);
    // Sizes spread from a third to four times the trade's median; a third of the firms are micro.
    let median = trade.headcount;
    let headcount = match chance.below(6) {
        0 | 1 => 2 + chance.below(8),
        2..=4 => median / 3 + chance.below(median + 1),
        _ => median + chance.below(median * 3 + 1),
    };
    let headcount = if first { 320 } else { headcount };
    Firm {
        number,
        trade,
        county,
        county_name: region.map_or("", |r| r.title.zh.as_str()),
        township: township.map_or("", |r| r.code.get_ref().as_str()),
        township_name: township.map_or("", |r| r.title.zh.as_str()),
        centre: region.and_then(|r| r.centre).unwrap_or([114.35, 34.79]),
        headcount: i64::try_from(headcount).unwrap_or(2),
    }
}

fn units(maker: &mut Maker<'_>, enterprise: Id, firm: &Firm<'_>) -> Result<Vec<Id>, String> {
    match firm.headcount {
        ..=9 => Ok(Vec::new()),
        10..=49 => maker.units(enterprise, &[("post", "综合岗位")]),
        _ => maker.units(enterprise, &[("workshop", "一车间"), ("team", "甲班"), ("post", "操作岗位")]),
    }
}
