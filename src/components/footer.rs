//! The foot of every page: version, documentation and support; on paper, the address and the time.

use std::sync::Arc;

use leptos::prelude::*;

use super::times::ExactTime;
use crate::domain::shell::Shell;

/// The documentation of OneID.
const DOCUMENTATION: &str = "https://docs.oneid.uk/";

/// The foot of a page.
#[component]
pub(super) fn Footer(
    /// The page, when it was rendered, and where support is.
    shell: Arc<Shell>,
) -> impl IntoView {
    let (now, request_id) = (shell.now, shell.request_id.clone());
    let address = [shell.origin.as_str(), &shell.here].concat();
    view! {
        <footer class="footer">
            <span>{concat!("Partner Dashboard ", env!("CARGO_PKG_VERSION"))}</span>
            <a href=DOCUMENTATION>"OneID documentation"</a>
            <a href=shell.support_url.clone()>"Support"</a>
            <p class="footer-print">
                {address} " · " <ExactTime at=now/> " · request " {request_id}
            </p>
        </footer>
    }
}
