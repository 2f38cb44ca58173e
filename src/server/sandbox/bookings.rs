//! The partner platform whose token endpoint takes and gives JSON (seed 002).

use std::{sync::Arc, time::Duration};

use axum::{Json, Router, routing::get};
use serde_json::{Value, json};

use super::{
    hex,
    issuer::{self, Dialect, Encoding, Moment},
    systems::{Emulator, Row},
};

/// Seed 002: a JSON body, an hour, and a token that names scopes, partner and user.
pub(crate) static ROW: Row = Row {
    prefix: "bookings",
    connection: "bookings",
    kind: "partner-json",
    environment: "production",
    integration_id: None,
    probe: Some("/api/bookings"),
    has_journeys: false,
    client_id: AUDIENCE,
    dialect: Dialect {
        path: "/api/oauth/token",
        encoding: Encoding::Json,
        basic: false,
        scope: None,
        lifetime: 3600,
        algorithm: "RS256",
        claims,
        extras: issuer::no_extras,
    },
    build: |_| Arc::new(Bookings),
};

/// The partner's client id is the audience of its tokens.
const AUDIENCE: &str = "5a8d2e17-94c3-4b60-b7f5-0c16e8d3a95b";

/// Seed 002: instants with fractions of a second, of which `nbf` is a trace after `iat`.
fn claims(moment: &Moment) -> Value {
    let expiry = moment.now + moment.lifetime;
    json!({
        "aud": AUDIENCE,
        "jti": hex::encode(&rand::random::<[u8; 40]>()),
        "iat": moment.now.as_secs_f64(),
        "nbf": (moment.now + Duration::from_micros(2)).as_secs_f64(),
        "exp": expiry.as_secs_f64(),
        "sub": "",
        "scopes": ["bookings:create", "bookings:delete"],
        "user_id": "e60f1b7c-2d94-4f0a-8a35-b41d7c92e058",
        "partner_id": "93b7c5d1-f826-4e4e-9c07-1a5f60e2d84b",
        "is_test": false,
    })
}

struct Bookings;

impl Emulator for Bookings {
    fn routes(self: Arc<Self>) -> Router {
        Router::new().route("/api/bookings", get(list))
    }
}

async fn list() -> Json<Value> {
    Json(json!([
        { "id": "bkg_20417", "reference": "WHT-2291", "status": "confirmed", "guests": 2 },
        { "id": "bkg_20418", "reference": "WHT-2292", "status": "cancelled", "guests": 4 },
        { "id": "bkg_20433", "reference": "PZN-0107", "status": "confirmed", "guests": 1 },
    ]))
}
