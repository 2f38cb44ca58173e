//! The frame of a chart of bars. Something bad is a bar with a gap, so that it reads without colour. The newest is at the
//! right, in a place of its own: charts of little and of much compare.

use leptos::prelude::*;

/// The size of a chart, in its own units.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) slots: u32,
    /// What something bad loses of its top, as mark and gap.
    pub(super) mark: (u32, u32),
}

/// The least height of a bar: of a check that took no time, of a day without any uptime.
const LEAST: u32 = 4;

/// One rectangle of a chart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bar {
    pub(super) class: &'static str,
    pub(super) x: u32,
    pub(super) y: u32,
    pub(super) height: u32,
}

const GOOD: &str = "spark-good";
const BAD: &str = "spark-bad";

impl Frame {
    const fn slot(self) -> u32 {
        self.width / self.slots
    }

    /// A bar of something good, at so many slots from the right, of a share of the height in thousandths.
    pub(super) fn good(self, from_right: u32, per_mille: u32) -> Option<Bar> {
        let height = LEAST + (self.height - LEAST) * per_mille.min(1_000) / 1_000;
        Some(Bar { class: GOOD, x: self.x(from_right)?, y: self.height - height, height })
    }

    /// The mark and the bar of something bad.
    pub(super) fn bad(self, from_right: u32) -> [Option<Bar>; 2] {
        self.parts(from_right, self.mark.0, BAD)
    }

    /// A bar of which a share in thousandths is good, and the rest, above a gap, bad.
    pub(super) fn partly_good(self, from_right: u32, per_mille: u32) -> [Option<Bar>; 2] {
        let most = self.height - self.mark.1 - LEAST;
        let lost = most * 1_000_u32.saturating_sub(per_mille) / 1_000;
        self.parts(from_right, lost.max(self.mark.0), if per_mille == 0 { BAD } else { GOOD })
    }

    /// Something bad of a height, a gap, and a bar of a class.
    fn parts(self, from_right: u32, lost: u32, class: &'static str) -> [Option<Bar>; 2] {
        let bar = |class, y, height| Some(Bar { class, x: self.x(from_right)?, y, height });
        let begin = lost + self.mark.1;
        [bar(BAD, 0, lost), bar(class, begin, self.height - begin)]
    }

    fn x(self, from_right: u32) -> Option<u32> {
        Some(self.slots.checked_sub(from_right + 1)? * self.slot())
    }

    /// The picture of the bars, with lines at these heights.
    pub(super) fn picture<const N: usize>(
        self,
        class: &'static str,
        label: String,
        lines: [u32; N],
        bars: Vec<Bar>,
    ) -> impl IntoView + use<N> {
        let width = self.slot() - 2;
        let line = |y| view! { <line class="chart-line" x1="0" y1=y x2=self.width y2=y></line> };
        let rectangle =
            move |bar: Bar| view! { <rect class=bar.class x=bar.x y=bar.y width=width height=bar.height></rect> };
        view! {
            <svg
                class=class
                viewBox=format!("0 0 {} {}", self.width, self.height)
                preserveAspectRatio="none"
                role="img"
                aria-label=label
            >
                {lines.map(line).into_iter().collect_view()}
                {bars.into_iter().map(rectangle).collect_view()}
            </svg>
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gap_in_a_bar_says_how_much_of_it_is_good() {
        let frame = Frame { width: 90, height: 40, slots: 10, mark: (10, 6) };
        let drawn = |per_mille| {
            let bars = frame.partly_good(0, per_mille).into_iter().flatten();
            bars.map(|bar| (bar.class, bar.y, bar.height)).collect::<Vec<_>>()
        };
        assert_eq!(drawn(999), [(BAD, 0, 10), (GOOD, 16, 24)], "a short failure is seen all the same");
        assert_eq!(drawn(500), [(BAD, 0, 15), (GOOD, 21, 19)]);
        assert_eq!(drawn(0), [(BAD, 0, 30), (BAD, 36, 4)]);
    }
}
