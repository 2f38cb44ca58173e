//! What can be done with connections: forms that post, and say why where a role may not.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use crate::components::{Live, RefusedButton, shell};
use crate::domain::principal::Permission;
use crate::domain::time_format::{exact, rfc3339};
use crate::islands::LiveRegion;
use crate::server_fns::connections::{CheckAllConnections, CheckConnection, SendTestMessage};

/// A button of a form, disabled with the reason for those who may not.
#[component]
fn CheckButton(
    label: &'static str,
    #[prop(optional)] is_primary: bool,
    #[prop(optional)] is_quiet: bool,
    #[prop(optional_no_strip)] described_by: Option<String>,
) -> impl IntoView {
    let reason = shell().and_then(|shell| shell.refusal_everywhere(Permission::CheckConnections));
    let class = match (is_primary, is_quiet) {
        (true, _) => "button button-primary",
        (_, true) => "button button-quiet",
        _ => "button",
    };
    match reason {
        None => view! {
            <button class=class type="submit" aria-describedby=described_by>
                {label}
            </button>
        }
        .into_any(),
        Some(reason) => view! { <RefusedButton class label reason described_by/> }.into_any(),
    }
}

/// *Check now*, on a card or in a row of the list of connections.
#[component]
pub(super) fn CheckFromList(
    /// The connection's name.
    name: String,
    /// The id of what names its card or its row: there are as many of these buttons as connections.
    heading_id: String,
    /// Whether the button is without a frame, as in the rows of a table.
    #[prop(optional)]
    is_quiet: bool,
) -> impl IntoView {
    view! {
        <form method="post" action=CheckConnection::url()>
            <input type="hidden" name="name" value=name/>
            <input type="hidden" name="from_list" value="true"/>
            <CheckButton label="Check now" is_quiet described_by=Some(heading_id)/>
        </form>
    }
}

/// *Check now*, on the page of the connection.
#[component]
pub(super) fn CheckOnPage(
    /// The connection's name.
    name: String,
) -> impl IntoView {
    view! {
        <form method="post" action=CheckConnection::url()>
            <input type="hidden" name="name" value=name/>
            <CheckButton label="Check now" is_primary=true described_by=None/>
        </form>
    }
}

/// *Check all now*.
#[component]
pub(super) fn CheckAll() -> impl IntoView {
    view! {
        <form method="post" action=CheckAllConnections::url()>
            <CheckButton label="Check all now" described_by=None/>
        </form>
    }
}

/// The document of a test message, and the button that sends it as it is shown.
#[component]
pub(super) fn TestMessage(
    /// The connection's name.
    name: String,
    /// The document, as JSON text.
    document: String,
) -> impl IntoView {
    view! {
        <section class="card" id="test-message" aria-labelledby="test-message-heading">
            <div class="card-head">
                <h2 id="test-message-heading">"Test message"</h2>
                <span class="card-note">"nothing is sent until you press the button"</span>
            </div>
            <div class="card-body">
                <p class="prose">
                    "The partner treats this document as a real message. It is sent once, exactly as shown, and is \
                     recorded in the audit log."
                </p>
                <pre class="document" id="test-message-document">
                    <code>{document.clone()}</code>
                </pre>
                <form method="post" action=SendTestMessage::url()>
                    <input type="hidden" name="name" value=name/>
                    <input type="hidden" name="document" value=document/>
                    <CheckButton label="Send test message" described_by=Some("test-message-document".to_owned())/>
                </form>
            </div>
        </section>
    }
}

/// When the page was rendered, a link that reloads it, and the island that keeps it up to date.
#[component]
pub(super) fn Freshness() -> impl IntoView {
    let shell = shell();
    let as_of = shell.as_ref().map(|shell| {
        view! {
            <time datetime=rfc3339(shell.now) title=exact(shell.now)>
                {shell.times.time_with_zone(shell.now)}
            </time>
        }
    });
    let here = shell.map(|shell| shell.here.clone()).unwrap_or_default();
    view! {
        <span>"As of " <Live id="live-as-of">{as_of}</Live> " · " <a href=here>"Refresh"</a> <LiveRegion/></span>
    }
}
