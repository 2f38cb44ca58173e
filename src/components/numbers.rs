//! Numbers as people read them.

use crate::domain::audit::Count;

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

/// How many there are as far as they were counted: `1,000+`.
pub fn at_least(count: Count) -> String {
    let more = if count.is_least { "+" } else { "" };
    format!("{}{more}", grouped(count.number))
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
    fn a_plus_says_that_there_may_be_more() {
        assert_eq!(at_least(Count { number: 1_000, is_least: true }), "1,000+");
        assert_eq!(at_least(Count { number: 1_000, is_least: false }), "1,000");
    }

    #[test]
    fn one_of_a_kind_is_singular() {
        let said = [(0, "0 clients"), (1, "1 client"), (1_284, "1,284 clients")];
        for (number, expected) in said {
            assert_eq!(counted(number, "client"), expected);
        }
    }
}
