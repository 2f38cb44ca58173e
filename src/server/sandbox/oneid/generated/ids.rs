//! Ids that look like any other and give the number back that they were made of, so that no table of ids is needed.

use uuid::{Builder, Uuid};

use super::draw::{Topic, draw};

/// What an id is of.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Organisation,
    Client,
}

impl Kind {
    fn topic(self) -> Topic {
        match self {
            Self::Organisation => Topic::OrganisationId,
            Self::Client => Topic::ClientId,
        }
    }
}

/// Scatters numbers: it is odd, so that multiplying by it loses nothing.
const SCATTER: u32 = 0x9e37_79b1;
const GATHER: u32 = inverse(SCATTER);

/// The number with which a product by `odd` is undone, by Newton's method: each step doubles the bits that are right.
const fn inverse(odd: u32) -> u32 {
    let mut inverse = odd;
    let mut step = 0;
    while step < 5 {
        inverse = inverse.wrapping_mul(2_u32.wrapping_sub(odd.wrapping_mul(inverse)));
        step += 1;
    }
    inverse
}

/// The id of the object with a number.
pub(super) fn id(kind: Kind, number: u32) -> String {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&draw(number, kind.topic()).to_be_bytes());
    bytes[8..12].copy_from_slice(&draw(!number, kind.topic()).to_be_bytes()[..4]);
    bytes[12..].copy_from_slice(&number.wrapping_mul(SCATTER).to_be_bytes());
    Builder::from_custom_bytes(bytes).into_uuid().to_string()
}

/// The number in an id that [`id`] made.
pub(super) fn number(kind: Kind, id: &str) -> Option<u32> {
    let [.., a, b, c, d] = Uuid::try_parse(id).ok()?.into_bytes();
    let number = u32::from_be_bytes([a, b, c, d]).wrapping_mul(GATHER);
    (self::id(kind, number) == id).then_some(number)
}

/// The secret of the client with a number.
pub(super) fn secret(number: u32) -> String {
    format!("{:016x}{:016x}", draw(number, Topic::Secret), draw(!number, Topic::Secret))
}
