//! Nothing that is outside the reach of a role appears in any answer.

mod answers;
mod places;

use std::time::Duration;

use axum::http::StatusCode;
use partner_dashboard::domain::audit::{AuditFilter, Place};
use partner_dashboard::domain::principal::Role;
use proptest::prelude::*;
use serde_json::json;
use tokio::runtime::Runtime;

use self::answers::{calls, pages};
use self::places::{Canary, Places};
use crate::support::Browser;

/// Trees of up to nine organisations: of each the number of the one above it, and how many clients it has.
fn trees() -> impl Strategy<Value = Vec<(usize, usize)>> {
    prop::collection::vec((0..9_usize, 0..3_usize), 2..7)
}

fn config() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(6);
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 20, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn no_answer_has_anything_in_it_from_outside_the_reach(
        tree in trees(),
        tops in prop::collection::vec(0..9_usize, 1..3),
        role in prop::sample::select(vec![Role::Viewer, Role::Editor, Role::Admin, Role::Auditor]),
    ) {
        Runtime::new().unwrap().block_on(async {
            let places = Places::build(&tree, &tops, role).await;
            let eve = places.app.browser_of("eve", "part");
            // All lists are known from here on.
            places.read_all().await;
            for page in pages(&places) {
                let answer = eve.get(&page).await;
                assert_ne!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{page}");
                let asked = if page.ends_with("/edit") { format!("{page} {}", places.parents_outside()) } else { page.clone() };
                assert_nothing_outside(&places, &page, &asked, &answer.body);
            }
            for (call, pairs) in calls(&places) {
                let sent: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
                let answer = eve.post_island(call, &sent).await;
                let what = format!("{call} {sent:?}");
                let asked = match call {
                    "/api/organisations/form" => format!("{what} {}", places.parents_outside()),
                    // Whoever saved an address with an ID in it finds that ID again.
                    _ if call.starts_with("/api/saved-views/") => format!("{what} {}", places.ids()),
                    _ => what.clone(),
                };
                assert_nothing_outside(&places, &what, &asked, &answer.body);
            }
            assert_seen(&places, &eve, role).await;
            changes_outside_are_not_told(&places, &eve).await;
            entries_tell_what_is_inside_alone(&places, &eve, role).await;
        });
    }
}

/// Fails when an answer has anything in it from outside, but for what it was asked for by.
fn assert_nothing_outside(places: &Places, what: &str, asked: &str, body: &str) {
    for Canary { token, of } in places.outside() {
        assert!(
            asked.contains(token.as_str()) || !body.contains(token.as_str()),
            "{what} tells {token}, which is {of}"
        );
    }
}

/// Fails unless what is inside is in the answers: else that nothing is outside would prove nothing.
async fn assert_seen(places: &Places, eve: &Browser<'_>, role: Role) {
    if role == Role::Auditor {
        return;
    }
    let list = eve.get("/sandbox/organisations.csv").await;
    assert_eq!(list.status, StatusCode::OK, "{}", list.body);
    for place in places.inside() {
        assert!(list.body.contains(&place.name), "{} lacks {}", list.body, place.name);
        let clients = eve.get(&format!("/sandbox/organisations/{}", place.id)).await;
        for client in &place.clients {
            assert!(clients.body.contains(&client.name), "{} is not with its organisation", client.name);
        }
    }
}

/// What others change outside is told to nobody who is limited.
async fn changes_outside_are_not_told(places: &Places, eve: &Browser<'_>) {
    let partner = places.app.partner().await;
    for place in places.all() {
        let members = json!({"name": format!("{}now", place.name)});
        partner.change(&format!("/organisations/{}", place.id), members).await;
    }
    places.clock.advance(Duration::from_mins(2));
    places.read_all().await;
    places.app.observed_recorded().await;
    for page in ["/", "/account", "/audit", "/sandbox/organisations", "/find?q=orgq", "/find/palette?q=orgq"] {
        let asked = format!("{page} {}", places.ids());
        assert_nothing_outside(places, page, &asked, &eve.get(page).await.body);
    }
}

/// Entries about what is inside are there for whoever may read its history, and no other ones.
async fn entries_tell_what_is_inside_alone(places: &Places, eve: &Browser<'_>, role: Role) {
    let entries = places.app.audit.list(&AuditFilter::default(), Place::Newest, 100).await.unwrap().items;
    let mut readable = 0;
    for entry in &entries {
        let id = entry.id.to_string();
        let pages = [format!("/audit/{id}"), format!("/audit/compare?from={id}&to=now")];
        for page in &pages {
            let answer = eve.get(page).await;
            assert_ne!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{page}");
            assert_nothing_outside(places, page, &format!("{page} {}", places.parents_outside()), &answer.body);
        }
        for (call, name) in
            [("/api/audit/entry", "id"), ("/api/audit/compare", "from"), ("/api/audit/restore", "entry")]
        {
            let answer = eve.post_island(call, &[(name, &id)]).await;
            let asked = format!("{call} {}", places.parents_outside());
            assert_nothing_outside(places, call, &asked, &answer.body);
        }
        let is_inside = places.inside().any(|place| Some(place.id.as_str()) == entry.object_id());
        let may_read = eve.get(&pages[0]).await.status == StatusCode::OK;
        assert_eq!(may_read, is_inside && role != Role::Viewer, "{} {:?}", pages[0], entry.intent);
        readable += usize::from(may_read);
    }
    assert_eq!(readable > 0, role != Role::Viewer, "of {} entries", entries.len());
    let list = eve.post_island("/api/audit/list", &[("filter[connection]", "sandbox"), ("place", "Newest")]).await;
    assert_nothing_outside(places, "/api/audit/list", "", &list.body);
}
