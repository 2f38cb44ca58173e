//! The connections: how each of them is, checking it now, and the test message.

#![cfg_attr(
    feature = "ssr",
    expect(clippy::unused_async, reason = "a server function is called over the network, whatever it waits for")
)]

use leptos::server;

use crate::domain::check::{ConnectionCard, ConnectionDetail};
use crate::error::AppError;

/// Every connection as it was found last. Asks no partner.
///
/// # Errors
/// When the person may not see connections.
#[server(endpoint = "connections/list")]
pub async fn load_connections() -> Result<Vec<ConnectionCard>, AppError> {
    use crate::server::context::RequestContext;
    use crate::server::services::connections;

    let context = RequestContext::current()?;
    context.answer(connections::list(&context))
}

/// One connection with everything that is known of it. Asks no partner.
///
/// # Errors
/// When there is none of this name.
#[server(endpoint = "connections/detail")]
pub async fn load_connection(name: String) -> Result<ConnectionDetail, AppError> {
    use crate::server::context::RequestContext;
    use crate::server::services::connections;

    let context = RequestContext::current()?;
    context.answer(connections::detail(&context, &name).await)
}

/// Checks one connection now, and sends the browser to its page; to the list with `from_list`.
///
/// # Errors
/// To a caller that does not accept HTML: why it was not checked. A browser is sent on with a message instead.
#[server(endpoint = "connections/check")]
pub async fn check_connection(name: String, #[server(default)] from_list: String) -> Result<(), AppError> {
    use crate::server::context::RequestContext;
    use crate::server::services::{connections, replies};

    let context = RequestContext::current()?;
    let checked = connections::check(&context, &name).await;
    replies::to_connections(&context, checked, Some(&name).filter(|_| from_list.is_empty())).await
}

/// Checks every connection now, all at the same time, and sends the browser to the list.
///
/// # Errors
/// To a caller that does not accept HTML: why they were not checked. A browser is sent on with a message instead.
#[server(endpoint = "connections/check-all")]
pub async fn check_all_connections() -> Result<(), AppError> {
    use crate::server::context::RequestContext;
    use crate::server::services::{connections, replies};

    let context = RequestContext::current()?;
    let checked = connections::check_all(&context).await;
    replies::to_connections(&context, checked, None).await
}

/// Refreshes the lists of a connection, at most every few seconds, and sends the browser to one of them.
///
/// # Errors
/// To a caller that does not accept HTML: why not. A browser is sent to the overview with a message instead.
#[server(endpoint = "connections/refresh")]
pub async fn refresh_connection(connection: String, list: String) -> Result<(), AppError> {
    use crate::server::context::RequestContext;
    use crate::server::services::{refresh, replies};

    let context = RequestContext::current()?;
    let path = refresh::refresh(&context, &connection, &list);
    replies::to_list(&context, path).await
}

/// Sends a test message, which the person has seen, and sends the browser to the connection's page.
///
/// # Errors
/// To a caller that does not accept HTML: why it was not sent. A browser is sent on with a message instead.
#[server(endpoint = "connections/send-test-message")]
pub async fn send_test_message(name: String, document: String) -> Result<(), AppError> {
    use crate::server::context::RequestContext;
    use crate::server::services::{connections, replies};

    let context = RequestContext::current()?;
    let sent = connections::send_message(&context, &name, &document).await;
    replies::to_connections(&context, sent, Some(&name)).await
}
