//! The controls of forms, with and without errors.

use leptos::prelude::*;

use super::part;
use crate::components::{
    CheckBox, Choice, ErrorSummary, FieldErrors, MultiValue, ObjectChoice, RadioField, SelectField, TextField,
};
use crate::domain::catalogue::Suggestion;
use crate::domain::field_error::{FieldError, FieldProblem};
use crate::domain::find::{Choosing, Sought};
use crate::domain::object::ObjectKind;
use crate::domain::reference::ObjectReference;
use crate::islands::{ReturnUrls, UrlRow};
use crate::paths;

/// The errors that the controls show.
fn errors() -> FieldErrors {
    let errors = vec![
        FieldError::new("name", FieldProblem::Missing),
        FieldError::new("selected_product", FieldProblem::TooLong),
    ];
    FieldErrors::new(ObjectKind::OAuthClient, errors)
}

fn no_errors() -> FieldErrors {
    FieldErrors::new(ObjectKind::OAuthClient, Vec::new())
}

pub(super) fn fields() -> impl IntoView {
    let rows = vec![
        UrlRow { value: "https://tenants.example/callback".to_owned(), error: String::new() },
        UrlRow { value: "http://tenants.example/".to_owned(), error: "Use https.".to_owned() },
    ];
    let body = view! {
        <ErrorSummary errors=errors() takes_focus=false/>
        <TextField name="example" label="A line of text" hint="What belongs into it." value="As typed".to_owned() errors=no_errors()/>
        <TextField name="name" label="A line with an error" hint="" value=String::new() errors=errors()/>
        <CheckBox name="is_on" label="On" hint="What it does." is_on=true errors=no_errors()/>
        <CheckBox name="is_off" label="Off" hint="What it does." is_on=false errors=no_errors()/>
        <fieldset class="field">
            <legend>"Rows of URLs"</legend>
            <ReturnUrls rows/>
        </fieldset>
    };
    part("style-fields", "Fields", view! { <form class="form">{body}</form> })
}

pub(super) fn choices() -> impl IntoView {
    let choices = || vec![Choice::new("PS256", "PS256"), Choice::new("ES384", "ES384")];
    let suggestion = |value: &str, allowed| Suggestion { value: value.to_owned(), label: None, allowed };
    let suggestions = vec![
        suggestion("openid", true),
        suggestion("email", true),
        suggestion("phone", false),
        suggestion("fraud", false),
    ];
    let values = ["openid", "phone", "made_up"].map(str::to_owned).to_vec();
    let parent = ObjectReference { id: "above".to_owned(), name: "Thistledown".to_owned() };
    let choosing = Choosing { chosen: Some(parent), search: String::new(), matches: Vec::new() };
    let sought = Sought { kind: Some(ObjectKind::Organisation), ..Sought::default() };
    let body = view! {
        <SelectField name="chosen" label="A list" hint="" none="OneID default" choices=choices() chosen="ES384".to_owned() errors=no_errors()/>
        <SelectField name="selected_product" label="A list with an error" hint="" none="None" choices=choices() chosen="RS256".to_owned() errors=errors()/>
        <RadioField name="token_signing_algorithm" label="Radio buttons" hint="" none="OneID default" choices=choices() chosen="PS256".to_owned() errors=no_errors()/>
        <MultiValue name="required_scopes" label="Many values" hint="Some are not allowed above." values typed=String::new() suggestions flag="not available to the parent" errors=no_errors()/>
        <ObjectChoice name="parent_id" label="Another object" hint="" none="None" choosing options=paths::choices(&sought) errors=no_errors()/>
    };
    part("style-choices", "Choices", view! { <form class="form">{body}</form> })
}
