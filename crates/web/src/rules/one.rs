//! GET /rules/{id}: one rule: its condition, the records for which it fails or cannot be judged as they are now, what it
//! brought about.

use axum::extract::State;
use axum::response::Response;
use base::Language;
use engine::EngineError;
use engine::rule::effect::Effect;
use engine::rule::standing::JudgedRecord;
use judge::Missing;
use plan::pack::Rule;
use store::{StoreError, Wanted};

use super::consequence;
use crate::app::App;
use crate::build::chips;
use crate::build::frame::{frame, page};
use crate::build::list;
use crate::build::value::address;
use crate::errors::Failure;
use crate::path::Path;
use crate::text::say;
use crate::view::cell::Shown;
use crate::view::frame::Crumb;
use crate::view::table::{Table, TablePage};
use crate::visitor::SignedIn;

/// Rows of each table.
const SHOWN: u32 = 50;

/// The rule, where the reader sees its register.
///
/// # Errors
/// There is none, or none that they see.
pub(super) fn visible<'a>(app: &'a App, who: &SignedIn, name: &str) -> Result<&'a Rule, Failure> {
    let rule = app.model().rule(name).ok_or(Failure::NotFound)?;
    let register = app.model().register(rule.register()).ok_or(Failure::NotFound)?;
    if !app.engine().reads_register(who.actor(), register) {
        return Err(Failure::NotFound);
    }
    Ok(rule)
}

