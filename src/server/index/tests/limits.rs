//! What a limit to a part of the tree is judged by: a list that takes long to be read is good for a while after it was, and no list
//! after a change.

use super::{Rig, ids};

#[tokio::test(start_paused = true)]
async fn a_list_that_takes_long_to_be_read_is_good_for_limits_for_some_seconds_after_its_end() {
    let rig = Rig::new();
    let slow = async {
        let call = rig.partner.call().await;
        rig.pass(40);
        call.answer(&["a"]);
    };
    let (view, ()) = tokio::join!(rig.index.fresh_organisations(), slow);
    assert_eq!(ids(&view.expect("the partner answered")), ["a"]);
    rig.pass(14);
    rig.index.fresh_organisations().await.expect("it is known");
    assert_eq!(rig.partner.count(), 1, "nobody has asked again");
    rig.pass(1);
    let again = async { rig.partner.call().await.answer(&["b"]) };
    let (view, ()) = tokio::join!(rig.index.fresh_organisations(), again);
    assert_eq!(ids(&view.expect("the partner answered")), ["b"]);
}

#[tokio::test(start_paused = true)]
async fn a_list_is_good_for_no_limit_after_a_change_from_here() {
    let rig = Rig::with_organisations(&["a"]).await;
    rig.index.fresh_organisations().await.expect("it is known");
    assert_eq!(rig.partner.count(), 1);
    rig.index.forget_organisations();
    let again = async { rig.partner.call().await.answer(&["b"]) };
    let (view, ()) = tokio::join!(rig.index.fresh_organisations(), again);
    assert_eq!(ids(&view.expect("the partner answered")), ["b"]);
}

/// A replica that has just started, while people elsewhere change one organisation after the other.
#[tokio::test(start_paused = true)]
async fn whoever_waits_for_the_first_list_gets_it_though_it_is_changed_again_and_again_while_it_is_read() {
    let rig = Rig::new();
    let changing = async {
        for _ in 0..10 {
            let call = rig.partner.call().await;
            rig.index.forget_organisations();
            call.answer(&["a"]);
        }
        rig.partner.call().await.answer(&["b"]);
    };
    let (view, ()) = tokio::join!(rig.index.fresh_organisations(), changing);
    assert_eq!(ids(&view.expect("it is read once more")), ["b"]);
}
