//! Text, buttons, pills, notices and rows.

use leptos::prelude::*;
use time::OffsetDateTime;

use super::part;
use crate::components::{
    Chips, CodeBlock, EnvironmentPill, Fact, Icon, IconName, Notice, OutcomePill, ProductionCell, RefusedButton,
    RefusedLink, StaleNotice, beyond_mark, disabled, state_cell,
};
use crate::domain::audit::{Action, Outcome};
use crate::domain::beyond_parent::BeyondParent;
use crate::domain::connection::Environment;
use crate::domain::facet::Facet;
use crate::domain::object::ObjectKind;
use crate::domain::shell::Tone;
use crate::domain::staleness::Staleness;
use crate::islands::CopyButton;
use crate::paths;

const ICONS: [IconName; 12] = [
    IconName::Home,
    IconName::Tree,
    IconName::Key,
    IconName::Plug,
    IconName::Log,
    IconName::Info,
    IconName::Warning,
    IconName::Bad,
    IconName::Good,
    IconName::Menu,
    IconName::Plus,
    IconName::Search,
];

pub(super) fn text() -> impl IntoView {
    let icons = ICONS.map(|name| view! { <Icon name/> });
    let body = view! {
        <p class="prose">
            "Text as it is read, with a " <a href=paths::STYLEGUIDE>"link"</a> ", " <strong>"something strong"</strong>
            ", " <code>"a_value"</code> " and a key: " <kbd>"Ctrl K"</kbd> "."
        </p>
        <p class="secondary">"Secondary text."</p>
        <p class="hint">"A hint below a label."</p>
        <p class="error">"An error at a control."</p>
        <p class="muted">"What is not set."</p>
        <div class="button-row">{icons.collect_view()}</div>
        <dl class="facts">
            <Fact name="Client ID">
                <code>"5a8d2e17-94c3-4b60-b7f5-0c16e8f0c95a"</code>
                " "
                <CopyButton text="5a8d2e17-94c3-4b60-b7f5-0c16e8f0c95a".to_owned() label="client ID".to_owned()/>
            </Fact>
            <Fact name="Scopes">
                <Chips values=["openid", "profile", "email"].map(str::to_owned).to_vec()/>
            </Fact>
        </dl>
        <CodeBlock id="style-code" title="A block of code" text="GET /v1/health\n204 No Content".to_owned()/>
    };
    part("style-text", "Text", body)
}

pub(super) fn buttons() -> impl IntoView {
    let body = view! {
        <div class="button-row">
            <button class="button button-primary" type="button">
                "Primary"
            </button>
            <button class="button" type="button">
                "Default"
            </button>
            <button class="button button-quiet" type="button">
                "Quiet"
            </button>
            <button class="button button-danger" type="button">
                "Dangerous"
            </button>
            <button class="link-button" type="button">
                "As a link"
            </button>
            <a class="button" href=paths::STYLEGUIDE>
                "A link as a button"
            </a>
        </div>
        <div class="button-row">
            <RefusedButton class="button" label="Not allowed" reason="Your role cannot do this." described_by=None/>
            <RefusedLink class="tab is-disabled" reason="Your role cannot open this.">
                "Not allowed either"
            </RefusedLink>
        </div>
    };
    part("style-buttons", "Buttons", body)
}

pub(super) fn pills() -> impl IntoView {
    let pills = [
        ("pill pill-good", "Good"),
        ("pill pill-warning", "Warning"),
        ("pill pill-bad", "Bad"),
        ("pill pill-off", "Off"),
        ("pill pill-new", "New"),
    ];
    let pills = pills.map(|(class, text)| view! { <span class=class>{text}</span> });
    let outcomes = Outcome::ALL.map(|outcome| view! { <OutcomePill action=Action::Update outcome/> });
    let body = view! {
        <div class="pills">{pills.collect_view()}</div>
        <div class="pills">
            <EnvironmentPill environment=Environment::Sandbox/>
            <EnvironmentPill environment=Environment::Production/>
        </div>
        <div class="pills">{outcomes.into_iter().collect_view()}</div>
        <ul class="chips">
            <li class="chip">"a_value"</li>
            <li class="chip chip-flagged">"not_allowed"</li>
            <li class="chip chip-more">"+3"</li>
        </ul>
    };
    part("style-pills", "Pills and chips", body)
}

pub(super) fn notices() -> impl IntoView {
    let stale = Staleness { read_at: OffsetDateTime::UNIX_EPOCH, failure: None };
    let body = view! {
        <Notice>
            <p>"Something to know."</p>
        </Notice>
        <Notice tone=Tone::Good>
            <p>"It was done."</p>
        </Notice>
        <Notice tone=Tone::Warning>
            <p>
                <strong>"It was done in part. "</strong>
                "Here is what to do next."
            </p>
        </Notice>
        <Notice tone=Tone::Bad>
            <p>
                <strong>"It failed. "</strong>
                "Nothing was changed."
            </p>
        </Notice>
        <StaleNotice stale=Some(stale)/>
    };
    part("style-notices", "Notices", body)
}

pub(super) fn rows() -> impl IntoView {
    let beyond = [BeyondParent { facet: Facet::Scope, value: "phone".to_owned() }];
    let row =
        |name: &'static str, is_production: bool, is_disabled: bool, by: Option<&str>, beyond: &[BeyondParent]| {
            view! {
                <tr>
                    <th scope="row" class="cell-main">
                        <a href=paths::STYLEGUIDE>{name}</a>
                    </th>
                    <ProductionCell is_production otherwise="Sandbox" of_list=Environment::Sandbox/>
                    {state_cell(disabled(is_disabled, by), None::<()>, beyond_mark(ObjectKind::OAuthClient, beyond))}
                </tr>
            }
        };
    view! {
        <div class="table-card">
            <table class="table table-rows">
                <caption class="visually-hidden">"Rows of a list"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Rows of a list"</th>
                        <th scope="col">"Environment"</th>
                        <th scope="col">"State"</th>
                    </tr>
                </thead>
                <tbody>
                    {row("As it should be", false, false, None, &[])}
                    {row("For live users", true, false, None, &[])} {row("Switched off", false, true, None, &[])}
                    {row("Below something switched off", false, false, Some("Thistledown"), &[])}
                    {row("With what is not allowed above", false, false, None, &beyond)}
                </tbody>
            </table>
        </div>
    }
}
