//! What the tests share: the application with its partner, a browser, and a reader of its pages.

mod browser;
mod html;
mod partner;
mod partner_server;
mod test_app;

pub use browser::{Answer, Browser, Form};
pub use html::Page;
pub use partner::Partner;
pub use partner_server::PartnerServer;
pub use test_app::{TestApp, TestOptions};
