//! What the tests share: the application with its partner, a browser, and a reader of its pages.

mod answer;
mod browser;
pub mod certificates;
mod configuration;
mod cutting_proxy;
mod form;
mod get;
mod html;
mod identity_provider;
mod lies;
pub mod lying_partner;
mod monitored;
mod partner;
mod partner_server;
#[path = "../../server/storage/postgres/test_server.rs"]
pub mod postgres_server;
pub mod program;
mod provider_endpoints;
pub mod proxy;
mod signing;
mod test_app;
mod test_options;
mod traces;
mod waiting;

pub use answer::Answer;
pub use browser::Browser;
pub use cutting_proxy::{Cut, CuttingProxy};
pub use form::Form;
pub use get::get;
pub use html::Page;
pub use identity_provider::{CLIENT_ID, CLIENT_SECRET, IdentityProvider, Person};
pub use lies::{Lies, Signer, TRUTH};
pub use monitored::monitored_settings;
pub use partner::Partner;
pub use partner_server::PartnerServer;
pub use signing::{SigningKey, unsigned};
pub use test_app::{TestApp, changes, page_routes};
pub use test_options::TestOptions;
pub use traces::{Log, assert_not_in_files, holds};
pub use waiting::until;
