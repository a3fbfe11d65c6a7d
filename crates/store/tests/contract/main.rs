//! The storage contract: every test runs on SQLite, and on PostgreSQL where `ANLAN_TEST_POSTGRES` names a server on
//! which the user may create schemas (each test makes its own).

#[cfg(test)]
#[macro_use]
mod world;

#[cfg(test)]
mod backup;
#[cfg(test)]
mod blobs;
#[cfg(test)]
mod jobs;
#[cfg(test)]
mod journal;
#[cfg(test)]
mod judged;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod recovery;
#[cfg(test)]
mod rollup;
#[cfg(test)]
mod scope;
#[cfg(test)]
mod search;
#[cfg(test)]
mod tables;
#[cfg(test)]
mod tls;
#[cfg(test)]
mod writes;
