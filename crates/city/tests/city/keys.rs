//! Keys of the JSON interface.

use base::{Id, OsChance};
use city::{By, Place, Presence};

use crate::world::{PASSWORD, World, county, now, refusal, today};

on_both_engines! {
    a_key_acts_as_its_account_until_it_is_revoked
    a_key_ends_by_itself_and_with_its_account
    keys_are_made_for_oneself_or_by_a_system_administrator
}

async fn a_key_acts_as_its_account_until_it_is_revoked(world: &World) {
    let id = world.person("connector").await;
    world.grant(id, "county.regulator", county("410221")).await;
    let actor = world.actor(id).await;
    let (gate, by) = (&world.gate, By::Person(&actor));
    let (key, written) = gate
        .create_api_key(&by, id, "daily figures", now().plus_hours(24), now(), &mut OsChance)
        .await
        .unwrap();
    let text = written.reveal().to_owned();
    assert!(text.starts_with(&format!("anlan_{key}_")) && city::api_keys::looks_like_key(&text));
    let found = gate.api_key(&text, now()).await.unwrap().unwrap();
    let presence =
        gate.presence_of(found.account, None, &world.roles, today(), now()).await.unwrap().unwrap();
    assert!(matches!(&*presence, Presence::Acting(actor) if actor.has_role("county.regulator")));
    for wrong in [format!("anlan_{key}_"), format!("{text}x"), format!("anlan_{}_x", Id::NIL), String::new()]
    {
        assert_eq!(gate.api_key(&wrong, now()).await.unwrap(), None, "{wrong}");
    }
    assert_eq!(gate.api_keys_of(id).await.unwrap()[0].used_at, Some(now()));
    let other = world.actor(world.person("stranger").await).await;
    assert_eq!(refusal(gate.revoke_api_key(&By::Person(&other), key, now()).await), "not_found");
    gate.revoke_api_key(&by, key, now()).await.unwrap();
    assert_eq!(gate.api_key(&text, now()).await.unwrap(), None);
    assert_eq!(refusal(gate.revoke_api_key(&by, key, now()).await), "not_found");
}

async fn a_key_ends_by_itself_and_with_its_account(world: &World) {
    let id = world.person("connector").await;
    let gate = &world.gate;
    let end = now().plus_hours(1);
    let (_, key) = gate.create_api_key(&By::Program, id, "x", end, now(), &mut OsChance).await.unwrap();
    let last = base::Instant(end.0 - 1);
    assert!(gate.api_key(key.reveal(), last).await.unwrap().is_some());
    assert_eq!(gate.api_key(key.reveal(), end).await.unwrap(), None);
    assert!(gate.api_key(key.reveal(), now()).await.unwrap().is_some());
    gate.close_account(&By::Program, id, now()).await.unwrap();
    assert_eq!(gate.api_key(key.reveal(), now()).await.unwrap(), None);
}

async fn keys_are_made_for_oneself_or_by_a_system_administrator(world: &World) {
    let id = world.person("connector").await;
    let other = world.actor(world.person("stranger").await).await;
    let gate = &world.gate;
    let make = async |by: &By<'_>, account, title: &str, hours| {
        gate.create_api_key(by, account, title, now().plus_hours(hours), now(), &mut OsChance)
            .await
            .map(|_| ())
    };
    assert_eq!(refusal(make(&By::Person(&other), id, "x", 1).await), "account.not_system_admin");
    let by = By::Person(&world.system);
    assert_eq!(refusal(make(&by, id, " ", 1).await), "api_key.title");
    assert_eq!(refusal(make(&by, id, "x", 0).await), "api_key.expiry");
    assert_eq!(refusal(make(&by, id, "x", 24 * 367).await), "api_key.expiry");
    make(&by, id, "x", 24 * 366).await.unwrap();
    let seat = gate.create_seat(&by, "值班席", "desk", PASSWORD, now(), &mut OsChance).await.unwrap();
    world.grant(seat.account, "county.office", Place::default()).await;
    assert_eq!(refusal(make(&by, seat.account, "x", 1).await), "api_key.seat");
}
