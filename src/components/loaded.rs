//! A page that needs data: made when they are there, or the page of the error.

use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error_page::ErrorPage;
use crate::error::AppError;

/// Renders a page from what a server function gives. The one place that waits: every route is
/// rendered whole, so nothing flickers and nothing needs JavaScript.
pub fn loaded<T, V>(
    connection: Option<String>,
    load: impl Future<Output = Result<T, AppError>> + Send + 'static,
    page: impl Fn(T) -> V + Clone + Send + Sync + 'static,
) -> impl IntoView
where
    T: Clone + Send + Sync + Serialize + DeserializeOwned + 'static,
    V: IntoView + 'static,
{
    let data = OnceResource::new(load);
    view! {
        <Suspense fallback=|| ()>
            {move || {
                let (page, connection) = (page.clone(), connection.clone());
                Suspend::new(async move {
                    match data.await {
                        Ok(data) => page(data).into_any(),
                        Err(error) => view! { <ErrorPage error connection/> }.into_any(),
                    }
                })
            }}
        </Suspense>
    }
}
