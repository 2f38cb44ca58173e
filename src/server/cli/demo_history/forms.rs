//! Filling in, reviewing and saving the forms of the dashboard.

use std::time::Duration;

use url::form_urlencoded;

use super::HistoryError;
use super::person::{Controls, Person};
use super::world::Story;
use crate::domain::object::ObjectKind;
use crate::domain::views::FormPage;

/// A control of a form, with its value.
pub(super) fn control(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

/// The value of a query parameter of an address.
pub(super) fn parameter(location: &str, name: &str) -> Option<String> {
    let query = location.split_once('?')?.1;
    form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// The last segment of the path of an address.
fn last_segment(location: &str) -> String {
    let path = location.split('?').next().unwrap_or_default();
    path.rsplit('/').next().unwrap_or_default().to_owned()
}

impl Story<'_> {
    /// Opens the form of an object, fills in some controls, and sends it to its review. Returns the draft.
    pub(super) async fn fill_in(
        &self,
        person: &mut Person,
        (kind, connection, id): (ObjectKind, &str, &str),
        controls: Controls,
    ) -> Result<String, HistoryError> {
        let form: FormPage = self.form(person, (kind, connection, id)).await?;
        self.send_to_review(person, (kind, connection, id), &form, controls).await
    }

    pub(super) async fn form(
        &self,
        person: &mut Person,
        (kind, connection, id): (ObjectKind, &str, &str),
    ) -> Result<FormPage, HistoryError> {
        let path = format!("/api/{}/form", kind.collection());
        person.ask(&path, &[control("connection", connection), control("id", id)]).await
    }

    pub(super) async fn send_to_review(
        &self,
        person: &mut Person,
        (kind, connection, id): (ObjectKind, &str, &str),
        form: &FormPage,
        controls: Controls,
    ) -> Result<String, HistoryError> {
        let base = serde_json::to_string(&form.shown).unwrap_or_default();
        let about = [
            control("connection", connection),
            control("id", id),
            control("base", &base),
            control("draft", &form.form_id),
        ];
        let all: Controls = about.into_iter().chain(controls).collect();
        let location = person.go(&format!("/api/{}/review", kind.collection()), &all).await?;
        let review = parameter(&location, "step").and_then(|_| parameter(&location, "draft"));
        let review = review.ok_or_else(|| HistoryError::new("review", location.clone()))?;
        person.open(&location).await?;
        Ok(review)
    }

    /// Saves a draft, with the name where the change is dangerous.
    pub(super) async fn save(
        &self,
        person: &mut Person,
        draft: &str,
        controls: &[(&str, &str)],
    ) -> Result<String, HistoryError> {
        self.clock.advance(Duration::from_secs(41));
        let controls = controls.iter().map(|(name, value)| control(name, value));
        let all: Controls = std::iter::once(control("draft", draft)).chain(controls).collect();
        person.go("/api/changes/save", &all).await
    }

    /// Creates an object, and says its ID.
    pub(super) async fn create(
        &self,
        person: &mut Person,
        kind: ObjectKind,
        connection: &str,
        controls: Controls,
    ) -> Result<String, HistoryError> {
        let all: Controls = std::iter::once(control("connection", connection)).chain(controls).collect();
        let location = person.go(&format!("/api/{}/create", kind.collection()), &all).await?;
        if location.contains("draft=") {
            return Err(HistoryError::new("create", location));
        }
        person.open(&location).await?;
        Ok(last_segment(&location))
    }
}
