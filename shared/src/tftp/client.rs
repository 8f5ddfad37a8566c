//! The client's end: it sends the request to the well-known port and takes the answer's port as the TID.

use std::net::SocketAddr;

use thiserror::Error;

use super::{
    event::State,
    file::{Sink, Source},
    netascii,
    options::{Negotiated, Wanted},
    packet::{MAX_REQUEST, Mode, Operation, Packet, Request},
    receiver::Receiver,
    sender::Sender,
    text,
    transfer::{Config, Flow, Transfer},
};

/// Why a request cannot be sent.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RequestError {
    /// RFC 2347 allows 512 bytes.
    #[error("the request has {length} bytes, {MAX_REQUEST} are allowed: choose a shorter file name")]
    TooLong {
        /// How many it has.
        length: usize,
    },
    /// A file name that a request cannot carry.
    #[error("the file name {name:?} is empty or has a zero byte")]
    Name {
        /// The name.
        name: String,
    },
    /// Mail mode is obsolete.
    #[error("mode mail is obsolete: octet and netascii are in use")]
    Mail,
}

/// What a client asks a server for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// The server's well-known port, 69 by the RFC.
    pub server: SocketAddr,
    /// The file's name there.
    pub filename: String,
    /// How the bytes are to be understood.
    pub mode: Mode,
    /// The options.
    pub options: Wanted,
}

impl Transfer {
    /// A client that reads a file from the server into `sink`.
    pub fn download(config: Config, ask: Ask, sink: Box<dyn Sink>) -> Result<Self, RequestError> {
        let sink = match ask.mode {
            Mode::Netascii => Box::new(netascii::Decoder::new(sink)),
            _ => sink,
        };
        let receiver = Receiver::new(sink, &Negotiated::default());
        Self::client(config, ask, Operation::Read, Flow::Receive(receiver), None)
    }

    /// A client that writes the file from `source` to the server.
    pub fn upload(config: Config, ask: Ask, source: Box<dyn Source>) -> Result<Self, RequestError> {
        let source = match ask.mode {
            Mode::Netascii => Box::new(netascii::Encoder::new(source)),
            _ => source,
        };
        let sender = Sender::new(source, &Negotiated::default(), config.answer_duplicate_acks);
        let size = sender.size();
        Self::client(config, ask, Operation::Write, Flow::Send(sender), size)
    }

    fn client(
        config: Config,
        ask: Ask,
        operation: Operation,
        flow: Flow,
        size: Option<u64>,
    ) -> Result<Self, RequestError> {
        let Ask { server, filename, mode, options: mut wanted } = ask;
        if mode == Mode::Mail {
            return Err(RequestError::Mail);
        }
        if filename.is_empty() || filename.contains('\0') {
            return Err(RequestError::Name { name: filename });
        }
        // An upload whose size is not known beforehand cannot announce it.
        wanted.tsize &= operation == Operation::Read || size.is_some();
        let request = Request { operation, filename, mode, options: wanted.to_options(size) };
        let packet = Packet::Request(request);
        let bytes = packet.to_bytes();
        if bytes.len() > MAX_REQUEST {
            return Err(RequestError::TooLong { length: bytes.len() });
        }
        let mut transfer = Self::new(config, server, None, wanted, flow);
        transfer.enter(State::RequestSent, text::REQUEST_SENT, &[("packet", &packet)]);
        transfer.send_control(bytes);
        Ok(transfer)
    }
}
