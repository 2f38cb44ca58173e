//! What the world does to a server under load: it kills it at any moment, fills its disk, makes it slow, and cuts the power.
//! Afterwards the partner's own record is compared with the audit log.

mod disk;
mod kills;
mod power;
mod rounds;
mod verification;
mod world;
