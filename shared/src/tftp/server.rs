//! The server's end of one transfer, begun by a request that came to the well-known port. The program gives each
//! transfer a socket of its own, whose port is the server's TID.

use std::net::SocketAddr;

use super::{
    event::State,
    file::{FileError, Sink, Source},
    netascii,
    options::{Limits, Negotiated, Wanted},
    packet::{ErrorCode, Mode, Operation, Packet, Request},
    receiver::Receiver,
    sender::Sender,
    text,
    transfer::{Config, Flow, Transfer},
};

/// A file that the server has opened for a request.
pub enum Opened {
    /// For RRQ.
    Read(Box<dyn Source>),
    /// For WRQ.
    Write(Box<dyn Sink>),
}

impl Transfer {
    /// The server's end of the transfer that `request` from `peer` asks for.
    ///
    /// `open` is called when the request itself is in order; its error goes to the peer.
    pub fn serve(
        config: Config,
        limits: &Limits,
        peer: SocketAddr,
        request: &Request,
        open: impl FnOnce(&Request) -> Result<Opened, FileError>,
    ) -> Self {
        if request.mode == Mode::Mail {
            return Self::refuse(peer, ErrorCode::ILLEGAL_OPERATION, "mode mail is obsolete: use octet");
        }
        let flow = match (open(request), request.mode) {
            (Err(error), _) => return Self::refuse(peer, error.code, &error.message),
            (Ok(Opened::Read(source)), Mode::Netascii) => {
                source_flow(config, Box::new(netascii::Encoder::new(source)))
            }
            (Ok(Opened::Read(source)), _) => source_flow(config, source),
            (Ok(Opened::Write(sink)), Mode::Netascii) => sink_flow(Box::new(netascii::Decoder::new(sink))),
            (Ok(Opened::Write(sink)), _) => sink_flow(sink),
        };
        let size = match &flow {
            Flow::Send(sender) => sender.size(),
            _ => None,
        };
        let (options, oack) = match limits.grant(request.operation, &request.options, size) {
            Ok(granted) => granted,
            Err(error) => return Self::refuse(peer, ErrorCode::OPTION, &error.to_string()),
        };
        let mut transfer = Self::new(config, peer, Some(peer), Wanted::default(), flow);
        let packet = Packet::Request(request.clone());
        let args: &[(&str, &dyn std::fmt::Display)] = &[("packet", &packet)];
        if oack.is_empty() {
            let to = if request.operation == Operation::Read { State::Sending } else { State::Receiving };
            transfer.enter(to, text::REQUEST_TAKEN, args);
            if request.operation == Operation::Write {
                transfer.send_control(Packet::Ack { block: 0 }.to_bytes());
            }
            return transfer;
        }
        transfer.set_options(options);
        transfer.send_control(Packet::Oack(oack).to_bytes());
        match request.operation {
            Operation::Read => transfer.enter(State::OptionsOffered, text::OPTIONS_OFFERED, args),
            // The OACK takes the place of ACK 0; DATA 1 confirms it.
            Operation::Write => transfer.enter(State::Receiving, text::REQUEST_TAKEN, args),
        }
        transfer
    }

    /// A transfer that is over before it begins: its one packet is the ERROR.
    pub fn refuse(peer: SocketAddr, code: ErrorCode, message: &str) -> Self {
        let mut transfer = Self::new(Config::default(), peer, Some(peer), Wanted::default(), Flow::None);
        transfer.abort(code, message);
        transfer
    }
}

fn source_flow(config: Config, source: Box<dyn Source>) -> Flow {
    Flow::Send(Sender::new(source, &Negotiated::default(), config.answer_duplicate_acks))
}

fn sink_flow(sink: Box<dyn Sink>) -> Flow {
    Flow::Receive(Receiver::new(sink, &Negotiated::default()))
}
