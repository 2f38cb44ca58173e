//! How pages behave for a person in their browser.

#![cfg_attr(
    feature = "ssr",
    expect(clippy::unused_async, reason = "a server function is called over the network, whatever it waits for")
)]

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

/// The names of the time zones to choose from: UTC, then those of places.
///
/// # Errors
/// When nobody is signed in.
#[server(endpoint = "account/time-zones")]
pub async fn list_time_zones() -> Result<Vec<String>, AppError> {
    use crate::server::context::RequestContext;
    use crate::server::services::preferences;

    RequestContext::current()?;
    Ok(preferences::zones())
}

/// Shows times in this browser in a time zone and with 12 or 24 hours (`h12` or `h23`), and sends it to the account page.
///
/// # Errors
/// To a caller that does not accept HTML: when nobody is signed in.
#[server(endpoint = "account/times")]
pub async fn choose_times(zone: String, hour_cycle: String) -> Result<(), AppError> {
    use crate::server::context::RequestContext;
    use crate::server::services::{preferences, replies};

    let context = RequestContext::current()?;
    let flash = preferences::times(&context, &zone, &hour_cycle);
    replies::to_account(&context, Ok(flash)).await
}
