//! One's own views of lists: the list of them, saving, renaming and deleting.

use leptos::server;

use crate::domain::saved_view::SavedView;
use crate::error::AppError;

/// The person's views: by list, then by name.
///
/// # Errors
/// When they cannot be read.
#[server(endpoint = "saved-views/list")]
pub async fn list_saved_views() -> Result<Vec<SavedView>, AppError> {
    use crate::server::context::RequestContext;
    use crate::server::services::saved_views;

    let context = RequestContext::current()?;
    context.answer(saved_views::list(&context).await)
}

/// The person's views of one list, by name. `list` and `connection` are those of
/// [`ViewedList::from_code`](crate::domain::saved_view::ViewedList::from_code).
///
/// # Errors
/// When they cannot be read.
#[server(endpoint = "saved-views/of-list")]
pub async fn saved_views_of(list: String, #[server(default)] connection: String) -> Result<Vec<SavedView>, AppError> {
    use crate::server::context::RequestContext;
    use crate::server::services::saved_views;

    let context = RequestContext::current()?;
    context.answer(saved_views::of_list(&context, &list, &connection).await)
}

/// Saves a view of a list, and sends the browser back to the list. `query` is the query of its address.
///
/// # Errors
/// To a caller that does not accept HTML: why it was not saved. A browser is sent back with a message instead.
#[server(endpoint = "saved-views/save")]
pub async fn save_view(
    list: String,
    #[server(default)] connection: String,
    #[server(default)] name: String,
    #[server(default)] query: String,
) -> Result<(), AppError> {
    use crate::server::context::RequestContext;
    use crate::server::services::{replies, saved_views};

    let context = RequestContext::current()?;
    let saved = saved_views::save(&context, &list, &connection, &name, &query).await;
    let page = saved_views::page_of(&context, &list, &connection, &query);
    replies::to_page(&context, saved, page).await
}

/// Renames one of the person's views, and sends the browser to the account page.
///
/// # Errors
/// To a caller that does not accept HTML: why it was not renamed. A browser is sent on with a message instead.
#[server(endpoint = "saved-views/rename")]
pub async fn rename_view(id: i64, #[server(default)] name: String) -> Result<(), AppError> {
    use crate::server::context::RequestContext;
    use crate::server::services::{replies, saved_views};

    let context = RequestContext::current()?;
    let renamed = saved_views::rename(&context, id, &name).await;
    replies::to_account(&context, renamed).await
}

/// Deletes one of the person's views, and sends the browser to the account page.
///
/// # Errors
/// To a caller that does not accept HTML: why it was not deleted. A browser is sent on with a message instead.
#[server(endpoint = "saved-views/delete")]
pub async fn delete_view(id: i64) -> Result<(), AppError> {
    use crate::server::context::RequestContext;
    use crate::server::services::{replies, saved_views};

    let context = RequestContext::current()?;
    let deleted = saved_views::delete(&context, id).await;
    replies::to_account(&context, deleted).await
}
