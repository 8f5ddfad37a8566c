//! Exercises that never run out: made from a seed, marked by computation, solved step by step for the numbers asked.
//!
//! Not for: words. A question and its solution are [`Text`]s, which the browser says in the learner's language.
//!
//! ```
//! use firsthop_protocol::exercise::{Exercise, Kind, Verdict};
//!
//! let exercise = Exercise::new(Kind::Broadcast, 3, 7);
//! assert_eq!(exercise.mark(&exercise.answer.to_string()), Verdict::Right);
//! assert_eq!(exercise, Exercise::new(Kind::Broadcast, 3, 7));
//! ```
//!
//! [`Text`]: crate::trace::Text

mod answer;
mod solve;
mod subnet;

pub use answer::{Answer, Verdict};
pub use subnet::{Exercise, Kind, LEVELS};
