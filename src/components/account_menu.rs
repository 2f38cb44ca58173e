//! The account menu: name and role, the account page, signing out; in the demo, choosing another role.

use std::sync::Arc;

use leptos::prelude::*;

use super::fragment_list::rendered_for;
use super::sign_out::SignOut;
use crate::domain::principal::Role;
use crate::domain::shell::Shell;
use crate::paths;

/// The menu in the top bar. A native disclosure: it opens without JavaScript.
#[component]
pub(super) fn AccountMenu(
    /// The visitor and whether this is the demo.
    shell: Arc<Shell>,
) -> impl IntoView {
    let (principal, is_demo) = (&shell.principal, shell.is_demo);
    // In the demo it leads back to the present page.
    let here = if is_demo { shell.here.as_str() } else { "" };
    let made_for = ["account", &principal.name, principal.role().word(), here].join("\n");
    rendered_for(&made_for, || menu(&shell))
}

fn menu(shell: &Shell) -> impl IntoView + use<> {
    let (principal, is_demo) = (&shell.principal, shell.is_demo);
    let role = principal.role();
    let roles = is_demo.then(|| demo_roles(role, shell.here.clone()));
    let sign_out = (!is_demo).then(|| view! { <SignOut class="button account-action"/> });
    view! {
        <details class="account-menu">
            <summary>
                <span class="avatar" aria-hidden="true">
                    {principal.initials()}
                </span>
                <span class="visually-hidden">{format!("Your account: {}", principal.name)}</span>
            </summary>
            <div class="account-panel">
                <p class="account-name">{principal.name.clone()}</p>
                <p class="secondary">{role.title()}</p>
                <a href=paths::ACCOUNT>"Your account"</a>
                {roles}
                {sign_out}
            </div>
        </details>
    }
}

fn demo_roles(present: Role, here: String) -> impl IntoView {
    let buttons = Role::ALL.map(|role| {
        view! {
            <button
                class="button account-action"
                type="submit"
                name="role"
                value=role.word()
                aria-pressed=(role == present).then_some("true")
            >
                {role.title()}
            </button>
        }
    });
    view! {
        <form method="post" action=paths::DEMO_ROLE aria-labelledby="demo-role-heading">
            <p class="secondary" id="demo-role-heading">
                "View the demo as"
            </p>
            <input type="hidden" name="next" value=here/>
            <div class="account-roles">{buttons.collect_view()}</div>
        </form>
    }
}
