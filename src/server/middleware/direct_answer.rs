//! The page that answers a form directly instead of a redirect, when the next page could not show the message.

use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;
use leptos::prelude::*;
use secrecy::ExposeSecret as _;

use super::document::{Message, document, request_id_of};
use crate::server::context::{DirectAnswer, DirectPage};

/// Replaces the answer by such a page, if a service has left one.
pub async fn direct_answer(mut request: Request, next: Next) -> Response {
    let answer = DirectAnswer::default();
    let request_id = request_id_of(&request);
    request.extensions_mut().insert(answer.clone());
    let response = next.run(request).await;
    match answer.take() {
        Some(told) => page(told, &request_id),
        None => response,
    }
}

fn page(told: DirectPage, request_id: &str) -> Response {
    let DirectPage { status, title, sentences, secret, link: (path, label) } = told;
    let (sentence, advice) = match sentences.split_first() {
        Some((first, rest)) => (first.clone(), rest.join(" ")),
        None => (String::new(), String::new()),
    };
    let message = Message { title: &title, sentence: &sentence, advice: &advice };
    let secret = secret.map(|secret| {
        view! {
            <section class="secret" aria-labelledby="secret-heading">
                <h2 id="secret-heading">"Copy the client secret now. You won’t see it again."</h2>
                <div class="secret-value">
                    <output id="secret">{secret.expose_secret().to_owned()}</output>
                </div>
            </section>
        }
    });
    let actions = view! {
        {secret}
        <a class="button button-primary" href=path>
            {label}
        </a>
    };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    document(status, &message, request_id, Some(actions.into_any()))
}
