//! `firsthop sim SCENARIO`: a simulation without a browser.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::PathBuf,
};

use clap::Args;
use firsthop_protocol::{
    sim::{Scenario, ScenarioError, Simulation, library},
    trace::{Event, EventKind, Fate, Printer, Time, pcapng},
};

use super::{
    exec::Exec,
    goals::{Goals, Outcome},
    usage::whole,
};

/// Run a simulated network and print what happens.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Sim {
    /// A scenario file, or the name of a scenario of the library
    #[arg(required_unless_present = "list")]
    scenario: Option<String>,

    /// The seed of all chance: the same scenario and seed give the same trace, byte for byte
    #[arg(long, default_value_t = 1, allow_negative_numbers = true, value_parser = whole(0..=u64::MAX))]
    seed: u64,

    /// Print one JSON object a line, an event each, instead of text
    #[arg(long)]
    json: bool,

    /// Write the frames to this file, for Wireshark and its like
    #[arg(long, value_name = "OUT")]
    pcapng: Option<PathBuf>,

    /// Print every row of every table and all that the machines' TCP says of its reasoning, too
    #[arg(long, conflicts_with = "json")]
    all: bool,

    /// Type a command at a machine's terminal, as on Linux, and print what the terminal shows instead of the trace; may be
    /// given several times, each waits for the one before
    #[arg(long, value_name = "HOST: COMMAND", conflicts_with_all = ["json", "all", "goals"])]
    exec: Vec<Exec>,

    /// Fail (exit status 1) if a goal of the scenario is not reached, or it has none
    #[arg(long)]
    goals: bool,

    /// List the scenarios of the library
    #[arg(long, conflicts_with_all = ["scenario", "json", "pcapng", "all", "source", "goals", "exec"])]
    list: bool,

    /// Print the scenario's file instead of running it: a beginning for one of your own
    #[arg(long, conflicts_with_all = ["json", "pcapng", "all", "goals", "exec"])]
    source: bool,
}

const EXAMPLES: &str = "\
Examples:
  firsthop sim --list
  firsthop sim lost-syn
  firsthop sim bulk-with-loss --seed 7 --pcapng bulk.pcapng
  firsthop sim arp --exec 'client: ping -c 3 server' --exec 'client: ip neigh'
  firsthop sim handshake --source > mine.toml
  firsthop sim mine.toml --goals
  firsthop sim mine.toml --json";

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
        error: Box<ScenarioError>,
    },
    /// The capture file cannot be written.
    #[error("cannot write {file}: {error}")]
    Pcapng {
        /// Which.
        file: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A goal is not reached, and it was asked for.
    #[error("{failed} of {all} goals are not reached")]
    Goals {
        /// How many there are.
        all: usize,
        /// How many are not reached.
        failed: usize,
    },
    /// Goals were asked for, and there are none.
    #[error("{0} has no [[goal]]")]
    NoGoals(String),
    /// A command ran on until the scenario's time was over.
    #[error(
        "`{line}` had not ended after {limit} s, the limit of the scenario: a count, as in `ping -c 3`, would end it"
    )]
    Unended {
        /// The command.
        line: String,
        /// Seconds.
        limit: u64,
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
        let text = text(name)?;
        if self.source {
            return Ok(out.write_all(text.as_bytes())?);
        }
        let wrong = |error| Error::Scenario { name: name.to_owned(), error: Box::new(error) };
        let scenario = Scenario::parse(&text).map_err(wrong)?;
        if self.goals && scenario.goals.is_empty() {
            return Err(Error::NoGoals(name.to_owned()));
        }
        let mut goals = Goals::new(&scenario);
        let mut capture = self.capture()?;
        if !self.exec.is_empty() {
            let mut simulation = Simulation::new(scenario, self.seed).map_err(wrong)?;
            return self.type_in(&mut simulation, capture, out);
        }
        let mut show = Show::new(self, &scenario, out);
        let mut simulation = Simulation::new(scenario, self.seed).map_err(wrong)?;
        // Events are shown as they come and then forgotten: a long run neither keeps silent nor fills the memory.
        let mut more = true;
        // When whoever read standard output has gone, the capture is to be whole all the same.
        while more && !(show.unread && capture.is_none()) {
            more = simulation.step();
            if more && simulation.trace().events().len() < BATCH {
                continue;
            }
            for event in simulation.take_trace().events() {
                if let (Some(capture), EventKind::Frame(frame)) = (&mut capture, &event.kind) {
                    capture.frame(event.time, frame).map_err(|error| self.not_written(error))?;
                }
                goals.feed(event);
                show.event(event)?;
            }
        }
        if let Some(capture) = capture {
            capture.finish().map_err(|error| self.not_written(error))?;
        }
        let outcome = goals.end(simulation.now());
        show.end(&outcome)?;
        match outcome.failed() {
            (all, failed) if self.goals && failed > 0 => Err(Error::Goals { all, failed }),
            _ => Ok(()),
        }
    }

    /// Types the commands, one after the other.
    fn type_in(
        &self,
        simulation: &mut Simulation,
        mut capture: Option<Capture>,
        out: &mut impl Write,
    ) -> Result<(), Error> {
        let mut keep = |simulation: &mut Simulation| -> Result<(), Error> {
            for event in simulation.take_trace().events() {
                if let (Some(capture), EventKind::Frame(frame)) = (&mut capture, &event.kind) {
                    capture.frame(event.time, frame).map_err(|error| self.not_written(error))?;
                }
            }
            Ok(())
        };
        let done = self.exec.iter().try_for_each(|exec| {
            let step = |simulation: &mut Simulation| {
                keep(simulation)?;
                Ok(simulation.step())
            };
            exec.run(simulation, step, out)
        });
        // What arrived is kept, whatever became of the commands.
        keep(simulation)?;
        if let Some(capture) = capture {
            capture.finish().map_err(|error| self.not_written(error))?;
        }
        done
    }

    /// The file for the frames, if one is wanted.
    fn capture(&self) -> Result<Option<Capture>, Error> {
        let Some(file) = &self.pcapng else { return Ok(None) };
        let open = File::create(file)
            .and_then(|file| pcapng::Writer::new(BufWriter::new(file), pcapng::Options::default()));
        open.map(Some).map_err(|error| self.not_written(error))
    }

    fn not_written(&self, error: io::Error) -> Error {
        Error::Pcapng { file: self.pcapng.clone().unwrap_or_default(), error }
    }
}

