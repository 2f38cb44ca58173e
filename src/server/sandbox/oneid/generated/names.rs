//! Names of made-up organisations and clients: a few words very often, many rarely, with accents and ampersands.

use super::{
    draw::{Topic, draw, percent, skewed},
    tree::Part,
};

/// The commonest first.
const PLACES: &[&str] = &[
    "Bristol",
    "Leeds",
    "Norwich",
    "Alderley",
    "Ludlow",
    "Málaga",
    "Zürich",
    "Besançon",
    "Kraków",
    "Dunster",
    "Łódź",
    "Tromsø",
    "Aarhus",
    "São Tomé",
    "Hathersage",
    "Ilkley",
    "Reykjavík",
    "Nantwich",
    "Île de Ré",
    "Pershore",
    "Düsseldorf",
    "Großenhain",
    "Tetbury",
    "Ystradgynlais",
    "Kilmarnock",
    "Çeşme",
    "Plzeň",
    "Škofja Loka",
    "Uppingham",
    "Wensley",
    "Αθήνα",
    "Köşk",
];

/// The commonest first.
const TRADES: &[&str] = &[
    "Lettings",
    "Motors",
    "Pharmacy",
    "Credit Union",
    "Travel",
    "Insurance",
    "Wines",
    "Recruitment",
    "Energy",
    "Mortgages",
    "Gaming",
    "Bakery",
    "Café",
    "Opticians",
    "Van Hire",
    "Vape & Tobacco",
    "Solicitors",
    "Bed & Breakfast",
    "Crèche",
    "Home & Garden",
    "Ticketing",
    "Jewellers",
    "Veterinary Practice",
    "Coöperative Stores",
];

/// The commonest first.
const FAMILIES: &[&str] = &[
    "Harbour",
    "Meadows",
    "Okafor",
    "Núñez",
    "Fjord",
    "O’Brook",
    "Müller",
    "Vale",
    "Patelworth",
    "Løvstad",
    "Thistle",
    "D’Arcy-Hill",
    "Szymańczyk",
    "Bałut",
    "Quillfeather",
    "Ashgrove",
    "Ferreirão",
    "van der Wiel",
    "Brontëfield",
    "Yılmazer",
];

/// What the clients of an organisation are for, in their order.
const CLIENTS: &[&str] = &[
    "customer-portal",
    "mobile-app",
    "checkout",
    "age-gate",
    "staff-onboarding",
    "right-to-work",
    "loyalty",
    "kiosk",
    "tenant-referencing",
    "click-and-collect",
    "partner-api",
    "back-office",
    "call-centre",
    "web-shop",
    "integration-tests",
];

/// The name of an organisation.
pub(super) fn organisation(number: u32, part: Part) -> String {
    let place = skewed(number, Topic::Place, PLACES);
    match part {
        Part::WideHead => return "Café Crème & Compagnie".to_owned(),
        Part::Wide => return format!("Café Crème {place} {:05}", number % 100_000),
        Part::Deep(above) => return format!("Tower Holdings, level {:03}", above + 1),
        Part::District => return format!("{place} Regional Group {:03}", number / 1_000 + 1),
        Part::Small => {}
    }
    let trade = skewed(number, Topic::Trade, TRADES);
    let family = skewed(number, Topic::Family, FAMILIES);
    match percent(number, Topic::Pattern) {
        0..25 => format!("{place} {trade}"),
        25..50 => format!("{place} {trade} {number:06}"),
        50..70 => format!("{family} & {} {trade}", skewed(number, Topic::Partner, FAMILIES)),
        70..85 => format!("{family} {trade} {place}"),
        85..95 => format!("{family} {trade} Ltd"),
        _ => format!("{place} {family} Holdings"),
    }
}

/// The name of the client at a place among those of its organisation.
pub(super) fn client(place: u32) -> String {
    // There are few kinds of clients, so the conversions lose nothing.
    let kinds = u32::try_from(CLIENTS.len()).unwrap_or(1);
    let kind = usize::try_from(place % kinds).ok().and_then(|kind| CLIENTS.get(kind)).copied().unwrap_or("client");
    match place / kinds {
        0 => kind.to_owned(),
        round => format!("{kind}-{}", round + 1),
    }
}

/// A word of an organisation's own hosts.
pub(super) fn label(organisation: u32) -> String {
    let word = ["lettings", "motors", "shop", "group", "online"];
    let word = word[usize::try_from(draw(organisation, Topic::Trade) % 5).unwrap_or(0)];
    format!("{word}-{organisation:06}")
}
