//! What a socket lets fall, see [`Sieve`]. It is the lab's instrument and not what a program would call, so that it is
//! recorded as a remark.

use std::{net::SocketAddrV4, time::Duration};

use firsthop_protocol::trace::Text;
use socket2::{Domain, Socket, Type};

use super::Traced;
use crate::labs::{Run, Stop, meet::End, sieve::Sieve};

/// How long a socket goes on letting fall after the segment was sent. A loopback interface delivers at once, but on a busy
/// machine later; and the kernel sends again after 200 ms at the earliest (TCP_RTO_MIN).
const ON_ITS_WAY: Duration = Duration::from_millis(80);

impl Traced<'_> {
    /// From now on this falls here.
    pub(in crate::labs) fn lose(&self, what: Sieve) -> Result<(), Stop> {
        self.run.put_in(self.node, what);
        let program = what.program();
        self.socket.attach_filter(&program).map_err(|error| {
            let text =
                format!("the kernel takes no filter for this socket, and nothing can be lost: {error}");
            self.run.note(Some(self.node), Text::new("lab.no-sieve", text).arg("error", error));
            Stop::Failed
        })
    }

    /// From now on everything arrives; also where nothing fell before.
    pub(in crate::labs) fn lose_no_more(&self) {
        // Refused only where there is no filter.
        let _ = self.socket.detach_filter();
        self.run.take_out(self.node);
    }

    /// As [`Self::lose_no_more`], once what was sent just now has fallen.
    pub(in crate::labs) fn stop_losing_soon(&self) -> Result<(), Stop> {
        self.run.cancel.pause(ON_ITS_WAY)?;
        self.lose_no_more();
        Ok(())
    }

    /// Lets fall what the other side sends next, see [`throw`].
    pub(in crate::labs) fn catch(&self, what: Sieve, end: &End<'_>) -> Result<(), Stop> {
        self.lose(what)?;
        end.say();
        end.hear()?;
        self.stop_losing_soon()
    }

    /// `connect`, and this falls that comes in answer to the SYN.
    pub(in crate::labs) fn connect_and_lose(&self, address: SocketAddrV4, what: Sieve) -> Result<(), Stop> {
        self.lose(what)?;
        self.connect_then(address, || self.stop_losing_soon())
    }
}

/// Does what sends the segment that the other side [catches](Traced::catch), once it is ready.
pub(in crate::labs) fn throw<T>(end: &End<'_>, act: impl FnOnce() -> Result<T, Stop>) -> Result<T, Stop> {
    end.hear()?;
    let done = act()?;
    end.say();
    Ok(done)
}

/// A listening socket that lets everything fall, on a port that another socket has already: as long as it is there the
/// kernel does not refuse what comes.
#[derive(Debug)]
pub(in crate::labs) struct Guard<'run> {
    run: &'run Run,
    node: &'static str,
    _socket: Socket,
}

impl<'run> Guard<'run> {
    /// Puts one beside a socket that shares its port, see [`Traced::share_port`].
    pub(in crate::labs) fn beside(socket: &Traced<'run>, address: SocketAddrV4) -> Result<Self, Stop> {
        let Traced { run, node, .. } = socket;
        let open = || {
            let guard = Socket::new(Domain::IPV4, Type::STREAM, None)?;
            guard.set_reuse_port(true)?;
            guard.bind(&address.into())?;
            guard.attach_filter(&Sieve::All.program())?;
            guard.listen(1)?;
            Ok(guard)
        };
        let socket = open().map_err(|error: std::io::Error| {
            let text =
                format!("the kernel takes no filter for this socket, and nothing can be lost: {error}");
            run.note(Some(node), Text::new("lab.no-sieve", text).arg("error", error));
            Stop::Failed
        })?;
        run.put_in(node, Sieve::All);
        Ok(Self { run, node, _socket: socket })
    }

    /// Takes it away once what the other side sends has fallen.
    pub(in crate::labs) fn catch(self, end: &End<'_>) -> Result<(), Stop> {
        end.say();
        end.hear()?;
        self.run.cancel.pause(ON_ITS_WAY)
    }
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.run.take_out(self.node);
    }
}
