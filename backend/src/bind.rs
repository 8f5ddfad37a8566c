//! Why an address cannot be had, and what to do about it.

use std::{
    fmt::{self, Display},
    fs, io,
    net::SocketAddr,
    os::unix::ffi::OsStrExt,
    path::Path,
};

/// A port below this one needs a right of its own: ip(7), `ip_unprivileged_port_start`.
const FIRST_FREE_PORT: u16 = 1024;

/// An address that cannot be had. Says in one line who has it, as far as that can be seen, and what helps.
#[derive(Debug, thiserror::Error)]
#[error("cannot keep {service} open at {address}: {why}")]
pub struct Refused {
    service: &'static str,
    address: SocketAddr,
    why: Why,
}

#[derive(Debug)]
enum Why {
    /// Somebody has it; who, if we may know.
    Taken {
        by: Option<Program>,
        option: &'static str,
    },
    NoRight,
    NotHere,
    Other(io::Error),
}

#[derive(Debug)]
struct Program {
    pid: u32,
    name: String,
}

/// What wants an address: its name, its option, and the kernel's tables in which another may have that address.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// What it is called.
    pub service: &'static str,
    /// The option that says where.
    pub option: &'static str,
    /// Whether it is UDP; TCP otherwise.
    pub udp: bool,
}

impl Wanted {
    /// Says why `address` was not to be had.
    pub fn refused(self, address: SocketAddr, error: io::Error) -> Refused {
        let why = match error.kind() {
            io::ErrorKind::AddrInUse => {
                Why::Taken { by: holder(self.udp, address.port()), option: self.option }
            }
            io::ErrorKind::PermissionDenied if address.port() < FIRST_FREE_PORT => Why::NoRight,
            io::ErrorKind::AddrNotAvailable => Why::NotHere,
            _ => Why::Other(error),
        };
        Refused { service: self.service, address, why }
    }
}

impl Display for Why {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Taken { by, option } => {
                match by {
                    Some(Program { pid, name }) => write!(out, "{name} (process {pid}) has this port")?,
                    None => out.write_str("another program has this port")?,
                }
                write!(out, "; end it, or take another port by {option} (port 0 takes a free one)")
            }
            Self::NoRight => write!(
                out,
                "ports below {FIRST_FREE_PORT} need the right CAP_NET_BIND_SERVICE: take a higher one, run it as root, or \
                 give the binary the right: setcap cap_net_raw,cap_net_bind_service+ep firsthop"
            ),
            Self::NotHere => {
                write!(out, "this machine has no such address; 127.0.0.1 and 0.0.0.0 there always are")
            }
            Self::Other(error) => error.fmt(out),
        }
    }
}

/// The program that has a port, if we may know.
fn holder(udp: bool, port: u16) -> Option<Program> {
    let tables = if udp { ["/proc/net/udp", "/proc/net/udp6"] } else { ["/proc/net/tcp", "/proc/net/tcp6"] };
    let tables: Vec<String> = tables.iter().filter_map(|table| fs::read_to_string(table).ok()).collect();
    let inodes = tables.iter().flat_map(|table| table.lines()).filter_map(|line| inode(line, udp, port));
    let links: Vec<String> = inodes.map(|inode| format!("socket:[{inode}]")).collect();
    let processes = fs::read_dir("/proc").ok()?;
    processes.flatten().find_map(|process| {
        let pid = process.file_name().to_str()?.parse().ok()?;
        let descriptors = fs::read_dir(process.path().join("fd")).ok()?;
        let is_one =
            |target: &Path| links.iter().any(|link| target.as_os_str().as_bytes() == link.as_bytes());
        descriptors.flatten().find(|one| fs::read_link(one.path()).is_ok_and(|target| is_one(&target)))?;
        let name = fs::read_to_string(process.path().join("comm")).ok()?;
        Some(Program { pid, name: name.trim_end().to_owned() })
    })
}

/// The inode of what listens at `port`: `sl local_address rem_address st queues timer retrnsmt uid timeout inode`.
fn inode(line: &str, udp: bool, port: u16) -> Option<&str> {
    const LISTEN: &str = "0A";
    let mut words = line.split_whitespace();
    let (_, local) = words.nth(1)?.rsplit_once(':')?;
    let state = words.nth(1)?;
    let inode = words.nth(5)?;
    (u16::from_str_radix(local, 16) == Ok(port) && (udp || state == LISTEN)).then_some(inode)
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, UdpSocket};

    use super::*;

    #[test]
    fn whoever_has_the_port_is_named_and_what_helps_is_said() {
        let tcp = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let held = TcpListener::bind(tcp).unwrap();
        let wanted = Wanted { service: "the site", option: "--listen", udp: false };
        let text = wanted.refused(tcp, TcpListener::bind(tcp).unwrap_err()).to_string();
        let me = format!("(process {}) has this port", std::process::id());
        assert!(text.starts_with(&format!("cannot keep the site open at {tcp}: ")), "{text}");
        assert!(text.contains(&me) && text.contains("another port by --listen"), "{text}");
        drop(held);

        let held = UdpSocket::bind("127.0.0.1:0").unwrap();
        let udp = held.local_addr().unwrap();
        let wanted = Wanted { service: "TFTP", option: "--tftp", udp: true };
        let text = wanted.refused(udp, UdpSocket::bind(udp).unwrap_err()).to_string();
        assert!(text.contains(&me), "{text}");
        let foreign = "203.0.113.1:69".parse().unwrap();
        let text = wanted.refused(foreign, UdpSocket::bind(foreign).unwrap_err()).to_string();
        assert!(text.ends_with("127.0.0.1 and 0.0.0.0 there always are"), "{text}");
    }
}
