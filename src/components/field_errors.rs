//! Errors of a form: at the fields, and on top with links to them.

use std::collections::HashSet;

use leptos::prelude::*;

use super::notice::alert;
use crate::domain::field_error::{FieldError, FieldProblem};
use crate::domain::object::ObjectKind;
use crate::domain::shell::Tone;

/// The errors of a form, for its controls.
#[derive(Clone, Debug)]
pub struct FieldErrors {
    kind: ObjectKind,
    errors: Vec<FieldError>,
    rows: usize,
}

impl FieldErrors {
    /// The errors of a form of this kind.
    pub fn new(kind: ObjectKind, errors: Vec<FieldError>) -> Self {
        Self { kind, errors, rows: 0 }
    }

    /// Says how many rows of return URLs the form has: errors beyond are of pasted URLs.
    #[must_use]
    pub fn with_rows(self, rows: usize) -> Self {
        Self { rows, ..self }
    }

    /// Whether the entries of a field stand in rows, with errors of their own; other lists are one control.
    fn has_rows(&self, field: &str) -> bool {
        self.kind.rows().is_some_and(|rows| rows.name == field)
    }

    /// The sentences about pasted URLs.
    pub fn of_pasted(&self) -> Vec<String> {
        let errors = self.errors.iter().filter(|error| self.has_rows(&error.field));
        errors
            .filter(|error| row_of(error).is_some_and(|row| row >= self.rows))
            .map(|error| format!("{}: {}", error.label(self.kind), error.message(self.kind)))
            .collect()
    }

    /// Where a link to an error leads.
    fn target(&self, error: &FieldError) -> String {
        match row_of(error) {
            Some(row) if self.has_rows(&error.field) && row >= self.rows => format!("#{}_other", error.field),
            Some(row) if self.has_rows(&error.field) => format!("#{}_{}", error.field, row + 1),
            _ => format!("#{}", error.field),
        }
    }

    /// The sentences at a field as a whole, each once: the entries of most lists share one control.
    pub fn of(&self, field: &str) -> Vec<String> {
        let errors = self.errors.iter().filter(|error| error.field == field);
        let errors = errors.filter(|error| error.index.is_none() || !self.has_rows(field));
        let mut sentences: Vec<String> = errors.map(|error| error.message(self.kind)).collect();
        let mut said = HashSet::new();
        sentences.retain(|sentence| said.insert(sentence.clone()));
        sentences
    }

    /// How many there are, with those that are only counted.
    fn count(&self) -> usize {
        let count = |error: &FieldError| match error.problem {
            FieldProblem::More { count } => usize::try_from(count).unwrap_or(usize::MAX),
            _ => 1,
        };
        self.errors.iter().map(count).fold(0, usize::saturating_add)
    }

    /// Each error with a link to its field; nothing where there is none.
    pub fn links(&self) -> Option<impl IntoView + use<>> {
        let lines = self.errors.iter().map(|error| {
            let text = format!("{}: {}", error.label(self.kind), error.message(self.kind));
            let target = self.target(error);
            view! {
                <li>
                    <a href=target>{text}</a>
                </li>
            }
        });
        let lines: Vec<_> = lines.collect();
        (!lines.is_empty()).then(|| view! { <ul>{lines}</ul> })
    }

    /// The sentences at an entry of a list, counted from 0.
    pub fn of_row(&self, field: &str, index: usize) -> Vec<String> {
        let errors = self.errors.iter().filter(|error| error.field == field && self.has_rows(field));
        errors
            .filter(|error| error.index.and_then(|row| usize::try_from(row).ok()) == Some(index))
            .map(|error| error.message(self.kind))
            .collect()
    }
}

/// The entry of a list that an error is about, counted from 0.
fn row_of(error: &FieldError) -> Option<usize> {
    error.index.and_then(|row| usize::try_from(row).ok())
}

/// The summary on top of a form that came back. It takes the focus.
#[component]
pub fn ErrorSummary(
    /// The errors of the whole form.
    errors: FieldErrors,
    /// Whether a page opens on it, as the form does that it belongs to.
    #[prop(default = true)]
    takes_focus: bool,
) -> impl IntoView {
    let count = errors.count();
    if count == 0 {
        return ().into_any();
    }
    let title = if count == 1 {
        "1 field needs your attention".to_owned()
    } else {
        format!("{count} fields need your attention")
    };
    let lines = errors.links();
    let body = view! {
        <h2>{title}</h2>
        {lines}
        <p>"What you typed is kept. Nothing has been sent."</p>
    };
    alert(Tone::Warning, takes_focus, body).into_any()
}

/// The sentences at one control, under the id that the control names.
#[component]
pub fn FieldMessages(
    /// The id of the control.
    #[prop(into)]
    id: String,
    /// One sentence for each error of the control.
    messages: Vec<String>,
) -> impl IntoView {
    (!messages.is_empty()).then(|| {
        view! {
            <p class="error" id=format!("{id}-error")>
                {messages.join(" ")}
            </p>
        }
    })
}
