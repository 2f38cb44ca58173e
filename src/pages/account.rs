//! `/account`: who the dashboard takes the visitor for, and why.

use leptos::prelude::*;

use crate::components::{Card, Chips, Crumb, Fact, Layout, Location, PageHead};
use crate::domain::principal::Permission;
use crate::domain::shell::Shell;

const PERMISSIONS: [(Permission, &str); 4] = [
    (Permission::ViewObjects, "See organisations and clients"),
    (Permission::ViewAuditLog, "Read the audit log"),
    (Permission::EditSandbox, "Create and edit outside production"),
    (Permission::EditProduction, "Create and edit in production"),
];

/// The signed-in person.
#[component]
pub fn AccountPage() -> impl IntoView {
    let Some(Shell { principal, .. }) = use_context::<Shell>() else {
        return ().into_any();
    };
    let role = principal.role;
    let may = PERMISSIONS.map(|(permission, words)| {
        let answer = if role.may(permission) { "Yes" } else { "No" };
        view! { <Fact name=words>{answer}</Fact> }
    });
    view! {
        <Layout title="Your account" location=Location::Elsewhere crumbs=vec![Crumb::here("Your account")] connection=None>
            <PageHead
                title=principal.name.clone()
                subline=view! { <span>"Signed in by the proxy in front of this dashboard"</span> }.into_any()
            />
            <div class="columns">
                <div class="column">
                    <Card id="identity" title="Who you are">
                        <div class="card-body">
                            <dl class="facts">
                                <Fact name="User">
                                    <code>{principal.subject}</code>
                                </Fact>
                                <Fact name="E-mail">{principal.email.unwrap_or_else(|| "Not told".to_owned())}</Fact>
                                <Fact name="Groups">
                                    <Chips values=principal.groups/>
                                </Fact>
                                <Fact name="Role">{role.word()}</Fact>
                            </dl>
                        </div>
                    </Card>
                    <Card id="may" title="What you may do">
                        <div class="card-body">
                            <dl class="facts">{may.collect_view()}</dl>
                        </div>
                    </Card>
                </div>
            </div>
        </Layout>
    }
    .into_any()
}
