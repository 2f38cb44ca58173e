//! The last checks as bars: as high as a check that worked took long, with a gap below its top for one that failed.

use leptos::prelude::*;

use super::chart::{Bar, Frame};
use super::times::RelativeTime;
use crate::domain::check::Check;
use crate::domain::check_history::MOST_CHECKS;
use crate::domain::check_text::{history, milliseconds, scale, span};

const SPARK: Frame = Frame { width: 350, height: 24, slots: MOST_CHECKS, mark: (5, 3) };
const CHART: Frame = Frame { width: 650, height: 100, slots: MOST_CHECKS, mark: (10, 6) };

/// The bars of checks, of which the last is at the right. `top_ms` is what the height of the frame stands for.
fn bars(checks: &[Check], frame: Frame, top_ms: u32) -> Vec<Bar> {
    let mut bars = Vec::with_capacity(checks.len());
    for (from_right, check) in (0..frame.slots).zip(checks.iter().rev()) {
        if check.state.is_working() {
            let share = u64::from(check.duration_ms) * 1_000 / u64::from(top_ms.max(1));
            bars.extend(frame.good(from_right, u32::try_from(share).unwrap_or(u32::MAX)));
        } else {
            bars.extend(frame.bad(from_right).into_iter().flatten());
        }
    }
    bars
}

/// What the height of a chart stands for, in milliseconds. A failed check is drawn at full height and sets no scale.
fn top(checks: &[Check]) -> u32 {
    let working = checks.iter().filter(|check| check.state.is_working());
    scale(working.map(|check| check.duration_ms).max().unwrap_or_default())
}

/// The last checks, small, with a summary below.
#[component]
pub fn CheckSpark(
    /// The checks, the oldest first.
    checks: Vec<Check>,
    /// Whether the summary is for screen readers alone.
    #[prop(optional)]
    is_bare: bool,
) -> impl IntoView {
    if checks.is_empty() {
        return view! { <p class="spark-note">"No checks yet"</p> }.into_any();
    }
    let summary = format!("{}: {}", span(&checks), history(&checks));
    let note = (!is_bare).then(|| {
        view! {
            <p class="spark-note" aria-hidden="true">
                {summary.clone()}
            </p>
        }
    });
    view! {
        <div>
            {SPARK.picture("spark", summary, [], bars(&checks, SPARK, top(&checks)))}
            {note}
        </div>
    }
    .into_any()
}

/// The last checks, wide, with a scale to read them by.
#[component]
pub fn CheckChart(
    /// The checks, the oldest first.
    checks: Vec<Check>,
) -> impl IntoView {
    let Some(oldest) = checks.first().map(|check| check.at) else {
        return view! { <p class="secondary">"No checks yet."</p> }.into_any();
    };
    let top = top(&checks);
    let label = format!("{}: {}. The scale goes up to {}.", span(&checks), history(&checks), milliseconds(top));
    view! {
        <div class="chart-frame">
            <div class="chart-scale" aria-hidden="true">
                <span>{milliseconds(top)}</span>
                <span>{milliseconds(top / 2)}</span>
                <span>"0"</span>
            </div>
            {CHART.picture("chart", label, [0, CHART.height / 2, CHART.height], bars(&checks, CHART, top))}
        </div>
        <div class="chart-axis" aria-hidden="true">
            <span>"First shown: " <RelativeTime at=oldest/></span>
            <span>"Latest"</span>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::check::ConnectionState;

    #[test]
    fn bars_are_as_high_as_checks_took_long_and_the_newest_is_at_the_right() {
        let checks = [0, 50, 100].map(|took| Check::sample(ConnectionState::Works, took));
        let drawn: Vec<_> = bars(&checks, SPARK, 100).into_iter().map(|bar| (bar.x, bar.y, bar.height)).collect();
        assert_eq!(drawn, [(343, 0, 24), (336, 10, 14), (329, 20, 4)]);
    }

    #[test]
    fn a_failed_check_is_two_bars_with_a_gap_and_sets_no_scale() {
        let checks = [Check::sample(ConnectionState::Works, 80), Check::sample(ConnectionState::Failing, 10_000)];
        assert_eq!(top(&checks), 100);
        let drawn: Vec<_> = bars(&checks, SPARK, 100).into_iter().map(|bar| (bar.class, bar.y, bar.height)).collect();
        assert_eq!(drawn, [("spark-bad", 0, 5), ("spark-bad", 8, 16), ("spark-good", 4, 20)]);
    }

    #[test]
    fn there_are_as_many_places_as_the_chart_has() {
        let checks: Vec<_> = (1..=60).map(|took| Check::sample(ConnectionState::Works, took)).collect();
        let drawn = bars(&checks, SPARK, 60);
        assert_eq!(drawn.len(), 50);
        assert_eq!(drawn.first().map(|bar| bar.height), Some(24));
        assert_eq!(drawn.last().map(|bar| bar.x), Some(0));
    }
}
