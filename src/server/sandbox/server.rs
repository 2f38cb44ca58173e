//! Listens on loopback and serves connections until the sandbox is stopped or dropped.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use axum::body::Body;
use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::{
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
};

use super::{Fault, ReceivedRequest, SandboxDescription, SandboxOptions, System, dispatch::Dispatcher, world::World};

/// How long to wait after a connection could not be accepted, such as for want of file handles.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Five partner APIs on one loopback address; they stop when this is dropped.
pub struct Sandbox {
    address: SocketAddr,
    world: Arc<World>,
    accepting: JoinHandle<()>,
}

impl Sandbox {
    /// Starts to listen; port 0 takes any free port.
    ///
    /// # Errors
    ///
    /// When `listen` is not a loopback address, and when it cannot be bound.
    pub async fn start(listen: SocketAddr, options: SandboxOptions) -> io::Result<Self> {
        if !listen.ip().is_loopback() {
            let refused = format!(
                "the sandbox listens on loopback only, such as {}, not on {listen}",
                SocketAddr::from((Ipv4Addr::LOCALHOST, listen.port())),
            );
            return Err(io::Error::new(io::ErrorKind::InvalidInput, refused));
        }
        let listener = TcpListener::bind(listen).await?;
        let world = Arc::new(World::new(&options));
        Ok(Self {
            address: listener.local_addr()?,
            accepting: tokio::spawn(accept(listener, Dispatcher::new(Arc::clone(&world)))),
            world,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The connections that reach it, credentials included.
    pub fn description(&self) -> SandboxDescription {
        SandboxDescription::new(self.address, self.world.systems())
    }

    /// Makes something go wrong, and returns the number of the fault.
    pub fn inject(&self, fault: Fault) -> u64 {
        self.world.inject(fault)
    }

    /// Removes every fault, those of `demo_faults` too.
    pub fn clear_faults(&self) {
        self.world.faults.clear(None);
    }

    /// The requests received since the journal was last cleared, oldest first.
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.world.journal.read(None)
    }

    /// Clears the journal.
    pub fn clear_requests(&self) {
        self.world.journal.clear(None);
    }

    /// The messages that `system` has accepted, oldest first.
    pub fn messages(&self, system: System) -> Vec<Value> {
        self.world.messages(system)
    }

    /// Puts data and faults back as they were at the start; tokens and journal stay.
    pub fn reset(&self) {
        self.world.reset();
    }

    /// Stops, and returns once the address is free again.
    pub async fn stop(mut self) {
        self.accepting.abort();
        // The only error is the cancellation just asked for.
        let _ = (&mut self.accepting).await;
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Accepts connections for ever; when the task is aborted, they end with the set that holds them.
async fn accept(listener: TcpListener, dispatcher: Dispatcher) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(serve(stream, dispatcher.clone()));
                }
                Err(error) => {
                    tracing::warn!(%error, "the sandbox could not accept a connection");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Serves one connection. An error of the service is how hyper is told to close it unanswered.
async fn serve(stream: TcpStream, dispatcher: Dispatcher) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "the sandbox could not set TCP_NODELAY");
    }
    let service = service_fn(|request: Request<Incoming>| dispatcher.clone().dispatch(request.map(Body::new)));
    let served = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
    if let Err(error) = served {
        tracing::debug!(%error, "a connection to the sandbox ended early");
    }
}
