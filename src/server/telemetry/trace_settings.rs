//! Where traces are sent, and how many.

use secrecy::SecretString;
use url::Url;

/// Where traces are sent, and how many.
#[derive(Clone, Debug)]
pub struct TraceSettings {
    /// The collector, without the path of the signal.
    pub endpoint: Url,
    /// What this program is called there.
    pub service_name: String,
    /// Which part of the requests is traced, from 0 to 1.
    pub sample_ratio: f64,
    /// Headers for the collector.
    pub headers: Vec<(String, SecretString)>,
    /// Whether partners are told which trace a call belongs to.
    pub propagate: bool,
}
