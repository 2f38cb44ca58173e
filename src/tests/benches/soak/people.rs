//! People who come, click, change something and go, all day and all night.

use std::time::Duration;

use futures::future::join_all;
use tokio::time::{Instant, sleep};

use crate::admins::{Habits, Request};
use crate::dashboard::Dashboard;
use crate::pages::objects;
use crate::visitor::Visitor;

/// How many are there at once.
const PEOPLE: usize = 4;
/// How often each of them clicks in one session.
const CLICKS: usize = 50;
/// How long they wait between two clicks, by the clocks of this machine: some seconds of the program's time.
const PAUSE: Duration = Duration::from_millis(20);
/// In how many sessions there is one in which an organisation is created.
const CREATIONS: usize = 10;

/// What all of them have done.
#[derive(Default)]
pub struct Work {
    pub sessions: usize,
    pub clicks: usize,
    /// Pages that did not come, or not as they should: most of them because of what goes wrong at the partner.
    pub failed: usize,
}

/// Lets all of them work until a moment.
pub async fn work(dashboard: &Dashboard, until: Instant) -> Work {
    let client = dashboard.client(None);
    let known = [objects(&client, "/sandbox/organisations").await, objects(&client, "/sandbox/clients").await];
    let work = join_all((0..PEOPLE).map(|number| person(dashboard, number, &known, until))).await;
    work.into_iter().fold(Work::default(), |all, one| Work {
        sessions: all.sessions + one.sessions,
        clicks: all.clicks + one.clicks,
        failed: all.failed + one.failed,
    })
}

async fn person(dashboard: &Dashboard, number: usize, known: &[Vec<String>; 2], until: Instant) -> Work {
    let mut habits = Habits::new(number, known);
    let mut work = Work::default();
    while Instant::now() < until {
        let mut visitor = Visitor::new(dashboard, &format!("person-{number}"));
        work.sessions += 1;
        for _ in 0..CLICKS {
            let (name, request) = habits.next();
            let answer = match &request {
                Request::Open(target) => visitor.open(target).await,
                Request::Send(form) => visitor.send(form).await,
            };
            work.clicks += 1;
            work.failed += usize::from(answer.and_then(|page| habits.see(name, &page)).is_err());
            sleep(PAUSE).await;
        }
        if work.sessions % CREATIONS == number {
            create(&mut visitor, &format!("Made by {number} in session {}", work.sessions)).await;
        }
    }
    work
}

/// Creates an organisation. Where the partner fails, nothing comes of it.
async fn create(visitor: &mut Visitor, name: &str) {
    let page = visitor.open("/sandbox/organisations/new").await;
    if let Some(form) = page.ok().and_then(|page| page.form()) {
        drop(visitor.send(&form.named(name)).await);
    }
}
