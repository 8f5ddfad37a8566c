//! How the two sides of a lab wait for each other where the kernel does not make them: a side says a word, the other
//! hears it, in turns.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use super::{Run, Stop};

/// One side's end.
#[derive(Debug)]
pub(super) struct End<'run> {
    run: &'run Run,
    to: SyncSender<()>,
    from: Receiver<()>,
}

/// The two ends.
pub(super) fn ends(run: &Run) -> (End<'_>, End<'_>) {
    let (to_second, from_first) = sync_channel(1);
    let (to_first, from_second) = sync_channel(1);
    (End { run, to: to_second, from: from_second }, End { run, to: to_first, from: from_first })
}

impl End<'_> {
    /// Says the word, without waiting for anybody.
    pub(super) fn say(&self) {
        // Whoever is gone need not hear it.
        let _ = self.to.try_send(());
    }

    /// Waits for the other side's word.
    ///
    /// # Errors
    /// When the other side has ended without it.
    pub(super) fn hear(&self) -> Result<(), Stop> {
        self.from.recv().map_err(|_| self.run.cancel.stopped().unwrap_or(Stop::Failed))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::labs::{Cancel, run::watched};

    #[test]
    fn a_word_is_heard_and_so_is_that_there_will_be_none() {
        let cancel = Cancel::after(Duration::from_secs(10)).unwrap();
        let outcome = watched(
            0,
            &cancel,
            |_| true,
            |run| {
                let (first, second) = ends(run);
                first.say();
                second.hear()?;
                drop(first);
                assert_eq!(second.hear(), Err(Stop::Failed));
                Ok(())
            },
        );
        assert_eq!(outcome, Ok(()));
    }
}
