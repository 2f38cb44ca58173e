//! The partner's own view of its objects, beside the dashboard.

use axum::http::Method;
use partner_dashboard::server::oauth::http_client;
use partner_dashboard::server::sandbox::{Sandbox, System};
use serde_json::{Value, json};

/// A user of the Partner API with a token of its own.
pub struct Partner {
    http: reqwest::Client,
    base_url: String,
    token: String,
}

impl Partner {
    pub(super) async fn new(sandbox: &Sandbox, system: System) -> Self {
        let description = sandbox.description();
        let connection = description.connection(system).unwrap();
        let http = http_client().unwrap();
        let parameters = json!({
            "grant_type": "client_credentials",
            "client_id": connection.client_id,
            "client_secret": connection.client_secret,
        });
        let answer = http.post(&connection.token_url).form(&parameters).send().await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        let token = answer["access_token"].as_str().unwrap().to_owned();
        let partner = Self { http, base_url: connection.base_url.clone(), token };
        sandbox.clear_requests();
        partner
    }

    async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Value {
        let request = self.http.request(method.clone(), format!("{}/v1{path}", self.base_url)).bearer_auth(&self.token);
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "{method} {path}: {status} {text}");
        serde_json::from_str(&text).unwrap()
    }

    pub async fn get(&self, path: &str) -> Value {
        self.ask(Method::GET, path, None).await
    }

    /// A new object; its id.
    pub async fn create(&self, path: &str, body: &Value) -> String {
        self.ask(Method::POST, path, Some(body)).await["id"].as_str().unwrap().to_owned()
    }

    /// Changes some members of an object and leaves the others; `null` takes one away.
    pub async fn change(&self, path: &str, members: Value) {
        let mut object = self.get(path).await;
        for (name, value) in members.as_object().unwrap() {
            if value.is_null() {
                object.as_object_mut().unwrap().shift_remove(name);
            } else {
                object[name] = value.clone();
            }
        }
        self.ask(Method::PUT, path, Some(&object)).await;
    }

    /// The id of an organisation by its name.
    pub async fn organisation(&self, name: &str) -> String {
        let list = self.get("/organisations").await;
        let found = list.as_array().unwrap().iter().find(|organisation| organisation["name"] == name);
        found.unwrap_or_else(|| panic!("no organisation is called {name}"))["id"].as_str().unwrap().to_owned()
    }

    /// The id of the partner's own organisation.
    pub async fn root(&self) -> String {
        self.get("/organisations").await[0]["id"].as_str().unwrap().to_owned()
    }

    /// How many organisations have this name.
    pub async fn count(&self, name: &str) -> usize {
        let list = self.get("/organisations").await;
        list.as_array().unwrap().iter().filter(|organisation| organisation["name"] == name).count()
    }

    /// The id of a client by the name of its organisation and its own.
    pub async fn client(&self, organisation: &str, name: &str) -> String {
        let organisation = self.organisation(organisation).await;
        let list = self.get(&format!("/organisations/{organisation}/clients")).await;
        let found = list.as_array().unwrap().iter().find(|client| client["name"] == name);
        found.unwrap_or_else(|| panic!("no client is called {name}"))["id"].as_str().unwrap().to_owned()
    }
}
