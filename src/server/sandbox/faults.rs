//! Fault injection: faults that tests and demonstrations ask for, and the list of those that are active.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::http::{Method, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{System, lock};

/// A fault: what fails, for which requests, and how often.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The system that fails.
    pub system: System,
    /// The method that it applies to. Every method when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// How the path below the prefix of the system must start. Every path when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// What goes wrong.
    pub kind: FaultKind,
    /// How many requests it applies to. When absent, it applies until it is cleared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
}

impl Fault {
    /// A fault that applies to every request to `system` until it is cleared.
    pub fn new(system: System, kind: FaultKind) -> Self {
        Self { system, method: None, path: None, kind, times: None }
    }

    /// The same fault, only for requests with this method and a path that starts like this.
    #[must_use]
    pub fn on(mut self, method: &Method, path: &str) -> Self {
        self.method = Some(method.to_string());
        self.path = Some(path.to_owned());
        self
    }

    /// The same fault, only for this many requests.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    fn applies_to(&self, system: System, method: &Method, path: &str) -> bool {
        self.system == system
            && self.times != Some(0)
            && self.method.as_deref().is_none_or(|only| only.eq_ignore_ascii_case(method.as_str()))
            && self.path.as_deref().is_none_or(|start| path.starts_with(start))
    }
}

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Value", try_from = "Value")]
pub enum FaultKind {
    /// The answer starts late: `{"latency_ms": 250}`. Can be combined with any other fault.
    Latency(Duration),
    /// Another answer, and the request is not carried out: `{"status": 503, "body": "…", "content_type": "…"}`.
    Status {
        /// The HTTP status.
        status: StatusCode,
        /// The body. Empty when absent.
        body: Option<String>,
        /// The media type of the body. HTML when absent.
        content_type: Option<String>,
    },
    /// The connection closes without an answer, and the request is not carried out: `"drop"`.
    Drop,
    /// The request is carried out and its answer is lost: `"drop_after"`.
    DropAfter,
    /// 200 with an HTML page instead of JSON, and the request is not carried out: `"malformed"`.
    Malformed,
    /// The request is carried out and the connection closes within the body: `"truncate"`.
    Truncate,
    /// All tokens issued so far expire at once: `"expire_tokens"`. This happens when the fault is injected, whatever its
    /// method, path and times.
    ExpireTokens,
}

impl FaultKind {
    /// An answer with this status and no body.
    pub fn status(status: StatusCode) -> Self {
        Self::Status { status, body: None, content_type: None }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LatencyJson {
    latency_ms: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StatusJson {
    status: u16,
    body: Option<String>,
    content_type: Option<String>,
}

impl TryFrom<Value> for FaultKind {
    type Error = String;

    fn try_from(value: Value) -> Result<Self, Self::Error> {
        match value.as_str() {
            Some("drop") => return Ok(Self::Drop),
            Some("drop_after") => return Ok(Self::DropAfter),
            Some("malformed") => return Ok(Self::Malformed),
            Some("truncate") => return Ok(Self::Truncate),
            Some("expire_tokens") => return Ok(Self::ExpireTokens),
            Some(other) => return Err(format!("no fault is called {other:?}")),
            None => {}
        }
        if value.get("latency_ms").is_some() {
            let LatencyJson { latency_ms } = read(value)?;
            return Ok(Self::Latency(Duration::from_millis(latency_ms)));
        }
        let StatusJson { status, body, content_type } = read(value)?;
        let status = StatusCode::from_u16(status)
            .ok()
            .filter(|status| status.as_u16() >= 200)
            .ok_or_else(|| format!("{status} is not the status of an answer"))?;
        Ok(Self::Status { status, body, content_type })
    }
}

fn read<T: for<'de> Deserialize<'de>>(value: Value) -> Result<T, String> {
    serde_json::from_value(value).map_err(|error| error.to_string())
}

impl From<FaultKind> for Value {
    fn from(kind: FaultKind) -> Self {
        match kind {
            FaultKind::Latency(latency) => {
                json!({ "latency_ms": u64::try_from(latency.as_millis()).unwrap_or(u64::MAX) })
            }
            FaultKind::Status { status, body, content_type } => json!({
                "status": status.as_u16(), "body": body, "content_type": content_type,
            }),
            FaultKind::Drop => "drop".into(),
            FaultKind::DropAfter => "drop_after".into(),
            FaultKind::Malformed => "malformed".into(),
            FaultKind::Truncate => "truncate".into(),
            FaultKind::ExpireTokens => "expire_tokens".into(),
        }
    }
}

/// The active faults.
#[derive(Debug, Default)]
pub(crate) struct ActiveFaults {
    injected: AtomicU64,
    waiting: Mutex<Vec<Fault>>,
}

/// The faults that apply to one request.
#[derive(Debug, Default)]
pub(crate) struct InjectedFaults {
    /// How long the answer is delayed.
    pub(crate) latency: Duration,
    /// The first fault other than latency.
    pub(crate) kind: Option<FaultKind>,
}

impl ActiveFaults {
    /// The number of the next fault, counted from 1.
    pub(crate) fn next_id(&self) -> u64 {
        self.injected.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(crate) fn add(&self, fault: Fault) {
        lock(&self.waiting).push(fault);
    }

    /// Removes the faults of one system, or all.
    pub(crate) fn clear(&self, system: Option<System>) {
        lock(&self.waiting).retain(|fault| system.is_some_and(|only| fault.system != only));
    }

    /// The faults that apply to this request. Each counts this use.
    pub(crate) fn take(&self, system: System, method: &Method, path: &str) -> InjectedFaults {
        let mut faults = InjectedFaults::default();
        for fault in lock(&self.waiting).iter_mut() {
            if !fault.applies_to(system, method, path) {
                continue;
            }
            match (&fault.kind, &faults.kind) {
                (FaultKind::Latency(latency), _) => faults.latency += *latency,
                (_, Some(_)) => continue,
                (kind, None) => faults.kind = Some(kind.clone()),
            }
            fault.times = fault.times.map(|times| times - 1);
        }
        faults
    }
}
