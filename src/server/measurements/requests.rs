//! Requests by the pattern of their route: a closed set, so that nothing that a client sends can become a label.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use super::durations::{Durations, Observed};

/// What requests are counted under that no route answers.
pub const OTHER_ROUTE: &str = "other";
/// The methods that any route accepts, and the word for all others.
pub const METHODS: [&str; 4] = ["GET", "HEAD", "POST", "other"];
/// The classes of statuses; the last is for requests whose client went away before the answer.
pub const STATUSES: [&str; 6] = ["1xx", "2xx", "3xx", "4xx", "5xx", "abandoned"];
const ABANDONED: usize = STATUSES.len() - 1;

/// The requests of one server.
#[derive(Debug)]
pub struct Requests {
    in_flight: AtomicU64,
    /// Where each route stands. The last place is that of [`OTHER_ROUTE`].
    places: HashMap<&'static str, usize>,
    routes: Vec<Route>,
}

#[derive(Debug)]
struct Route {
    pattern: &'static str,
    methods: [Counted; METHODS.len()],
}

#[derive(Debug, Default)]
struct Counted {
    durations: Durations,
    statuses: [AtomicU64; STATUSES.len()],
}

/// The requests for a route with a method.
#[derive(Clone, Debug)]
pub struct RequestCounts {
    /// The pattern of the route, or [`OTHER_ROUTE`].
    pub route: &'static str,
    /// The method.
    pub method: &'static str,
    /// How many were answered with each class of status.
    pub statuses: Vec<(&'static str, u64)>,
    /// How long the answers took.
    pub durations: Observed,
}

impl Requests {
    /// Counts the requests for these routes.
    pub fn new(patterns: impl IntoIterator<Item = &'static str>) -> Self {
        let (mut places, mut routes) = (HashMap::new(), Vec::new());
        let others = [OTHER_ROUTE];
        for pattern in patterns.into_iter().filter(|pattern| *pattern != OTHER_ROUTE).chain(others) {
            places.entry(pattern).or_insert_with(|| {
                routes.push(Route { pattern, methods: Default::default() });
                routes.len() - 1
            });
        }
        Self { in_flight: AtomicU64::new(0), places, routes }
    }

    /// A request begins. `pattern` is that of the route that answers it; none or one that is not in the table counts as
    /// [`OTHER_ROUTE`].
    pub fn begin(self: &Arc<Self>, pattern: Option<&str>, method: &str) -> RequestInFlight {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
        let known = pattern.and_then(|pattern| self.places.get(pattern));
        let route = known.copied().unwrap_or(self.routes.len() - 1);
        let method = METHODS.iter().position(|known| *known == method).unwrap_or(METHODS.len() - 1);
        RequestInFlight { requests: Arc::clone(self), route, method, status: ABANDONED, began: Instant::now() }
    }

    /// How many requests are being answered.
    pub fn in_flight(&self) -> u64 {
        self.in_flight.load(Ordering::Relaxed)
    }

    /// What was counted until now, without what never came.
    pub fn counts(&self) -> Vec<RequestCounts> {
        let all = self.routes.iter().flat_map(|route| {
            METHODS.iter().zip(&route.methods).map(move |(method, counted)| (route.pattern, *method, counted))
        });
        let counted = all.filter_map(|(route, method, counted)| {
            let durations = counted.durations.observed()?;
            let statuses = STATUSES.iter().zip(&counted.statuses);
            let statuses = statuses.map(|(name, count)| (*name, count.load(Ordering::Relaxed)));
            let statuses = statuses.filter(|(_, count)| *count > 0).collect();
            Some(RequestCounts { route, method, statuses, durations })
        });
        counted.collect()
    }
}

/// A request that is being answered. It is counted when this is dropped: as abandoned, unless its status was noted.
#[derive(Debug)]
pub struct RequestInFlight {
    requests: Arc<Requests>,
    route: usize,
    method: usize,
    status: usize,
    began: Instant,
}

impl RequestInFlight {
    /// The pattern of the route.
    pub fn route(&self) -> &'static str {
        self.requests.routes.get(self.route).map_or(OTHER_ROUTE, |route| route.pattern)
    }

    /// The method, or the word for one that no route accepts.
    pub fn method(&self) -> &'static str {
        METHODS.get(self.method).copied().unwrap_or(OTHER_ROUTE)
    }

    /// When it began.
    pub fn began(&self) -> Instant {
        self.began
    }

    /// Notes the status of the answer.
    pub fn answered(&mut self, status: u16) {
        self.status = usize::from(status / 100).clamp(1, 5) - 1;
    }
}

impl Drop for RequestInFlight {
    fn drop(&mut self) {
        self.requests.in_flight.fetch_sub(1, Ordering::Relaxed);
        let counted = self.requests.routes.get(self.route).and_then(|route| route.methods.get(self.method));
        if let Some(counted) = counted {
            counted.durations.add(self.began.elapsed());
            if let Some(count) = counted.statuses.get(self.status) {
                count.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_counted_under_its_route_and_what_is_none_under_other() {
        let requests = Arc::new(Requests::new(["/", "/audit/{id}", "/"]));
        for (pattern, method, status) in [
            (Some("/audit/{id}"), "GET", 200),
            (Some("/audit/{id}"), "GET", 404),
            (Some("/audit/7"), "GET", 200),
            (None, "BREW", 405),
        ] {
            let mut request = requests.begin(pattern, method);
            assert_eq!(requests.in_flight(), 1);
            request.answered(status);
        }
        drop(requests.begin(Some("/"), "POST"));
        assert_eq!(requests.in_flight(), 0);
        let counts: Vec<_> = requests
            .counts()
            .into_iter()
            .map(|one| (one.route, one.method, one.statuses, one.durations.count))
            .collect();
        assert_eq!(
            counts,
            [
                ("/", "POST", vec![("abandoned", 1)], 1),
                ("/audit/{id}", "GET", vec![("2xx", 1), ("4xx", 1)], 2),
                ("other", "GET", vec![("2xx", 1)], 1),
                ("other", "other", vec![("4xx", 1)], 1),
            ]
        );
    }
}
