//! Departments of the city: found by id, official name or alias, and by the sector they lead, on a day.

use base::Day;
use plan::pack::Department;

/// True when the department exists on `day`; one without days always does.
#[must_use]
pub fn exists_on(department: &Department, day: Day) -> bool {
    department.from.is_none_or(|from| from <= day) && department.until.is_none_or(|until| day <= until)
}

/// The department of that id, official name or alias. Where a name passed from one to another, the one that exists on
/// `day` is meant; a department that is gone is still found by old papers.
#[must_use]
pub fn find<'a>(departments: &'a [Department], name: &str, day: Day) -> Option<&'a Department> {
    let name = name.trim();
    let named = || departments.iter().filter(|d| is_called(d, name));
    named().find(|d| exists_on(d, day)).or_else(|| named().next())
}

/// The departments that lead a sector on `day`, in the order of the packs. More than one is a dispute to be ruled on.
#[must_use]
pub fn leads_of<'a>(departments: &'a [Department], sector: &str, day: Day) -> Vec<&'a Department> {
    departments.iter().filter(|d| exists_on(d, day) && d.sectors.iter().any(|s| s == sector)).collect()
}

fn is_called(department: &Department, name: &str) -> bool {
    department.id.get_ref() == name
        || department.title.zh == name
        || department.title.en.eq_ignore_ascii_case(name)
        || department.aliases.iter().any(|alias| alias == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Pack {
        department: Vec<Department>,
    }

    #[test]
    fn a_department_is_found_by_every_name_and_by_its_sector() {
        let text = r#"department = [
            { id = "work_safety", title = { zh = "市安全监管局", en = "Work Safety Bureau" }, aliases = ["安监局"], sectors = ["chemical"], until = "2018-12-31" },
            { id = "emergency", title = { zh = "市应急管理局", en = "Emergency Bureau" }, aliases = ["应急局", "安监局"], sectors = ["chemical", "mining"], from = "2019-01-01" }]"#;
        let all = toml::from_str::<Pack>(text).unwrap().department;
        let day = |text: &str| Day::parse(text).unwrap();
        let id = |name: &str, on: &str| find(&all, name, day(on)).map(|d| d.id.get_ref().as_str());
        assert_eq!(id("应急局", "2020-06-04"), Some("emergency"));
        assert_eq!(id(" emergency bureau ", "2020-06-04"), Some("emergency"));
        assert_eq!(id("安监局", "2017-01-01"), Some("work_safety"));
        assert_eq!(id("安监局", "2020-06-04"), Some("emergency"));
        assert_eq!(id("市安全监管局", "2020-06-04"), Some("work_safety"));
        assert_eq!(id("教育局", "2020-06-04"), None);
        assert_eq!(leads_of(&all, "chemical", day("2020-06-04")).len(), 1);
        assert!(leads_of(&all, "fire", day("2020-06-04")).is_empty());
    }
}
