//! HTTP/1.1 messages, sans-IO.
