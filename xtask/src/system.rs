//! Programs that come with the system's packages: the browser, and the oracles the tests compare against.

use anyhow::{Result, bail};

use crate::shell::{command, on_path, run, step};

/// A program and the Debian package that has it.
type Program = (&'static str, &'static str);

/// What the integration tests compare against.
pub const ORACLES: [Program; 20] = [
    ("tshark", "tshark"),
    ("curl", "curl"),
    ("tftp", "tftp-hpa"),
    ("atftp", "atftp"),
    ("python3", "python3"),
    ("setpriv", "util-linux"),
    ("ip", "iproute2"),
    ("sysctl", "procps"),
    ("vtysh", "frr"),
    ("nft", "nftables"),
    ("ethtool", "ethtool"),
    ("ifconfig", "net-tools"),
    ("ping", "iputils-ping"),
    ("traceroute", "traceroute"),
    ("dig", "bind9-dnsutils"),
    ("dnsmasq", "dnsmasq-base"),
    ("dhclient", "isc-dhcp-client"),
    ("busybox", "busybox"),
    ("named", "bind9"),
    ("nsd", "nsd"),
];

/// What the browser tests drive.
pub const BROWSER: [Program; 2] = [("chromium", "chromium"), ("chromedriver", "chromium-driver")];

/// What gets axe-core from npm.
pub const NODE: [Program; 2] = [("node", "nodejs"), ("npm", "npm")];

/// What the measurements compare against.
pub const PEERS: [Program; 2] = [("tshark", "tshark"), ("in.tftpd", "tftpd-hpa")];

/// Makes sure that the programs are there: installs the missing ones as root, otherwise says what to install.
pub fn need(programs: &[Program]) -> Result<()> {
    let missing: Vec<&str> = programs
        .iter()
        .filter(|(program, _)| on_path(program).is_none())
        .map(|(_, package)| *package)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.join(" ");
    if !rustix::process::geteuid().is_root() || on_path("apt-get").is_none() {
        bail!("not installed: {list}; on Debian or Ubuntu: sudo apt-get install {list}");
    }
    step(&format!("Installing {list} from the system's packages"));
    run(command("apt-get").args(["update", "-q"]))?;
    run(command("apt-get")
        .args(["install", "--yes", "--no-install-recommends", "-q"])
        .args(&missing)
        .env("DEBIAN_FRONTEND", "noninteractive"))
}
