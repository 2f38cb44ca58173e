//! `/{connection}/unknown/{entry}`: a creation whose outcome nobody knows, and the decision about it.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::{Address, way_to};
use crate::components::{
    Card, ChangeRows, Crumb, ExactTime, Fact, Html, Layout, Location, Notice, PageHead, RelativeTime,
};
use crate::domain::audit::Outcome;
use crate::domain::change::FieldChange;
use crate::domain::excerpt::{LONGEST_NAME, cut};
use crate::domain::failure::PartnerFailure;
use crate::domain::field::FieldValue;
use crate::domain::object::ObjectKind;
use crate::domain::shell::Tone;
use crate::domain::unknown_creation::{Candidate, CreationState, UnknownCreation};
use crate::error::AppError;
use crate::paths;
use crate::server_fns::unknown_creations::{DecideCreated, DecideNotCreated, load_unknown_creation};

/// The page of one creation.
///
/// # Errors
/// When there is no such creation, or the person may not edit where it is.
pub async fn unknown_creation(address: Address) -> Result<Html, AppError> {
    let connection = address.part("connection");
    // Entries are counted from 1: anything that is not a number finds none.
    let entry = address.part("entry").parse().unwrap_or(0);
    let creation = load_unknown_creation(connection.clone(), entry).await?;
    Ok(Html::of(page(connection, creation)))
}

fn page(connection: String, creation: UnknownCreation) -> impl IntoView {
    let kind = creation.kind;
    let name = cut(&creation.name, LONGEST_NAME).into_owned();
    let title = format!("Was “{name}” created?");
    let owner = creation.above.as_ref().filter(|_| kind.owner().is_some());
    let mut crumbs = way_to(kind, &connection, owner);
    crumbs.push(Crumb::here("Unknown outcome"));
    let subline = view! {
        <span>"Sent " <RelativeTime at=creation.sent_at/> " by " {creation.actor.clone()}</span>
    };
    let changes = creation.sent.iter().map(|change| (with_name(change, &creation), None)).collect::<Vec<_>>();
    let state = state(&connection, &creation);
    let about = about(&connection, &creation);
    view! {
        <Layout title=title.clone() connection=Some(connection) location=Location::Objects(kind) crumbs>
            <PageHead title subline=subline.into_any()/>
            <div class="columns">
                <div class="column">
                    {state}
                    <Card id="sent" title="Values that were sent" note="recorded before sending".into_any()>
                        <ChangeRows kind changes is_new=true/>
                    </Card>
                </div>
                <aside class="column" aria-label="About this creation">
                    {about}
                </aside>
            </div>
        </Layout>
    }
}

/// A change with the name of the parent in place of its ID.
fn with_name(change: &FieldChange, creation: &UnknownCreation) -> FieldChange {
    let name = creation.above.as_ref().filter(|_| Some(change.field.as_str()) == creation.kind.parent_field());
    let after = name.map(|above| FieldValue::Text(above.name.clone()));
    FieldChange { after: after.or_else(|| change.after.clone()), ..change.clone() }
}

fn about(connection: &str, creation: &UnknownCreation) -> impl IntoView + use<> {
    let above = creation.above.clone().map(|above| {
        let label = if creation.kind.owner().is_some() { "Organisation" } else { "Parent organisation" };
        let path = paths::organisation(connection, &above.id);
        view! {
            <Fact name=label>
                <a href=path>{above.name}</a>
            </Fact>
        }
    });
    let (number, path) = (format!("#{}", creation.entry), paths::audit_entry(creation.entry));
    let entry = if creation.may_read { view! { <a href=path>{number}</a> }.into_any() } else { number.into_any() };
    let sent_at = creation.sent_at;
    view! {
        <Card id="about" title="About">
            <div class="card-body">
                <dl class="facts facts-narrow">
                    {above} <Fact name="Sent">
                        <ExactTime at=sent_at/>
                    </Fact> <Fact name="Audit entry">{entry}</Fact>
                </dl>
            </div>
        </Card>
    }
}

