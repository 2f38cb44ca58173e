//! Hostile strings.
