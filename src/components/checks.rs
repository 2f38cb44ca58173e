//! The last checks as bars and as a table. A check that worked is a bar as high as it took long; one
//! that failed is a bar with a gap below its top, so that it reads without colour.

use leptos::prelude::*;

use super::times::{RelativeTime, TextWithTimes};
use crate::domain::check::Check;
use crate::domain::check_text::{history, milliseconds, span};

/// How many checks the small chart has room for.
const SPARK_CHECKS: usize = 40;
/// How many checks the wide chart has room for.
const CHART_CHECKS: usize = 50;

/// The size of a chart, in its own units.
#[derive(Clone, Copy)]
struct Frame {
    width: u32,
    height: u32,
    slots: usize,
    /// The height of the bar of a check that took no time.
    least: u32,
    /// What a failed check loses of its top, as mark and gap.
    mark: (u32, u32),
}

const SPARK: Frame = Frame { width: 320, height: 24, slots: SPARK_CHECKS, least: 6, mark: (5, 3) };
const CHART: Frame = Frame { width: 640, height: 100, slots: CHART_CHECKS, least: 8, mark: (10, 6) };

/// One rectangle of a chart.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Bar {
    class: &'static str,
    x: f64,
    y: u32,
    height: u32,
}

/// The rectangles of checks, the oldest at the left.
fn bars(checks: &[Check], frame: Frame) -> Vec<Bar> {
    let slowest = slowest(checks).unwrap_or_default().max(1);
    let first = checks.len().saturating_sub(frame.slots);
    let mut bars = Vec::with_capacity(checks.len());
    for (slot, check) in (0_u32..).zip(&checks[first..]) {
        let x = f64::from(slot) * slot_width(frame);
        if check.state.is_working() {
            let share = u64::from(frame.height - frame.least) * u64::from(check.duration_ms) / u64::from(slowest);
            let height = frame.least + u32::try_from(share).unwrap_or_default();
            bars.push(Bar { class: "spark-good", x, y: frame.height - height, height });
        } else {
            let (mark, gap) = frame.mark;
            bars.push(Bar { class: "spark-bad", x, y: 0, height: mark });
            bars.push(Bar { class: "spark-bad", x, y: mark + gap, height: frame.height - mark - gap });
        }
    }
    bars
}

/// How long the slowest check that worked took; a failed one is drawn at full height anyway.
fn slowest(checks: &[Check]) -> Option<u32> {
    checks.iter().filter(|check| check.state.is_working()).map(|check| check.duration_ms).max()
}

fn slot_width(frame: Frame) -> f64 {
    f64::from(frame.width) / f64::from(u32::try_from(frame.slots).unwrap_or(1))
}

fn rectangles(checks: &[Check], frame: Frame) -> impl IntoView + use<> {
    let width = slot_width(frame) - 2.0;
    bars(checks, frame)
        .into_iter()
        .map(|bar| {
            view! {
                <rect
                    class=bar.class
                    x=format!("{:.1}", bar.x)
                    y=bar.y
                    width=format!("{width:.1}")
                    height=bar.height
                ></rect>
            }
        })
        .collect_view()
}

/// The last checks, small, with a summary below.
#[component]
pub fn CheckSpark(
    /// The checks, the oldest first.
    checks: Vec<Check>,
) -> impl IntoView {
    let first = checks.len().saturating_sub(SPARK_CHECKS);
    let checks = checks[first..].to_vec();
    if checks.is_empty() {
        return view! { <p class="spark-note">"No checks yet."</p> }.into_any();
    }
    let summary = format!("{}: {}", span(&checks), history(&checks));
    view! {
        <div>
            <svg class="spark" viewBox="0 0 320 24" preserveAspectRatio="none" role="img" aria-label=summary.clone()>
                {rectangles(&checks, SPARK)}
            </svg>
            <p class="spark-note" aria-hidden="true">
                {summary}
            </p>
        </div>
    }
    .into_any()
}

/// The last checks, wide, with lines to read them by.
#[component]
pub fn CheckChart(
    /// The checks, the oldest first.
    checks: Vec<Check>,
) -> impl IntoView {
    let Some(oldest) = checks.first().map(|check| check.at) else {
        return view! { <p class="secondary">"No checks yet."</p> }.into_any();
    };
    let slowest = slowest(&checks).map(milliseconds);
    let scale = slowest.as_ref().map(|slowest| format!("; slowest: {slowest}"));
    let label = format!("{}: {}{}", span(&checks), history(&checks), scale.unwrap_or_default());
    view! {
        <svg class="chart" viewBox="0 0 640 100" preserveAspectRatio="none" role="img" aria-label=label>
            <line class="chart-line" x1="0" y1="0.5" x2="640" y2="0.5"></line>
            <line class="chart-line" x1="0" y1="50" x2="640" y2="50"></line>
            {rectangles(&checks, CHART)}
        </svg>
        <div class="chart-axis" aria-hidden="true">
            <span>
                <RelativeTime at=oldest/>
            </span>
            {slowest.map(|slowest| view! { <span>{format!("Slowest: {slowest}")}</span> })}
            <span>"now"</span>
        </div>
    }
    .into_any()
}

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

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::domain::check::ConnectionState;

    fn check(state: ConnectionState, duration_ms: u32) -> Check {
        Check {
            at: datetime!(2026-11-22 14:03:27 UTC),
            state,
            detail: String::new(),
            advice: None,
            http_status: None,
            request_id: None,
            duration_ms,
            is_from_memory: false,
        }
    }

    #[test]
    fn bars_are_as_high_as_checks_took_long_and_stay_in_the_frame() {
        let checks = [0, 50, 100].map(|took| check(ConnectionState::Works, took));
        let heights: Vec<_> = bars(&checks, SPARK).into_iter().map(|bar| (bar.y, bar.height)).collect();
        assert_eq!(heights, [(18, 6), (9, 15), (0, 24)]);
    }

    #[test]
    fn a_failed_check_is_two_bars_with_a_gap_and_sets_no_scale() {
        let checks = [check(ConnectionState::Works, 80), check(ConnectionState::Failing, 10_000)];
        let drawn: Vec<_> = bars(&checks, SPARK).into_iter().map(|bar| (bar.class, bar.y, bar.height)).collect();
        assert_eq!(drawn, [("spark-good", 0, 24), ("spark-bad", 0, 5), ("spark-bad", 8, 16)]);
    }

    #[test]
    fn the_small_chart_shows_the_newest() {
        let checks: Vec<_> = (1..=60).map(|took| check(ConnectionState::Works, took)).collect();
        let drawn = bars(&checks, SPARK);
        assert_eq!(drawn.len(), SPARK_CHECKS);
        assert_eq!(drawn.last().map(|bar| bar.height), Some(24));
    }
}
