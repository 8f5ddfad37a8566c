//! `firsthop lab NAME …`: a lab without a browser.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use clap::{
    Args, Subcommand, ValueEnum,
    builder::{PossibleValuesParser, TypedValueParser},
};
use firsthop_protocol::{
    api::{Direction, Encoding, Ending, Exchange, Lab, Loss, Opening},
    tftp::BLKSIZE_MAX,
    trace::{Event, EventKind, Printer, Trace, pcapng},
};

use super::{Senseless, usage::whole};
use crate::labs::{self, Cancel, limits::WINDOW};

/// What `lab` may be told.
#[derive(Debug, Args)]
#[command(
    subcommand_value_name = "NAME",
    subcommand_help_heading = "Labs",
    after_help = "Frames are captured if the program has the right CAP_NET_RAW; the lab runs without it, too, and says so."
)]
pub struct LabCommand {
    #[command(subcommand)]
    lab: Name,

    /// Print one JSON object a line, an event each, instead of text
    #[arg(long, global = true, help_heading = EVERY_LAB)]
    json: bool,

    /// Print every row of the kernel's socket table as it changes, too
    #[arg(long, global = true, help_heading = EVERY_LAB, conflicts_with = "json")]
    all: bool,

    /// Write the captured frames to this file, for Wireshark and its like
    #[arg(long, global = true, help_heading = EVERY_LAB, value_name = "OUT")]
    pcapng: Option<PathBuf>,

    /// End the run after so many seconds
    #[arg(long, global = true, help_heading = EVERY_LAB, value_name = "SECONDS", default_value_t = 30, allow_negative_numbers = true, value_parser = whole(1..=3600_u64))]
    seconds: u64,
}

const EVERY_LAB: &str = "Options of every lab";

#[derive(Debug, Subcommand)]
enum Name {
    /// Send datagrams to a UDP echo server, which numbers its replies
    UdpEcho {
        /// The texts to send, a datagram each
        #[arg(required = true, value_name = "TEXT")]
        messages: Vec<String>,
        /// How text becomes bytes
        #[arg(long, value_name = "NAME", value_enum, default_value_t)]
        encoding: EncodingName,
    },
    /// Transfer a file by TFTP, to or from this program's own server
    Tftp {
        /// Send the file to the server instead of fetching it
        #[arg(long)]
        upload: bool,
        /// Bytes in the file
        #[arg(long, value_name = "BYTES", default_value_t = 2000, allow_negative_numbers = true, value_parser = whole(0..=u32::MAX))]
        size: u32,
        /// Ask for blocks of so many bytes (RFC 2348) [default: 512, without asking]
        #[arg(long, value_name = "BYTES", allow_negative_numbers = true, value_parser = whole(8..=BLKSIZE_MAX))]
        blksize: Option<u16>,
        /// Ask for windows of so many blocks (RFC 7440) [default: 1, without asking]
        #[arg(long, value_name = "BLOCKS", allow_negative_numbers = true, value_parser = whole(1..=WINDOW))]
        windowsize: Option<u16>,
        /// Ask for the file's size, or announce it (RFC 2349)
        #[arg(long)]
        tsize: bool,
    },
    /// Open a TCP connection, send and answer, close; lose a segment of it on the way
    Tcp {
        /// What the client sends
        #[arg(long, value_name = "TEXT", default_value = "hello")]
        message: String,
        /// The server answers so many bytes [default: it sends the message back]
        #[arg(long, value_name = "BYTES", allow_negative_numbers = true, value_parser = whole(0..=u32::MAX))]
        answer: Option<u32>,
        /// Who connects, and whether anybody listens
        #[arg(long, value_name = "HOW", default_value = Opening::default().name(), value_parser = one_of(Opening::ALL, Opening::name))]
        opening: Opening,
        /// Who closes first: one side, both at once, the client but for reading on (half), nobody (open); or the client
        /// resets the connection (abort)
        #[arg(long, visible_alias = "first-close", value_name = "HOW", default_value = Ending::default().name(), value_parser = one_of(Ending::ALL, Ending::name))]
        ending: Ending,
        /// Which segment is lost, once
        #[arg(long, value_name = "SEGMENT", default_value = Loss::default().name(), value_parser = one_of(Loss::ALL, Loss::name))]
        lose: Loss,
    },
    /// Ask this program's own HTTP server for a file, or send it a request of your own
    Http {
        /// The file's path
        #[arg(default_value = "/")]
        path: String,
        /// Send this file byte for byte instead, be it a request or not; `-` is standard input
        #[arg(long, value_name = "FILE", conflicts_with = "path")]
        request: Option<PathBuf>,
    },
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum EncodingName {
    #[default]
    Utf8,
    Gb2312,
}

/// Takes the name of one of these.
fn one_of<T: Copy + Send + Sync + 'static>(
    all: &'static [T],
    name: fn(T) -> &'static str,
) -> impl TypedValueParser<Value = T> {
    let find = move |given: String| all.iter().copied().find(|value| name(*value) == given).ok_or("unknown");
    PossibleValuesParser::new(all.iter().map(|value| name(*value))).try_map(find)
}

