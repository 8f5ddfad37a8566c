//! `firsthop sim SCENARIO`: a simulation without a browser.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::PathBuf,
};

use clap::Args;
use firsthop_protocol::{
    sim::{Scenario, ScenarioError, Simulation, library},
    trace::{Printer, Trace, pcapng},
};

/// Run a simulated network and print what happens.
#[derive(Debug, Args)]
pub struct Sim {
    /// A scenario file, or the name of a scenario of the library
    #[arg(required_unless_present = "list")]
    scenario: Option<String>,

    /// The seed of all chance: the same scenario and seed give the same trace, byte for byte
    #[arg(long, default_value_t = 1)]
    seed: u64,

    /// Print one JSON object a line, an event each, instead of text
    #[arg(long)]
    json: bool,

    /// Write the frames to this file, for Wireshark and its like
    #[arg(long, value_name = "OUT")]
    pcapng: Option<PathBuf>,

    /// Print every table row and remark, too
    #[arg(long, conflicts_with = "json")]
    all: bool,

    /// List the scenarios of the library
    #[arg(long, conflicts_with_all = ["scenario", "json", "pcapng", "all"])]
    list: bool,
}

/// Why a simulation could not be run or shown.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Neither a file nor in the library.
    #[error("{name}: {error}; nor is it in the library: {known}")]
    NotFound {
        /// What was asked for.
        name: String,
        /// Why it could not be read as a file.
        error: io::Error,
        /// What the library has.
        known: String,
    },
    /// The scenario is wrong.
    #[error("{name}: {error}")]
    Scenario {
        /// Which.
        name: String,
        /// What is wrong with it.
        error: ScenarioError,
    },
    /// The capture file cannot be written.
    #[error("cannot write {file}: {error}")]
    Pcapng {
        /// Which.
        file: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// Standard output does not take what is written.
    #[error("cannot write")]
    Write(#[from] io::Error),
}

impl Sim {
    /// Runs the simulation and prints its trace.
    pub fn run(&self) -> Result<(), Error> {
        let mut out = BufWriter::new(io::stdout().lock());
        let done = match &self.scenario {
            Some(name) => self.simulate(name, &mut out),
            None => list(&mut out),
        };
        done.and(out.flush().map_err(Error::Write))
    }

    fn simulate(&self, name: &str, out: &mut impl Write) -> Result<(), Error> {
        let wrong = |error| Error::Scenario { name: name.to_owned(), error };
        let scenario = Scenario::parse(&text(name)?).map_err(wrong)?;
        let mut simulation = Simulation::new(scenario, self.seed).map_err(wrong)?;
        simulation.run();
        let trace = simulation.into_trace();
        // The file first: whoever reads standard output may leave early.
        if let Some(file) = &self.pcapng {
            let write =
                |file| pcapng::write_to(BufWriter::new(file), trace.events(), &pcapng::Options::default());
            File::create(file)
                .and_then(write)
                .map_err(|error| Error::Pcapng { file: file.clone(), error })?;
        }
        if self.json {
            json(&trace, out)?;
        } else {
            words(&trace, self.all, out)?;
        }
        Ok(())
    }
}

/// The text of a file, or else of a scenario of the library.
fn text(name: &str) -> Result<String, Error> {
    let error = match fs::read_to_string(name) {
        Ok(text) => return Ok(text),
        Err(error) => error,
    };
    match library::ALL.iter().find(|(known, _)| *known == name) {
        Some((_, text)) if error.kind() == io::ErrorKind::NotFound => Ok((*text).to_owned()),
        _ => {
            let known: Vec<&str> = library::ALL.iter().map(|(name, _)| *name).collect();
            Err(Error::NotFound { name: name.to_owned(), error, known: known.join(", ") })
        }
    }
}

fn list(out: &mut impl Write) -> Result<(), Error> {
    for (name, text) in library::ALL {
        let scenario =
            Scenario::parse(text).map_err(|error| Error::Scenario { name: (*name).to_owned(), error })?;
        writeln!(out, "{name:<22} {}", scenario.title)?;
    }
    Ok(())
}

fn json(trace: &Trace, out: &mut impl Write) -> io::Result<()> {
    for event in trace.events() {
        serde_json::to_writer(&mut *out, event)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

fn words(trace: &Trace, all: bool, out: &mut impl Write) -> io::Result<()> {
    let mut printer = Printer::new(all);
    for event in trace.events() {
        if let Some(line) = printer.line(event) {
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}
