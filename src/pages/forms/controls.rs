//! The controls of a form, filled with what its draft or its object holds. Label and name are the field's own.

use leptos::prelude::*;

use crate::components::{CheckBox, Choice, FieldErrors, MultiValue, ObjectChoice, RadioField, SelectField, TextField};
use crate::domain::find::Sought;
use crate::domain::posted::other_name;
use crate::domain::views::FormPage;
use crate::paths;

/// The form and its errors, from which each control takes its part.
#[derive(Clone, Copy, Debug)]
pub(in crate::pages) struct Controls<'a> {
    /// The form.
    pub form: &'a FormPage,
    /// Its errors.
    pub errors: &'a FieldErrors,
    /// The connection's name.
    pub connection: &'a str,
}

impl Controls<'_> {
    fn label(&self, name: &'static str) -> &'static str {
        self.form.kind.field(name).map_or(name, |field| field.label)
    }

    /// The text of a field as it stands in the form; empty when it is not set.
    pub fn value(&self, name: &str) -> String {
        self.form.form.fields.text(name).unwrap_or_default().to_owned()
    }

    /// The free text beside the control of a field.
    pub fn typed(&self, name: &str) -> String {
        self.form.form.others.get(name).cloned().unwrap_or_default()
    }

    /// A line of text.
    pub fn text(&self, name: &'static str, hint: &'static str) -> AnyView {
        let (label, value, errors) = (self.label(name), self.value(name), self.errors.clone());
        view! { <TextField name label hint value errors/> }.into_any()
    }

    /// A checkbox.
    pub fn check(&self, name: &'static str, hint: &'static str) -> AnyView {
        let is_on = self.form.form.fields.flag(name) == Some(true);
        let (label, errors) = (self.label(name), self.errors.clone());
        view! { <CheckBox name label hint is_on errors/> }.into_any()
    }

    /// A control of many values. `flag` marks suggestions that the place does not allow.
    pub fn list(&self, name: &'static str, hint: &'static str, flag: &'static str) -> AnyView {
        let values = self.form.form.fields.list(name).unwrap_or_default().to_vec();
        let suggestions = self.form.suggestions.get(name).cloned().unwrap_or_default();
        let (label, typed, errors) = (self.label(name), self.typed(name), self.errors.clone());
        view! { <MultiValue name label hint values typed suggestions flag errors/> }.into_any()
    }

    /// A choice of one object out of very many. `none` is the choice of no object.
    pub fn object(&self, name: &'static str, hint: &'static str, none: &'static str) -> AnyView {
        let (label, errors, choosing) = (self.label(name), self.errors.clone(), self.form.parent.clone());
        let sought = Sought {
            connection: Some(self.connection.to_owned()),
            kind: Some(self.form.kind),
            text: String::new(),
            except: self.form.object.as_ref().map(|object| object.id.clone()),
            is_to_edit: true,
        };
        let options = paths::choices(&sought);
        view! { <ObjectChoice name label hint none choosing options errors/> }.into_any()
    }

    /// A list to choose one value from, with a line for a value that is not among the choices. `none` is the choice of no
    /// value. Those that stand apart have the heading `apart`.
    pub fn open_select(
        &self,
        name: &'static str,
        hint: String,
        none: &'static str,
        choices: Vec<Choice>,
        [apart, other]: [&'static str; 2],
    ) -> AnyView {
        let (label, chosen, errors) = (self.label(name), self.value(name), self.errors.clone());
        let (typed, other_name) = (self.typed(name), other_name(name));
        view! {
            <SelectField name label hint none choices apart chosen errors>
                <div class="other-values">
                    <label for=other_name.clone()>{other}</label>
                    <input
                        class="input input-mono"
                        type="text"
                        id=other_name.clone()
                        name=other_name
                        value=typed
                        autocomplete="off"
                        spellcheck="false"
                    />
                </div>
            </SelectField>
        }
        .into_any()
    }

    /// Radio buttons for a few values. `none` is the choice of no value.
    pub fn radios(&self, name: &'static str, hint: &'static str, none: &'static str, choices: Vec<Choice>) -> AnyView {
        let (label, chosen, errors) = (self.label(name), self.value(name), self.errors.clone());
        view! { <RadioField name label hint none choices chosen errors/> }.into_any()
    }
}
