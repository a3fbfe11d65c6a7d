//! Registers made from templates: what they take, what they keep, and what is refused.

use std::path::{Path, PathBuf};

use plan::pack::{FieldKind, Model, Register, Source, load_folder, load_sources};

/// A pack with one more register, behind the core pack.
fn with(text: &str) -> Result<Model, String> {
    let core = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/core");
    let mut sources: Vec<Source> = load_folder(&core).unwrap();
    let own = vec![("own.toml".to_owned(), PathBuf::from("own.toml"), text.to_owned())];
    sources.extend(load_sources(own).map_err(|faults| faults.to_string())?);
    Model::from_sources(&sources).map_err(|faults| faults.to_string())
}

fn register(keys: &str) -> String {
    format!(
        "[[register]]\nid = \"committee_meeting\"\ntitle = {{ zh = \"安委会会议\", en = \"Committee meeting\" }}\n\
         about = {{ zh = \"甲\", en = \"A\" }}\narea = \"registers\"\nkeeper = [\"enterprise.safety_manager\"]\n\
         code = \"AH-{{county}}-{{seq}}\"\n{keys}\n"
    )
}

const ENTERPRISE: &str = "field = [\n{ id = \"enterprise\", title = { zh = \"企业\", en = \"Enterprise\" }, kind = \"reference\", to = \"enterprise\", required = true },\n\
    { id = \"quorum\", title = { zh = \"法定人数\", en = \"Quorum\" }, kind = \"yes_no\" } ]";

fn names(register: &Register) -> Vec<&str> {
    register.fields.iter().map(plan::pack::Field::name).collect()
}

#[test]
fn every_template_of_the_core_pack_makes_a_register() {
    let templates = with("").unwrap().templates;
    let wanted = [
        "agreement",
        "device",
        "document",
        "drill",
        "inspection_list",
        "ledger",
        "meeting",
        "project",
        "session",
        "site",
        "statistic",
        "unit_list",
    ];
    assert_eq!(templates.keys().map(String::as_str).collect::<Vec<_>>(), wanted);
    for id in wanted {
        let model = with(&register(&format!(
            "extend = \"{id}\"\nscope = {{ reference = \"enterprise\" }}\n{ENTERPRISE}"
        )))
        .unwrap_or_else(|faults| panic!("{id}: {faults}"));
        let made = model.register("committee_meeting").unwrap();
        assert_eq!(made.title_from, "name");
        assert!(made.fields.len() >= 6, "{id} has too few fields to be checked");
        assert!(
            made.list.len() >= 4 && made.list.get(1).is_some_and(|c| c == "enterprise"),
            "{id}: {:?}",
            made.list
        );
        assert!(!made.filters.is_empty() && !made.search.is_empty());
    }
}

#[test]
fn the_register_keeps_its_own_and_takes_the_rest() {
    let keys = format!(
        "extend = \"meeting\"\nwithout = [\"kind\", \"topics\"]\ntitle_from = \"title\"\nlist = [\"code\", \"held_on\"]\n\
         scope = {{ reference = \"enterprise\" }}\n{}",
        ENTERPRISE.replace(
            "} ]",
            "},\n{ id = \"chair\", title = { zh = \"主任\", en = \"Director\" }, kind = \"text\", required = true, max = 20 } ]"
        )
    );
    let model = with(&register(&keys)).unwrap();
    let made = model.register("committee_meeting").unwrap();
    assert_eq!(
        names(made),
        [
            "enterprise",
            "held_on",
            "name",
            "chair",
            "attendees",
            "attendee_count",
            "decisions",
            "minutes",
            "photos",
            "quorum"
        ]
    );
    assert_eq!(made.list, ["code", "held_on"]);
    assert_eq!(made.filters, ["enterprise", "sector", "county", "held_on"]);
    assert_eq!(made.search, ["name", "decisions"]);
    assert!(made.field("chair").unwrap().required, "the register's own field stands in the template's place");
    assert!(made.field("held_on").unwrap().required);
    assert_eq!(made.field("minutes").unwrap().kind, FieldKind::File);
}

#[test]
fn a_register_of_a_place_or_of_cases_fits_its_template() {
    let county =
        "field = [ { id = \"county\", title = { zh = \"县区\", en = \"County\" }, kind = \"county\" } ]";
    let keys = format!("extend = \"project\"\ncases = true\nscope = \"place\"\n{county}");
    let text = register(&keys);
    let model = with(&text).unwrap();
    let made = model.register("committee_meeting").unwrap();
    assert_eq!(made.list.first().map(String::as_str), Some("code"));
    assert_eq!(made.list.get(1).map(String::as_str), Some("county"));
    assert_eq!(made.list.last().map(String::as_str), Some("state"));
    assert!(made.fields.iter().all(|f| !f.required), "steps say what cases need");
}

#[test]
fn what_a_register_cannot_take_is_named_with_its_place() {
    for (keys, parts) in [
        (
            format!("extend = \"gathering\"\nscope = \"shared\"\n{ENTERPRISE}"),
            ["own.toml:8: register.committee_meeting.extend", "known are agreement, device"],
        ),
        (
            format!("extend = \"meeting\"\nwithout = [\"topic\"]\nscope = \"shared\"\n{ENTERPRISE}"),
            ["own.toml:9: register.committee_meeting.without", "its fields are held_on, name"],
        ),
        (
            format!("extend = \"meeting\"\nwithout = [\"name\"]\nscope = \"shared\"\n{ENTERPRISE}"),
            ["register.committee_meeting.without", "names the record"],
        ),
        (
            format!(
                "without = [\"name\"]\nlist = [\"code\"]\ntitle_from = \"quorum\"\nscope = \"shared\"\n{ENTERPRISE}"
            ),
            ["register.committee_meeting.without", "extends none"],
        ),
        (
            "scope = \"shared\"\ntitle_from = \"x\"\nlist = [\"code\"]".to_owned(),
            ["register.committee_meeting.field", "needs fields"],
        ),
        (
            format!("scope = \"shared\"\ntitle_from = \"quorum\"\n{ENTERPRISE}"),
            ["register.committee_meeting.list", "names no column"],
        ),
        (
            format!("scope = \"shared\"\nlist = [\"code\"]\n{ENTERPRISE}"),
            ["register.committee_meeting.title_from", "is missing"],
        ),
        (
            format!("extend = \"meeting\"\nlist = [\"code\", \"topik\"]\nscope = \"shared\"\n{ENTERPRISE}"),
            ["register.committee_meeting.list", "\"topik\" is not a known field"],
        ),
    ] {
        let faults = with(&register(&keys)).unwrap_err();
        assert!(
            faults.lines().any(|line| parts.iter().all(|part| line.contains(part))),
            "{keys}\n{parts:?}\n{faults}"
        );
    }
    let template = "[[template]]\nid = \"t\"\ntitle = { zh = \"甲\", en = \"A\" }\nabout = { zh = \"甲\", en = \"A\" }\ntitle_from = \"nam\"\nlist = [\"codes\"]\n\
        field = [{ id = \"name\", title = { zh = \"名\", en = \"N\" }, kind = \"text\" }]";
    let faults = with(template).unwrap_err();
    for part in ["own.toml:2: template.t.title_from", "own.toml:2: template.t.list"] {
        assert!(faults.contains(part), "{part}\n{faults}");
    }
}
