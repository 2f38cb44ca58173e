//! Where a browser goes after a decision about a creation whose outcome was not known.

use super::ServiceError;
use super::objects::decide::Decided;
use super::send_back::{leave_and_go_on, send_back};
use crate::domain::shell::{Flash, Tone};
use crate::error::AppError;
use crate::paths;
use crate::server::context::RequestContext;

/// Answers a decision: on to the page of the creation, which shows what came of it.
///
/// # Errors
/// To a caller that does not accept HTML: why it was not recorded.
pub async fn after(
    context: &RequestContext,
    connection: &str,
    entry: i64,
    done: Result<Decided, ServiceError>,
) -> Result<(), AppError> {
    let is_ours = context.connections.find(connection).is_some();
    let page = if is_ours { paths::unknown_creation(connection, entry) } else { paths::OVERVIEW.to_owned() };
    let (tone, message) = match done {
        Ok(Decided::Recorded) => (Tone::Good, "Your decision has been recorded."),
        Ok(Decided::KnownBefore) => (Tone::Warning, "The outcome is already known. Nothing was recorded."),
        Ok(Decided::TooEarly) => {
            (Tone::Warning, "OneID may still be working on it. Nothing was recorded. Try again later.")
        }
        Ok(Decided::NotThatObject) => {
            (Tone::Warning, "This object has another name, or another origin in the audit log. Nothing was recorded.")
        }
        Err(error) => return send_back(context, error, &page).await,
    };
    leave_and_go_on(context, Flash { tone, message: message.to_owned() }, page).await;
    Ok(())
}
