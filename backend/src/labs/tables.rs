//! What has changed between two looks at the kernel's socket tables.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    net::SocketAddrV4,
};

use firsthop_protocol::trace::{Cell, EventKind, StateChange, TableChange, Text};

use crate::capture::{
    Diag, Transport,
    sockets::{self, Row},
};

/// The rows of a lab's own sockets, as they were at the last look.
#[derive(Debug)]
pub(super) struct Tables {
    rows: BTreeMap<String, (&'static str, Row)>,
    /// The TCP sockets of the lab, by their own and the other end's address.
    tcp: BTreeSet<(SocketAddrV4, Option<SocketAddrV4>)>,
    /// Whether the lab has UDP sockets, too.
    udp: bool,
    /// What is asked about TCP sockets; `/proc/net` is read where there is no such thing.
    diag: Option<Diag>,
}

impl Default for Tables {
    fn default() -> Self {
        Self { rows: BTreeMap::new(), tcp: BTreeSet::new(), udp: false, diag: Diag::open().ok() }
    }
}

impl Tables {
    /// From now on this TCP socket is one of the lab's.
    pub(super) fn track_tcp(&mut self, local: SocketAddrV4, remote: Option<SocketAddrV4>) {
        self.tcp.insert((local, remote));
    }

    /// From now on the lab has UDP sockets.
    pub(super) fn track_udp(&mut self) {
        self.udp = true;
    }

    /// Looks at the kernel's tables.
    pub(super) fn look(&mut self) -> io::Result<Vec<Row>> {
        if let Some(diag) = &self.diag {
            let found: io::Result<Vec<_>> =
                self.tcp.iter().map(|(local, remote)| diag.find(*local, *remote)).collect();
            if let Ok(found) = found {
                let mut rows = if self.udp { sockets::udp()? } else { Vec::new() };
                rows.extend(found.into_iter().flatten());
                return Ok(rows);
            }
            // Whoever does not answer once is not asked again.
            self.diag = None;
        }
        sockets::all()
    }

    /// Takes a new look: what of it is the lab's is known by `owner`, from the protocol, the local and the remote port.
    pub(super) fn update(
        &mut self,
        rows: Vec<Row>,
        owner: impl Fn(Transport, u16, u16) -> Option<&'static str>,
    ) -> Vec<EventKind> {
        let now: BTreeMap<String, (&'static str, Row)> = rows
            .into_iter()
            .filter(|row| row.local.ip().is_loopback())
            .filter_map(|row| {
                Some((key(&row), (owner(row.protocol, row.local.port(), row.remote.port())?, row)))
            })
            .collect();
        let mut changes = Vec::new();
        for (key, (node, row)) in &self.rows {
            if !now.contains_key(key) {
                changes.extend(state(key, node, Some(row), None));
                changes.push(table(key, node, None));
            }
        }
        for (key, (node, row)) in &now {
            let before = self.rows.get(key).map(|(_, row)| row);
            if before != Some(row) {
                changes.extend(state(key, node, before, Some(row)));
                changes.push(table(key, node, Some(row)));
            }
        }
        self.rows = now;
        changes
    }
}

/// `tcp 127.0.0.1:40000-127.0.0.1:8000`; a socket without another end has only its own address.
fn key(row: &Row) -> String {
    format!("{} {}", row.protocol.name(), pair(row))
}

fn pair(row: &Row) -> String {
    if row.remote.port() == 0 { row.local.to_string() } else { format!("{}-{}", row.local, row.remote) }
}

fn state(key: &str, node: &str, before: Option<&Row>, now: Option<&Row>) -> Option<EventKind> {
    const NONE: &str = "CLOSED";
    let row = now.or(before).filter(|row| row.protocol == Transport::Tcp)?;
    let (from, to) = (before.map_or(NONE, |row| row.state), now.map_or(NONE, |row| row.state));
    (from != to).then(|| {
        EventKind::State(StateChange {
            node: node.to_owned(),
            protocol: row.protocol.name().to_owned(),
            socket: key.strip_prefix("tcp ").unwrap_or(key).to_owned(),
            from: from.to_owned(),
            to: to.to_owned(),
            why: Text::new("lab.kernel-table", "seen in the kernel's socket table"),
            rfc: "kernel".to_owned(),
        })
    })
}

fn table(key: &str, node: &str, row: Option<&Row>) -> EventKind {
    let cell = |name: &str, value: String| Cell { name: name.to_owned(), value };
    let address = |address: SocketAddrV4| {
        if address.port() == 0 { format!("{}:*", address.ip()) } else { address.to_string() }
    };
    EventKind::Table(TableChange {
        node: node.to_owned(),
        table: "sockets".to_owned(),
        key: key.to_owned(),
        row: row.map(|row| {
            vec![
                cell("Proto", row.protocol.name().to_owned()),
                cell("Recv-Q", row.receive_queue.to_string()),
                cell("Send-Q", row.send_queue.to_string()),
                cell("Local Address", address(row.local)),
                cell("Foreign Address", address(row.remote)),
                cell("State", row.state.to_owned()),
            ]
        }),
        why: None,
    })
}

#[cfg(test)]
mod tests {
    use std::net::{SocketAddr, TcpListener, TcpStream};

