//! People who know the dashboards by their load balancer alone.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use partner_dashboard::server::oauth::http_client;
use reqwest::header::{ACCEPT, COOKIE, LOCATION, ORIGIN, SET_COOKIE};
use reqwest::{Client, Response};

use super::balanced::REPLICA;
use crate::durability::HTML;
use crate::support::program::PUBLIC_URL;
use crate::support::{Form, IdentityProvider, Page, Person, until};

const ADA: Person = Person { subject: "ada", groups: &["admins"], session: "s-1" };
/// What the load balancer answers for a replica that is gone.
const BAD_GATEWAY: u16 = 502;

/// A browser.
pub struct Visitor {
    http: Client,
    address: String,
    cookies: Vec<(String, String)>,
}

/// What became of a form.
#[derive(Debug)]
pub struct Sent {
    pub status: u16,
    pub location: String,
    /// The address of the replica that had it last.
    pub replica: String,
}

impl Sent {
    fn of(answer: &Response) -> Self {
        let header = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        // Where one was passed over, all that were tried are named.
        let replica = header(REPLICA).rsplit(", ").next().unwrap_or_default().to_owned();
        Self { status: answer.status().as_u16(), location: header(LOCATION.as_str()).to_owned(), replica }
    }

    fn is_created(&self) -> bool {
        self.location.starts_with("/sandbox/organisations/") && !self.location.contains("draft=")
    }
}

impl Visitor {
    pub fn new(address: &str) -> Self {
        Self { http: http_client().unwrap(), address: address.to_owned(), cookies: Vec::new() }
    }

    fn keep(&mut self, answer: &Response) {
        for cookie in answer.headers().get_all(SET_COOKIE) {
            let (name, value) = cookie.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
    }

    fn cookies(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    async fn get(&mut self, path: &str) -> Response {
        let request = self.http.get(format!("{}{path}", self.address)).header(ACCEPT, HTML);
        let answer = request.header(COOKIE, self.cookies()).send().await.unwrap();
        self.keep(&answer);
        answer
    }

    async fn sent_to(&mut self, path: &str) -> String {
        let answer = self.get(path).await;
        answer.headers()[LOCATION].to_str().unwrap().to_owned()
    }

    /// Signs in: another replica takes the person back than the one that sent them to the provider.
    pub async fn sign_in(&mut self, provider: &IdentityProvider) {
        let login = self.sent_to("/account").await;
        let sent = Sent::of(&self.get(&login).await);
        let back = provider.authorize(&sent.location, ADA);
        let taken_back = Sent::of(&self.get(&back).await);
        assert_eq!(taken_back.location, "/account");
        assert!(!sent.replica.is_empty() && sent.replica != taken_back.replica, "{sent:?} {taken_back:?}");
        assert_eq!(self.get("/account").await.status().as_u16(), 200);
    }

    /// Signs out; where the browser goes on to.
    pub async fn sign_out(&mut self) -> String {
        let request = self.http.post(format!("{}/auth/logout", self.address)).header(COOKIE, self.cookies());
        let request = request.header(ORIGIN, PUBLIC_URL).header("sec-fetch-site", "same-origin");
        let answer = request.send().await.unwrap();
        self.keep(&answer);
        Page::new(&answer.text().await.unwrap()).leads_to()
    }

    /// Sends a form as a browser does.
    async fn send(&self, action: &str, fields: &[(String, String)]) -> Sent {
        let request = self.http.post(format!("{}{action}", self.address)).form(fields);
        let request = request.header(ACCEPT, HTML).header(COOKIE, self.cookies());
        let request = request.header(ORIGIN, PUBLIC_URL).header("sec-fetch-site", "same-origin");
        Sent::of(&request.send().await.unwrap())
    }

    /// Creates an organisation.
    pub async fn create(&self, name: &str) -> Sent {
        let fields = [("connection", "sandbox"), ("draft", ""), ("name", name), ("enabled", "true")];
        self.send("/api/organisations/create", &fields.map(|(name, value)| (name.to_owned(), value.to_owned()))).await
    }

    /// Fills in the form of a page, which another replica gets than the one that sent the page.
    pub async fn fill_in(&mut self, path: &str, change: impl FnOnce(Form) -> Form) -> String {
        let page = self.get(path).await;
        let from = Sent::of(&page);
        let form = change(Page::new(&page.text().await.unwrap()).form("form.form", path));
        let sent = self.send(&form.action, &form.fields).await;
        assert!(!from.replica.is_empty() && from.replica != sent.replica, "{from:?} {sent:?}");
        sent.location
    }

    /// Looks and creates until it is over. A page always comes. A creation fails only where its replica is gone.
    async fn work(mut self, number: usize, is_over: Arc<AtomicBool>, created: Arc<AtomicUsize>) -> Work {
        let mut work = Work::default();
        for turn in 0.. {
            if is_over.load(Ordering::Relaxed) {
                break;
            }
            let page = self.get("/sandbox/organisations").await;
            let (status, from) = (page.status(), Sent::of(&page));
            assert_eq!(status.as_u16(), 200, "{from:?}: {}", page.text().await.unwrap());
            let name = format!("customer-{number}-{turn}");
            let sent = self.create(&name).await;
            if sent.is_created() {
                work.made.push(name);
                created.fetch_add(1, Ordering::Relaxed);
            } else if sent.status == BAD_GATEWAY {
                work.lost.push((name, sent.replica));
            } else {
                let page = self.get(&sent.location).await.text().await.unwrap();
                panic!("{sent:?}: {}", Page::new(&page).main());
            }
        }
        work
    }
}

/// What people have done.
#[derive(Debug, Default)]
pub struct Work {
    /// The names of what they were told that they have created.
    pub made: Vec<String>,
    /// The names of what they have no answer to, with the replica that had it.
    pub lost: Vec<(String, String)>,
}

/// People who look and create without a pause.
pub struct Load {
    is_over: Arc<AtomicBool>,
    /// How many organisations each of them has created.
    created: Vec<Arc<AtomicUsize>>,
    people: Vec<tokio::task::JoinHandle<Work>>,
}

impl Load {
    /// So many people, who have signed in as this one.
    pub fn start(signed_in: &Visitor, people: usize) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let created: Vec<_> = (0..people).map(|_| Arc::new(AtomicUsize::new(0))).collect();
        let people = created.iter().enumerate().map(|(number, created)| {
            let (is_over, created) = (Arc::clone(&is_over), Arc::clone(created));
            let visitor = Visitor { cookies: signed_in.cookies.clone(), ..Visitor::new(&signed_in.address) };
            tokio::spawn(visitor.work(number, is_over, created))
        });
        let people = people.collect();
        Self { is_over, created, people }
    }

    /// Until everybody was served some more.
    pub async fn goes_on(&self) {
        for created in &self.created {
            let before = created.load(Ordering::Relaxed);
            until(async || created.load(Ordering::Relaxed) > before + 1).await;
        }
    }

    /// What all of them have done.
    pub async fn end(self) -> Work {
        self.is_over.store(true, Ordering::Relaxed);
        futures::future::join_all(self.people).await.into_iter().fold(Work::default(), |mut all, one| {
            let one = one.unwrap();
            all.made.extend(one.made);
            all.lost.extend(one.lost);
            all
        })
    }
}
