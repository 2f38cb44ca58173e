//! The page for an unknown URL.

use leptos::prelude::*;

use crate::components::ErrorPage;
use crate::domain::shell::Shell;
use crate::error::{AppError, AppErrorCode};

/// The page for a URL that no route matches; answered with 404.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    let request_id = use_context::<Shell>().map(|shell| shell.request_id);
    view! { <ErrorPage error=AppError { code: AppErrorCode::NotFound, request_id }/> }
}
