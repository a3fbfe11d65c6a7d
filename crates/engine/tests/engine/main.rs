//! The engine on the packs that come with the program: every test runs on SQLite, and on PostgreSQL where
//! `ANLAN_TEST_POSTGRES` names a server on which the user may create schemas (each test makes its own).

#[cfg(test)]
#[macro_use]
mod world;

#[cfg(test)]
mod agency;
#[cfg(test)]
mod assessment;
#[cfg(test)]
mod bound_assessment;
#[cfg(test)]
mod checklists;
#[cfg(test)]
mod checks;
#[cfg(test)]
mod connector;
#[cfg(test)]
mod counters;
#[cfg(test)]
mod double_report;
#[cfg(test)]
mod duties;

#[cfg(test)]
mod duty_counts;
#[cfg(test)]
mod exercised;
#[cfg(test)]
mod figures;
#[cfg(test)]
mod history;
#[cfg(test)]
mod import;
#[cfg(test)]
mod install;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod major;
#[cfg(test)]
mod owed;
#[cfg(test)]
mod plan_words;
#[cfg(test)]
mod play;
#[cfg(test)]
mod publications;
#[cfg(test)]
mod reassess;
#[cfg(test)]
mod registers;
#[cfg(test)]
mod responsibility;
#[cfg(test)]
mod risk;
#[cfg(test)]
mod routes;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod scope;
#[cfg(test)]
mod scorecards;
#[cfg(test)]
mod sweep;
#[cfg(test)]
mod work;
