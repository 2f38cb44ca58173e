//! Bytes in hexadecimal, in lower case.

use data_encoding::HEXLOWER;

/// Bytes as text.
pub fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}

/// A hash as text, written into the given buffer.
pub fn hex_of_hash<'digits>(hash: &[u8; 32], digits: &'digits mut [u8; 64]) -> &'digits str {
    HEXLOWER.encode_mut_str(hash, digits)
}

/// 32 bytes from text; `None` when it is something else.
pub fn from_hex(text: &str) -> Option<[u8; 32]> {
    HEXLOWER.decode(text.as_bytes()).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_read_as_they_were_written() {
        let bytes: [u8; 32] = std::array::from_fn(|place| u8::try_from(place * 8).unwrap());
        assert_eq!(from_hex(&hex(&bytes)), Some(bytes));
        assert_eq!(hex_of_hash(&bytes, &mut [0; 64]), hex(&bytes));
        assert_eq!(hex(&[0, 10, 255]), "000aff");
        assert_eq!(from_hex("00"), None);
        assert_eq!(from_hex(&"zz".repeat(32)), None);
    }
}
