//! Signing in: passwords, locks, time codes, and what the journal may say of them.

use std::time::Duration;

use base::{OsChance, Stopwatch};
use city::sign_in::SignInError;
use city::{By, totp};

use crate::world::{FIRST, PASSWORD, World, attempt, now, refusal};

on_both_engines! {
    the_right_password_opens_a_session_and_the_wrong_one_does_not
    no_answer_tells_whether_an_account_exists
    an_unknown_name_takes_as_long_as_a_known_one
    the_fifth_failure_locks_for_a_quarter_of_an_hour
    a_success_ends_the_count
    many_guesses_at_the_same_time_get_no_more_than_five
    an_address_that_tries_many_names_is_locked
    a_first_password_must_be_changed
    time_codes_are_asked_for_and_taken_once
    the_journal_never_holds_a_secret
}

async fn the_right_password_opens_a_session_and_the_wrong_one_does_not(world: &World) {
    let account = world.person("zhang.san").await;
    assert!(matches!(world.enter("zhang.san", "wrong password", now()).await, Err(SignInError::Wrong)));
    let signed = world.enter(" ＺＨＡＮＧ.san ", PASSWORD, now()).await.unwrap();
    assert_eq!(signed.session.account, account);
    let found = world.gate.session(signed.token.reveal(), now()).await.unwrap().unwrap();
    assert_eq!(found, signed.session);
    assert_eq!((found.address.as_str(), found.agent.as_str()), ("10.0.0.8", "test browser"));
}

async fn no_answer_tells_whether_an_account_exists(world: &World) {
    world.person("known").await;
    for name in ["known", "unknown", "", "two words", "\0"] {
        for failure in 1..=5 {
            let answer = world.enter(name, "wrong password", now()).await.map(|_| ()).unwrap_err();
            assert_eq!(answer.to_string(), "name or password is wrong", "{name} {failure}");
        }
        let locked = world.enter(name, "wrong password", now()).await;
        assert!(matches!(locked, Err(SignInError::Locked { .. })), "{name}");
        // Also the address counts; a day later only the next name's failures are there.
        world.gate.tidy(now().plus_hours(24)).await.unwrap();
    }
}

async fn an_unknown_name_takes_as_long_as_a_known_one(world: &World) {
    world.person("known").await;
    let gate = world.costly_gate();
    gate.set_password_by_program("known", FIRST, now(), &mut OsChance).await.unwrap();
    let mut shortest = [Duration::MAX; 2];
    for round in 0..4 {
        for (which, name) in ["known", "unknown"].into_iter().enumerate() {
            let watch = Stopwatch::start();
            let at = now().plus_hours(round);
            let answer = gate.sign_in(&attempt(name, "wrong password", None), at, &mut OsChance).await;
            assert!(matches!(answer, Err(SignInError::Wrong)));
            shortest[which] = shortest[which].min(watch.elapsed());
        }
    }
    println!("known {:?}, unknown {:?}", shortest[0], shortest[1]);
    // Without the check of the decoy it would be a tenth.
    assert!(shortest[1] * 2 > shortest[0] && shortest[0] * 2 > shortest[1], "{shortest:?}");
}

async fn the_fifth_failure_locks_for_a_quarter_of_an_hour(world: &World) {
    world.person("li.si").await;
    let minute = |minutes: i64| now().plus_seconds(minutes * 60);
    for at in 0..5 {
        assert!(matches!(world.enter("li.si", "wrong password", minute(at)).await, Err(SignInError::Wrong)));
    }
    for at in [4, 10, 18] {
        match world.enter("li.si", PASSWORD, minute(at)).await {
            Err(SignInError::Locked { until }) => assert_eq!(until, minute(19)),
            other => panic!("locked was expected: {other:?}"),
        }
    }
    assert_eq!(world.operations().await.iter().filter(|o| *o == "account.locked").count(), 1);
    world.enter("li.si", PASSWORD, minute(19)).await.unwrap();
}

