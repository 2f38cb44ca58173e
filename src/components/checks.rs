//! The last checks as bars. A check that worked is a bar as high as it took long; one that failed is a bar with a gap
//! below its top, so that it reads without colour. The newest is at the right, in a place of its own: charts of few and
//! of many checks compare.

use leptos::prelude::*;

use super::times::RelativeTime;
use crate::domain::check::Check;
use crate::domain::check_history::MOST_CHECKS;
use crate::domain::check_text::{history, milliseconds, scale, span};

/// The size of a chart, in its own units.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) slots: u32,
    /// The height of the bar of a check that took no time.
    least: u32,
    /// What a failed check loses of its top, as mark and gap.
    mark: (u32, u32),
}

const SPARK: Frame = Frame { width: 350, height: 24, slots: MOST_CHECKS, least: 4, mark: (5, 3) };
const CHART: Frame = Frame { width: 650, height: 100, slots: MOST_CHECKS, least: 4, mark: (10, 6) };

/// One rectangle of a chart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bar {
    class: &'static str,
    x: u32,
    y: u32,
    height: u32,
}

impl Frame {
    pub(super) const fn new(width: u32, height: u32, slots: u32) -> Self {
        Self { width, height, slots, least: 4, mark: (10, 6) }
    }

    const fn slot(self) -> u32 {
        self.width / self.slots
    }

    /// A bar of something good, at so many slots from the right, of a share of the height in thousandths.
    pub(super) fn good(self, from_right: u32, per_mille: u32) -> Option<Bar> {
        let height = self.least + (self.height - self.least) * per_mille.min(1_000) / 1_000;
        Some(Bar { class: "spark-good", x: self.x(from_right)?, y: self.height - height, height })
    }

    /// The mark and the bar of something bad.
    pub(super) fn bad(self, from_right: u32) -> [Option<Bar>; 2] {
        let (mark, gap) = self.mark;
        let bar = |y, height| Some(Bar { class: "spark-bad", x: self.x(from_right)?, y, height });
        [bar(0, mark), bar(mark + gap, self.height - mark - gap)]
    }

    fn x(self, from_right: u32) -> Option<u32> {
        Some(self.slots.checked_sub(from_right + 1)? * self.slot())
    }

    pub(super) fn rectangles(self, bars: Vec<Bar>) -> impl IntoView + use<> {
        let width = self.slot() - 2;
        let rectangle =
            move |bar: Bar| view! { <rect class=bar.class x=bar.x y=bar.y width=width height=bar.height></rect> };
        bars.into_iter().map(rectangle).collect_view()
    }
}

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
            <svg
                class="spark"
                viewBox=format!("0 0 {} {}", SPARK.width, SPARK.height)
                preserveAspectRatio="none"
                role="img"
                aria-label=summary
            >
                {SPARK.rectangles(bars(&checks, SPARK, top(&checks)))}
            </svg>
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
            <svg
                class="chart"
                viewBox=format!("0 0 {} {}", CHART.width, CHART.height)
                preserveAspectRatio="none"
                role="img"
                aria-label=label
            >
                <line class="chart-line" x1="0" y1="0" x2=CHART.width y2="0"></line>
                <line class="chart-line" x1="0" y1=CHART.height / 2 x2=CHART.width y2=CHART.height / 2></line>
                <line class="chart-line" x1="0" y1=CHART.height x2=CHART.width y2=CHART.height></line>
                {CHART.rectangles(bars(&checks, CHART, top))}
            </svg>
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
    fn bars_are_as_high_as_checks_took_long_and_the_newest_is_at_the_right() {
        let checks = [0, 50, 100].map(|took| check(ConnectionState::Works, took));
        let drawn: Vec<_> = bars(&checks, SPARK, 100).into_iter().map(|bar| (bar.x, bar.y, bar.height)).collect();
        assert_eq!(drawn, [(343, 0, 24), (336, 10, 14), (329, 20, 4)]);
    }

    #[test]
    fn a_failed_check_is_two_bars_with_a_gap_and_sets_no_scale() {
        let checks = [check(ConnectionState::Works, 80), check(ConnectionState::Failing, 10_000)];
        assert_eq!(top(&checks), 100);
        let drawn: Vec<_> = bars(&checks, SPARK, 100).into_iter().map(|bar| (bar.class, bar.y, bar.height)).collect();
        assert_eq!(drawn, [("spark-bad", 0, 5), ("spark-bad", 8, 16), ("spark-good", 4, 20)]);
    }

    #[test]
    fn there_are_as_many_places_as_the_chart_has() {
        let checks: Vec<_> = (1..=60).map(|took| check(ConnectionState::Works, took)).collect();
        let drawn = bars(&checks, SPARK, 60);
        assert_eq!(drawn.len(), 50);
        assert_eq!(drawn.first().map(|bar| bar.height), Some(24));
        assert_eq!(drawn.last().map(|bar| bar.x), Some(0));
    }
}
