//! A real proxy in front of dashboards: nginx or `HAProxy`.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use tokio::net::TcpStream;

use super::postgres_server::free_port;
use super::waiting::until;

/// Where nginx may be: where `make` puts it, and where Debian does.
const NGINX: [&str; 2] = [concat!(env!("CARGO_MANIFEST_DIR"), "/target/tools/nginx/usr/sbin/nginx"), "/usr/sbin/nginx"];
/// Where `HAProxy` may be.
const HAPROXY: [&str; 2] =
    [concat!(env!("CARGO_MANIFEST_DIR"), "/target/tools/haproxy/usr/sbin/haproxy"), "/usr/sbin/haproxy"];

/// One that runs; it ends with this.
pub struct Proxy {
    child: Child,
    /// Its address, without a slash at the end.
    pub address: String,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Proxy {
    /// Starts nginx in a folder of its own. `http` is what is said in the block of that name; `server` in that of the one server,
    /// which listens on loopback.
    pub async fn nginx(directory: &Path, http: &str, server: &str) -> Self {
        let port = free_port();
        let scratch: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|kind| format!("{kind}_temp_path {}/{kind};\n", directory.display()))
            .concat();
        let configuration = format!(
            "daemon off; master_process off; pid nginx.pid; error_log stderr warn; events {{}}
             http {{ access_log off; {scratch} {http} server {{ listen 127.0.0.1:{port}; {server} }} }}"
        );
        std::fs::write(directory.join("nginx.conf"), configuration).unwrap();
        let mut command = program(NGINX);
        command.arg("-p").arg(directory).args(["-c", "nginx.conf", "-e", "stderr"]);
        Self::start(command, port).await
    }

    /// Starts `HAProxy` with a configuration in a folder. `backend` is what is said of those that answer.
    pub async fn haproxy(directory: &Path, backend: &str) -> Self {
        let port = free_port();
        let configuration = format!(
            "defaults\n mode http\n timeout connect 5s\n timeout client 70s\n timeout server 70s\n\
             frontend pages\n bind 127.0.0.1:{port}\n default_backend dashboards\nbackend dashboards\n{backend}\n"
        );
        let file = directory.join("haproxy.cfg");
        std::fs::write(&file, configuration).unwrap();
        let mut command = program(HAPROXY);
        command.arg("-db").arg("-f").arg(&file);
        Self::start(command, port).await
    }

    async fn start(mut command: Command, port: u16) -> Self {
        let child = command.stdin(Stdio::null()).spawn();
        let child = child.expect("a proxy is missing: run `.make/setup test`, or install nginx and HAProxy by hand");
        // From here on it ends with this, whatever goes wrong.
        let proxy = Self { child, address: format!("http://127.0.0.1:{port}") };
        until(async || TcpStream::connect(("127.0.0.1", port)).await.is_ok()).await;
        proxy
    }
}

/// The first of these that is there.
fn program([kept, debian]: [&str; 2]) -> Command {
    Command::new(if Path::new(kept).exists() { kept } else { debian })
}
