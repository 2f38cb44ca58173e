//! What a change of an organisation does to what is below it.

use leptos::prelude::*;

use crate::components::{Card, Fact, counted, grouped};
use crate::domain::facet::{Facet, PRODUCTION};
use crate::domain::impact::{Affected, AffectedObject, CausedFinding, Impact};
use crate::domain::object::ObjectKind;
use crate::domain::object_query::ObjectQuery;
use crate::domain::readiness::Severity;
use crate::paths;

/// The card of the review. `None` where the organisations of the connection are not known.
pub(super) fn impact_card(connection: &str, organisation: &str, impact: Option<&Impact>) -> impl IntoView + use<> {
    let body = match impact {
        None => view! {
            <p class="prose">
                "OneID is not responding, so the impact below this organisation is not known."
            </p>
        }
        .into_any(),
        Some(impact) => known(connection, organisation, impact).into_any(),
    };
    view! {
        <Card id="impact" title="Impact" note="everything below".into_any()>
            <div class="card-body">{body}</div>
        </Card>
    }
}

fn known(connection: &str, organisation: &str, impact: &Impact) -> impl IntoView + use<> {
    let partly = (!impact.is_whole).then(|| {
        view! { <p class="secondary">"Not all clients below have been read yet. Reload this page in a moment."</p> }
    });
    let rows: Vec<_> = impact.caused.iter().filter_map(|caused| row(connection, caused)).collect();
    let list = |kind, affected, in_production| fact(connection, (kind, organisation), affected, in_production);
    let organisations = list(ObjectKind::Organisation, impact.organisations, "with production access");
    let clients = list(ObjectKind::OAuthClient, impact.clients, "in production");
    let is_nothing_below = impact.organisations.all + impact.clients.all == 0;
    let caused = match rows.is_empty() {
        true if is_nothing_below => ().into_any(),
        true => view! { <p class="secondary">"No readiness rule is newly broken below."</p> }.into_any(),
        false => view! {
            <h3>"Newly broken below"</h3>
            <ul class="findings">{rows}</ul>
        }
        .into_any(),
    };
    let included = (impact.organisations.all > 0).then(|| {
        view! { <p class="hint">"The list of organisations also shows this one, which is not counted here."</p> }
    });
    view! {
        <dl class="facts facts-narrow">
            <Fact name="Organisations">{organisations}</Fact>
            <Fact name="Clients">{clients}</Fact>
        </dl>
        {included}
        {partly}
        {caused}
    }
}

/// "None", "3, none in production", each number a link to the list.
fn fact(
    connection: &str,
    (kind, organisation): (ObjectKind, &str),
    affected: Affected,
    in_production: &'static str,
) -> AnyView {
    if affected.all == 0 {
        return "None".into_any();
    }
    let within = ObjectQuery::default().with(Facet::Within, false, organisation);
    let production = within.clone().with(Facet::Production, false, PRODUCTION[0]);
    let link = |query: &ObjectQuery, count: u64| {
        view! { <a href=paths::listing(connection, kind, query)>{grouped(count)}</a> }
    };
    let in_production = if affected.production == 0 {
        format!(", none {in_production}").into_any()
    } else {
        view! { ", " {link(&production, affected.production)} {format!(" {in_production}")} }.into_any()
    };
    // Links that stand in a text are underlined.
    view! { <span class="sentence">{link(&within, affected.all)} {in_production}</span> }.into_any()
}

fn row(connection: &str, caused: &CausedFinding) -> Option<impl IntoView + use<>> {
    let rule = caused.rule()?;
    let (severity, label) = if caused.is_in_production() {
        (rule.in_production, "In production")
    } else {
        (rule.in_sandbox, "Not in production")
    };
    let class = if severity == Some(Severity::Error) { "pill pill-bad" } else { "pill pill-warning" };
    let organisations = sentence(caused.organisations, ObjectKind::Organisation);
    let clients = sentence(caused.clients, ObjectKind::OAuthClient);
    let count = [organisations, clients].into_iter().flatten().collect::<Vec<_>>().join(" and ");
    let named: Vec<_> = caused.named.iter().map(|object| link(connection, object)).collect();
    let more = Some(caused.more()).filter(|more| *more > 0);
    let more = more.map(|more| view! { <li class="muted">{format!("and {} more", grouped(more))}</li> });
    Some(view! {
        <li>
            <span class=class>{label}</span>
            <div>
                <h4>{rule.title}</h4>
                <p>{count} "."</p>
                <ul class="finding-values">{named} {more}</ul>
            </div>
        </li>
    })
}

/// "3 clients, 2 in production"; nothing of none.
fn sentence(affected: Affected, kind: ObjectKind) -> Option<String> {
    let objects = counted(affected.all, kind.word());
    let in_production = match kind {
        ObjectKind::Organisation => "with production access",
        ObjectKind::OAuthClient => "in production",
    };
    match (affected.all, affected.production) {
        (0, _) => None,
        (_, 0) => Some(objects),
        (1, _) => Some(format!("{objects}, {in_production}")),
        (_, production) => Some(format!("{objects}, {} {in_production}", grouped(production))),
    }
}

fn link(connection: &str, affected: &AffectedObject) -> impl IntoView + use<> {
    let AffectedObject { kind, object, is_production } = affected.clone();
    let path = paths::object(connection, kind, &object.id);
    let production = is_production.then(|| view! { <span class="muted">" · production"</span> });
    view! {
        <li>
            <a href=path>{object.name}</a>
            {production}
        </li>
    }
}
