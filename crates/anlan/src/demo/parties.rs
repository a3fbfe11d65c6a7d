//! Who is responsible for a synthetic enterprise: sector lead, general supervision (of the county, for the smallest of the
//! township), special supervision of what it has. A few have nobody, a few are claimed twice, as in any city.

use base::{Chance, Day, Id};
use engine::record::Record;
use engine::responsibility::{body_of, judge};
use judge::{Fact, Facts};
use plan::pack::Model;

use super::enterprise::{Firm, Maker, text};

/// When the present division of duties began.
const SINCE: (i32, u32, u32) = (2019, 3, 1);

/// A body as it is written into the register.
struct Body {
    duty: &'static str,
    matter: &'static str,
    department: String,
    name: String,
    level: &'static str,
    from: Day,
    until: Option<Day>,
    claim: &'static str,
}

/// Enters the bodies of an enterprise and writes down in its record how it stands `today`.
pub(super) fn bodies(
    maker: &mut Maker<'_>,
    record: &mut Record,
    firm: &Firm<'_>,
    today: Day,
    chance: &mut dyn Chance,
) -> Result<(), String> {
    let model = std::sync::Arc::clone(&maker.engine.model);
    let since = Day::new(SINCE.0, SINCE.1, SINCE.2).unwrap_or(today);
    let mut rows = Vec::new();
    for body in chosen(&model, firm, since, today, chance) {
        let made = maker.make("responsible_body", &facts(record.id, &body))?;
        rows.extend(body_of(&made));
        if body.duty == "sector_lead" && body.until.is_none() && body.claim == "agreed" {
            record.facts.insert("lead_department", text(&body.department));
            record.facts.insert("supervision_level", text(body.level));
        }
    }
    judge(record.id, &mut record.facts, &rows, today);
    Ok(())
}

fn facts(enterprise: Id, body: &Body) -> Facts {
    let mut facts = Facts::from([
        ("enterprise", Fact::Reference(enterprise)),
        ("duty", text(body.duty)),
        ("department", text(&body.department)),
        ("body", text(&body.name)),
        ("level", text(body.level)),
        ("valid_from", Fact::Day(body.from)),
        ("claim", text(body.claim)),
        ("basis", text("权责清单（模拟）")),
    ]);
    if !body.matter.is_empty() {
        facts.insert("matter", text(body.matter));
    }
    if let Some(until) = body.until {
        facts.insert("valid_until", Fact::Day(until));
    }
    facts
}

fn title(model: &Model, department: &str) -> String {
    model.department(department).map_or_else(|| department.to_owned(), |d| d.title.zh.clone())
}

/// The body of a county that answers to a department of the city.
fn in_county(model: &Model, firm: &Firm<'_>, department: &str) -> String {
    match department {
        "fire_rescue" => format!("{}消防救援大队", firm.county_name),
        other => format!("{}{}", firm.county_name, title(model, other)),
    }
}

fn chosen(model: &Model, firm: &Firm<'_>, since: Day, today: Day, chance: &mut dyn Chance) -> Vec<Body> {
    let county = |department: &str| in_county(model, firm, department);
    let row = |duty, matter, department: &str, name, level| Body {
        duty,
        matter,
        department: department.to_owned(),
        name,
        level,
        from: since,
        until: None,
        claim: "agreed",
    };
    let sector = firm.trade.sector;
    let lead = model.departments.iter().find(|d| d.sectors.iter().any(|s| s == sector));
    let lead = lead.map_or("emergency_management", |d| d.id.get_ref().as_str());
    // What the county cannot carry is led by the city: the largest plants with dangerous goods.
    let (name, level) = if firm.trade.high_risk && firm.headcount >= 300 {
        (format!("开封市{}", title(model, lead)), "city")
    } else {
        (county(lead), "county")
    };
    let mut bodies = vec![row("sector_lead", "", lead, name, level)];
    bodies.push(if firm.headcount < 10 {
        let office = if firm.township_name.ends_with("街道") { "办事处" } else { "人民政府" };
        let name = format!("{}{}{office}", firm.county_name, firm.township_name);
        row("general", "", "county_governments", name, "township")
    } else {
        row("general", "", "emergency_management", county("emergency_management"), "county")
    });
    let has = |attribute: &str| firm.trade.attributes.contains(&attribute);
    if has("crowded_place") {
        let name = county("fire_rescue");
        bodies.push(row("special", "fire", "fire_rescue", name, "county"));
    }
    if ["hazchem", "machinery", "urban_gas"].contains(&sector) && firm.headcount >= 10 {
        let name = county("market_regulation");
        bodies.push(row("special", "special_equipment", "market_regulation", name, "county"));
    }
    if ["hazardous_waste", "hazchem"].contains(&sector) {
        let name = format!("开封市生态环境局{}分局", firm.county_name);
        bodies.push(row("special", "environment", "ecology_environment", name, "county"));
    }
    // The plant that is shown from inside is in order.
    if firm.number > 1 {
        spoil(&mut bodies, model, firm, today, chance);
    }
    bodies
}

/// About one enterprise in twenty-five is not in order, each in one of the ways that occur.
fn spoil(bodies: &mut Vec<Body>, model: &Model, firm: &Firm<'_>, today: Day, chance: &mut dyn Chance) {
    let rival = |department: &str| Body {
        duty: "sector_lead",
        matter: "",
        department: department.to_owned(),
        name: in_county(model, firm, department),
        level: "county",
        from: today.plus_days(-150),
        until: None,
        claim: "agreed",
    };
    match chance.below(250) {
        // Nobody was ever named.
        0..=2 => drop(bodies.remove(0)),
        // The lead ended and nobody followed.
        3 | 4 => {
            if let Some(lead) = bodies.first_mut() {
                lead.until = Some(today.plus_days(-20));
            }
        }
        // It ends soon; the sweep will find it.
        5 => {
            if let Some(lead) = bodies.first_mut() {
                lead.until = Some(today.plus_days(10));
            }
        }
        // Nobody supervises.
        6 => bodies.retain(|body| body.duty == "sector_lead"),
        // Two lead.
        7..=9 => {
            let led = bodies.first().map(|b| b.department.clone()).unwrap_or_default();
            bodies.push(rival(if led == "commerce" { "market_regulation" } else { "commerce" }));
        }
        // The one that leads says that it does not.
        10 | 11 => {
            if let Some(lead) = bodies.first_mut() {
                lead.claim = "disputed";
            }
        }
        // Handed over in good order.
        12..=20 => {
            if let Some(lead) = bodies.first_mut() {
                lead.from = today.plus_days(-165);
            }
            let mut former = rival("industry_information");
            former.from = today.plus_days(-800);
            former.until = Some(today.plus_days(-166));
            bodies.push(former);
        }
        _ => {}
    }
}
