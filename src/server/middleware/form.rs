//! Checks forms before anything else reads them, and refuses those that are not valid with an explanation.
//!
//! The size and the names of a form are limited here to protect the code behind it: after enough values, `serde_qs` 0.15
//! follows nested brackets in a name without a limit until the stack overflows, which ends the whole program.

use std::mem;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use percent_encoding::percent_decode;
use url::form_urlencoded;

use super::document::{refusal, request_id_of};
use crate::error::{AppError, AppErrorCode};
use crate::server::accept::wants_html;

/// The largest form that is accepted, in bytes.
pub const LARGEST_FORM: usize = 256 * 1024;
/// How the address of every form begins that only somebody who is signed in may send.
pub const FORMS: &str = "/api/";
/// How many values a form may have: enough for four lists with the maximum number of entries.
const MOST_VALUES: usize = 2_500;
/// How many pairs of brackets a name may have, such as that of `allowed_scopes[]`.
const MOST_BRACKETS: usize = 2;

/// Passes on a valid form. Only `POST` requests have one.
pub async fn read_form(request: Request, next: Next) -> Response {
    if request.method() != Method::POST {
        return next.run(request).await;
    }
    let request_id = request_id_of(&request);
    let wants_html = wants_html(request.headers());
    let (parts, body) = request.into_parts();
    let read = to_bytes(body, LARGEST_FORM).await.map_err(|_| AppErrorCode::FormTooLarge);
    match read.and_then(|bytes| check(&parts.headers, &bytes).map(|()| bytes)) {
        Ok(bytes) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Err(code) => {
            tracing::info!(request_id, ?code, "the form was refused");
            refusal(&AppError { code, request_id: Some(request_id) }, wants_html)
        }
    }
}

/// The names and values of a form, taken out of its request; `None` when [`read_form`] would refuse it. Browsers send nothing
/// without a name.
pub(super) async fn posted_pairs(request: &mut Request) -> Option<Vec<(String, String)>> {
    let form = to_bytes(mem::take(request.body_mut()), LARGEST_FORM).await.ok()?;
    check(request.headers(), &form).ok()?;
    Some(form_urlencoded::parse(&form).into_owned().filter(|(name, _)| !name.is_empty()).collect())
}

/// The answer to a form that lacks a required value.
pub fn unreadable(headers: &HeaderMap, request_id: String) -> Response {
    refusal(&AppError { code: AppErrorCode::BadRequest, request_id: Some(request_id) }, wants_html(headers))
}

fn check(headers: &HeaderMap, form: &[u8]) -> Result<(), AppErrorCode> {
    if !form.is_empty() && !says_form(headers) {
        return Err(AppErrorCode::NotAForm);
    }
    let mut values = form.split(|byte| *byte == b'&');
    if size_in_browsers(form) > LARGEST_FORM || values.clone().count() > MOST_VALUES {
        return Err(AppErrorCode::FormTooLarge);
    }
    if percent_decode(form).decode_utf8().is_err() {
        return Err(AppErrorCode::NotText);
    }
    let name = |value: &[u8]| value.split(|byte| *byte == b'=').next().is_none_or(is_plain_name);
    if values.all(name) { Ok(()) } else { Err(AppErrorCode::BadRequest) }
}

fn says_form(headers: &HeaderMap) -> bool {
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// The size of a form as a browser would encode it, in bytes. Programs may leave more characters unencoded, such as
/// quotes, and those make a page larger.
fn size_in_browsers(form: &[u8]) -> usize {
    let is_written_as_it_is = |byte: &&u8| byte.is_ascii_alphanumeric() || b"*-._+%&=".contains(byte);
    let as_they_are = form.iter().filter(is_written_as_it_is).count();
    as_they_are + 3 * (form.len() - as_they_are)
}

/// Whether the brackets of a name are pairs that are not nested, and few.
fn is_plain_name(name: &[u8]) -> bool {
    let (mut opened, mut is_open) = (0, false);
    for byte in percent_decode(name) {
        match (byte, is_open) {
            (b'[', false) => (opened, is_open) = (opened + 1, true),
            (b']', true) => is_open = false,
            (b'[' | b']', _) => return false,
            _ => {}
        }
    }
    !is_open && opened <= MOST_BRACKETS
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(form: &[u8]) -> Result<(), AppErrorCode> {
        let headers = [(header::CONTENT_TYPE, "application/x-www-form-urlencoded; charset=UTF-8".parse().unwrap())];
        check(&headers.into_iter().collect(), form)
    }

    #[test]
    fn the_sentence_says_what_a_form_may_hold() {
        assert_eq!((LARGEST_FORM / 1024, MOST_VALUES), (256, 2_500));
        assert!(AppError::new(AppErrorCode::FormTooLarge).sentence().contains("256 KiB and 2,500 values"));
    }

    #[test]
    fn a_form_as_browsers_send_it_is_read() {
        for form in ["", "name=Zo%C3%AB", "a%5B%5D=x&a[]=%5B[&resolution[name]=mine", "b=%zz&c=100%", "a&b=&=c"] {
            assert_eq!(read(form.as_bytes()), Ok(()), "{form}");
        }
    }

    #[test]
    fn bytes_that_are_not_text_are_refused_wherever_they_stand() {
        for form in [b"name=%ff%fe" as &[u8], b"name=\xff", b"n%ffme=x", b"a[%c3]=x", b"a=%C3&b=%AB"] {
            assert_eq!(read(form), Err(AppErrorCode::NotText), "{form:?}");
        }
    }

    #[test]
    fn brackets_in_brackets_and_too_many_of_them_are_refused() {
        for form in
            ["a[[b]]=x", "a[b][c][d]=x", "a[=][=]", "a%5B%5bb=x", "a]=x", &format!("x{}=1", "[a]".repeat(9_000))]
        {
            assert_eq!(read(form.as_bytes()), Err(AppErrorCode::BadRequest), "{form}");
        }
    }

    #[test]
    fn too_many_values_are_refused_and_so_is_a_form_that_is_small_only_because_its_quotes_are_not_written_out() {
        assert_eq!(read("a=b&".repeat(2_499).as_bytes()), Ok(()));
        assert_eq!(read("a=b&".repeat(2_500).as_bytes()), Err(AppErrorCode::FormTooLarge));
        assert_eq!(read("\"".repeat(LARGEST_FORM / 3).as_bytes()), Ok(()));
        assert_eq!(read("\"".repeat(LARGEST_FORM / 2).as_bytes()), Err(AppErrorCode::FormTooLarge));
    }

    proptest! {
        #[test]
        fn whatever_is_read_is_the_same_text_to_whoever_reads_it_next(form in "([a-c=&+]|%[0-9a-fA-F]{2}|%){0,40}") {
            if read(form.as_bytes()).is_ok() {
                let replaced = percent_decode(form.as_bytes()).decode_utf8_lossy().contains(char::REPLACEMENT_CHARACTER);
                prop_assert!(!replaced || form.to_lowercase().contains("%ef%bf%bd"));
            }
        }
    }
}