async fn a_success_ends_the_count(world: &World) {
    world.person("wang.wu").await;
    for _ in 0..3 {
        for _ in 0..4 {
            assert!(matches!(world.enter("wang.wu", "wrong password", now()).await, Err(SignInError::Wrong)));
        }
        world.enter("wang.wu", PASSWORD, now()).await.unwrap();
    }
}

async fn many_guesses_at_the_same_time_get_no_more_than_five(world: &World) {
    world.person("zhao.liu").await;
    let other = world.another_process();
    let mut guesses = Vec::new();
    for n in 0..20 {
        let gate = if n % 2 == 0 { &world.gate } else { &other };
        guesses.push(async move {
            let guess = format!("guess number {n}");
            gate.sign_in(&attempt("zhao.liu", &guess, None), now(), &mut OsChance).await.map(|_| ())
        });
    }
    let answers = futures_util::future::join_all(guesses).await;
    let checked = answers.iter().filter(|a| matches!(a, Err(SignInError::Wrong))).count();
    let locked = answers.iter().filter(|a| matches!(a, Err(SignInError::Locked { .. }))).count();
    assert!(checked <= 5, "{checked} guesses were checked");
    assert_eq!(checked + locked, 20);
}

async fn an_address_that_tries_many_names_is_locked(world: &World) {
    world.person("sun.qi").await;
    for n in 0..12 {
        let name = format!("name{n}");
        assert!(matches!(world.enter(&name, "wrong password", now()).await, Err(SignInError::Wrong)), "{n}");
    }
    assert!(matches!(world.enter("sun.qi", PASSWORD, now()).await, Err(SignInError::Locked { .. })));
    let elsewhere = city::sign_in::Attempt { address: "10.0.0.9", ..attempt("sun.qi", PASSWORD, None) };
    world.gate.sign_in(&elsewhere, now(), &mut OsChance).await.unwrap();
    // A success elsewhere does not free the address, and an hour does.
    assert!(matches!(world.enter("sun.qi", PASSWORD, now()).await, Err(SignInError::Locked { .. })));
    world.enter("sun.qi", PASSWORD, now().plus_hours(1)).await.unwrap();
}

async fn a_first_password_must_be_changed(world: &World) {
    let new =
        city::accounts::NewAccount { name: "new.one".into(), display: "新人".into(), ..Default::default() };
    let by = By::Person(&world.system);
    let weak = world.gate.create_account(&by, &new, Some("new.one2026"), now(), &mut OsChance).await;
    assert_eq!(refusal(weak), "password.is_name");
    let id = world.gate.create_account(&by, &new, Some(FIRST), now(), &mut OsChance).await.unwrap();
    let signed = world.enter("new.one", FIRST, now()).await.unwrap();
    assert!(signed.session.must_change_password);
    let second = world.enter("new.one", FIRST, now()).await.unwrap();
    let actor = world.actor(id).await;
    let change = async |old: &str, new: &str| {
        world.gate.change_password(&actor, signed.session.id, old, new, now(), &mut OsChance).await
    };
    assert_eq!(refusal(change(FIRST, FIRST).await), "password.unchanged");
    assert_eq!(refusal(change("wrong password", PASSWORD).await), "password.wrong");
    change(FIRST, PASSWORD).await.unwrap();
    let own = world.gate.session(signed.token.reveal(), now()).await.unwrap().unwrap();
    assert!(!own.must_change_password);
    assert_eq!(world.gate.session(second.token.reveal(), now()).await.unwrap(), None);
    assert!(matches!(world.enter("new.one", FIRST, now()).await, Err(SignInError::Wrong)));
    world.enter("new.one", PASSWORD, now()).await.unwrap();
}

