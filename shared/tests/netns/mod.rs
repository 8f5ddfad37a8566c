//! Network namespaces: a kernel's own network stack for each machine of a test.

use std::{
    fs::File,
    os::fd::AsFd,
    process::{Command, Output},
};

/// Whether namespaces can be made here; says why not, and fails in CI.
pub fn possible(programs: &[&str]) -> bool {
    let missing = |program: &&&str| Command::new(program).arg("--version").output().is_err();
    let why = if !rustix::process::geteuid().is_root() {
        "network namespaces need root".to_owned()
    } else if let Some(program) = programs.iter().find(missing) {
        format!("{program} is not there")
    } else {
        let probe = Command::new("ip").args(["netns", "list"]).output();
        match probe {
            Ok(output) if output.status.success() => return true,
            Ok(output) => String::from_utf8_lossy(&output.stderr).into_owned(),
            Err(error) => format!("ip: {error}"),
        }
    };
    assert!(std::env::var_os("CI").is_none(), "{why}");
    eprintln!("SKIPPED: {why}");
    false
}

/// A namespace, which goes when this goes.
pub struct Namespace {
    pub name: String,
}

impl Namespace {
    pub fn new(label: &str) -> Self {
        let name = format!("firsthop-{}-{label}", std::process::id());
        run("ip", &["netns", "add", &name]);
        let made = Self { name };
        made.run("ip", &["link", "set", "lo", "up"]);
        // No neighbour discovery among the packets that are compared.
        made.run(
            "sysctl",
            &["-qw", "net.ipv6.conf.all.disable_ipv6=1", "net.ipv6.conf.default.disable_ipv6=1"],
        );
        made
    }

    /// Runs a program inside, which must succeed; what it printed.
    pub fn run(&self, program: &str, args: &[&str]) -> String {
        run("ip", &[&["netns", "exec", &self.name, program], args].concat())
    }

    /// A cable from an interface here to one of another namespace.
    pub fn cable(&self, here: &str, other: &Self, there: &str) {
        self.run("ip", &["link", "add", here, "type", "veth", "peer", "name", there, "netns", &other.name]);
        self.run("ip", &["link", "set", here, "up"]);
        other.run("ip", &["link", "set", there, "up"]);
    }

    /// Opens something inside: a socket stays in the namespace in which it was made.
    pub fn open<T>(&self, open: impl FnOnce() -> T) -> T {
        let enter = |namespace: &File| {
            let network = Some(rustix::thread::LinkNameSpaceType::Network);
            rustix::thread::move_into_link_name_space(namespace.as_fd(), network).unwrap();
        };
        let outside = File::open("/proc/thread-self/ns/net").unwrap();
        enter(&File::open(format!("/run/netns/{}", self.name)).unwrap());
        let opened = open();
        enter(&outside);
        opened
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        Command::new("ip").args(["netns", "del", &self.name]).output().ok();
    }
}

fn run(program: &str, args: &[&str]) -> String {
    let output: Output = Command::new(program).args(args).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{program} {}: {said}{}",
        args.join(" "),
        String::from_utf8_lossy(&output.stderr)
    );
    said
}
