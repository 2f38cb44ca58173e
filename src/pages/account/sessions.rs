//! The sessions of the visitor, and the buttons that end them.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use crate::components::{Card, RelativeTime, SignOut};
use crate::domain::session_summary::SessionSummary;
use crate::server_fns::sessions::{EndOtherSessions, EndSession};

/// The list of the person's sessions, with buttons to end them.
#[component]
pub(super) fn Sessions(
    /// The sessions, the one used last first.
    sessions: Vec<SessionSummary>,
    /// Whether ending one signs that browser out, rather than only forgetting its messages.
    signs_in_here: bool,
    /// Whether there is anything to sign out of.
    can_sign_out: bool,
) -> impl IntoView {
    let note = if signs_in_here {
        "Ending a session signs that browser out of this dashboard."
    } else {
        "This session only holds messages for the next page. The proxy in front of this dashboard handles signing in."
    };
    let has_others = sessions.iter().any(|session| !session.is_current);
    let others = has_others.then(|| {
        view! {
            <div class="card-foot">
                <form method="post" action=EndOtherSessions::url()>
                    <button class="button" type="submit">
                        "End all other sessions"
                    </button>
                </form>
            </div>
        }
    });
    let body = if sessions.is_empty() {
        view! { <p class="card-foot">"You have no sessions yet."</p> }.into_any()
    } else {
        table(sessions, can_sign_out).into_any()
    };
    view! {
        <Card id="sessions" title="Your sessions">
            <div class="card-body">
                <p class="prose secondary">{note}</p>
            </div>
            {body}
            {others}
        </Card>
    }
}

fn table(sessions: Vec<SessionSummary>, can_sign_out: bool) -> impl IntoView {
    let rows = sessions.into_iter().map(|session| row(session, can_sign_out));
    view! {
        <table class="table table-rows sessions">
            <caption class="visually-hidden">"Your sessions, most recently used first"</caption>
            <thead>
                <tr>
                    <th scope="col">"Browser"</th>
                    <th scope="col">"Last used"</th>
                    <th scope="col">"Signed in"</th>
                    <th scope="col">
                        <span class="visually-hidden">"End"</span>
                    </th>
                </tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
}

fn row(session: SessionSummary, can_sign_out: bool) -> impl IntoView {
    let browser = browser_name(session.user_agent.as_deref());
    let label = format!("End session: {browser}");
    let end = if session.is_current {
        let sign_out = can_sign_out.then(|| view! { <SignOut class="button button-small"/> });
        view! {
            <span class="secondary">"This session"</span>
            {sign_out}
        }
        .into_any()
    } else {
        view! {
            <form method="post" action=EndSession::url()>
                <input type="hidden" name="handle" value=session.handle/>
                <button class="button button-small" type="submit" title=label>
                    "End session"
                </button>
            </form>
        }
        .into_any()
    };
    view! {
        <tr>
            <th scope="row" class="cell-main">
                {browser} <span class="feed-meta">{session.peer.map(|peer| format!("from {peer}"))}</span>
            </th>
            <td class="cell-wide">
                <RelativeTime at=session.last_used_at/>
            </td>
            <td class="cell-wide">
                <RelativeTime at=session.began_at/>
            </td>
            <td class="cell-side">{end}</td>
        </tr>
    }
}

/// A readable name for a browser, from its `User-Agent`; the start of the header where the browser is not known.
fn browser_name(user_agent: Option<&str>) -> String {
    let Some(agent) = user_agent.filter(|agent| !agent.trim().is_empty()) else {
        return "Unknown browser".to_owned();
    };
    // Each of these also names those that stand below it.
    let names =
        [("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];
    let systems = [
        ("Android", "Android"),
        ("iPhone", "iOS"),
        ("iPad", "iPadOS"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    let find =
        |known: &[(&str, &'static str)]| known.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    match (find(&names), find(&systems)) {
        (Some(name), Some(system)) => format!("{name} on {system}"),
        (Some(name), None) => name.to_owned(),
        (None, _) => agent.chars().take(60).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_called_what_people_call_them() {
        for (agent, words) in [
            (
                Some(
                    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/149.0 Safari/537.36",
                ),
                "Chrome on Linux",
            ),
            (
                Some("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/149.0 Safari/537.36 Edg/149.0"),
                "Edge on Windows",
            ),
            (
                Some("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1"),
                "Safari on iOS",
            ),
            (Some("curl/8.5.0"), "curl/8.5.0"),
            (Some(" "), "Unknown browser"),
            (None, "Unknown browser"),
        ] {
            assert_eq!(browser_name(agent), words);
        }
    }
}