async fn time_codes_are_asked_for_and_taken_once(world: &World) {
    let id = world.person("codes").await;
    let actor = world.actor(id).await;
    let gate = &world.gate;
    assert_eq!(refusal(gate.confirm_codes(&actor, "123456", now()).await), "codes.not_enrolled");
    let wrong = gate.enrol_codes(&actor, "wrong password", now(), &mut OsChance).await;
    assert_eq!(refusal(wrong), "password.wrong");
    let enrolment = gate.enrol_codes(&actor, PASSWORD, now(), &mut OsChance).await.unwrap();
    let secret = base32_decoded(enrolment.secret.reveal());
    assert!(enrolment.address.reveal().contains(enrolment.secret.reveal()));
    // Not confirmed yet: the password alone still opens.
    world.enter("codes", PASSWORD, now()).await.unwrap();
    gate.confirm_codes(&actor, &totp::code_at(&secret, now()), now()).await.unwrap();
    assert!(matches!(world.enter("codes", PASSWORD, now()).await, Err(SignInError::CodeWanted)));
    let later = now().plus_seconds(60);
    let code = totp::code_at(&secret, later);
    let enter =
        async |code: &str, at| gate.sign_in(&attempt("codes", PASSWORD, Some(code)), at, &mut OsChance).await;
    assert!(
        matches!(enter(&totp::code_at(&secret, now()), now()).await, Err(SignInError::CodeWrong)),
        "used already"
    );
    enter(&code, later).await.unwrap();
    assert!(matches!(enter(&code, later).await, Err(SignInError::CodeWrong)), "a code works once");
    assert_eq!(refusal(gate.enrol_codes(&actor, PASSWORD, later, &mut OsChance).await), "codes.in_use");
    gate.remove_codes_of(&By::Person(&world.system), id, &world.roles, later).await.unwrap();
    world.enter("codes", PASSWORD, later).await.unwrap();
}

async fn the_journal_never_holds_a_secret(world: &World) {
    let id = world.person("secretive").await;
    let actor = world.actor(id).await;
    let gate = &world.gate;
    let enrolment = gate.enrol_codes(&actor, PASSWORD, now(), &mut OsChance).await.unwrap();
    let secret = base32_decoded(enrolment.secret.reveal());
    let signed = world.enter("secretive", PASSWORD, now()).await.unwrap();
    gate.change_password(&actor, signed.session.id, PASSWORD, FIRST, now(), &mut OsChance).await.unwrap();
    gate.confirm_codes(&actor, &totp::code_at(&secret, now()), now()).await.unwrap();
    let by = By::Person(&actor);
    let (_, key) =
        gate.create_api_key(&by, id, "test", now().plus_hours(1), now(), &mut OsChance).await.unwrap();
    let row = city::accounts::account(&world.db, id).await.unwrap().unwrap();
    gate.rename_account(&by, id, row.version, "新名", "13911112222", now()).await.unwrap();
    let _ = world.enter("secretive", "wrong password", now()).await;
    let key_secret = key.reveal().splitn(3, '_').nth(2).unwrap().to_owned();
    let hex: String = secret.iter().map(|b| format!("{b:02x}")).collect();
    let secrets = [
        PASSWORD,
        FIRST,
        "wrong password",
        enrolment.secret.reveal(),
        &hex,
        signed.token.reveal(),
        &signed.token.hash(),
        &key_secret,
        "argon2",
        "13800000000",
        "13911112222",
    ];
    let journal = world.journal().await;
    assert!(journal.len() >= 10);
    for row in journal {
        let said = format!("{row:?}");
        for secret in secrets {
            assert!(!said.contains(secret), "{secret} stands in {said}");
        }
    }
}

fn base32_decoded(text: &str) -> Vec<u8> {
    let bits: Vec<u8> = text
        .bytes()
        .map(|c| if c.is_ascii_uppercase() { c - b'A' } else { c - b'2' + 26 })
        .flat_map(|value| (0..5).rev().map(move |place| (value >> place) & 1))
        .collect();
    bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |all, bit| (all << 1) | bit)).collect()
}
