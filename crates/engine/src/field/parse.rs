//! From what people type, paste or import to a [`Fact`]. Accepts the spellings people use; says what is wrong otherwise.

use base::code::Uscc;
use base::money::Fen;
use base::{Day, Id, Instant, Problem};
use judge::Fact;
use plan::pack::{Field, FieldKind, Model, RegionKind};

/// Longest text of a field that declares none, in characters.
const LONGEST_LINE: usize = 200;
/// Longest text of several lines that declares none, in characters.
const LONGEST_TEXT: usize = 4000;

/// Reads what was given for `field`; several parts where the form sent several.
///
/// # Errors
/// One problem of this field: not a number, not a day, out of bounds, not one of the choices...
pub fn parse(field: &Field, model: &Model, given: &[String]) -> Result<Fact, Problem> {
    let filled: Vec<&str> = given.iter().map(|g| g.trim()).filter(|g| !g.is_empty()).collect();
    let Some(first) = filled.first().copied() else { return Ok(Fact::Empty) };
    if field.is_list() {
        return parse_list(field, model, &filled);
    }
    match field.kind {
        FieldKind::Point => parse_point(field, &filled),
        _ => parse_one(field, model, first),
    }
}

fn parse_one(field: &Field, model: &Model, text: &str) -> Result<Fact, Problem> {
    let name = field.name();
    match field.kind {
        FieldKind::Text => bounded_text(field, text, LONGEST_LINE),
        FieldKind::LongText => bounded_text(field, text, LONGEST_TEXT),
        FieldKind::Integer => {
            let number: i64 =
                plain_number(text).parse().map_err(|_| wrong(field, "field.not_a_whole_number", text))?;
            #[expect(clippy::cast_precision_loss, reason = "bounds of packs are far below 2^53")]
            bounds(field, number as f64, text)?;
            Ok(Fact::Integer(number))
        }
        FieldKind::Decimal => {
            let number: f64 =
                plain_number(text).parse().map_err(|_| wrong(field, "field.not_a_number", text))?;
            if !number.is_finite() {
                return Err(wrong(field, "field.not_a_number", text));
            }
            bounds(field, number, text)?;
            Ok(Fact::Decimal(number))
        }
        FieldKind::Money => {
            let fen = Fen::parse(text).map_err(|_| wrong(field, "field.not_money", text))?;
            #[expect(clippy::cast_precision_loss, reason = "bounds of packs are far below 2^53")]
            bounds(field, fen.0 as f64 / 100.0, text)?;
            Ok(Fact::Integer(fen.0))
        }
        FieldKind::YesNo => {
            yes_no(text).map(Fact::YesNo).ok_or_else(|| wrong(field, "field.not_yes_or_no", text))
        }
        FieldKind::Day => {
            Day::parse(text).map(Fact::Day).ok_or_else(|| wrong(field, "field.not_a_day", text))
        }
        FieldKind::Instant => {
            let instant = Instant::parse(text).or_else(|| Day::parse(text).map(Instant::start_of));
            instant.map(Fact::Instant).ok_or_else(|| wrong(field, "field.not_an_instant", text))
        }
        FieldKind::Choice => choice(field, model, text).map(Fact::Text),
        FieldKind::Reference | FieldKind::Account => {
            text.parse::<Id>().map(Fact::Reference).map_err(|_| wrong(field, "field.not_a_record", text))
        }
        FieldKind::Department => {
            let found = model.department(text).map(|d| d.id.get_ref().clone());
            found.map(Fact::Text).ok_or_else(|| wrong(field, "field.unknown_department", text))
        }
        FieldKind::County | FieldKind::Township | FieldKind::Park => region(field, model, text)
            .map(Fact::Text)
            .ok_or_else(|| wrong(field, "field.unknown_region", text)),
        FieldKind::Phone => {
            phone(text).map(Fact::Text).ok_or_else(|| wrong(field, "field.not_a_phone", text))
        }
        FieldKind::Uscc => match Uscc::parse(text) {
            Ok(code) => Ok(Fact::Text(code.to_string())),
            Err(problem) => Err(Problem { field: name.to_owned(), ..problem }),
        },
        FieldKind::Structure => {
            serde_json::from_str(text).map(Fact::Structure).map_err(|_| wrong(field, "field.not_json", text))
        }
        FieldKind::Image | FieldKind::File | FieldKind::Point => Err(wrong(field, "field.not_a_file", text)),
    }
}

