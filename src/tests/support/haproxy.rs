//! A real load balancer of another kind in front of dashboards.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tokio::net::TcpStream;

use super::waiting::until;

/// Where `HAProxy` may be: where `make` puts it, and where Debian does.
const HAPROXY: [&str; 2] =
    [concat!(env!("CARGO_MANIFEST_DIR"), "/target/tools/haproxy/usr/sbin/haproxy"), "/usr/sbin/haproxy"];

/// One that runs; it ends with this.
pub struct HaProxy {
    child: Child,
    /// Its address, without a slash at the end.
    pub address: String,
}

impl Drop for HaProxy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl HaProxy {
    /// Starts one with a configuration in a folder. `backend` is what is said of those that answer.
    pub async fn start(directory: &Path, backend: &str) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let configuration = format!(
            "defaults\n mode http\n timeout connect 5s\n timeout client 70s\n timeout server 70s\n\
             frontend pages\n bind 127.0.0.1:{port}\n default_backend dashboards\nbackend dashboards\n{backend}\n"
        );
        let file = directory.join("haproxy.cfg");
        std::fs::write(&file, configuration).unwrap();
        let program = HAPROXY.into_iter().find(|path| Path::new(path).exists()).unwrap_or("haproxy");
        let mut command = Command::new(program);
        let child = command.arg("-db").arg("-f").arg(&file).stdin(Stdio::null()).spawn();
        let child = child.expect("HAProxy is missing: run `.make/setup test`, or install it by hand");
        // From here on it ends with this, whatever goes wrong.
        let haproxy = Self { child, address: format!("http://127.0.0.1:{port}") };
        until(async || TcpStream::connect(("127.0.0.1", port)).await.is_ok()).await;
        haproxy
    }
}
