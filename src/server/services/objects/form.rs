//! Forms to fill in: the values that they open on, and what their controls offer.

use std::collections::BTreeMap;

use super::{drafts, duplicate};
use crate::domain::catalogue::{Catalogue, Suggestion, suggestions};
use crate::domain::duplicate::DuplicateOf;
use crate::domain::field::FieldValue;
use crate::domain::field_values::FieldValues;
use crate::domain::find::{Choosing, MOST_SUGGESTED};
use crate::domain::form::FormValues;
use crate::domain::object::ObjectKind;
use crate::domain::organisation::Organisation;
use crate::domain::posted::find_name;
use crate::domain::reference::ObjectReference;
use crate::domain::review::{Draft, FormTarget};
use crate::domain::unknown_creation::LostCreation;
use crate::domain::views::FormPage;
use crate::server::context::RequestContext;
use crate::server::services::ServiceError;
use crate::server::services::access::edit_permission;
use crate::server::services::find;
use crate::server::services::place::organisation_of;

/// What somebody who is limited to a part of the tree is shown for the parent of its top: they learn no name from
/// outside.
const OUTSIDE: &str = "Current parent (outside your organisations)";

/// The values that a form for a new object opens on: switched on, and nothing else.
pub(in crate::server::services) fn new_object() -> FieldValues {
    [("enabled".to_owned(), FieldValue::Flag(true))].into_iter().collect()
}

/// The form for an organisation. `parent` is the parent that a new one is to have: empty for none, so that OneID decides.
/// `of` is what it is to be a duplicate of.
///
/// # Errors
/// When the person may not edit, the draft is gone, or the partner does not give what is edited or duplicated.
#[tracing::instrument(target = "spans", level = "debug", name = "objects::form", skip_all)]
pub async fn organisation(
    context: &RequestContext,
    connection: &str,
    id: Option<&str>,
    draft: Option<&str>,
    parent: Option<&str>,
    of: Option<&DuplicateOf>,
) -> Result<FormPage, ServiceError> {
    let connection = context.connection(connection)?;
    let reach = context.authorize_edit(connection).await?;
    let target = FormTarget {
        connection: connection.summary.name.clone(),
        kind: ObjectKind::Organisation,
        object_id: id.map(str::to_owned),
        organisation_id: None,
    };
    let draft = drafts::find_for(context, draft, &target).await?;
    let all = connection.index.organisations().await?;
    let source = match of.filter(|_| id.is_none() && draft.is_none()) {
        Some(of) => Some(duplicate::read(context, connection, target.kind, &reach, of).await?),
        None => None,
    };
    let (object, opened) = if let Some(id) = id {
        let permission = edit_permission(connection);
        let object = context.object(connection, ObjectKind::Organisation, id, permission).await?;
        (Some(object.reference()), object.fields)
    } else {
        let mut fields = source.as_ref().map_or_else(new_object, |source| source.values.clone());
        let asked =
            parent.or_else(|| fields.parent(target.kind)).filter(|parent| parent.is_empty() || reach.holds(parent));
        let parent = asked.map(str::to_owned).or_else(|| reach.only_top(&all)).unwrap_or_default();
        fields.set("parent_id", Some(FieldValue::Text(parent)));
        (None, fields)
    };
    let present = opened.parent(ObjectKind::Organisation).map(str::to_owned);
    let is_outside = |id: &str| present.as_deref() == Some(id) && !reach.holds(id);
    let duplicated = match source {
        Some(source) => Some(source.told(context, connection, target.kind, None, &opened).await),
        None => None,
    };
    let preselected = opened.parent(ObjectKind::Organisation).filter(|_| object.is_none()).map(str::to_owned);
    let mut page = opened_on(context, &target, draft, opened).await;
    if let Some(parent) = preselected {
        // What the form of a new organisation has chosen by itself is no change of the person.
        page.shown.set("parent_id", Some(FieldValue::Text(parent)));
    }
    let chosen = page.form.fields.text("parent_id").unwrap_or_default();
    let mut parent = Some(chosen).filter(|id| reach.holds(id)).and_then(|id| all.organisation(id));
    if let Some(parent) = &mut parent {
        reach.hide_parent(parent);
    }
    let unnamed = if is_outside(chosen) { OUTSIDE } else { "" };
    Ok(FormPage {
        duplicated,
        parent: parent_choice(context, &target, &page.form, parent.as_ref(), unnamed).await,
        suggestions: organisation_suggestions(&context.catalogue, parent.as_ref()),
        organisation: parent,
        object,
        ..page
    })
}

/// What every form is: the person's draft where one is open, else the values `opened` and the draft left behind. What
/// depends on the kind of object is empty.
async fn opened_on(
    context: &RequestContext,
    target: &FormTarget,
    draft: Option<Draft>,
    opened: FieldValues,
) -> FormPage {
    let (shown, form, left_behind) = if let Some(draft) = &draft {
        (draft.shown.clone(), draft.form.clone().completed(draft.kind, &draft.shown), None)
    } else {
        let form = FormValues::of(target.kind, &opened);
        (opened, form, drafts::left_behind(context, target).await)
    };
    FormPage {
        kind: target.kind,
        duplicated: None,
        lost: lost(context, draft.as_ref()).await,
        parent: Choosing::default(),
        suggestions: BTreeMap::new(),
        products: Vec::new(),
        organisation: None,
        object: None,
        shown,
        form,
        left_behind,
        form_id: drafts::form_id(draft.as_ref().map_or("", |draft| &draft.id)),
        draft,
    }
}

