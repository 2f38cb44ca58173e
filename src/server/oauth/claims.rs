//! Decodes the claims of a JWT for display.
//!
//! The signature is not verified, so a claim may be shown to a person but must not decide anything. The input is
//! treated as hostile.

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::{Map, Value};

/// The longest claims part that is decoded, in encoded bytes.
const LONGEST_PART: usize = 16 * 1024;
/// How many claims are shown at most.
const MOST_CLAIMS: usize = 64;

const BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// The name of a claim and its value as the token has it.
pub type Claim = (String, Value);

/// The claims of a JWT in the order of the token (RFC 7519 §3), at most 64 of them. `None` for a token that is not a
/// JWT, such as an opaque token of `OneID`.
pub fn decode_claims(token: &str) -> Option<Vec<Claim>> {
    let claims = claims_object(token)?;
    Some(claims.into_iter().take(MOST_CLAIMS).collect())
}

/// `exp − iat` in seconds. Both times are the issuer's own, so the offset of its clock does not matter.
pub(super) fn stated_lifetime(token: &str) -> Option<f64> {
    let claims = claims_object(token)?;
    let seconds = |name| claims.get(name).and_then(Value::as_f64);
    Some(seconds("exp")? - seconds("iat")?)
}

fn claims_object(token: &str) -> Option<Map<String, Value>> {
    let mut parts = token.split('.');
    let (_header, claims, _signature) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || claims.len() > LONGEST_PART {
        return None;
    }
    let bytes = BASE64URL.decode(claims).ok()?;
    serde_json::from_slice(&bytes).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn jwt(claims: &str) -> String {
        format!("e30.{}.c2ln", BASE64URL.encode(claims))
    }

    #[test]
    fn claims_come_in_the_order_and_with_the_digits_of_the_token() {
        let token = jwt(r#"{"scopes":["bookings:create"],"iat":1710220031.583112,"is_test":false}"#);
        let claims = decode_claims(&token).expect("a JWT");
        let shown: Vec<String> = claims.iter().map(|(k, v)| format!("{k}={v}")).collect();
        assert_eq!(shown, [r#"scopes=["bookings:create"]"#, "iat=1710220031.583112", "is_test=false"]);
    }

    #[test]
    fn a_padded_token_is_read_too() {
        assert!(decode_claims("e30.eyJhIjoxfQ==.c2ln").is_some());
    }

    #[test]
    fn what_is_no_jwt_has_no_claims() {
        let deep = jwt(&"[".repeat(10_000));
        let long = jwt(&format!(r#"{{"a":"{}"}}"#, "x".repeat(20_000)));
        let five = "e30.e30.e30.e30.e30";
        for token in ["", "opaque", "a.b.c", "e30..c", "e30.W10.c", five, &deep, &long] {
            assert_eq!(decode_claims(token), None, "{token:.40}");
        }
    }

    #[test]
    fn a_token_with_a_thousand_claims_shows_sixty_four() {
        let many: Vec<String> = (0..1_000).map(|n| format!("\"{n}\":1")).collect();
        let claims = decode_claims(&jwt(&format!("{{{}}}", many.join(",")))).expect("a JWT");
        assert_eq!(claims.len(), MOST_CLAIMS);
    }

    #[test]
    fn the_lifetime_is_a_difference() {
        let token = jwt(r#"{"iat":1710220031.583112,"exp":1710223631.577478}"#);
        let seconds = stated_lifetime(&token).expect("both claims");
        assert!((seconds - 3_599.994).abs() < 0.001, "{seconds}");
        assert_eq!(stated_lifetime(&jwt(r#"{"exp":1710223631}"#)), None);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(token in "\\PC{0,200}", claims in "\\PC{0,200}") {
            let _ = decode_claims(&token);
            let _ = stated_lifetime(&jwt(&claims));
        }
    }
}
