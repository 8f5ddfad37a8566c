//! A trace as a property of components.

use std::{ops::Deref, rc::Rc};

use firsthop_protocol::trace::Trace;
use yew::html::ImplicitClone;

/// A trace that several components show. Two are equal when they are the same trace at the same length, which is quick
/// to tell and true because a trace only grows.
#[derive(Debug, Clone, Default)]
pub struct SharedTrace(Rc<Trace>);

impl ImplicitClone for SharedTrace {}

impl SharedTrace {
    /// Shares a trace.
    pub fn new(trace: Trace) -> Self {
        Self(Rc::new(trace))
    }

    /// The trace, to add to; copied only if someone else still shows it.
    pub fn make_mut(&mut self) -> &mut Trace {
        Rc::make_mut(&mut self.0)
    }
}

impl Deref for SharedTrace {
    type Target = Trace;

    fn deref(&self) -> &Trace {
        &self.0
    }
}

impl PartialEq for SharedTrace {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}
