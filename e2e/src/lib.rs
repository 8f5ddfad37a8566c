//! Tests of Firsthop in a real browser, as a learner uses it; see `tests/`.
