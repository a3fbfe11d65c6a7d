//! Bodies that the plan asks for, with who holds which post on a day and what is vacant.

use std::collections::BTreeMap;

use base::{Day, Text};
use city::Actor;
use judge::fact::fact;
use plan::pack::{Body, BodyLevel, RegionKind, Shape};
use store::{Condition, Query};

use crate::record::Record;
use crate::record::read::record_of;
use crate::tables::table_name;
use crate::{Engine, EngineError};

/// Members read at most; a city with all its townships has some thousands.
const MOST: u32 = 20_000;

/// One post of one body in one region.
#[derive(Debug, Clone)]
pub struct PostStanding {
    /// The post.
    pub post: Text,
    /// The department that fills it; empty for none.
    pub department: String,
    /// How many are wanted; 0 for a post that only its members name.
    pub wanted: u32,
    /// Who holds it, without protected fields that the reader may not see.
    pub holders: Vec<Record>,
}

impl PostStanding {
    /// How many are missing.
    #[must_use]
    pub fn vacant(&self) -> u32 {
        self.wanted.saturating_sub(u32::try_from(self.holders.len()).unwrap_or(u32::MAX))
    }
}

/// One body in one region.
#[derive(Debug, Clone)]
pub struct BodyStanding<'a> {
    /// The body.
    pub body: &'a Body,
    /// Code of the region; empty for the city.
    pub region: String,
    /// Name of the region; the empty text for the city.
    pub region_title: Text,
    /// Its posts, those of the pack first.
    pub posts: Vec<PostStanding>,
}

impl BodyStanding<'_> {
    /// How many holders are missing in all posts.
    #[must_use]
    pub fn vacant(&self) -> u32 {
        self.posts.iter().map(PostStanding::vacant).sum()
    }
}

impl Engine {
    /// The bodies that exist on the present day, in each region of their level that `actor` sees. Bodies of parks and
    /// enterprises are listed where they have members.
    ///
    /// # Errors
    /// No pack has a register of members, or the database failed.
    pub async fn bodies_standing(&self, actor: &Actor) -> Result<Vec<BodyStanding<'_>>, EngineError> {
        let register = self.model.shaped(Shape::BodyMember).ok_or(EngineError::NotFound)?;
        let today = self.today();
        let scope = self.scope(actor, register);
        let query = Query::of(table_name(register.name()), scope.clone())
            .filter(Condition::eq("removed_at", 0_i64))
            .limit(MOST);
        let mut members: BTreeMap<(String, String), Vec<Record>> = BTreeMap::new();
        for row in self.database.select(&query).await? {
            let mut member = record_of(register, row)?;
            if !holds(&member, today) {
                continue;
            }
            self.cut_protected(actor, register, &mut member);
            let body = fact(&member.facts, "body").as_text().unwrap_or_default().to_owned();
            members.entry((body, region_of(&member))).or_default().push(member);
        }
        let mut found = Vec::new();
        for body in self.model.bodies.values().filter(|body| body.exists_on(today)) {
            let mut regions = self.regions_of(body, today);
            regions.retain(|(code, _, county)| {
                let (own, township) = if county.is_empty() { (code, "") } else { (county, code.as_str()) };
                scope.sees(own, township, base::Id::NIL, "", "")
            });
            let extra: Vec<String> = members
                .keys()
                .filter(|(name, region)| name == body.name() && !regions.iter().any(|(r, ..)| r == region))
                .map(|(_, region)| region.clone())
                .collect();
            for region in extra {
                let title = self.region_title(&region);
                regions.push((region, title, String::new()));
            }
            for (region, region_title, _) in regions {
                let own = members.remove(&(body.name().to_owned(), region.clone())).unwrap_or_default();
                found.push(BodyStanding { body, region, region_title, posts: posts(body, own) });
            }
        }
        Ok(found)
    }

    /// Code, name and (for townships) county of each region that has such a body.
    fn regions_of(&self, body: &Body, today: Day) -> Vec<(String, Text, String)> {
        let kinds: &[RegionKind] = match body.level {
            BodyLevel::City => return vec![(String::new(), Text::default(), String::new())],
            BodyLevel::County if body.each => &[RegionKind::County],
            BodyLevel::Township if body.each => &[RegionKind::Township],
            _ => return Vec::new(),
        };
        let exists = |r: &&plan::pack::RegionDefinition| {
            kinds.contains(&r.kind) && r.from <= today && r.until.is_none_or(|until| today <= until)
        };
        let of = |r: &plan::pack::RegionDefinition| {
            let county = match body.level {
                BodyLevel::Township => r.parent.clone().unwrap_or_default(),
                _ => String::new(),
            };
            (r.code.get_ref().clone(), r.title.clone(), county)
        };
        self.model.regions.iter().filter(exists).map(of).collect()
    }

    fn region_title(&self, code: &str) -> Text {
        let found = self.model.region(code);
        found.map(|r| r.title.clone()).unwrap_or_default()
    }
}

fn region_of(member: &Record) -> String {
    let place = &member.place;
    if place.township.is_empty() { place.county.clone() } else { place.township.clone() }
}

fn holds(member: &Record, day: Day) -> bool {
    let from = fact(&member.facts, "valid_from").as_day();
    let until = fact(&member.facts, "valid_until").as_day();
    from.is_none_or(|from| from <= day) && until.is_none_or(|until| day <= until)
}

fn posts(body: &Body, members: Vec<Record>) -> Vec<PostStanding> {
    let mut posts: Vec<PostStanding> = body
        .members
        .iter()
        .map(|post| PostStanding {
            post: post.post.clone(),
            department: post.department.clone().unwrap_or_default(),
            wanted: post.count,
            holders: Vec::new(),
        })
        .collect();
    for member in members {
        let name = fact(&member.facts, "post").as_text().unwrap_or_default().to_owned();
        let department = fact(&member.facts, "department").as_text().unwrap_or_default().to_owned();
        match posts.iter_mut().find(|p| p.post.zh == name || p.post.en == name) {
            Some(post) => post.holders.push(member),
            None => posts.push(PostStanding {
                post: Text::new(name.clone(), name),
                department,
                wanted: 0,
                holders: vec![member],
            }),
        }
    }
    posts
}
