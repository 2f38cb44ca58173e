//! What a connection waits for, event by event, and in any order of events.

use std::time::Duration;

use proptest::prelude::*;

use super::*;

const DEADLINES: Deadlines = Deadlines {
    head: Duration::from_secs(10),
    idle: Duration::from_mins(1),
    body: Duration::from_secs(75),
    answer: Duration::from_secs(30),
    grace: Duration::from_secs(1),
    eviction: Duration::from_secs(5),
    linger: Duration::from_secs(1),
};

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn a_request_is_ours_until_its_answer_is_ready_and_then_the_peers() {
    let start = Instant::now();
    let mut activity = Activity::new(start);
    assert_eq!(activity.state(), State::Silent);
    assert!(activity.begin(start));
    assert_eq!(activity.state(), State::Working);
    activity.receiving(start, true);
    assert_eq!(activity.state(), State::Receiving);
    activity.receiving(start, false);
    assert_eq!(activity.state(), State::Working);
    activity.sending(start, true);
    assert_eq!(activity.state(), State::Sending);
    activity.sending(start, false);
    activity.end(start, true);
    assert_eq!(activity.state(), State::Idle);
    activity.full(start);
    assert_eq!(activity.state(), State::Sending, "handed over, and still on its way");
    activity.taken(start);
    assert_eq!(activity.state(), State::Idle);
}

#[test]
fn one_request_that_is_ours_is_enough_for_the_connection_to_be_kept() {
    let start = Instant::now();
    let mut activity = Activity::new(start);
    for _ in 0..2 {
        activity.begin(start);
    }
    activity.sending(start, true);
    assert_eq!(activity.state(), State::Working);
    assert_eq!(activity.deadline(&DEADLINES, false), None);
    assert_eq!(activity.eviction_cost(start + seconds(1_000), &DEADLINES), None);
    activity.receiving(start, true);
    assert_eq!(activity.state(), State::Receiving);
}

#[test]
fn whatever_the_peer_keeps_us_waiting_for_has_its_own_deadline() {
    let start = Instant::now();
    let mut activity = Activity::new(start);
    let wait = |activity: &Activity, is_draining| {
        activity.deadline(&DEADLINES, is_draining).map(|deadline| deadline.duration_since(start).as_secs())
    };
    assert_eq!((wait(&activity, false), wait(&activity, true)), (Some(10), Some(1)), "no head yet");
    activity.begin(start);
    activity.receiving(start, true);
    assert_eq!((wait(&activity, false), wait(&activity, true)), (Some(75), Some(75)), "half a body");
    activity.receiving(start, false);
    assert_eq!((wait(&activity, false), wait(&activity, true)), (None, None), "our turn");
    activity.sending(start, true);
    assert_eq!((wait(&activity, false), wait(&activity, true)), (Some(30), Some(30)), "half an answer");
    activity.sending(start, false);
    activity.end(start + seconds(7), true);
    assert_eq!((wait(&activity, false), wait(&activity, true)), (Some(67), Some(8)), "between two requests");
}

#[test]
fn what_is_written_between_two_requests_does_not_make_an_idle_connection_last() {
    let start = Instant::now();
    let mut activity = Activity::new(start);
    activity.taken(start + seconds(9));
    assert_eq!(activity.deadline(&DEADLINES, false), Some(start + seconds(10)));
    activity.begin(start);
    activity.end(start, true);
    activity.taken(start + seconds(50));
    assert_eq!(activity.deadline(&DEADLINES, false), Some(start + seconds(60)));
}

#[test]
fn an_answer_that_is_taken_slowly_but_steadily_is_sent_to_its_end() {
    let start = Instant::now();
    let mut activity = Activity::new(start);
    activity.begin(start);
    activity.sending(start, true);
    for step in 1..100 {
        let now = start + seconds(29 * step);
        activity.full(now - seconds(1));
        activity.taken(now);
        assert_eq!(activity.deadline(&DEADLINES, false), Some(now + seconds(30)));
    }
}

