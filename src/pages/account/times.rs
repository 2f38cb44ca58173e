//! In which time zone, and with how many hours, times are written.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use crate::components::{Card, ExactTime};
use crate::domain::time_display::{HourCycle, TimeDisplay};
use crate::server_fns::preferences::ChooseTimes;

/// The present time as it is written, and the form that changes how.
#[component]
pub(super) fn Times(
    /// How times are written in this browser.
    times: TimeDisplay,
    /// The names of the time zones.
    zones: Vec<String>,
    /// When the page is rendered.
    now: time::OffsetDateTime,
) -> impl IntoView {
    let TimeDisplay { zone: chosen, hour_cycle } = times;
    // A zone by one of its former names is still the one that is chosen.
    let other = (!zones.contains(&chosen.name)).then(|| chosen.name.clone());
    let zone = |name: String| {
        let is_chosen = name == chosen.name;
        view! {
            <option value=name.clone() selected=is_chosen>
                {name.replace('_', " ")}
            </option>
        }
    };
    let cycle = move |cycle: HourCycle, label: &'static str| {
        view! {
            <label class="radio">
                <input type="radio" name="hour_cycle" value=cycle.code() checked=hour_cycle == cycle/>
                <span>{label}</span>
            </label>
        }
    };
    let zones = other.into_iter().chain(zones).map(zone).collect_view();
    view! {
        <Card id="times" title="Dates and times">
            <div class="card-body">
                <p class="prose">"Times are shown in this browser like this: " <ExactTime at=now/> "."</p>
                <form class="form" method="post" action=ChooseTimes::url()>
                    <div class="field">
                        <label for="zone">"Time zone"</label>
                        <p class="hint" id="zone-hint">
                            "With a mouse, point at a time to see it in UTC. Exports and the signed record are always in UTC."
                        </p>
                        <select class="input" id="zone" name="zone" aria-describedby="zone-hint">
                            {zones}
                        </select>
                    </div>
                    <fieldset class="field">
                        <legend>"Clock"</legend>
                        {cycle(HourCycle::H23, "24 hours: 16:20")}
                        {cycle(HourCycle::H12, "12 hours: 4:20pm")}
                    </fieldset>
                    <div class="button-row">
                        <button class="button" type="submit">
                            "Save"
                        </button>
                    </div>
                </form>
            </div>
        </Card>
    }
}