/// One wrong value, shortened so that a pasted page does not come back whole.
fn wrong(field: &Field, code: &'static str, value: &str) -> Problem {
    Problem::of(field.name(), code).with("value", value.chars().take(60).collect::<String>())
}

fn parse_list(field: &Field, model: &Model, given: &[&str]) -> Result<Fact, Problem> {
    let mut list = Vec::new();
    for part in given
        .iter()
        .flat_map(|g| g.split([',', '，', '、', ';', '；', '\n']))
        .map(str::trim)
        .filter(|p| !p.is_empty())
    {
        let value = match field.kind {
            FieldKind::Choice => choice(field, model, part)?,
            FieldKind::Image | FieldKind::File if is_content_hash(part) => part.to_owned(),
            FieldKind::Image | FieldKind::File => return Err(wrong(field, "field.not_a_file", part)),
            FieldKind::Account | FieldKind::Reference => {
                part.parse::<Id>().map_err(|_| wrong(field, "field.not_a_record", part))?.to_string()
            }
            _ => part.to_owned(),
        };
        if !list.contains(&value) {
            list.push(value);
        }
    }
    Ok(if list.is_empty() { Fact::Empty } else { Fact::List(list) })
}

/// The name of an attachment: 64 hex digits of its content.
#[must_use]
pub fn is_content_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

fn choice(field: &Field, model: &Model, text: &str) -> Result<String, Problem> {
    let choices = model.choices_of(field);
    let same =
        |c: &&plan::pack::Choice| c.id == text || c.title.zh == text || c.title.en.eq_ignore_ascii_case(text);
    if let Some(found) = choices.iter().find(same) {
        return Ok(found.id.clone());
    }
    let allowed: Vec<&str> = choices.iter().map(|c| c.title.zh.as_str()).take(30).collect();
    Err(wrong(field, "field.not_a_choice", text).with("allowed", allowed.join("、")))
}

/// The code of a region of the right kind, by its code or its name, also with the name of the region above it before
/// (尉氏县朱曲镇); None for a name that several regions have.
fn region(field: &Field, model: &Model, text: &str) -> Option<String> {
    let fits = |kind: RegionKind| match field.kind {
        // The demonstration zone acts like a county.
        FieldKind::County => matches!(kind, RegionKind::County | RegionKind::Zone),
        FieldKind::Park => kind == RegionKind::Zone,
        _ => kind == RegionKind::Township,
    };
    let fitting = || model.regions.iter().filter(|r| fits(r.kind));
    if fitting().any(|r| r.code.get_ref() == text) {
        return Some(text.to_owned());
    }
    let above = |r: &plan::pack::RegionDefinition| {
        let mut all = model.regions.iter().filter(|a| Some(a.code.get_ref()) == r.parent.as_ref());
        all.any(|a| text.strip_prefix(&a.title.zh) == Some(&r.title.zh))
    };
    let named = |r: &&plan::pack::RegionDefinition| r.title.zh == text || r.title.en == text || above(r);
    let mut codes = fitting().filter(named).map(|r| r.code.get_ref());
    let first = codes.next()?;
    codes.all(|code| code == first).then(|| first.clone())
}

fn bounded_text(field: &Field, text: &str, longest: usize) -> Result<Fact, Problem> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "lengths in packs are small")]
    let longest = field.max.map_or(longest, |max| max as usize);
    let length = text.chars().count();
    if length > longest {
        return Err(Problem::of(field.name(), "field.too_long")
            .with("length", length)
            .with("longest", longest));
    }
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\r' && c != '\t') {
        return Err(wrong(field, "field.control_characters", &text.replace(char::is_control, "?")));
    }
    Ok(Fact::Text(text.to_owned()))
}

fn bounds(field: &Field, number: f64, text: &str) -> Result<(), Problem> {
    match (field.min, field.max) {
        (Some(min), _) if number < min => Err(wrong(field, "field.too_small", text).with("least", min)),
        (_, Some(max)) if number > max => Err(wrong(field, "field.too_large", text).with("most", max)),
        _ => Ok(()),
    }
}

