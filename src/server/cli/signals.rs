//! The signals that ask the program to shut down, or to read its configuration again.

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::Failure;

/// SIGTERM, from a service manager, and SIGINT, from a terminal.
#[derive(Debug)]
pub(super) struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Installs the handlers. From now on, the signals do not end the program by themselves.
    pub(super) fn new() -> Result<Self, Failure> {
        Ok(Self { terminate: of(SignalKind::terminate())?, interrupt: of(SignalKind::interrupt())? })
    }

    /// Waits for the next signal.
    pub(super) async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// SIGHUP, from a service manager that has a server read its configuration again.
#[derive(Debug)]
pub(super) struct Hangup(Signal);

impl Hangup {
    /// Installs the handler. From now on, the signal does not end the program.
    pub(super) fn new() -> Result<Self, Failure> {
        of(SignalKind::hangup()).map(Self)
    }

    /// Waits for the next one. Several that come at once may count as one.
    pub(super) async fn next(&mut self) {
        self.0.recv().await;
    }
}

fn of(kind: SignalKind) -> Result<Signal, Failure> {
    signal(kind).map_err(|error| Failure::new(format_args!("cannot listen for signals: {error}")))
}
