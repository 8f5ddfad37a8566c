//! What can be seen of a machine's memory, row by row, whenever it changes.

use std::{collections::BTreeMap, fmt::Display, net::SocketAddr};

use super::{Connection, Host};
use crate::{
    sim::device::Outbox,
    tcp::{Endpoint, State, Tcb},
    trace::{Cell, EventKind, TableChange},
};

/// The rows as they were last shown, by table and key.
#[derive(Debug, Default)]
pub(super) struct Shown(BTreeMap<(&'static str, String), Row>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Row {
    Tcb(Box<Tcb>),
    /// A listening socket has no TCB but its state.
    Listening,
    Socket {
        protocol: &'static str,
        queues: (u32, u32),
        local: SocketAddr,
        remote: Option<SocketAddr>,
        state: Option<State>,
    },
}

impl Row {
    fn cells(&self) -> Vec<Cell> {
        match self {
            Self::Tcb(tcb) => tcb.rows(),
            Self::Listening => vec![cell("state", State::Listen)],
            Self::Socket { protocol, queues, local, remote, state } => vec![
                cell("Proto", protocol),
                cell("Recv-Q", queues.0),
                cell("Send-Q", queues.1),
                cell("Local Address", local),
                cell(
                    "Foreign Address",
                    remote.map_or_else(|| "0.0.0.0:*".to_owned(), |remote| remote.to_string()),
                ),
                cell("State", state.map_or("-", State::name)),
            ],
        }
    }
}

fn cell(name: &str, value: impl Display) -> Cell {
    Cell { name: name.to_owned(), value: value.to_string() }
}

impl Host {
    /// Logs the rows that are new, changed or gone since the last time.
    pub(super) fn show_tables(&mut self, out: &mut Outbox) {
        let now = self.rows();
        let before = std::mem::take(&mut self.tcp.shown).0;
        for key in before.keys().filter(|key| !now.contains_key(*key)) {
            out.log(self.change(key, None));
        }
        for (key, row) in now.iter().filter(|(key, row)| before.get(*key) != Some(*row)) {
            out.log(self.change(key, Some(row.cells())));
        }
        self.tcp.shown = Shown(now);
    }

    fn rows(&self) -> BTreeMap<(&'static str, String), Row> {
        let mut rows = BTreeMap::new();
        let mut endpoint = |endpoint: &Endpoint| {
            let tcb = endpoint.tcb();
            let key = format!("{}-{}", endpoint.local(), endpoint.remote());
            let row = Row::Socket {
                protocol: "tcp",
                queues: (tcb.receive_queue, tcb.send_queue),
                local: endpoint.local(),
                remote: Some(endpoint.remote()),
                state: Some(tcb.state),
            };
            rows.insert(("sockets", format!("tcp {key}")), row);
            rows.insert(("tcb", key), Row::Tcb(Box::new(tcb)));
        };
        for listening in &self.tcp.listening {
            listening.listener.half_open().chain(listening.listener.established()).for_each(&mut endpoint);
        }
        self.tcp.connections().filter(|it| it.lives()).map(Connection::endpoint).for_each(&mut endpoint);
        for listening in &self.tcp.listening {
            let local = listening.local();
            let state = Some(State::Listen);
            let row = Row::Socket { protocol: "tcp", queues: (0, 0), local, remote: None, state };
            rows.insert(("sockets", format!("tcp {local}")), row);
            rows.insert(("tcb", local.to_string()), Row::Listening);
        }
        for (local, remote) in self.udp.ends() {
            let row = Row::Socket { protocol: "udp", queues: (0, 0), local, remote, state: None };
            rows.insert(("sockets", format!("udp {local}")), row);
        }
        rows
    }

    fn change(&self, (table, key): &(&'static str, String), row: Option<Vec<Cell>>) -> EventKind {
        EventKind::Table(TableChange {
            node: self.name.clone(),
            table: (*table).to_owned(),
            key: key.clone(),
            row,
            why: None,
        })
    }
}
