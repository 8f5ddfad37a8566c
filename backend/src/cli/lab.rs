//! `firsthop lab NAME …`: a lab without a browser.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::PathBuf,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand, ValueEnum};
use firsthop_protocol::{
    api::{Direction, Encoding, Lab, Side},
    trace::{Event, EventKind, Trace, pcapng},
};

use crate::labs::{self, Cancel};

/// What `lab` may be told.
#[derive(Debug, Args)]
pub struct LabCommand {
    #[command(subcommand)]
    lab: Name,

    /// Print one JSON object a line, an event each, instead of text
    #[arg(long, global = true)]
    json: bool,

    /// Write the captured frames to this file, for Wireshark and its like
    #[arg(long, global = true, value_name = "OUT")]
    pcapng: Option<PathBuf>,

    /// End the run after so many seconds
    #[arg(long, global = true, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3600))]
    seconds: u64,
}

#[derive(Debug, Subcommand)]
enum Name {
    /// Send datagrams to a UDP echo server, which numbers its replies
    UdpEcho {
        /// The texts to send, a datagram each
        #[arg(required = true)]
        messages: Vec<String>,
        /// How text becomes bytes
        #[arg(long, value_enum, default_value_t)]
        encoding: EncodingName,
    },
    /// Transfer a file by TFTP, to or from this program's own server
    Tftp {
        /// Send the file to the server instead of fetching it
        #[arg(long)]
        upload: bool,
        /// Bytes in the file
        #[arg(long, value_name = "BYTES", default_value_t = 2000)]
        size: u32,
        /// Ask for blocks of so many bytes (RFC 2348) [default: 512, without asking]
        #[arg(long, value_name = "BYTES")]
        blksize: Option<u16>,
        /// Ask for windows of so many blocks (RFC 7440) [default: 1, without asking]
        #[arg(long, value_name = "BLOCKS")]
        windowsize: Option<u16>,
        /// Ask for the file's size, or announce it (RFC 2349)
        #[arg(long)]
        tsize: bool,
    },
    /// Open a TCP connection, have a message echoed, close
    Tcp {
        /// What the client sends
        #[arg(long, default_value = "hello")]
        message: String,
        /// Who closes first
        #[arg(long, value_enum, default_value_t)]
        first_close: SideName,
    },
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum EncodingName {
    #[default]
    Utf8,
    Gb2312,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum SideName {
    #[default]
    Client,
    Server,
}

impl LabCommand {
    /// Runs the lab and prints its trace while it happens.
    pub fn run(self) -> Result<()> {
        let lab = self.lab.into();
        let mut trace = Trace::new();
        let mut printed = Ok(());
        let cancel = Cancel::after(Duration::from_secs(self.seconds))?;
        let report = labs::run(&lab, &cancel, |events| {
            printed = print(&events, self.json);
            trace.extend(events);
            printed.is_ok()
        });
        printed?;
        if let Some(path) = &self.pcapng {
            let options = pcapng::Options { epoch_micros: report.epoch_micros };
            let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
            pcapng::write_to(BufWriter::new(file), trace.events(), &options)
                .with_context(|| format!("cannot write {}", path.display()))?;
        }
        if let Err(why) = report.outcome {
            bail!("{why}");
        }
        Ok(())
    }
}

impl From<Name> for Lab {
    fn from(name: Name) -> Self {
        match name {
            Name::UdpEcho { messages, encoding } => Self::UdpEcho {
                messages,
                encoding: match encoding {
                    EncodingName::Utf8 => Encoding::Utf8,
                    EncodingName::Gb2312 => Encoding::Gb2312,
                },
            },
            Name::Tftp { upload, size, blksize, windowsize, tsize } => Self::Tftp {
                direction: if upload { Direction::Upload } else { Direction::Download },
                size,
                blksize,
                windowsize,
                tsize,
            },
            Name::Tcp { message, first_close } => Self::Tcp {
                message,
                first_close: match first_close {
                    SideName::Client => Side::Client,
                    SideName::Server => Side::Server,
                },
            },
        }
    }
}

fn print(events: &[Event], json: bool) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    for event in events {
        if json {
            serde_json::to_writer(&mut out, event)?;
            writeln!(out)?;
        } else {
            line(&mut out, event)?;
        }
    }
    out.flush()
}

/// An event for human eyes.
fn line(out: &mut impl Write, event: &Event) -> io::Result<()> {
    let time = event.time;
    match &event.kind {
        EventKind::Frame(frame) => {
            writeln!(out, "{time}  frame  {} → {}  {} bytes", frame.from, frame.to, frame.bytes.len())
        }
        EventKind::Call(call) => {
            let args: Vec<String> = call.args.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let result = match &call.result {
                Ok(value) => value.clone(),
                Err(error) => format!("-1 {} ({})", error.errno, error.message),
            };
            writeln!(out, "{time}  {}  {}({}) = {result}", call.node, call.name, args.join(", "))
        }
        EventKind::State(change) => {
            writeln!(out, "{time}  {}  {}  {} → {}", change.node, change.socket, change.from, change.to)
        }
        EventKind::Note { text, .. } => writeln!(out, "{time}  note   {text}"),
        // The rows repeat what the states say; they are in the JSON.
        EventKind::Table(_) => Ok(()),
    }
}
