//! The server as browsers and programs meet it: over a socket, on a small city with two counties in SQLite; what plays the loop, on
//! PostgreSQL too.

#[cfg(test)]
#[macro_use]
mod city;

#[cfg(test)]
mod accounts;
#[cfg(test)]
mod api;
#[cfg(test)]
mod api_of_elements;
#[cfg(test)]
mod browser;
#[cfg(test)]
mod doors;
#[cfg(test)]
mod duties;
#[cfg(test)]
mod elements;
#[cfg(test)]
mod figures;
#[cfg(test)]
mod inspections;
#[cfg(test)]
mod jobs;
#[cfg(test)]
mod loops;
#[cfg(test)]
mod plan;
#[cfg(test)]
mod publications;
#[cfg(test)]
mod responsibility;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod scope;
#[cfg(test)]
mod scope_of_plan;
#[cfg(test)]
mod together;
