//! A real proxy in front: nginx knows people by their password and says in headers who they are, over a UNIX socket. And one
//! that only passes on what people who sign in here ask for.

use std::path::Path;
use std::sync::Arc;

use partner_dashboard::server::clock::SystemClock;
use partner_dashboard::server::oauth::http_client;
use reqwest::header::{ACCEPT, CONNECTION, COOKIE, HeaderMap, HeaderName, HeaderValue, ORIGIN, SET_COOKIE};
use reqwest::{Client, Response};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;

use super::ADA;
use crate::support::program::{Configured, Server, command};
use crate::support::proxy::Proxy;
use crate::support::{IdentityProvider, Lies, Page, TRUTH, TestApp, TestOptions};

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
    _nginx: Proxy,
    _dashboard: Server,
    _files: (TempDir, Configured),
    address: String,
    http: Client,
}

impl Proxied {
    async fn start(care: Care) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let socket = directory.path().join("dashboard.socket");
        let configured = Configured::new(&format!("listen = \"unix:{}\"\n", socket.display()), &[connection()]);
        let mut serve = command();
        serve.arg("serve").arg("--config").arg(&configured.path);
        let dashboard = Server::start(serve).await;
        std::fs::write(directory.path().join("people"), "ada:{PLAIN}her-password\n").unwrap();
        let (in_general, in_server) = configuration(&socket, care);
        let nginx = Proxy::nginx(directory.path(), &in_general, &in_server).await;
        let (address, http) = (nginx.address.clone(), http_client().unwrap());
        // Somebody without a password is sent away by nginx itself.
        assert_eq!(http.get(&address).send().await.unwrap().status().as_u16(), 401);
        Self { _nginx: nginx, _dashboard: dashboard, _files: (directory, configured), address, http }
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

fn configuration(socket: &Path, care: Care) -> (String, String) {
    let care = match care {
        Care::ByDefault => "",
        Care::None => "underscores_in_headers on; ignore_invalid_headers off;",
    };
    let groups = "map $remote_user $groups { default ''; ada viewers; }";
    let server = format!(
        "auth_basic partners; auth_basic_user_file people;
         location / {{
             proxy_pass http://unix:{}:;
             proxy_set_header Host $http_host;
             proxy_set_header X-User $remote_user;
             proxy_set_header X-Groups $groups;
             proxy_set_header Authorization '';
         }}",
        socket.display()
    );
    (format!("{care} {groups}"), server)
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

/// Puts a person into so many more groups, with names of a usual length.
fn add_groups(claims: &mut Value, count: usize) {
    let groups = claims["groups"].as_array_mut().unwrap();
    groups.extend((0..count).map(|number| json!(format!("group-of-a-department-{number:03}"))));
}

/// Signs out through nginx, which passes on 4 KiB of headers; where the page leads.
async fn sign_out_of_many_groups(claims: fn(&mut Value)) -> String {
    let provider = IdentityProvider::with(Lies { claims, ..TRUTH }, Arc::new(SystemClock)).await;
    let app = TestApp::with(TestOptions::signing_in_at(&provider)).await;
    let session = app.browser_signed_in(&provider, ADA).await.cookie("session").unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = app.router.clone();
    tokio::spawn(async move { axum::serve(listener, router).await });
    let directory = tempfile::tempdir().unwrap();
    let server = format!("location / {{ proxy_pass http://{address}; proxy_buffer_size 4k; proxy_buffers 8 4k; }}");
    let nginx = Proxy::nginx(directory.path(), "", &server).await;

    let request = http_client().unwrap().post(format!("{}/auth/logout", nginx.address));
    let request = request.header(ACCEPT, "text/html").header(COOKIE, format!("session={session}"));
    let answer = request.header(ORIGIN, "http://127.0.0.1:3000").send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    let removal = answer.headers()[SET_COOKIE].to_str().unwrap().to_owned();
    assert!(removal.starts_with("session=;") && removal.contains("Max-Age=0"), "{removal}");
    let leads_to = Page::new(&answer.text().await.unwrap()).leads_to();
    assert!(leads_to.starts_with(&format!("{}/end-session?", provider.issuer)), "{leads_to}");
    assert!(leads_to.contains("client_id=partner-dashboard"), "{leads_to}");
    leads_to
}

#[tokio::test]
async fn somebody_in_many_groups_is_signed_out_here_and_at_the_provider() {
    let many = sign_out_of_many_groups(|claims| add_groups(claims, 91)).await;
    let hint = many.split_once("id_token_hint=").unwrap().1.split('&').next().unwrap();
    assert!((3_500..=4_096).contains(&hint.len()), "{}", hint.len());
    let more = sign_out_of_many_groups(|claims| add_groups(claims, 500)).await;
    assert!(!more.contains("id_token_hint"), "no server would take such an address: {} bytes", more.len());
}
