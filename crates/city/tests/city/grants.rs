//! Granting roles, what excludes what, and who holds a role over a place.

use base::{Id, OsChance};
use city::grants::{accounts_with_role_over, actor, of_account, people_of};
use city::{By, Grant, Place, Presence};
use plan::pack::FieldClass;

use crate::world::{PASSWORD, World, county, day, now, refusal, today};

on_both_engines! {
    only_a_security_administrator_grants_and_never_to_themselves
    the_three_administrators_are_kept_apart
    roles_that_the_pack_excludes_are_not_given_together
    a_county_security_administrator_grants_within_the_county
    a_grant_counts_between_its_days_until_it_is_taken_back
    two_grants_that_exclude_each_other_cannot_be_given_at_once
    a_role_over_a_place_is_found
    the_people_of_an_enterprise_are_listed_with_their_roles
}

async fn only_a_security_administrator_grants_and_never_to_themselves(world: &World) {
    let person = world.person("zhang.san").await;
    let by_system = By::Person(&world.system);
    assert_eq!(
        refusal(world.try_grant(&by_system, person, "county.office", Place::default()).await),
        "grant.not_security_admin"
    );
    let by = By::Person(&world.security);
    let own = world.try_grant(&by, world.security.account, "audit.admin", Place::default()).await;
    assert_eq!(refusal(own), "grant.own");
    assert_eq!(refusal(world.try_grant(&by, person, "no.such", Place::default()).await), "role.unknown");
    assert_eq!(
        refusal(world.try_grant(&by, Id::from_u128(7), "county.office", Place::default()).await),
        "not_found"
    );
    let grant = world.try_grant(&by, person, "county.office", Place::default()).await.unwrap();
    assert_eq!(
        refusal(world.try_grant(&by, person, "county.office", Place::default()).await),
        "grant.exists"
    );
    assert_eq!(refusal(world.gate.remove_grant(&by_system, grant, now()).await), "grant.not_security_admin");
    let rows = of_account(&world.db, person).await.unwrap();
    assert_eq!(rows[0].granted_by, world.security.account);
    let own = of_account(&world.db, world.security.account).await.unwrap()[0].id;
    assert_eq!(refusal(world.gate.remove_grant(&by, own, now()).await), "grant.own");
    assert!(world.operations().await.contains(&"grant.add".to_owned()));
}

async fn the_three_administrators_are_kept_apart(world: &World) {
    for (one, other) in [
        ("system.admin", "security.admin"),
        ("security.admin", "audit.admin"),
        ("audit.admin", "county.regulator"),
        ("security.admin", "enterprise.head"),
        ("county.office", "system.admin"),
    ] {
        let person = world.person(&format!("{one}.{other}")).await;
        world.grant(person, one, Place::default()).await;
        // Not even the program itself mixes them.
        assert_eq!(
            refusal(world.try_grant(&By::Program, person, other, county("410221")).await),
            "grant.excluded"
        );
    }
}

async fn roles_that_the_pack_excludes_are_not_given_together(world: &World) {
    let person = world.person("both").await;
    let by = By::Person(&world.security);
    let first = world.try_grant(&by, person, "insurer", Place::default()).await.unwrap();
    assert_eq!(
        refusal(world.try_grant(&by, person, "county.regulator", county("410221")).await),
        "grant.excluded"
    );
    world.gate.remove_grant(&by, first, now()).await.unwrap();
    world.try_grant(&by, person, "county.regulator", county("410221")).await.unwrap();
    assert_eq!(refusal(world.gate.remove_grant(&by, first, now()).await), "not_found");
}

async fn a_county_security_administrator_grants_within_the_county(world: &World) {
    let admin = world.person("county.sec").await;
    world.grant(admin, "security.admin", county("410221")).await;
    let admin = world.actor(admin).await;
    let by = By::Person(&admin);
    let person = world.person("zhang.san").await;
    let township = Place { township: "410221100".into(), ..county("410221") };
    world.try_grant(&by, person, "county.regulator", township).await.unwrap();
    for outside in
        [county("410222"), Place::default(), Place { organisation: Id::from_u128(9), ..Place::default() }]
    {
        assert_eq!(refusal(world.try_grant(&by, person, "county.office", outside).await), "grant.outside");
    }
    let city = world.grant(person, "county.office", Place::default()).await;
    assert_eq!(refusal(world.gate.remove_grant(&by, city, now()).await), "not_found");
    assert_eq!(world.gate.remove_all_grants(&by, person, now()).await.unwrap(), 1);
}

