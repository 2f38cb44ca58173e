//! A partner that sends more than fits: it is told so, nothing of it is kept, and nobody else notices.

mod limits;
mod memory;