type Capture = pcapng::Writer<BufWriter<File>>;

/// So many events are shown at a time.
const BATCH: usize = 256;

/// Writes events down, for people or for programs.
struct Show<'o, W> {
    out: &'o mut W,
    json: bool,
    printer: Printer,
    /// What stands above the events.
    heading: String,
    tally: Tally,
    /// Nobody reads what is written.
    unread: bool,
}

/// What is said at the end.
#[derive(Default)]
struct Tally {
    frames: u64,
    lost: u64,
    dropped: u64,
    last: Time,
}

impl<'o, W: Write> Show<'o, W> {
    fn new(sim: &Sim, scenario: &Scenario, out: &'o mut W) -> Self {
        let lines = [&scenario.title, &scenario.about].map(|line| line.trim());
        let heading = lines.iter().filter(|line| !line.is_empty()).map(|line| format!("{line}\n")).collect();
        let (json, printer) = (sim.json, Printer::new(sim.all));
        Self { out, json, printer, heading, tally: Tally::default(), unread: false }
    }

    fn event(&mut self, event: &Event) -> Result<(), Error> {
        self.tally.count(event);
        if self.unread {
            return Ok(());
        }
        match self.write(event) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => self.unread = true,
            done => done?,
        }
        Ok(())
    }

    fn write(&mut self, event: &Event) -> io::Result<()> {
        if self.json {
            serde_json::to_writer(&mut *self.out, event)?;
            return self.out.write_all(b"\n");
        }
        let heading = std::mem::take(&mut self.heading);
        if !heading.is_empty() {
            writeln!(self.out, "{heading}")?;
        }
        self.printer.line(event).map_or(Ok(()), |line| writeln!(self.out, "{line}"))
    }

    fn end(self, goals: &Outcome) -> Result<(), Error> {
        if self.unread {
            return Err(Error::Write(io::ErrorKind::BrokenPipe.into()));
        }
        if self.json {
            return Ok(goals.json(self.out)?);
        }
        let Tally { frames, lost, dropped, last } = self.tally;
        writeln!(self.out, "\n{frames} frames in {last} s: {lost} lost, {dropped} dropped")?;
        Ok(goals.text(self.out)?)
    }
}

impl Tally {
    fn count(&mut self, event: &Event) {
        self.last = event.time;
        if let EventKind::Frame(frame) = &event.kind {
            self.frames += 1;
            self.lost += u64::from(matches!(frame.fate, Fate::Lost { .. }));
            self.dropped += u64::from(matches!(frame.fate, Fate::Dropped { .. }));
        }
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
        let scenario = Scenario::parse(text)
            .map_err(|error| Error::Scenario { name: (*name).to_owned(), error: Box::new(error) })?;
        writeln!(out, "{name:<22} {}", scenario.title)?;
    }
    Ok(())
}
