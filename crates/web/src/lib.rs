//! What people and other programs see of Anlan: pages, the JSON interface, sign-in, assets.
//!
//! A handler reads the request, calls one typed service of `engine` or `city`, and renders. It decides nothing: who
//! may see what is decided in the query, who may do what in the engine. There is no SQL here.
//!
//! Where is ...? Every address is a line of [`routes`]. What a page shows is a plain struct in `view` with a template
//! of the same name. What every request goes through is in `middleware`. How an error becomes an answer is in `errors`.

mod api;
mod app;
mod assessments;
mod assets;
mod build;
mod checklists;
mod config;
mod duties;
mod errors;
#[cfg(test)]
mod gallery;
mod indicators;
mod jobs;
mod middleware;
mod path;
mod publications;
mod route_table;
mod routes;
mod rules;
mod sent;
mod serve;
mod special;
mod text;
mod tls;
mod view;
mod visitor;

pub use app::App;
pub use build::public_address::read as read_public_address;
pub use config::{Limits, Rate, ServerConfig, Tls};
pub use routes::addresses;
pub use serve::{Running, ServeError, serve};
pub use text::sentence;
