//! The history of a connection's checks, day by day.

use leptos::prelude::*;
use time::{Date, Duration};

use super::chart::Frame;
use super::numbers::{counted, grouped};
use crate::domain::check_days::{DayOfChecks, HISTORY_DAYS, Uptime, percent};
use crate::domain::check_text::milliseconds;
use crate::domain::time_format::day;

const DAYS: Frame = Frame { width: 720, height: 40, slots: HISTORY_DAYS as u32, mark: (8, 5) };

/// A bar for each of the last days, with a gap where the connection was down for a share of the day, and a scale of
/// dates.
#[component]
pub fn DaysChart(
    /// The days that had checks, the oldest first.
    days: Vec<DayOfChecks>,
    /// Today, in UTC.
    today: Date,
) -> impl IntoView {
    let mut bars = Vec::with_capacity(days.len());
    let mut failed = 0_u32;
    for one in &days {
        let Ok(from_right) = u32::try_from((today - one.day).whole_days()) else {
            continue;
        };
        match share_of(*one) {
            None => {}
            Some(1_000) => bars.extend(DAYS.good(from_right, 1_000)),
            Some(share) => {
                failed += 1;
                bars.extend(DAYS.partly_good(from_right, share).into_iter().flatten());
            }
        }
    }
    let uptime = Uptime::of(&days).map(Uptime::text).unwrap_or_default();
    let label = format!(
        "The last {HISTORY_DAYS} days: {} with checks, {failed} of them with downtime. Uptime {uptime}.",
        counted(days.len().try_into().unwrap_or(u64::MAX), "day")
    );
    let first = today - Duration::days(i64::from(HISTORY_DAYS) - 1);
    view! {
        {DAYS.picture("chart chart-days", label, [DAYS.height], bars)}
        <div class="chart-axis" aria-hidden="true">
            <span>{day(first)}</span>
            <span>"Today"</span>
        </div>
    }
}

/// Uptime, checks and latency of each day, the newest first.
#[component]
pub fn DaysTable(
    /// The days that had checks, the oldest first.
    days: Vec<DayOfChecks>,
) -> impl IntoView {
    let row = |one: DayOfChecks| {
        let share = share_of(one);
        let class = if share == Some(1_000) { "cell-half numeric" } else { "cell-half numeric strong" };
        view! {
            <tr>
                <th scope="row" class="cell-main cell-time">
                    <time datetime=one.day.to_string()>{day(one.day)}</time>
                </th>
                <td class="cell-side numeric">{one.p95_ms.map_or_else(|| "–".to_owned(), milliseconds)}</td>
                <td class=class>{share.map(percent)}</td>
                <td class="cell-half numeric">{failures(one)}</td>
            </tr>
        }
    };
    view! {
        <table class="table table-rows">
            <caption class="visually-hidden">"Days, newest first"</caption>
            <thead>
                <tr>
                    <th scope="col">"Day (UTC)"</th>
                    <th scope="col" class="numeric">
                        "p95 latency"
                    </th>
                    <th scope="col" class="numeric">
                        "Uptime"
                    </th>
                    <th scope="col" class="numeric">
                        "Failed checks"
                    </th>
                </tr>
            </thead>
            <tbody>{days.into_iter().rev().map(row).collect_view()}</tbody>
        </table>
    }
}

/// The share of one day, in tenths of a per cent.
fn share_of(day: DayOfChecks) -> Option<u32> {
    Uptime::of(&[day]).map(|uptime| uptime.per_mille)
}

/// "3 of 1,440".
fn failures(one: DayOfChecks) -> String {
    format!("{} of {}", grouped(one.checks.saturating_sub(one.working).into()), grouped(one.checks.into()))
}
