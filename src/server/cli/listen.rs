//! Listening: on TCP or on a UNIX socket, with the peer's address in every request.

use axum::Router;
use axum::extract::connect_info::Connected;
use axum::serve::IncomingStream;
use tokio::net::{TcpListener, UnixListener};

use super::{Failure, asked_to_end};
use crate::server::auth::PeerAddress;
use crate::server::config::Listen;

impl Connected<IncomingStream<'_, TcpListener>> for PeerAddress {
    fn connect_info(stream: IncomingStream<'_, TcpListener>) -> Self {
        Self::Network(*stream.remote_addr())
    }
}

impl Connected<IncomingStream<'_, UnixListener>> for PeerAddress {
    fn connect_info(_: IncomingStream<'_, UnixListener>) -> Self {
        Self::UnixSocket
    }
}

/// A bound socket that nothing answers on yet.
pub(super) enum Bound {
    Network(TcpListener),
    UnixSocket(UnixListener),
}

impl Bound {
    /// Takes the address. A socket file that was left behind is replaced.
    pub(super) async fn to(listen: &Listen) -> Result<Self, Failure> {
        match listen {
            Listen::Network(address) => match TcpListener::bind(address).await {
                Ok(listener) => Ok(Self::Network(listener)),
                Err(error) => Err(Failure::new(format_args!(
                    "cannot listen on {address}: {error}. Choose another address with --listen or the listen setting."
                ))),
            },
            Listen::UnixSocket(path) => {
                let is_socket = std::fs::metadata(path)
                    .is_ok_and(|metadata| std::os::unix::fs::FileTypeExt::is_socket(&metadata.file_type()));
                if is_socket && std::os::unix::net::UnixStream::connect(path).is_err() {
                    std::fs::remove_file(path).map_err(Failure::new)?;
                }
                UnixListener::bind(path)
                    .map(Self::UnixSocket)
                    .map_err(|error| Failure::new(format_args!("cannot listen on {}: {error}", path.display())))
            }
        }
    }

    /// The address that people open; for port 0, the one that was chosen.
    pub(super) fn address(&self) -> String {
        match self {
            Self::Network(listener) => {
                listener.local_addr().map_or_else(|_| "unknown".to_owned(), |address| format!("http://{address}/"))
            }
            Self::UnixSocket(_) => "a UNIX socket".to_owned(),
        }
    }

    /// Answers until the program is asked to end, and lets running requests finish.
    pub(super) async fn serve(self, router: Router) -> Result<(), Failure> {
        let service = router.into_make_service_with_connect_info::<PeerAddress>();
        let served = match self {
            Self::Network(listener) => axum::serve(listener, service).with_graceful_shutdown(asked_to_end()).await,
            Self::UnixSocket(listener) => axum::serve(listener, service).with_graceful_shutdown(asked_to_end()).await,
        };
        served.map_err(Failure::new)
    }
}
