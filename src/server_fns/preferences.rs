//! How pages behave for a person in their browser.

use leptos::server;

use crate::error::AppError;

/// Switches shortcuts of a single key on or off in this browser, and sends it to the account page. A form without
/// `is_on` switches them off.
///
/// # Errors
/// To a caller that does not accept HTML: when nobody is signed in.
#[server(endpoint = "account/single-keys")]
pub async fn switch_single_keys(#[server(default)] is_on: bool) -> Result<(), AppError> {
    use crate::server::context::RequestContext;
    use crate::server::services::{preferences, replies};

    let context = RequestContext::current()?;
    replies::to_account(&context, Ok(preferences::single_keys(is_on))).await
}
