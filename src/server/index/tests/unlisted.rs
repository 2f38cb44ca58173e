//! The clients of an organisation that is not listed are shown to whoever asks for them, and count as read for nobody else.

use super::{Rig, client_count};

#[tokio::test(start_paused = true)]
async fn clients_that_were_read_before_their_organisation_was_listed_are_read_again_when_it_is() {
    let rig = Rig::new();
    let answer = async { rig.partner.call().await.answer(&["c-1"]) };
    let (clients, ()) = tokio::join!(rig.index.clients_of("n"), answer);
    assert_eq!(clients.expect("the partner answered").len(), 1);
    let answer = async { rig.partner.call().await.answer(&["n"]) };
    tokio::join!(rig.index.organisations(), answer).0.expect("the partner answered");
    let coverage = rig.index.coverage(&rig.index.view(), None);
    assert_eq!((coverage.read, coverage.of), (0, 1));
    let answer = async { rig.partner.call().await.answer(&["c-1"]) };
    let ((view, coverage), ()) = tokio::join!(rig.clients(), answer);
    assert_eq!((client_count(&view), coverage.read, rig.partner.count()), (1, 1, 3));
}
