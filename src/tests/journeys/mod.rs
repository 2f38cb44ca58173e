//! How a client is used: what its page says, and whether the programs on it make a journey.

mod literals;
mod page;
mod programs;

use partner_dashboard::server::sandbox::SandboxOptions;
use reqwest::header::LOCATION;
use serde_json::{Value, json};
use url::Url;

use crate::support::{Partner, TestApp, TestOptions};

/// A sandbox that gives secrets again, so that a test has them.
async fn app() -> TestApp {
    let sandbox = SandboxOptions { secret_on_get: true, ..SandboxOptions::default() };
    TestApp::with(TestOptions { sandbox, ..TestOptions::default() }).await
}

/// A client with these members besides a name and scopes.
async fn client_with(partner: &Partner, members: Value) -> String {
    let organisation = partner.root().await;
    let mut body = json!({"name": "asked", "required_scopes": ["openid", "profile"], "enabled": true});
    body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    partner.create(&format!("/organisations/{organisation}/clients"), &body).await
}

/// A client that can be used, and its secret.
async fn client(partner: &Partner) -> (String, String) {
    let id = client_with(partner, json!({"return_urls": ["https://asked.example/back"]})).await;
    let secret = partner.get(&format!("/clients/{id}")).await["secret"].as_str().unwrap().to_owned();
    (id, secret)
}

/// Where a browser ends that opens this address: the emulator's user agrees at once.
async fn journey(authorize_url: &str) -> Url {
    let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let answer = http.get(authorize_url).send().await.unwrap();
    let location = answer.headers().get(LOCATION).map(|location| location.to_str().unwrap().to_owned());
    let Some(location) = location else { panic!("{}", answer.text().await.unwrap()) };
    location.parse().unwrap()
}
