//! Buttons that are disabled, with the reason, when the role does not allow them or the partner does not respond.

use leptos::prelude::*;

use crate::components::{RefusedButton, shell};
use crate::domain::connection::Environment;
use crate::domain::principal::Permission;

/// Why the person may change nothing on a connection: their role, or else the reason that is given.
pub(super) fn refusal_on(connection: &str, refusal: Option<&'static str>) -> Option<&'static str> {
    let of_role = shell().and_then(|shell| {
        let permission = match shell.connection(connection)?.environment {
            Environment::Sandbox => Permission::EditSandbox,
            Environment::Production => Permission::EditProduction,
        };
        shell.refusal(permission)
    });
    of_role.or(refusal)
}

/// A link that looks like a button and creates or edits something on a connection.
#[component]
pub(super) fn EditButton(
    /// The connection's name.
    connection: String,
    /// The path of the form.
    path: String,
    /// The label of the button.
    label: &'static str,
    /// Why nothing can be changed here, where there is another reason than the role.
    #[prop(optional_no_strip)]
    refusal: Option<&'static str>,
    /// Whether it is the main thing to do on the page.
    #[prop(optional)]
    is_primary: bool,
) -> impl IntoView {
    let reason = refusal_on(&connection, refusal);
    let class = if is_primary { "button button-primary" } else { "button" };
    match reason {
        None => view! {
            <a class=class href=path>
                {label}
            </a>
        }
        .into_any(),
        Some(reason) => view! { <RefusedButton class label reason described_by=None/> }.into_any(),
    }
}
