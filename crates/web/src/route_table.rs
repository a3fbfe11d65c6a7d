//! One table of routes for each area of pages, from which both its router and the list of its addresses are made.

/// Makes `ADDRESSES` and `routes()` from one table, so that neither can miss a line of the other:
/// `get "/path/{name}" => handler;`. `{name}` stands for a part of the path.
macro_rules! route_table {
    ($($method:ident $path:literal => $handler:expr;)*) => {
        /// Method and path of every route of this module.
        pub(crate) const ADDRESSES: &[(&str, &str)] = &[$((stringify!($method), $path)),*];

        /// All routes of this module, to be merged into the program's router.
        pub(crate) fn routes() -> axum::Router<crate::app::App> {
            axum::Router::new()$(.route($path, axum::routing::$method($handler)))*
        }
    };
}

pub(crate) use route_table;
