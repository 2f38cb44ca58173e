//! The review before a creation, where live users are concerned or a readiness rule finds an error. Its form holds
//! everything that was typed, so that what is sent is what is seen here.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::decision::{actions, confirmation, discard};
use super::notices::notices;
use super::{Head, frame, next, with_names};
use crate::components::{Card, ChangeRows, Crumb, Location, ReadinessAfter};
use crate::domain::object::ObjectKind;
use crate::domain::posted::controls_of;
use crate::domain::review::Review;
use crate::pages::way_to;
use crate::paths;
use crate::server_fns::oauth_clients::CreateOauthClient;
use crate::server_fns::organisations::CreateOrganisation;

pub(super) fn page(connection: String, review: Review) -> impl IntoView {
    let review = with_names(review);
    let kind = review.draft.kind;
    let form_path = paths::draft(&paths::form(&review.draft.target()), &review.draft.id);
    let title = format!("Review the new {}", kind.word());
    let mut crumbs = way_to(kind, &connection, review.organisation.as_ref());
    crumbs.push(Crumb::to(format!("New {}", kind.word()), form_path.clone()));
    crumbs.push(Crumb::here("Review"));
    let subline = match review.confirmation() {
        Some(_) => "Nothing has been sent yet. Check the values, then type the name to create it.",
        None => "Nothing has been sent yet.",
    };
    let changes: Vec<_> = review.changes.iter().map(|row| (row.change.clone(), row.risk.clone())).collect();
    let about = view! {
        {notices(&review)}
        <Card id="changes" title="What will be created">
            <ChangeRows kind changes is_new=true/>
        </Card>
        {decision(&review, form_path)}
    };
    let aside = view! {
        <ReadinessAfter findings=review.findings.clone()/>
        {next("creation", "POST", ", and nothing is sent again until you decide.")}
    };
    let subline = subline.to_owned();
    frame(Head { title, subline, connection, location: Location::Objects(kind), crumbs }, about, aside)
}

/// The name to type, and the form as it was filled in.
fn decision(review: &Review, back: String) -> impl IntoView + use<> {
    let draft = &review.draft;
    let (action, button) = match draft.kind {
        ObjectKind::Organisation => (CreateOrganisation::url(), "Create organisation"),
        ObjectKind::OAuthClient => (CreateOauthClient::url(), "Create client"),
    };
    let about = [
        ("draft".to_owned(), draft.id.clone()),
        // An empty name would not be told from none.
        ("reviewed".to_owned(), "yes".to_owned()),
        ("connection".to_owned(), draft.connection.clone()),
        ("organisation_id".to_owned(), draft.organisation_id.clone().unwrap_or_default()),
    ];
    let controls = about.into_iter().filter(|(_, value)| !value.is_empty()).chain(controls_of(draft.kind, &draft.form));
    let controls = controls.map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
    let confirmation = confirmation(review);
    let send = view! {
        <button class="button button-primary" type="submit">
            {button}
        </button>
    };
    view! {
        <form class="form" method="post" action=action>
            {controls.collect_view()}
            {confirmation}
            {actions(send, back)}
        </form>
        {discard(draft.id.clone())}
    }
}
