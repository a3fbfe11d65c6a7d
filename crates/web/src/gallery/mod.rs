//! Every page with sample content in both languages: nothing may be untranslated or left unrendered, nothing inline.
//! The pages are written to `target/gallery`, to be looked at.

mod samples;

use std::fs;
use std::path::PathBuf;

use askama::Template;
use base::Language;

use crate::view::frame::Frame;

fn folder() -> PathBuf {
    let target =
        std::env::var("CARGO_TARGET_DIR").map_or_else(|_| PathBuf::from("../../target"), PathBuf::from);
    target.join("gallery")
}

/// What no page may contain.
fn faults(html: &str) -> Vec<String> {
    let mut faults = Vec::new();
    for wrong in ["{{", "{%", "⟦", " style=\"", "<script>", "javascript:", "{name}", "{n}", "{when}"] {
        if html.contains(wrong) {
            faults.push(wrong.to_owned());
        }
    }
    for handler in ["onclick=", "onchange=", "onload=", "onsubmit="] {
        if html.contains(handler) {
            faults.push(handler.to_owned());
        }
    }
    let ids: Vec<&str> = html.split(" id=\"").skip(1).filter_map(|p| p.split('"').next()).collect();
    let mut seen = std::collections::BTreeSet::new();
    faults.extend(
        ids.into_iter().filter(|id| !seen.insert(*id)).map(|id| format!("two elements with the id {id}")),
    );
    faults
}

fn show(name: &str, f: &Frame, page: &impl Template) {
    let html = page.render().unwrap();
    let found = faults(&html);
    assert!(found.is_empty(), "{name} in {}: {found:?}", f.tag());
    assert!(html.contains("</html>"), "{name} is whole");
    let folder = folder();
    fs::create_dir_all(&folder).unwrap();
    // Assets are found beside the pages when these are opened as files.
    let local = html.replace(&crate::assets::address(""), "assets/");
    fs::write(folder.join(format!("{name}.{}.html", f.tag())), local).unwrap();
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

#[test]
fn every_page_is_whole_in_both_languages() {
    let assets = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets");
    copy(&assets, &folder().join("assets"));
    for language in [Language::Chinese, Language::English] {
        let f = samples::frame(language);
        show("work", &f, &samples::work(language));
        show("work-empty", &f, &samples::work_empty(language));
        show("list", &f, &samples::list(language));
        show("list-empty", &f, &samples::list_empty(language));
        show("record", &f, &samples::record(language));
        show("case", &f, &samples::case(language));
        show("form", &f, &samples::form(language));
        show("sign-in", &f, &samples::sign_in(language));
        show("account", &f, &samples::account(language));
        show("error", &f, &samples::error(language));
        show("plan", &f, &samples::plan(language));
        show("clause", &f, &samples::clause(language));
        show("area", &f, &samples::area(language));
        show("search", &f, &samples::search(language));
        show("import", &f, &samples::import(language));
        show("import-report", &f, &samples::import_report(language));
        show("progress", &f, &samples::progress(language));
        show("table", &f, &samples::table(language));
    }
}