/// Digits as people type them: full-width, with thousands commas.
fn plain_number(text: &str) -> String {
    let narrow = |c: char| match c {
        '０'..='９' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '．' => '.',
        '－' => '-',
        _ => c,
    };
    text.chars().map(narrow).filter(|c| !matches!(c, ',' | '，' | ' ')).collect()
}

fn yes_no(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "yes" | "true" | "1" | "y" | "on" | "是" | "有" => Some(true),
        "no" | "false" | "0" | "n" | "off" | "否" | "无" => Some(false),
        _ => None,
    }
}

fn phone(text: &str) -> Option<String> {
    let digits = plain_number(text);
    let shape = |c: char| c.is_ascii_digit() || matches!(c, '-' | '+');
    let count = digits.chars().filter(char::is_ascii_digit).count();
    (digits.chars().all(shape) && (5..=15).contains(&count)).then_some(digits)
}

fn parse_point(field: &Field, given: &[&str]) -> Result<Fact, Problem> {
    let parts: Vec<&str> = given.iter().flat_map(|g| g.split([',', '，'])).map(str::trim).collect();
    let [longitude, latitude, rest @ ..] = parts.as_slice() else {
        return Err(wrong(field, "field.not_a_place", &given.join(",")));
    };
    let number = |text: &str| plain_number(text).parse::<f64>().ok().filter(|n| n.is_finite());
    match (number(longitude), number(latitude)) {
        (Some(longitude), Some(latitude))
            if (-180.0..=180.0).contains(&longitude) && (-90.0..=90.0).contains(&latitude) =>
        {
            let datum = rest
                .first()
                .copied()
                .filter(|d| ["wgs84", "gcj02", "cgcs2000"].contains(d))
                .unwrap_or("wgs84");
            Ok(Fact::Point { longitude, latitude, datum: datum.to_owned() })
        }
        _ => Err(wrong(field, "field.not_a_place", &given.join(","))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(toml: &str) -> Field {
        toml::from_str(&format!("id = \"f\"\ntitle = {{ zh = \"甲\", en = \"A\" }}\n{toml}")).unwrap()
    }

    fn check(toml: &str, given: &str, expected: &str) {
        let result = parse(&field(toml), &Model::default(), &[given.to_owned()]);
        let written = match result {
            Ok(fact) => fact.to_json().to_string(),
            Err(problem) => problem.to_string(),
        };
        assert_eq!(written, expected, "{toml} given {given}");
    }

    #[test]
    fn every_kind_reads_what_people_type_and_says_what_is_wrong() {
        check("kind = \"integer\"", "１,２00", "1200");
        check("kind = \"integer\"\nmin = 0", "-1", "f: field.too_small value=-1 least=0");
        check("kind = \"integer\"", "1.5", "f: field.not_a_whole_number value=1.5");
        check("kind = \"decimal\"", "NaN", "f: field.not_a_number value=NaN");
        check("kind = \"yes_no\"", "是", "true");
        check("kind = \"day\"", "2021年6月5日", "\"2021-06-05\"");
        check("kind = \"day\"", "2021-02-30", "f: field.not_a_day value=2021-02-30");
        check("kind = \"text\"\nmax = 3", "四个汉字", "f: field.too_long length=4 longest=3");
        check("kind = \"phone\"", "0371-2388 1234", "\"0371-23881234\"");
        check("kind = \"phone\"", "call me", "f: field.not_a_phone value=call me");
        check(
            "kind = \"point\"",
            "114.3, 34.8, gcj02",
            "{\"datum\":\"gcj02\",\"latitude\":34.8,\"longitude\":114.3}",
        );
        check("kind = \"point\"", "34.8, 114.3", "f: field.not_a_place value=34.8, 114.3");
        check("kind = \"text\"", "   ", "null");
    }

    #[test]
    fn choices_are_taken_by_name_or_title_and_listed_when_wrong() {
        let own = "kind = \"choice\"\nof = [{ id = \"red\", title = { zh = \"重大\", en = \"Major\" } }]";
        check(own, "重大", "\"red\"");
        check(own, "major", "\"red\"");
        check(own, "purple", "f: field.not_a_choice value=purple allowed=重大");
        check(&format!("many = true\n{own}"), "red、重大", "[\"red\"]");
    }
}
