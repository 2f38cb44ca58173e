//! SHARE NOW (seed 004): a Keycloak realm in front of a list of vehicles.

use std::sync::Arc;

use axum::{Json, Router, routing::get};
use serde_json::{Value, json};

use super::{
    issuer::{self, Dialect, Encoding},
    systems::{Emulator, Row},
};

/// Seed 004: five minutes, and no refresh token.
pub(crate) static ROW: Row = Row {
    prefix: "share-now",
    connection: "share-now",
    kind: "keycloak",
    environment: "production",
    integration_id: None,
    probe: Some("/api/rental/partner/vehicles"),
    has_journeys: false,
    client_id: "partner-dashboard",
    dialect: Dialect {
        path: "/auth/realms/partner/protocol/openid-connect/token",
        encoding: Encoding::Form,
        basic: false,
        scope: None,
        lifetime: 300,
        algorithm: "RS256",
        claims: issuer::plain_claims,
        extras: || {
            json!({
                "refresh_expires_in": 0,
                "not-before-policy": 0,
                "scope": "email profile",
            })
        },
    },
    build: |_| Arc::new(ShareNow),
};

struct ShareNow;

impl Emulator for ShareNow {
    fn routes(self: Arc<Self>) -> Router {
        Router::new().route("/api/rental/partner/vehicles", get(vehicles))
    }
}

async fn vehicles() -> Json<Value> {
    Json(json!([
        { "id": "veh-1041", "plate": "B-SN 1041E", "model": "smart EQ fortwo", "charge": 82 },
        { "id": "veh-1187", "plate": "B-SN 1187E", "model": "Fiat 500e", "charge": 47 },
        { "id": "veh-2206", "plate": "HH-SN 2206", "model": "BMW X1", "charge": null },
    ]))
}
