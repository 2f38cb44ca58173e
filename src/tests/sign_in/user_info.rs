//! Groups that the ID token lacks: where the userinfo endpoint does not give them, the person and the audit log are told why.

use std::sync::Arc;

use axum::http::StatusCode;
use partner_dashboard::domain::audit::Action;
use partner_dashboard::server::clock::SystemClock;
use serde_json::{Value, json};

use super::ADA;
use crate::access_events::{kept, refusals};
use crate::support::{IdentityProvider, Lies, TRUTH, TestApp, TestOptions};

fn lacking_groups(claims: &mut Value) {
    claims.as_object_mut().unwrap().shift_remove("groups");
}

#[tokio::test]
async fn a_userinfo_endpoint_that_fails_is_named_and_not_the_id_token() {
    let lacking = Lies { claims: lacking_groups, ..TRUTH };
    let no_endpoint: fn(&mut Value) =
        |document| document["userinfo_endpoint"] = json!(format!("{}/none", document["issuer"].as_str().unwrap()));
    for (lies, says, reason) in [
        (Lies { discovery: no_endpoint, ..lacking }, "answered with status 404", "userinfo_status_404"),
        (
            Lies { discovery: |document| document["userinfo_endpoint"] = json!("http://127.0.0.1:1/"), ..lacking },
            "could not be reached",
            "userinfo_not_reached",
        ),
        (
            Lies { user_info: |answer| *answer = json!("nobody"), ..lacking },
            "gave an answer that cannot be read",
            "userinfo_unreadable",
        ),
    ] {
        let provider = IdentityProvider::with(lies, Arc::new(SystemClock)).await;
        let app = TestApp::with(TestOptions::signing_in_at(&provider)).await;
        let answer = app.browser().sign_in(&provider, ADA, "/account").await;
        let page = answer.page();
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{reason}");
        let expected = format!("did not say which groups you are in: the userinfo endpoint {says}.");
        assert!(page.main().contains(&expected) && !page.main().contains("cannot be verified"), "{}", page.main());
        let refused = refusals(&app, Action::SignInRefused, 1).await;
        assert_eq!(kept(&refused[0], "reason"), reason);
    }
}
