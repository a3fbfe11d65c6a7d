//! One account per role to sign in with.

use base::{Day, Id, OsChance};
use city::accounts::NewAccount;
use city::{By, Grant, Place};

use crate::data::City;

/// The password of every demo account. The city is synthetic and listens on this machine only, so it may be known.
pub(crate) const PASSWORD: &str = "kaifeng-demo-2021";

/// An account that is printed.
#[derive(Debug, Clone)]
pub(crate) struct Listed {
    /// Short name of the role, for tests.
    pub(crate) role: &'static str,
    /// What it is called.
    pub(crate) title: &'static str,
    /// Name to sign in with.
    pub(crate) name: &'static str,
}

impl Listed {
    /// The name that others read.
    pub(super) fn display(&self) -> String {
        format!("{}（演示）", self.title)
    }
}

const fn listed_as(role: &'static str, title: &'static str, name: &'static str) -> Listed {
    Listed { role, title, name }
}

/// The township of the plant that is shown from inside, where an officer of the demo works: 朱曲镇.
pub(super) const TOWNSHIP: &str = "410223102";

/// Account, role, county or township, sector.
const OFFICES: [(Listed, &str, &str, &str); 10] = [
    (listed_as("office", "市安委会办公室", "office"), "city.office", "", ""),
    (listed_as("leader", "市领导", "leader"), "city.leader", "", ""),
    (listed_as("city_regulator", "市级监管部门（危险化学品）", "hazchem"), "city.regulator", "", "hazchem"),
    (listed_as("county_office", "尉氏县安委会办公室", "weishi"), "county.office", "410223", ""),
    (listed_as("county_regulator", "尉氏县监管部门", "weishi-regulator"), "county.regulator", "410223", ""),
    (listed_as("township_officer", "尉氏县朱曲镇安全管理人员", "zhuqu"), "township.officer", TOWNSHIP, ""),
    (listed_as("other_county", "杞县安委会办公室", "qixian"), "county.office", "410221", ""),
    (listed_as("system_admin", "系统管理员", "admin"), "system.admin", "", ""),
    (listed_as("security_admin", "安全管理员（三员）", "security"), "security.admin", "", ""),
    (listed_as("auditor", "审计管理员", "auditor"), "audit.admin", "", ""),
];

/// Accounts of the one enterprise that the demo shows from inside.
pub(super) const PLANT: [(Listed, &str); 6] = [
    (listed_as("head", "企业主要负责人", "plant-head"), "enterprise.head"),
    (listed_as("safety_manager", "企业安全管理员", "plant-safety"), "enterprise.safety_manager"),
    (listed_as("workshop_head", "车间负责人", "plant-workshop"), "enterprise.workshop_head"),
    (listed_as("team_leader", "班组长", "plant-team"), "enterprise.team_leader"),
    (listed_as("worker", "岗位员工", "plant-worker"), "enterprise.worker"),
    (listed_as("worker_2", "岗位员工（乙）", "plant-worker-2"), "enterprise.worker"),
];

/// All accounts that are printed, enterprise first.
pub(crate) fn listed() -> Vec<Listed> {
    PLANT.iter().map(|(l, _)| l.clone()).chain(OFFICES.iter().map(|(l, ..)| l.clone())).collect()
}

/// Makes the accounts of the offices.
pub(super) async fn make_offices(city: &City, from: Day) -> Result<(), String> {
    for (listed, role, region, sector) in &OFFICES {
        // The code of a township begins with that of its county.
        let county = region.get(..6).unwrap_or_default();
        let township = if region.len() > county.len() { *region } else { "" };
        let place = Place {
            county: county.into(),
            township: township.into(),
            sector: (*sector).into(),
            ..Place::default()
        };
        make(city, listed, role, place, from).await?;
    }
    Ok(())
}

/// Makes the accounts of the plant: those who act in its history exist already and get their password, the others are
/// made.
pub(super) async fn make_plant(city: &City, plant: Id, from: Day) -> Result<(), String> {
    let place = Place { organisation: plant, ..Place::default() };
    for (listed, role) in &PLANT {
        let found = city::accounts::account_named(&city.engine.database, listed.name).await;
        if found.map_err(|error| error.to_string())?.is_some() {
            set_password(city, listed).await?;
        } else {
            make(city, listed, role, place.clone(), from).await?;
        }
    }
    Ok(())
}

async fn set_password(city: &City, listed: &Listed) -> Result<(), String> {
    let now = city.engine.now();
    let set = city.gate.set_password_by_program(listed.name, PASSWORD, now, &mut OsChance).await;
    set.map_err(|error| format!("account {}: {error}", listed.name))
}

/// Makes one account that can sign in, with one grant.
pub(super) async fn make(
    city: &City,
    listed: &Listed,
    role: &str,
    place: Place,
    from: Day,
) -> Result<Id, String> {
    let now = city.engine.now();
    let new = NewAccount { name: listed.name.into(), display: listed.display(), ..NewAccount::default() };
    let gate = &city.gate;
    let failed = |error: city::CityError| format!("account {}: {error}", listed.name);
    let id = gate.create_account(&By::Program, &new, None, now, &mut OsChance).await.map_err(failed)?;
    set_password(city, listed).await?;
    let grant = Grant { role: role.into(), place, from, until: None };
    let roles = &city.engine.model.roles;
    gate.add_grant(&By::Program, id, &grant, roles, now, &mut OsChance).await.map_err(failed)?;
    Ok(id)
}
