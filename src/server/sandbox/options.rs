//! What a sandbox starts with.

use std::{collections::HashMap, time::Duration};

use super::System;

/// What a [`Sandbox`](super::Sandbox) starts with; the default is the sample data and no faults.
#[derive(Debug, Clone)]
pub struct SandboxOptions {
    /// Fill the OneID systems with the sample data; otherwise each has the partner's own
    /// organisation alone.
    pub seed_data: bool,
    /// So many organisations, made up and always the same, in the OneID sandbox besides; a million at most. They are
    /// small and predictable, with none to two clients each, unless `generated_clients` says otherwise.
    pub generated_organisations: Option<usize>,
    /// So many clients of the generated organisations altogether, a million at most: the organisations are then as varied
    /// as those of a large partner, and so is their tree.
    pub generated_clients: Option<usize>,
    /// Token lifetimes other than the seed pages'; zero issues tokens that have expired already.
    pub token_lifetimes: HashMap<System, Duration>,
    /// Start with an expired OneConnect integration and a bookings API that is down.
    pub demo_faults: bool,
    /// Show client secrets on every read, as the vendor's console does, not on create alone.
    pub secret_on_get: bool,
    /// The partner's client secret in every system; otherwise each gets a random one per start.
    pub fixed_secret: Option<String>,
}

impl Default for SandboxOptions {
    fn default() -> Self {
        Self {
            seed_data: true,
            generated_organisations: None,
            generated_clients: None,
            token_lifetimes: HashMap::new(),
            demo_faults: false,
            secret_on_get: false,
            fixed_secret: None,
        }
    }
}
