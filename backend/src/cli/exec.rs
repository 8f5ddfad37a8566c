//! `firsthop sim SCENARIO --exec 'HOST: COMMAND'`: lines typed at the terminals of simulated machines.

use std::{io::Write, str::FromStr};

use firsthop_protocol::sim::{Action, Host, Simulation, Verb};

use super::sim::Error;

/// A line and the machine at whose terminal it is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exec {
    host: String,
    line: String,
}

/// Not a machine and a line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a machine, a colon and a command would be right: `client: ping -c 3 server`")]
pub struct ExecError;

impl FromStr for Exec {
    type Err = ExecError;

    fn from_str(text: &str) -> Result<Self, ExecError> {
        let (host, line) = text.split_once(':').ok_or(ExecError)?;
        let (host, line) = (host.trim().to_owned(), line.trim().to_owned());
        if host.is_empty() || line.is_empty() { Err(ExecError) } else { Ok(Self { host, line }) }
    }
}

impl Exec {
    /// Types the line, lets the time pass until the command has ended, and writes what is printed meanwhile. `step` takes a
    /// step, and says whether there was one.
    pub fn run(
        &self,
        simulation: &mut Simulation,
        mut step: impl FnMut(&mut Simulation) -> Result<bool, Error>,
        out: &mut impl Write,
    ) -> Result<(), Error> {
        let verb = Verb::Command { line: self.line.clone() };
        let action = Action { host: Some(self.host.clone()), socket: None, link: None, verb };
        let mut shown = simulation.host(&self.host).map_or(0, |host| host.terminal().len());
        let wrong = |error| Error::Scenario {
            name: format!("--exec '{}: {}'", self.host, self.line),
            error: Box::new(error),
        };
        simulation.apply(action).map_err(wrong)?;
        loop {
            let Some(terminal) = simulation.host(&self.host).map(Host::terminal) else {
                return Ok(());
            };
            for printed in terminal.lines(shown) {
                let prompt = if printed.typed { format!("{}:~# ", self.host) } else { String::new() };
                writeln!(out, "{prompt}{}", printed.line)?;
            }
            out.flush()?;
            shown = terminal.len();
            if !terminal.is_busy() {
                return Ok(());
            }
            if !step(simulation)? {
                let line = self.line.clone();
                return Err(Error::Unended { line, limit: simulation.scenario().limit_ms / 1000 });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_a_colon_and_a_command() {
        let exec: Exec = "client: ping -c 1 server:80".parse().unwrap();
        assert_eq!((exec.host.as_str(), exec.line.as_str()), ("client", "ping -c 1 server:80"));
        for wrong in ["", "ping", ": ping", "client:", "client: "] {
            assert_eq!(wrong.parse::<Exec>(), Err(ExecError), "{wrong}");
        }
    }
}
