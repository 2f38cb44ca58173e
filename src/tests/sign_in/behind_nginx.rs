//! A real proxy in front: nginx knows people by their password and says in headers who they are, over a UNIX socket.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use partner_dashboard::server::oauth::http_client;
use reqwest::header::{ACCEPT, CONNECTION, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Response};
use tempfile::TempDir;

use crate::support::Page;
use crate::support::program::{Configured, Server, command};

/// Where nginx may be: where `make` puts it, and where Debian does.
const NGINX: [&str; 2] = [concat!(env!("CARGO_MANIFEST_DIR"), "/target/tools/nginx/usr/sbin/nginx"), "/usr/sbin/nginx"];
/// How long nginx may take to listen.
const TIMEOUT: Duration = Duration::from_secs(20);

/// How a proxy treats headers that it does not set itself.
#[derive(Clone, Copy, Debug)]
enum Care {
    /// As nginx does where nobody says otherwise: names with `_` or `.` end there.
    ByDefault,
    /// Passes on whatever comes.
    None,
}

/// The proxy, the dashboard behind it, and a browser in front.
struct Proxied {
    nginx: Child,
    _dashboard: Server,
    _files: (TempDir, Configured),
    address: String,
    http: Client,
}

impl Drop for Proxied {
    fn drop(&mut self) {
        let _ = self.nginx.kill();
        let _ = self.nginx.wait();
    }
}

impl Proxied {
    async fn start(care: Care) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let socket = directory.path().join("dashboard.socket");
        let configured = Configured::new(&format!("listen = \"unix:{}\"\n", socket.display()), &[connection()]);
        let mut serve = command();
        serve.arg("serve").arg("--config").arg(&configured.path);
        let dashboard = Server::start(serve).await;
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let nginx = configuration(directory.path(), &socket, port, care);
        std::fs::write(directory.path().join("nginx.conf"), nginx).unwrap();
        std::fs::write(directory.path().join("people"), "ada:{PLAIN}her-password\n").unwrap();
        let program = NGINX.into_iter().find(|path| Path::new(path).exists()).unwrap_or("nginx");
        let nginx = Command::new(program)
            .arg("-p")
            .arg(directory.path())
            .args(["-c", "nginx.conf", "-e", "stderr"])
            .stdin(Stdio::null())
            .spawn()
            .expect("nginx is missing: run `.make/setup test`, or install it by hand");
        let address = format!("http://127.0.0.1:{port}");
        let http = http_client().unwrap();
        let proxied = Self { nginx, _dashboard: dashboard, _files: (directory, configured), address, http };
        proxied.listens().await;
        proxied
    }

    /// Until somebody without a password is sent away by nginx itself.
    async fn listens(&self) {
        let end = Instant::now() + TIMEOUT;
        loop {
            match self.http.get(&self.address).send().await {
                Ok(answer) => break assert_eq!(answer.status().as_u16(), 401),
                Err(error) => assert!(Instant::now() < end, "nginx does not listen: {error}"),
            }
            tokio::task::yield_now().await;
        }
    }

    /// Ada's account page, asked for with more headers than her browser would send.
    async fn account(&self, more: &[(&str, &str)]) -> Response {
        let mut headers = HeaderMap::new();
        for (name, value) in more {
            headers.append(name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap());
        }
        let request = self.http.get(format!("{}/account", self.address)).basic_auth("ada", Some("her-password"));
        request.header(ACCEPT, "text/html").headers(headers).send().await.unwrap()
    }
}

fn connection() -> (String, &'static str) {
    let text = "name = \"sandbox\"\nkind = \"oneid\"\nenvironment = \"sandbox\"\nbase_url = \"http://127.0.0.1:1\"\n\
                client_id = \"id\"\n";
    (text.to_owned(), "s3cret")
}

fn configuration(directory: &Path, socket: &Path, port: u16, care: Care) -> String {
    let care = match care {
        Care::ByDefault => "",
        Care::None => "underscores_in_headers on; ignore_invalid_headers off;",
    };
    let scratch: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("{kind}_temp_path {}/{kind};\n", directory.display()))
        .concat();
    format!(
        "daemon off; master_process off; pid nginx.pid; error_log stderr warn;
         events {{}}
         http {{
             access_log off; {scratch} {care}
             map $remote_user $groups {{ default ''; ada viewers; }}
             server {{
                 listen 127.0.0.1:{port};
                 auth_basic partners; auth_basic_user_file people;
                 location / {{
                     proxy_pass http://unix:{}:;
                     proxy_set_header Host $http_host;
                     proxy_set_header X-User $remote_user;
                     proxy_set_header X-Groups $groups;
                     proxy_set_header Authorization '';
                 }}
             }}
         }}",
        socket.display()
    )
}

/// Every spelling of the two headers, alone and beside each other.
fn smuggled() -> Vec<Vec<(&'static str, &'static str)>> {
    let users = ["x-user", "X-USER", "x_user", "x.user", "X_User"];
    let groups = ["x-groups", "X-GROUPS", "x_groups", "x.groups", "X_Groups"];
    let mut requests = Vec::new();
    for user in users {
        requests.push(vec![(user, "mallory")]);
        for group in groups {
            requests.push(vec![(group, "admins")]);
            requests.push(vec![(user, "mallory"), (group, "admins")]);
            requests.push(vec![(user, "mallory"), (user, "ada"), (group, "admins"), (group, "viewers")]);
            requests.push(vec![(user, "mallory"), (group, "admins"), ("connection", user)]);
            requests.push(vec![(group, "admins"), (CONNECTION.as_str(), group), ("x-forwarded-for", "127.0.0.1")]);
        }
    }
    requests
}

#[tokio::test]
async fn the_proxy_says_who_it_is_and_nothing_that_a_browser_adds_changes_that() {
    for (care, may_be_refused) in [(Care::ByDefault, false), (Care::None, true)] {
        let proxied = Proxied::start(care).await;
        let known = proxied.account(&[]).await;
        assert_eq!(known.status().as_u16(), 200, "{care:?}");
        let mut refused = 0;
        for headers in smuggled() {
            let answer = proxied.account(&headers).await;
            let status = answer.status().as_u16();
            let body = answer.text().await.unwrap();
            assert!(!body.contains("mallory"), "{care:?} {headers:?}");
            match status {
                200 => {
                    let page = Page::new(&body);
                    assert_eq!((page.fact("User"), page.fact("Role")), ("ada".to_owned(), "viewer".to_owned()));
                }
                400 if may_be_refused => refused += 1,
                status => panic!("{care:?} {headers:?}: {status}"),
            }
        }
        assert_eq!(refused > 0, may_be_refused, "look-alikes that come through are refused here");
    }
}
