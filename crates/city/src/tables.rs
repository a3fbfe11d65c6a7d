//! The tables of this crate. None is scoped: who may see an account is decided by the services, never by a list.

use store::{ColumnClass, ColumnDef, ColumnKind, TableDef};

/// Accounts of people and of unit seats.
pub const ACCOUNT: &str = "account";
/// Roles of accounts, each within a place and between days.
pub const GRANT: &str = "account_grant";
/// Who is signed in.
pub const SESSION: &str = "session";
/// Attempts to sign in that failed.
pub const FAILURE: &str = "sign_in_failure";
/// Keys of the JSON interface.
pub const API_KEY: &str = "api_key";
/// Seats of units.
pub const SEAT: &str = "unit_seat";
/// Who may work at a seat.
pub const OPERATOR: &str = "seat_operator";

/// All of them, for [`store::Database::ensure_tables`].
#[must_use]
pub fn tables() -> Vec<TableDef> {
    vec![account(), grant(), session(), failure(), api_key(), seat(), operator()]
}

fn column(name: &str, kind: ColumnKind, comment: &str) -> ColumnDef {
    ColumnDef::new(name, kind, comment).never_null()
}

fn text(name: &str, comment: &str) -> ColumnDef {
    column(name, ColumnKind::Text, comment)
}

fn int(name: &str, comment: &str) -> ColumnDef {
    column(name, ColumnKind::Int, comment)
}

fn id(name: &str, comment: &str) -> ColumnDef {
    column(name, ColumnKind::Id, comment)
}

fn secret(column: ColumnDef) -> ColumnDef {
    column.class(ColumnClass::Secret)
}

fn account() -> TableDef {
    TableDef::new(ACCOUNT, "Accounts of people and of unit seats")
        .versioned()
        .column(text("name", "name for signing in, folded"))
        .column(text("display", "name that others read"))
        .column(text("phone", "telephone").class(ColumnClass::Personal))
        .column(text("state", "active or closed"))
        .column(column("must_change_password", ColumnKind::Bool, "the next sign-in asks for a new password"))
        .column(id("unit", "the unit seat whose account this is; nil for a person"))
        .column(secret(text("password", "argon2id, PHC text; empty when nobody can sign in")))
        .column(int("password_at", "when the password was set"))
        .column(secret(column("totp", ColumnKind::Bytes, "sealed secret of time codes; empty without")))
        .column(int("totp_since", "when the time codes were confirmed; 0 before"))
        .column(int("totp_step", "last step that was used, so that no code works twice"))
        .column(int("created_at", "when"))
        .column(id("created_by", "account that created it; nil for the program"))
        .column(int("closed_at", "when it was closed; 0 while active"))
        .unique(&["name"])
        .index(&["unit"])
        .index(&["display", "id"])
}

fn grant() -> TableDef {
    TableDef::new(GRANT, "Roles of accounts, each within a place and between days")
        .column(id("account", "who holds it"))
        .column(text("role", "role by the packs"))
        .column(text("county", "only this county; empty for all"))
        .column(text("township", "only this township; empty for all"))
        .column(id("organisation", "only this enterprise; nil for all"))
        .column(text("sector", "only this sector; empty for all"))
        .column(text("park", "only this zone or park; empty for all"))
        .column(text("from_day", "first day"))
        .column(text("until_day", "last day; empty while it lasts"))
        .column(id("granted_by", "account that granted it; nil for the program"))
        .column(int("granted_at", "when"))
        .column(id("removed_by", "account that took it back"))
        .column(int("removed_at", "when it was taken back; 0 while it counts"))
        .index(&["account"])
        .index(&["role", "organisation", "county"])
        .index(&["organisation"])
}

fn session() -> TableDef {
    TableDef::new(SESSION, "Who is signed in")
        .column(secret(text("token_hash", "SHA-256 of the token")))
        .column(id("account", "who"))
        .column(id("operator", "account of the operator at a unit seat; nil while nobody was chosen"))
        .column(int("created_at", "when"))
        .column(int("seen_at", "last use, to the minute"))
        .column(int("ends_at", "when it ends in any case"))
        .column(text("address", "network address").class(ColumnClass::Personal))
        .column(text("agent", "browser as it calls itself").class(ColumnClass::Personal))
        .unique(&["token_hash"])
        .index(&["account"])
        .index(&["ends_at"])
}

fn failure() -> TableDef {
    TableDef::new(FAILURE, "Attempts to sign in that failed, and those under way")
        // People type passwords into the wrong field, so the name is kept as a hash.
        .column(text("name_hash", "SHA-256 of the folded name"))
        .column(text("address", "network address").class(ColumnClass::Personal))
        .column(int("at", "when"))
        .index(&["name_hash", "at", "id"])
        .index(&["address", "at", "id"])
        .index(&["at"])
}

fn api_key() -> TableDef {
    TableDef::new(API_KEY, "Keys of the JSON interface")
        .column(id("account", "whose grants it has"))
        .column(text("title", "what it is for"))
        .column(secret(text("secret_hash", "SHA-256 of the secret")))
        .column(id("created_by", "account that made it"))
        .column(int("created_at", "when"))
        .column(int("expires_at", "when it ends"))
        .column(int("used_at", "last use, to the minute; 0 for never"))
        .column(int("revoked_at", "when it was revoked; 0 while it counts"))
        .index(&["account"])
}

fn seat() -> TableDef {
    TableDef::new(SEAT, "Seats of units: signed in once, worked at by named operators")
        .versioned()
        .column(text("title", "name, for instance of a duty desk"))
        .column(id("account", "account that signs the seat in and holds its grants"))
        .column(int("created_at", "when"))
        .column(id("created_by", "account that created it; nil for the program"))
        .unique(&["account"])
        .index(&["title", "id"])
}

fn operator() -> TableDef {
    TableDef::new(OPERATOR, "Who may work at a seat")
        .versioned()
        .column(id("seat", "the seat"))
        .column(id("account", "the person"))
        .column(secret(text("pin", "argon2id of the PIN, PHC text")))
        .column(column("must_change_pin", ColumnKind::Bool, "somebody else chose the PIN"))
        .column(int("tries", "wrong PINs since the last right one"))
        .column(int("locked_until", "no PIN is taken before; 0 when not locked"))
        .column(text("home_unit", "where a seconded person comes from; empty for the unit's own"))
        .column(text("from_day", "first day"))
        .column(text("until_day", "last day, of a secondment always; empty while it lasts"))
        .column(int("removed_at", "when the person was taken off; 0 while it counts"))
        .index(&["seat"])
        .index(&["account"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_secret_column_is_classed_as_secret_and_every_table_has_a_comment() {
        for table in tables() {
            assert!(!table.comment.is_empty(), "{}", table.name);
            for column in &table.columns {
                let secret =
                    ["password", "totp", "token_hash", "secret_hash", "pin"].contains(&column.name.as_str());
                assert_eq!(column.class == ColumnClass::Secret, secret, "{}.{}", table.name, column.name);
                assert!(column.never_null && !column.comment.is_empty(), "{}.{}", table.name, column.name);
            }
        }
    }
}
