//! The program itself as a child process, as an operator starts it.

use std::{
    fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};

pub struct Process {
    child: Child,
    /// What it said before: a service and where that is.
    services: Vec<(String, String)>,
    /// Nobody reads it, but it stays open.
    _out: BufReader<ChildStdout>,
    /// Where the site is.
    pub address: SocketAddr,
}

impl Process {
    /// `firsthop serve`, with these arguments and nothing of our own environment's options.
    pub fn serve(args: &[&str]) -> Self {
        Self::serve_with(args, &[])
    }

    pub fn serve_with(args: &[&str], environment: &[(&str, &str)]) -> Self {
        Self::start(args, environment, Stdio::inherit())
    }

    /// Its log goes to `log`.
    pub fn serve_logging(args: &[&str], log: fs::File) -> Self {
        Self::start(args, &[], log.into())
    }

    fn start(args: &[&str], environment: &[(&str, &str)], log: Stdio) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_firsthop"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("FIRSTHOP_") {
                command.env_remove(name);
            }
        }
        command.arg("serve").args(args).envs(environment.iter().copied());
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut services = Vec::new();
        let address = loop {
            let mut line = String::new();
            assert_ne!(out.read_line(&mut line).unwrap(), 0, "it ended before it served: {:?}", child.wait());
            if let Some(address) = line.trim().strip_prefix("Firsthop: http://") {
                break address.parse().unwrap();
            }
            let (service, at) = line.trim().split_once(": ").unwrap();
            services.push((service.to_owned(), at.to_owned()));
        };
        Self { child, services, _out: out, address }
    }

    /// Where a service is.
    pub fn says(&self, service: &str) -> String {
        let said = self.services.iter().find(|(name, _)| name == service);
        said.unwrap_or_else(|| panic!("no {service} in {:?}", self.services)).1.clone()
    }

    /// Its file descriptors, as their links read: `socket:[1234]`.
    pub fn descriptors(&self) -> Vec<String> {
        let entries = fs::read_dir(format!("/proc/{}/fd", self.child.id())).unwrap().flatten();
        // One that is closed meanwhile has no link any more.
        entries.filter_map(|entry| Some(fs::read_link(entry.path()).ok()?.to_str()?.to_owned())).collect()
    }

    /// How many of them are AF_PACKET sockets.
    pub fn captures(&self) -> usize {
        let table = fs::read_to_string("/proc/net/packet").unwrap();
        let inodes = table.lines().skip(1).filter_map(|line| line.split_whitespace().last());
        let links: Vec<String> = inodes.map(|inode| format!("socket:[{inode}]")).collect();
        self.descriptors().iter().filter(|link| links.contains(link)).count()
    }

    /// Sends SIGTERM and waits.
    pub fn terminate(mut self) -> ExitStatus {
        kill_process(Pid::from_child(&self.child), Signal::TERM).unwrap();
        self.child.wait().unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
