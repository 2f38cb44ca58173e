//! The generated tree of a large partner: its shape, its numbers, and that it is always the same.

use std::collections::{HashMap, HashSet};

use super::*;

const ORGANISATIONS: u32 = 100_000;
const CLIENTS: u32 = 1_000_000;

fn large() -> Generated {
    Generated::new("root".to_owned(), 100_000, Some(1_000_000))
}

#[test]
fn a_large_partner_has_many_small_branches_a_wide_one_and_a_deep_one() {
    let generated = large();
    let Shape::Partner(partner) = &generated.shape else { panic!("not that of a partner") };
    let mut depths: Vec<u32> = Vec::new();
    let mut children: HashMap<Option<u32>, u32> = HashMap::new();
    for number in 0..ORGANISATIONS {
        let parent = partner.parent(number);
        assert!(parent.is_none_or(|parent| parent < number), "{number} comes after its parent");
        depths.push(parent.map_or(1, |parent| depths[parent as usize] + 1));
        *children.entry(parent).or_default() += 1;
    }
    assert_eq!(depths.iter().max(), Some(&300));
    assert_eq!(children.values().filter(|children| **children == 10_000).count(), 1);
    assert_eq!(children[&None], 92, "below the root");
    let small = children.values().filter(|children| (1..=12).contains(*children)).count();
    assert!(small > 30_000, "{small} small branches");
}

#[test]
fn the_clients_are_as_many_as_were_asked_for_and_most_organisations_have_a_few() {
    let generated = large();
    let counts: Vec<usize> = (0..ORGANISATIONS).map(|number| generated.clients_of(number).len()).collect();
    assert_eq!(counts.iter().sum::<usize>(), 1_000_000);
    assert_eq!(counts.iter().max(), Some(&5_000));
    let share = |range: Range<usize>| counts.iter().filter(|count| range.contains(*count)).count() / 1_000;
    assert!((8..13).contains(&share(0..1)), "{}", share(0..1));
    assert!((65..85).contains(&share(3..16)), "{}", share(3..16));
    assert!(counts.iter().skip(1).max() < Some(&100));
}

#[test]
fn every_client_has_an_owner_among_whose_clients_it_is_in_any_size() {
    for (organisations, clients) in [(0, 0), (0, 10), (1, 0), (1, 10), (2, 7), (9, 100), (50, 3), (1_000, 10_000)] {
        let generated = Generated::new("root".to_owned(), organisations, Some(clients));
        let count: usize = (0..generated.organisations()).map(|number| generated.clients_of(number).len()).sum();
        assert_eq!(count, if organisations == 0 { 0 } else { clients }, "{organisations} and {clients}");
        for client in 0..generated.shares.count() {
            assert!(generated.clients_of(generated.shares.owner(client)).contains(&client));
        }
        assert!(generated.clients_of(generated.organisations()).is_empty());
    }
}

#[test]
fn ids_give_their_numbers_back_and_no_two_are_alike() {
    let generated = large();
    let mut ids = HashSet::new();
    for number in (0..ORGANISATIONS).step_by(7) {
        let id = ids::id(Kind::Organisation, number);
        assert_eq!((generated.organisation(&id), generated.client(&id)), (Some(number), None), "{id}");
        assert!(ids.insert(id));
    }
    for number in (0..CLIENTS).step_by(71) {
        let id = ids::id(Kind::Client, number);
        assert_eq!((generated.organisation(&id), generated.client(&id)), (None, Some(number)), "{id}");
        assert!(ids.insert(id));
    }
    let beyond = ids::id(Kind::Organisation, ORGANISATIONS);
    let upper_case = ids::id(Kind::Organisation, 1).to_uppercase();
    for id in [beyond.as_str(), &upper_case, "", "x", "00000000-0000-0000-0000-000000000000"] {
        assert_eq!(generated.organisation(id), None, "{id}");
    }
}

#[test]
fn a_list_of_a_hundred_thousand_is_small_enough_to_be_read() {
    let generated = large();
    let mut text = Vec::new();
    for number in (0..ORGANISATIONS).step_by(10) {
        generated.write_organisation(number, &mut text);
    }
    let average = text.len() / 10_000;
    assert!((200..600).contains(&average), "{average} bytes for each organisation");
}

#[test]
fn organisations_and_clients_are_varied() {
    let generated = large();
    let (mut seen, mut names) = (HashMap::<String, usize>::new(), HashSet::new());
    let mut see = |text: Vec<u8>, members: &[&str]| {
        let object: serde_json::Value = serde_json::from_slice(&text).unwrap();
        for member in members {
            *seen.entry(format!("{member}: {}", object[*member])).or_default() += 1;
        }
        object
    };
    for number in (0..ORGANISATIONS).step_by(20) {
        let mut text = Vec::new();
        generated.write_organisation(number, &mut text);
        let members = ["enabled", "has_production_access", "allowed_products", "allowed_provider_groups"];
        names.insert(see(text, &members)["name"].as_str().unwrap().to_owned());
    }
    let mut hosts = HashMap::<String, usize>::new();
    for number in (0..CLIENTS).step_by(200) {
        let mut text = Vec::new();
        generated.write_client(number, &mut text);
        let client = see(text, &["is_production", "token_signing_algorithm", "selected_product", "enabled"]);
        for url in client["return_urls"].as_array().into_iter().flatten() {
            *hosts.entry(url.as_str().unwrap().split('/').nth(2).unwrap().to_owned()).or_default() += 1;
        }
    }
    for value in [
        "enabled: true",
        "enabled: false",
        "has_production_access: true",
        "has_production_access: false",
        "allowed_products: null",
        "allowed_provider_groups: []",
        "is_production: true",
        "token_signing_algorithm: \"ES512\"",
        "selected_product: \"id_scan\"",
    ] {
        assert!(seen.get(value).is_some_and(|times| *times > 20), "{value}: {:?}", seen.get(value));
    }
    assert!(names.len() > 2_500, "{} names of 5,000", names.len());
    assert!(names.iter().any(|name| name.contains('&')) && names.iter().any(|name| !name.is_ascii()));
    assert!(hosts.values().max() > Some(&300) && hosts.values().filter(|times| **times == 1).count() > 1_000);
}
