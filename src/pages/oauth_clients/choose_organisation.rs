//! The choice of the organisation that a new client is to belong to.

use leptos::prelude::*;

use super::super::{Address, way_to};
use crate::components::{Crumb, FieldErrors, Html, Layout, Location, ObjectChoice, PageHead};
use crate::domain::duplicate::DuplicateOf;
use crate::domain::field_error::{FieldError, FieldProblem};
use crate::domain::find::{Choosing, Sought};
use crate::domain::object::ObjectKind;
use crate::domain::posted::find_name;
use crate::error::AppError;
use crate::paths;
use crate::server_fns::find::suggest_objects;

const KIND: ObjectKind = ObjectKind::OAuthClient;
/// What says in the address that the form was sent.
const STEP: &str = "choose";
/// The name of the field.
const ORGANISATION: &str = "organisation_id";

/// The page on which the organisation is chosen.
///
/// # Errors
/// When the person may create no clients on the connection, or its organisations cannot be looked for.
pub(super) async fn choose_organisation(
    connection: String,
    address: &Address,
    of: Option<DuplicateOf>,
) -> Result<Html, AppError> {
    let search = address.query(&find_name(ORGANISATION)).trim().to_owned();
    let sought = |text: &str| Sought {
        connection: Some(connection.clone()),
        kind: Some(ObjectKind::Organisation),
        text: text.to_owned(),
        except: None,
        is_to_edit: true,
    };
    // Without a search, some of the organisations in which the person may create clients.
    let matches = suggest_objects(sought(&search)).await?;
    let options = paths::choices(&sought(""));
    let choosing = Choosing { chosen: None, search, matches };
    // What is empty does not stay in an address.
    let is_missing = address.query("step") == STEP && address.query_if_any("find").is_none();
    let errors = is_missing.then(|| FieldError::new(ORGANISATION, FieldProblem::Missing)).into_iter().collect();
    Ok(Html::of(page(connection, choosing, options, FieldErrors::new(KIND, errors), of)))
}

fn page(
    connection: String,
    choosing: Choosing,
    options: String,
    errors: FieldErrors,
    of: Option<DuplicateOf>,
) -> impl IntoView {
    let title = "Create client";
    let mut crumbs = way_to(KIND, &connection, None);
    crumbs.push(Crumb::here("New client"));
    let (list, action) = (paths::clients(&connection), paths::new_object(&connection, KIND, None));
    let of = of.map(|of| {
        view! {
            <input type="hidden" name=paths::DUPLICATE value=of.id/>
            <input type="hidden" name=paths::DUPLICATE_FROM value=of.connection/>
        }
    });
    view! {
        <Layout title connection=Some(connection) location=Location::Objects(KIND) crumbs>
            <PageHead title/>
            <form class="form" method="get" action=action>
                <input type="hidden" name="step" value=STEP/>
                {of}
                <div class="card form-card">
                    <ObjectChoice
                        name=ORGANISATION
                        label="Organisation"
                        hint="Each client belongs to one organisation, and can use what that allows."
                        none="None of these"
                        choosing
                        options
                        errors
                    />
                </div>
                <div class="form-actions">
                    <button class="button button-primary" type="submit">
                        "Continue"
                    </button>
                    <a class="button" href=list>
                        "Cancel"
                    </a>
                </div>
            </form>
        </Layout>
    }
}
