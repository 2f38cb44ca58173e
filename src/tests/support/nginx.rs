//! A real proxy in front of dashboards.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use partner_dashboard::server::oauth::http_client;

/// Where nginx may be: where `make` puts it, and where Debian does.
const NGINX: [&str; 2] = [concat!(env!("CARGO_MANIFEST_DIR"), "/target/tools/nginx/usr/sbin/nginx"), "/usr/sbin/nginx"];
/// How long nginx may take to listen.
const TIMEOUT: Duration = Duration::from_secs(20);

/// An nginx that runs; it ends with this.
pub struct Nginx {
    child: Child,
    /// Its address, without a slash at the end.
    pub address: String,
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Nginx {
    /// Starts one in a folder of its own. `http` is what is said in the block of that name; `server` in that of the one server,
    /// which listens on loopback.
    pub async fn start(directory: &Path, http: &str, server: &str) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let scratch: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|kind| format!("{kind}_temp_path {}/{kind};\n", directory.display()))
            .concat();
        let configuration = format!(
            "daemon off; master_process off; pid nginx.pid; error_log stderr warn; events {{}}
             http {{ access_log off; {scratch} {http} server {{ listen 127.0.0.1:{port}; {server} }} }}"
        );
        std::fs::write(directory.join("nginx.conf"), configuration).unwrap();
        let program = NGINX.into_iter().find(|path| Path::new(path).exists()).unwrap_or("nginx");
        let child = Command::new(program)
            .arg("-p")
            .arg(directory)
            .args(["-c", "nginx.conf", "-e", "stderr"])
            .stdin(Stdio::null())
            .spawn()
            .expect("nginx is missing: run `.make/setup test`, or install it by hand");
        let nginx = Self { child, address: format!("http://127.0.0.1:{port}") };
        nginx.listens().await;
        nginx
    }

    async fn listens(&self) {
        let (http, end) = (http_client().unwrap(), Instant::now() + TIMEOUT);
        while let Err(error) = http.get(&self.address).send().await {
            assert!(Instant::now() < end, "nginx does not listen: {error}");
            tokio::task::yield_now().await;
        }
    }
}
