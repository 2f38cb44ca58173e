//! How pages behave for a person in their browser.

use crate::domain::shell::{Flash, SINGLE_KEYS, Tone};
use crate::server::context::keep_in_browser;

/// Switches shortcuts of a single key on or off in this browser. The message about it.
pub fn single_keys(is_on: bool) -> Flash {
    keep_in_browser(SINGLE_KEYS, if is_on { "on" } else { "off" });
    let message = if is_on {
        "Single-key shortcuts are on in this browser."
    } else {
        "Single-key shortcuts are off in this browser."
    };
    Flash { tone: Tone::Good, message: message.to_owned() }
}
