//! The numbers of one metric, as they are at the moment of the answer.

use std::fmt::Error;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::exemplar::Exemplar;
use prometheus_client::registry::{Registry, Unit};

use crate::server::measurements::Observed;

/// No single event is named with a count.
const NO_EXAMPLE: Option<&Exemplar<NoLabelSet, f64>> = None;

/// The labels of one number. Their values come from the configuration and from closed sets, never from a request.
pub(super) type Labels = Vec<(&'static str, String)>;

/// One metric with all its numbers.
#[derive(Debug)]
pub(super) struct Series {
    name: &'static str,
    help: &'static str,
    unit: Option<Unit>,
    kind: MetricType,
    numbers: Vec<(Labels, Number)>,
}

#[derive(Debug)]
enum Number {
    Whole(u64),
    Real(f64),
    Times(Observed),
}

impl Series {
    /// What goes up and down.
    pub(super) fn gauge(name: &'static str, help: &'static str) -> Self {
        Self { name, help, unit: None, kind: MetricType::Gauge, numbers: Vec::new() }
    }

    /// What goes up alone. The answer adds `_total` to its name.
    pub(super) fn counter(name: &'static str, help: &'static str) -> Self {
        Self { kind: MetricType::Counter, ..Self::gauge(name, help) }
    }

    /// Times in classes.
    pub(super) fn histogram(name: &'static str, help: &'static str) -> Self {
        Self { kind: MetricType::Histogram, ..Self::gauge(name, help) }
    }

    /// The unit, which the answer adds to the name.
    #[must_use]
    pub(super) fn in_unit(self, unit: Unit) -> Self {
        Self { unit: Some(unit), ..self }
    }

    /// The one number of a metric without labels.
    #[must_use]
    pub(super) fn of(mut self, number: f64) -> Self {
        self.add(Vec::new(), number);
        self
    }

    /// A whole one.
    #[must_use]
    pub(super) fn count(mut self, count: u64) -> Self {
        self.add_count(Vec::new(), count);
        self
    }

    /// 1 or 0.
    #[must_use]
    pub(super) fn is(self, is_so: bool) -> Self {
        self.count(is_so.into())
    }

    /// One more number, with its labels.
    pub(super) fn add(&mut self, labels: Labels, number: f64) {
        self.numbers.push((labels, Number::Real(number)));
    }

    /// A whole one.
    pub(super) fn add_count(&mut self, labels: Labels, count: u64) {
        self.numbers.push((labels, Number::Whole(count)));
    }

    /// Times, with their labels.
    pub(super) fn add_times(&mut self, labels: Labels, times: Observed) {
        self.numbers.push((labels, Number::Times(times)));
    }

    /// Puts it into the answer.
    pub(super) fn register(self, registry: &mut Registry) {
        registry.register_collector(Box::new(self));
    }
}

impl Collector for Series {
    fn encode(&self, mut encoder: DescriptorEncoder) -> Result<(), Error> {
        if self.numbers.is_empty() {
            return Ok(());
        }
        // As the registry writes what is registered one by one.
        let help = format!("{}.", self.help);
        let mut metric = encoder.encode_descriptor(self.name, &help, self.unit.as_ref(), self.kind)?;
        let is_counter = matches!(self.kind, MetricType::Counter);
        for (labels, number) in &self.numbers {
            // An empty set of labels would be written as `{}`.
            if labels.is_empty() {
                number.encode(is_counter, &mut metric)?;
            } else {
                number.encode(is_counter, &mut metric.encode_family(labels)?)?;
            }
        }
        Ok(())
    }
}

impl Number {
    fn encode(&self, is_counter: bool, metric: &mut MetricEncoder) -> Result<(), Error> {
        match self {
            Self::Whole(count) if is_counter => metric.encode_counter(count, NO_EXAMPLE),
            Self::Whole(count) => metric.encode_gauge(count),
            Self::Real(number) if is_counter => metric.encode_counter(number, NO_EXAMPLE),
            Self::Real(number) => metric.encode_gauge(number),
            Self::Times(times) => metric.encode_histogram::<NoLabelSet>(times.sum, times.count, &times.classes, None),
        }
    }
}
