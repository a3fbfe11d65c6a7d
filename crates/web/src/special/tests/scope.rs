//! What lies outside somebody's scope answers like what does not exist, on every route.

use base::{Id, Language};

use super::world::World;
use crate::special::ADDRESSES;

/// Routes that are the same for everybody, or that show each person their own.
const OPEN: [&str; 9] = [
    "/checks",
    "/risk",
    "/risk/preview",
    "/risk/map",
    "/risk/map/outlines",
    "/papers.css",
    "/e/{code}",
    "/hazards",
    "/api/map/enterprises",
];

/// The address of a route with the ids of the one enterprise, or with ids that nobody has.
fn address(world: &World, path: &str, real: bool) -> String {
    let id = |own: Id| if real { own.to_string() } else { Id::from_u128(0xdead).to_string() };
    let path = match path {
        "/risk/factors/{id}/assess" => path.replace("{id}", &id(world.factor)),
        "/risk/measures/{id}/check-item" => path.replace("{id}", &id(world.measure)),
        "/units/{id}/print/card" => path.replace("{id}", &id(world.unit)),
        "/p/{code}" => path.replace("{code}", if real { &world.unit_code } else { "GW-410222-999999" }),
        other => other.replace("{id}", &id(world.firm)).replace("{item}", &id(world.item)),
    };
    match path.as_str() {
        "/checks/sheet" | "/checks/enter" => format!("{path}?unit={}", id(world.unit)),
        "/risk/factors/new" => format!("{path}?risk_point={}", id(world.point)),
        _ => path,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stranger_gets_the_answer_of_what_does_not_exist_on_every_special_route() {
    let world = World::new().await;
    let mut walked = 0;
    for (method, path) in ADDRESSES.iter().filter(|(_, path)| !OPEN.contains(path)) {
        for real in [true, false] {
            let address = address(&world, path, real);
            for who in world.strangers.iter() {
                let answer = match *method {
                    "get" => world.get(Some(who), &address, Language::Chinese).await,
                    _ => {
                        world
                            .post(
                                who,
                                &address,
                                &[("result", "fail"), ("note", "坏"), ("method", "lec"), ("name", "x")],
                                &[],
                            )
                            .await
                    }
                };
                assert_eq!(answer.status, 404, "{method} {address} as {:?}", who.grants[0].role);
                walked += 1;
            }
        }
    }
    assert!(walked >= 60, "{walked} requests");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_for_everybody_show_each_person_only_their_own() {
    let world = World::new().await;
    for who in &world.strangers {
        for page in ["/checks", "/risk", "/hazards", "/risk/map", "/api/map/enterprises?bbox=113,33,116,36"] {
            let answer = world.get(Some(who), page, Language::Chinese).await;
            // Administrators of the program hold no records, so these pages do not exist for them.
            let expected: &[u16] = if who.has_role("system.admin") { &[200, 404] } else { &[200] };
            assert!(expected.contains(&answer.status.as_u16()), "{page}: {:?}", answer.codes);
            for own in ["液氨", "试验化工1", &world.firm.to_string()] {
                assert!(!answer.body.contains(own), "{page} tells {own} to {}", who.grants[0].role);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_not_signed_in_is_sent_to_sign_in() {
    let world = World::new().await;
    for (_, path) in ADDRESSES
        .iter()
        .filter(|(method, path)| *method == "get" && !["/e/{code}", "/papers.css"].contains(path))
    {
        let answer = world.get(None, &address(&world, path, true), Language::Chinese).await;
        assert_eq!(answer.status, 401, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_regulator_sees_but_does_not_assess_or_check() {
    let world = World::new().await;
    let seen =
        world.get(Some(&world.regulator), "/api/map/enterprises?bbox=114,34,115,35", Language::Chinese).await;
    let json: serde_json::Value = serde_json::from_str(&seen.body).unwrap();
    assert_eq!((json["kind"].as_str(), json["items"].as_array().map(Vec::len)), (Some("points"), Some(1)));
    assert_eq!(json["items"][0]["grade"], "red");
    for (address, method) in [
        (format!("/risk/factors/{}/assess", world.factor), "get"),
        (format!("/checks/items/{}", world.item), "post"),
    ] {
        let answer = match method {
            "get" => world.get(Some(&world.regulator), &address, Language::Chinese).await,
            _ => world.post(&world.regulator, &address, &[("result", "pass")], &[]).await,
        };
        assert_eq!(
            (answer.status.as_u16(), answer.codes),
            (403, vec!["record.not_keeper".to_owned()]),
            "{address}"
        );
    }
    let scanned =
        world.get(Some(&world.regulator), &format!("/p/{}", world.unit_code), Language::Chinese).await;
    assert_eq!(scanned.to, format!("/r/unit/{}", world.unit));
    let wrong = world.get(Some(&world.regulator), "/api/map/enterprises?bbox=1,2,3", Language::Chinese).await;
    assert_eq!(wrong.status, 422);
}
