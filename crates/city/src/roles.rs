//! Which roles one person may hold together. The administration of the program is split in three (三员分立): the system
//! administrator keeps accounts, the security administrator grants roles, the audit administrator reads the journal.
//! None of them holds another's role, or any role of the work itself.

use std::collections::{BTreeMap, BTreeSet};

use plan::pack::{FieldClass, Role, Seat};

/// Creates, resets and closes accounts.
pub const SYSTEM_ADMIN: &str = "system.admin";
/// Grants roles and takes them back.
pub const SECURITY_ADMIN: &str = "security.admin";
/// Reads the journal.
pub const AUDIT_ADMIN: &str = "audit.admin";

/// The roles of the packs, by id: [`plan::pack::Model::roles`].
pub type Roles = BTreeMap<String, Role>;

/// True for roles of the program's administration, whether the packs name them or not.
#[must_use]
pub fn is_administration(roles: &Roles, role: &str) -> bool {
    [SYSTEM_ADMIN, SECURITY_ADMIN, AUDIT_ADMIN].contains(&role)
        || roles.get(role).is_some_and(|r| r.seat == Seat::System)
}

/// True when nobody may hold both: two of the three administrators, an administrator and a role of the work, or two
/// roles of which the pack says so, in either direction.
#[must_use]
pub fn exclude_each_other(roles: &Roles, one: &str, other: &str) -> bool {
    if one == other {
        return false;
    }
    let says = |a: &str, b: &str| roles.get(a).is_some_and(|r| r.excludes.iter().any(|e| e == b));
    let three = [SYSTEM_ADMIN, SECURITY_ADMIN, AUDIT_ADMIN];
    let kept_apart = three.contains(&one) && three.contains(&other);
    let mixed = is_administration(roles, one) != is_administration(roles, other);
    kept_apart || mixed || says(one, other) || says(other, one)
}

/// Those of `held` beside which `role` may not be held.
#[must_use]
pub fn excluded_by<'a>(roles: &Roles, role: &str, held: &'a BTreeSet<String>) -> Vec<&'a str> {
    held.iter().map(String::as_str).filter(|other| exclude_each_other(roles, role, other)).collect()
}

/// The most protected class of fields that any of these roles reads; public without roles.
#[must_use]
pub fn reads<'a>(roles: &Roles, held: impl Iterator<Item = &'a str>) -> FieldClass {
    held.filter_map(|role| roles.get(role)).map(|role| role.reads).max().unwrap_or(FieldClass::Public)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Pack {
        role: Vec<Role>,
    }

    fn roles() -> Roles {
        let text = r#"role = [
            { id = "system.admin", title = { zh = "系统管理员", en = "System administrator" }, seat = "system" },
            { id = "security.admin", title = { zh = "安全管理员", en = "Security administrator" }, seat = "system" },
            { id = "system.importer", title = { zh = "导入员", en = "Importer" }, seat = "system" },
            { id = "county.regulator", title = { zh = "监管人员", en = "Regulator" }, seat = "county", reads = "personal" },
            { id = "insurer", title = { zh = "保险机构", en = "Insurer" }, seat = "city", excludes = ["county.regulator"] },
            { id = "city.office", title = { zh = "市安委办", en = "City office" }, seat = "city", reads = "secret" }]"#;
        let all = toml::from_str::<Pack>(text).unwrap().role;
        all.into_iter().map(|r| (r.id.get_ref().clone(), r)).collect()
    }

    #[test]
    fn the_three_administrators_and_the_work_are_kept_apart() {
        let roles = roles();
        let cases = [
            ("system.admin", "security.admin", true),
            ("security.admin", "audit.admin", true),
            ("audit.admin", "city.office", true),
            ("security.admin", "county.regulator", true),
            ("system.importer", "county.regulator", true),
            ("system.admin", "system.importer", false),
            ("county.regulator", "insurer", true),
            ("insurer", "county.regulator", true),
            ("insurer", "city.office", false),
            ("system.admin", "system.admin", false),
            ("unknown", "city.office", false),
        ];
        for (one, other, excluded) in cases {
            assert_eq!(exclude_each_other(&roles, one, other), excluded, "{one} and {other}");
        }
    }

    #[test]
    fn the_widest_reader_decides_what_is_read() {
        let roles = roles();
        assert_eq!(reads(&roles, ["county.regulator", "insurer"].into_iter()), FieldClass::Personal);
        assert_eq!(reads(&roles, ["insurer"].into_iter()), FieldClass::Internal);
        assert_eq!(reads(&roles, std::iter::empty()), FieldClass::Public);
    }
}
