//! What can be done with an object, or why not, and how it is.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use crate::components::{RefusedButton, shell};
use crate::domain::connection::Environment;
use crate::domain::excerpt::{LONGEST_NAME, cut};
use crate::domain::object::ObjectKind;
use crate::domain::principal::Permission;
use crate::domain::reference::ObjectReference;
use crate::paths;
use crate::server_fns::changes::SwitchObject;

/// The environment of a connection; the sandbox where there is none of this name.
pub(super) fn environment_of(connection: &str) -> Environment {
    shell().and_then(|shell| shell.connection(connection).map(|one| one.environment)).unwrap_or(Environment::Sandbox)
}

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

/// The button that opens the review of a change that switches an object off or on.
#[component]
pub(super) fn SwitchButton(
    /// The connection's name.
    connection: String,
    /// Organisation or client.
    kind: ObjectKind,
    /// The object's ID.
    id: String,
    /// Whether it is switched off now.
    is_disabled: bool,
    /// Why nothing can be changed here, where there is another reason than the role.
    #[prop(optional_no_strip)]
    refusal: Option<&'static str>,
) -> impl IntoView {
    let label = if is_disabled { "Enable…" } else { "Disable…" };
    match refusal_on(&connection, refusal) {
        None => view! {
            <form method="post" action=SwitchObject::url()>
                <input type="hidden" name="connection" value=connection/>
                <input type="hidden" name="kind" value=kind.code()/>
                <input type="hidden" name="id" value=id/>
                <input type="hidden" name="enabled" value=is_disabled.to_string()/>
                <button class="button" type="submit">
                    {label}
                </button>
            </form>
        }
        .into_any(),
        Some(reason) => view! { <RefusedButton class="button" label reason described_by=None/> }.into_any(),
    }
}

/// How an object is: disabled, itself or by what is above it, or plainly enabled.
#[component]
pub(super) fn ObjectState(
    /// The connection's name.
    connection: String,
    /// Whether it is enabled; `None` where the partner sent nothing.
    enabled: Option<bool>,
    /// The nearest organisation above it that was switched off.
    disabled_by: Option<ObjectReference>,
) -> impl IntoView {
    match (enabled, disabled_by) {
        (Some(false), _) => view! { <span class="pill pill-off">"Disabled"</span> }.into_any(),
        (_, Some(by)) => {
            let name = cut(&by.name, LONGEST_NAME).into_owned();
            let name = if by.id.is_empty() {
                name.into_any()
            } else {
                view! { <a href=paths::organisation(&connection, &by.id)>{name}</a> }.into_any()
            };
            view! { <span class="pill pill-off">"Disabled by " {name}</span> }.into_any()
        }
        (Some(true), None) => view! { <span>"Enabled"</span> }.into_any(),
        (None, None) => view! { <span>"Enabled by default"</span> }.into_any(),
    }
}
