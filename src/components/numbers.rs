//! Numbers as people read them.

/// A number with a comma between thousands: `1,284`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number with its noun, which takes an "s" unless there is exactly one: `1 client`, `1,284 clients`.
pub fn counted(number: u64, noun: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{} {noun}{ending}", grouped(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        let words = [(0, "0"), (999, "999"), (1_284, "1,284"), (1_000_000, "1,000,000")];
        for (number, expected) in words {
            assert_eq!(grouped(number), expected);
        }
    }

    #[test]
    fn one_of_a_kind_is_singular() {
        let said = [(0, "0 clients"), (1, "1 client"), (1_284, "1,284 clients")];
        for (number, expected) in said {
            assert_eq!(counted(number, "client"), expected);
        }
    }
}
