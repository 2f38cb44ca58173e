//! What the packed objects say, compared with plain ones.

mod lists;
mod order;
mod rebuilds;
mod samples;
mod snapshots;
mod values;
