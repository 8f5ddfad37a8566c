//! The five timers of a connection: when each is due. What to do then is `expiry`'s.

use super::TimerKind;
use crate::trace::Time;

#[derive(Debug, Clone, Default)]
pub(super) struct Timers {
    due: [Option<Time>; 5],
}

const fn slot(timer: TimerKind) -> usize {
    match timer {
        TimerKind::Retransmission => 0,
        TimerKind::Persist => 1,
        TimerKind::DelayedAck => 2,
        TimerKind::KeepAlive => 3,
        TimerKind::TimeWait => 4,
    }
}

impl Timers {
    pub(super) fn get(&self, timer: TimerKind) -> Option<Time> {
        self.due.get(slot(timer)).copied().flatten()
    }

    pub(super) fn set(&mut self, timer: TimerKind, due: Option<Time>) {
        if let Some(entry) = self.due.get_mut(slot(timer)) {
            *entry = due;
        }
    }

    pub(super) fn stop_all(&mut self) {
        *self = Self::default();
    }

    pub(super) fn next(&self) -> Option<Time> {
        self.due.iter().flatten().min().copied()
    }

    /// One timer that is due, taken out.
    pub(super) fn take_due(&mut self, now: Time) -> Option<TimerKind> {
        let timer =
            TimerKind::ALL.into_iter().find(|timer| self.get(*timer).is_some_and(|due| due <= now))?;
        self.set(timer, None);
        Some(timer)
    }
}
