//! How pages behave for a person in their browser.

use crate::domain::shell::{Flash, SINGLE_KEYS, Tone};
use crate::domain::time_display::{HOUR_CYCLE, HourCycle, TIME_ZONE, TimeDisplay};
use crate::server::context::{RequestContext, keep_in_browser};
use crate::server::time_zones;

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

/// The time zones to choose from.
pub fn zones() -> Vec<String> {
    time_zones::names()
}

/// Writes times in this browser in a time zone and with 12 or 24 hours from now on. The message about it.
pub fn times(context: &RequestContext, zone: &str, hour_cycle: &str) -> Flash {
    let (Some(zone), Some(hour_cycle)) = (time_zones::zone(zone), HourCycle::from_code(hour_cycle)) else {
        let message = "Nothing was changed. Choose a time zone and a clock from the lists.".to_owned();
        return Flash { tone: Tone::Bad, message };
    };
    keep_in_browser(TIME_ZONE, &zone.name);
    keep_in_browser(HOUR_CYCLE, hour_cycle.code());
    let display = TimeDisplay { zone, hour_cycle };
    let now = display.time_with_zone(context.clock.now());
    Flash { tone: Tone::Good, message: format!("Times are now shown like this in this browser: {now}.") }
}
