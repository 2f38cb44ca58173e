//! Controls of a form, filled with what its draft or its object holds.

use leptos::prelude::*;

use crate::components::{FieldErrors, MultiValue};
use crate::domain::views::FormPage;

/// A control of many values. `flag` marks suggestions that the place does not allow.
pub(super) fn multi_value<'a>(
    form: &'a FormPage,
    errors: &'a FieldErrors,
    flag: &'static str,
) -> impl Fn(&'static str, &'static str, &'static str) -> AnyView + use<'a> {
    move |name, label, hint| {
        view! {
            <MultiValue
                name
                label
                hint
                values=form.form.fields.list(name).unwrap_or_default().to_vec()
                typed=form.form.others.get(name).cloned().unwrap_or_default()
                suggestions=form.suggestions.get(name).cloned().unwrap_or_default()
                flag
                errors=errors.clone()
            />
        }
        .into_any()
    }
}
