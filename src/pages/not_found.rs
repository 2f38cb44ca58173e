//! The page for an address that is none.

use leptos::prelude::*;

use crate::components::ErrorPage;
use crate::domain::shell::Shell;
use crate::error::{AppError, AppErrorCode};

/// There is nothing here.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    let request_id = use_context::<Shell>().map(|shell| shell.request_id);
    view! { <ErrorPage error=AppError { code: AppErrorCode::NotFound, request_id }/> }
}
