//! The address of a list: filters, search, sort and place, so that a list can be sent as a link.

use engine::record::list::{Filter, ListRequest};
use judge::Fact;
use plan::pack::{FieldKind, Model, Register};

use crate::errors::Failure;

/// Names and values after the question mark, in order.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Wanted(pub(crate) Vec<(String, String)>);

/// Written for "nothing was entered".
pub(crate) const EMPTY: &str = ":empty";

impl Wanted {
    /// Reads the query of an address; empty values are left out.
    pub(crate) fn read(query: Option<&str>) -> Self {
        let pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
        Self(pairs.filter(|(_, v)| !v.is_empty()).map(|(n, v)| (n.into_owned(), v.into_owned())).collect())
    }

    /// The first value of that name.
    pub(crate) fn one(&self, name: &str) -> &str {
        self.0.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.as_str())
    }

    /// All values of that name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// The same without `name`, and with it once where a value is given; the page within the list begins anew.
    pub(crate) fn with(&self, name: &str, value: &str) -> Self {
        let mut pairs: Vec<_> = self.0.iter().filter(|(n, _)| n != name && n != "after").cloned().collect();
        if !value.is_empty() {
            pairs.push((name.to_owned(), value.to_owned()));
        }
        Self(pairs)
    }

    /// The same without one pair, from the first page on.
    pub(crate) fn without(&self, name: &str, value: &str) -> Self {
        Self(self.0.iter().filter(|(n, v)| !(n == name && v == value) && n != "after").cloned().collect())
    }

    /// As an address.
    pub(crate) fn at(&self, path: &str) -> String {
        if self.0.is_empty() {
            return path.to_owned();
        }
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.0).finish();
        format!("{path}?{query}")
    }
}

/// Names in the address that are not filters.
const OTHERS: [&str; 4] = ["q", "sort", "after", "view"];
/// Filters on the head of a record.
pub(crate) const HEAD: [&str; 7] =
    ["county", "township", "sector", "park", "procedure", "state", "organisation"];

/// The list that an address asks for.
///
/// # Errors
/// A filter of an unknown field, or a value that is none of its kind.
pub(crate) fn request(model: &Model, register: &Register, wanted: &Wanted) -> Result<ListRequest, Failure> {
    let mut request = ListRequest {
        search: wanted.one("q").to_owned(),
        after: wanted.one("after").to_owned(),
        ..ListRequest::default()
    };
    let sort = wanted.one("sort");
    request.ascending = !sort.is_empty() && !sort.starts_with('-');
    sort.trim_start_matches('-').clone_into(&mut request.sort);
    match wanted.one("view") {
        "open" if register.cases => request.filters.push(Filter::Open),
        "late" if register.cases => request.filters.push(Filter::Late),
        _ => {}
    }
    let mut seen: Vec<&str> = Vec::new();
    for (name, _) in &wanted.0 {
        let base = name.strip_suffix(".from").or_else(|| name.strip_suffix(".to")).unwrap_or(name);
        if OTHERS.contains(&base) || seen.contains(&base) {
            continue;
        }
        seen.push(base);
        request.filters.extend(filters(model, register, base, wanted)?);
    }
    Ok(request)
}

fn filters(model: &Model, register: &Register, name: &str, wanted: &Wanted) -> Result<Vec<Filter>, Failure> {
    let (from, to) = (format!("{name}.from"), format!("{name}.to"));
    let mut found = Vec::new();
    if !wanted.one(&from).is_empty() || !wanted.one(&to).is_empty() {
        let bound = |key: &str, end: bool| match wanted.one(key) {
            "" => Ok(None),
            text => fact(model, register, name, text).map(|f| Some(if end { whole_day(f, text) } else { f })),
        };
        found.push(Filter::Between(name.to_owned(), bound(&from, false)?, bound(&to, true)?));
    }
    let values: Vec<&str> = wanted.all(name).collect();
    if values.contains(&EMPTY) {
        found.push(Filter::Empty(name.to_owned()));
    } else if !values.is_empty() {
        let facts =
            values.into_iter().map(|v| fact(model, register, name, v)).collect::<Result<Vec<_>, _>>()?;
        found.push(Filter::In(name.to_owned(), facts));
    }
    Ok(found)
}

/// "Until the 15th" includes the 15th.
fn whole_day(fact: Fact, text: &str) -> Fact {
    match fact {
        Fact::Instant(at) if text.len() <= 10 => Fact::Instant(base::Instant::end_of(at.day())),
        other => other,
    }
}

fn fact(model: &Model, register: &Register, name: &str, text: &str) -> Result<Fact, Failure> {
    match register.field(name) {
        Some(field) if field.kind == FieldKind::Point || field.kind == FieldKind::Structure => {
            Err(Failure::bad("request.bad_address"))
        }
        Some(field) => {
            let given = [text.to_owned()];
            let fact = engine::field::parse::parse(field, model, &given)
                .map_err(|_| Failure::bad("request.bad_address"))?;
            // One value of a field of several is compared as a text.
            Ok(match fact {
                Fact::List(list) => list.into_iter().next().map_or(Fact::Empty, Fact::Text),
                other => other,
            })
        }
        None if name == "organisation" => {
            text.parse().map(Fact::Reference).map_err(|_| Failure::bad("request.bad_address"))
        }
        None if HEAD.contains(&name) => Ok(Fact::Text(text.to_owned())),
        None => Err(Failure::bad("request.bad_address")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_changed_and_written() {
        let wanted = Wanted::read(Some("county=410222&county=410221&q=%E7%BD%90&after=x&empty="));
        assert_eq!(wanted.all("county").count(), 2);
        assert_eq!(wanted.without("county", "410222").at("/r/hazard"), "/r/hazard?county=410221&q=%E7%BD%90");
        assert_eq!(wanted.with("sort", "-deadline").one("sort"), "-deadline");
        assert_eq!(Wanted::read(None).at("/r/hazard"), "/r/hazard");
    }
}
