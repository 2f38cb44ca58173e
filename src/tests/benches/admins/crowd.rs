//! The admins at work. Each click has a time at which it was meant to be made, and is measured from then: that an answer is
//! late makes the next clicks no later than they would have been.

use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::clicks::{Habits, Request};
use super::{ADMINS, PAUSE, WARM_UP};
use crate::dashboard::Dashboard;
use crate::pages::objects;
use crate::process::{cpu_time, resident};
use crate::visitor::Visitor;

const MINUTE: Duration = Duration::from_mins(1);

/// One click, after the warm-up.
pub struct Click {
    pub name: &'static str,
    /// From the moment at which it was meant to the last byte of the page.
    pub took: Duration,
    /// What came in place of the page.
    pub error: Option<String>,
}

/// What was measured of all of them.
pub struct Crowd {
    pub clicks: Vec<Click>,
    /// The memory of the server in kB: after the warm-up, and after each minute.
    pub memory: Vec<u64>,
    /// How much of the two processors the server had.
    pub cpu_share: f64,
}

/// Lets all of them click, first to warm up, and then for so long.
pub async fn click(dashboard: &Dashboard, duration: Duration) -> Crowd {
    let client = dashboard.client(None);
    let known = [objects(&client, "/sandbox/organisations").await, objects(&client, "/sandbox/clients").await];
    let measured = Instant::now() + WARM_UP.min(duration);
    let until = measured + duration;
    let mut admins = JoinSet::new();
    for number in 0..ADMINS {
        let visitor = Visitor::new(dashboard, &format!("admin-{number}"));
        admins.spawn(work(visitor, Habits::new(number, &known), measured, until));
    }
    sleep_until(measured).await;
    let mut memory = vec![resident(dashboard.process())];
    let before = cpu_time(dashboard.process());
    while Instant::now() < until {
        sleep_until(until.min(Instant::now() + MINUTE)).await;
        memory.push(resident(dashboard.process()));
    }
    let cpu_share = cpu_time(dashboard.process()).saturating_sub(before).as_secs_f64() / duration.as_secs_f64() / 2.0;
    Crowd { clicks: admins.join_all().await.into_iter().flatten().collect(), memory, cpu_share }
}

/// The clicks of one admin.
async fn work(mut visitor: Visitor, mut habits: Habits, measured: Instant, until: Instant) -> Vec<Click> {
    // Not all at once: they are spread over a pause, and in no step.
    let mut meant = Instant::now() + habits.pause(PAUSE) - PAUSE / 2;
    let mut clicks = Vec::new();
    while meant < until {
        sleep_until(meant).await;
        let (name, request) = habits.next();
        let answer = match &request {
            Request::Open(target) => visitor.open(target).await,
            Request::Send(form) => visitor.send(form).await,
        };
        let took = meant.elapsed();
        let error = answer.and_then(|page| habits.see(name, &page)).err();
        if meant >= measured {
            clicks.push(Click { name, took, error });
        }
        meant += habits.pause(PAUSE);
    }
    clicks
}
