//! `firsthop dissect`: what is in the frames of a capture file.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::PathBuf,
};

use clap::Args;
use firsthop_protocol::{
    trace::capture::{Packet, ReadError, Reader},
    wire::{self, Conversations, Dissection, JsonWriter, Options, Protocol},
};

/// Show what is in the frames of a pcap or pcapng file.
#[derive(Debug, Args)]
pub struct Dissect {
    /// The capture file; `-` reads standard input.
    file: PathBuf,
    /// One JSON object a frame, a line each: every field's name, value and bits.
    #[arg(long)]
    json: bool,
    /// Read a port's traffic as this protocol, whatever is usual there: `--decode-as 5300=dns`. May be repeated.
    #[arg(long, value_name = "PORT=PROTOCOL", value_parser = decode_as)]
    decode_as: Vec<(u16, Protocol)>,
}

/// Why a capture file could not be shown.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It cannot be opened.
    #[error("cannot open {file}: {error}")]
    Open {
        /// Which.
        file: PathBuf,
        /// The system's reason.
        error: io::Error,
    },
    /// It is no capture file, or broken.
    #[error("{file}: {error}")]
    Read {
        /// Which.
        file: PathBuf,
        /// What is wrong with it.
        error: ReadError,
    },
    /// Standard output does not take what is written.
    #[error("cannot write")]
    Write(#[from] io::Error),
}

impl Dissect {
    /// Shows the frames; what could be read of a broken file comes before the error.
    pub fn run(&self) -> Result<(), Error> {
        let mut out = BufWriter::with_capacity(1 << 18, io::stdout().lock());
        let done = if self.file.as_os_str() == "-" {
            self.show(io::stdin().lock(), &mut out)
        } else {
            let file =
                File::open(&self.file).map_err(|error| Error::Open { file: self.file.clone(), error })?;
            self.show(file, &mut out)
        };
        done.and(out.flush().map_err(Error::Write))
    }

    fn show(&self, input: impl io::Read, out: &mut impl Write) -> Result<(), Error> {
        let broken = |error| Error::Read { file: self.file.clone(), error };
        let mut reader = Reader::new(input).map_err(broken)?;
        let mut conversations = Conversations::default();
        let (mut writer, mut line) = (JsonWriter::default(), Vec::new());
        loop {
            let options = Options { decode_as: &self.decode_as, learned: conversations.ports() };
            let packet = match reader.next_packet() {
                Ok(Some(packet)) => packet,
                Ok(None) => return Ok(()),
                Err(error) => {
                    out.flush()?;
                    return Err(broken(error));
                }
            };
            let original = packet.original as usize;
            let dissection = match packet.link() {
                Some(link) => wire::dissect_with(link, &packet.bytes, original, options),
                None => wire::undissected(&packet.bytes, original),
            };
            conversations.learn(&dissection);
            if self.json {
                line.clear();
                json(&mut line, &mut writer, &packet, &dissection)?;
                out.write_all(&line)?;
            } else {
                words(out, &packet, &dissection)?;
            }
        }
    }
}

/// Appends one line of `--json`.
fn json(
    line: &mut Vec<u8>,
    writer: &mut JsonWriter,
    packet: &Packet<'_>,
    dissection: &Dissection,
) -> io::Result<()> {
    let Packet { number, time, bytes, original, .. } = packet;
    let captured = bytes.len();
    write!(
        line,
        r#"{{"number":{number},"time":"{time}","captured":{captured},"original":{original},"layers":"#
    )?;
    writer.layers(line, &dissection.layers);
    line.extend_from_slice(br#","problem":"#);
    serde_json::to_writer(&mut *line, &dissection.problem)?;
    line.extend_from_slice(b"}\n");
    Ok(())
}

/// A summary line, then a line a layer and a line a field.
fn words(out: &mut impl Write, packet: &Packet<'_>, dissection: &Dissection) -> io::Result<()> {
    let Packet { number, time, original, bytes, .. } = packet;
    write!(out, "{number}  {time}  {original} bytes")?;
    if bytes.len() < *original as usize {
        write!(out, " ({} captured)", bytes.len())?;
    }
    writeln!(out, "  {}", dissection.summary())?;
    for layer in &dissection.layers {
        writeln!(out, "  {}  bytes {}..{}", layer.protocol, layer.offset, layer.offset + layer.length)?;
        for field in &layer.fields {
            write!(out, "    {:<28} {}", field.label(), field.text())?;
            match &field.problem {
                Some(problem) => writeln!(out, "  ! {problem}")?,
                None => writeln!(out)?,
            }
        }
    }
    if let Some(problem) = &dissection.problem {
        writeln!(out, "  ! {problem}")?;
    }
    writeln!(out)
}

fn decode_as(argument: &str) -> Result<(u16, Protocol), String> {
    const KNOWN: [Protocol; 5] =
        [Protocol::Dns, Protocol::Dhcp, Protocol::Tftp, Protocol::Rip, Protocol::Http];
    let form = "expected PORT=PROTOCOL with one of dns, dhcp, tftp, rip, http: 5300=dns";
    let (port, name) = argument.split_once('=').ok_or(form)?;
    let port = port.parse().map_err(|error| format!("port {port:?}: {error}; {form}"))?;
    let protocol = KNOWN.into_iter().find(|protocol| protocol.name() == name).ok_or(form)?;
    Ok((port, protocol))
}
