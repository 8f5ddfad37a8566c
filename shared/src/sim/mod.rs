//! The simulated network in virtual time.
