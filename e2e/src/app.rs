//! A server on a port of its own, ended with the test.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result};

use crate::Setup;

/// A running `firsthop serve`.
#[derive(Debug)]
pub struct App {
    child: Child,
    url: String,
}

impl App {
    /// Starts the server and waits until it says where it listens.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start(setup: &Setup) -> Result<Self> {
        Self::start_at(setup, "127.0.0.1:0")
    }

    /// The same where one was before: `127.0.0.1:40000`.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start_at(setup: &Setup, address: &str) -> Result<Self> {
        let mut child = Command::new(&setup.firsthop)
            .args(["serve", "--listen", address, "--dist"])
            .arg(&setup.dist)
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", setup.firsthop.display()))?;
        let stdout = child.stdout.take().context("no standard output")?;
        let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
        let url = lines
            .find_map(|line| {
                line.find("http://").and_then(|at| line.get(at..)).map(|url| url.trim().to_owned())
            })
            .context("the server ended without saying where it listens")?;
        // The rest must be read, or the server would one day wait for room in the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(Self { child, url: url.trim_end_matches('/').to_owned() })
    }

    /// Where it listens, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for App {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
