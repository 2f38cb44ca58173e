//! Spans on their way to the collector: a queue with an end, so that one that is slow or gone costs requests nothing.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Span, SpanData, SpanExporter, SpanProcessor};
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout, timeout_at};

/// How many spans may wait. One has about a kilobyte.
pub(super) const MOST_WAITING: usize = 2_048;
/// How many spans are sent at once.
const BATCH: usize = 512;
/// How long the first span of a batch waits for others.
const DELAY: Duration = Duration::from_secs(1);
/// How long the collector may take over a batch.
pub(super) const LONGEST_EXPORT: Duration = Duration::from_secs(10);

/// What became of spans since the start.
#[derive(Debug, Default)]
pub struct SpanCounts {
    sent: AtomicU64,
    dropped: AtomicU64,
    failed: AtomicU64,
}

impl SpanCounts {
    /// A count of nothing.
    pub(super) const fn new() -> Self {
        Self { sent: AtomicU64::new(0), dropped: AtomicU64::new(0), failed: AtomicU64::new(0) }
    }

    /// Each count by its word: the collector took them, there was no room for them, or it did not take them.
    pub fn all(&self) -> [(&'static str, u64); 3] {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        [("sent", read(&self.sent)), ("dropped", read(&self.dropped)), ("failed", read(&self.failed))]
    }
}

/// What is put into the queue.
#[derive(Debug)]
pub(super) enum Queued {
    /// A span that has ended.
    Span(Box<SpanData>),
    /// Somebody waits until all before is sent.
    Mark(oneshot::Sender<()>),
}

/// Puts spans into the queue. Never waits.
#[derive(Debug)]
pub(super) struct SpanQueue {
    queue: Sender<Queued>,
    counts: &'static SpanCounts,
}

impl SpanQueue {
    /// A queue with room for so many, and its other end.
    pub(super) fn new(room: usize, counts: &'static SpanCounts) -> (Self, Receiver<Queued>) {
        let (queue, end) = mpsc::channel(room);
        (Self { queue, counts }, end)
    }

    /// The way into it.
    pub(super) fn entrance(&self) -> Sender<Queued> {
        self.queue.clone()
    }
}

impl SpanProcessor for SpanQueue {
    fn on_start(&self, _span: &mut Span, _context: &opentelemetry::Context) {}

    fn on_end(&self, span: SpanData) {
        if span.span_context.is_sampled() && self.queue.try_send(Queued::Span(Box::new(span))).is_err() {
            self.counts.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _limit: Duration) -> OTelSdkResult {
        Ok(())
    }
}

/// Sends what comes out of the queue, as long as the program runs.
pub(super) async fn deliver(mut queue: Receiver<Queued>, exporter: impl SpanExporter, counts: &'static SpanCounts) {
    let mut is_away = false;
    while let Some((batch, mark)) = next_batch(&mut queue).await {
        if !batch.is_empty() {
            let count = batch.len() as u64;
            match timeout(LONGEST_EXPORT, exporter.export(batch)).await {
                Ok(Ok(())) => {
                    counts.sent.fetch_add(count, Ordering::Relaxed);
                    is_away = false;
                }
                failed => {
                    counts.failed.fetch_add(count, Ordering::Relaxed);
                    // Once, and not for each batch of an outage.
                    if !is_away {
                        let error = failed.map(Result::err).ok().flatten().map(|error| error.to_string());
                        let error = error.unwrap_or_else(|| "it did not answer in time".to_owned());
                        tracing::warn!(error, "the collector does not take traces: they are lost until it does");
                    }
                    is_away = true;
                }
            }
        }
        // Nobody may be waiting any more.
        mark.map(|mark| mark.send(()));
    }
}

/// The next spans to send together; with a mark, when that was reached. Nothing when there are no more.
async fn next_batch(queue: &mut Receiver<Queued>) -> Option<(Vec<SpanData>, Option<oneshot::Sender<()>>)> {
    let mut batch = Vec::new();
    match queue.recv().await? {
        Queued::Span(span) => batch.push(*span),
        Queued::Mark(mark) => return Some((batch, Some(mark))),
    }
    let until = Instant::now() + DELAY;
    while batch.len() < BATCH {
        match timeout_at(until, queue.recv()).await {
            Ok(Some(Queued::Span(span))) => batch.push(*span),
            Ok(Some(Queued::Mark(mark))) => return Some((batch, Some(mark))),
            Ok(None) | Err(_) => break,
        }
    }
    Some((batch, None))
}

#[cfg(test)]
mod tests {
    use opentelemetry::trace::{Span as _, Tracer as _, TracerProvider as _};
    use opentelemetry_sdk::error::OTelSdkError;
    use opentelemetry_sdk::trace::SdkTracerProvider;

    use super::*;

    /// A collector that takes nothing: it refuses, or never answers.
    #[derive(Debug)]
    struct Broken {
        hangs: bool,
    }

    impl SpanExporter for Broken {
        async fn export(&self, _batch: Vec<SpanData>) -> OTelSdkResult {
            if self.hangs {
                std::future::pending::<()>().await;
            }
            Err(OTelSdkError::InternalFailure("refused".to_owned()))
        }
    }

    async fn counted(counts: &'static SpanCounts, hangs: bool) {
        let (queue, end) = SpanQueue::new(2, counts);
        let entrance = queue.entrance();
        let provider = SdkTracerProvider::builder().with_span_processor(queue).build();
        let end_spans = |count: usize| (0..count).for_each(|_| provider.tracer("test").start("span").end());
        // Nobody takes anything out yet, and nobody waits.
        end_spans(5);
        assert_eq!(counts.all(), [("sent", 0), ("dropped", 3), ("failed", 0)]);
        tokio::spawn(deliver(end, Broken { hangs }, counts));
        for lost in [2, 4] {
            let (mark, reached) = oneshot::channel();
            entrance.send(Queued::Mark(mark)).await.unwrap();
            reached.await.unwrap();
            assert_eq!(counts.all(), [("sent", 0), ("dropped", 3), ("failed", lost)], "it goes on");
            end_spans(2);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_finds_no_room_is_dropped_and_what_is_refused_is_lost_and_both_are_counted() {
        static REFUSED: SpanCounts = SpanCounts::new();
        counted(&REFUSED, false).await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_collector_that_never_answers_is_given_up_and_requests_never_wait() {
        static HANGING: SpanCounts = SpanCounts::new();
        counted(&HANGING, true).await;
    }
}
