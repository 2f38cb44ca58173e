//! The last checks as a table.

use leptos::prelude::*;

use super::times::{RelativeTime, TextWithTimes};
use crate::domain::check::Check;
use crate::domain::check_text::milliseconds;

/// The checks as a table, the newest first.
#[component]
pub fn CheckTable(
    /// The checks, the oldest first.
    checks: Vec<Check>,
) -> impl IntoView {
    let row = |check: Check| {
        let (status, latency) = if check.is_from_memory {
            ("cached".to_owned(), "–".to_owned())
        } else {
            let status = check.http_status.map_or_else(|| "none".to_owned(), |status| status.to_string());
            (status, milliseconds(check.duration_ms))
        };
        let class = if check.state.is_working() { "cell-extra is-quiet secondary" } else { "cell-extra" };
        view! {
            <tr>
                <th scope="row" class="cell-main cell-time">
                    <RelativeTime at=check.at/>
                </th>
                <td class="cell-side">{check.state.word()}</td>
                <td class="cell-half numeric">{status}</td>
                <td class="cell-half numeric">{latency}</td>
                <td class=class>
                    <TextWithTimes text=check.detail/> {check.request_id.map(|id| view! { " " <code>{id}</code> })}
                </td>
            </tr>
        }
    };
    view! {
        <table class="table table-rows">
            <caption class="visually-hidden">"Checks, newest first"</caption>
            <thead>
                <tr>
                    <th scope="col">"Time"</th>
                    <th scope="col">"Result"</th>
                    <th scope="col" class="numeric">
                        "Status"
                    </th>
                    <th scope="col" class="numeric">
                        "Latency"
                    </th>
                    <th scope="col">"Result details"</th>
                </tr>
            </thead>
            <tbody>{checks.into_iter().rev().map(row).collect_view()}</tbody>
        </table>
    }
}
