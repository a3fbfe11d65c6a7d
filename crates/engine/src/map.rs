//! Enterprises on a map: those within a rectangle as points, or as sums over the squares of a grid where they are more
//! than a page should draw. Cut to the reader's scope like every list.

use std::collections::BTreeMap;

use base::Id;
use city::Actor;
use plan::pack::{FieldClass, Shape};
use store::{Condition, Query, Row, StoreError, Value};

use crate::risk::GRADES;
use crate::tables::table_name;
use crate::{Engine, EngineError};

/// Points that one answer holds at most; more become a grid.
pub const MOST_POINTS: usize = 2_000;
/// Enterprises that a grid is made of at most.
const MOST_READ: u32 = 40_000;
/// Squares of the grid on each side.
const SQUARES: f64 = 24.0;

/// A rectangle in degrees (WGS-84).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// Western edge, degrees east.
    pub west: f64,
    /// Southern edge, degrees north.
    pub south: f64,
    /// Eastern edge, degrees east.
    pub east: f64,
    /// Northern edge, degrees north.
    pub north: f64,
}

impl Bounds {
    /// Reads `west,south,east,north`; None for anything that is not a rectangle on the earth.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let parts: Vec<f64> = text.split(',').map(|p| p.trim().parse().ok()).collect::<Option<_>>()?;
        let [west, south, east, north] = parts.as_slice() else { return None };
        let bounds = Self { west: *west, south: *south, east: *east, north: *north };
        let on_earth =
            west.abs() <= 180.0 && east.abs() <= 180.0 && south.abs() <= 90.0 && north.abs() <= 90.0;
        (on_earth && west < east && south < north).then_some(bounds)
    }
}

/// An enterprise.
#[derive(Debug, Clone, PartialEq)]
pub struct MapPoint {
    /// Its key.
    pub id: Id,
    /// Its name.
    pub title: String,
    /// `red`, `orange`, `yellow`, `blue`, or empty while nothing is graded.
    pub grade: String,
    /// Degrees east.
    pub longitude: f64,
    /// Degrees north.
    pub latitude: f64,
}

/// The enterprises of one square.
#[derive(Debug, Clone, PartialEq)]
pub struct MapSquare {
    /// Mean of their positions, degrees east.
    pub longitude: f64,
    /// Mean of their positions, degrees north.
    pub latitude: f64,
    /// How many of each grade, from the worst down, and those that are not graded.
    pub counts: [u64; 5],
}

impl MapSquare {
    /// All enterprises of the square.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }
}

/// What lies within a rectangle.
#[derive(Debug, Clone, PartialEq)]
pub enum OnMap {
    /// Each enterprise.
    Points(Vec<MapPoint>),
    /// Sums, and whether there are more than were read.
    Squares(Vec<MapSquare>, bool),
}

impl Engine {
    /// Enterprises with a position within `bounds` that `actor` may see. Whoever may not read positions sees none.
    ///
    /// # Errors
    /// The packs have no enterprises, or the database failed.
    pub async fn on_map(&self, actor: &Actor, bounds: Bounds) -> Result<OnMap, EngineError> {
        let register = self.model.shaped(Shape::Enterprise).ok_or(EngineError::NotFound)?;
        let place = register.field("position").ok_or(EngineError::NotFound)?;
        if actor.reads < place.class.max(FieldClass::Internal) {
            return Ok(OnMap::Points(Vec::new()));
        }
        let within = |column: &str, from: f64, to: f64| {
            Condition::Between(column.into(), Value::Float(from), Value::Float(to))
        };
        let query = Query::of(table_name(register.name()), self.scope(actor, register))
            .columns(&["id", "title", "risk_grade", "position_longitude", "position_latitude"])
            .filter(Condition::Eq("removed_at".into(), Value::Int(0)))
            .filter(within("position_longitude", bounds.west, bounds.east))
            .filter(within("position_latitude", bounds.south, bounds.north))
            .limit(MOST_READ + 1);
        let rows = self.database.select(&query).await?;
        let mut points = rows.iter().map(point).collect::<Result<Vec<_>, _>>()?;
        if points.len() <= MOST_POINTS {
            return Ok(OnMap::Points(points));
        }
        let more = points.len() > MOST_READ as usize;
        points.truncate(MOST_READ as usize);
        Ok(OnMap::Squares(squares(&points, bounds), more))
    }
}

fn point(row: &Row) -> Result<MapPoint, StoreError> {
    Ok(MapPoint {
        id: row.id("id")?,
        title: row.text("title")?.to_owned(),
        grade: row.text("risk_grade")?.to_owned(),
        longitude: row.opt_float("position_longitude")?.unwrap_or_default(),
        latitude: row.opt_float("position_latitude")?.unwrap_or_default(),
    })
}

/// Sums over the squares of a grid that fills `bounds`, row by row.
fn squares(points: &[MapPoint], bounds: Bounds) -> Vec<MapSquare> {
    let mut found: BTreeMap<(i64, i64), (MapSquare, f64)> = BTreeMap::new();
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a share of the rectangle times the few squares of a side"
    )]
    let square = |value: f64, from: f64, to: f64| ((value - from) / (to - from) * SQUARES).floor() as i64;
    for point in points {
        let key = (
            square(point.latitude, bounds.south, bounds.north),
            square(point.longitude, bounds.west, bounds.east),
        );
        let empty = || (MapSquare { longitude: 0.0, latitude: 0.0, counts: [0; 5] }, 0.0);
        let (sum, number) = found.entry(key).or_insert_with(empty);
        sum.longitude += point.longitude;
        sum.latitude += point.latitude;
        *number += 1.0;
        let at = GRADES.iter().position(|grade| *grade == point.grade).unwrap_or(GRADES.len());
        if let Some(count) = sum.counts.get_mut(at) {
            *count += 1;
        }
    }
    let mean = |(sum, number): (MapSquare, f64)| MapSquare {
        longitude: sum.longitude / number,
        latitude: sum.latitude / number,
        ..sum
    };
    found.into_values().map(mean).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_rectangles_on_the_earth_are_taken() {
        let check =
            |text: &str, expected: bool| assert_eq!(Bounds::parse(text).is_some(), expected, "{text}");
        check("114.0,34.2,115.2,35.1", true);
        check("115.2,34.2,114.0,35.1", false);
        check("114.0,34.2,115.2", false);
        check("114.0,34.2,115.2,95", false);
        check("a,b,c,d", false);
        check("NaN,34,115,35", false);
    }

    #[test]
    fn squares_hold_every_point_once() {
        let bounds = Bounds::parse("114,34,115,35").unwrap();
        let at = |i: u32, grade: &str| MapPoint {
            id: Id::from_u128(u128::from(i)),
            title: String::new(),
            grade: grade.into(),
            longitude: 114.0 + f64::from(i % 100) / 100.0,
            latitude: 34.0 + f64::from(i / 100) / 100.0,
        };
        let points: Vec<MapPoint> = (0..5000).map(|i| at(i, if i % 5 == 0 { "red" } else { "" })).collect();
        let squares = squares(&points, bounds);
        assert_eq!(squares.iter().map(MapSquare::total).sum::<u64>(), 5000);
        assert_eq!(squares.iter().map(|s| s.counts[0]).sum::<u64>(), 1000);
        assert!(squares.iter().all(|s| s.longitude >= 114.0 && s.latitude < 35.0));
    }
}
