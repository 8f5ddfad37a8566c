//! `netstat`.

use std::net::SocketAddrV4;

use super::{ifconfig, route, shown};
use crate::{
    tcp::State,
    terminal::{
        answer::{Answer, Refusal, Said},
        args::{Opt, OptError, getopt},
        ip::sorted,
        machine::{Machine, Socket, card_name},
        ports,
    },
};

const USAGE: &str = "\
usage: netstat [-n] -r
       netstat [-n] [-al] [-tu]
       netstat -i";

pub(in crate::terminal) fn run(machine: &dyn Machine, words: &[String]) -> Said {
    let options = getopt(words, "anltuxrieWvp46").map_err(|error| {
        let letter = match error {
            OptError::Unknown(letter) | OptError::NoValue(letter) => letter,
        };
        Refusal::new(3, format!("netstat: invalid option -- '{letter}'\n{USAGE}"))
    })?;
    if options.iter().any(|option| matches!(option, Opt::Plain(_))) {
        return Err(Refusal::new(3, USAGE));
    }
    let has = |letter| options.contains(&Opt::Short(letter, None));
    if has('r') {
        return Ok(routes(machine, has('n')));
    }
    if has('i') {
        let head = [
            "Kernel Interface table".to_owned(),
            "Iface             MTU    RX-OK RX-ERR RX-DRP RX-OVR    TX-OK TX-ERR TX-DRP TX-OVR Flg"
                .to_owned(),
        ];
        let cards = machine.interfaces().iter().enumerate().filter(|(_, card)| has('a') || card.up);
        return Ok(Answer::lines(head.into_iter().chain(ifconfig::rows(machine, cards))));
    }
    let (all, listening) = (has('a'), has('l'));
    let which = match (all, listening) {
        (true, _) => "servers and established",
        (_, true) => "only servers",
        _ => "w/o servers",
    };
    let one = has('t') || has('u') || has('x');
    let mut lines = Vec::new();
    if has('t') || has('u') || !one {
        lines.push(format!("Active Internet connections ({which})"));
        lines.push(
            "Proto Recv-Q Send-Q Local Address           Foreign Address         State      ".to_owned(),
        );
        let mut sockets = machine.sockets();
        sockets.sort_by_key(|it| it.tcp.is_none());
        let wanted = sockets.iter().filter(|it| {
            let of_protocol = !one || if it.tcp.is_some() { has('t') } else { has('u') };
            of_protocol && (all || listening == is_server(it))
        });
        lines.extend(wanted.map(|it| row(machine, it, has('n'))));
    }
    if !one || has('x') {
        lines.push(format!("Active UNIX domain sockets ({which})"));
        lines.push("Proto RefCnt Flags       Type       State         I-Node   Path".to_owned());
    }
    Ok(Answer::lines(lines))
}

/// Whether it waits for whoever comes.
fn is_server(socket: &Socket) -> bool {
    match socket.tcp {
        Some(state) => state == State::Listen,
        None => socket.remote.is_none(),
    }
}

fn row(machine: &dyn Machine, socket: &Socket, numeric: bool) -> String {
    let tcp = socket.tcp.is_some();
    let end = |end: SocketAddrV4| {
        let port = match end.port() {
            0 => "*".to_owned(),
            port => ports::shown(port, tcp, numeric),
        };
        let any = end.ip().is_unspecified();
        let address = if any && !numeric { "0.0.0.0".to_owned() } else { shown(machine, *end.ip(), numeric) };
        format!("{address}:{port}")
    };
    let local = end(socket.local);
    let remote = socket.remote.map_or_else(|| "0.0.0.0:*".to_owned(), end);
    let protocol = if tcp { "tcp" } else { "udp" };
    let state = match (socket.tcp, socket.remote) {
        (Some(state), _) => name(state),
        (None, Some(_)) => "ESTABLISHED",
        (None, None) => "",
    };
    // How many may wait to be accepted is not shown here.
    let send_q = if socket.tcp == Some(State::Listen) { 0 } else { socket.send_q };
    format!("{protocol:<5} {:>6} {send_q:>6} {local:<23} {remote:<23} {state:<11}", socket.recv_q)
}

/// A state as Linux names it.
const fn name(state: State) -> &'static str {
    match state {
        State::Closed => "CLOSE",
        State::Listen => "LISTEN",
        State::SynSent => "SYN_SENT",
        State::SynReceived => "SYN_RECV",
        State::Established => "ESTABLISHED",
        State::FinWait1 => "FIN_WAIT1",
        State::FinWait2 => "FIN_WAIT2",
        State::CloseWait => "CLOSE_WAIT",
        State::Closing => "CLOSING",
        State::LastAck => "LAST_ACK",
        State::TimeWait => "TIME_WAIT",
    }
}

fn routes(machine: &dyn Machine, numeric: bool) -> Answer {
    let head = [
        "Kernel IP routing table".to_owned(),
        "Destination     Gateway         Genmask         Flags   MSS Window  irtt Iface".to_owned(),
    ];
    let rows = sorted(machine).into_iter().map(|it| {
        let (columns, flags) = (route::columns(machine, &it, numeric), route::flags(&it));
        format!("{columns}{flags:<6}{:>5} {:<5} {:>6} {}", 0, 0, 0, card_name(machine, it.interface))
    });
    Answer::lines(head.into_iter().chain(rows))
}