/// The records with this verdict; None where the rule reads what the reader may not.
///
/// # Errors
/// The database failed.
pub(super) async fn records(
    app: &App,
    who: &SignedIn,
    rule: &Rule,
    wanted: Wanted,
) -> Result<Option<Vec<JudgedRecord>>, Failure> {
    match app.engine().judged_records(who.actor(), rule.name(), wanted, SHOWN).await {
        Ok(records) => Ok(Some(records)),
        Err(EngineError::Store(StoreError::NotReadable { .. })) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn page_of_rule(
    State(app): State<App>,
    who: SignedIn,
    Path(name): Path<String>,
) -> Result<Response, Failure> {
    let l = who.visitor.language;
    let rule = visible(&app, &who, &name)?;
    let mut tables = what(&app, rule, l);
    if rule.must.is_some() {
        for (wanted, key, empty) in [
            (Wanted::Fails, "rules.failing", "rules.none_fails"),
            (Wanted::CannotBeJudged, "rules.cannot", "rules.none_cannot"),
        ] {
            let found = records(&app, &who, rule, wanted).await?;
            let rows = found.as_deref().unwrap_or_default();
            tables.push(Table {
                title: say(l, key),
                columns: ["list.code", "list.name", "list.county", "rules.why", "rules.effect"]
                    .iter()
                    .map(|key| say(l, key))
                    .collect(),
                rows: rows.iter().map(|one| row(&app, one, l)).collect(),
                empty: say(l, if found.is_some() { empty } else { "rules.not_readable" }),
                folded: false,
            });
        }
    }
    let effects = app.engine().rule_effects(who.actor(), rule.name(), SHOWN).await?;
    tables.push(Table {
        title: say(l, "rules.brought_about"),
        columns: ["list.code", "list.name", "rules.effect", "rules.failed_since", "rules.held_again"]
            .iter()
            .map(|key| say(l, key))
            .collect(),
        rows: effects.iter().map(|effect| effect_row(effect, l)).collect(),
        empty: say(l, "rules.nothing_yet"),
        folded: false,
    });
    let heading = rule.title.in_language(l).to_owned();
    let mut f = frame(&app, &who, &heading);
    f.crumbs.push(Crumb { title: say(l, "rules.title"), href: "/rules".into() });
    page(&TablePage {
        f,
        heading,
        about: rule.about.as_ref().map(|a| a.in_language(l).to_owned()).unwrap_or_default(),
        actions: Vec::new(),
        bars: Vec::new(),
        tables,
        forms: Vec::new(),
    })
}

/// What the rule says.
fn what(app: &App, rule: &Rule, l: Language) -> Vec<Table> {
    let register = app.model().register(rule.register());
    let line = |key: &str, value: Shown| vec![Shown::text(say(l, key)), value];
    let condition = |text: &Option<toml::Spanned<String>>| {
        text.as_ref().map_or(Shown::Nothing, |text| Shown::Source(text.get_ref().trim().to_owned()))
    };
    let day = |day: Option<base::Day>| day.map_or(Shown::Nothing, |day| Shown::Whole(day.to_string()));
    let rows = vec![
        line(
            "rules.on",
            register.map_or(Shown::Nothing, |r| Shown::Link {
                href: format!("/r/{}", r.name()),
                text: r.title.in_language(l).to_owned(),
            }),
        ),
        line("rules.clauses", Shown::clauses(chips(app.model(), l, &rule.clauses))),
        line("rules.since", day(rule.begins(app.model()))),
        line("rules.until", day(rule.until)),
        line("rules.else", Shown::text(consequence(rule.otherwise.kind(), l))),
        line("rules.words", Shown::text(rule.words().in_language(l))),
        line(
            "rules.open_number",
            rule.open_number.as_ref().map_or(Shown::Nothing, |text| Shown::text(text.in_language(l))),
        ),
    ];
    let conditions = vec![
        line("rules.when", condition(&rule.when)),
        line("rules.must", condition(&rule.must)),
        line("rules.change", condition(&rule.change)),
    ];
    let said = |rows: Vec<Vec<Shown>>| -> Vec<Vec<Shown>> {
        rows.into_iter().filter(|row| row.last() != Some(&Shown::Nothing)).collect()
    };
    let columns = || vec![say(l, "rules.what"), say(l, "rules.says")];
    let plain = Table { columns: columns(), rows: said(rows), ..Table::default() };
    // In the language of conditions: for those who want to check it to the letter.
    let exact = Table {
        title: say(l, "rules.exact"),
        columns: columns(),
        rows: said(conditions),
        folded: true,
        ..Table::default()
    };
    if exact.rows.is_empty() { vec![plain] } else { vec![plain, exact] }
}

fn row(app: &App, one: &JudgedRecord, l: Language) -> Vec<Shown> {
    let record = &one.record;
    let county = app.model().region(&record.place.county);
    let why: Vec<String> = one.missing.iter().map(|missing| missing_words(app, missing, l)).collect();
    vec![
        Shown::Link { href: address(&record.register, record.id), text: record.code.clone() },
        Shown::text(&record.title),
        county.map_or(Shown::Nothing, |r| Shown::text(r.title.in_language(l))),
        Shown::text(why.join(if l == Language::Chinese { "、" } else { ", " })),
        one.effect.as_ref().map_or(Shown::Nothing, |effect| made(effect, l)),
    ]
}

/// What is missing, in words.
pub(super) fn missing_words(app: &App, missing: &Missing, l: Language) -> String {
    let named = |register: &str, field: &str| {
        let register = app.model().register(register);
        register.map_or_else(
            || field.to_owned(),
            |r| format!("{}.{}", r.title.in_language(l), list::label(r, field, l)),
        )
    };
    match missing {
        Missing::Field { register, field, .. } | Missing::Record { register, field, .. } => {
            named(register, field)
        }
        Missing::Value(value) => value.clone(),
        Missing::DivisionByZero => say(l, "rules.by_zero"),
        Missing::OutOfBounds => say(l, "rules.out_of_bounds"),
    }
}

/// What was brought about, with the way to it.
fn made(effect: &Effect, l: Language) -> Shown {
    let word = kind_word(&effect.kind, l);
    if effect.made.is_nil() || effect.made_register.is_empty() {
        return Shown::text(word);
    }
    Shown::Link { href: address(&effect.made_register, effect.made), text: word }
}

/// What was done, in a word.
pub(super) fn kind_word(kind: &str, l: Language) -> String {
    say(
        l,
        match kind {
            "warn" => "rules.did_warn",
            "open" => "rules.did_open",
            "notify" => "rules.did_notify",
            _ => "rules.did_propose",
        },
    )
}

fn effect_row(effect: &Effect, l: Language) -> Vec<Shown> {
    vec![
        Shown::Link { href: address(&effect.register, effect.record), text: effect.code.clone() },
        Shown::text(&effect.title),
        made(effect, l),
        Shown::Whole(effect.since.local()),
        if effect.stands() { Shown::Nothing } else { Shown::Whole(effect.until.local()) },
    ]
}
