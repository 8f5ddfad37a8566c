//! `ss` of iproute2.

use std::net::SocketAddrV4;

use super::{
    answer::{Answer, Refusal, Said},
    args::{Opt, OptError, getopt},
    machine::{Machine, Socket},
    ports,
};
use crate::tcp::State;

const USAGE: &str = "\
Usage: ss [ OPTIONS ]
   -n  numeric   -a  all   -l  listening   -t  tcp   -u  udp";

pub(super) fn run(machine: &dyn Machine, words: &[String]) -> Said {
    let options = getopt(words, "nalturpoeimH46").map_err(|error| {
        let letter = match error {
            OptError::Unknown(letter) | OptError::NoValue(letter) => letter,
        };
        Refusal::new(255, format!("ss: invalid option -- '{letter}'\n{USAGE}"))
    })?;
    let has = |letter| options.contains(&Opt::Short(letter, None));
    let both = has('t') == has('u');
    let mut sockets = machine.sockets();
    sockets.sort_by_key(|it| (it.tcp.is_some(), it.tcp != Some(State::Listen)));
    let wanted = sockets.iter().filter(|it| {
        let waits = match it.tcp {
            Some(state) => state == State::Listen,
            None => it.remote.is_none(),
        };
        (both || it.tcp.is_some() == has('t')) && (has('a') || waits == has('l'))
    });
    let rows: Vec<Row> = wanted.map(|it| row(it, has('n'))).collect();
    let head = [
        "Netid".to_owned(),
        "State".to_owned(),
        "Recv-Q".to_owned(),
        "Send-Q".to_owned(),
        "Local Address:".to_owned(),
        "Port".to_owned(),
        "Peer Address:".to_owned(),
        "Port".to_owned(),
    ];
    let mut all = if has('H') { Vec::new() } else { vec![(head, "Process")] };
    all.extend(rows.into_iter().map(|row| (row, "")));
    let mut widths = [0; 8];
    for (row, _) in &all {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.len().max(*width);
        }
    }
    Ok(Answer::lines(all.iter().map(|(row, process)| line(row, process, widths, both))))
}

/// The cells of a line: the first only where there are sockets of both protocols.
type Row = [String; 8];

fn line(row: &Row, process: &str, widths: [usize; 8], both: bool) -> String {
    let [netid, state, recv_q, send_q, local, local_port, peer, peer_port] = row;
    let [w0, w1, w2, w3, w4, w5, w6, w7] = widths;
    let netid = if both { format!("{netid:<w0$} ") } else { String::new() };
    let queues = format!("{state:<w1$} {recv_q:<w2$} {send_q:<w3$}");
    format!("{netid}{queues} {local:>w4$}{local_port:<w5$} {peer:>w6$}{peer_port:<w7$}{process:<7}")
}

fn row(socket: &Socket, numeric: bool) -> Row {
    let tcp = socket.tcp.is_some();
    let end = |end: Option<SocketAddrV4>| match end {
        Some(end) if end.port() > 0 => (format!("{}:", end.ip()), ports::shown(end.port(), tcp, numeric)),
        _ => ("0.0.0.0:".to_owned(), "*".to_owned()),
    };
    let ((local, local_port), (peer, peer_port)) = (end(Some(socket.local)), end(socket.remote));
    let state = match (socket.tcp, socket.remote) {
        (Some(state), _) => name(state),
        (None, Some(_)) => "ESTAB",
        (None, None) => "UNCONN",
    };
    let netid = if tcp { "tcp" } else { "udp" };
    let (recv_q, send_q) = (socket.recv_q.to_string(), socket.send_q.to_string());
    [netid.to_owned(), state.to_owned(), recv_q, send_q, local, local_port, peer, peer_port]
}

/// A state as `ss` names it.
const fn name(state: State) -> &'static str {
    match state {
        State::Closed => "UNCONN",
        State::Listen => "LISTEN",
        State::SynSent => "SYN-SENT",
        State::SynReceived => "SYN-RECV",
        State::Established => "ESTAB",
        State::FinWait1 => "FIN-WAIT-1",
        State::FinWait2 => "FIN-WAIT-2",
        State::CloseWait => "CLOSE-WAIT",
        State::Closing => "CLOSING",
        State::LastAck => "LAST-ACK",
        State::TimeWait => "TIME-WAIT",
    }
}
