//! Unit seats and their named operators.

use base::{Id, OsChance};
use city::seats::change::NewOperator;
use city::seats::operator::Choosing;
use city::seats::{Seat, operators_of};
use city::{Actor, By, CityError, Place, Presence, Session};

use crate::world::{PASSWORD, World, county, day, now, refusal, today};

on_both_engines! {
    a_seat_acts_only_through_a_named_operator
    a_secondment_needs_an_end_and_ends
    five_wrong_pins_lock_for_five_minutes
    roles_that_exclude_each_other_do_not_meet_at_a_seat
    a_closed_person_works_at_no_seat
}

const PIN: &str = "402918";
const OWN_PIN: &str = "771350";

async fn desk(world: &World) -> (Seat, Session) {
    let by = By::Program;
    let seat = world
        .gate
        .create_seat(&by, "杞县安委办值班席", "qixian.desk", PASSWORD, now(), &mut OsChance)
        .await
        .unwrap();
    world.grant(seat.account, "county.office", county("410221")).await;
    let signed = world.enter("qixian.desk", PASSWORD, now()).await.unwrap();
    (seat, signed.session)
}

fn new(seat: &Seat, account: Id) -> NewOperator {
    let (home_unit, from) = (String::new(), day("2020-06-04"));
    NewOperator { seat: seat.id, account, pin: PIN.into(), home_unit, from, until: None }
}

async fn add(world: &World, by: &By<'_>, operator: &NewOperator) -> Result<Id, CityError> {
    world.gate.add_operator(by, operator, &world.roles, now(), &mut OsChance).await
}

async fn choose(
    world: &World,
    session: &Session,
    id: Id,
    pin: &str,
    new_pin: Option<&str>,
) -> Result<(), CityError> {
    let choosing = Choosing { operator: id, pin, new_pin };
    world.gate.choose_operator(session, &choosing, today(), now(), &mut OsChance).await
}

async fn at_work(world: &World, session: &Session) -> Option<Actor> {
    let sessions = world.gate.sessions_of(session.account, now()).await.unwrap();
    let session = sessions.iter().find(|s| s.id == session.id).unwrap();
    match &*world.gate.presence(session, &world.roles, today(), now()).await.unwrap().unwrap() {
        Presence::Acting(actor) => Some(actor.clone()),
        Presence::ChooseOperator { .. } => None,
    }
}

async fn a_seat_acts_only_through_a_named_operator(world: &World) {
    let (seat, session) = desk(world).await;
    let (one, two) = (world.person("zhang.san").await, world.person("li.si").await);
    let by = By::Person(&world.security);
    assert_eq!(
        refusal(add(world, &By::Person(&world.system), &new(&seat, one)).await),
        "grant.not_security_admin"
    );
    assert_eq!(refusal(add(world, &by, &new(&seat, seat.account)).await), "operator.person");
    let first = add(world, &by, &new(&seat, one)).await.unwrap();
    let second = add(world, &by, &new(&seat, two)).await.unwrap();
    assert_eq!(refusal(add(world, &by, &new(&seat, one)).await), "operator.exists");
    assert!(at_work(world, &session).await.is_none());
    assert_eq!(refusal(choose(world, &session, first, PIN, None).await), "pin.must_change");
    assert_eq!(refusal(choose(world, &session, first, PIN, Some(PIN)).await), "pin.unchanged");
    choose(world, &session, first, PIN, Some(OWN_PIN)).await.unwrap();
    let actor = at_work(world, &session).await.unwrap();
    assert_eq!((actor.account, actor.unit), (one, Some(seat.id)));
    assert_eq!(actor.display, "zhang.san 甲（杞县安委办值班席）");
    assert!(actor.has_role("county.office"));
    choose(world, &session, second, PIN, Some(OWN_PIN)).await.unwrap();
    assert_eq!(at_work(world, &session).await.unwrap().account, two);
    world
        .gate
        .leave_seat(&world.gate.sessions_of(seat.account, now()).await.unwrap()[0], now())
        .await
        .unwrap();
    assert!(at_work(world, &session).await.is_none());
    choose(world, &session, second, OWN_PIN, None).await.unwrap();
    world.gate.remove_operator(&by, second, now()).await.unwrap();
    assert!(at_work(world, &session).await.is_none());
    assert_eq!(refusal(choose(world, &session, second, OWN_PIN, None).await), "not_found");
    for row in world.journal().await {
        let said = format!("{row:?}");
        assert!(!said.contains(PIN) && !said.contains(OWN_PIN), "{said}");
    }
}

async fn a_secondment_needs_an_end_and_ends(world: &World) {
    let (seat, _) = desk(world).await;
    let person = world.person("zhang.san").await;
    let by = By::Person(&world.security);
    let mut seconded = new(&seat, person);
    seconded.home_unit = "城关镇".into();
    assert_eq!(refusal(add(world, &by, &seconded).await), "operator.secondment_ends");
    seconded.until = Some(day("2021-06-30"));
    add(world, &by, &seconded).await.unwrap();
    for (on, count) in [("2021-06-30", 1), ("2021-07-01", 0)] {
        assert_eq!(operators_of(&world.db, seat.id, day(on)).await.unwrap().len(), count, "{on}");
    }
}

async fn five_wrong_pins_lock_for_five_minutes(world: &World) {
    let (seat, session) = desk(world).await;
    let person = world.person("zhang.san").await;
    let operator = add(world, &By::Person(&world.security), &new(&seat, person)).await.unwrap();
    for _ in 0..5 {
        assert_eq!(refusal(choose(world, &session, operator, "000001", None).await), "pin.wrong");
    }
    assert_eq!(refusal(choose(world, &session, operator, PIN, Some(OWN_PIN)).await), "pin.locked");
    let later = now().plus_seconds(300);
    let gate = &world.gate;
    let choosing = Choosing { operator, pin: PIN, new_pin: Some(OWN_PIN) };
    gate.choose_operator(&session, &choosing, today(), later, &mut OsChance).await.unwrap();
    assert!(world.operations().await.contains(&"operator.last_try".to_owned()));
}

async fn roles_that_exclude_each_other_do_not_meet_at_a_seat(world: &World) {
    let (seat, _) = desk(world).await;
    let by = By::Program;
    let auditor = world.person("auditor").await;
    world.grant(auditor, "audit.admin", Place::default()).await;
    assert_eq!(refusal(add(world, &by, &new(&seat, auditor)).await), "grant.excluded");
    let person = world.person("zhang.san").await;
    add(world, &by, &new(&seat, person)).await.unwrap();
    // Neither the person nor the seat gets afterwards what could not be had together.
    assert_eq!(
        refusal(world.try_grant(&by, person, "audit.admin", Place::default()).await),
        "grant.excluded"
    );
    world.grant(person, "insurer", Place::default()).await;
    let seat_role = world.try_grant(&by, seat.account, "county.regulator", county("410221")).await;
    assert_eq!(refusal(seat_role), "grant.excluded");
    let own = add(world, &By::Person(&world.security), &new(&seat, world.security.account)).await;
    assert_eq!(refusal(own), "grant.own");
}

async fn a_closed_person_works_at_no_seat(world: &World) {
    let (seat, session) = desk(world).await;
    let person = world.person("zhang.san").await;
    let operator = add(world, &By::Program, &new(&seat, person)).await.unwrap();
    choose(world, &session, operator, PIN, Some(OWN_PIN)).await.unwrap();
    assert!(at_work(world, &session).await.is_some());
    world.gate.close_account(&By::Program, person, now()).await.unwrap();
    assert!(at_work(world, &session).await.is_none());
}