impl LabCommand {
    /// Runs the lab and prints its trace while it happens.
    pub fn run(self) -> Result<()> {
        let lab = self.lab.into_lab()?;
        labs::check(&lab).map_err(|why| Senseless(why.to_string()))?;
        // Before the run: whoever cannot keep the frames need not make them.
        let cannot = |path: &Path| format!("cannot write {}", path.display());
        let open = |path| File::create(path).with_context(|| cannot(path)).map(|file| (path, file));
        let file = self.pcapng.as_deref().map(open).transpose()?;
        let mut trace = Trace::new();
        let mut show = Show { json: self.json, all: self.all, printer: Printer::new(true) };
        let mut printed = Ok(());
        let cancel = Cancel::after(Duration::from_secs(self.seconds))?;
        let report = labs::run(&lab, &cancel, |events| {
            printed = show.print(&events).context("cannot print");
            trace.extend(events);
            printed.is_ok()
        });
        if let Some((path, file)) = file {
            let options = pcapng::Options { epoch_micros: report.epoch_micros };
            pcapng::write_to(BufWriter::new(file), trace.events(), &options).with_context(|| cannot(path))?;
            if !trace.events().iter().any(|event| matches!(event.kind, EventKind::Frame(_))) {
                eprintln!("firsthop: {} has no frames: none were captured", path.display());
            }
        }
        printed?;
        if let Err(why) = report.outcome {
            bail!("{why}");
        }
        Ok(())
    }
}

impl Name {
    /// What the server is asked to run.
    fn into_lab(self) -> Result<Lab> {
        Ok(match self {
            Self::UdpEcho { messages, encoding } => Lab::UdpEcho {
                messages,
                encoding: match encoding {
                    EncodingName::Utf8 => Encoding::Utf8,
                    EncodingName::Gb2312 => Encoding::Gb2312,
                },
            },
            Self::Tftp { upload, size, blksize, windowsize, tsize } => Lab::Tftp {
                direction: if upload { Direction::Upload } else { Direction::Download },
                size,
                blksize,
                windowsize,
                tsize,
            },
            Self::Tcp { message, answer, opening, ending, lose } => {
                Lab::Tcp(Exchange { message, answer, opening, ending, loss: lose })
            }
            Self::Http { request: Some(file), .. } => Lab::Http { request: read(&file)? },
            Self::Http { path, request: None } => Lab::Http {
                request: format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"),
            },
        })
    }
}

/// The text of a file, or of standard input.
fn read(file: &Path) -> Result<String> {
    let text =
        if file == Path::new("-") { io::read_to_string(io::stdin()) } else { fs::read_to_string(file) };
    text.with_context(|| format!("cannot read {}", file.display()))
}

/// How events are printed.
struct Show {
    json: bool,
    all: bool,
    printer: Printer,
}

impl Show {
    fn print(&mut self, events: &[Event]) -> io::Result<()> {
        let mut out = BufWriter::new(io::stdout().lock());
        for event in events {
            if self.json {
                serde_json::to_writer(&mut out, event)?;
                writeln!(out)?;
            // The rows repeat what the states say.
            } else if (self.all || !matches!(event.kind, EventKind::Table(_)))
                && let Some(line) = self.printer.line(event)
            {
                writeln!(out, "{line}")?;
            }
        }
        out.flush()
    }
}
