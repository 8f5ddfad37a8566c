//! How a run is ended before its time: its learner left, a side of it failed, or its deadline came.

use std::{
    io,
    os::{fd::AsFd, unix::net::UnixStream},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// Why a lab did not go to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// The learner stopped it or left.
    Cancelled,
    /// It took too long.
    Deadline,
    /// A call failed; the failure is in the trace.
    Failed,
}

/// A word to a run that it is to end. Clones are the same word.
#[derive(Debug, Clone)]
pub struct Cancel {
    said: Arc<Said>,
    deadline: Instant,
}

#[derive(Debug)]
struct Said {
    /// Becomes readable when the other end is dropped, so that whoever waits for a socket can wait for this too.
    listen: UnixStream,
    hold: Mutex<(Option<UnixStream>, Stop)>,
}

impl Cancel {
    /// Nobody has said it; the deadline is `time` from now.
    ///
    /// # Errors
    /// When the process has no file descriptors left.
    pub fn after(time: Duration) -> io::Result<Self> {
        let (listen, hold) = UnixStream::pair()?;
        let said = Arc::new(Said { listen, hold: Mutex::new((Some(hold), Stop::Cancelled)) });
        Ok(Self { said, deadline: Instant::now() + time })
    }

    /// Says it, and why. Only the first reason counts.
    pub fn say(&self, why: Stop) {
        let mut hold = self.said.hold.lock().unwrap_or_else(PoisonError::into_inner);
        if hold.0.take().is_some() {
            hold.1 = why;
        }
    }

    /// Whether it was said or the deadline is over, and why.
    pub fn stopped(&self) -> Option<Stop> {
        let hold = self.said.hold.lock().unwrap_or_else(PoisonError::into_inner);
        if hold.0.is_none() {
            Some(hold.1)
        } else {
            (Instant::now() >= self.deadline).then_some(Stop::Deadline)
        }
    }

    /// Waits until `socket` can be read from (or accepted from), at most `time`; says whether it can.
    ///
    /// # Errors
    /// When the run is to end.
    pub fn readable(&self, socket: &impl AsFd, time: Duration) -> Result<bool, Stop> {
        self.ready(socket, PollFlags::IN, time)
    }

    /// Waits until `socket` can be written to, at most `time`; says whether it can.
    ///
    /// # Errors
    /// When the run is to end.
    pub fn writable(&self, socket: &impl AsFd, time: Duration) -> Result<bool, Stop> {
        self.ready(socket, PollFlags::OUT, time)
    }

    /// Does nothing for so long.
    ///
    /// # Errors
    /// When the run is to end.
    pub fn pause(&self, time: Duration) -> Result<(), Stop> {
        // Its own socket becomes readable when the run is to end, and only then.
        self.readable(&self.said.listen, time)?;
        self.stopped().map_or(Ok(()), Err)
    }

    fn ready(&self, socket: &impl AsFd, flags: PollFlags, time: Duration) -> Result<bool, Stop> {
        let until = self.deadline.min(Instant::now() + time);
        loop {
            if let Some(why) = self.stopped() {
                return Err(why);
            }
            let left = until.saturating_duration_since(Instant::now());
            let timeout = Timespec::try_from(left).map_err(|_| Stop::Deadline)?;
            let mut fds = [PollFd::new(socket, flags), PollFd::new(&self.said.listen, PollFlags::IN)];
            match poll(&mut fds, Some(&timeout)) {
                Ok(0) => return self.stopped().map_or(Ok(false), Err),
                Ok(_) if fds.first().is_some_and(|fd| !fd.revents().is_empty()) => return Ok(true),
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(_) => return Err(Stop::Failed),
            }
        }
    }
}
