//! `/notifications`: who is told what, how each target is, and test messages. For admins.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use crate::components::{Crumb, Empty, Html, IconName, Layout, Location, PageHead, RelativeTime};
use crate::domain::notification::{NotificationEvent, TargetState};
use crate::error::AppError;
use crate::paths;
use crate::server_fns::notifications::{SendTestNotification, load_notifications};

/// The page of all targets.
///
/// # Errors
/// When the person may not see them.
pub async fn list() -> Result<Html, AppError> {
    Ok(Html::of(page(load_notifications().await?)))
}

fn page(targets: Vec<TargetState>) -> impl IntoView {
    let crumbs = vec![Crumb::here("Notifications")];
    let body = if targets.is_empty() {
        view! {
            <Empty
                icon=IconName::Bell
                title="No notifications configured"
                description="Each target is a [[notifications]] table in the configuration file: a webhook, Slack, Teams or email. Add one, then reload the configuration or restart the dashboard."
            >
                <a class="button" href=paths::CONNECTIONS>
                    "Connections"
                </a>
            </Empty>
        }
        .into_any()
    } else {
        table(targets).into_any()
    };
    view! {
        <Layout title="Notifications" connection=None location=Location::Notifications crumbs>
            <PageHead title="Notifications"/>
            {body}
        </Layout>
    }
}

fn table(targets: Vec<TargetState>) -> impl IntoView {
    view! {
        <div class="table-card">
            <table class="table table-rows">
                <caption class="visually-hidden">"Targets of notifications, in the order of the configuration"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Target"</th>
                        <th scope="col">"Told of"</th>
                        <th scope="col">"Last delivery"</th>
                        <th scope="col">"Last error"</th>
                        <th scope="col">"Queue"</th>
                        <th scope="col">
                            <span class="visually-hidden">"Actions"</span>
                        </th>
                    </tr>
                </thead>
                <tbody>{targets.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}

fn row(target: TargetState) -> impl IntoView {
    let heading_id = format!("n-{}", target.name);
    let failing = target.is_failing().then(|| view! { <span class="pill pill-bad">"Failing"</span> });
    let (told_of, waiting) = (told_of(&target), waiting(&target));
    // Each says what it is: on a narrow screen the columns have no headings.
    let delivered = match target.last_delivered_at {
        Some(at) => view! { "Delivered " <RelativeTime at/> }.into_any(),
        None => "Nothing delivered yet".into_any(),
    };
    let error = match target.last_failed_at {
        Some(at) => view! {
            "Failed "
            <RelativeTime at/>
            <span class="cell-note">{target.last_error}</span>
        }
        .into_any(),
        None => "No error".into_any(),
    };
    let quiet = target.quiet_hours.map(|hours| view! { <span class="cell-note">{format!("Quiet: {hours}")}</span> });
    view! {
        <tr>
            <th scope="row" class="cell-main">
                <span id=heading_id.clone()>{target.name.clone()}</span>
                " "
                {failing}
                <span class="cell-note">{format!("{}: {}", target.kind.word(), target.address)}</span>
            </th>
            <td class="cell-line">{told_of} {quiet}</td>
            <td class="cell-line">{delivered}</td>
            <td class="cell-line">{error}</td>
            <td class="cell-line">{waiting}</td>
            <td class="cell-action">
                <form method="post" action=SendTestNotification::url()>
                    <input type="hidden" name="name" value=target.name/>
                    <button class="button button-quiet" type="submit" aria-describedby=heading_id>
                        "Send test"
                    </button>
                </form>
            </td>
        </tr>
    }
}

fn told_of(target: &TargetState) -> String {
    let events = if target.events.len() == NotificationEvent::CHOICES.len() {
        "Everything".to_owned()
    } else {
        target.events.iter().map(|event| event.word()).collect::<Vec<_>>().join(", ")
    };
    match &target.limits {
        Some(limits) => format!("{events} ({limits})"),
        None => events,
    }
}

fn waiting(target: &TargetState) -> String {
    match (target.waiting, target.held) {
        (0, _) => "Nothing waits".to_owned(),
        (1, 0) => "1 message waits".to_owned(),
        (waiting, 0) => format!("{waiting} messages wait"),
        (waiting, held) => format!("{waiting} waiting, {held} of them until the quiet hours end"),
    }
}
