//! People notice nothing of which of three dashboards answers, nor of one that is replaced, and little of one that is killed.

use super::balanced::Balanced;
use super::people::{Load, Visitor, Work};
#[cfg(feature = "failpoints")]
use crate::support::until;

/// Replaces each of them, the first of which leads, while people work. None of them loses anything.
async fn replaced_one_after_the_other(balanced: &mut Balanced, visitor: &Visitor) -> Work {
    let load = Load::start(visitor, 3);
    for at in balanced.ports {
        let old = balanced.replicas.remove(0);
        old.signal("TERM");
        let (status, _, log) = old.ends().await;
        assert!(status.success(), "{log}");
        // While it is not there, and once it is there again.
        load.goes_on().await;
        balanced.replicas.push(balanced.shared.serve_at(at, &[]).await);
        load.goes_on().await;
    }
    let work = load.end().await;
    assert!(work.lost.is_empty(), "{work:?}");
    work
}

#[tokio::test(flavor = "multi_thread")]
async fn people_behind_haproxy_notice_nothing_of_a_rolling_restart() {
    let mut balanced = Balanced::start_behind_haproxy().await;
    let mut visitor = Visitor::new(&balanced.address);
    visitor.sign_in(&balanced.provider).await;
    let work = replaced_one_after_the_other(&mut balanced, &visitor).await;
    balanced.explains_every_write(&work).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_sign_in_at_one_edit_at_another_and_notice_nothing_of_a_rolling_restart() {
    let mut balanced = Balanced::start(&[]).await;
    let mut visitor = Visitor::new(&balanced.address);
    visitor.sign_in(&balanced.provider).await;

    let work = replaced_one_after_the_other(&mut balanced, &visitor).await;
    let tokens = balanced.tokens();
    assert!((3..=6).contains(&tokens), "{tokens} token requests of six replicas, one after the other");
    balanced.has_one_token_each().await;
    balanced.explains_every_write(&work).await;

    let created = visitor.create("Meridian Lettings").await.location;
    let object = created.split('?').next().unwrap();
    let review = visitor.fill_in(&format!("{object}/edit"), |form| form.set("name", "Meridian Sales")).await;
    assert_eq!(visitor.fill_in(&review, |form| form.set("confirmation", "")).await, object);

    // None of the replicas that the person signed in at is there any more, and the provider is told all the same who it is.
    let provider = visitor.sign_out().await;
    assert!(provider.starts_with(&format!("{}/end-session?id_token_hint=ey", balanced.provider.issuer)), "{provider}");
}

#[cfg(feature = "failpoints")]
#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_is_killed_in_a_save_loses_what_it_had_and_nothing_else() {
    // It ends as by `kill -9` when the partner has created something, and before that is in the log.
    let mut balanced = Balanced::start(&[("FAILPOINTS", "completion-unwritten=4*off->return")]).await;
    let mut visitor = Visitor::new(&balanced.address);
    visitor.sign_in(&balanced.provider).await;

    let load = Load::start(&visitor, 3);
    let mut leads = balanced.replicas.remove(0);
    assert!(leads.is_killed().await);
    let next = "this replica leads from now on";
    until(async || balanced.replicas.iter().any(|replica| replica.logged(next) > 0)).await;
    load.goes_on().await;
    balanced.replicas.push(balanced.shared.serve_at(balanced.ports[0], &[]).await);
    load.goes_on().await;
    let work = load.end().await;

    let killed = format!("127.0.0.1:{}", balanced.ports[0].0);
    assert!((1..=3).contains(&work.lost.len()), "a request each at most: {work:?}");
    assert!(work.lost.iter().all(|(_, replica)| *replica == killed), "{killed}: {work:?}");
    assert!(balanced.tokens() <= 4, "{} token requests of four replicas", balanced.tokens());
    balanced.has_one_token_each().await;
    balanced.explains_every_write(&work).await;
}
