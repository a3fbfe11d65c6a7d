//! Sessions: tokens, sliding time, ending them, closed accounts.

use city::By;

use crate::world::{PASSWORD, World, now, refusal};

on_both_engines! {
    a_strangers_token_opens_nothing
    a_session_slides_for_half_an_hour_and_ends_after_twelve
    an_ended_session_is_over_at_once
    somebody_elses_session_is_not_found
    closing_an_account_ends_its_sessions
    another_process_follows_within_seconds
    tidying_removes_only_what_is_over
}

async fn a_strangers_token_opens_nothing(world: &World) {
    world.person("zhang.san").await;
    let signed = world.enter("zhang.san", PASSWORD, now()).await.unwrap();
    let hash = signed.token.hash();
    let mut other = signed.token.reveal().to_owned();
    let last = if other.ends_with('A') { 'E' } else { 'A' };
    other.pop();
    other.push(last);
    for token in ["", "x", hash.as_str(), other.as_str(), "' OR 1=1 --", "\0"] {
        assert_eq!(world.gate.session(token, now()).await.unwrap(), None, "{token}");
    }
    assert!(world.gate.session(signed.token.reveal(), now()).await.unwrap().is_some());
}

async fn a_session_slides_for_half_an_hour_and_ends_after_twelve(world: &World) {
    world.person("zhang.san").await;
    let signed = world.enter("zhang.san", PASSWORD, now()).await.unwrap();
    let idle = world.enter("zhang.san", PASSWORD, now()).await.unwrap();
    let minute = |minutes: i64| now().plus_seconds(minutes * 60);
    for at in (0..720).step_by(29) {
        assert!(world.gate.session(signed.token.reveal(), minute(at)).await.unwrap().is_some(), "{at}");
    }
    assert_eq!(world.gate.session(signed.token.reveal(), minute(720)).await.unwrap(), None);
    assert!(world.gate.session(idle.token.reveal(), minute(29)).await.unwrap().is_some());
    assert_eq!(world.gate.session(idle.token.reveal(), minute(59)).await.unwrap(), None);
    // Also for a process that remembers nothing: what was seen is stored.
    let third = world.enter("zhang.san", PASSWORD, now()).await.unwrap();
    world.gate.session(third.token.reveal(), minute(20)).await.unwrap().unwrap();
    assert!(world.another_process().session(third.token.reveal(), minute(45)).await.unwrap().is_some());
}

async fn an_ended_session_is_over_at_once(world: &World) {
    let id = world.person("zhang.san").await;
    let actor = world.actor(id).await;
    let mut tokens = Vec::new();
    for _ in 0..4 {
        let signed = world.enter("zhang.san", PASSWORD, now()).await.unwrap();
        world.gate.session(signed.token.reveal(), now()).await.unwrap().unwrap();
        tokens.push(signed);
    }
    assert_eq!(world.gate.sessions_of(id, now()).await.unwrap().len(), 4);
    world.gate.sign_out(tokens[0].token.reveal(), now()).await.unwrap();
    world.gate.sign_out(tokens[0].token.reveal(), now()).await.unwrap();
    world.gate.end_session(&By::Person(&actor), tokens[1].session.id, now()).await.unwrap();
    let live = async |n: usize| world.gate.session(tokens[n].token.reveal(), now()).await.unwrap().is_some();
    assert_eq!([live(0).await, live(1).await, live(2).await, live(3).await], [false, false, true, true]);
    world.gate.end_all_sessions(&By::Person(&actor), id, Some(tokens[3].session.id), now()).await.unwrap();
    assert_eq!([live(2).await, live(3).await], [false, true]);
    assert_eq!(world.gate.sessions_of(id, now()).await.unwrap().len(), 1);
}

async fn somebody_elses_session_is_not_found(world: &World) {
    world.person("zhang.san").await;
    let other = world.person("li.si").await;
    let other = world.actor(other).await;
    let signed = world.enter("zhang.san", PASSWORD, now()).await.unwrap();
    let gate = &world.gate;
    assert_eq!(refusal(gate.end_session(&By::Person(&other), signed.session.id, now()).await), "not_found");
    let all = gate.end_all_sessions(&By::Person(&other), signed.session.account, None, now()).await;
    assert_eq!(refusal(all), "account.not_system_admin");
    assert!(gate.session(signed.token.reveal(), now()).await.unwrap().is_some());
    gate.end_session(&By::Person(&world.system), signed.session.id, now()).await.unwrap();
    assert_eq!(gate.session(signed.token.reveal(), now()).await.unwrap(), None);
}

async fn closing_an_account_ends_its_sessions(world: &World) {
    let id = world.person("zhang.san").await;
    let signed = world.enter("zhang.san", PASSWORD, now()).await.unwrap();
    let gate = &world.gate;
    gate.session(signed.token.reveal(), now()).await.unwrap().unwrap();
    assert_eq!(
        refusal(gate.close_account(&By::Person(&world.security), id, now()).await),
        "account.not_system_admin"
    );
    gate.close_account(&By::Person(&world.system), id, now()).await.unwrap();
    assert_eq!(gate.session(signed.token.reveal(), now()).await.unwrap(), None);
    assert!(gate.sessions_of(id, now()).await.unwrap().is_empty());
    assert!(world.enter("zhang.san", PASSWORD, now()).await.is_err());
    assert_eq!(refusal(gate.close_account(&By::Person(&world.system), id, now()).await), "account.closed");
    assert_eq!(
        city::grants::actor(&world.db, &world.roles, id, crate::world::today()).await.unwrap().map(|_| ()),
        None
    );
}

async fn another_process_follows_within_seconds(world: &World) {
    world.person("zhang.san").await;
    let signed = world.enter("zhang.san", PASSWORD, now()).await.unwrap();
    let other = world.another_process();
    other.session(signed.token.reveal(), now()).await.unwrap().unwrap();
    world.gate.sign_out(signed.token.reveal(), now()).await.unwrap();
    assert_eq!(other.session(signed.token.reveal(), now().plus_seconds(10)).await.unwrap(), None);
}

async fn tidying_removes_only_what_is_over(world: &World) {
    world.person("zhang.san").await;
    let old = world.enter("zhang.san", PASSWORD, now()).await.unwrap();
    let _ = world.enter("zhang.san", "wrong password", now()).await;
    let later = now().plus_hours(6);
    let fresh = world.enter("zhang.san", PASSWORD, later).await.unwrap();
    assert_eq!(world.gate.tidy(later).await.unwrap(), 1);
    assert_eq!(world.another_process().session(old.token.reveal(), now()).await.unwrap(), None);
    assert!(world.another_process().session(fresh.token.reveal(), later).await.unwrap().is_some());
}
