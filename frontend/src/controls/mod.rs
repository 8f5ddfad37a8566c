//! Inputs with their labels, hints and errors, each usable by keyboard and said by screen readers.
//!
//! A control shows a value and reports a wish to change it; it keeps no state of its own.

mod choice;
mod copy;
mod field;
mod range;
mod tabs;
mod toggle;

pub use choice::{Segmented, Select, captioned};
pub use copy::CopyButton;
pub use field::{NumberField, TextArea, TextField};
pub use range::Slider;
pub use tabs::{Panel, Tabs};
pub use toggle::Toggle;
