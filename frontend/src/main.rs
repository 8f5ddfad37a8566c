//! The browser app of Firsthop.
fn main() {}