#[test]
fn what_has_been_unused_for_a_while_makes_room_before_the_slow_and_they_before_the_new() {
    let start = Instant::now();
    let mut activity = Activity::new(start);
    let cost = |activity: &Activity, after| activity.eviction_cost(start + seconds(after), &DEADLINES);
    assert_eq!(
        (cost(&activity, 0), cost(&activity, 1)),
        (Some(EvictionCost::ComingRequest), Some(EvictionCost::Nothing))
    );
    activity.begin(start);
    assert_eq!(cost(&activity, 1_000), None);
    activity.receiving(start, true);
    assert_eq!((cost(&activity, 4), cost(&activity, 5)), (None, Some(EvictionCost::SlowAnswer)));
    activity.receiving(start, false);
    activity.end(start, true);
    assert_eq!(
        (cost(&activity, 0), cost(&activity, 1)),
        (Some(EvictionCost::ComingRequest), Some(EvictionCost::Nothing))
    );
    assert!(EvictionCost::Nothing < EvictionCost::SlowAnswer && EvictionCost::SlowAnswer < EvictionCost::ComingRequest);
}

#[test]
fn a_closing_connection_answers_nothing_more() {
    let start = Instant::now();
    let mut activity = Activity::new(start);
    activity.close();
    assert!(!activity.begin(start));
    assert_eq!(activity.eviction_cost(start + seconds(1_000), &DEADLINES), None, "it is not told twice");
}

#[test]
fn taking_back_more_than_is_answered_is_a_flood_and_closing_some_tabs_is_not() {
    let start = Instant::now();
    let mut activity = Activity::new(start);
    let mut ask = |is_answered| {
        activity.begin(start);
        activity.end(start, is_answered);
        activity.is_flood()
    };
    assert!((0..150).all(|_| !ask(true) && !ask(false)), "as many as are answered");
    assert!((0..200).any(|_| ask(false)));
}

/// What a peer and we can do, in any order.
#[derive(Clone, Copy, Debug)]
enum Event {
    Begin,
    Receive,
    Offer,
    Full,
    Taken,
    End,
}

proptest! {
    #[test]
    fn a_connection_with_work_of_ours_is_never_closed_and_any_other_ends_by_a_deadline(
        events in prop::collection::vec(prop::sample::select(vec![
            Event::Begin, Event::Receive, Event::Offer, Event::Full, Event::Taken, Event::End,
        ]), 0..60),
    ) {
        let start = Instant::now();
        let mut activity = Activity::new(start);
        // What each request waits for, as a peer would count it.
        let mut waiting: Vec<(bool, bool)> = Vec::new();
        for event in events {
            match event {
                Event::Begin => {
                    activity.begin(start);
                    waiting.push((false, false));
                }
                Event::Receive => if let Some((receiving, sending)) = waiting.last_mut() && !*sending {
                    *receiving = !*receiving;
                    activity.receiving(start, *receiving);
                },
                Event::Offer => if let Some((receiving, sending)) = waiting.last_mut() && !*receiving {
                    *sending = !*sending;
                    activity.sending(start, *sending);
                },
                Event::Full => activity.full(start),
                Event::Taken => activity.taken(start),
                Event::End => if let Some((receiving, sending)) = waiting.pop() {
                    if receiving {
                        activity.receiving(start, false);
                    }
                    if sending {
                        activity.sending(start, false);
                    }
                    activity.end(start, true);
                },
            }
            let is_ours = waiting.iter().any(|(receiving, sending)| !receiving && !sending);
            let later = start + seconds(1_000);
            prop_assert_eq!(activity.state() == State::Working, is_ours);
            prop_assert_eq!(activity.deadline(&DEADLINES, false).is_none(), is_ours);
            prop_assert_eq!(activity.eviction_cost(later, &DEADLINES).is_none(), is_ours);
            prop_assert!(waiting.is_empty() || !activity.is_unused());
            if let Some(deadline) = activity.deadline(&DEADLINES, false) {
                prop_assert!(deadline <= start + DEADLINES.body);
            }
        }
    }
}
