//! The table of pages.

use std::future::ready;
use std::pin::Pin;

use crate::components::Html;
use crate::domain::object::ObjectKind;
use crate::error::AppError;
use crate::pages::{
    Address, account, audit_log, connections, find, history, notifications, oauth_clients as clients, organisations,
    overview, styleguide, tour, unknown_creation,
};

/// A page that is being made; an error becomes the page of that error.
pub type PageFuture = Pin<Box<dyn Future<Output = Result<Html, AppError>> + Send>>;

/// Makes a page for an address.
pub type MakePage = fn(Address) -> PageFuture;

/// Each page by the pattern of its path, as axum writes them. Every page is rendered whole on the server: it works
/// before and without JavaScript.
pub const PAGES: &[(&str, MakePage)] = &[
    ("/", |_| Box::pin(overview::overview())),
    ("/account", |_| Box::pin(account::account())),
    ("/audit", |address| Box::pin(audit_log::list(address))),
    ("/audit/compare", |address| Box::pin(audit_log::compare(address))),
    ("/audit/{id}", |address| Box::pin(audit_log::entry(address))),
    ("/connections", |address| Box::pin(connections::list(address))),
    ("/connections/{name}", |address| Box::pin(connections::detail(address))),
    ("/find", |address| Box::pin(find::everything(address))),
    ("/find/palette", |address| Box::pin(find::palette(address))),
    ("/find/choices", |address| Box::pin(find::choices(address))),
    ("/notifications", |_| Box::pin(notifications::list())),
    ("/styleguide", |address| Box::pin(ready(styleguide::styleguide(&address)))),
    ("/tour", |_| Box::pin(ready(tour::tour()))),
    ("/{connection}/organisations", |address| Box::pin(organisations::list(address))),
    ("/{connection}/organisations/new", |address| Box::pin(organisations::create(address))),
    ("/{connection}/organisations/{id}", |address| Box::pin(organisations::detail(address))),
    ("/{connection}/organisations/{id}/edit", |address| Box::pin(organisations::edit(address))),
    ("/{connection}/organisations/{id}/history", |address| {
        Box::pin(history::history(ObjectKind::Organisation, address))
    }),
    ("/{connection}/organisations/{id}/clients/new", |address| Box::pin(clients::create(address))),
    ("/{connection}/clients", |address| Box::pin(clients::list(address))),
    ("/{connection}/clients/new", |address| Box::pin(clients::create_somewhere(address))),
    ("/{connection}/clients/{id}", |address| Box::pin(clients::detail(address))),
    ("/{connection}/clients/{id}/edit", |address| Box::pin(clients::edit(address))),
    ("/{connection}/clients/{id}/history", |address| Box::pin(history::history(ObjectKind::OAuthClient, address))),
    ("/{connection}/clients/{id}/journey", |address| Box::pin(clients::journey(address))),
    ("/{connection}/unknown/{entry}", |address| Box::pin(unknown_creation::unknown_creation(address))),
];