async fn a_grant_counts_between_its_days_until_it_is_taken_back(world: &World) {
    let person = world.person("seconded").await;
    let until = Some(day("2021-06-30"));
    let grant =
        Grant { role: "county.regulator".into(), place: county("410221"), from: day("2021-06-01"), until };
    let by = By::Person(&world.security);
    let id = world.gate.add_grant(&by, person, &grant, &world.roles, now(), &mut OsChance).await.unwrap();
    for (on, count) in [("2021-05-31", 0), ("2021-06-01", 1), ("2021-06-30", 1), ("2021-07-01", 0)] {
        let at_work = actor(&world.db, &world.roles, person, day(on)).await.unwrap().unwrap();
        assert_eq!(at_work.grants.len(), count, "{on}");
        let reads = if count == 1 { FieldClass::Personal } else { FieldClass::Public };
        assert_eq!(at_work.reads, reads, "{on}");
    }
    // What pages are served from is forgotten at once.
    let signed = world.enter("seconded", PASSWORD, now()).await.unwrap();
    let grants = async || match &*world
        .gate
        .presence(&signed.session, &world.roles, today(), now())
        .await
        .unwrap()
        .unwrap()
    {
        Presence::Acting(actor) => actor.grants.len(),
        other @ Presence::ChooseOperator { .. } => panic!("{other:?}"),
    };
    assert_eq!(grants().await, 1);
    world.gate.remove_grant(&by, id, now()).await.unwrap();
    assert_eq!(grants().await, 0);
}

async fn two_grants_that_exclude_each_other_cannot_be_given_at_once(world: &World) {
    let other = world.another_process();
    for round in 0..5 {
        let person = world.person(&format!("race{round}")).await;
        let grant = |role: &str| Grant {
            role: role.into(),
            place: Place::default(),
            from: day("2020-06-04"),
            until: None,
        };
        let (one, two) = (grant("system.admin"), grant("audit.admin"));
        let (mut a, mut b) = (OsChance, OsChance);
        let (first, second) = tokio::join!(
            world.gate.add_grant(&By::Program, person, &one, &world.roles, now(), &mut a),
            other.add_grant(&By::Program, person, &two, &world.roles, now(), &mut b),
        );
        assert!(first.is_err() || second.is_err(), "{first:?} {second:?}");
        assert!(of_account(&world.db, person).await.unwrap().len() <= 1);
    }
}

async fn a_role_over_a_place_is_found(world: &World) {
    let plant = Id::from_u128(77);
    let place = Place { organisation: plant, sector: "chemical".into(), ..county("410221") };
    let by_place = [
        ("city", Place::default(), true),
        ("county", county("410221"), true),
        ("neighbour", county("410222"), false),
        ("sector", Place { sector: "chemical".into(), ..Place::default() }, true),
        ("other.sector", Place { sector: "mining".into(), ..Place::default() }, false),
        ("plant", Place { organisation: plant, ..Place::default() }, true),
        ("other.plant", Place { organisation: Id::from_u128(78), ..Place::default() }, false),
        ("town", Place { township: "410221100".into(), ..county("410221") }, false),
    ];
    let mut expected = Vec::new();
    for (name, granted, over) in by_place {
        let id = world.person(name).await;
        world.grant(id, "county.regulator", granted).await;
        if over {
            expected.push((id, format!("{name} 甲")));
        }
    }
    let closed = world.person("closed").await;
    world.grant(closed, "county.regulator", Place::default()).await;
    world.gate.close_account(&By::Program, closed, now()).await.unwrap();
    expected.sort_by(|a, b| a.1.cmp(&b.1));
    let find =
        async |role: &str, on: &str| accounts_with_role_over(&world.db, role, &place, day(on)).await.unwrap();
    assert_eq!(find("county.regulator", "2021-06-15").await, expected);
    assert!(find("county.regulator", "2020-06-03").await.is_empty());
    assert!(find("county.office", "2021-06-15").await.is_empty());
    // The same question asked of each person gives the same answer.
    for (id, _) in &expected {
        assert!(world.actor(*id).await.roles_over(&place).contains("county.regulator"));
    }
}

async fn the_people_of_an_enterprise_are_listed_with_their_roles(world: &World) {
    let plant = Place { organisation: Id::from_u128(77), ..Place::default() };
    let (head, worker) = (world.person("b.head").await, world.person("a.worker").await);
    world.grant(head, "enterprise.head", plant.clone()).await;
    world.grant(head, "county.office", plant.clone()).await;
    world.grant(worker, "enterprise.head", plant.clone()).await;
    world.grant(world.person("c.other").await, "enterprise.head", Place::default()).await;
    let people = people_of(&world.db, plant.organisation, today()).await.unwrap();
    let named: Vec<(&str, usize)> =
        people.iter().map(|(_, name, roles)| (name.as_str(), roles.len())).collect();
    assert_eq!(named, [("a.worker 甲", 1), ("b.head 甲", 2)]);
    assert!(people_of(&world.db, Id::NIL, today()).await.unwrap().is_empty());
}
