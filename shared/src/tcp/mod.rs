//! One TCP endpoint after RFC 9293, sans-IO.
