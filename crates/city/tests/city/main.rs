//! Who may come in and do what, on SQLite, and on PostgreSQL where `ANLAN_TEST_POSTGRES` names a server on which the
//! user may create schemas (each test makes its own).

#[cfg(test)]
#[macro_use]
mod world;

#[cfg(test)]
mod accounts;
#[cfg(test)]
mod grants;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod seats;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod sign_in;
