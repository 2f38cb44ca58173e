//! How long something took, counted in classes of times.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The upper bounds of the classes, in microseconds: from a page that is in memory to the longest that a request may take.
const BOUNDS: [u64; 15] = [
    1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000,
    10_000_000, 30_000_000, 60_000_000,
];

/// Times of one sort.
#[derive(Debug, Default)]
pub struct Durations {
    /// How many were within each bound and no smaller one; the last is without a bound.
    classes: [AtomicU64; BOUNDS.len() + 1],
    nanoseconds: AtomicU64,
}

/// What was counted until a moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Observed {
    /// All times together, in seconds.
    pub sum: f64,
    /// How many there were.
    pub count: u64,
    /// How many there were in each class, by its upper bound in seconds; that of the last is [`f64::MAX`].
    pub classes: Vec<(f64, u64)>,
}

impl Durations {
    /// Counts one.
    pub fn add(&self, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let class = BOUNDS.partition_point(|bound| *bound < micros);
        if let Some(class) = self.classes.get(class) {
            class.fetch_add(1, Ordering::Relaxed);
        }
        self.nanoseconds.fetch_add(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// What was counted until now; `None` when nothing was.
    pub fn observed(&self) -> Option<Observed> {
        let bounds = BOUNDS.iter().map(|micros| Duration::from_micros(*micros).as_secs_f64()).chain([f64::MAX]);
        let counts = self.classes.iter().map(|class| class.load(Ordering::Relaxed));
        let classes: Vec<(f64, u64)> = bounds.zip(counts).collect();
        let count = classes.iter().map(|(_, count)| count).sum();
        let sum = Duration::from_nanos(self.nanoseconds.load(Ordering::Relaxed)).as_secs_f64();
        (count > 0).then_some(Observed { sum, count, classes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_in_the_class_whose_bound_it_does_not_exceed() {
        let durations = Durations::default();
        assert_eq!(durations.observed(), None);
        for micros in [0, 1_000, 1_001, 60_000_000, 60_000_001] {
            durations.add(Duration::from_micros(micros));
        }
        let observed = durations.observed().unwrap();
        let filled: Vec<(f64, u64)> = observed.classes.into_iter().filter(|(_, count)| *count > 0).collect();
        assert_eq!(filled, [(0.001, 2), (0.002_5, 1), (60.0, 1), (f64::MAX, 1)]);
        assert_eq!(observed.count, 5);
        assert!((observed.sum - 120.002_002).abs() < 1e-9, "{}", observed.sum);
    }
}