fn state(connection: &str, creation: &UnknownCreation) -> AnyView {
    match &creation.state {
        CreationState::Known { outcome: Outcome::Applied, object_id } => {
            let link = object_id.as_ref().map(|id| {
                view! { <a href=paths::object(connection, creation.kind, id)>"Go to the object"</a> }
            });
            let secret = (creation.kind == ObjectKind::OAuthClient).then_some(
                "Its secret was in the response that was lost. Ask OneID for it if you cannot find it in the OneID \
                 console. ",
            );
            notice(Tone::Good, "It was created. ", view! { {secret} {link} }.into_any())
        }
        CreationState::Known { .. } => {
            let path = paths::new_object(connection, creation.kind, owner_id(creation));
            let again = view! {
                "You can create it again: "
                <a href=path>{format!("open the form for a new {}", creation.kind.word())}</a>
                ". What was typed stays in the drafts of whoever sent it for a day. "
                <a href=paths::ACCOUNT>"View your drafts"</a>
            };
            notice(Tone::Warning, "It was not created. ", again.into_any())
        }
        CreationState::Unknown { candidates, under_way_until } => {
            let wait = under_way_until.map(|until| {
                view! {
                    <Notice>
                        <p>
                            "OneID may still be working on it. From " <ExactTime at=until/>
                            " on you can say that it was not created. Until then, look here again."
                        </p>
                    </Notice>
                }
            });
            let decision = decision(connection, creation, candidates, under_way_until.is_some());
            view! {
                {wait}
                {decision}
            }
            .into_any()
        }
    }
}

fn owner_id(creation: &UnknownCreation) -> Option<&str> {
    creation.kind.owner()?;
    creation.above.as_ref().map(|above| above.id.as_str())
}

fn notice(tone: Tone, strong: &'static str, more: AnyView) -> AnyView {
    view! {
        <Notice tone>
            <p>
                <strong>{strong}</strong>
                {more}
            </p>
        </Notice>
    }
    .into_any()
}

/// What may be it, and the two buttons.
fn decision(
    connection: &str,
    creation: &UnknownCreation,
    candidates: &Result<Vec<Candidate>, PartnerFailure>,
    is_under_way: bool,
) -> impl IntoView + use<> {
    let name = cut(&creation.name, LONGEST_NAME).into_owned();
    let found = match candidates {
        Ok(candidates) if candidates.is_empty() => {
            view! { <p class="prose">{format!("OneID lists no object called “{name}” that could be it.")}</p> }
                .into_any()
        }
        Ok(candidates) => {
            let rows = candidates.iter().map(|candidate| row(connection, creation, candidate)).collect_view();
            view! { <ul class="rows">{rows}</ul> }.into_any()
        }
        Err(failure) => {
            let sentence = failure.sentence();
            view! { <p class="prose">"OneID could not be asked what it lists. " {sentence}</p> }.into_any()
        }
    };
    let not_created = (!is_under_way).then(|| {
        view! {
            <form method="post" action=DecideNotCreated::url()>
                {about_entry(connection, creation.entry)}
                <button class="button" type="submit">
                    "It was not created"
                </button>
            </form>
        }
    });
    view! {
        <Card id="decision" title="What may have been created" note="read from OneID now".into_any()>
            <div class="card-body">
                <p class="prose">
                    "The response to this creation was lost. OneID may have created the object or not, and it is not sent \
                     again until you decide. The dashboard keeps looking by itself too."
                </p>
            </div>
            {found}
            <div class="card-body">
                <div class="button-row">
                    {not_created} <a class="button button-quiet" href=paths::OVERVIEW>
                        "Decide later"
                    </a>
                </div>
            </div>
        </Card>
    }
}

fn about_entry(connection: &str, entry: i64) -> impl IntoView + use<> {
    view! {
        <input type="hidden" name="connection" value=connection.to_owned()/>
        <input type="hidden" name="entry" value=entry.to_string()/>
    }
}

fn row(connection: &str, creation: &UnknownCreation, candidate: &Candidate) -> impl IntoView + use<> {
    let Candidate { object, differs } = candidate.clone();
    let differs = if differs.is_empty() {
        "Has all values that were sent".to_owned()
    } else {
        format!("Differs in: {}", differs.join(", "))
    };
    view! {
        <li>
            <span>
                <a href=paths::object(connection, creation.kind, &object.id)>{object.name.clone()}</a>
                " "
                <code>{object.id.clone()}</code>
                <span class="feed-meta">{differs}</span>
            </span>
            <form method="post" action=DecideCreated::url()>
                {about_entry(connection, creation.entry)}
                <input type="hidden" name="id" value=object.id.clone()/>
                <button class="button" type="submit">
                    "This is it"
                    <span class="visually-hidden">{format!(": {} {}", object.name, object.id)}</span>
                </button>
            </form>
        </li>
    }
}
