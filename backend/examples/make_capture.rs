//! Writes a big capture of mixed traffic, for measuring: `make_capture OUT.pcap FRAMES`.
//!
//! The frames are the samples and the recorded traffic of the tests, again and again; each round has addresses of its
//! own, so that a reader that follows conversations meets new ones as it would in a real capture.

use std::{
    env,
    fs::File,
    io::{BufWriter, Write},
};

use anyhow::{Context, Result, bail};
use firsthop_protocol::{
    trace::capture,
    wire::{LinkType, edit, samples},
};

/// Traffic recorded from dnsmasq, dig, curl and others; see `shared/tests/captures`.
const RECORDED: [&[u8]; 4] = [
    include_bytes!("../../shared/tests/captures/real-dns.pcapng"),
    include_bytes!("../../shared/tests/captures/real-dhcp.pcapng"),
    include_bytes!("../../shared/tests/captures/real-tftp.pcapng"),
    include_bytes!("../../shared/tests/captures/real-http.pcapng"),
];

fn main() -> Result<()> {
    let mut arguments = env::args_os().skip(1);
    let (Some(path), Some(count)) = (arguments.next(), arguments.next()) else {
        bail!("usage: make_capture OUT.pcap FRAMES");
    };
    let count: usize = count.to_str().and_then(|count| count.parse().ok()).context("FRAMES is a number")?;
    let frames = frames()?;

    let mut out = BufWriter::new(File::create(path)?);
    out.write_all(&[0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0])?;
    out.write_all(&65_535_u32.to_le_bytes())?;
    out.write_all(&1_u32.to_le_bytes())?; // Ethernet
    for (number, frame) in frames.iter().cycle().take(count).enumerate() {
        let mut frame = frame.clone();
        move_addresses(&mut frame, number / frames.len());
        let micros = number as u64 * 10;
        let length = u32::try_from(frame.len())?;
        for field in
            [1_700_000_000 + (micros / 1_000_000) as u32, (micros % 1_000_000) as u32, length, length]
        {
            out.write_all(&field.to_le_bytes())?;
        }
        out.write_all(&frame)?;
    }
    out.flush()?;
    Ok(())
}

fn frames() -> Result<Vec<Vec<u8>>> {
    let mut frames: Vec<_> = samples::all()
        .into_iter()
        .filter(|sample| sample.link == LinkType::Ethernet)
        .map(|sample| sample.frame)
        .collect();
    for file in RECORDED {
        frames.extend(capture::read(file)?.packets.into_iter().map(|packet| packet.bytes.into_owned()));
    }
    Ok(frames)
}

/// Gives both IPv4 addresses other middle bytes, the same for a whole round, and puts the checksums right.
fn move_addresses(frame: &mut [u8], round: usize) {
    let [high, low] = (round as u16).to_be_bytes();
    if let Some([0x08, 0x00, _, _, _, _, _, _, _, _, _, _, _, _, _, s1, s2, _, _, d1, d2, _]) =
        frame.get_mut(12..34)
    {
        for (byte, change) in [(s1, high), (s2, low), (d1, high), (d2, low)] {
            *byte ^= change;
        }
        edit::fix_checksums(LinkType::Ethernet, frame);
    }
}
