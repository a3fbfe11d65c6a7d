//! Who creates, changes, resets, closes and sees accounts.

use base::OsChance;
use city::accounts::{self, AccountState, NewAccount};
use city::{Actor, By, CityError, Place};

use crate::world::{FIRST, PASSWORD, World, county, now, refusal};

on_both_engines! {
    only_a_system_administrator_creates_accounts
    a_name_is_taken_whatever_its_case
    a_change_of_an_older_state_is_a_conflict
    an_administrator_of_a_county_leaves_the_citys_accounts_alone
    no_administrator_becomes_another_one_by_resetting_a_password
    names_are_found_and_listed
    administrators_see_the_accounts_of_their_area_and_nobody_else_does
}

async fn only_a_system_administrator_creates_accounts(world: &World) {
    let new = NewAccount { name: "x".into(), display: " ".into(), phone: "ask".into(), unit: None };
    for actor in [&world.security, &world.actor(world.person("anybody").await).await] {
        let answer = world.gate.create_account(&By::Person(actor), &new, None, now(), &mut OsChance).await;
        assert_eq!(refusal(answer), "account.not_system_admin");
    }
    let by = By::Person(&world.system);
    let answer = world.gate.create_account(&by, &new, Some("short"), now(), &mut OsChance).await;
    let Err(CityError::Invalid(problems)) = answer else { panic!("invalid was expected: {answer:?}") };
    let codes: Vec<&str> = problems.0.iter().map(|p| p.code).collect();
    let expected =
        ["password.too_short", "account.display_length", "account.phone_invalid", "account.name_invalid"];
    assert_eq!(codes, expected);
}

async fn a_name_is_taken_whatever_its_case(world: &World) {
    world.person("zhang.san").await;
    let new =
        NewAccount { name: "ＺＨＡＮＧ.San".into(), display: "另一位".into(), ..Default::default() };
    let answer = world.gate.create_account(&By::Program, &new, Some(FIRST), now(), &mut OsChance).await;
    assert_eq!(refusal(answer), "account.name_taken");
}

async fn a_change_of_an_older_state_is_a_conflict(world: &World) {
    let id = world.person("zhang.san").await;
    let actor = world.actor(id).await;
    let by = By::Person(&actor);
    let read = accounts::account(&world.db, id).await.unwrap().unwrap();
    world.gate.rename_account(&by, id, read.version, "张三", "", now()).await.unwrap();
    let again = world.gate.rename_account(&by, id, read.version, "李四", "", now()).await;
    assert!(matches!(again, Err(CityError::Conflict)), "{again:?}");
    let other = world.actor(world.person("li.si").await).await;
    let foreign =
        world.gate.rename_account(&By::Person(&other), id, read.version + 1, "王五", "", now()).await;
    assert_eq!(refusal(foreign), "account.not_system_admin");
    assert_eq!(accounts::account(&world.db, id).await.unwrap().unwrap().display, "张三");
}

async fn an_administrator_of_a_county_leaves_the_citys_accounts_alone(world: &World) {
    let of_county = world.person("county.sys").await;
    world.grant(of_county, "system.admin", county("410221")).await;
    let of_county = world.actor(of_county).await;
    let by = By::Person(&of_county);
    let (inside, outside, city) =
        (world.person("in").await, world.person("out").await, world.person("city").await);
    world.grant(inside, "county.regulator", county("410221")).await;
    world.grant(outside, "county.regulator", county("410222")).await;
    world.grant(city, "county.office", Place::default()).await;
    assert_eq!(refusal(world.gate.close_account(&by, outside, now()).await), "not_found");
    assert_eq!(refusal(world.gate.close_account(&by, city, now()).await), "not_found");
    assert_eq!(refusal(world.gate.close_account(&by, of_county.account, now()).await), "account.own");
    world.gate.close_account(&by, inside, now()).await.unwrap();
}

