//! UDP echo for ordinary clients: each datagram comes back with its number, counted for each client.
//!
//! An answer that would be longer than a datagram can be keeps its number and loses its end.

use std::{
    collections::HashMap,
    net::{IpAddr, SocketAddr},
    time::{Duration, Instant},
};

use tokio::net::UdpSocket;

/// Clients that are counted at once; when there are more, those silent longest begin at 1 again.
pub const MOST_CLIENTS: usize = 4096;
/// A client silent for so long begins at 1 again.
pub const FORGET: Duration = Duration::from_secs(300);

/// RFC 862's own port: what answers from there is another echo service, and two would talk for ever.
const ECHO: u16 = 7;

/// The most bytes that a datagram to this address carries: 65,535 less the headers, which in IPv6 do not count the
/// fixed one (RFC 768, RFC 791 §3.1, RFC 8200 §3).
const fn most_bytes(to: IpAddr) -> usize {
    match to.to_canonical() {
        IpAddr::V4(_) => 65_535 - 20 - 8,
        IpAddr::V6(_) => 65_535 - 8,
    }
}

/// The answer to a client's datagram; `None` where an answer could be answered again without end: what is as long as can
/// be and has a number already is the cut answer of a service like this one, and of any other it grows until it is.
fn answer(number: usize, bytes: &[u8], to: IpAddr) -> Option<Vec<u8>> {
    let most = most_bytes(to);
    if bytes.len() >= most && is_numbered(bytes) {
        return None;
    }
    let mut answer = reply(number, bytes);
    answer.truncate(most);
    Some(answer)
}

/// Whether it begins as [`reply`] does: `#12 `.
fn is_numbered(bytes: &[u8]) -> bool {
    let Some(rest) = bytes.strip_prefix(b"#") else { return false };
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    digits > 0 && rest.get(digits) == Some(&b' ')
}

/// Echoes until `shutdown` is there.
pub async fn serve(socket: UdpSocket, shutdown: impl Future<Output = ()>) {
    let own_port = socket.local_addr().map_or(ECHO, |address| address.port());
    let mut clients = Clients::default();
    let mut buffer = vec![0; 65_536];
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let (length, from) = tokio::select! {
            () = &mut shutdown => return,
            received = socket.recv_from(&mut buffer) => match received {
                Ok(received) => received,
                // An earlier answer met a closed port; that is no trouble of this socket.
                Err(error) => {
                    tracing::debug!(%error, "UDP echo");
                    tokio::time::sleep(Duration::from_millis(1)).await;
                    continue;
                }
            },
        };
        if [ECHO, own_port].contains(&from.port()) {
            continue;
        }
        let number = clients.next(from, Instant::now());
        let Some(answer) = answer(number, buffer.get(..length).unwrap_or_default(), from.ip()) else {
            continue;
        };
        // An answer that finds no way is lost, as UDP may.
        if let Err(error) = socket.send_to(&answer, from).await {
            tracing::debug!(%error, %from, "UDP echo");
        }
    }
}

/// `#1 hello`: the echo carries its number, so that one sees which are missing. The number
/// is ASCII, which every encoding a learner can choose has as it is.
pub fn reply(number: usize, bytes: &[u8]) -> Vec<u8> {
    let mut reply = format!("#{number} ").into_bytes();
    reply.extend_from_slice(bytes);
    reply
}

/// How many datagrams each client has sent.
#[derive(Debug, Default)]
struct Clients {
    counts: HashMap<SocketAddr, (usize, Instant)>,
}

impl Clients {
    fn next(&mut self, client: SocketAddr, now: Instant) -> usize {
        if self.counts.len() >= MOST_CLIENTS && !self.counts.contains_key(&client) {
            // Half of them go, so that this is seldom.
            let mut seen: Vec<Instant> = self.counts.values().map(|(_, seen)| *seen).collect();
            seen.sort_unstable();
            let middle = seen.get(seen.len() / 2).copied().unwrap_or(now);
            self.counts.retain(|_, (_, seen)| *seen > middle);
        }
        let (count, seen) = self.counts.entry(client).or_insert((0, now));
        if now.saturating_duration_since(*seen) > FORGET {
            *count = 0;
        }
        *seen = now;
        *count = count.saturating_add(1);
        *count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_echoes_that_are_made_to_talk_come_to_an_end() {
        for to in [IpAddr::from([127, 0, 0, 1]), IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1])] {
            let mut said = vec![b'x'; 65_000];
            let rounds = (1..10_000).find(|number| match answer(*number, &said, to) {
                Some(answer) => {
                    assert!(answer.len() <= most_bytes(to));
                    said = answer;
                    false
                }
                None => true,
            });
            assert!(rounds.is_some());
        }
    }

    #[test]
    fn clients_are_counted_apart_and_never_too_many() {
        let mut clients = Clients::default();
        let start = Instant::now();
        let client = |n: u16| SocketAddr::from(([127, 0, 0, 1], n));
        assert_eq!((1..=3).map(|_| clients.next(client(1), start)).last(), Some(3));
        assert_eq!(clients.next(client(2), start), 1);
        assert_eq!(clients.next(client(1), start + FORGET + Duration::from_secs(1)), 1);
        for n in 0..u16::MAX {
            clients.next(client(n), start + Duration::from_micros(n.into()));
        }
        assert!(clients.counts.len() <= MOST_CLIENTS);
    }
}
