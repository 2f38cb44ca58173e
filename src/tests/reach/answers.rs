//! Every way to ask for something: pages, files, and the calls of islands.

use super::places::Places;

/// The queries of a list, with what is outside in every place of them.
fn queries(places: &Places) -> Vec<String> {
    let mut queries: Vec<String> = [
        "",
        "q=orgq",
        "q=cliq",
        "q=example",
        "q=scopeq",
        "q=orgqrotx",
        "sort=name",
        "sort=-name",
        "sort=clients",
        "sort=-organisation",
        "sort=changed",
        "product=x",
        "not_state=disabled",
        "host=example",
        "changed=30d",
        "within_find=orgq",
    ]
    .map(str::to_owned)
    .to_vec();
    for place in places.all() {
        let (id, name) = (&place.id, &place.name);
        for filter in ["at", "open", "within", "not_within", "q", "cursor"] {
            queries.push(format!("{filter}={id}"));
        }
        queries.push(format!("q={name}"));
        queries.push(format!("within_find={name}"));
        queries.push(format!("scope=scopeq{name}"));
        queries.push(format!("not_provider_group=groupq{name}"));
        for client in &place.clients {
            queries.push(format!("host={}.example", client.name));
            queries.push(format!("q={}", client.id));
        }
    }
    queries
}

/// The addresses of pages and files.
pub fn pages(places: &Places) -> Vec<String> {
    let mut pages: Vec<String> =
        ["/", "/account", "/audit", "/connections", "/sandbox/organisations/new", "/find", "/find/palette"]
            .map(str::to_owned)
            .to_vec();
    for query in queries(places) {
        for list in ["organisations", "clients"] {
            for file in ["", ".csv", ".jsonl"] {
                pages.push(format!("/sandbox/{list}{file}?{query}"));
            }
        }
        pages.push(format!("/find?{query}"));
        if query.starts_with("q=") {
            pages.push(format!("/find/palette?{query}"));
            pages.push(format!("/find/choices?{query}"));
            for kind in ["organisations", "clients"] {
                pages.push(format!("/find/choices?connection=sandbox&kind={kind}&{query}"));
            }
        }
    }
    for place in places.all() {
        let organisation = format!("/sandbox/organisations/{}", place.id);
        pages.push(format!("/sandbox/organisations/new?parent={}", place.id));
        for page in ["", "/edit", "/history", "/clients/new"] {
            pages.push(format!("{organisation}{page}"));
        }
        for client in &place.clients {
            for page in ["", "/edit", "/history", "/journey"] {
                pages.push(format!("/sandbox/clients/{}{page}", client.id));
            }
        }
    }
    // What was opened last, and what was saved, are shown again.
    pages.extend(["/find/palette", "/find", "/account", "/"].map(str::to_owned));
    pages
}

/// The calls of islands, with what they send.
pub fn calls(places: &Places) -> Vec<(&'static str, Vec<(&'static str, String)>)> {
    let sandbox = || ("connection", "sandbox".to_owned());
    let mut calls = vec![("/api/overview", Vec::new()), ("/api/saved-views/list", Vec::new())];
    for query in ["q=orgq", "q=cliq", "sort=name", ""] {
        for call in ["/api/organisations/list", "/api/clients/list", "/api/find/everything"] {
            calls.push((call, vec![sandbox(), ("query", query.to_owned())]));
        }
    }
    for place in places.all() {
        let id = || ("id", place.id.clone());
        calls.push(("/api/organisations/detail", vec![sandbox(), id()]));
        calls.push(("/api/organisations/form", vec![sandbox(), id()]));
        calls.push(("/api/organisations/form", vec![sandbox(), ("parent", place.id.clone())]));
        calls.push(("/api/clients/form", vec![sandbox(), ("organisation", place.id.clone())]));
        for client in &place.clients {
            calls.push(("/api/clients/detail", vec![sandbox(), ("id", client.id.clone())]));
            calls.push(("/api/clients/form", vec![sandbox(), ("id", client.id.clone())]));
            calls.push(("/api/clients/journey", vec![sandbox(), ("id", client.id.clone())]));
        }
        let view = [("list", "organisation".to_owned()), sandbox(), ("query", format!("within={}", place.id))];
        calls.push(("/api/saved-views/save", view.into_iter().chain([("name", "Mine".to_owned())]).collect()));
        calls.push(("/api/saved-views/of-list", vec![("list", "organisation".to_owned()), sandbox()]));
    }
    calls
}