async fn no_administrator_becomes_another_one_by_resetting_a_password(world: &World) {
    let by = By::Person(&world.system);
    let security = world.security.account;
    let reset = world.gate.reset_password(&by, security, FIRST, &world.roles, now(), &mut OsChance).await;
    assert_eq!(refusal(reset), "account.administrator_secret");
    let codes = world.gate.remove_codes_of(&by, security, &world.roles, now()).await;
    assert_eq!(refusal(codes), "account.administrator_secret");
    let id = world.person("forgetful").await;
    let signed = world.enter("forgetful", PASSWORD, now()).await.unwrap();
    world.gate.reset_password(&by, id, FIRST, &world.roles, now(), &mut OsChance).await.unwrap();
    assert_eq!(world.gate.session(signed.token.reveal(), now()).await.unwrap(), None);
    assert!(world.enter("forgetful", PASSWORD, now()).await.is_err());
    assert!(world.enter("forgetful", FIRST, now()).await.unwrap().session.must_change_password);
    world.gate.set_password_by_program("SecAdmin", FIRST, now(), &mut OsChance).await.unwrap();
    assert!(!world.enter("secadmin", FIRST, now()).await.unwrap().session.must_change_password);
}

async fn names_are_found_and_listed(world: &World) {
    let mut ids = Vec::new();
    for n in 0..7 {
        ids.push(world.person(&format!("list{n}")).await);
    }
    world.gate.close_account(&By::Program, ids[6], now()).await.unwrap();
    let names = accounts::display_names(&world.db, &ids).await.unwrap();
    assert_eq!(names.len(), 7);
    assert_eq!(names[&ids[6]], "list6 甲");
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let active = Some(AccountState::Active);
        let page = accounts::list(&world.db, "LIST", active, after.as_ref(), 4).await.unwrap();
        seen.extend(page.iter().map(|a| a.name.clone()));
        if page.len() < 4 {
            break;
        }
        after = page.last().cloned();
    }
    assert_eq!(seen, ["list0", "list1", "list2", "list3", "list4", "list5"]);
    assert!(accounts::account_named(&world.db, "LIST3").await.unwrap().is_some());
    assert!(accounts::account_named(&world.db, "no such").await.unwrap().is_none());
}

async fn administrators_see_the_accounts_of_their_area_and_nobody_else_does(world: &World) {
    let (inside, outside) = (world.person("seen.in").await, world.person("seen.out").await);
    world.grant(inside, "county.regulator", county("410221")).await;
    world.grant(outside, "county.regulator", county("410222")).await;
    world.person("seen.new").await;
    let admin = world.person("county.sec").await;
    world.grant(admin, "security.admin", county("410221")).await;
    let (admin, plain) = (world.actor(admin).await, world.actor(inside).await);
    let gate = &world.gate;
    let names = async |actor: &Actor, limit: u32| {
        let mut names = Vec::new();
        let mut next = None;
        loop {
            let by = By::Person(actor);
            let page = gate.accounts_for(&by, "seen", None, next.as_ref(), limit).await.unwrap();
            names.extend(page.accounts.iter().map(|a| (a.name.clone(), a.phone.is_empty())));
            next = page.next;
            if next.is_none() {
                return names;
            }
        }
    };
    let expect = |names: &[&str], hidden: bool| -> Vec<(String, bool)> {
        names.iter().map(|name| ((*name).to_owned(), hidden)).collect()
    };
    for limit in [1, 2, 50] {
        assert_eq!(names(&admin, limit).await, expect(&["seen.in", "seen.new"], true), "{limit}");
        assert_eq!(
            names(&world.system, limit).await,
            expect(&["seen.in", "seen.new", "seen.out"], false),
            "{limit}"
        );
    }
    let listed = gate.accounts_for(&By::Person(&plain), "", None, None, 50).await;
    assert_eq!(refusal(listed), "account.not_administrator");
    assert_eq!(gate.account_for(&By::Person(&plain), inside).await.unwrap().phone, "13800000000");
    for (actor, id) in [(&plain, outside), (&admin, outside), (&plain, world.system.account)] {
        assert_eq!(refusal(gate.account_for(&By::Person(actor), id).await), "not_found");
    }
}
