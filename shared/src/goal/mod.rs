//! What must become true: goals of a scenario, judged by its trace, live or from a file, simulated or real.
//!
//! Not for: looking into a machine. All that a goal knows is what events say, and of a table what its rows said last;
//! so a goal can be asked of any trace and of any prefix of it.
//!
//! # The language
//!
//! A goal is made of **conditions**. Each counts something, and wants at least one of it if it does not say how many
//! (`no`, `at least 3`, `at most 3`, `exactly 3`):
//!
//! | condition | counts |
//! |---|---|
//! | `frame [FILTER] from A to B on LINK of H1 for H2` | frames that were sent; every part after `frame` may be left out. `from` and `to` are the ends of the cable that the frame is on, `of` and `for` the machines to which its source and destination address belong, by MAC or IP address, wherever it is |
//! | `call connect of A fails with ECONNREFUSED where addr = 10.0.0.2:80` | calls that returned; or `fails`, or `succeeds`; `where` has their arguments and `result` |
//! | `event [FILTER]` | events of any kind |
//! | `received "text" by A` | whether that text is in what receiving calls brought |
//! | `row of arp of A where Address = 10.0.0.2, State = REACHABLE` | rows of a table as it is now |
//! | `tcp of A with 10.0.0.2:80 is ESTABLISHED` | connections that are in that state now; `tftp` and others likewise |
//!
//! FILTER is of [`trace::filter`](crate::trace::filter). Cells and arguments are compared by `=` `!=` `<` `<=` `>` `>=`
//! `contains` `in 10.0.0.0/8` with a word, a number, a `"text"`, `mac of R1:eth0` or `address of R1` (any interface of R1).
//!
//! | words of time | true when the condition |
//! |---|---|
//! | nothing, `eventually X` | is true at some instant. Without a word, `no` and `at most` must stay true from the beginning; `exactly n` of frames, calls and events must be true at the end |
//! | `within 3 s X` | is true at some instant of the first three seconds (`us`, `ms`, `s`, `min`) |
//! | `X then Y`, `X then within 3 s Y` | becomes true and Y then, too; Y counts only what comes after that |
//! | `never X` | is true at no instant |
//! | `always X` | is true at every instant from the end of the first, at which machines are set up |
//! | `at the end X` | is true at the end |
//!
//! Conditions and goals are joined with `and`, `or`, `not` and parentheses. `not` and words of time bind tightest, then
//! `then`, `and`, `or`. Within a word of time, `always (X and Y)`, all is about one instant; there is no word of time in
//! another. Words may be in any letter case; what stands in quotes is a name or text, never a word of the language.
//!
//! A frame counts from the instant it was sent, with the fate that it is going to have: `frame [delivered]` is one that
//! arrives.
//!
//! ```
//! use firsthop_protocol::goal::{judge, Goal, Standing};
//! use firsthop_protocol::sim::{Scenario, Simulation};
//!
//! let mut simulation = Simulation::new(Scenario::builtin("handshake")?, 1)?;
//! simulation.run();
//! let goal: Goal = r#"tcp of client is ESTABLISHED and received "hello" by server"#.parse()?;
//! let part = judge(&[goal], simulation.trace().events(), simulation.now(), true).remove(0);
//! assert!(matches!(part.standing, Standing::Reached(_)));
//!
//! let error = "tcp of client is ESTABLISED".parse::<Goal>().unwrap_err();
//! assert_eq!(error.at, 17..27);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! * [`Goal`], [`GoalError`]: the language. · [`GoalSpec`]: a goal as it stands in a scenario.
//! * [`Checker`], [`judge`]: whether goals are reached. · [`Part`], [`Standing`], [`Moment`]: the answer, part by part.
//! * [`text`]: every sentence that is said here.

mod checker;
mod condition;
mod error;
mod expression;
mod lexer;
mod parse;
mod part;
mod spec;
mod subject;
#[cfg(test)]
mod tests;
pub mod text;
mod watch;
mod world;

pub use checker::{Checker, judge};
pub use error::{Expected, GoalError, Problem};
pub use expression::{Goal, MAX_CHARS, MAX_DEPTH};
pub use part::{Moment, Part, Standing};
pub use spec::GoalSpec;