    use super::*;

    #[test]
    fn where_the_kernel_refuses_to_be_asked_its_table_is_read() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let v4 = |address| {
            let SocketAddr::V4(address) = address else { unreachable!() };
            address
        };
        let server = v4(listener.local_addr().unwrap());
        let client = TcpStream::connect(server).unwrap();
        let local = v4(client.local_addr().unwrap());
        let mut seen = Vec::new();
        for diag in [Diag::open().ok(), Some(Diag::refused().unwrap()), None] {
            let mut tables = Tables { diag, ..Tables::default() };
            tables.track_tcp(server, None);
            tables.track_tcp(local, Some(server));
            let mut rows = tables.look().unwrap();
            rows.retain(|row| row.local == local || (row.local == server && row.remote.port() == 0));
            rows.sort_by_key(|row| row.state);
            assert_eq!(rows.iter().map(|row| row.state).collect::<Vec<_>>(), ["ESTABLISHED", "LISTEN"]);
            seen.push((rows, tables.diag.is_some()));
        }
        assert_eq!(seen[0].0, seen[1].0, "one cannot tell who said it");
        assert!(!seen[1].1, "it is not asked again");
    }

    fn row(local: &str, remote: &str, state: &'static str) -> Row {
        let (local, remote) = (local.parse().unwrap(), remote.parse().unwrap());
        Row { protocol: Transport::Tcp, local, remote, state, receive_queue: 0, send_queue: 0 }
    }

    #[test]
    fn rows_come_change_and_go_and_others_are_not_looked_at() {
        let owner = |protocol, local, _| (protocol == Transport::Tcp && local == 7).then_some("server");
        let mut tables = Tables::default();
        let states = |changes: &[EventKind]| -> Vec<String> {
            changes
                .iter()
                .filter_map(|kind| match kind {
                    EventKind::State(change) => {
                        Some(format!("{} {}>{}", change.socket, change.from, change.to))
                    }
                    _ => None,
                })
                .collect()
        };
        let listening = row("127.0.0.1:7", "0.0.0.0:0", "LISTEN");
        let foreign = row("127.0.0.1:8", "0.0.0.0:0", "LISTEN");
        // Its port has the same number, but it is one of UDP.
        let other = Row { protocol: Transport::Udp, ..listening.clone() };
        let changes = tables.update(vec![listening.clone(), foreign, other], owner);
        assert_eq!(states(&changes), ["127.0.0.1:7 CLOSED>LISTEN"]);
        assert_eq!(changes.len(), 2);
        assert!(tables.update(vec![listening], owner).is_empty());
        let there = row("127.0.0.1:7", "127.0.0.1:9", "TIME-WAIT");
        let changes = tables.update(vec![there], owner);
        assert_eq!(
            states(&changes),
            ["127.0.0.1:7 LISTEN>CLOSED", "127.0.0.1:7-127.0.0.1:9 CLOSED>TIME-WAIT"]
        );
    }
}