/// What is known of the creation that a draft was sent as; `None` also when the log cannot be read.
async fn lost(context: &RequestContext, draft: Option<&Draft>) -> Option<LostCreation> {
    let entry = context.audit.find(draft?.lost?).await.ok()??;
    let object_id = entry.object_id().map(str::to_owned);
    Some(LostCreation { entry: entry.id, outcome: entry.outcome(), object_id })
}

/// The choice of a parent: the chosen one, `unnamed` where that is not for the person to know, and what was looked for.
async fn parent_choice(
    context: &RequestContext,
    target: &FormTarget,
    form: &FormValues,
    parent: Option<&Organisation>,
    unnamed: &str,
) -> Choosing {
    let chosen = form.fields.parent(target.kind).map(|id| match parent {
        Some(parent) => parent.reference(),
        None if unnamed.is_empty() => ObjectReference { id: id.to_owned(), name: id.to_owned() },
        None => ObjectReference { id: id.to_owned(), name: unnamed.to_owned() },
    });
    let search = form.others.get(&find_name("parent_id")).cloned().unwrap_or_default();
    let sought = find::sought(target, &search);
    let matches = if search.is_empty() {
        Vec::new()
    } else {
        // A failure is shown as nothing found: the rest of the form must not be lost for it.
        find::suggest(context, &sought, MOST_SUGGESTED).await.unwrap_or_default()
    };
    Choosing { chosen, search, matches }
}

fn organisation_suggestions(catalogue: &Catalogue, parent: Option<&Organisation>) -> BTreeMap<String, Vec<Suggestion>> {
    let allowed = |list: fn(&Organisation) -> Option<&[String]>| parent.and_then(list);
    BTreeMap::from([
        ("allowed_scopes".to_owned(), suggestions(&catalogue.scopes, allowed(Organisation::allowed_scopes))),
        ("allowed_products".to_owned(), suggestions(&catalogue.product_ids(), allowed(Organisation::allowed_products))),
        (
            "allowed_provider_groups".to_owned(),
            suggestions(&catalogue.provider_groups, allowed(Organisation::allowed_provider_groups)),
        ),
    ])
}

/// The form for a client: a new one of `organisation_id`, perhaps a duplicate `of` another, or the one with `id`.
///
/// # Errors
/// When the person may not edit, the draft is gone, or the partner does not give what is edited or duplicated.
#[tracing::instrument(target = "spans", level = "debug", name = "objects::form", skip_all)]
pub async fn oauth_client(
    context: &RequestContext,
    connection: &str,
    organisation_id: Option<&str>,
    id: Option<&str>,
    draft: Option<&str>,
    of: Option<&DuplicateOf>,
) -> Result<FormPage, ServiceError> {
    let connection = context.connection(connection)?;
    let reach = context.authorize_edit(connection).await?;
    let target = FormTarget {
        connection: connection.summary.name.clone(),
        kind: ObjectKind::OAuthClient,
        object_id: id.map(str::to_owned),
        organisation_id: organisation_id.map(str::to_owned),
    };
    let draft = drafts::find_for(context, draft, &target).await?;
    let source = match of.filter(|_| id.is_none() && draft.is_none()) {
        Some(of) => Some(duplicate::read(context, connection, target.kind, &reach, of).await?),
        None => None,
    };
    let (object, opened, organisation_id) = if let Some(id) = id {
        let object = context.object(connection, ObjectKind::OAuthClient, id, edit_permission(connection)).await?;
        let organisation = organisation_of(connection, &object.id, object.organisation_id.as_deref()).await;
        (Some(object.reference()), object.fields, organisation.map(|organisation| organisation.id))
    } else {
        reach.require(organisation_id)?;
        let opened = source.as_ref().map_or_else(new_object, |source| source.values.clone());
        (None, opened, organisation_id.map(str::to_owned))
    };
    let duplicated = match source {
        Some(source) => Some(source.told(context, connection, target.kind, organisation_id.as_deref(), &opened).await),
        None => None,
    };
    let organisation = match organisation_id {
        Some(organisation_id) => {
            let read = connection.api.get(ObjectKind::Organisation, &organisation_id).await?;
            let mut organisation = read.into_organisation();
            reach.hide_parent(&mut organisation);
            Some(organisation)
        }
        None => None,
    };
    let catalogue = &context.catalogue;
    Ok(FormPage {
        duplicated,
        suggestions: client_suggestions(catalogue, organisation.as_ref()),
        products: products(catalogue, organisation.as_ref()),
        organisation,
        object,
        ..opened_on(context, &target, draft, opened).await
    })
}

fn client_suggestions(catalogue: &Catalogue, organisation: Option<&Organisation>) -> BTreeMap<String, Vec<Suggestion>> {
    let scopes = suggestions(&catalogue.scopes, organisation.and_then(Organisation::allowed_scopes));
    let groups = suggestions(&catalogue.provider_groups, organisation.and_then(Organisation::allowed_provider_groups));
    BTreeMap::from([
        ("required_scopes".to_owned(), scopes.clone()),
        ("additional_scopes".to_owned(), scopes),
        ("allowed_provider_groups".to_owned(), groups),
    ])
}

fn products(catalogue: &Catalogue, organisation: Option<&Organisation>) -> Vec<Suggestion> {
    let mut products = suggestions(&catalogue.product_ids(), organisation.and_then(Organisation::allowed_products));
    for product in &mut products {
        product.label = Some(catalogue.product_label(&product.value));
    }
    products
}
