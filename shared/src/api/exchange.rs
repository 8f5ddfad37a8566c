//! A TCP connection as it can be asked for: how it begins, what is said on it, what is lost, how it ends.
//!
//! The page of the TCP handshake simulates it, the server's TCP lab does it on kernel sockets; both mean the same.

use serde::{Deserialize, Serialize};

/// An enumeration whose variants have names: in an address, on a command line, in a form.
macro_rules! choices {
    (
        $(#[$about:meta])* $type:ident
        { $( $(#[$note:meta])* $variant:ident = $name:literal ),* $(,)? }
    ) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum $type { $( $(#[$note])* $variant ),* }

        impl $type {
            /// All of them, in the order in which a form offers them.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Its name.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// The one of this name.
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.name() == name)
            }
        }
    };
}

choices! {
    /// How a connection begins.
    Opening {
        /// One side listens, the other connects (RFC 9293 Figure 6).
        #[default]
        Ordinary = "ordinary",
        /// Both connect at the same moment (RFC 9293 Figure 7).
        Simultaneous = "simultaneous",
        /// Nobody listens: the SYN is answered with a reset (RFC 9293 §3.5.2).
        ClosedPort = "closed-port",
    }
}

choices! {
    /// How a connection ends.
    Ending {
        /// The client closes first.
        #[default]
        Client = "client",
        /// The server closes first.
        Server = "server",
        /// Both close at the same moment (RFC 9293 Figure 13).
        Both = "both",
        /// The client has nothing more to send, but reads on; the server says something more and closes.
        Half = "half",
        /// The client resets the connection (`SO_LINGER` of zero seconds).
        Abort = "abort",
        /// Nobody closes.
        Open = "open",
    }
}

choices! {
    /// Which segment is lost, once.
    Loss {
        /// None.
        #[default]
        None = "none",
        /// The client's SYN.
        Syn = "syn",
        /// The server's SYN,ACK.
        SynAck = "syn-ack",
        /// The third segment of the handshake.
        HandshakeAck = "handshake-ack",
        /// The client's first data.
        Data = "data",
        /// The FIN of the side that closes first.
        Fin = "fin",
        /// The other side's FIN.
        SecondFin = "second-fin",
    }
}

/// A TCP connection from its beginning to its end.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Exchange {
    /// What the client sends; nothing is sent when it is empty.
    pub message: String,
    /// How many bytes the server answers when it has the whole message; without it, it sends the message back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<u32>,
    /// How it begins.
    pub opening: Opening,
    /// How it ends.
    pub ending: Ending,
    /// What is lost.
    pub loss: Loss,
}

/// What the server says at least after the client's half-close, so that there is something to be read: bytes.
pub const LAST_WORD: u32 = 50;

impl Exchange {
    /// How many bytes the server answers.
    pub fn answer_len(&self) -> usize {
        self.answer.map_or(self.message.len(), |answer| usize::try_from(answer).unwrap_or(usize::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_same_in_json_and_leads_back() {
        for loss in Loss::ALL {
            assert_eq!(Loss::named(loss.name()), Some(*loss));
        }
        for ending in Ending::ALL {
            assert_eq!(serde_json::to_value(ending).unwrap(), ending.name());
        }
        for opening in Opening::ALL {
            assert_eq!(serde_json::to_value(opening).unwrap(), opening.name());
        }
        assert_eq!(Ending::named("nobody"), None);
    }

    #[test]
    fn an_echo_is_as_long_as_the_message() {
        let exchange = Exchange { message: "hello".to_owned(), ..Exchange::default() };
        assert_eq!(exchange.answer_len(), 5);
        assert_eq!(Exchange { answer: Some(0), ..exchange }.answer_len(), 0);
    }
}
