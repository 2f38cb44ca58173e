//! Many made-up objects whose words, hosts and values are as unevenly common as those of real ones.

use std::collections::{BTreeSet, HashMap};

use crate::domain::field::FieldValue;
use crate::domain::field_values::FieldValues;
use crate::domain::oauth_client::OAuthClient;
use crate::domain::object::ObjectKind;
use crate::domain::organisation::Organisation;
use crate::server::index::objects::{Objects, PackedList};

const SYLLABLES: [&str; 16] =
    ["ba", "ke", "mi", "no", "ru", "sa", "te", "vi", "lo", "an", "é", "or", "in", "el", "st", "du"];
const WORDS: u64 = 20_000;

/// Numbers that look like chance and are the same every time.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, bound: u64) -> u64 {
        (self.next() >> 11) % bound
    }

    /// A number below a bound, the lower the likelier.
    fn low(&mut self, bound: u64) -> u64 {
        let bits = u64::from(bound.ilog2()) + 1;
        let bits = self.below(bits) + 1;
        self.below(1 << bits).min(bound - 1)
    }

    fn id(&mut self) -> String {
        let (first, second) = (self.next(), self.next());
        let (time, version) = (first >> 32, first & 0xfff);
        format!("{time:08x}-{:04x}-4{version:03x}-a{:03x}-{:012x}", first >> 16 & 0xffff, second & 0xfff, second >> 16)
    }

    fn name(&mut self) -> FieldValue {
        let count = 2 + self.below(2);
        let words: Vec<String> = (0..count).map(|_| word(self.low(WORDS))).collect();
        FieldValue::Text(words.join(" "))
    }

    fn some(&mut self, prefix: &str, of: u64, most: u64) -> FieldValue {
        let count = self.below(most + 1);
        let values: BTreeSet<String> = (0..count).map(|_| format!("{prefix}{}", self.low(of))).collect();
        FieldValue::List(values.into_iter().collect())
    }

    fn flag(&mut self, one_in: u64) -> FieldValue {
        FieldValue::Flag(self.below(one_in) == 0)
    }

    fn organisation(&mut self, id: &str, parent: Option<&String>) -> Organisation {
        let mut fields = FieldValues::default();
        fields.set("name", Some(self.name()));
        fields.set("parent_id", parent.cloned().map(FieldValue::Text));
        fields.set("allowed_scopes", Some(self.some("scope:", 40, 6)));
        fields.set("allowed_products", Some(self.some("product-", 12, 4)));
        fields.set("allowed_provider_groups", Some(self.some("group ", 30, 2)));
        fields.set("has_production_access", Some(self.flag(2)));
        fields.set("enabled", self.below(20).checked_sub(1).map(|_| FieldValue::Flag(true)));
        Organisation { id: id.to_owned(), fields, unknown: Vec::new() }
    }

    fn client(&mut self) -> OAuthClient {
        let mut fields = FieldValues::default();
        fields.set("name", Some(self.name()));
        fields.set("selected_product", Some(FieldValue::Text(format!("product-{}", self.low(12)))));
        fields.set("required_scopes", Some(self.some("scope:", 40, 4)));
        fields.set("additional_scopes", Some(self.some("scope:", 40, 2)));
        let host = format!("{}.{}.example", word(self.low(WORDS)), word(self.low(5_000)));
        let path = word(self.below(9_999));
        let urls = (0..=self.below(3)).map(|number| format!("https://login.{host}/{path}/callback{number}"));
        fields.set("return_urls", Some(FieldValue::List(urls.collect())));
        fields.set(
            "token_signing_algorithm",
            Some(FieldValue::Text(["ES384", "PS256"][usize::from(self.below(3) == 0)].to_owned())),
        );
        fields.set("allowed_provider_groups", Some(self.some("group ", 30, 2)));
        fields.set("is_production", Some(self.flag(3)));
        fields.set("enabled", Some(FieldValue::Flag(self.below(20) != 0)));
        OAuthClient { id: self.id(), organisation_id: None, fields, unknown: Vec::new() }
    }
}

/// The word with a number: from one syllable to four.
pub(super) fn word(number: u64) -> String {
    let mut left = number + 17;
    let mut word = String::new();
    while left > 0 {
        word.push_str(SYLLABLES[usize::try_from(left % 16).unwrap()]);
        left /= 16;
    }
    word
}

/// So many organisations in a tree, and clients of theirs.
pub(super) fn objects(organisations: usize, clients: usize) -> Objects {
    let mut chance = Chance(88_172_645_463_325_252);
    let ids: Vec<String> = (0..organisations).map(|_| chance.id()).collect();
    let mut list = PackedList::new(ObjectKind::Organisation);
    for (index, id) in ids.iter().enumerate() {
        let parent = if index < 50 { None } else { ids.get(usize::try_from(chance.low(index as u64)).unwrap()) };
        list.push(&chance.organisation(id, parent));
    }
    let mut lists: HashMap<String, PackedList> = HashMap::new();
    for _ in 0..clients {
        let owner = &ids[usize::try_from(chance.below(organisations as u64)).unwrap()];
        let list = lists.entry(owner.clone()).or_insert_with(|| PackedList::new(ObjectKind::OAuthClient));
        list.push(&chance.client());
    }
    Objects::build(list, lists)
}
