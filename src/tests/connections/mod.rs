//! The five systems from end to end: every kind against its emulator, the command line, the dashboard.

mod canaries;
mod command;
mod dashboard;
mod hosts;
mod kinds;
mod trouble;

use std::net::Ipv4Addr;
use std::sync::Arc;

use partner_dashboard::domain::check::{Check, ConnectionCard};
use partner_dashboard::server::clock::{Clock, ManualClock, SystemClock};
use partner_dashboard::server::connections::{
    ConnectionClient, ConnectionSettings, Kind, Monitor, MonitoredConnection,
};
use partner_dashboard::server::oauth::{BasicEncoding, ClientAuthentication, Credentials, TokenSource};
use partner_dashboard::server::sandbox::{Sandbox, SandboxOptions, System};

use crate::support::monitored_settings as settings;

/// The connections of a sandbox under watch. Nothing is checked unless a test asks for it.
pub(super) struct Rig {
    pub(super) sandbox: Sandbox,
    pub(super) monitor: Monitor,
    pub(super) clock: Arc<dyn Clock>,
}

impl Rig {
    pub(super) async fn new() -> Self {
        Self::with(SandboxOptions::default(), |settings| settings).await
    }

    /// With other options, or with other settings than those that the sandbox proposes.
    pub(super) async fn with(
        options: SandboxOptions,
        change: impl Fn(ConnectionSettings) -> ConnectionSettings,
    ) -> Self {
        Self::at(Arc::new(SystemClock), options, change).await
    }

    /// With a clock that a test moves.
    pub(super) async fn timed(options: SandboxOptions) -> (Self, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::new(SystemClock.now()));
        (Self::at(Arc::clone(&clock) as Arc<dyn Clock>, options, |settings| settings).await, clock)
    }

    async fn at(
        clock: Arc<dyn Clock>,
        options: SandboxOptions,
        change: impl Fn(ConnectionSettings) -> ConnectionSettings,
    ) -> Self {
        let sandbox = Sandbox::start((Ipv4Addr::LOCALHOST, 0).into(), options).await.unwrap();
        let described = sandbox.description().connections;
        let settings = described.iter().map(|described| change(settings(described, &clock))).collect();
        let monitor = Monitor::new(settings, &clock, None);
        sandbox.clear_requests();
        Self { sandbox, monitor, clock }
    }

    pub(super) fn watched(&self, name: &str) -> &Arc<MonitoredConnection> {
        self.monitor.find(name).unwrap_or_else(|| panic!("no connection is called {name}"))
    }

    pub(super) async fn check(&self, name: &str) -> Check {
        self.watched(name).check_now().await
    }

    pub(super) fn card(&self, name: &str) -> ConnectionCard {
        self.watched(name).card(self.clock.now())
    }

    /// What a system was asked, in order: method, path and status.
    pub(super) fn asked(&self, system: System) -> Vec<String> {
        let requests = self.sandbox.requests().into_iter().filter(|request| request.system == system);
        requests
            .map(|request| format!("{} {} {}", request.method, request.path, request.status.unwrap_or_default()))
            .collect()
    }
}

/// The same connection with tokens from another issuer.
pub(super) fn with_issuer(settings: ConnectionSettings, issuer: &str) -> ConnectionSettings {
    let ConnectionClient::Ready { reader, writer, .. } = settings.client else {
        panic!("{} has no issuer", settings.name);
    };
    let credentials = Credentials {
        token_url: issuer.parse().unwrap(),
        client_id: settings.client_id.clone(),
        client_secret: "secret".into(),
        format: Kind::of(settings.kind).format,
        client_authentication: ClientAuthentication::default(),
        basic_encoding: BasicEncoding::default(),
        scope: None,
    };
    let tokens = TokenSource::new(reader.clone(), credentials, Arc::new(SystemClock));
    ConnectionSettings { client: ConnectionClient::Ready { reader, writer, tokens }, ..settings }
}
