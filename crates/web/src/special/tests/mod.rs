//! These pages through their router, on SQLite with the packs that ship.

mod checks;
mod scope;
mod shown;
mod world;
