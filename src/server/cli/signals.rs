//! The signals that ask the program to end.

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::Failure;

/// SIGTERM, from whatever runs the program, and SIGINT, from a terminal.
#[derive(Debug)]
pub(super) struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// From here on the signals end nothing by themselves.
    pub(super) fn new() -> Result<Self, Failure> {
        let of = |kind| signal(kind).map_err(|error| Failure::new(format_args!("signals cannot be received: {error}")));
        Ok(Self { terminate: of(SignalKind::terminate())?, interrupt: of(SignalKind::interrupt())? })
    }

    /// Waits until the program is asked to end, once more after each time.
    pub(super) async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
