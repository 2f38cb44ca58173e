//! Where one is signed in, and the buttons that end it.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use crate::components::{Card, Moment, SignOut};
use crate::domain::visit::Visit;
use crate::server_fns::sessions::{EndOtherSessions, EndSession};

/// The person's sessions.
#[component]
pub(super) fn Sessions(
    /// The sessions, the one used last first.
    visits: Vec<Visit>,
    /// Whether ending one signs that browser out, rather than only forgetting its messages.
    signs_in_here: bool,
    /// Whether there is anything to sign out of.
    can_sign_out: bool,
) -> impl IntoView {
    let note = if signs_in_here {
        "Ending a session signs that browser out of this dashboard."
    } else {
        "A session keeps messages for the next page. Signing in is up to what stands in front of this dashboard."
    };
    let has_others = visits.iter().any(|visit| !visit.is_current);
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
    let body = if visits.is_empty() {
        view! { <p class="card-foot">"There is none: nothing is kept for you yet."</p> }.into_any()
    } else {
        table(visits, can_sign_out).into_any()
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

fn table(visits: Vec<Visit>, can_sign_out: bool) -> impl IntoView {
    let rows = visits.into_iter().map(|visit| row(visit, can_sign_out));
    view! {
        <table class="table table-rows sessions">
            <caption class="visually-hidden">"Your sessions, the one used last first"</caption>
            <thead>
                <tr>
                    <th scope="col">"Browser"</th>
                    <th scope="col">"Last used"</th>
                    <th scope="col">"Began"</th>
                    <th scope="col">
                        <span class="visually-hidden">"End"</span>
                    </th>
                </tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
}

fn row(visit: Visit, can_sign_out: bool) -> impl IntoView {
    let browser = browser_words(visit.user_agent.as_deref());
    let label = format!("End session: {browser}");
    let end = if visit.is_current {
        let sign_out = can_sign_out.then(|| view! { <SignOut class="button button-small"/> });
        view! {
            <span class="secondary">"This session"</span>
            {sign_out}
        }
        .into_any()
    } else {
        view! {
            <form method="post" action=EndSession::url()>
                <input type="hidden" name="handle" value=visit.handle/>
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
                {browser} <span class="feed-meta">{visit.peer.map(|peer| format!("from {peer}"))}</span>
            </th>
            <td class="cell-wide">
                <Moment at=visit.last_used_at/>
            </td>
            <td class="cell-wide">
                <Moment at=visit.began_at/>
            </td>
            <td class="cell-side">{end}</td>
        </tr>
    }
}

/// What people call a browser, from what it calls itself; its own words where it is none of the usual.
fn browser_words(user_agent: Option<&str>) -> String {
    let Some(agent) = user_agent.filter(|agent| !agent.trim().is_empty()) else {
        return "A browser that does not say its name".to_owned();
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
            (Some(" "), "A browser that does not say its name"),
            (None, "A browser that does not say its name"),
        ] {
            assert_eq!(browser_words(agent), words);
        }
    }
}
